-- A record is looked for with its case alone: one index finds it, where two were kept.
alter table record drop constraint record_pkey;
alter table record add primary key (case_id, record_id);
drop index record_case;
