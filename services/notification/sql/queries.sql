-- Statements of notification.

-- name: mail_queue_add
-- $1 positions of the events that queue them, $2 messages.
insert into mail_queue (position, case_id)
select unnest($1::bigint[]), unnest($2::uuid[])
on conflict do nothing;

-- name: mail_queue_drop
-- $1 messages that wait no longer.
delete from mail_queue where case_id = any ($1::uuid[]);

-- name: mail_waiting
-- Messages to be attempted, oldest first. $1 those already in hand, $2 most.
select c.case_id, c.state, c.root_id
  from (select position, case_id
          from mail_queue
         where case_id <> all ($1::uuid[])
         order by position
         limit $2::integer) q
  join case_state c on c.case_id = q.case_id
 order by q.position;

-- name: mail_count
-- How many wait.
select count(*) from mail_queue;

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
