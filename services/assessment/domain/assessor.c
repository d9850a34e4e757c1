/*
 * Entering assessors and their days. Invariants: the offered days are sorted and each is there once;
 * interests only grow, for somebody who once worked at a school never becomes independent of it. What is known of
 * their positions is an interest without being declared.
 */
#include "assessor.h"

#include <stdlib.h>

#include "asked.h"
#include "claims.h"
#include "id_list.h"
#include "kinds.h"
#include "workplaces.h"

enum { INTERESTS_MAX = 200 };

static const char rule[] = "AST-S2";

size_t assessor_register_claims(const struct command *command, const struct actor *actor,
                                struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    (void)digest_key;
    const Pb__RegisterAssessor *asked = (const Pb__RegisterAssessor *)command->body;
    const ProtobufCBinaryData nothing = {0, NULL};
    ret[0] = claims_on(CLAIM_ASSESSOR_PERSON, asked->person_id, nothing, 0);
    return 1;
}

static void check_interests(struct decision *d, size_t count, const ProtobufCBinaryData *ids)
{
    for (size_t i = 0; i < count; i++) {
        if (!form_is_named(ids[i])) {
            form_wrong_element(d, rule, "interestIds", i, NULL, "Name a school or an authority.");
        }
    }
}

static void check(struct decision *d, const Pb__RegisterAssessor *asked)
{
    if (!form_is_named(asked->person_id)) {
        form_wrong(d, rule, "personId", "Say who the assessor is.");
    }
    if (asked->n_phases == 0) {
        form_wrong(d, rule, "phases", "Name at least one phase.");
    }
    for (size_t i = 0; i < asked->n_phases; i++) {
        const ProtobufCEnumDescriptor *phases = &pb__organisation__phase__descriptor;
        int phase = (int)asked->phases[i];
        if (phase == 0 || protobuf_c_enum_descriptor_get_value(phases, phase) == NULL) {
            form_wrong_element(d, rule, "phases", i, NULL, "This is no phase.");
        }
    }
    check_interests(d, asked->n_interest_ids, asked->interest_ids);
    if (!d->given->world->claimed) {
        decision_refuse(d, rule, "registered-already", "Use the entry that is there.",
                        "This person is registered as an assessor already.");
    }
}

size_t assessor_register_refs(const struct command *command, struct id *ret)
{
    ret[0] = workplaces_id(field_id(((const Pb__RegisterAssessor *)command->body)->person_id));
    return 1;
}

/* Adds those of `ids` in which there is no interest yet. The list in `to` is not ours to grow. */
static void add_interests(Pb__Assessor *to, const ProtobufCBinaryData *ids, size_t count,
                          struct arena *arena)
{
    ProtobufCBinaryData *all = ARENA_ARRAY(arena, to->n_interest_ids + count, ProtobufCBinaryData);
    for (size_t i = 0; i < to->n_interest_ids; i++) {
        all[i] = to->interest_ids[i];
    }
    to->interest_ids = all;
    for (size_t i = 0; i < count; i++) {
        if (!assessor_has_interest(to, ids[i])) {
            all[to->n_interest_ids++] = ids[i];
        }
    }
}

void assessor_register(const struct given *given, struct decision *d)
{
    const Pb__RegisterAssessor *asked = (const Pb__RegisterAssessor *)given->command->body;
    check(d, asked);
    Pb__Assessor *assessor = FORM_NEW(d->arena, Assessor, assessor);
    assessor->person_id = asked->person_id;
    assessor->phases = asked->phases;
    assessor->n_phases = asked->n_phases;
    assessor->subjects = asked->subjects;
    assessor->n_subjects = asked->n_subjects;
    assessor->region = asked->region;
    assessor->interest_ids = asked->interest_ids;
    assessor->n_interest_ids = asked->n_interest_ids;
    const Pb__Workplaces *worked = (const Pb__Workplaces *)form_seen(d, 0, KIND_WORKPLACES);
    if (worked != NULL) {
        add_interests(assessor, worked->organisation_ids, worked->n_organisation_ids, d->arena);
    }
    Pb__AssessorRegistered *event = FORM_NEW(d->arena, AssessorRegistered, assessor_registered);
    event->assessor = assessor;
    decision_emit(d, MSG_ASSESSOR_REGISTERED, &event->base);
}

