-- Statements of application.

-- name: contact_add
-- $1 people, $2 records of their names, $3 of their addresses.
insert into contact (person_id, name_record, email_record)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[])
on conflict (person_id) do update set name_record = excluded.name_record, email_record = excluded.email_record;

-- name: position_add
-- $1 roles, $2 organisations (the zero id where none), $3 people, $4 positions of the events that gave them.
insert into position (role, organisation_id, person_id, granted)
select r, coalesce(o, '00000000-0000-0000-0000-000000000000'::uuid), p, max(g)
  from unnest($1::integer[], $2::uuid[], $3::uuid[], $4::bigint[]) as n (r, o, p, g)
 group by 1, 2, 3
on conflict (role, organisation_id, person_id) do update set granted = excluded.granted;

-- name: position_end
-- $1 role, $2 organisation or null, $3 person, $4 position of the event that ended it: one given again later stands.
delete from position
 where role = $1::integer
   and organisation_id = coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
   and person_id = $3::uuid
   and granted < $4::bigint;

-- name: coordinators_drop
-- $1 authority.
delete from la_coordinator where la_id = $1::uuid;

-- name: coordinators_add
-- Of the authority $1. $2 phases, $3 people; the first of a phase.
insert into la_coordinator (la_id, phase, person_id)
select $1::uuid, n.phase, n.person_id
  from unnest($2::integer[], $3::uuid[]) as n (phase, person_id)
on conflict do nothing;

-- name: contact_amend
-- $1 person, $2 record of the new name or null, $3 of the new address or null.
update contact
   set name_record = coalesce($2::uuid, name_record),
       email_record = coalesce($3::uuid, email_record)
 where person_id = $1::uuid;

-- name: claims_left
-- Of the person $1, those of kind $2 but the one with key $3 are nobody's from now on.
delete from claim where case_id = $1::uuid and kind = $2::integer and key <> $3::uuid;

-- name: name_drop
-- $1 cases.
delete from name_part where case_id = any ($1::uuid[]);

-- name: name_add
-- $1 kinds, $2 cases, $3 names, or where null $4 the records that hold them, $5 authorities or null.
insert into name_part (kind, part, case_id, nth, la_id)
select w.kind, n.part, w.case_id, n.nth, w.la_id
  from unnest($1::integer[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[]) as w (kind, case_id, name, record_id, la_id)
  left join record r on r.record_id = w.record_id and r.case_id = w.case_id
 cross join lateral name_parts(coalesce(w.name, r.text)) n
on conflict do nothing;

-- name: contacts_of
-- One row for each of those asked for, in order: the person named, or whom the authority's policy names for the phase
-- as coordinator ($4), or whoever holds the role at the organisation named, or, with the zero id, whoever holds the role
-- at all; the newest of several. $1 ids, $2 roles, $3 phases.
select w.n, w.id, w.role, c.person_id, name.text, email.text
  from unnest($1::uuid[], $2::integer[], $3::integer[]) with ordinality as w (id, role, phase, n)
  left join lateral (
       (select person_id from contact where person_id = w.id)
        union all
       (select k.person_id
          from la_coordinator k
          join position p on p.person_id = k.person_id and p.role = w.role and p.organisation_id = w.id
         where k.la_id = w.id and k.phase = w.phase and w.role = $4::integer)
        union all
       (select person_id from position where role = w.role and organisation_id = w.id
         order by granted desc, person_id
         limit 1)
        union all
       (select person_id from position where role = w.role and w.id is null
         order by granted desc, person_id
         limit 1)
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
-- Those in the authority that asks, or else in that of the request. $1 request, $2 kind, $3 most, $4 authority or null.
select a.case_id, a.kind, a.root_id, a.seq, a.edition, a.state, a.opened_at, a.changed_at
  from case_party p
  join case_state a on a.case_id = p.case_id
 where p.party_id = coalesce($4::uuid, (select la_id from case_state where case_id = $1::uuid))
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

-- name: found_by_name
-- $1 kind, $2 the name's beginning, $3 the authority or null, $4 after, $5 most.
select c.case_id, c.kind, c.root_id, c.seq, c.edition, c.state, c.opened_at, c.changed_at, name.text
  from found_by_name($1::integer, $2::text, false, $3::uuid, $4::uuid, $5::integer) f
  join case_state c on c.case_id = f.case_id
  left join contact t on t.person_id = c.case_id
  left join record name on name.case_id = t.person_id and name.record_id = t.name_record
 order by f.n;

-- name: found_by_claim
-- $1 what is claimed, $2 the key.
select c.case_id, c.kind, c.root_id, c.seq, c.edition, c.state, c.opened_at, c.changed_at, name.text
  from case_state c
  left join contact t on t.person_id = c.case_id
  left join record name on name.case_id = t.person_id and name.record_id = t.name_record
 where c.case_id = claimed($1::integer, $2::uuid);

-- name: persons_by_name
-- Of this very name. $1 kind, $2 name, $3 most.
select f.case_id from found_by_name($1::integer, $2::text, true, null, null, $3::integer) f order by f.n;

-- name: persons_by_claim
-- $1 what is claimed, $2 the key.
select c.person_id from claimed($1::integer, $2::uuid) c (person_id) where c.person_id is not null;

-- name: names_of
-- $1 ids, $2 kind of organisations, $3 whether people are named too.
select w.id, coalesce(o.label, name.text)
  from unnest($1::uuid[]) as w (id)
  left join case_state o on o.case_id = w.id and o.kind = $2::integer
  left join contact t on t.person_id = w.id and $3::boolean
  left join record name on name.case_id = t.person_id and name.record_id = t.name_record
 where coalesce(o.label, name.text) is not null;

-- name: head_of
-- For who asks as one of its own: the school or its authority. $1 school, $2 kind, $3 role, $4 who asks, $5 whether
-- they need not be.
select t.person_id, name.text
  from case_state s
  join position p on p.organisation_id = s.case_id and p.role = $3::integer
  join contact t on t.person_id = p.person_id
  join record name on name.case_id = t.person_id and name.record_id = t.name_record
 where s.case_id = $1::uuid
   and s.kind = $2::integer
   and ($5::boolean or s.case_id = $4::uuid or s.la_id = $4::uuid)
 order by p.granted desc, p.person_id
 limit 1;
-- name: outreach_read_for
-- Binds the rest of the transaction to the authority for whoever acts for it or for a school of it. $1 authority, $2 who
-- the asker acts for, $3 kind of organisations.
select set_config('attain.parties', $1::uuid::text, true)
  from case_state
 where case_id = $2::uuid
   and kind = $3::integer
   and la_id = $1::uuid;

-- name: outreach_of_la
-- $1 authority, $2 kind, $3 changed from, $4 made before, $5 most.
select o.case_id, o.kind, o.root_id, o.seq, o.edition, o.state, o.opened_at, o.changed_at
  from case_party p
  join case_state o on o.case_id = p.case_id
 where p.party_id = $1::uuid
   and p.kind = $2::integer
   and p.opened_at < $4::timestamptz
   and o.changed_at >= $3::timestamptz
 order by p.opened_at, p.case_id
 limit $5::integer;
