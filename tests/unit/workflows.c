/*
 * Every workflow of every service, found by the tables of services: sound, written out row by row in
 * tests/golden/, and drawn in the service's docs. A new aggregate with a table takes part by itself;
 * GOLDEN_UPDATE=1 writes and draws it.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "joined.h"

/* "RegisterEntry" as "register_entry". */
static const char *file_name(const char *aggregate, struct arena *arena)
{
    const char *text = "";
    for (const char *c = aggregate; *c != '\0'; c++) {
        text = arena_printf(arena, "%s%s%c", text,
                            isupper((unsigned char)*c) && c != aggregate ? "_" : "",
                            tolower((unsigned char)*c));
    }
    return text;
}

static void check(const struct service *service, const struct aggregate *aggregate,
                  struct arena *arena)
{
    const char *fault = fsm_check(aggregate->fsm, arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
    const char *name = file_name(aggregate->name, arena);
    const char *folder = arena_printf(arena, "services/%s/docs", service->name);
    (void)mkdir(folder, 0777);
    const char *text = arena_printf(
        arena,
        "# %s\n\nWhere such a case can be, and what takes it on; a move may have conditions, and each has "
        "its rule\nand its reason, which are in the workflow's table (`tests/golden/%s.md`). Who may do "
        "what is in\n`tests/golden/access.md`. Drawn from the table by `tests/unit/workflows.c`.\n\n%s",
        aggregate->name, name, fsm_diagram(aggregate->fsm, arena));
    domain_golden(arena_printf(arena, "%s/%s.md", folder, name), text);
    domain_golden(arena_printf(arena, "%s.md", name), fsm_dump(aggregate->fsm, arena));
}

static void workflow__every_table_is_sound_written_and_drawn_as_it_is(void **state)
{
    (void)state;
    struct arena arena;
    size_t drawn = 0;
    arena_init(&arena);
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        const struct aggregate *const *list = joined_services[i]->aggregates;
        for (size_t k = 0; list[k] != NULL; k++) {
            if (list[k]->fsm != NULL) {
                check(joined_services[i], list[k], &arena);
                drawn++;
            }
        }
    }
    assert_true(drawn >= 10);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workflow__every_table_is_sound_written_and_drawn_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
