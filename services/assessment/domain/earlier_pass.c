/*
 * Entering passes from before this system. Invariant: an entry is made once for a person, and its edition is one of
 * the scheme's, so that whoever is recognised by it can be appointed under rules that are known here.
 */
#include "earlier_pass.h"

#include <string.h>

#include "claims.h"
#include "form.h"
#include "kinds.h"
#include "register_entry.h"

static const char rule_earlier[] = "AST-A9";

size_t earlier_pass_refs(const struct command *command, struct id *ret)
{
    ret[0] =
        register_entry_ast_id(field_id(((const Pb__EnterEarlierPass *)command->body)->person_id));
    return 1;
}

size_t earlier_pass_claims(const struct command *command, const struct actor *actor,
                           struct bytes digest_key, struct claim *ret)
{
    const Pb__EnterEarlierPass *asked = (const Pb__EnterEarlierPass *)command->body;
    const ProtobufCBinaryData none = {0, NULL};
    const ProtobufCBinaryData number = {strlen(asked->old_number),
                                        (uint8_t *)(uintptr_t)asked->old_number};
    (void)actor;
    (void)digest_key;
    ret[0] = claims_on(CLAIM_EARLIER_PASS, asked->person_id, none, 0);
    ret[1] = claims_on(CLAIM_OLD_NUMBER, number, none, 0);
    return number.len > 0 ? 2 : 1;
}

/* Source: AST-A9. */
static void check_unknown(struct decision *d)
{
    const Pb__RegisterEntry *entry =
        (const Pb__RegisterEntry *)form_seen(d, 0, KIND_REGISTER_ENTRY);
    if (entry != NULL) {
        decision_refuse(d, rule_earlier, "passed-already", "Nothing is to be done.",
                        "This person is on the register already, under the number %s.",
                        entry->number);
        decision_field(d, "personId", "On the register already.");
    } else if (!d->given->world->claimed) {
        decision_refuse(d, rule_earlier, "entered-already",
                        "Look the person and the number up among the earlier passes.",
                        "An earlier pass of this person, or one under this number, is entered "
                        "already.");
        decision_field(d, "oldNumber", "This person or this number is entered already.");
    }
}

/* The edition named, or NULL with a refusal. */
static const struct edition *check_edition(struct decision *d, const Pb__EnterEarlierPass *asked)
{
    const struct edition *ed = editions_find(d->given->world->editions, asked->edition);
    if (ed == NULL || ed->scheme != SCHEME_AST) {
        form_wrong(d, rule_earlier, "edition",
                   "Name an edition of the scheme for Advanced Skills Teachers, as ast-2006.");
        return NULL;
    }
    if (asked->passed_on > ed->valid_to.days) {
        form_wrong(d, rule_earlier, "edition", "This edition had ended before that day.");
    }
    return ed;
}

static void check_fields(struct decision *d, const Pb__EnterEarlierPass *asked)
{
    if (!form_is_named(asked->person_id)) {
        form_wrong(d, rule_earlier, "personId", "Say who has passed.");
    }
    if (asked->passed_on <= 0 || asked->passed_on > d->given->world->today.days) {
        form_wrong(d, rule_earlier, "passedOn",
                   "Say on which day the person passed; not a future one.");
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say on what the entry rests.");
    }
}

void earlier_pass_enter(const struct given *given, struct decision *d)
{
    const Pb__EnterEarlierPass *asked = (const Pb__EnterEarlierPass *)given->command->body;
    check_unknown(d);
    check_fields(d, asked);
    const struct edition *ed = check_edition(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    decision_edition(d, ed);
    Pb__EarlierPassEntered *event = FORM_NEW(d->arena, EarlierPassEntered, earlier_pass_entered);
    event->pass = FORM_NEW(d->arena, EarlierPass, earlier_pass);
    event->pass->person_id = asked->person_id;
    event->pass->passed_on = asked->passed_on;
    event->pass->edition = arena_strdup(d->arena, ed->revision);
    event->pass->old_number = asked->old_number;
    event->pass->reason = decision_text(d, asked->reason);
    decision_emit(d, MSG_EARLIER_PASS_ENTERED, &event->base);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    *(Pb__EarlierPass *)state = *((const Pb__EarlierPassEntered *)event->body)->pass;
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)arena;
    *ret = (struct case_index){
        .state = "entered",
        .person_ids = {field_id(((const Pb__EarlierPass *)state)->person_id)},
        .label = "Earlier pass",
    };
}

const struct aggregate earlier_pass_aggregate = {
    .kind = KIND_EARLIER_PASS,
    .name = "EarlierPass",
    .state = &pb__earlier_pass__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
};
