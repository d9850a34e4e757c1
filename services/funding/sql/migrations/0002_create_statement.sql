-- Statements (AST-F10): a projection of the events StreamPaid and LineReversed, written in their commit and only ever
-- added to, so that a settled line stands as it was. A line names the ledger's entry that was booked for it.
create table statement_line (
    position        bigint      not null,
    line            smallint    not null,
    run_id          uuid        not null,
    post_id         uuid        not null,
    school_id       uuid,
    la_id           uuid        not null,
    -- the year to whose budget it is booked, an earlier one for what is carried over
    financial_year  integer     not null,
    correction      boolean     not null,
    days            integer     not null,
    from_on         date,
    to_on           date,
    amount          bigint      not null,
    adjustment      bigint      not null,
    rule            text        not null,
    edition         text        not null,
    inputs          text        not null,
    -- position of the entry in the ledger; 0 where nothing was booked
    entry_position  bigint      not null,
    account         text        not null,
    case_id         uuid        not null,
    at              timestamptz not null,
    primary key (position, line)
);
-- one statement in order
create index statement_line_run on statement_line (run_id, position, line);
-- an authority's year, to be held against the ledger
create index statement_line_year on statement_line (la_id, financial_year, run_id);

alter table statement_line enable row level security;
create policy writer on statement_line for all to :writer using (true) with check (true);
create policy reader on statement_line for select to :reader using (may_see(case_id));

grant select, insert on statement_line to :writer;
grant select on statement_line to :reader;
