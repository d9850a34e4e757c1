-- Statements of funding.

-- name: posting_add
-- $1 positions, $2 lines, $3 entries, $4 accounts, $5 pence, $6 days, $7 rules, $8 narratives, $9 cases,
-- $10 roots, $11 instants.
insert into posting (position, line, entry_id, account, pence, entered_on, rule, narrative, case_id, root_id, at)
select * from unnest($1::bigint[], $2::smallint[], $3::uuid[], $4::text[], $5::bigint[], $6::date[], $7::text[],
                     $8::text[], $9::uuid[], $10::uuid[], $11::timestamptz[]);

-- name: ledger_of_root
-- Oldest first. $1 root, $2 after position, $3 and line, $4 most.
select position, line, entry_id, account, pence, entered_on, rule, narrative, case_id, root_id, at
  from posting
 where root_id = $1::uuid
   and (position, line) > ($2::bigint, $3::smallint)
 order by position, line
 limit $4::integer;

-- name: ledger_of_account
-- Oldest first. $1 account, $2 after position, $3 and line, $4 most.
select position, line, entry_id, account, pence, entered_on, rule, narrative, case_id, root_id, at
  from posting
 where account = $1::text
   and (position, line) > ($2::bigint, $3::smallint)
 order by position, line
 limit $4::integer;

-- name: ledger_all
-- Oldest first. $1 after position, $2 and line, $3 most.
select position, line, entry_id, account, pence, entered_on, rule, narrative, case_id, root_id, at
  from posting
 where (position, line) > ($1::bigint, $2::smallint)
 order by position, line
 limit $3::integer;

-- name: ledger_unbalanced
-- For whoever verifies: entries whose lines are not nought together. $1 most.
select entry_id, sum(pence)::bigint
  from posting
 group by entry_id
having sum(pence) <> 0
 order by entry_id
 limit $1::integer;

-- name: statement_add
-- $1 positions, $2 lines, $3 runs, $4 posts, $5 schools, $6 authorities, $7 years, $8 corrections, $9 days, $10 from, $11 to
-- (1970-01-01 for none), $12 amounts, $13 adjustments, $14 rules, $15 editions, $16 inputs, $17 entries' positions,
-- $18 accounts, $19 cases, $20 instants.
insert into statement_line (position, line, run_id, post_id, school_id, la_id, financial_year, correction, days, from_on,
                            to_on, amount, adjustment, rule, edition, inputs, entry_position, account, case_id, at)
select position, line, run_id, post_id, school_id, la_id, financial_year, correction, days,
       nullif(from_on, date '1970-01-01'), nullif(to_on, date '1970-01-01'), amount, adjustment, rule, edition, inputs,
       entry_position, account, case_id, at
  from unnest($1::bigint[], $2::smallint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::integer[], $8::boolean[],
              $9::integer[], $10::date[], $11::date[], $12::bigint[], $13::bigint[], $14::text[], $15::text[],
              $16::text[], $17::bigint[], $18::text[], $19::uuid[], $20::timestamptz[])
       as row (position, line, run_id, post_id, school_id, la_id, financial_year, correction, days, from_on, to_on, amount,
               adjustment, rule, edition, inputs, entry_position, account, case_id, at);

-- name: statement_lines
-- $1 run, $2 after position, $3 and line, $4 most.
select position, line, post_id, school_id, financial_year, days, from_on, to_on, amount, adjustment, rule, edition,
       inputs, correction, at
  from statement_line
 where run_id = $1::uuid
   and (position, line) > ($2::bigint, $3::smallint)
 order by position, line
 limit $4::integer;

-- name: statement_sums
-- A line's own sum comes from the statement, the ledger's from the entry that was booked for it. $1 run.
select count(distinct post_id) filter (where not correction)::integer,
       coalesce(sum(amount) filter (where not correction), 0)::bigint,
       coalesce(sum(adjustment) filter (where not correction), 0)::bigint,
       coalesce(sum(amount + adjustment) filter (where correction), 0)::bigint,
       coalesce(sum(pence), 0)::bigint
  from statement_line as l
  left join posting as p
    on p.position = l.entry_position
   and p.account = l.account
 where run_id = $1::uuid;

-- name: reconcile_streams
-- $1 authority, $2 year, $3 most.
select run_id, sum(amount + adjustment)::bigint, coalesce(sum(pence), 0)::bigint
  from statement_line as l
  left join posting as p
    on p.position = l.entry_position
   and p.account = l.account
 where la_id = $1::uuid
   and financial_year = $2::integer
 group by run_id
 order by min(l.position)
 limit $3::integer;

-- name: reconcile_account
-- $1 account.
select coalesce(sum(pence), 0)::bigint
  from posting
 where account = $1::text;
