-- Statements of the machinery: unit, lease, feed, due, query. Every service prepares them.

-- name: head_take
-- Takes the epoch when the lease is over or was this owner's. $1 owner, $2 lease in seconds.
update head
   set epoch = epoch + 1,
       owner = $1::text,
       lease_until = clock_timestamp() + make_interval(secs => $2::integer)
 where lease_until < clock_timestamp() or owner = $1::text
returning epoch, position, hash, clock_at;

-- name: head_renew
-- $1 epoch, $2 lease in seconds.
update head
   set lease_until = clock_timestamp() + make_interval(secs => $2::integer)
 where epoch = $1::bigint
returning epoch;

-- name: head_release
-- $1 epoch.
update head set lease_until = '-infinity' where epoch = $1::bigint;

-- name: head_clock
-- $1 epoch, $2 the sandbox's clock.
update head set clock_at = $2::timestamptz where epoch = $1::bigint;

-- name: cursors
select producer, position, hash from cursor;

-- name: calendar_days
-- The days that this service knows to be added to the calendar. $1 the calendar's case, which is its own root,
-- $2 type of HolidayAdded.
select body from event where case_id = $1::uuid and root_id = $1::uuid and type = $2::integer order by seq;

-- name: edition_store
-- What is current as this epoch begins. $1 revisions, $2 ids, $3 bytes.
insert into edition (revision, id, bytes)
select * from unnest($1::text[], $2::text[], $3::bytea[])
on conflict do nothing;

-- name: edition_others
-- What was current once, newest first. $1 revisions that are, $2 most.
select revision, bytes
  from edition
 where revision <> all ($1::text[])
 order by at desc, revision
 limit $2::integer;

-- name: unit_fence
-- $1 epoch.
select fence($1::bigint);

-- name: unit_undo
-- Fails, and with it everything since the fence: a pipeline has no other way to take back. Planning does not fail.
select 1 / (select 0);

-- name: unit_replies
-- $1 message ids.
select message_id, body_hash, reply from reply where message_id = any ($1::uuid[]);

-- name: unit_cases
-- $1 case ids, $2 whether with their deadlines.
select c.case_id, c.kind, c.root_id, c.seq, c.fold_version, c.edition, c.state,
       case when w.whole then c.deadlines end, c.opened_at, c.changed_at, c.la_id
  from unnest($1::uuid[], $2::boolean[]) as w (case_id, whole)
  join case_state c on c.case_id = w.case_id;

-- name: unit_refold
-- The events of cases whose fold is of another version. $1 cases, $2 their roots, by which the gateway finds them.
select position, case_id, seq, root_id, kind, type, body, actor, cause, at
  from event
 where case_id = any ($1::uuid[])
   and root_id = any ($2::uuid[])
 order by case_id, seq;

-- name: unit_claim
-- Wins what is free. $1 kinds, $2 keys, $3 cases.
insert into claim (kind, key, case_id)
select * from unnest($1::integer[], $2::uuid[], $3::uuid[])
on conflict do nothing
returning kind, key, case_id;

-- name: unit_claimants
-- Who holds what. $1 kinds, $2 keys.
select c.kind, c.key, c.case_id
  from claim c
  join unnest($1::integer[], $2::uuid[]) as w (kind, key) on w.kind = c.kind and w.key = c.key;

-- name: unit_claim_move
-- $1 kinds, $2 keys, $3 cases.
update claim c
   set case_id = w.case_id
  from unnest($1::integer[], $2::uuid[], $3::uuid[]) as w (kind, key, case_id)
 where c.kind = w.kind and c.key = w.key;

-- name: unit_unclaim
-- $1 kinds, $2 keys.
delete from claim c
 using unnest($1::integer[], $2::uuid[]) as w (kind, key)
 where c.kind = w.kind and c.key = w.key;

