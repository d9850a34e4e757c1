/*
 * Taking form AST2. Invariant: whoever an accepted form names is on the register as having passed, under
 * the edition that the form then has too. A form after its two weeks is taken and flagged: to refuse it
 * would harm the appointed person and not the one who was late.
 */
#include "ast2.h"

#include "asked.h"
#include "claims.h"
#include "kinds.h"
#include "register_entry.h"

size_t ast2_submit_refs(const struct command *command, struct id *ret)
{
    const Pb__SubmitAst2 *asked = (const Pb__SubmitAst2 *)command->body;
    ret[0] = register_entry_ast_id(field_id(asked->person_id));
    return 1;
}

size_t ast2_submit_claims(const struct command *command, const struct actor *actor,
                          struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    (void)digest_key;
    const Pb__SubmitAst2 *asked = (const Pb__SubmitAst2 *)command->body;
    ret[0] = claims_on(CLAIM_APPOINTMENT, asked->post_id, asked->person_id, asked->appointed_on);
    return 1;
}

static bool is_own_school(const struct world *world, const Pb__SubmitAst2 *asked)
{
    return !id_is_zero(world->actor.organisation_id) &&
           id_equal(world->actor.organisation_id, field_id(asked->school_id));
}

static void check_fields(struct decision *d, const Pb__SubmitAst2 *asked)
{
    if (!form_is_named(asked->post_id)) {
        form_wrong(d, "AST-T1", "postId", "Say for which post.");
    }
    if (asked->appointed_on <= 0) {
        form_wrong(d, "AST-T1", "appointedOn", "Say on which day the appointment was made.");
    } else if (asked->appointed_on > d->given->world->today.days) {
        form_wrong(d, "AST-T1", "appointedOn", "The day of the appointment is in the future.");
    }
    if (asked->starts_on < asked->appointed_on) {
        form_wrong(d, "AST-T1", "startsOn", "Nobody is in a post before being appointed to it.");
    }
    if (asked->spine_point < 1) {
        form_wrong(d, "AST-T3", "spinePoint", "Say at which point of the pay spine.");
    }
}

/* The spine has the same points in every pay area; which of them one is paid in is not asked here. */
static void check_spine(struct decision *d, const Pb__SubmitAst2 *asked, const struct edition *ed)
{
    const struct edition_spine *spine =
        edition_spine(ed, "national", (struct date){asked->starts_on});
    if (spine == NULL || asked->spine_point > spine->points) {
        form_wrong(d, "AST-T3", "spinePoint",
                   spine == NULL ? "The pay spine of that day is not loaded."
                                 : arena_printf(d->arena, "The spine has the points 1 to %d.",
                                                spine->points));
    }
}

/* The edition under which the person passed, or NULL with a refusal. */
static const struct edition *check_passed(struct decision *d)
{
    const struct world *world = d->given->world;
    if (form_seen(d, 0, KIND_REGISTER_ENTRY) == NULL) {
        decision_refuse(
            d, "AST-T1", "not-passed",
            "Wait for the decision on the assessment, or appoint somebody who has passed.",
            "Only a person who has passed the assessment may be appointed, and up to %s the "
            "register has no pass of this person.",
            instant_words(world->now_us, d->arena));
        decision_field(d, "personId", "This person has not passed.");
        return NULL;
    }
    const struct edition *ed = editions_find(world->editions, world->seen[0].edition);
    if (ed == NULL) {
        decision_refuse(d, "AST-T1", "unknown-edition", "Ask the agency.",
                        "The person passed under an edition that is not known here.");
    }
    return ed;
}

/* Whether the form comes after its two weeks; `*ret_due` is their last day, in words. */
static bool is_late(struct decision *d, const struct edition_period *period, int32_t appointed_on,
                    const char **ret_due)
{
    struct due due = {0};
    if (period_due(d->given->world->calendar, period->period, (struct date){appointed_on}, d->arena,
                   &due)) {
        form_wrong(d, period->rule, "appointedOn", "The calendar does not reach this day.");
    }
    *ret_due = date_words(due.on, d->arena);
    return d->given->world->now_us > due.at_us;
}

static Pb__Ast2 *form_of(struct decision *d, const Pb__SubmitAst2 *asked)
{
    Pb__Ast2 *ast2 = FORM_NEW(d->arena, Ast2, ast2);
    ast2->person_id = asked->person_id;
    ast2->post_id = asked->post_id;
    ast2->school_id = asked->school_id;
    ast2->la_id = asked->la_id;
    ast2->appointed_on = asked->appointed_on;
    ast2->starts_on = asked->starts_on;
    ast2->spine_point = asked->spine_point;
    ast2->headteacher_id = id_field(d->given->world->actor.person_id, d->arena);
    return ast2;
}

/* The head has it confirmed; an authority that supports the post gets its copy. */
static void tell(struct decision *d, const Pb__Ast2 *ast2, const char *due)
{
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(ast2->headteacher_id), PB__ROLE__HEADTEACHER),
        decision_recipient(d, field_id(ast2->la_id), PB__ROLE__LA_COORDINATOR),
    };
    decision_about(d, field_id(ast2->person_id));
    decision_tell(d, "AST-T1", "ast2-received", to, form_is_named(ast2->la_id) ? 2 : 1,
                  "appointed-on", date_words((struct date){ast2->appointed_on}, d->arena),
                  "starts-on", date_words((struct date){ast2->starts_on}, d->arena), "due-on", due,
                  "late", ast2->late ? "after the day on which it was due" : "", NULL);
}

void ast2_submit(const struct given *given, struct decision *d)
{
    const Pb__SubmitAst2 *asked = (const Pb__SubmitAst2 *)given->command->body;
    if (!is_own_school(given->world, asked)) {
        form_not_yours(d);
        return;
    }
    check_fields(d, asked);
    const struct edition *ed = decision_is_over(d) ? NULL : check_passed(d);
    if (ed == NULL) {
        return;
    }
    check_spine(d, asked, ed);
    if (!given->world->claimed) {
        decision_refuse(d, "AST-T1", "sent-already", "Nothing is to be done.",
                        "The agency has form AST2 for this appointment already.");
    }
    const char *due = "";
    Pb__Ast2 *ast2 = form_of(d, asked);
    ast2->late = is_late(d, edition_period(ed, "ast2"), asked->appointed_on, &due);
    decision_root(d, field_id(asked->post_id));
    decision_edition(d, ed);
    Pb__Ast2Accepted *event = FORM_NEW(d->arena, Ast2Accepted, ast2_accepted);
    event->ast2 = ast2;
    event->ast2_id = id_field(given->command->case_id, d->arena);
    decision_emit(d, MSG_AST2_ACCEPTED, &event->base);
    tell(d, ast2, due);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    if (event->type == MSG_AST2_ACCEPTED) {
        *(Pb__Ast2 *)state = *((const Pb__Ast2Accepted *)event->body)->ast2;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)arena;
    const Pb__Ast2 *self = (const Pb__Ast2 *)state;
    *ret = (struct case_index){
        .state = "accepted",
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->school_id)},
        .person_ids = {field_id(self->person_id), field_id(self->headteacher_id)},
        .label = "AST2",
    };
}

const struct aggregate ast2_aggregate = {
    .kind = KIND_AST2,
    .name = "Ast2",
    .state = &pb__ast2__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOL_MONEY | ROLES_OF_LA_MONEY | MAY(LA_PERSONNEL) | MAY(CANDIDATE),
};
