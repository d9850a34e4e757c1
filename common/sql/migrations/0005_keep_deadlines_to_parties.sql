-- What is open to whoever is signed in is so in part: its deadlines are for its parties, which are the first two of the
-- session's; the third stands for everybody.

create function is_party(asked uuid) returns boolean stable language sql as $$
    select current_setting('attain.all', true) = 'on'
        or exists (select 1
                     from case_party p
                    where p.case_id = asked
                      and p.party_id = any ((string_to_array(current_setting('attain.parties', true), ','))[1:2]::uuid[]))
$$;

drop policy reader on deadline;
create policy reader on deadline for select to :reader using (is_party(case_id));
grant execute on function is_party(uuid) to :reader;
