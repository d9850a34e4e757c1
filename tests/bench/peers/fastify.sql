-- The tables of the Fastify peer: a state row a case, its history, its outbox.
create table cases (
    id          uuid        primary key,
    version     bigint      not null,
    items       integer     not null,
    state       jsonb       not null,
    changed_at  timestamptz not null
) with (fillfactor = 60);
create table history (
    id       bigint generated always as identity primary key,
    case_id  uuid        not null,
    version  bigint      not null,
    type     text        not null,
    body     jsonb       not null,
    at       timestamptz not null default now(),
    unique (case_id, version)
);
create table outbox (
    id       bigint generated always as identity primary key,
    case_id  uuid        not null,
    type     text        not null,
    body     jsonb       not null,
    at       timestamptz not null default now(),
    sent_at  timestamptz
);
create index outbox_unsent on outbox (id) where sent_at is null;
insert into cases
select md5(n::text)::uuid, 1, 0, '{}'::jsonb, now() from generate_series(1, :cases) n;
vacuum analyze;
