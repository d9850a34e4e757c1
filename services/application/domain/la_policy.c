/*
 * Setting an authority's policy and its term dates. Each is set whole, so that what others read is never half old
 * and half new; a school year is three terms in order or not there at all (terms.h rests on it).
 */
#include "la_policy.h"

#include "access.h"
#include "case_id.h"
#include "form.h"
#include "kinds.h"
#include "terms.h"

enum { YEARS_MAX = 12, FIRST_YEAR_MIN = 2004, FIRST_YEAR_MAX = 2034, TERMS = 3, PLACES_MAX = 1000 };

static const Pb__LaPolicy *policy_of(const struct given *given)
{
    return (const Pb__LaPolicy *)given->state;
}

/* ---- the policy ---- */

size_t la_policy_set_refs(const struct command *command, struct id *ret)
{
    const Pb__SetLaPolicy *asked = (const Pb__SetLaPolicy *)command->body;
    size_t count = 0;
    ret[count++] = field_id(asked->la_id);
    for (size_t i = 0; i < asked->n_coordinators; i++) {
        ret[count++] = field_id(asked->coordinators[i]->person_id);
    }
    ret[count++] = field_id(asked->grants_contact_id);
    for (size_t i = 0; i < asked->n_advisers; i++) {
        ret[count++] = field_id(asked->advisers[i]->person_id);
    }
    return count;
}

static void check_caps(struct decision *d, const Pb__SetLaPolicy *asked)
{
    uint32_t named = 0;
    for (size_t i = 0; i < asked->n_caps; i++) {
        Pb__Organisation__Phase phase = asked->caps[i]->phase;
        if (!form_is_chosen(&pb__organisation__phase__descriptor, (int)phase)) {
            form_wrong_element(d, "AST-P7", "caps", i, "phase", "Say for which phase the cap is.");
        } else if ((named & (UINT32_C(1) << phase)) != 0) {
            form_wrong_element(d, "AST-P7", "caps", i, "phase", "This phase has a cap already.");
        } else {
            named |= UINT32_C(1) << phase;
        }
    }
}

/* Those who coordinate or advise in a phase, the list `name` of the form, whose first is ref number `ref`. */
static void check_people(struct decision *d, Pb__PhaseCoordinator *const *people, size_t count,
                         const char *name, size_t ref)
{
    for (size_t i = 0; i < count; i++) {
        if (!form_is_chosen(&pb__organisation__phase__descriptor, (int)people[i]->phase)) {
            form_wrong_element(d, "AST-P7", name, i, "phase",
                               "Say for which phase this person is there.");
        }
        if (form_seen(d, ref + i, KIND_PERSON) == NULL) {
            form_wrong_element(d, "GEN-5", name, i, "personId", "There is no person with this id.");
        }
        if (!form_is_filled(people[i]->name)) {
            form_wrong_element(d, "AST-P7", name, i, "name", "The name is shown: give it.");
        }
        if (!form_is_filled(people[i]->email) && !form_is_filled(people[i]->telephone)) {
            form_wrong_element(d, "AST-P7", name, i, "email",
                               "Give an e-mail address or a telephone number that is shown.");
        }
    }
}

/* Whoever deals with grants is shown with name and address, like those above. Source: AST-P7. */
static void check_grants_contact(struct decision *d, const Pb__SetLaPolicy *asked)
{
    if (!form_is_named(asked->grants_contact_id)) {
        return;
    }
    if (form_seen(d, 1 + asked->n_coordinators, KIND_PERSON) == NULL) {
        form_wrong(d, "GEN-5", "grantsContactId", "There is no person with this id.");
    }
    if (!form_is_filled(asked->grants_contact_name)) {
        form_wrong(d, "AST-P7", "grantsContactName",
                   "The name of the grants contact is shown: give it.");
    }
    if (!form_is_filled(asked->grants_contact_email) &&
        !form_is_filled(asked->grants_contact_telephone)) {
        form_wrong(d, "AST-P7", "grantsContactEmail",
                   "Give an e-mail address or a telephone number that is shown.");
    }
}

