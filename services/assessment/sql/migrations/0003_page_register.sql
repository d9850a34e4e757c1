-- The register page by page, in the order of its numbers, for the service itself: nobody else is answered. Row security
-- asks of each row alone whether it may be seen, at thirty times the price of reading it; and where the statistics are old
-- a plan that sorts reads the whole register for each page. An entry's state is told where it is of those asked for.
create function register_page(after text, states text[], las uuid[], most integer)
    returns table (number text, entry bytea)
    stable security definer language sql
    set search_path from current set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off as $$
    select label,
           case when state_name = any (states) and (cardinality(las) = 0 or la_id = any (las)) then state end
      from case_state
     where kind = 2004
       and label > after
       and current_setting('attain.all', true) = 'on'
     order by label
     limit most
$$;
revoke execute on function register_page(text, text[], uuid[], integer) from public;
grant execute on function register_page(text, text[], uuid[], integer) to :reader;
