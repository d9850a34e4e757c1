/*
 * Names of accounts are made here and nowhere else, so that what one case debits another credits. An
 * entry has two sides of one sum and therefore balances by its making.
 */
#include "accounts.h"

const char *accounts_grant(int year, Pb__FundingSource source, struct arena *arena)
{
    return arena_printf(arena, "grant:%d:%s", year,
                        message_enum_text(&pb__funding_source__descriptor, (int)source, arena));
}

const char *accounts_of_la(struct id la_id, int year, enum accounts_la which, struct arena *arena)
{
    static const char *const names[] = {
        [ACCOUNTS_AVAILABLE] = "available",
        [ACCOUNTS_RESERVED] = "reserved",
        [ACCOUNTS_OWED] = "owed",
        [ACCOUNTS_PAID] = "paid",
        [ACCOUNTS_MATCH] = "match",
        [ACCOUNTS_COORDINATION] = "coordination",
        [ACCOUNTS_PROGRESSION] = "progression",
    };
    char text[ID_TEXT_BYTES];
    return arena_printf(arena, "la:%s:%d:%s", id_format(la_id, text), year, names[which]);
}

const char *accounts_progression(struct id school_id, int year, struct arena *arena)
{
    char text[ID_TEXT_BYTES];
    return arena_printf(arena, "school:%s:%d:progression", id_format(school_id, text), year);
}

const char *accounts_fees(int cohort, struct arena *arena)
{
    return arena_printf(arena, "fees:%d:income", cohort);
}

const char *accounts_cash(void)
{
    return "cash:fees";
}

void accounts_move(struct decision *d, const char *rule, const char *from, const char *to,
                   int64_t pence, const char *narrative)
{
    if (pence > 0) {
        decision_post(d, rule, to, from, pence, narrative);
    } else if (pence < 0) {
        decision_post(d, rule, from, to, -pence, narrative);
    }
}
