/*
 * Every day of 2005-2030 as the calendar has it, one line a day: the date, 1 when it is worked and
 * 0 when not, and the bank holiday's name. Read by holidays.mjs; decides nothing itself.
 */
#include <stdio.h>

#include "workday.h"

int main(void)
{
    const struct calendar *cal = calendar_builtin();
    struct date last = date_of(2030, 12, 31);
    for (struct date day = date_of(2005, 1, 1); date_compare(day, last) <= 0;
         day = date_add_days(day, 1)) {
        const struct holiday *holiday = calendar_holiday(cal, day);
        char text[DATE_TEXT_BYTES];
        (void)printf("%s\t%d\t%s\n", date_format(day, text), workday_is(cal, day),
                     holiday ? holiday->name : "");
    }
    return ferror(stdout) || fflush(stdout) != 0;
}
