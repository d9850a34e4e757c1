-- The ledger (law 13): a projection of the events Posted, written in their commit and only ever added to.
-- A line's place is its event's position and its number in the entry; debit positive, credit negative.
create table posting (
    position    bigint      not null,
    line        smallint    not null,
    entry_id    uuid        not null,
    account     text        not null,
    pence       bigint      not null check (pence <> 0),
    entered_on  date        not null,
    rule        text        not null,
    narrative   text        not null,
    case_id     uuid        not null,
    root_id     uuid        not null,
    at          timestamptz not null,
    primary key (position, line),
    -- an entry is written once, whatever is tried again
    unique (entry_id, line)
);
-- everything booked for one post, application or budget
create index posting_root on posting (root_id, position, line);
-- one account's lines in order
create index posting_account on posting (account, position, line);

alter table posting enable row level security;
create policy writer on posting for all to :writer using (true) with check (true);
create policy reader on posting for select to :reader using (may_see(case_id));

grant select, insert on posting to :writer;
grant select on posting to :reader;
