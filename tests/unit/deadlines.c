/*
 * All deadlines of all editions as one table that can be read (tests/golden/deadlines.md), made from the rows
 * of the services and the periods of the editions; and that the two agree: every period of an edition is a
 * deadline of some workflow, and every period that a workflow asks for has its row. That the rows are what
 * the workflows do is held against every decision of every test (tests/support/domain_deadlines.c).
 */
#include <ctype.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "joined.h"
#include "notification/service.h"

static int start(void **state)
{
    struct domain *w = test_calloc(1, sizeof(*w));
    domain_start(w, &notification_service, NULL, "2012-09-03");
    *state = w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    test_free(*state);
    return 0;
}

/* ---- words ---- */

/* "Ast1Submitted" as "AST1 submitted". */
static const char *name_words(const char *name, struct arena *arena)
{
    const char *text = "";
    for (const char *c = name; *c != '\0'; c++) {
        const bool begins = isupper((unsigned char)*c) && c != name;
        const bool is_ast = strncmp(c, "Ast", 3) == 0 && !islower((unsigned char)c[3]);
        if (is_ast) {
            text = arena_printf(arena, "%s%sAST", text, begins ? " " : "");
            c += 2;
        } else {
            text = arena_printf(arena, "%s%s%c", text, begins ? " " : "",
                                c == name ? *c : tolower((unsigned char)*c));
        }
    }
    return text;
}

static const char *events_words(const uint16_t *events, struct arena *arena)
{
    const char *text = events[0] == 0 ? "-" : "";
    for (size_t i = 0; i < DEADLINE_EVENTS_MAX && events[i] != 0; i++) {
        const struct message_type *type = message_by_number(events[i]);
        require(type != NULL);
        text =
            arena_printf(arena, "%s%s%s", text, i == 0 ? "" : "; ", name_words(type->name, arena));
    }
    return text;
}

static const char *roles_words(uint32_t roles, struct arena *arena)
{
    char *text = arena_strdup(arena, "");
    for (unsigned i = 0; i < pb__role__descriptor.n_values; i++) {
        const int role = pb__role__descriptor.values[i].value;
        if ((roles & (UINT32_C(1) << role)) != 0) {
            text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ",
                                message_enum_text(&pb__role__descriptor, role, arena));
        }
    }
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    return text;
}

static const char *length_words(int n, enum period_unit unit, struct arena *arena)
{
    static const char *const units[] = {
        [PERIOD_WORKING_DAYS] = "working day",
        [PERIOD_DAYS] = "day",
        [PERIOD_WEEKS] = "week",
        [PERIOD_WORKING_WEEKS] = "working week",
        [PERIOD_MONTHS] = "month",
        [PERIOD_YEARS] = "year",
        [PERIOD_MONTH_END] = "month",
    };
    if (unit == PERIOD_MONTH_END) {
        return n == 0 ? "to the end of the month"
                      : arena_printf(arena, "to the end of the month, %d later", n);
    }
    return arena_printf(arena, "%d %s%s", n, units[unit], n == 1 ? "" : "s");
}

static const char *reminders_words(const struct edition_reminder *list, size_t count,
                                   struct arena *arena)
{
    const char *text = count == 0 ? "none" : "";
    for (size_t i = 0; i < count; i++) {
        const int n = list[i].n;
        const char *one =
            n == 0 ? "on the day"
                   : arena_printf(arena, "%s %s", length_words(abs(n), list[i].unit, arena),
                                  n < 0 ? "before" : "after");
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : ", ", one);
    }
    return text;
}

/* ---- the table ---- */

