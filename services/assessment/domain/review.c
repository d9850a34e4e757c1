/*
 * Asking for a review. Invariants: only a decision not to certify is reviewed, at most one review of it at
 * a time; every limit that the edition knows is reckoned from what is known and kept with the request, and
 * a request is in time until the latest of them (AST-R2).
 */
#include "review.h"

#include <string.h>

#include "asked.h"
#include "claims.h"
#include "kinds.h"

size_t review_request_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__RequestReview *)command->body)->assessment_id);
    return 1;
}

static struct claim review_claim(ProtobufCBinaryData assessment_id)
{
    const ProtobufCBinaryData nothing = {0, NULL};
    return claims_on(CLAIM_REVIEW, assessment_id, nothing, 0);
}

size_t review_request_claims(const struct command *command, const struct actor *actor,
                             struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    (void)digest_key;
    ret[0] = review_claim(((const Pb__RequestReview *)command->body)->assessment_id);
    return 1;
}

/* ---- limits ---- */

int review_limits(const struct edition *ed, const struct calendar *cal, struct date assessment_on,
                  struct date decision_on, struct arena *arena,
                  struct review_limit ret[REVIEW_LIMITS_MAX], size_t *ret_count)
{
    const struct edition_period *periods[REVIEW_LIMITS_MAX] = {
        edition_period_find(ed, "review-from-assessment"),
        edition_period_find(ed, "review-request")};
    const struct date starts[REVIEW_LIMITS_MAX] = {assessment_on, decision_on};
    struct review_limit limits[REVIEW_LIMITS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < REVIEW_LIMITS_MAX; i++) {
        if (periods[i] == NULL) {
            continue;
        }
        struct review_limit limit = {.period = periods[i], .started_on = starts[i]};
        const int err = period_due(cal, periods[i]->period, starts[i], arena, &limit.due);
        if (err) {
            return err;
        }
        limits[count++] = limit;
    }
    const bool in_order = count < 2 || date_compare(limits[0].due.on, limits[1].due.on) <= 0;
    for (size_t i = 0; i < count; i++) {
        ret[i] = limits[in_order ? i : count - 1 - i];
    }
    *ret_count = count;
    return 0;
}

int32_t review_asked_by(const struct given *given, struct arena *arena)
{
    const Pb__Assessment *assessment = (const Pb__Assessment *)given->state;
    const struct world *world = given->world;
    struct review_limit limits[REVIEW_LIMITS_MAX];
    size_t count = 0;
    if (review_limits(world->edition, world->calendar, (struct date){assessment->assessment_on},
                      world->today, arena, limits, &count)) {
        return 0;
    }
    return count == 0 ? 0 : limits[count - 1].due.on.days;
}

/* ---- the request ---- */

static void refuse_undecided(struct decision *d)
{
    decision_refuse(d, "AST-R1", "not-refused", "Nothing is to be done.",
                    "Only a decision not to certify can be reviewed, and there is none such here.");
}

/* The assessment whose decision is to be reviewed, or NULL with a refusal. */
static const Pb__Assessment *check_assessment(struct decision *d)
{
    const Pb__Assessment *assessment = (const Pb__Assessment *)form_seen(d, 0, KIND_ASSESSMENT);
    const struct actor *actor = &d->given->world->actor;
    if (assessment == NULL || (actor->role == PB__ROLE__CANDIDATE &&
                               !id_equal(actor->person_id, field_id(assessment->candidate_id)))) {
        form_not_yours(d);
        return NULL;
    }
    const bool decided = assessment->state == PB__ASSESSMENT__STATE__DECIDED ||
                         assessment->state == PB__ASSESSMENT__STATE__FEEDBACK_SENT;
    if (!decided || assessment->met) {
        refuse_undecided(d);
    } else if (!d->given->world->claimed) {
        decision_refuse(d, "AST-R1", "asked-already", "Look at the review that is there.",
                        "A review of this decision has been asked for already.");
    }
    return decision_is_over(d) ? NULL : assessment;
}

static void check_ground(struct decision *d, const struct edition *ed,
                         const Pb__RequestReview *asked, size_t index)
{
    const Pb__ReviewGround *ground = asked->grounds[index];
    if (ed->review_ground_count == 0) {
        decision_lacks(d, ed, "on which grounds a decision is reviewed");
        return;
    }
    if (edition_review_ground(ed, ground->ground) == NULL) {
        form_wrong_element(d, "AST-R1", "grounds", index, "ground", "This is no ground.");
    }
    for (size_t i = 0; i < index; i++) {
        if (strcmp(asked->grounds[i]->ground, ground->ground) == 0) {
            form_wrong_element(d, "AST-R1", "grounds", index, "ground",
                               "This ground is named twice.");
        }
    }
    if (!form_is_filled(ground->explanation)) {
        form_wrong_element(d, "AST-R1", "grounds", index, "explanation",
                           "Explain why the decision should be reviewed on this ground.");
    }
    if (!form_is_filled(ground->evidence)) {
        form_wrong_element(d, "AST-R1", "grounds", index, "evidence",
                           "Say what evidence there is that this ground applies.");
    }
}

