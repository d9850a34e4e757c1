/*
 * The fold of an enrolment, its columns, and what its other files share. Invariants: the timeline is the
 * one listed when it was opened, whatever the edition says later; every standard evidenced is listed
 * once. What an event brought is never written to: what changes later is a copy. Timeline and items
 * stay packed in the state: most commands are about neither, or add one item.
 */
#include "enrolment.h"

#include <string.h>

#include "enrolment_parts.h"
#include "kinds.h"

#define ST(name) PB__ENROLMENT__STATE__##name

struct id enrolment_id(struct id application_id)
{
    const struct bytes part = {application_id.b, sizeof(application_id.b)};
    return id_derive("enrolment", &part, 1);
}

/* ---- what the other files share ---- */

const Pb__Enrolment *enrolment_of(const struct given *given)
{
    return (const Pb__Enrolment *)given->state;
}

static bool is_same(struct id id, ProtobufCBinaryData field)
{
    return !id_is_zero(id) && id_equal(id, field_id(field));
}

static bool is_party(const struct given *given)
{
    const Pb__Enrolment *self = enrolment_of(given);
    const struct actor *actor = &given->world->actor;
    switch (actor->role) {
    case PB__ROLE__CANDIDATE:
        return is_same(actor->person_id, self->person_id);
    case PB__ROLE__MENTOR:
        return is_same(actor->person_id, self->mentor_id);
    case PB__ROLE__LEAD_MODERATOR:
        return is_same(actor->person_id, self->lead_moderator_id);
    default:
        return true; /* the agency, its reviewers, ourselves: the route let them in */
    }
}

const struct fsm_row *enrolment_step(struct decision *d)
{
    if (!is_party(d->given)) {
        form_not_yours(d);
        return NULL;
    }
    decision_about(d, field_id(enrolment_of(d->given)->person_id));
    return decision_step(d, &enrolment_fsm, (int)enrolment_of(d->given)->state);
}

Pb__Enrolment *enrolment_timeline(const Pb__Enrolment *self, struct arena *arena)
{
    Pb__Enrolment *timeline = pb__enrolment__unpack(&arena->protobuf, self->packed_activities.len,
                                                    self->packed_activities.data);
    require(timeline != NULL);
    return timeline;
}

Pb__Activity *enrolment_activity(const Pb__Enrolment *timeline, const char *code)
{
    for (size_t i = 0; i < timeline->n_activities; i++) {
        if (strcmp(timeline->activities[i]->activity, code) == 0) {
            return timeline->activities[i];
        }
    }
    return NULL;
}

bool enrolment_is_settled(const Pb__Activity *activity)
{
    return activity->excused || activity->done_on != 0;
}

const Pb__Recipient *enrolment_participant(struct decision *d)
{
    return decision_recipient(d, field_id(enrolment_of(d->given)->person_id), PB__ROLE__CANDIDATE);
}

const Pb__Recipient *enrolment_mentor(struct decision *d)
{
    return decision_recipient(d, field_id(enrolment_of(d->given)->mentor_id), PB__ROLE__MENTOR);
}

const char *enrolment_cohort(const struct decision *d)
{
    return arena_printf(d->arena, "%d", (int)enrolment_of(d->given)->cohort);
}

const char *enrolment_day(const struct decision *d, int32_t on)
{
    return date_words((struct date){on}, d->arena);
}

/* ---- the fold ---- */

static void keep_timeline(Pb__Enrolment *self, const Pb__Enrolment *timeline, struct arena *arena)
{
    const ProtobufCBinaryData none = {0, NULL};
    self->packed_activities = message_packed_add(none, &timeline->base, arena);
}

static void fold_enrolled(Pb__Enrolment *self, const Pb__Enrolled *event, struct arena *arena)
{
    self->state = ST(ACTIVE);
    self->application_id = event->application_id;
    self->person_id = event->person_id;
    self->cohort = event->cohort;
    self->employer_id = event->employer_id;
    Pb__Enrolment timeline;
    pb__enrolment__init(&timeline);
    timeline.n_activities = event->n_activities;
    timeline.activities = event->activities;
    keep_timeline(self, &timeline, arena);
}

static void fold_completed(Pb__Enrolment *self, const Pb__ActivityCompleted *event,
                           struct arena *arena)
{
    Pb__Enrolment *timeline = enrolment_timeline(self, arena);
    Pb__Activity *activity = enrolment_activity(timeline, event->activity);
    require(activity != NULL);
    activity->done_on = event->done_on;
    activity->late = event->late;
    keep_timeline(self, timeline, arena);
}

static void fold_excused(Pb__Enrolment *self, const Pb__ActivityExcused *event, struct arena *arena)
{
    Pb__Enrolment *timeline = enrolment_timeline(self, arena);
    Pb__Activity *activity = enrolment_activity(timeline, event->activity);
    require(activity != NULL);
    activity->excused = true;
    keep_timeline(self, timeline, arena);
}

/* `list` with `item` at its end: a list of its own, for the one so far has no room to grow into. */
static void *longer(const void *list, size_t count, const void *item, struct arena *arena)
{
    const void *const *so_far = list;
    const void **all = ARENA_ARRAY(arena, count + 1, const void *);
    for (size_t i = 0; i < count; i++) {
        all[i] = so_far[i];
    }
    all[count] = item;
    return all;
}

/* The record alone: 32 bytes of digest for each of 600 texts would be a third of the bound. */
static Pb__Text *without_digest(const Pb__Text *text, struct arena *arena)
{
    if (text == NULL) {
        return NULL;
    }
    Pb__Text *copy = arena_copy(arena, text, sizeof(*copy));
    copy->digest = (ProtobufCBinaryData){0, NULL};
    return copy;
}

