-- Which holder of a position is the newest, by the event that gave it; and a position ends.
alter table position add column granted bigint not null default 0;
grant update, delete on position to :writer;
-- what a person no longer claims
create index claim_case on claim (case_id);
