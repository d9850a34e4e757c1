-- The tables every service has in its own schema (design, laws 1 to 6 and 11).
-- :owner owns them and cannot log in; :writer is the service; :reader answers queries under row security.

-- Law 4: one row that says who may write, up to when, and where the log stands.
create table head (
    one          boolean     primary key default true check (one),
    epoch        bigint      not null default 0,
    owner        text        not null default '',
    lease_until  timestamptz not null default '-infinity',
    position     bigint      not null default 0,
    hash         bytea       not null default '\x0000000000000000000000000000000000000000000000000000000000000000',
    -- a sandbox's domain clock; null elsewhere (law 10)
    clock_at     timestamptz
);
insert into head default values;

-- Law 1: history, audit trail, outbox and feed in one.
create table event (
    position  bigint      primary key,
    case_id   uuid        not null,
    seq       bigint      not null,
    root_id   uuid        not null,
    kind      integer     not null,
    type      integer     not null,
    body      bytea       not null,
    actor     bytea       not null,
    cause     bytea       not null,
    at        timestamptz not null,
    edition   text        not null,
    hash      bytea       not null,
    unique (case_id, seq)
);

-- Law 2: the fold of a case's events, with the columns by which it is listed.
create table case_state (
    case_id      uuid        primary key,
    kind         integer     not null,
    root_id      uuid        not null,
    seq          bigint      not null,
    fold_version integer     not null,
    edition      text        not null,
    state        bytea       not null,
    deadlines    bytea       not null,
    opened_at    timestamptz not null,
    changed_at   timestamptz not null,
    state_name   text        not null,
    la_id        uuid,
    label        text        not null
) with (fillfactor = 60);
-- A state stays in its row, a long list of deadlines beside it, uncompressed both: most commands change the
-- one and leave the other alone.
alter table case_state alter column state set storage main;
alter table case_state alter column state set compression lz4;
alter table case_state alter column deadlines set storage external;
-- lists page by kind, newest first
create index case_state_kind on case_state (kind, opened_at desc, case_id);
-- everything about one post or application
create index case_state_root on case_state (root_id);

-- Who may see a case: people, schools, LAs. Lists by party, and row security, rest on it.
create table case_party (
    party_id  uuid    not null,
    case_id   uuid    not null,
    primary key (party_id, case_id)
);
create index case_party_case on case_party (case_id);

-- Law 5: what was answered to a message.
create table reply (
    message_id  uuid        primary key,
    body_hash   bytea       not null,
    reply       bytea       not null,
    at          timestamptz not null
);
-- answers older than 30 days are swept
create index reply_at on reply using brin (at);

-- Law 11: deadlines as they were set, and the timers a case sets itself.
create table deadline (
    deadline_id    uuid        primary key,
    case_id        uuid        not null,
    root_id        uuid        not null,
    rule           text        not null,
    item           text        not null,
    title          text        not null,
    started_on     date        not null,
    due_on         date        not null,
    due_at         timestamptz not null,
    arithmetic     text        not null,
    calendar_hash  bytea       not null,
    -- 0 open, 1 passed, 2 met, 3 met late, 4 cancelled
    standing       smallint    not null check (standing between 0 and 4)
);
-- the scan asks for what is due and not done
create index deadline_due on deadline (due_at) where standing = 0;
create index deadline_case on deadline (case_id);
create index deadline_root on deadline (root_id);

-- Law 3: keys that only one case may hold.
create table claim (
    kind     integer not null,
    key      uuid    not null,
    case_id  uuid    not null,
    primary key (kind, key)
);

-- Law 2: personal data and free text; events hold the id and the keyed digest.
create table record (
    record_id  uuid        primary key,
    case_id    uuid        not null,
    text       text        not null,
    digest     bytea       not null,
    at         timestamptz not null
);
create index record_case on record (case_id);

-- Law 6: how far each producer's feed has been applied, and what had to be set aside.
create table cursor (
    producer  integer primary key,
    position  bigint  not null,
    hash      bytea   not null
);
create table parked (
    producer  integer     not null,
    position  bigint      not null,
    idx       integer     not null,
    root_id   uuid        not null,
    -- waits for another producer, rather than for an operator
    waits     boolean     not null,
    event     bytea       not null,
    problem   text        not null,
    at        timestamptz not null,
    primary key (producer, position, idx)
);

-- First statement of every writing transaction (law 4): locks head, or raises.
create function fence(mine bigint) returns void language plpgsql as $$
begin
    perform 1 from head where epoch = mine for update;
    if not found then
        raise exception 'the epoch % is over', mine using errcode = 'AT001';
    end if;
end
$$;

-- Whether the session's parties (set for one transaction) include one of the case's.
create function may_see(asked uuid) returns boolean stable language sql as $$
    select current_setting('attain.all', true) = 'on'
        or exists (select 1
                     from case_party p
                    where p.case_id = asked
                      and p.party_id = any (string_to_array(current_setting('attain.parties', true), ',')::uuid[]))
$$;

alter table case_state enable row level security;
alter table record     enable row level security;
alter table deadline   enable row level security;
create policy writer on case_state for all to :writer using (true) with check (true);
create policy writer on record     for all to :writer using (true) with check (true);
create policy writer on deadline   for all to :writer using (true) with check (true);
create policy reader on case_state for select to :reader using (may_see(case_id));
create policy reader on record     for select to :reader using (may_see(case_id));
create policy reader on deadline   for select to :reader using (may_see(case_id));

grant usage on schema :schema to :writer, :reader;
grant select, insert on event to :writer;
grant select, update on head to :writer;
grant select, insert, update on case_state, deadline, cursor to :writer;
grant select, insert, update, delete on case_party, claim, parked, reply to :writer;
grant select, insert, update on record to :writer;
grant execute on function fence(bigint), may_see(uuid) to :writer, :reader;
grant select on event, head, cursor, parked, case_state, case_party, deadline, record to :reader;
