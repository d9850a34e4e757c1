-- Makes :cases applications of real ones: the same rows under ids that count up, opened a second apart, with one
-- of the texts of each. Events are not copied, so that nothing can be decided on a copy; it can only be read.
set synchronous_commit = off;
set search_path = application;

create temporary table template as
select row_number() over (order by case_id) - 1 as place, case_id
  from case_state
 where kind = 1005;

create temporary table copy as
select number, case_id as original, (lpad(to_hex(number), 16, '0') || lpad('', 16, '0'))::uuid as copied
  from generate_series(1, :cases) number
  join template on place = number % (select count(*) from template);

insert into case_state
select copied, kind, copied, seq, fold_version, edition, state, deadlines, opened_at - number * interval '1 second',
       changed_at, state_name, la_id, label
  from copy
  join case_state on case_id = original
 order by number;

insert into case_party
select party_id, copied, kind, opened_at - number * interval '1 second'
  from copy
  join case_party on case_id = original;

insert into record
select copied, copied, text, digest, at
  from copy
  join (select distinct on (case_id) * from record order by case_id, record_id) one on case_id = original
 order by number;

insert into deadline
select copied, copied, copied, rule, item, title, started_on, due_on, due_at, arithmetic, calendar_hash, standing
  from copy
  join (select distinct on (case_id) * from deadline order by case_id, deadline_id) one on case_id = original
 order by number;

vacuum analyze case_state, case_party, record, deadline;