-- name: unit_release
-- Gives back what a case holds. $1 kinds, $2 keys, $3 cases.
delete from claim c
 using unnest($1::integer[], $2::uuid[], $3::uuid[]) as w (kind, key, case_id)
 where c.kind = w.kind and c.key = w.key and c.case_id = w.case_id;

-- name: unit_events
-- The arrays are opened in the list of columns: opened in `from`, every row would be put together once more.
insert into event (position, case_id, seq, root_id, kind, type, body, actor, cause, at, edition, hash)
select unnest($1::bigint[]), unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::uuid[]), unnest($5::integer[]),
       unnest($6::integer[]), unnest($7::bytea[]), unnest($8::bytea[]), unnest($9::bytea[]),
       unnest($10::timestamptz[]), unnest($11::text[]), unnest($12::bytea[]);

-- name: unit_case_insert
insert into case_state (case_id, kind, root_id, seq, fold_version, edition, state, deadlines, opened_at, changed_at,
                        state_name, la_id, label)
select * from unnest($1::uuid[], $2::integer[], $3::uuid[], $4::bigint[], $5::integer[], $6::text[], $7::bytea[],
                     $8::bytea[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::uuid[], $13::text[]);

-- name: unit_case_update
-- Cases whose deadlines stand as they were: that column, which is kept apart when it is long, is left alone.
update case_state c
   set seq = n.seq, fold_version = n.fold_version, state = n.state,
       changed_at = n.changed_at, state_name = n.state_name, la_id = n.la_id, label = n.label
  from (select unnest($1::uuid[]), unnest($2::bigint[]), unnest($3::integer[]), unnest($4::bytea[]),
               unnest($5::timestamptz[]), unnest($6::text[]), unnest($7::uuid[]), unnest($8::text[]))
       as n (case_id, seq, fold_version, state, changed_at, state_name, la_id, label)
 where c.case_id = n.case_id;

-- name: unit_case_update_whole
update case_state c
   set seq = n.seq, fold_version = n.fold_version, state = n.state,
       changed_at = n.changed_at, state_name = n.state_name, la_id = n.la_id, label = n.label,
       deadlines = n.deadlines
  from (select unnest($1::uuid[]), unnest($2::bigint[]), unnest($3::integer[]), unnest($4::bytea[]),
               unnest($5::timestamptz[]), unnest($6::text[]), unnest($7::uuid[]), unnest($8::text[]),
               unnest($9::bytea[]))
       as n (case_id, seq, fold_version, state, changed_at, state_name, la_id, label, deadlines)
 where c.case_id = n.case_id;

-- name: unit_case_move
-- $1 cases, $2 the editions under which they are from now on.
update case_state c
   set edition = n.edition
  from (select unnest($1::uuid[]), unnest($2::text[])) as n (case_id, edition)
 where c.case_id = n.case_id;

-- name: unit_parties
-- With what a party's lists are ordered by. $1 parties, $2 cases, $3 kinds, $4 when they were opened.
insert into case_party (party_id, case_id, kind, opened_at)
select unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::integer[]), unnest($4::timestamptz[])
on conflict do nothing;

-- name: unit_parties_end
-- Who is no party any more sees the case no more. $1 parties, $2 cases.
delete from case_party p
 using unnest($1::uuid[], $2::uuid[]) as n (party_id, case_id)
 where p.party_id = n.party_id and p.case_id = n.case_id;

-- name: unit_replies_store
insert into reply (message_id, body_hash, reply, at)
select unnest($1::uuid[]), unnest($2::bytea[]), unnest($3::bytea[]), unnest($4::timestamptz[]);

-- name: unit_deadlines_set
insert into deadline (deadline_id, case_id, root_id, rule, item, title, started_on, due_on, due_at, arithmetic,
                      calendar_hash, counted, counted_in, standing)
select u.*, 0
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::date[], $8::date[],
              $9::timestamptz[], $10::text[], $11::bytea[], $12::integer[], $13::smallint[]) u
