-- Makes :rows cases of kind :kind in schema :schema for lists and their pages: opened a second apart, newest
-- first, each seen by one of 150 authorities. They are listed and never decided on: their states are empty.
set synchronous_commit = off;
set search_path = :schema;

insert into case_state (case_id, kind, root_id, seq, fold_version, edition, state, deadlines, opened_at, changed_at,
                        state_name, la_id, label)
select id, :kind, id, 1, 0, 'ast-2013@0', '', '', at, at, 'drafted', la, ''
  from (select (lpad(to_hex(:kind), 8, '0') || lpad(to_hex(n), 8, '0') || repeat('0', 16))::uuid as id,
               ('ffff' || lpad(to_hex(n % 150), 4, '0') || repeat('0', 24))::uuid as la,
               timestamptz '2012-01-01 00:00:00+00' - n * interval '1 second' as at
          from generate_series(1, :rows) n) made;

insert into case_party (party_id, case_id, kind, opened_at)
select la_id, case_id, kind, opened_at from case_state where kind = :kind and edition = 'ast-2013@0';

analyze case_state, case_party;
