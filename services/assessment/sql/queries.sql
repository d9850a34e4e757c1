-- Statements of assessment.

-- name: assessor_day_add
-- $1 cases, $2 assessors, $3 days.
insert into assessor_day (case_id, assessor_id, taken_on)
select * from unnest($1::uuid[], $2::uuid[], $3::date[])
on conflict (case_id) do update set assessor_id = excluded.assessor_id, taken_on = excluded.taken_on;

-- name: assessor_day_drop
-- $1 cases.
delete from assessor_day where case_id = any ($1::uuid[]);

-- name: assessors
-- Every assessor. $1 kind, $2 most.
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where kind = $1::integer
 order by opened_at, case_id
 limit $2::integer;

-- name: assessor_days
-- Days taken from $1 on; $2 most.
select assessor_id, taken_on from assessor_day where taken_on >= $1::date order by taken_on limit $2::integer;

-- name: assessments_waiting
-- Those that have no day, the longest waiting first. $1 kind, $2 most.
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where kind = $1::integer and state_name = 'open'
 order by opened_at, case_id
 limit $2::integer;

-- name: register_entries
-- Those named, and the one with a number. $1 cases, $2 kind, $3 number or null.
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where case_id = any ($1::uuid[])
   and kind = $2::integer
 union all
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where kind = 2004
   and label = $3::text
   and kind = $2::integer;

-- name: invitation_at_work
-- The one that waits longest for its next page. $1 kind.
select case_id, state
  from (select case_id, state, opened_at from case_state where kind = $1::integer and state_name = 'sending'
         union all
        select case_id, state, opened_at from case_state where kind = $1::integer and state_name = 'withdrawing') w
 order by opened_at, case_id
 limit 1;

-- name: register_page
-- The register by number; an entry's state where it is of those asked for. $1 after, $2 states, $3 authorities, none for
-- all, $4 most.
select number, entry from register_page($1::text, $2::text[], $3::uuid[], $4::integer);

-- name: invitations_sent
-- The next event by which a case invited somebody. $1 case, $2 type, $3 after.
select seq, body
  from event
 where case_id = $1::uuid
   and type = $2::integer
   and seq > $3::bigint
 order by seq
 limit 1;