/* How somebody is reached, in one line. */
static Pb__Text *contact_of(struct decision *d, const char *name, const char *email,
                            const char *telephone)
{
    const char *mail = form_is_filled(email) ? email : "";
    const char *phone = form_is_filled(telephone) ? telephone : "";
    return decision_text(d, arena_printf(d->arena, "%s%s%s%s%s", name, mail[0] == '\0' ? "" : ", ",
                                         mail, phone[0] == '\0' ? "" : ", ", phone));
}

/* Names and addresses are records: the event has their text by reference alone. */
static Pb__PhaseCoordinator *kept(struct decision *d, const Pb__PhaseCoordinator *asked)
{
    Pb__PhaseCoordinator *person = FORM_NEW(d->arena, PhaseCoordinator, phase_coordinator);
    person->phase = asked->phase;
    person->person_id = asked->person_id;
    person->contact = contact_of(d, asked->name, asked->email, asked->telephone);
    return person;
}

static void check_lists(struct decision *d, const Pb__SetLaPolicy *asked)
{
    for (size_t i = 0; i < asked->n_needs; i++) {
        const Pb__AreaOfNeed *need = asked->needs[i];
        if (!form_is_filled(need->subject) && !form_is_filled(need->place) && need->phase == 0) {
            form_wrong_element(d, "AST-P7", "needs", i, "subject",
                               "An area of need names a subject, a phase or a place.");
        }
    }
    for (size_t i = 0; i < asked->n_deadlines; i++) {
        if (!form_is_filled(asked->deadlines[i]->title)) {
            form_wrong_element(d, "AST-P7", "deadlines", i, "title", "Say what is due that day.");
        }
        if (asked->deadlines[i]->due_on <= 0) {
            form_wrong_element(d, "AST-P7", "deadlines", i, "dueOn", "Say which day it is.");
        }
    }
}

void la_policy_set(const struct given *given, struct decision *d)
{
    const Pb__SetLaPolicy *asked = (const Pb__SetLaPolicy *)given->command->body;
    const Pb__Organisation *la = (const Pb__Organisation *)form_seen(d, 0, KIND_ORGANISATION);
    const struct parties parties = {.la_id = asked->la_id};
    if (!access_check(d, &parties)) {
        return;
    }
    if (la == NULL || la->kind != PB__ORGANISATION__KIND__LA ||
        !id_equal(given->command->case_id, case_id_la_policy(field_id(asked->la_id)))) {
        form_wrong(d, "AST-P7", "laId", "There is no local authority with this id.");
        return;
    }
    check_caps(d, asked);
    check_people(d, asked->coordinators, asked->n_coordinators, "coordinators", 1);
    check_grants_contact(d, asked);
    check_people(d, asked->advisers, asked->n_advisers, "advisers", 2 + asked->n_coordinators);
    check_lists(d, asked);
    Pb__LaPolicySet *event = FORM_NEW(d->arena, LaPolicySet, la_policy_set);
    event->la_id = asked->la_id;
    event->caps = asked->caps;
    event->n_caps = asked->n_caps;
    event->needs = asked->needs;
    event->n_needs = asked->n_needs;
    event->deadlines = asked->deadlines;
    event->n_deadlines = asked->n_deadlines;
    for (size_t i = 0; i < asked->n_coordinators; i++) {
        *ARENA_PUSH(d->arena, event->coordinators, event->n_coordinators) =
            kept(d, asked->coordinators[i]);
    }
    for (size_t i = 0; i < asked->n_advisers; i++) {
        *ARENA_PUSH(d->arena, event->advisers, event->n_advisers) = kept(d, asked->advisers[i]);
    }
    event->grants_contact_id = asked->grants_contact_id;
    if (form_is_named(asked->grants_contact_id)) {
        event->grants_contact =
            contact_of(d, asked->grants_contact_name, asked->grants_contact_email,
                       asked->grants_contact_telephone);
    }
    event->protocol = decision_text(d, asked->protocol);
    event->outreach_time = decision_text(d, asked->outreach_time);
    event->outreach_place = decision_text(d, asked->outreach_place);
    decision_emit(d, MSG_LA_POLICY_SET, &event->base);
}

