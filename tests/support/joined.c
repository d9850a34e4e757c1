/*
 * Feeds between stages. Every event is offered once to every service, in the order of its producer's
 * log; what waits keeps its place before later events of the same root, as the runner has it.
 */
#include "joined.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "application/service.h"
#include "assessment/service.h"
#include "funding/service.h"
#include "gateway/service.h"
#include "notification/service.h"

const struct service *const joined_services[JOINED_SERVICES] = {
    &application_service,  &assessment_service, &funding_service,
    &notification_service, &gateway_service,
};

void joined_start(struct joined *j, const char *on)
{
    memset(j, 0, sizeof(*j));
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        domain_start(&j->of[i], joined_services[i], NULL, on);
    }
}

void joined_stop(struct joined *j)
{
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        domain_stop(&j->of[i]);
    }
}

static void take_back(struct joined *j, size_t index)
{
    j->waiting_count--;
    memmove(&j->waiting[index], &j->waiting[index + 1],
            (j->waiting_count - index) * sizeof(j->waiting[0]));
}

static void set_aside(struct joined *j, size_t service, const struct event *event)
{
    if (j->waiting_count == JOINED_WAITING_MAX) {
        fail_msg("%s waits for more than %d events", joined_services[service]->name,
                 JOINED_WAITING_MAX);
    }
    j->waiting[j->waiting_count++] = (struct joined_waiting){service, *event};
}

/* Whether an earlier event of its root waits. */
static bool must_wait(const struct joined *j, size_t service, const struct event *event)
{
    for (size_t i = 0; i < j->waiting_count; i++) {
        if (j->waiting[i].service == service && j->waiting[i].event.producer == event->producer &&
            id_equal(j->waiting[i].event.root_id, event->root_id)) {
            return true;
        }
    }
    return false;
}

/* False when it has to wait. */
static bool take(struct joined *j, size_t service, const struct event *event)
{
    struct domain *w = &j->of[service];
    if (domain_take(w, event) == 0) {
        return true;
    }
    if (w->answer.status == DOMAIN_REFUSED) {
        fail_msg("%s would set aside event %s of %d: %s %s", w->service->name,
                 message_by_number(event->type)->name, (int)event->producer,
                 w->answer.refusal->rule, w->answer.refusal->detail);
    }
    j->set_aside += w->answer.status == DOMAIN_NOT_FOUND;
    return w->answer.status != DOMAIN_WAITS;
}

static bool offer(struct joined *j, const struct event *event)
{
    bool any = false;
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        if (!domain_reacts(&j->of[i], event)) {
            continue;
        }
        any = true;
        if (must_wait(j, i, event) || !take(j, i, event)) {
            set_aside(j, i, event);
        }
    }
    return any;
}

static bool offer_waiting(struct joined *j)
{
    for (size_t i = 0; i < j->waiting_count; i++) {
        struct joined_waiting w = j->waiting[i];
        take_back(j, i);
        if (!must_wait(j, w.service, &w.event) && take(j, w.service, &w.event)) {
            return true;
        }
        set_aside(j, w.service, &w.event);
        struct joined_waiting last = j->waiting[j->waiting_count - 1];
        memmove(&j->waiting[i + 1], &j->waiting[i],
                (j->waiting_count - 1 - i) * sizeof(j->waiting[0]));
        j->waiting[i] = last;
    }
    return false;
}

void joined_settle(struct joined *j)
{
    enum { TURNS_MAX = 100000 };
    bool more = true;
    for (size_t turn = 0; more; turn++) {
        if (turn > TURNS_MAX) {
            fail_msg("the services never settle");
        }
        more = false;
        for (size_t i = 0; i < JOINED_SERVICES; i++) {
            while (j->taken[i] < j->of[i].log_count) {
                struct event event = j->of[i].log[j->taken[i]++];
                more = offer(j, &event) || more;
            }
        }
        more = more ? more : offer_waiting(j);
    }
}

void joined_pass_days(struct joined *j, int days)
{
    char on[DATE_TEXT_BYTES];
    struct date today = instant_date(j->of[0].now_us);
    for (int n = 1; n <= days; n++) {
        (void)date_format(date_add_days(today, n), on);
        for (size_t i = 0; i < JOINED_SERVICES; i++) {
            domain_on(&j->of[i], on);
        }
        joined_settle(j);
    }
}
