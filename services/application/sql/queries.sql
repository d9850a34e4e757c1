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

-- name: matters_of
-- What each of those asked for is called, in order, with the organisations that are party to it; several
-- rows for one that has several. $1 ids, $2 kinds that have a name, $3 kind of organisations.
select w.n::integer, w.id, coalesce(c.kind, 0), coalesce(c.label, ''), coalesce(c.state, ''), o.case_id, coalesce(o.label, '')
  from unnest($1::uuid[]) with ordinality as w (id, n)
  left join case_state c on c.case_id = w.id and c.kind = any($2::integer[])
  left join lateral (
       select s.case_id, s.label
         from case_party p
         join case_state s on s.case_id = p.party_id and s.kind = $3::integer
        where p.case_id = c.case_id) o on true
 order by w.n;

-- name: texts_of
-- The text of each of the records asked for, in order; empty for one that is no more. $1 records.
select coalesce(r.text, '')
  from unnest($1::uuid[]) with ordinality as w (id, n)
  left join record r on r.record_id = w.id
 order by w.n;

-- name: appointments_for
-- Those in the authority of a request. $1 request, $2 kind, $3 most.
select a.case_id, a.kind, a.root_id, a.seq, a.edition, a.state, a.opened_at, a.changed_at
  from case_party p
  join case_state a on a.case_id = p.case_id
 where p.party_id = (select la_id from case_state where case_id = $1::uuid)
   and a.kind = $2::integer
   and a.state_name in ('opened', 'in_post')
 order by a.opened_at, a.case_id
 limit $3::integer;

-- name: outreach_years_of
-- Of a teacher, school or authority. $1 party, $2 kind, $3 the year, $4 most.
select o.case_id, o.kind, o.root_id, o.seq, o.edition, o.state, o.opened_at, o.changed_at
  from case_party p
  join case_state o on o.case_id = p.case_id
 where p.party_id = $1::uuid
   and o.kind = $2::integer
   and o.label = $3::text
 order by o.opened_at, o.case_id
 limit $4::integer;

-- name: policies_of_outreach
-- Of the authorities of the years above. $1 party, $2 their kind, $3 the year, $4 kind of policies, $5 most.
select l.case_id, l.kind, l.root_id, l.seq, l.edition, l.state, l.opened_at, l.changed_at
  from (select distinct o.la_id
          from case_party p
          join case_state o on o.case_id = p.case_id
         where p.party_id = $1::uuid
           and o.kind = $2::integer
           and o.label = $3::text) a
  join case_party q on q.party_id = a.la_id
  join case_state l on l.case_id = q.case_id
 where l.kind = $4::integer
 limit $5::integer;
