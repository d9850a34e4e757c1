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