/* ---- term dates ---- */

static void check_half_term(struct decision *d, const Pb__Term *term, size_t index)
{
    if (term->half_term_begins_on == 0 && term->half_term_ends_on == 0) {
        return;
    }
    if (term->half_term_begins_on <= term->begins_on ||
        term->half_term_ends_on < term->half_term_begins_on ||
        term->half_term_ends_on >= term->ends_on) {
        form_wrong_element(d, "AST-P7", "terms", index, "halfTermBeginsOn",
                           "The half-term holiday lies within the term.");
    }
}

/* Each term lies in the school year and begins after the one before has ended. */
static void check_terms(struct decision *d, const Pb__SetTermDates *asked)
{
    int32_t after = date_of(asked->first_year, 8, 31).days;
    const int32_t last = date_of(asked->first_year + 1, 8, 31).days;
    for (size_t i = 0; i < asked->n_terms; i++) {
        const Pb__Term *term = asked->terms[i];
        if ((size_t)term->season != i + 1) {
            form_wrong_element(d, "AST-P7", "terms", i, "season",
                               "Give autumn, spring and summer, in this order.");
        }
        if (term->begins_on <= after) {
            form_wrong_element(d, "AST-P7", "terms", i, "beginsOn",
                               "A term begins in its school year, after the one before has ended.");
        }
        if (term->ends_on <= term->begins_on || term->ends_on > last) {
            form_wrong_element(d, "AST-P7", "terms", i, "endsOn",
                               "A term ends after it has begun, in its school year.");
        }
        check_half_term(d, term, i);
        after = term->ends_on;
    }
}

void la_policy_set_terms(const struct given *given, struct decision *d)
{
    const Pb__SetTermDates *asked = (const Pb__SetTermDates *)given->command->body;
    const Pb__LaPolicy *self = policy_of(given);
    const struct parties parties = {.la_id = self->la_id};
    if (!access_check(d, &parties)) {
        return;
    }
    if (asked->first_year < FIRST_YEAR_MIN || asked->first_year > FIRST_YEAR_MAX) {
        form_wrong(d, "AST-P7", "firstYear", "Say in which year the school year begins.");
        return;
    }
    if (asked->n_terms != TERMS) {
        form_wrong(d, "AST-P7", "terms", "A school year has three terms: give them all.");
    }
    check_terms(d, asked);
    if (terms_year((struct terms){self}, asked->first_year) == NULL && self->n_years >= YEARS_MAX) {
        decision_refuse(
            d, "AST-P7", "too-many-years", "Replace the dates of a year that is there.",
            "The term dates of %d school years are set, which is the most there can be.",
            YEARS_MAX);
    }
    Pb__TermDatesSet *event = FORM_NEW(d->arena, TermDatesSet, term_dates_set);
    event->year = FORM_NEW(d->arena, SchoolYear, school_year);
    event->year->first_year = asked->first_year;
    event->year->terms = asked->terms;
    event->year->n_terms = asked->n_terms;
    decision_emit(d, MSG_TERM_DATES_SET, &event->base);
}

/* ---- places under the caps ---- */

static const Pb__PhaseCap *cap_of(const Pb__LaPolicy *policy, Pb__Organisation__Phase phase)
{
    for (size_t i = 0; policy != NULL && i < policy->n_caps; i++) {
        if (policy->caps[i]->phase == phase) {
            return policy->caps[i];
        }
    }
    return NULL;
}

