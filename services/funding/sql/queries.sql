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