static bool is_listed(const Pb__Enrolment *self, const char *standard)
{
    for (size_t i = 0; i < self->n_standards_evidenced; i++) {
        if (strcmp(self->standards_evidenced[i], standard) == 0) {
            return true;
        }
    }
    return false;
}

static void fold_item(Pb__Enrolment *self, const Pb__PortfolioItem *added, struct arena *arena)
{
    Pb__PortfolioItem *item = arena_copy(arena, added, sizeof(*item));
    item->title = without_digest(added->title, arena);
    item->note = without_digest(added->note, arena);
    Pb__Enrolment more;
    pb__enrolment__init(&more);
    more.items = &item;
    more.n_items = 1;
    self->packed_items = message_packed_add(self->packed_items, &more.base, arena);
    for (size_t i = 0; i < added->n_standards; i++) {
        if (!is_listed(self, added->standards[i])) {
            self->standards_evidenced = longer(
                self->standards_evidenced, self->n_standards_evidenced, added->standards[i], arena);
            self->n_standards_evidenced++;
        }
    }
}

static void fold_reviewed(Pb__Enrolment *self, const Pb__PortfolioReviewed *event)
{
    self->state = event->recommended ? ST(RECOMMENDED) : ST(MODIFICATIONS);
    self->reviewer_id = event->reviewer_id;
    self->review = event->feedback;
    self->modifications_by = event->modifications_by;
}

static void fold_submitted(Pb__Enrolment *self, const Pb__PortfolioSubmitted *event)
{
    self->state = ST(SUBMITTED);
    self->submitted_on = event->submitted_on;
    self->submissions = event->submission;
    self->submitted_late = event->late;
}

static void fold_viva_booked(Pb__Enrolment *self, const Pb__VivaBooked *event)
{
    self->state = ST(VIVA_BOOKED);
    self->viva_on = event->viva_on;
    self->lead_moderator_id = event->lead_moderator_id;
    self->panel_id = event->panel_id;
}

static void fold_viva(Pb__Enrolment *self, const Pb__VivaRecorded *event)
{
    self->state = event->passed ? ST(VIVA_PASSED) : ST(VIVA_FAILED);
    self->viva_passed = event->passed;
    self->viva_reasons = event->reasons;
    self->vivas++;
}

static void fold_awarded(Pb__Enrolment *self, const Pb__StatusAwarded *event)
{
    self->state = ST(AWARDED);
    self->awarded_on = event->awarded_on;
    self->certificate = event->certificate;
}

/* What participant and mentor do up to the submission; nothing when `event` is none of it. */
static void fold_work(Pb__Enrolment *self, const struct event *event, struct arena *arena)
{
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_MENTOR_NOMINATED:
        self->mentor_id = ((const Pb__MentorNominated *)body)->mentor_id;
        break;
    case MSG_MENTORING_AGREED:
        self->mentor_agreed = true;
        break;
    case MSG_MEETING_RECORDED:
        self->meetings = longer(self->meetings, self->n_meetings,
                                ((const Pb__MeetingRecorded *)body)->meeting, arena);
        self->n_meetings++;
        break;
    case MSG_ACTIVITY_COMPLETED:
        fold_completed(self, (const Pb__ActivityCompleted *)body, arena);
        break;
    case MSG_ACTIVITY_EXCUSED:
        fold_excused(self, (const Pb__ActivityExcused *)body, arena);
        break;
    case MSG_PORTFOLIO_ITEM_ADDED:
        fold_item(self, ((const Pb__PortfolioItemAdded *)body)->item, arena);
        break;
    case MSG_STATEMENT_GIVEN:
        self->mentor_statement = ((const Pb__StatementGiven *)body)->statement;
        break;
    case MSG_STATEMENT_CHECKED:
        self->statement_checked = true;
        break;
    default:
        break;
    }
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Enrolment *self = (Pb__Enrolment *)state;
    const ProtobufCMessage *body = event->body;
    fold_work(self, event, arena);
    switch (event->type) {
    case MSG_ENROLLED:
        fold_enrolled(self, (const Pb__Enrolled *)body, arena);
        break;
    case MSG_PORTFOLIO_SUBMITTED:
        fold_submitted(self, (const Pb__PortfolioSubmitted *)body);
        break;
    case MSG_PORTFOLIO_REVIEWED:
        fold_reviewed(self, (const Pb__PortfolioReviewed *)body);
        break;
    case MSG_VIVA_BOOKED:
        fold_viva_booked(self, (const Pb__VivaBooked *)body);
        break;
    case MSG_VIVA_RECORDED:
        fold_viva(self, (const Pb__VivaRecorded *)body);
        break;
    case MSG_STATUS_AWARDED:
        fold_awarded(self, (const Pb__StatusAwarded *)body);
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Enrolment *self = (const Pb__Enrolment *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__enrolment__state__descriptor, (int)self->state, arena),
        /* Not the employer: a portfolio is between its maker, the mentor and the agency. */
        .person_ids = {field_id(self->person_id), field_id(self->mentor_id),
                       field_id(self->lead_moderator_id), field_id(self->panel_id)},
        .label = arena_printf(arena, "ATS %d", (int)self->cohort),
    };
}

const struct aggregate enrolment_aggregate = {
    .kind = KIND_ENROLMENT,
    .name = "Enrolment",
    .state = &pb__enrolment__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
    .readers = MAY(CANDIDATE) | MAY(MENTOR) | MAY(VIVA_PANEL),
    .fsm = &enrolment_fsm,
};
