-- Most of this table is what other services logged, each event of a case once and in order there, and taken over
-- by a cursor that moves in the same transaction. What is decided here is found by its root like the rest, so that
-- the index by case need hold no more than our own: 5001 is Client, the only aggregate of the gateway.
alter table event drop constraint event_case_id_seq_key;
create unique index event_own on event (case_id, seq) where kind = 5001;
