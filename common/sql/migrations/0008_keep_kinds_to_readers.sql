-- Not every role of a party reads every kind of its cases: the session says which kinds are not for it. Those are seen
-- where they are open to everybody, the third of the session's parties, and not as by a party. Without a word of the
-- session nothing is a party's.

create or replace function is_party(asked uuid) returns boolean stable language sql as $$
    select current_setting('attain.all', true) = 'on'
        or exists (select 1
                     from case_party p
                    where p.case_id = asked
                      and p.party_id = any ((string_to_array(current_setting('attain.parties', true), ','))[1:2]::uuid[])
                      and p.kind <> all (string_to_array(current_setting('attain.hidden', true), ',')::integer[]))
$$;

create or replace function may_see(asked uuid) returns boolean stable language sql as $$
    select current_setting('attain.all', true) = 'on'
        or exists (select 1
                     from case_party p
                    where p.case_id = asked
                      and p.party_id = any (string_to_array(current_setting('attain.parties', true), ',')::uuid[])
                      and (p.kind <> all (string_to_array(current_setting('attain.hidden', true), ',')::integer[])
                           or p.party_id = (string_to_array(current_setting('attain.parties', true), ','))[3]::uuid))
$$;
