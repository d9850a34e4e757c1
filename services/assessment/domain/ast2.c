/*
 * Taking form AST2. Invariant: whoever an accepted form names is on the register as having passed, under
 * the edition that the form then has too, and is appointed to the post: the form agrees with the appointment
 * as application told of it. A form after its two weeks is taken and flagged: to refuse it would harm the
 * appointed person and not the one who was late.
 */
#include "ast2.h"

#include "appointment_notice.h"
#include "asked.h"
#include "claims.h"
#include "kinds.h"
#include "register_entry.h"

size_t ast2_submit_refs(const struct command *command, struct id *ret)
{
    const Pb__SubmitAst2 *asked = (const Pb__SubmitAst2 *)command->body;
    ret[0] = register_entry_ast_id(field_id(asked->person_id));
    ret[1] = appointment_notice_id(field_id(asked->post_id), field_id(asked->person_id));
    return 2;
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

static bool is_own(const struct world *world, ProtobufCBinaryData organisation_id)
{
    return !id_is_zero(world->actor.organisation_id) &&
           id_equal(world->actor.organisation_id, field_id(organisation_id));
}

static bool is_head(const struct world *world)
{
    return world->actor.role == PB__ROLE__HEADTEACHER;
}

static bool is_agency(const struct world *world)
{
    return world->actor.role == PB__ROLE__CASEWORKER ||
           world->actor.role == PB__ROLE__ADMINISTRATOR;
}

/* A head's form comes when it is sent; one on paper came on the day that whoever enters it says. */
static void check_receipt(struct decision *d, const Pb__SubmitAst2 *asked)
{
    if (asked->received_on == 0) {
        return;
    }
    if (is_head(d->given->world)) {
        form_wrong(d, "AST-T1", "receivedOn", "Only who enters a form on paper says when it came.");
    } else if (asked->received_on > d->given->world->today.days ||
               asked->received_on < asked->appointed_on) {
        form_wrong(d, "AST-T1", "receivedOn",
                   "The form came between the day of the appointment and today.");
    }
}

static void check_fields(struct decision *d, const Pb__SubmitAst2 *asked)
{
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
    check_receipt(d, asked);
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
    return form_seen_edition(d, 0);
}

/* A school its own, an authority one that it supports, the agency any: others are told of none. */
static bool may_see(const struct world *world, const Pb__AppointmentNotice *notice)
{
    return is_agency(world) || is_own(world, is_head(world) ? notice->school_id : notice->la_id);
}

/* The days by which it is known and from which it is paid are those of the appointment; a wrong one there is put right there. */
static void check_notice(struct decision *d, const Pb__SubmitAst2 *asked,
                         const Pb__AppointmentNotice *notice)
{
    if (!id_equal(field_id(asked->school_id), field_id(notice->school_id))) {
        form_wrong(d, "AST-T1", "schoolId", "The post is at another school.");
    }
    if (form_is_named(asked->la_id) && !id_equal(field_id(asked->la_id), field_id(notice->la_id))) {
        form_wrong(d, "AST-T1", "laId",
                   "This authority does not support the post; leave it out, or name the one that "
                   "does.");
    }
    if (asked->appointed_on != notice->appointed_on) {
        form_wrong(d, "AST-T1", "appointedOn",
                   arena_printf(d->arena, "The appointment is recorded as made on %s.",
                                date_words((struct date){notice->appointed_on}, d->arena)));
    }
    if (asked->starts_on != notice->starts_on) {
        form_wrong(d, "AST-T1", "startsOn",
                   arena_printf(d->arena,
                                "The appointment is recorded as starting on %s; where that is "
                                "wrong, vacate the post and appoint again.",
                                date_words((struct date){notice->starts_on}, d->arena)));
    }
}

/* The appointment that the form is about, or NULL with a refusal. */
static const Pb__AppointmentNotice *check_appointed(struct decision *d, const Pb__SubmitAst2 *asked)
{
    const struct world *world = d->given->world;
    const Pb__AppointmentNotice *notice =
        (const Pb__AppointmentNotice *)form_seen(d, 1, KIND_APPOINTMENT_NOTICE);
    if (notice == NULL || !may_see(world, notice)) {
        decision_refuse(
            d, "AST-T1", "no-such-appointment",
            "Check person and post, and record the appointment to the post first; if that was done "
            "a moment ago, try again.",
            "Form AST2 tells of an appointment, and up to %s there is none of this person to this "
            "post that is yours to tell of.",
            instant_words(world->now_us, d->arena));
        decision_field(d, "postId", "This person is not appointed to this post.");
        return NULL;
    }
    check_notice(d, asked, notice);
    return decision_is_over(d) ? NULL : notice;
}

/* Whether the form comes after its two weeks; `*ret_due` is their last day, in words. */
static bool is_late(struct decision *d, const struct edition_period *period,
                    const Pb__SubmitAst2 *asked, const char **ret_due)
{
    struct due due = {0};
    if (period_due(d->given->world->calendar, period->period, (struct date){asked->appointed_on},
                   d->arena, &due)) {
        form_wrong(d, period->rule, "appointedOn", "The calendar does not reach this day.");
    }
    *ret_due = date_words(due.on, d->arena);
    return asked->received_on != 0 ? asked->received_on > due.on.days
                                   : d->given->world->now_us > due.at_us;
}

static Pb__Ast2 *form_of(struct decision *d, const Pb__SubmitAst2 *asked,
                         const Pb__AppointmentNotice *notice)
{
    const struct actor *actor = &d->given->world->actor;
    bool signs = is_head(d->given->world) && !id_is_zero(actor->person_id);
    Pb__Ast2 *ast2 = FORM_NEW(d->arena, Ast2, ast2);
    ast2->person_id = asked->person_id;
    ast2->post_id = asked->post_id;
    ast2->school_id = asked->school_id;
    ast2->la_id = notice->la_id;
    ast2->phase = notice->phase;
    ast2->appointed_on = asked->appointed_on;
    ast2->starts_on = asked->starts_on;
    ast2->spine_point = asked->spine_point;
    ast2->received_on = asked->received_on;
    ast2->headteacher_id = signs ? id_field(actor->person_id, d->arena) : notice->headteacher_id;
    return ast2;
}

/* The head has it confirmed; an authority that supports the post gets its copy, by its coordinator for the phase. */
static void tell(struct decision *d, const Pb__Ast2 *ast2, const char *due)
{
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(ast2->headteacher_id), PB__ROLE__HEADTEACHER),
        decision_coordinator(d, field_id(ast2->la_id), (int)ast2->phase),
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
    if (is_head(given->world) && !is_own(given->world, asked->school_id)) {
        form_not_yours(d);
        return;
    }
    check_fields(d, asked);
    const struct edition *ed = decision_is_over(d) ? NULL : check_passed(d);
    const Pb__AppointmentNotice *notice = ed == NULL ? NULL : check_appointed(d, asked);
    if (notice == NULL) {
        return;
    }
    check_spine(d, asked, ed);
    if (!given->world->claimed) {
        decision_refuse(d, "AST-T1", "sent-already", "Nothing is to be done.",
                        "The agency has form AST2 for this appointment already.");
    }
    const char *due = "";
    Pb__Ast2 *ast2 = form_of(d, asked, notice);
    ast2->late = is_late(d, decision_period(d, ed, "ast2"), asked, &due);
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
        .person_ids = {field_id(self->person_id)}, /* the head reads it with the school */
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