/* The row of the table, or "" where the edition has no such deadline. */
static const char *line_of(const struct edition *ed, const struct deadline_row *row,
                           struct arena *arena)
{
    const struct edition_period *period =
        row->period == NULL ? NULL : edition_period_find(ed, row->period);
    const bool is_ats = row->rule != NULL && strncmp(row->rule, "ATS", 3) == 0;
    if (row->period != NULL ? period == NULL : is_ats != (ed->scheme == SCHEME_ATS)) {
        return "";
    }
    const char *title = period != NULL       ? period->title
                        : row->title != NULL ? row->title
                                             : "Each activity of the timeline";
    const char *day = row->day == NULL ? "" : row->day;
    const char *length =
        period == NULL ? day
                       : arena_printf(arena, "%s%s%s",
                                      length_words(period->period.n, period->period.unit, arena),
                                      day[0] == '\0' ? "" : ": ", day);
    /* A day that somebody names is reminded of as an activity is, or not at all. */
    const char *reminders =
        period != NULL ? reminders_words(period->reminders, period->reminder_count, arena)
        : is_ats       ? reminders_words(ed->activity_reminders, ed->activity_reminder_count, arena)
                       : "none";
    return arena_printf(arena, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", title,
                        period != NULL ? period->rule : row->rule,
                        name_words(row->aggregate, arena), events_words(row->starts, arena), length,
                        roles_words(row->tells, arena), events_words(row->ends, arena), row->passes,
                        reminders);
}

static void GEN_3__all_deadlines_are_as_they_were_read(void **state)
{
    struct domain *w = *state;
    const char *text =
        "# Deadlines\n\nEvery deadline of every edition: what begins it, how long it is, who has to act, "
        "what ends it, and what\nfollows when the day passes. A case that ends before takes its open "
        "deadlines with it. Days end at midnight\nin London. Written from the editions "
        "(`common/editions/`) and the rows of the services\n"
        "(`services/*/domain/deadlines.c`) by `tests/unit/deadlines.c`.\n";
    for (size_t i = 0; i < w->editions.count; i++) {
        const struct edition *ed = &w->editions.list[i];
        text = arena_printf(&w->arena,
                            "%s\n## %s: %s\n\n| Deadline | Rule | Case | Begins with | Length | "
                            "Concerns | Ends with | When it passes | Reminders |\n"
                            "|---|---|---|---|---|---|---|---|---|\n",
                            text, ed->id, ed->title);
        for (size_t s = 0; s < JOINED_SERVICES; s++) {
            const struct deadline_row *row = domain_deadline_rows(joined_services[s]->id);
            for (; row->aggregate != NULL; row++) {
                text = arena_printf(&w->arena, "%s%s", text, line_of(ed, row, &w->arena));
            }
        }
    }
    domain_golden("deadlines.md", text);
}

/* ---- complete ---- */

static const struct deadline_row *row_of(const char *period)
{
    for (size_t s = 0; s < JOINED_SERVICES; s++) {
        const struct deadline_row *row = domain_deadline_rows(joined_services[s]->id);
        for (; row->aggregate != NULL; row++) {
            if (row->period != NULL && strcmp(row->period, period) == 0) {
                return row;
            }
        }
    }
    return NULL;
}

static void GEN_3__every_period_of_an_edition_is_a_deadline_of_a_workflow(void **state)
{
    const struct domain *w = *state;
    for (size_t i = 0; i < w->editions.count; i++) {
        const struct edition *ed = &w->editions.list[i];
        for (size_t k = 0; k < ed->period_count; k++) {
            if (row_of(ed->periods[k].code) == NULL) {
                fail_msg("%s: no workflow has the deadline %s", ed->id, ed->periods[k].code);
            }
        }
    }
}

static bool is_in_an_edition(const struct editions *editions, const char *period)
{
    for (size_t i = 0; i < editions->count; i++) {
        if (edition_period_find(&editions->list[i], period) != NULL) {
            return true;
        }
    }
    return false;
}

static const struct aggregate *aggregate_named(const struct service *service, const char *name)
{
    for (size_t i = 0; service->aggregates[i] != NULL; i++) {
        if (strcmp(service->aggregates[i]->name, name) == 0) {
            return service->aggregates[i];
        }
    }
    return NULL;
}

static void check_row(const struct domain *w, const struct service *service,
                      const struct deadline_row *row)
{
    const char *name = row->period != NULL ? row->period : row->rule;
    if (row->period != NULL && !is_in_an_edition(&w->editions, row->period)) {
        fail_msg("%s: no edition has this period", name);
    }
    if (row->period == NULL && (row->rule == NULL || row->day == NULL)) {
        fail_msg("%s: a deadline without a period has its rule and its day", name);
    }
    if (aggregate_named(service, row->aggregate) == NULL || row->passes == NULL) {
        fail_msg("%s: of no case of %s, or without what follows", name, service->name);
    }
}

