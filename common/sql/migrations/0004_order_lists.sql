-- Lists page by the instant of opening and then by the case, both backwards: an index in that order finds the place
-- where a page begins and reads no more than the page.
drop index case_state_kind;
create index case_state_kind on case_state (kind, opened_at desc, case_id desc);
-- lists of one state
create index case_state_name on case_state (kind, state_name, opened_at desc, case_id desc);

-- What a party's list is ordered by stands with the party, so that a page of it reads the page alone, however many
-- cases others have.
alter table case_party
    add column kind      integer,
    add column opened_at timestamptz;
update case_party p
   set kind = c.kind, opened_at = c.opened_at
  from case_state c
 where c.case_id = p.case_id;
alter table case_party
    alter column kind set not null,
    alter column opened_at set not null;
create index case_party_list on case_party (party_id, kind, opened_at desc, case_id desc);