static int compare_days(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a;
    int32_t right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

/* The days in `event`, sorted and each once. */
static void set_days(Pb__DaysOffered *event, const Pb__OfferDays *asked, struct arena *arena)
{
    int32_t *days = ARENA_ARRAY(arena, asked->n_free_on, int32_t);
    for (size_t i = 0; i < asked->n_free_on; i++) {
        days[i] = asked->free_on[i];
    }
    qsort(days, asked->n_free_on, sizeof(*days), compare_days);
    event->free_on = days;
    for (size_t i = 0; i < asked->n_free_on; i++) {
        if (i == 0 || days[i] != days[event->n_free_on - 1]) {
            days[event->n_free_on++] = days[i];
        }
    }
}

void assessor_offer(const struct given *given, struct decision *d)
{
    const Pb__OfferDays *asked = (const Pb__OfferDays *)given->command->body;
    const Pb__Assessor *self = (const Pb__Assessor *)given->state;
    if (!asked_of_own(d, self->person_id)) {
        return;
    }
    for (size_t i = 0; i < asked->n_free_on; i++) {
        if (asked->free_on[i] < given->world->today.days) {
            form_wrong_element(d, rule, "freeOn", i, NULL, "This day is over.");
        }
    }
    Pb__DaysOffered *event = FORM_NEW(d->arena, DaysOffered, days_offered);
    set_days(event, asked, d->arena);
    decision_emit(d, MSG_DAYS_OFFERED, &event->base);
}

bool assessor_has_interest(const Pb__Assessor *assessor, ProtobufCBinaryData id)
{
    for (size_t i = 0; form_is_named(id) && i < assessor->n_interest_ids; i++) {
        if (id_equal(field_id(assessor->interest_ids[i]), field_id(id))) {
            return true;
        }
    }
    return false;
}

static bool has_interest_in_any(const Pb__Assessor *assessor, const ProtobufCBinaryData *ids,
                                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (assessor_has_interest(assessor, ids[i])) {
            return true;
        }
    }
    return false;
}

const char *assessor_dependence(const Pb__Assessor *assessor, const struct matter *matter)
{
    const struct id person = field_id(assessor->person_id);
    if (id_equal(person, matter->candidate_id) || id_equal(person, matter->headteacher_id)) {
        return "this very application";
    }
    if (assessor_has_interest(assessor, matter->own_school_id)) {
        return "the candidate's school";
    }
    if (assessor_has_interest(assessor, matter->post_school_id)) {
        return "the school of the post";
    }
    if (has_interest_in_any(assessor, matter->other_school_ids, matter->other_school_count)) {
        return "another school of the candidate's";
    }
    if (has_interest_in_any(assessor, matter->other_base_ids, matter->other_base_count)) {
        return "another school of the post";
    }
    return assessor_has_interest(assessor, matter->la_id) ? "the local authority" : NULL;
}

bool assessor_is_free(const Pb__Assessor *assessor, int32_t on)
{
    for (size_t i = 0; i < assessor->n_free_on; i++) {
        if (assessor->free_on[i] == on) {
            return true;
        }
    }
    return false;
}

/* Nothing where there is none that was not declared before. */
static void emit_interests(struct decision *d, Pb__InterestsDeclared *event)
{
    const Pb__Assessor *self = (const Pb__Assessor *)d->given->state;
    event->assessment_ids = self->assessment_ids;
    event->n_assessment_ids = self->n_assessment_ids;
    if (event->n_interest_ids > 0) {
        decision_emit(d, MSG_INTERESTS_DECLARED, &event->base);
    }
}