bool la_policy_is_full(const Pb__LaPolicy *policy, Pb__Organisation__Phase phase,
                       ProtobufCBinaryData school_id)
{
    const Pb__PhaseCap *cap = cap_of(policy, phase);
    uint32_t supported = 0;
    for (size_t i = 0; cap != NULL && i < policy->n_supported; i++) {
        supported += id_equal(field_id(policy->supported[i]->school_id), field_id(school_id));
    }
    return cap != NULL && supported >= cap->posts;
}

const char *la_policy_full_words(const Pb__LaPolicy *policy, Pb__Organisation__Phase phase,
                                 struct arena *arena)
{
    const Pb__PhaseCap *cap = cap_of(policy, phase);
    return arena_printf(
        arena,
        "The local authority generally supports not more than %u at a school of this phase (%s), "
        "and supports as many at this one.",
        cap == NULL ? 0 : (unsigned)cap->posts,
        form_words(&pb__organisation__phase__descriptor, (int)phase, arena));
}

void la_policy_check_shown(struct decision *d, const Pb__LaPolicy *policy, uint32_t seen)
{
    if (policy == NULL || policy->revision == 0 || policy->revision == seen) {
        return;
    }
    decision_refuse(d, "AST-P7", "arrangements-not-shown",
                    "Show the authority's policy first, and name the revision that was shown.",
                    "The local authority has arrangements of its own, in their revision %u, which "
                    "are shown before a post or a form is begun.",
                    (unsigned)policy->revision);
    decision_field(d, "arrangementsSeen", "Revision %u of the authority's policy.",
                   (unsigned)policy->revision);
}

static bool is_supported(const Pb__LaPolicy *policy, ProtobufCBinaryData post_id)
{
    for (size_t i = 0; policy != NULL && i < policy->n_supported; i++) {
        if (id_equal(field_id(policy->supported[i]->post_id), field_id(post_id))) {
            return true;
        }
    }
    return false;
}

/* Why there is no place for the post, or NULL. */
static const char *no_place(struct decision *d, const Pb__TakePlace *asked)
{
    const Pb__LaPolicy *self = policy_of(d->given);
    if (is_supported(self, asked->post_id)) {
        return NULL;
    }
    if (self != NULL && self->n_supported >= PLACES_MAX) {
        return arena_printf(d->arena, "The authority supports %d posts, the most there can be.",
                            PLACES_MAX);
    }
    return la_policy_is_full(self, asked->phase, asked->school_id) && !asked->over_cap
               ? la_policy_full_words(self, asked->phase, d->arena)
               : NULL;
}

void la_policy_take_place(const struct given *given, struct decision *d)
{
    const Pb__TakePlace *asked = (const Pb__TakePlace *)given->command->body;
    const char *problem = no_place(d, asked);
    if (problem != NULL) {
        Pb__PlaceRefused *refused = FORM_NEW(d->arena, PlaceRefused, place_refused);
        refused->la_id = asked->la_id;
        refused->post_id = asked->post_id;
        refused->detail = arena_strdup(d->arena, problem);
        decision_emit(d, MSG_PLACE_REFUSED, &refused->base);
        return;
    }
    Pb__PlaceTaken *event = FORM_NEW(d->arena, PlaceTaken, place_taken);
    event->la_id = asked->la_id;
    event->post_id = asked->post_id;
    event->school_id = asked->school_id;
    event->over_cap = la_policy_is_full(policy_of(given), asked->phase, asked->school_id);
    decision_emit(d, MSG_PLACE_TAKEN, &event->base);
}

void la_policy_give_place(const struct given *given, struct decision *d)
{
    const Pb__GivePlace *asked = (const Pb__GivePlace *)given->command->body;
    if (!is_supported(policy_of(given), asked->post_id)) {
        return; /* it never had one */
    }
    Pb__PlaceGiven *event = FORM_NEW(d->arena, PlaceGiven, place_given);
    event->post_id = asked->post_id;
    decision_emit(d, MSG_PLACE_GIVEN, &event->base);
}

