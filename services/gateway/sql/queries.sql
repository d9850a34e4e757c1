-- Statements of the gateway.

-- name: token_issue
-- $1 hashes, $2 clients, $3 names, $4 roles, $5 people, $6 organisations, $7 expiries.
insert into token (token_hash, client_id, name, role, person_id, organisation_id, expires_at)
select * from unnest($1::bytea[], $2::uuid[], $3::text[], $4::integer[], $5::uuid[], $6::uuid[], $7::timestamptz[])
on conflict do nothing;

-- name: token_revoke
-- $1 clients.
update token set revoked = true where client_id = any ($1::uuid[]);

-- name: token_find
-- $1 hash.
select client_id, name, role, person_id, organisation_id, expires_at, revoked
  from token
 where token_hash = $1::bytea;

-- name: timeline_of_root
-- $1 root, $2 whether all its cases, $3 else which, $4 after position, $5 most.
select position, case_id, root_id, kind, type, body, actor, cause, at
  from event
 where root_id = $1::uuid and ($2::boolean or case_id = any ($3::uuid[])) and position > $4::bigint
 order by position
 limit $5::integer;

-- name: changes_of_case
-- $1 root, $2 case, $3 after version, $4 most.
select type, actor, at
  from event
 where root_id = $1::uuid and case_id = $2::uuid and seq > $3::bigint
 order by position
 limit $4::integer;

-- name: log_after
-- $1 after position, $2 most.
select position, case_id, root_id, kind, type, body, actor, cause, at
  from event
 where position > $1::bigint
 order by position
 limit $2::integer;

-- name: matter_add
-- $1 posts, $2 authorities, $3 phases, $4 subjects.
insert into matter (root_id, la_id, phase, subject)
select unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::smallint[]), unnest($4::text[])
on conflict do nothing;

-- name: standing_end
-- What stood until now ends where what follows begins. $1 cases, $2 positions, $3 instants.
update standing s
   set until_at = n.at
  from unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) as n (case_id, position, at)
 where s.case_id = n.case_id and s.until_at = 'infinity' and s.position < n.position;

-- name: standing_add
-- Each holds until the next of its case. $1 cases, $2 positions, $3 instants, $4 matters, $5 kinds, $6 outcomes,
-- $7 schemes, $8 editions.
insert into standing (case_id, position, matter_id, case_kind, outcome, scheme, edition, from_at, until_at)
select case_id, position, matter_id, case_kind, outcome, scheme, edition, at,
       coalesce(lead(at) over (partition by case_id order by position), 'infinity')
  from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[])
       as n (case_id, position, at, matter_id, case_kind, outcome, scheme, edition);

-- name: timing_add
-- $1 deadlines, $2 positions, $3 instants, $4 matters, $5 rules, $6 schemes, $7 editions, $8 starts, $9 days due.
insert into timing (deadline_id, position, from_at, matter_id, rule, scheme, edition, started_on, due_on)
select unnest($1::uuid[]), unnest($2::bigint[]), unnest($3::timestamptz[]), unnest($4::uuid[]), unnest($5::text[]),
       unnest($6::text[]), unnest($7::text[]), unnest($8::date[]), unnest($9::date[]);

-- name: timing_move
-- To another day. $1 deadlines, $2 positions, $3 instants, $4 days due.
insert into timing (deadline_id, position, from_at, matter_id, rule, scheme, edition, started_on, due_on)
select n.deadline_id, n.position, n.at, t.matter_id, t.rule, t.scheme, t.edition, t.started_on, n.due_on
  from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::date[]) as n (deadline_id, position, at, due_on)
  join lateral (select *
                  from timing
                 where deadline_id = n.deadline_id and position < n.position
                 order by position desc
                 limit 1) t on true;

-- name: timing_supersede
-- Of what was set or moved anew, what stood before. $1 deadlines.
update timing t
   set until_at = n.at
  from (select deadline_id, position, lead(from_at) over (partition by deadline_id order by position) as at
          from timing
         where deadline_id = any ($1::uuid[])) n
 where t.deadline_id = n.deadline_id and t.position = n.position and n.at is not null and t.until_at = 'infinity';

-- name: timing_end
-- $1 deadlines, $2 positions, $3 instants, $4 days, $5 how.
update timing t
   set ended_at = n.at, ended_on = n.ended_on, how = n.how
  from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::date[], $5::smallint[])
       as n (deadline_id, position, at, ended_on, how)
 where t.deadline_id = n.deadline_id and t.ended_at = 'infinity'
   and t.position = (select max(position) from timing where deadline_id = n.deadline_id and position < n.position);

-- name: count_cases
-- As at the end of a day. $1 its last instant, $2 authority or null, $3 scheme or null, $4 kind or null, $5 by edition,
-- $6 by authority, $7 by phase, $8 by subject, $9 most.
select s.case_kind, s.scheme, s.outcome, case when $5::boolean then s.edition end as edition,
       case when $6::boolean then m.la_id end as la_id, case when $7::boolean then m.phase end as phase,
       case when $8::boolean then m.subject end as subject, count(*)::integer
  from standing s
  left join matter m on m.root_id = s.matter_id
 where s.from_at <= $1::timestamptz and s.until_at > $1::timestamptz
   and ($2::uuid is null or m.la_id = $2::uuid)
   and ($3::text is null or s.scheme = $3::text)
   and ($4::text is null or s.case_kind = $4::text)
 group by 1, 2, 3, 4, 5, 6, 7
 order by 1, 2, 3, 4, 5, 6, 7
 limit $9::integer;

-- name: count_deadlines
-- As at the end of a day. $1 its last instant, $2 the day, $3 authority or null, $4 scheme or null, $5 by edition,
-- $6 by authority, $7 by phase, $8 by subject, $9 most.
select rule, scheme, edition, la_id, phase, subject,
       count(*) filter (where done and how = 0)::integer, count(*) filter (where done and how = 1)::integer,
       count(*) filter (where not ended and due_on > $2::date)::integer,
       count(*) filter (where not ended and due_on <= $2::date)::integer,
       count(*) filter (where ended and how = 2)::integer,
       coalesce(min(days) filter (where done), 0)::integer,
       coalesce(percentile_disc(0.5) within group (order by days) filter (where done), 0)::integer,
       coalesce(max(days) filter (where done), 0)::integer
  from (select t.rule, t.scheme, case when $5::boolean then t.edition end as edition,
               case when $6::boolean then m.la_id end as la_id, case when $7::boolean then m.phase end as phase,
               case when $8::boolean then m.subject end as subject, t.due_on, t.how,
               t.ended_at <= $1::timestamptz as ended, t.ended_at <= $1::timestamptz and t.how < 2 as done,
               greatest(t.ended_on - t.started_on, 0) as days
          from timing t
          left join matter m on m.root_id = t.matter_id
         where t.from_at <= $1::timestamptz and t.until_at > $1::timestamptz
           and ($3::uuid is null or m.la_id = $3::uuid)
           and ($4::text is null or t.scheme = $4::text)) one
 group by 1, 2, 3, 4, 5, 6
 order by 1, 2, 3, 4, 5, 6
 limit $9::integer;