void assessor_declare(const struct given *given, struct decision *d)
{
    const Pb__DeclareInterests *asked = (const Pb__DeclareInterests *)given->command->body;
    const Pb__Assessor *self = (const Pb__Assessor *)given->state;
    if (!asked_of_own(d, self->person_id)) {
        return;
    }
    check_interests(d, asked->n_interest_ids, asked->interest_ids);
    Pb__InterestsDeclared *event = FORM_NEW(d->arena, InterestsDeclared, interests_declared);
    for (size_t i = 0; i < asked->n_interest_ids; i++) {
        if (!assessor_has_interest(self, asked->interest_ids[i])) {
            *ARENA_PUSH(d->arena, event->interest_ids, event->n_interest_ids) =
                asked->interest_ids[i];
        }
    }
    if (self->n_interest_ids + event->n_interest_ids > INTERESTS_MAX) {
        decision_refuse(d, rule, "too-many-interests", "Ask the agency.",
                        "An assessor declares at most %d schools and authorities.", INTERESTS_MAX);
    }
    emit_interests(d, event);
}

void assessor_note_interests(const struct given *given, struct decision *d)
{
    const Pb__NoteInterests *note = (const Pb__NoteInterests *)given->command->body;
    const Pb__Assessor *self = (const Pb__Assessor *)given->state;
    Pb__InterestsDeclared *event = FORM_NEW(d->arena, InterestsDeclared, interests_declared);
    for (size_t i = 0; i < note->n_interest_ids; i++) {
        if (!assessor_has_interest(self, note->interest_ids[i])) {
            *ARENA_PUSH(d->arena, event->interest_ids, event->n_interest_ids) =
                note->interest_ids[i];
        }
    }
    emit_interests(d, event);
}

void assessor_note_booking(const struct given *given, struct decision *d)
{
    Pb__BookingNoted *event = FORM_NEW(d->arena, BookingNoted, booking_noted);
    event->assessment_id = ((const Pb__NoteBooking *)given->command->body)->assessment_id;
    decision_emit(d, MSG_BOOKING_NOTED, &event->base);
}

static void fold_interests(Pb__Assessor *self, const Pb__InterestsDeclared *event,
                           struct arena *arena)
{
    /* A list of its own: the one folded so far is not ours to grow. */
    ProtobufCBinaryData *ids =
        ARENA_ARRAY(arena, self->n_interest_ids + event->n_interest_ids, ProtobufCBinaryData);
    size_t count = 0;
    for (size_t i = 0; i < self->n_interest_ids; i++) {
        ids[count++] = self->interest_ids[i];
    }
    for (size_t i = 0; i < event->n_interest_ids; i++) {
        ids[count++] = event->interest_ids[i];
    }
    self->interest_ids = ids;
    self->n_interest_ids = count;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Assessor *self = (Pb__Assessor *)state;
    if (event->type == MSG_ASSESSOR_REGISTERED) {
        *self = *((const Pb__AssessorRegistered *)event->body)->assessor;
    } else if (event->type == MSG_DAYS_OFFERED) {
        const Pb__DaysOffered *offered = (const Pb__DaysOffered *)event->body;
        self->free_on = offered->free_on;
        self->n_free_on = offered->n_free_on;
    } else if (event->type == MSG_INTERESTS_DECLARED) {
        fold_interests(self, (const Pb__InterestsDeclared *)event->body, arena);
    } else if (event->type == MSG_BOOKING_NOTED) {
        id_list_add(&self->assessment_ids, &self->n_assessment_ids, ASSESSOR_BOOKINGS_MAX,
                    ((const Pb__BookingNoted *)event->body)->assessment_id, arena);
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)arena;
    const Pb__Assessor *self = (const Pb__Assessor *)state;
    *ret = (struct case_index){
        .state = "registered",
        .person_ids = {field_id(self->person_id)},
        .label = "assessor",
    };
}

const struct aggregate assessor_aggregate = {
    .kind = KIND_ASSESSOR,
    .name = "Assessor",
    .state = &pb__assessor__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
    .readers = MAY(ASSESSOR),
};