on conflict (deadline_id) do update
   set title = excluded.title, due_on = excluded.due_on, due_at = excluded.due_at,
       arithmetic = excluded.arithmetic, calendar_hash = excluded.calendar_hash, counted = excluded.counted,
       counted_in = excluded.counted_in, standing = 0;

-- name: unit_deadlines_move
-- Deadlines counted anew; the event has what they were. $1 deadlines, $2 days, $3 instants, $4 why, $5 calendars.
update deadline d
   set due_on = n.due_on, due_at = n.due_at, arithmetic = n.arithmetic, calendar_hash = n.calendar_hash
  from unnest($1::uuid[], $2::date[], $3::timestamptz[], $4::text[], $5::bytea[])
       as n (deadline_id, due_on, due_at, arithmetic, calendar_hash)
 where d.deadline_id = n.deadline_id;

-- name: unit_deadlines_end
update deadline d
   set standing = n.standing
  from unnest($1::uuid[], $2::smallint[]) as n (deadline_id, standing)
 where d.deadline_id = n.deadline_id;

-- name: unit_records
insert into record (record_id, case_id, text, digest, at)
select unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::bytea[]), unnest($5::timestamptz[]);

-- name: unit_cursor
-- $1 producer, $2 position, $3 hash.
insert into cursor (producer, position, hash)
values ($1::integer, $2::bigint, $3::bytea)
on conflict (producer) do update set position = excluded.position, hash = excluded.hash;

-- name: unit_park
insert into parked (producer, position, idx, root_id, waits, event, problem, at)
select * from unnest($1::integer[], $2::bigint[], $3::integer[], $4::uuid[], $5::boolean[], $6::bytea[], $7::text[],
                     $8::timestamptz[])
on conflict (producer, position, idx) do update set waits = excluded.waits, problem = excluded.problem;

-- name: unit_unpark
delete from parked p
 using unnest($1::integer[], $2::bigint[], $3::integer[]) as n (producer, position, idx)
 where p.producer = n.producer and p.position = n.position and p.idx = n.idx;

-- name: unit_advance
-- Last statement of every writing transaction. $1 epoch, $2 position, $3 hash, $4 lease in seconds.
update head
   set position = $2::bigint,
       hash = $3::bytea,
       lease_until = clock_timestamp() + make_interval(secs => $4::integer)
 where epoch = $1::bigint;

-- name: parked_all
-- In the order of their feeds. $1 most.
select producer, position, idx, root_id, waits, event, problem, at
  from parked
 order by producer, position, idx
 limit $1::integer;

-- name: feed_after
-- $1 position, $2 most.
select position, case_id, seq, root_id, kind, type, body, actor, cause, at, edition, hash
  from event
 where position > $1::bigint
 order by position
 limit $2::integer;

-- name: feed_hash
-- $1 position.
select hash from event where position = $1::bigint;

