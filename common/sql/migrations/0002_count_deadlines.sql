-- How a deadline was counted, so that it can be counted anew by another calendar (GEN-1, law 11).
-- counted_in is PeriodUnit's number; 0 stands for a day that was named.
alter table deadline
    add column counted    integer  not null default 0,
    add column counted_in smallint not null default 0 check (counted_in between 0 and 7);
-- an operator lists what was counted in working days (1) or working weeks (4) and is still open
create index deadline_counted on deadline (deadline_id) where standing = 0 and counted_in in (1, 4);
