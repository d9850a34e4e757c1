-- The mail worker asks for what is to be sent, oldest first.
create index case_state_mail on case_state (changed_at)
    where kind = 4002 and state_name in ('queued', 'attempted');
-- Messages of one case of another service, for its page (OPS-3).
create table message_source (
    source_case_id  uuid not null,
    case_id         uuid not null,
    primary key (source_case_id, case_id)
);
grant select, insert on message_source to :writer;
grant select on message_source to :reader;
