-- Whom an authority's policy names for a phase: mail for its coordinator about something of that phase is theirs.
create table la_coordinator (
    la_id      uuid    not null,
    phase      integer not null,
    person_id  uuid    not null,
    primary key (la_id, phase)
);
grant select, insert, delete on la_coordinator to :writer;
grant select on la_coordinator to :reader;