static void check_grounds(struct decision *d, const struct edition *ed,
                          const Pb__RequestReview *asked)
{
    if (asked->n_grounds == 0) {
        decision_refuse(d, "AST-R1", "no-ground",
                        "Name at least one ground, explain it, and say what evidence there is.",
                        "A review is asked for on at least one of the grounds, and none is named.");
        decision_field(d, "grounds", "Name at least one ground.");
    }
    for (size_t i = 0; i < asked->n_grounds; i++) {
        check_ground(d, ed, asked, i);
    }
}

/* The days that the agency alone may give; 0 means today, or the day on which the decision was sent. */
static void check_days(struct decision *d, const Pb__RequestReview *asked, int32_t decided_on,
                       int32_t received_on)
{
    const bool agency = d->given->world->actor.role != PB__ROLE__CANDIDATE;
    if (!agency && asked->received_on != 0) {
        form_wrong(d, "AST-R2", "receivedOn", "The agency says when it received the request.");
    }
    if (!agency && asked->decision_received_on != 0) {
        form_wrong(d, "AST-R2", "decisionReceivedOn",
                   "The agency says when the decision was received.");
    }
    if (received_on > d->given->world->today.days || received_on < decided_on) {
        form_wrong(d, "AST-R2", "receivedOn", "This day is to come, or lies before the decision.");
    }
    if (asked->decision_received_on != 0 &&
        (asked->decision_received_on < decided_on || asked->decision_received_on > received_on)) {
        form_wrong(d, "AST-R2", "decisionReceivedOn",
                   "This day lies before the decision, or after the request.");
    }
}

static const char *words(struct date on, struct decision *d)
{
    return date_words(on, d->arena);
}

/* Keeps the limits in `event`, and refuses what came after the latest of them. */
static void check_limits(struct decision *d, const struct edition *ed, int32_t assessment_on,
                         int32_t decision_on, Pb__ReviewRequested *event)
{
    struct review_limit limits[REVIEW_LIMITS_MAX];
    size_t count = 0;
    (void)decision_period(d, ed, "review-request");
    if (decision_is_over(d)) {
        return;
    }
    if (review_limits(ed, d->given->world->calendar, (struct date){assessment_on},
                      (struct date){decision_on}, d->arena, limits, &count)) {
        decision_refuse(
            d, "AST-R2", "calendar-range", "Check the dates given.",
            "A day would fall outside 2005 to 2035, for which bank holidays are known.");
        return;
    }
    require(count); /* the period is there */
    for (size_t i = 0; i < count; i++) {
        Pb__ReviewLimit *limit = FORM_NEW(d->arena, ReviewLimit, review_limit);
        limit->limit = arena_strdup(d->arena, limits[i].period->code);
        limit->started_on = limits[i].started_on.days;
        limit->last_on = limits[i].due.on.days;
        limit->arithmetic = arena_strdup(d->arena, limits[i].due.arithmetic);
        *ARENA_PUSH(d->arena, event->limits, event->n_limits) = limit;
    }
    const struct date last_on = limits[count - 1].due.on;
    event->late = event->received_on > limits[0].due.on.days;
    if (event->received_on > last_on.days) {
        decision_refuse(d, "AST-R2", "too-late",
                        "If the written decision arrived later than it was sent, ask the review "
                        "coordinator to record that day.",
                        "A review could be asked for until %s. %s", words(last_on, d),
                        limits[count - 1].due.arithmetic);
    }
}

static void set_grounds(struct decision *d, const Pb__RequestReview *asked,
                        Pb__ReviewRequested *event)
{
    for (size_t i = 0; i < asked->n_grounds; i++) {
        Pb__ReviewGround *ground = FORM_NEW(d->arena, ReviewGround, review_ground);
        ground->ground = asked->grounds[i]->ground;
        ground->explanation_text = decision_text(d, asked->grounds[i]->explanation);
        ground->evidence_text = decision_text(d, asked->grounds[i]->evidence);
        *ARENA_PUSH(d->arena, event->grounds, event->n_grounds) = ground;
    }
}

