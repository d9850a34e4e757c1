/*
 * What follows from events on a stage: the service's reactions become commands of SYSTEM, one by one, as
 * the runner has it. An event comes from a test, from the stage itself, or from another stage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "domain_internal.h"

/* Sends what follows from `event`, up to the first command that is not accepted when it `stops`; returns
 * how many reactions there were. */
static size_t react(struct domain *w, const struct event *event, bool stops)
{
    enum { COMMANDS_MAX = 500 };
    size_t reactions = 0;
    struct actor actor = w->actor;
    w->actor = (struct actor){.role = PB__ROLE__SYSTEM, .client = "test"};
    const struct reaction *list = w->service->reactions;
    bool goes_on = true;
    for (size_t i = 0; goes_on && list != NULL && list[i].react != NULL; i++) {
        if (list[i].producer != event->producer || list[i].event != event->type) {
            continue;
        }
        reactions++;
        struct reaction_command *commands =
            ARENA_ARRAY(&w->arena, COMMANDS_MAX, struct reaction_command);
        size_t count = list[i].react(event, &w->arena, commands, COMMANDS_MAX);
        for (size_t k = 0; goes_on && k < count; k++) {
            struct command command = {
                .type = commands[k].type,
                .message_id = domain_next_message(w),
                .case_id = commands[k].case_id,
                .body = commands[k].body,
                .event = event,
            };
            domain_run(w, &command);
            if (w->answer.status == DOMAIN_FORBIDDEN) {
                fail_msg("SYSTEM may not send %u, which follows from event %u",
                         (unsigned)command.type, (unsigned)event->type);
            }
            goes_on = !stops || w->answer.status == DOMAIN_ACCEPTED;
        }
    }
    w->actor = actor;
    return reactions;
}

void domain_consume(struct domain *w, Pb__Service producer, const char *origin, uint16_t type,
                    const ProtobufCMessage *body)
{
    struct event event = {
        .position = w->sent + 1,
        .case_id = domain_id(origin),
        .root_id = domain_id(origin),
        .type = type,
        .at_us = w->now_us,
        .edition = w->consumed_edition == NULL ? "" : w->consumed_edition,
        .producer = producer,
        .actor = domain_actor(w),
        .body = body,
    };
    w->answer = (struct domain_answer){.status = DOMAIN_ACCEPTED};
    if (react(w, &event, false) == 0) {
        fail_msg("%s does not react to event %u", w->service->name, (unsigned)type);
    }
}

bool domain_reacts(const struct domain *w, const struct event *event)
{
    const struct reaction *list = w->service->reactions;
    for (size_t i = 0; list != NULL && list[i].react != NULL; i++) {
        if (list[i].producer == event->producer && list[i].event == event->type) {
            return true;
        }
    }
    return false;
}

size_t domain_take(struct domain *w, const struct event *event)
{
    w->answer = (struct domain_answer){.status = DOMAIN_ACCEPTED};
    return react(w, event, true);
}

void domain_settle(struct domain *w)
{
    enum { TURNS_MAX = 100000 };
    for (size_t turn = 0; w->settled < w->log_count; turn++) {
        if (turn > TURNS_MAX) {
            fail_msg("%s never settles", w->service->name);
        }
        struct event event = w->log[w->settled++];
        (void)react(w, &event, false);
        if (w->answer.status == DOMAIN_REFUSED) {
            fail_msg("own event %u led to a refusal: %s", (unsigned)event.type,
                     w->answer.refusal->detail);
        }
    }
}
