-- What the mail worker has still to send, oldest first: a row for each message that waits, in the commit that queues it,
-- and no longer than that. An index on the cases themselves would have to be kept at every change of every case.
create table mail_queue (
    position  bigint primary key,
    case_id   uuid   not null unique
);
insert into mail_queue (position, case_id)
select row_number() over (order by changed_at, case_id), case_id
  from case_state
 where kind = 4002 and state_name in ('queued', 'attempted');
drop index case_state_mail;
grant select, insert, delete on mail_queue to :writer;
grant select on mail_queue to :reader;
