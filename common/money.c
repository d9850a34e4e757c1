/*
 * Sums in whole pence. Both divisions are exact: what one part loses by rounding is either said by
 * the rule (half a penny up) or lands in a named part (the last share), so that parts add up.
 */
#include "money.h"

int64_t money_part_year(int64_t yearly_pence, struct date first, struct date last, int days_in_year)
{
    require(days_in_year == 365 || days_in_year == 366);
    if (date_compare(last, first) < 0) {
        return 0;
    }
    int64_t days = (int64_t)last.days - first.days + 1;
    int64_t doubled;
    require(!__builtin_mul_overflow(yearly_pence, days * 2, &doubled));
    require(!__builtin_add_overflow(doubled, (int64_t)days_in_year, &doubled));
    int64_t divisor = (int64_t)days_in_year * 2;
    return doubled / divisor - (doubled % divisor < 0); /* rounds down, below nought too */
}

int64_t money_share(int64_t total_pence, int count, int index)
{
    require(index >= 0);
    require(index < count);
    int64_t share_pence = total_pence / count;
    return index < count - 1 ? share_pence : total_pence - share_pence * (count - 1);
}

char *money_format(int64_t pence, struct arena *arena)
{
    uint64_t size = pence < 0 ? -(uint64_t)pence : (uint64_t)pence;
    uint64_t pounds = size / 100;
    char digits[32]; /* filled from the end: 18 digits, 6 commas and a NUL at most */
    char *at = digits + sizeof(digits);
    *--at = '\0';
    for (int count = 0; pounds > 0 || count == 0; count++, pounds /= 10) {
        if (count > 0 && count % 3 == 0) {
            *--at = ',';
        }
        *--at = (char)('0' + pounds % 10);
    }
    return arena_printf(arena, "%s£%s.%02u", pence < 0 ? "-" : "", at, (unsigned int)(size % 100));
}
