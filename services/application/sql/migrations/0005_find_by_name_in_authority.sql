-- The authority stands beside the name, so that a page of an authority's names is read in their order too, and does
-- not pass over everybody else's.
alter table name_part add column la_id uuid;

update name_part n
   set la_id = s.la_id
  from case_state s
 where s.case_id = n.case_id
   and s.la_id is not null;

create index name_part_la on name_part (la_id, kind, part, case_id) where la_id is not null;

-- As before, by the index of whichever is asked for: the kind's names or an authority's. Planned once a session, and
-- said to give a page: who joins it looks up each row, and does not read a whole table beside it.
create or replace function found_by_name(asked integer, given text, whole boolean, la uuid, after uuid, most integer)
    returns table (n bigint, case_id uuid)
    rows 50 stable security definer language plpgsql
    set search_path from current set plan_cache_mode = force_generic_plan as $$
begin
    return query
    with named as materialized (
         select name_key(given) as low, name_key(given) || case when whole then '' else E'\U0010FFFF' end as high),
         wanted as materialized (
         select low, high, coalesce((select min(a.part)
                                       from name_part a
                                      where a.case_id = after
                                        and a.part >= low collate "C"), low) as place,
                coalesce(after, '00000000-0000-0000-0000-000000000000'::uuid) as beyond
           from named
          where low <> '')
    select row_number() over (order by p.part, p.case_id), p.case_id
      from wanted w
     cross join lateral (
           (select p.part, p.case_id
              from name_part p
             where la is null
               and p.kind = asked
               and (p.part, p.case_id) > (w.place, w.beyond)
               and p.part <= w.high
               and (not whole or p.nth = 1)
               and not exists (select 1
                                 from name_part e
                                where e.case_id = p.case_id
                                  and e.part >= w.low
                                  and e.part < p.part)
             order by p.part, p.case_id
             limit most)
            union all
           (select p.part, p.case_id
              from name_part p
             where p.la_id = la
               and p.kind = asked
               and (p.part, p.case_id) > (w.place, w.beyond)
               and p.part <= w.high
               and (not whole or p.nth = 1)
               and not exists (select 1
                                 from name_part e
                                where e.case_id = p.case_id
                                  and e.part >= w.low
                                  and e.part < p.part)
             order by p.part, p.case_id
             limit most)) p
     order by 1;
end
$$;