static void GEN_3__every_row_of_a_deadline_is_whole(void **state)
{
    const struct domain *w = *state;
    for (size_t s = 0; s < JOINED_SERVICES; s++) {
        const struct deadline_row *row = domain_deadline_rows(joined_services[s]->id);
        for (; row->aggregate != NULL; row++) {
            check_row(w, joined_services[s], row);
        }
    }
}

/* ---- asked for in the sources ---- */

static char *read_file(const char *path, struct arena *arena)
{
    enum { FILE_MAX_BYTES = 512 * 1024 };
    char *text = arena_alloc(arena, FILE_MAX_BYTES);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    const size_t len = fread(text, 1, FILE_MAX_BYTES - 1, file);
    text[len] = '\0';
    (void)fclose(file);
    return text;
}

enum { SOURCES_MAX = 200 };

/* All sources of the domains but the rows themselves; how many there are. */
static size_t domain_sources(const char *ret[SOURCES_MAX], struct arena *arena)
{
    glob_t files;
    size_t count = 0;
    assert_int_equal(glob("services/*/domain/*.c", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        if (strstr(files.gl_pathv[i], "/deadlines.c") == NULL) {
            assert_true(count < SOURCES_MAX);
            ret[count++] = read_file(files.gl_pathv[i], arena);
        }
    }
    globfree(&files);
    return count;
}

static void check_is_asked_for(const char *period, const char *const *sources, size_t count,
                               struct arena *arena)
{
    const char *literal = arena_printf(arena, "\"%s\"", period);
    for (size_t i = 0; i < count; i++) {
        if (strstr(sources[i], literal) != NULL) {
            return;
        }
    }
    fail_msg("%s: no workflow asks for this period", period);
}

static void GEN_3__no_row_is_of_a_period_that_nobody_asks_for(void **state)
{
    struct domain *w = *state;
    const char *sources[SOURCES_MAX];
    const size_t count = domain_sources(sources, &w->arena);
    for (size_t s = 0; s < JOINED_SERVICES; s++) {
        const struct deadline_row *row = domain_deadline_rows(joined_services[s]->id);
        for (; row->aggregate != NULL; row++) {
            if (row->period != NULL) {
                check_is_asked_for(row->period, sources, count, &w->arena);
            }
        }
    }
}

/* How many periods `source` asks for by a literal; each has its row. */
static size_t check_asked(const char *source, struct arena *arena)
{
    static const char call[] = "decision_period(";
    size_t calls = 0;
    for (const char *p = source; (p = strstr(p, call)) != NULL;) {
        p += sizeof(call) - 1;
        const char *quote = memchr(p, '"', strcspn(p, ";"));
        if (quote == NULL || memchr(p, ')', (size_t)(quote - p)) != NULL) {
            continue; /* by a variable, whose values are literals elsewhere */
        }
        const char *code = arena_printf(arena, "%.*s", (int)strcspn(quote + 1, "\""), quote + 1);
        if (row_of(code) == NULL) {
            fail_msg("%s is asked for and has no row", code);
        }
        calls++;
    }
    return calls;
}

static void GEN_3__every_period_that_is_asked_for_has_its_row(void **state)
{
    struct domain *w = *state;
    const char *sources[SOURCES_MAX];
    const size_t count = domain_sources(sources, &w->arena);
    size_t calls = 0;
    for (size_t i = 0; i < count; i++) {
        calls += check_asked(sources[i], &w->arena);
    }
    assert_true(calls > 10);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_3__all_deadlines_are_as_they_were_read),
        TEST(GEN_3__every_period_of_an_edition_is_a_deadline_of_a_workflow),
        TEST(GEN_3__every_row_of_a_deadline_is_whole),
        TEST(GEN_3__no_row_is_of_a_period_that_nobody_asks_for),
        TEST(GEN_3__every_period_that_is_asked_for_has_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
