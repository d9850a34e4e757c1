/*
 * The rows of deadlines (deadline_row.h) held against what is decided: whatever sets or meets a deadline in
 * any test has its row, with that event and those recipients.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/deadlines.h"
#include "assessment/domain/deadlines.h"
#include "domain_internal.h"
#include "funding/domain/deadlines.h"

static const struct deadline_row none[] = {{0}};

const struct deadline_row *domain_deadline_rows(Pb__Service service)
{
    switch ((int)service) {
    case PB__SERVICE__APPLICATION:
        return application_deadlines;
    case PB__SERVICE__ASSESSMENT:
        return assessment_deadlines;
    case PB__SERVICE__FUNDING:
        return funding_deadlines;
    default:
        return none;
    }
}

/* Whether some edition has the row's period with this rule, and this title where the row has none. */
static bool is_period(const struct editions *editions, const struct deadline_row *row,
                      const char *rule, const char *title)
{
    for (size_t i = 0; i < editions->count; i++) {
        const struct edition_period *period = edition_period_find(&editions->list[i], row->period);
        if (period != NULL && strcmp(period->rule, rule) == 0 &&
            (row->title != NULL || strcmp(period->title, title) == 0)) {
            return true;
        }
    }
    return false;
}

static bool is_of(const struct domain *w, const struct deadline_row *row, const char *aggregate,
                  const char *rule, const char *title)
{
    if (strcmp(row->aggregate, aggregate) != 0 ||
        (row->title != NULL && strncmp(title, row->title, strlen(row->title)) != 0)) {
        return false;
    }
    return row->period != NULL ? is_period(&w->editions, row, rule, title)
                               : strcmp(row->rule, rule) == 0;
}

static const struct deadline_row *row_of(const struct domain *w, const char *aggregate,
                                         const char *rule, const char *title)
{
    const struct deadline_row *row = domain_deadline_rows(w->service->id);
    for (; row->aggregate != NULL; row++) {
        if (is_of(w, row, aggregate, rule, title)) {
            return row;
        }
    }
    fail_msg("%s: no row of the deadlines is for %s \"%s\"", aggregate, rule, title);
    return row;
}

/* What was decided, for whoever mends the row. */
static const char *events_of(struct domain *w, const struct decision *d)
{
    const char *text = "";
    for (size_t i = 0; i < d->event_count; i++) {
        text = arena_printf(&w->arena, "%s %s", text, message_by_number(d->events[i].type)->name);
    }
    return text;
}

static bool has_event(const struct decision *d, const uint16_t *events)
{
    for (size_t i = 0; i < DEADLINE_EVENTS_MAX && events[i] != 0; i++) {
        for (size_t k = 0; k < d->event_count; k++) {
            if (d->events[k].type == events[i]) {
                return true;
            }
        }
    }
    return false;
}

static void check_set(struct domain *w, const struct aggregate *aggregate, const struct decision *d,
                      const Pb__DeadlineSet *set)
{
    const struct deadline_row *row = row_of(w, aggregate->name, set->rule, set->title);
    if (!has_event(d, row->starts)) {
        fail_msg("%s: \"%s\" is set by no event of its row but with%s", aggregate->name, set->title,
                 events_of(w, d));
    }
    for (size_t i = 0; i < set->n_recipients; i++) {
        if ((row->tells & (UINT32_C(1) << set->recipients[i]->role)) == 0) {
            fail_msg("%s: \"%s\" concerns role %d, its row does not", aggregate->name, set->title,
                     (int)set->recipients[i]->role);
        }
    }
}

/* How the deadline was called when it was set, or NULL for a timer. */
static const Pb__DeadlineSet *set_as(const struct domain *w, struct id deadline_id)
{
    for (size_t i = 0; i < w->log_count; i++) {
        const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)w->log[i].body;
        if (w->log[i].type == MSG_DEADLINE_SET && set->title[0] != '\0' &&
            id_equal(field_id(set->deadline_id), deadline_id)) {
            return set;
        }
    }
    return NULL;
}

static void check_met(struct domain *w, const struct aggregate *aggregate, const struct decision *d,
                      const Pb__DeadlineEnded *ended)
{
    const Pb__DeadlineSet *set = set_as(w, field_id(ended->deadline_id));
    if (set == NULL) {
        return;
    }
    const struct deadline_row *row = row_of(w, aggregate->name, set->rule, set->title);
    if (!has_event(d, row->ends)) {
        fail_msg("%s: \"%s\" is met by no event of its row but with%s", aggregate->name, set->title,
                 events_of(w, d));
    }
}

void domain_check_deadlines(struct domain *w, const struct aggregate *aggregate,
                            const struct decision *d)
{
    for (size_t i = 0; i < d->event_count; i++) {
        const ProtobufCMessage *body = d->events[i].body;
        if (d->events[i].type == MSG_DEADLINE_SET &&
            ((const Pb__DeadlineSet *)body)->title[0] != '\0') {
            check_set(w, aggregate, d, (const Pb__DeadlineSet *)body);
        } else if (d->events[i].type == MSG_DEADLINE_ENDED &&
                   ((const Pb__DeadlineEnded *)body)->how != PB__DEADLINE_ENDED__HOW__CANCELLED) {
            check_met(w, aggregate, d, (const Pb__DeadlineEnded *)body);
        }
    }
}