-- name: due_now
-- What is due and not done, oldest first. $1 now, $2 and $3 instant and id of the one behind which to begin (NULL: from
-- the oldest), $4 most.
select deadline_id, case_id, due_at
  from deadline
 where standing = 0 and due_at <= $1::timestamptz
   and (due_at, deadline_id) > (coalesce($2::timestamptz, '-infinity'),
                                coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
 order by due_at, deadline_id
 limit $4::integer;

-- name: due_next
-- The next instant at which something is due, and how much is now. $1 now.
select (select due_at from deadline where standing = 0 order by due_at limit 1),
       (select count(*) from deadline where standing = 0 and due_at <= $1::timestamptz);

-- name: reply_sweep
-- $1 before, $2 most.
with gone as (
     delete from reply
      where ctid = any(array(select ctid from reply where at < $1::timestamptz limit $2::integer))
     returning 1)
select count(*)
  from gone;

-- name: read_as
-- Binds the rest of this transaction to parties. $1 'on' for all, $2 comma-separated ids of a person, an organisation and
-- everybody, $3 kinds whose cases are not for the role, comma-separated.
select set_config('attain.all', $1::text, true), set_config('attain.parties', $2::text, true),
       set_config('attain.hidden', $3::text, true);

-- name: read_case
-- $1 case.
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where case_id = $1::uuid;

-- name: read_texts
-- $1 cases.
select record_id, text from record where case_id = any ($1::uuid[]);

-- name: read_deadlines_of_case
-- $1 case.
select deadline_id, case_id, rule, title, started_on, due_on, due_at, arithmetic, standing, item, counted,
       counted_in
  from deadline
 where case_id = $1::uuid
 order by standing <> 0, due_at, deadline_id
 limit 200;

-- name: read_deadlines_of_root
-- $1 root.
select deadline_id, case_id, rule, title, started_on, due_on, due_at, arithmetic, standing, item, counted,
       counted_in
  from deadline
 where root_id = $1::uuid
 order by standing <> 0, due_at, deadline_id
 limit 500;

-- name: read_deadlines_counted
-- Open ones that were counted in working days or weeks, by id. $1 after, $2 most.
select deadline_id, case_id, rule, title, started_on, due_on, due_at, arithmetic, standing, item, counted,
       counted_in
  from deadline
 where standing = 0 and counted_in in (1, 4)
   and deadline_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
 order by deadline_id
 limit $2::integer;

-- name: read_cases
-- One page of one kind, newest first. $1 kind, $2 opened before, $3 and case id, $4 most.
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where kind = $1::integer
   and (opened_at, case_id) < ($2::timestamptz, $3::uuid)
 order by opened_at desc, case_id desc
 limit $4::integer;

-- name: read_cases_in_state
-- $1 kind, $2 state, $3 opened before, $4 and case id, $5 most.
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where kind = $1::integer
   and state_name = $2::text
   and (opened_at, case_id) < ($3::timestamptz, $4::uuid)
 order by opened_at desc, case_id desc
 limit $5::integer;

-- name: read_cases_of_root
-- $1 root, $2 kind or 0, $3 opened before, $4 and case id, $5 most.
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where root_id = $1::uuid
   and ($2::integer = 0 or kind = $2::integer)
   and (opened_at, case_id) < ($3::timestamptz, $4::uuid)
 order by opened_at desc, case_id desc
 limit $5::integer;

-- name: read_cases_of_parties
-- What one of several parties may see: a page of each, of which the newest are the page. $1 kind, $2 parties, $3 state or
-- null, $4 opened before, $5 and case id, $6 most.
select c.case_id, c.kind, c.root_id, c.seq, c.edition, c.state, c.opened_at, c.changed_at
  from (select distinct of_party.opened_at, of_party.case_id
          from unnest($2::uuid[]) as w (party_id)
         cross join lateral (
               select p.opened_at, p.case_id
                 from case_party p
                where p.party_id = w.party_id
                  and p.kind = $1::integer
                  and (p.opened_at, p.case_id) < ($4::timestamptz, $5::uuid)
                  and ($3::text is null
                       or exists (select 1 from case_state s where s.case_id = p.case_id and s.state_name = $3::text))
                order by p.opened_at desc, p.case_id desc
                limit $6::integer) of_party
         order by of_party.opened_at desc, of_party.case_id desc
         limit $6::integer) page
  join case_state c on c.case_id = page.case_id
 order by c.opened_at desc, c.case_id desc;

-- name: read_cases_of_other
-- The same of one party that is not the asker's own: a page is full of what the asker may see, whatever lies between.
-- $1 kind, $2 party, $3 state or null, $4 opened before, $5 and case id, $6 most.
select c.case_id, c.kind, c.root_id, c.seq, c.edition, c.state, c.opened_at, c.changed_at
  from case_party p
  join case_state c on c.case_id = p.case_id
 where p.party_id = $2::uuid
   and p.kind = $1::integer
   and (p.opened_at, p.case_id) < ($4::timestamptz, $5::uuid)
   and ($3::text is null or c.state_name = $3::text)
 order by p.opened_at desc, p.case_id desc
 limit $6::integer;
