-- A party is looked for with its case, or all cases of a party in the order of its list: two indexes do both, where
-- three were kept.
alter table case_party drop constraint case_party_pkey;
drop index case_party_case;
alter table case_party add primary key (case_id, party_id);
