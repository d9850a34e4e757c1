-- Makes :rows cases of kind :kind in schema :schema for lists and their pages: opened a second apart, newest
-- first, each seen by one of 150 authorities. They are listed and never decided on: their states are empty.
-- Organisations and people (:named) are found by their names too, each of which begins with one of ten words, and
-- by keys, of which there are as many.
set synchronous_commit = off;
set search_path = :schema;

insert into case_state (case_id, kind, root_id, seq, fold_version, edition, state, deadlines, opened_at, changed_at,
                        state_name, la_id, label)
select id, :kind, id, 1, 0, 'ast-2013@0', '', '', at, at, 'drafted', la, name
  from (select (array['abbey', 'brook', 'chapel', 'dale', 'elm', 'field', 'grove', 'hill', 'meadow', 'river'])[1 + n % 10]
                   || ' ' || n || ' school' as name,
               (lpad(to_hex(:kind), 8, '0') || lpad(to_hex(n), 8, '0') || repeat('0', 16))::uuid as id,
               ('ffff' || lpad(to_hex(n % 150), 4, '0') || repeat('0', 24))::uuid as la,
               timestamptz '2012-01-01 00:00:00+00' - n * interval '1 second' as at
          from generate_series(1, :rows) n) made;

insert into case_party (party_id, case_id, kind, opened_at)
select la_id, case_id, kind, opened_at from case_state where kind = :kind and edition = 'ast-2013@0';

analyze case_state, case_party;

\if :named
insert into name_part (kind, part, case_id, nth, la_id)
select s.kind, n.part, s.case_id, n.nth, s.la_id
  from case_state s
 cross join lateral name_parts(s.label) n
 where s.kind = :kind and s.edition = 'ast-2013@0';

insert into claim (kind, key, case_id)
select 1 + n % 4, md5(case_id::text || n)::uuid, case_id
  from case_state, generate_series(0, 3) n
 where kind = :kind and edition = 'ast-2013@0';

analyze name_part, claim;
\endif
