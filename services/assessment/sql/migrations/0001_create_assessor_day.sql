-- On which days assessors are booked: a projection of bookings, for the ranking of AST-S2. That a day is
-- taken once alone is the claim's word, not this table's.
create table assessor_day (
    case_id      uuid primary key,
    assessor_id  uuid not null,
    taken_on     date not null
);
-- the ranking reads the days to come
create index assessor_day_taken on assessor_day (taken_on);
alter table assessor_day enable row level security;
create policy writer on assessor_day for all to :writer using (true) with check (true);
create policy reader on assessor_day for select to :reader using (current_setting('attain.all', true) = 'on');
grant select, insert, update, delete on assessor_day to :writer;
grant select on assessor_day to :reader;
