/*
 * Small parts that every case of this service needs. A financial year is named by the year in which it
 * begins, and begins on 1 April.
 */
#include "figures.h"

#include <string.h>

Pb__Money *figures_money(int64_t pence, struct arena *arena)
{
    Pb__Money *money = FORM_NEW(arena, Money, money);
    money->pence = pence;
    money->currency = arena_strdup(arena, "GBP");
    return money;
}

int64_t figures_pence(const Pb__Money *money)
{
    return money == NULL ? 0 : money->pence;
}

struct date figures_year_first(int year)
{
    return date_of(year, 4, 1);
}

struct date figures_year_last(int year)
{
    return date_of(year + 1, 3, 31);
}

int figures_year_of(struct date on)
{
    const struct civil civil = date_civil(on);
    return civil.month < 4 ? civil.year - 1 : civil.year;
}

int figures_year_days(int year)
{
    return figures_year_last(year).days - figures_year_first(year).days + 1;
}

const char *figures_year_words(int year, struct arena *arena)
{
    return arena_printf(arena, "%d-%02d", year, (year + 1) % 100);
}

const char *figures_stream_words(int year, int stream, struct arena *arena)
{
    static const char *const months[FIGURES_STREAMS] = {"June", "September", "December", "March"};
    require(stream >= 1);
    require(stream <= FIGURES_STREAMS);
    return arena_printf(arena, "%s %d", months[stream - 1],
                        stream == FIGURES_STREAMS ? year + 1 : year);
}

const struct edition *figures_edition(const struct editions *editions, Pb__FundingSource source,
                                      int year, Pb__Organisation__Nation nation,
                                      struct arena *arena)
{
    const char *word = message_enum_text(&pb__funding_source__descriptor, (int)source, arena);
    const char *where = nation == PB__ORGANISATION__NATION__WALES ? "wales" : "england";
    const struct edition *newest = NULL;
    for (size_t i = 0; i < editions->count; i++) {
        const struct edition *ed = &editions->list[i];
        const struct edition_funding *row = edition_funding(ed, word, year, where);
        if (row != NULL && row->through_la &&
            (newest == NULL || date_compare(newest->valid_from, ed->valid_from) < 0)) {
            newest = ed;
        }
    }
    return newest;
}
