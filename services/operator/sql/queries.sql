-- Statements of `attain verify` and `attain checkpoint`. They run one after another on a blocking connection; what is
-- long is read by cursors, so that neither side ever holds more than a page of it.

-- name: verify_begin
-- One snapshot for all that is compared.
begin isolation level repeatable read read only;

-- name: verify_schema
-- $1 the service.
select set_config('search_path', $1::text, true);

-- name: verify_whole
-- Cursors are read to their end: what brings the first row soonest is not what is wanted.
set local cursor_tuple_fraction = 1;

-- name: verify_head
select position, hash, epoch, clock_timestamp() from head;

-- name: verify_hash_at
-- $1 position.
select hash from event where position = $1::bigint;

-- name: log_declare
declare log no scroll cursor for
select position, case_id, seq, root_id, kind, type, body, actor, cause, at, edition, hash
  from event
 order by position;

-- name: log_fetch
fetch 1000 from log;

-- name: ledger_declare
declare ledger no scroll cursor for
select position, line, entry_id, account, pence, entered_on, rule, narrative, case_id, root_id, at
  from posting
 order by position, line;

-- name: ledger_fetch
fetch 1000 from ledger;

-- name: ledger_count
-- Entries, and how many of them are not nought together.
select count(*), coalesce(count(*) filter (where total <> 0), 0)
  from (select sum(pence) as total from posting group by entry_id) entries;

-- name: events_declare
declare events no scroll cursor for
select case_id, seq, root_id, kind, type, body, actor, at, edition, position
  from event
 order by case_id, seq;

-- name: events_fetch
fetch 1000 from events;

-- name: cases_declare
declare cases no scroll cursor for
select case_id, kind, root_id, seq, fold_version, edition, state, deadlines, opened_at, changed_at, state_name, la_id,
       label
  from case_state
 order by case_id;

-- name: cases_fetch
fetch 250 from cases;

-- name: parties_declare
declare parties no scroll cursor for
select case_id, party_id, kind, opened_at
  from case_party
 order by case_id, party_id;

-- name: parties_fetch
fetch 1000 from parties;

-- name: deadlines_declare
declare deadlines no scroll cursor for
select case_id, deadline_id, root_id, rule, item, title, started_on, due_on, due_at, arithmetic, calendar_hash, counted,
       counted_in, standing
  from deadline
 order by case_id, deadline_id;

-- name: deadlines_fetch
fetch 1000 from deadlines;

-- name: records_declare
declare records no scroll cursor for
select case_id, record_id, text, digest
  from record
 order by case_id, record_id;

-- name: records_fetch
fetch 250 from records;

-- name: move_cases
-- Under an edition or one revision of it. $1 which, $2 the revision to which they are to be moved, $3 that case alone, or
-- null.
select case_id, kind, edition, state_name
  from case_state
 where (edition = $1::text or left(edition, length($1::text) + 1) = $1::text || '@')
   and edition <> $2::text
   and ($3::uuid is null or case_id = $3::uuid)
 order by case_id;
