-- Statements of application.

-- name: contact_add
-- $1 people, $2 records of their names, $3 of their addresses.
insert into contact (person_id, name_record, email_record)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[])
on conflict (person_id) do update set name_record = excluded.name_record, email_record = excluded.email_record;

-- name: position_add
-- $1 roles, $2 organisations (the zero id where none), $3 people.
insert into position (role, organisation_id, person_id)
select r, coalesce(o, '00000000-0000-0000-0000-000000000000'::uuid), p
  from unnest($1::integer[], $2::uuid[], $3::uuid[]) as n (r, o, p)
on conflict do nothing;

-- name: contacts_of
-- One row for each of those asked for, in order: the person named, or whoever holds the role at the
-- organisation named, or, with the zero id, whoever holds the role at all. $1 ids, $2 roles.
select w.n, w.id, w.role, c.person_id, name.text, email.text
  from unnest($1::uuid[], $2::integer[]) with ordinality as w (id, role, n)
  left join lateral (
       select person_id from contact where person_id = w.id
        union all
       select person_id from position where role = w.role and organisation_id = w.id
        union all
       select person_id from position where role = w.role and w.id is null
        limit 1) who on true
  left join contact c on c.person_id = who.person_id
  left join record name on name.case_id = c.person_id and name.record_id = c.name_record
  left join record email on email.case_id = c.person_id and email.record_id = c.email_record
 order by w.n;
