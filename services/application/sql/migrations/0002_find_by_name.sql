-- Finding organisations and people by the beginning of their name, or of any word of it: a projection of
-- their events and records, written in the same commit. Nobody reads it but through the functions below, so
-- that row security decides on what was found and is not asked of every name on the way.

create function name_key(given text) returns text immutable language sql as $$
    select btrim(regexp_replace(lower(given), '[[:space:][:punct:]]+', ' ', 'g'))
$$;

-- The name from each of its first eight words on; the first row is the whole of it.
create function name_parts(given text) returns table (nth integer, part text) immutable language sql as $$
    select i, array_to_string(words[i:], ' ')
      from (select string_to_array(name_key(given), ' ') as words) w,
           generate_series(1, least(cardinality(words), 8)) i
     where words[i] <> ''
$$;

create table name_part (
    kind     integer not null,
    part     text    not null collate "C",
    case_id  uuid    not null,
    -- 1 for the whole name
    nth      integer not null,
    primary key (kind, part, case_id)
);
-- a name that is corrected takes the old one away
create index name_part_case on name_part (case_id);

insert into name_part (kind, part, case_id, nth)
select s.kind, n.part, s.case_id, n.nth
  from case_state s
 cross join lateral name_parts(s.label) n
 where s.kind = 1001
on conflict do nothing;
insert into name_part (kind, part, case_id, nth)
select 1002, n.part, c.person_id, n.nth
  from contact c
  join record r on r.record_id = c.name_record and r.case_id = c.person_id
 cross join lateral name_parts(r.text) n
on conflict do nothing;

-- A page of those of a kind whose name begins so, or with `whole` is so, in the order of what was found; in an
-- authority where one is given; after the one that the page before ended with.
create function found_by_name(asked integer, given text, whole boolean, la uuid, after uuid, most integer)
    returns table (n bigint, case_id uuid)
    stable security definer language sql set search_path from current as $$
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
           select p.part, p.case_id
             from name_part p
            where p.kind = asked
              and (p.part, p.case_id) > (w.place, w.beyond)
              and p.part <= w.high
              and (not whole or p.nth = 1)
              and not exists (select 1
                                from name_part e
                               where e.case_id = p.case_id
                                 and e.part >= w.low
                                 and e.part < p.part)
              and (la is null
                   or exists (select 1 from case_state s where s.case_id = p.case_id and s.la_id = la))
            order by p.part, p.case_id
            limit most) p
     order by 1
$$;

-- Who holds a key: one at a time, for whoever can say what it is made of.
create function claimed(asked integer, wanted uuid) returns uuid
    stable security definer language sql set search_path from current as $$
    select case_id from claim where kind = asked and key = wanted
$$;

revoke execute on function found_by_name(integer, text, boolean, uuid, uuid, integer), claimed(integer, uuid) from public;
grant execute on function found_by_name(integer, text, boolean, uuid, uuid, integer), claimed(integer, uuid) to :reader;
grant select, insert, delete on name_part to :writer;
