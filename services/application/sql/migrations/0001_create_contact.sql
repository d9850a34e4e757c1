-- Who can be written to, and who holds which position where: projections of the events of Person.
-- Names and addresses stay in record; these rows name them by id.
create table contact (
    person_id     uuid primary key,
    name_record   uuid not null,
    email_record  uuid not null
);
create table position (
    role             integer not null,
    organisation_id  uuid    not null,
    person_id        uuid    not null,
    primary key (role, organisation_id, person_id)
);
grant select, insert, update on contact to :writer;
grant select, insert on position to :writer;
grant select on contact, position to :reader;
