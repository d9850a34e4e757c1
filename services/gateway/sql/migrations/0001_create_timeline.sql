-- The gateway's event table is the public log of all services: a root's timeline is read from it.
create index event_root on event (root_id, position);

-- Bearer tokens by their hash; a projection of the events of Client.
create table token (
    token_hash       bytea       primary key,
    client_id        uuid        not null,
    name             text        not null,
    role             integer     not null,
    person_id        uuid,
    organisation_id  uuid,
    expires_at       timestamptz not null,
    revoked          boolean     not null default false
);
-- a revocation finds its token by the client
create index token_client on token (client_id);
grant select, insert, update on token to :writer;
grant select on token to :reader;