/* ---- the fold ---- */

static void fold_taken(Pb__LaPolicy *self, const Pb__PlaceTaken *event, struct arena *arena)
{
    self->la_id = event->la_id;
    if (is_supported(self, event->post_id)) {
        return;
    }
    Pb__SupportedPost *post = FORM_NEW(arena, SupportedPost, supported_post);
    post->post_id = event->post_id;
    post->school_id = event->school_id;
    post->over_cap = event->over_cap;
    *ARENA_APPEND(arena, self->supported, self->n_supported) = post;
}

static void fold_given(Pb__LaPolicy *self, const Pb__PlaceGiven *event)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->n_supported; i++) {
        if (!id_equal(field_id(self->supported[i]->post_id), field_id(event->post_id))) {
            self->supported[kept++] = self->supported[i];
        }
    }
    self->n_supported = kept;
}

static void fold_policy(Pb__LaPolicy *self, const Pb__LaPolicySet *event)
{
    self->la_id = event->la_id;
    self->caps = event->caps;
    self->n_caps = event->n_caps;
    self->needs = event->needs;
    self->n_needs = event->n_needs;
    self->deadlines = event->deadlines;
    self->n_deadlines = event->n_deadlines;
    self->coordinators = event->coordinators;
    self->n_coordinators = event->n_coordinators;
    self->grants_contact_id = event->grants_contact_id;
    self->grants_contact = event->grants_contact;
    self->advisers = event->advisers;
    self->n_advisers = event->n_advisers;
    self->protocol = event->protocol;
    self->outreach_time = event->outreach_time;
    self->outreach_place = event->outreach_place;
    self->revision++;
}

static void fold_terms(Pb__LaPolicy *self, Pb__SchoolYear *year, struct arena *arena)
{
    for (size_t i = 0; i < self->n_years; i++) {
        if (self->years[i]->first_year == year->first_year) {
            self->years[i] = year;
            return;
        }
    }
    *ARENA_APPEND(arena, self->years, self->n_years) = year;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__LaPolicy *self = (Pb__LaPolicy *)state;
    switch (event->type) {
    case MSG_LA_POLICY_SET:
        fold_policy(self, (const Pb__LaPolicySet *)event->body);
        break;
    case MSG_TERM_DATES_SET:
        fold_terms(self, ((const Pb__TermDatesSet *)event->body)->year, arena);
        break;
    case MSG_PLACE_TAKEN:
        fold_taken(self, (const Pb__PlaceTaken *)event->body, arena);
        break;
    case MSG_PLACE_REFUSED:
        self->la_id = ((const Pb__PlaceRefused *)event->body)->la_id;
        break;
    case MSG_PLACE_GIVEN:
        fold_given(self, (const Pb__PlaceGiven *)event->body);
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__LaPolicy *self = (const Pb__LaPolicy *)state;
    (void)arena;
    *ret = (struct case_index){
        .state = self->revision > 0 ? "set" : "unset",
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->la_id)},
        .label = "",
        .open_to_all = true, /* shown before a post or a form is begun */
    };
}

/* Which posts an authority supports is for its own side. */
static bool veil(ProtobufCMessage *state, const struct actor *actor, struct arena *arena)
{
    Pb__LaPolicy *self = (Pb__LaPolicy *)state;
    struct case_index index;
    index_case(state, arena, &index);
    if (aggregate_has_party(&la_policy_aggregate, &index, actor)) {
        return false;
    }
    self->n_supported = 0;
    return true;
}

const struct aggregate la_policy_aggregate = {
    .kind = KIND_LA_POLICY,
    .name = "LaPolicy",
    .state = &pb__la_policy__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_LA_MONEY | MAY(LA_PERSONNEL) | MAY(OUTREACH_ADVISER),
    .veil = veil,
};
