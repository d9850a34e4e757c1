/*
 * Invariant: `calendar` is the built-in list with `added`, whatever was added twice counted once.
 */
#include "holidays.h"

#include "attain/v1/common.pb-c.h"

void holidays_reset(struct holidays *all)
{
    arena_fini(&all->arena);
    *all = (struct holidays){.calendar = *calendar_builtin()};
    arena_init(&all->arena);
}

void holidays_add(struct holidays *all, struct bytes body)
{
    const Pb__HolidayAdded *event =
        pb__holiday_added__unpack(&all->arena.protobuf, body.len, body.data);

    if (event == NULL) {
        return;
    }
    *ARENA_PUSH(&all->arena, all->added, all->count) =
        (struct holiday){.on = {event->holiday_on}, .name = event->name};
    if (calendar_add(calendar_builtin(), all->added, all->count, &all->arena, &all->calendar)) {
        all->count--; /* outside the years that are known: nobody was let add it */
    }
}

void holidays_done(struct holidays *all)
{
    arena_fini(&all->arena);
    *all = (struct holidays){0};
}
