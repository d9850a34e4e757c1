/*
 * Editions that a test changes: copies in the stage's memory, so that the loaded ones stay as they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain.h"

struct edition *domain_change_edition(struct domain *w, const char *id)
{
    struct edition *list =
        arena_copy(&w->arena, w->editions.list, w->editions.count * sizeof(*list));
    w->editions.list = list;
    for (size_t i = 0; i < w->editions.count; i++) {
        if (strcmp(list[i].id, id) == 0) {
            return &list[i];
        }
    }
    fail_msg("there is no edition %s", id);
    return NULL;
}

struct edition *domain_edition_itself(struct domain *w, const char *id)
{
    for (size_t i = 0; i < w->editions.count; i++) {
        if (strcmp(w->editions.list[i].id, id) == 0) {
            return (struct edition *)(uintptr_t)&w->editions.list[i]; /* the stage's own */
        }
    }
    fail_msg("there is no edition %s", id);
    return NULL;
}

void domain_forget_period(struct domain *w, struct edition *ed, const char *code)
{
    struct edition_period *kept = ARENA_ARRAY(&w->arena, ed->period_count, struct edition_period);
    size_t count = 0;
    for (size_t i = 0; i < ed->period_count; i++) {
        if (strcmp(ed->periods[i].code, code) != 0) {
            kept[count++] = ed->periods[i];
        }
    }
    assert_int_equal(count + 1, ed->period_count);
    ed->periods = kept;
    ed->period_count = count;
}

void domain_lacks(const struct domain *w, const char *what)
{
    domain_refused(w, "GEN-10", "edition-lacks");
    domain_refused_with(w, what);
    assert_non_null(strstr(w->answer.refusal->next, "attain move --from "));
}