static void tell_request(struct decision *d, const struct edition *ed,
                         const Pb__ReviewRequested *event)
{
    const struct id whoever = {{0}};
    const Pb__Recipient *coordinator[] = {
        decision_recipient(d, whoever, PB__ROLE__REVIEW_COORDINATOR)};
    const Pb__Recipient *candidate[] = {
        decision_recipient(d, field_id(event->candidate_id), PB__ROLE__CANDIDATE)};
    const struct edition_period *outcome = decision_period(d, ed, "review-outcome");
    const struct date received_on = {event->received_on};
    struct due due;
    decision_about(d, field_id(event->candidate_id));
    decision_deadline(d, outcome, received_on, "", coordinator, COUNT(coordinator));
    if (period_due(d->given->world->calendar, outcome->period, received_on, d->arena, &due)) {
        return; /* refused with the deadline */
    }
    decision_tell(d, "AST-R1", "review-received", candidate, COUNT(candidate), "received-on",
                  words(received_on, d), "outcome-by", words(due.on, d), NULL);
    decision_tell(d, "AST-R3", "review-to-handle", coordinator, COUNT(coordinator), "received-on",
                  words(received_on, d), "outcome-by", words(due.on, d), "standing",
                  event->late ? "after the earlier of the two limits, within the later one"
                              : "in time",
                  NULL);
}

void review_request(const struct given *given, struct decision *d)
{
    const Pb__RequestReview *asked = (const Pb__RequestReview *)given->command->body;
    const struct fsm_row *row = decision_step(d, &review_fsm, -1);
    const Pb__Assessment *assessment = row == NULL ? NULL : check_assessment(d);
    if (assessment == NULL) {
        return;
    }
    const struct edition *ed = form_seen_edition(d, 0);
    if (ed == NULL) {
        return;
    }
    decision_root(d, field_id(assessment->post_id));
    decision_edition(d, ed);
    check_grounds(d, ed, asked);
    Pb__ReviewRequested *event = FORM_NEW(d->arena, ReviewRequested, review_requested);
    event->received_on = asked->received_on == 0 ? given->world->today.days : asked->received_on;
    check_days(d, asked, assessment->decided_on, event->received_on);
    check_limits(d, ed, assessment->assessment_on,
                 asked->decision_received_on == 0 ? assessment->decided_on
                                                  : asked->decision_received_on,
                 event);
    event->assessment_id = asked->assessment_id;
    event->ast1_id = assessment->ast1_id;
    event->post_id = assessment->post_id;
    event->candidate_id = assessment->candidate_id;
    event->headteacher_id = assessment->headteacher_id;
    event->candidate_school_id = assessment->candidate_school_id;
    event->post_school_id = assessment->post_school_id;
    event->other_school_ids = assessment->other_school_ids;
    event->n_other_school_ids = assessment->n_other_school_ids;
    event->la_id = assessment->la_id;
    event->phase = assessment->phase;
    event->assessor_id = assessment->assessor_id;
    event->assessor_person_id = assessment->assessor_person_id;
    set_grounds(d, asked, event);
    decision_emit(d, row->emit, &event->base);
    tell_request(d, ed, event);
}

/* ---- no longer asked for ---- */

void review_withdraw(const struct given *given, struct decision *d)
{
    const Pb__WithdrawReview *asked = (const Pb__WithdrawReview *)given->command->body;
    const Pb__Review *self = (const Pb__Review *)given->state;
    if (!id_equal(given->world->actor.person_id, field_id(self->candidate_id))) {
        form_not_yours(d);
        return;
    }
    const struct fsm_row *row = decision_step(d, &review_fsm, (int)self->state);
    decision_about(d, field_id(self->candidate_id));
    if (row == NULL) {
        return;
    }
    Pb__ReviewWithdrawn *event = FORM_NEW(d->arena, ReviewWithdrawn, review_withdrawn);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
    const struct claim claim = review_claim(self->assessment_id);
    decision_release(d, claim.kind, claim.key);
    const struct id whoever = {{0}};
    const Pb__Recipient *to[] = {
        decision_recipient(d, whoever, PB__ROLE__REVIEW_COORDINATOR),
        decision_recipient(d, field_id(self->assessor_person_id), PB__ROLE__ASSESSOR),
        decision_recipient(d, field_id(self->officer_person_id), PB__ROLE__REVIEW_OFFICER),
    };
    decision_tell(d, row->rule, "review-withdrawn", to,
                  form_is_named(self->officer_person_id) ? COUNT(to) : COUNT(to) - 1, "received-on",
                  words((struct date){self->received_on}, d), NULL);
}
