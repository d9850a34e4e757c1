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
