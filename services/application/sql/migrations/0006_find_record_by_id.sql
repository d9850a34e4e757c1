-- Letters and forms name a record by its id alone (GetContacts).
create index record_by_id on record (record_id);
