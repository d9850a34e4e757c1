-- Statements of the gateway.

-- name: token_issue
-- $1 hashes, $2 clients, $3 names, $4 roles, $5 people, $6 organisations, $7 expiries.
insert into token (token_hash, client_id, name, role, person_id, organisation_id, expires_at)
select * from unnest($1::bytea[], $2::uuid[], $3::text[], $4::integer[], $5::uuid[], $6::uuid[], $7::timestamptz[])
on conflict do nothing;

-- name: token_revoke
-- $1 clients.
update token set revoked = true where client_id = any ($1::uuid[]);

-- name: token_find
-- $1 hash.
select client_id, name, role, person_id, organisation_id, expires_at, revoked
  from token
 where token_hash = $1::bytea;

-- name: timeline_of_root
-- $1 root, $2 whether all its cases, $3 else which, $4 after position, $5 most.
select position, case_id, root_id, kind, type, body, actor, cause, at
  from event
 where root_id = $1::uuid and ($2::boolean or case_id = any ($3::uuid[])) and position > $4::bigint
 order by position
 limit $5::integer;

-- name: log_after
-- $1 after position, $2 most.
select position, case_id, root_id, kind, type, body, actor, cause, at
  from event
 where position > $1::bigint
 order by position
 limit $2::integer;
