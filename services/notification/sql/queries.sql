-- Statements of notification.

-- name: mail_waiting
-- Messages to be attempted, oldest first. $1 those already in hand, $2 most.
select case_id, state
  from case_state
 where kind = 4002 and state_name in ('queued', 'attempted')
   and case_id <> all ($1::uuid[])
 order by changed_at
 limit $2::integer;

-- name: mail_count
-- How many wait, and how many attempts never had an outcome.
select count(*) from case_state where kind = 4002 and state_name in ('queued', 'attempted');

-- name: message_source_add
-- $1 source cases, $2 messages.
insert into message_source (source_case_id, case_id)
select * from unnest($1::uuid[], $2::uuid[])
on conflict do nothing;

-- name: messages_of_case
-- $1 source case, $2 opened before, $3 and case id, $4 most.
select c.case_id, c.kind, c.root_id, c.seq, c.edition, c.state, c.opened_at, c.changed_at
  from message_source m
  join case_state c on c.case_id = m.case_id
 where m.source_case_id = $1::uuid
   and (c.opened_at, c.case_id) < ($2::timestamptz, $3::uuid)
 order by c.opened_at desc, c.case_id desc
 limit $4::integer;

-- name: messages_of_root
-- $1 root, $2 opened before, $3 and case id, $4 most.
select case_id, kind, root_id, seq, edition, state, opened_at, changed_at
  from case_state
 where root_id = $1::uuid and kind = 4002
   and (opened_at, case_id) < ($2::timestamptz, $3::uuid)
 order by opened_at desc, case_id desc
 limit $4::integer;
