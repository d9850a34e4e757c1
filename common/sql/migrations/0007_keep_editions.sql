-- The editions by which cases were opened, as they were read: file, a NUL, overlay. The revision is their SHA-256, so
-- that a row that was altered is none (GEN-10). Only ever added to.
create table edition (
    revision  text         primary key,
    id        text         not null,
    bytes     bytea        not null,
    at        timestamptz  not null default clock_timestamp()
);
grant select, insert on edition to :writer;
grant select on edition to :reader;
