/*
 * The programme of the day and those who contribute. Invariants: what the edition always asks for is
 * there; what departs from the normal carries a reason, and so does a programme that was not agreed
 * beforehand; meetings stand in the order of the day and never overlap (AST-S3).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asked.h"
#include "assessment.h"

enum { KEY_STAGE_MAX = 5, MINUTES_MAX = 600 };

static const char rule[] = "AST-S3";
static const char of_lessons[] = "lessons";
static const char of_agreement[] = "agreement";

/* A meeting with what the edition says of it and when it begins, in minutes after midnight. */
struct slot {
    const struct edition_meeting *kind;
    Pb__Meeting *meeting;
    int starts;
    size_t index; /* in the command */
};

struct day {
    struct decision *d;
    const Pb__AgreeProgramme *asked;
    struct slot *slots; /* in the order of the day */
    size_t count;
};

static const Pb__Assessment *assessment_of(const struct given *given)
{
    return (const Pb__Assessment *)given->state;
}

/* ---- reading ---- */

static int digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* "09:15" as minutes after midnight, or -1; longer than that it cannot be. */
static int minutes_of(const char *text)
{
    static const char form[] = "00:00";
    for (size_t i = 0; i < strlen(form); i++) {
        if (form[i] == ':' ? text[i] != ':' : text[i] < '0' || text[i] > '9') {
            return -1;
        }
    }
    const int hours = digits(text);
    const int minutes = digits(text + 3);
    return hours > 23 || minutes > 59 ? -1 : hours * 60 + minutes;
}

static void read_meeting(struct day *day, size_t index)
{
    struct decision *d = day->d;
    Pb__Meeting *meeting = day->asked->meetings[index];
    const struct slot slot = {
        .kind = edition_meeting(d->given->world->edition, meeting->meeting),
        .meeting = meeting,
        .starts = minutes_of(meeting->starts),
        .index = index,
    };
    if (slot.kind == NULL) {
        form_wrong_element(d, rule, "meetings", index, "meeting",
                           "There is no such meeting in this edition.");
    }
    if (slot.starts < 0) {
        form_wrong_element(d, rule, "meetings", index, "starts", "Give a time, as 09:15.");
    }
    if (meeting->minutes < 1 || meeting->minutes > MINUTES_MAX) {
        form_wrong_element(d, rule, "meetings", index, "minutes", "Give 1 to 600 minutes.");
    }
    if (meeting->people < 0) {
        form_wrong_element(d, rule, "meetings", index, "people", "Give how many take part.");
    }
    if (meeting->key_stage < 0 || meeting->key_stage > KEY_STAGE_MAX) {
        form_wrong_element(d, rule, "meetings", index, "keyStage", "Give 1 to 5.");
    }
    day->slots[day->count++] = slot;
}

static int by_start(const void *a, const void *b)
{
    const struct slot *one = a;
    const struct slot *two = b;
    return one->starts != two->starts ? one->starts - two->starts
                                      : (int)one->index - (int)two->index;
}

/* ---- departures ---- */

static const Pb__Departure *departure_of(const struct day *day, const char *of)
{
    for (size_t i = 0; i < day->asked->n_departures; i++) {
        if (strcmp(day->asked->departures[i]->of, of) == 0) {
            return day->asked->departures[i];
        }
    }
    return NULL;
}

/* Refuses unless `of` has its reason; `problem` is what departs from the normal. */
static void need_reason(const struct day *day, const char *of, const char *problem)
{
    if (departure_of(day, of) != NULL) {
        return;
    }
    decision_refuse(day->d, rule, "reason-needed",
                    "Change the programme, or give the reason as a departure.",
                    "The programme departs from what is normal, and does not say why: %s", problem);
    decision_field(day->d, "departures", "Give a reason for \"%s\": %s", of, problem);
}

static void check_departure(const struct day *day, size_t index)
{
    const Pb__Departure *departure = day->asked->departures[index];
    const bool known = strcmp(departure->of, of_lessons) == 0 ||
                       strcmp(departure->of, of_agreement) == 0 ||
                       edition_meeting(day->d->given->world->edition, departure->of) != NULL;
    if (!known) {
        form_wrong_element(day->d, rule, "departures", index, "of",
                           "Name a meeting of the edition, \"lessons\" or \"agreement\".");
    } else if (departure_of(day, departure->of) != departure) {
        form_wrong_element(day->d, rule, "departures", index, "of",
                           "A reason for this is given twice.");
    }
    if (!form_is_filled(departure->reason)) {
        form_wrong_element(day->d, rule, "departures", index, "reason", "Give the reason.");
    }
}

/* ---- what the day needs ---- */

static int count_of(const struct day *day, const struct edition_meeting *kind)
{
    int count = 0;
    for (size_t i = 0; i < day->count; i++) {
        count += day->slots[i].kind == kind;
    }
    return count;
}

static bool may_be_left_out(const struct day *day, const struct edition_meeting *kind)
{
    return kind->need == NEED_IDEALLY ||
           (kind->need == NEED_WHERE_APT && !day->asked->worked_across_schools);
}

static void check_presence(const struct day *day, const struct edition_meeting *kind)
{
    const int count = count_of(day, kind);
    if (kind->lesson && count > kind->times) {
        form_wrong(day->d, rule, "meetings",
                   arena_printf(day->d->arena, "%d lessons are observed.", kind->times));
    }
    if (count >= kind->times || may_be_left_out(day, kind)) {
        return;
    }
    const char *missing =
        kind->times == 1
            ? arena_printf(day->d->arena, "Missing: %s.", kind->title)
            : arena_printf(day->d->arena, "Missing: %s, %d times.", kind->title, kind->times);
    if (kind->need == NEED_ALWAYS) {
        form_wrong(day->d, rule, "meetings", missing);
    } else {
        need_reason(day, kind->code, missing);
    }
}

static bool is_outside(int value, int min, int max)
{
    return value < min || (max > 0 && value > max);
}

static void check_size(const struct day *day, const struct slot *slot)
{
    const struct edition_meeting *kind = slot->kind;
    if (is_outside(slot->meeting->minutes, kind->minutes_min, kind->minutes_max)) {
        need_reason(day, kind->code,
                    arena_printf(day->d->arena, "%s normally takes %d to %d minutes.", kind->title,
                                 kind->minutes_min, kind->minutes_max));
    }
    if (is_outside(slot->meeting->people, kind->people_min, kind->people_max)) {
        need_reason(day, kind->code,
                    arena_printf(day->d->arena, "%s: normally %d to %d.", kind->title,
                                 kind->people_min, kind->people_max));
    }
}

/* Slot number `index` neither overlaps the one before nor comes before what normally goes first. */
static void check_sequence(const struct day *day, size_t index)
{
    const struct slot *slot = &day->slots[index];
    if (index > 0 && slot[-1].starts + slot[-1].meeting->minutes > slot->starts) {
        form_wrong_element(day->d, rule, "meetings", slot->index, "starts",
                           "It begins before the meeting ahead of it is over.");
    }
    for (size_t i = index + 1; i < day->count; i++) {
        if (day->slots[i].kind->order < slot->kind->order) {
            need_reason(day, slot->kind->code,
                        arena_printf(day->d->arena, "%s normally comes after %s.",
                                     slot->kind->title, day->slots[i].kind->title));
            return;
        }
    }
}

/* ---- the two lessons ---- */

static bool is_primary_lesson(const struct edition *ed, const char *subject)
{
    for (size_t i = 0; i < ed->primary_lesson_count; i++) {
        if (strcasecmp(ed->primary_lessons[i], subject) == 0) {
            return true;
        }
    }
    return false;
}

static void check_secondary(const struct day *day, const struct slot *one, const struct slot *two)
{
    const struct slot *const slots[] = {one, two};
    for (size_t i = 0; i < COUNT(slots); i++) {
        if (slots[i]->meeting->key_stage == 0) {
            form_wrong_element(day->d, rule, "meetings", slots[i]->index, "keyStage",
                               "Say of which key stage the lesson is.");
        }
        if (!form_is_filled(slots[i]->meeting->ability)) {
            form_wrong_element(day->d, rule, "meetings", slots[i]->index, "ability",
                               "Say of which ability group the lesson is.");
        }
    }
    if (one->meeting->key_stage == two->meeting->key_stage ||
        strcasecmp(one->meeting->ability, two->meeting->ability) == 0) {
        need_reason(day, of_lessons,
                    "The two lessons are normally of different key stages and ability groups.");
    }
}

static void check_lessons(const struct day *day)
{
    const struct slot *lessons[2] = {NULL, NULL};
    size_t count = 0;
    bool primary = false;
    for (size_t i = 0; i < day->count && count < COUNT(lessons); i++) {
        const struct slot *slot = &day->slots[i];
        if (!slot->kind->lesson) {
            continue;
        }
        lessons[count++] = slot;
        if (!form_is_filled(slot->meeting->subject)) {
            form_wrong_element(day->d, rule, "meetings", slot->index, "subject",
                               "Say what is taught.");
        }
        primary |= is_primary_lesson(day->d->given->world->edition, slot->meeting->subject);
    }
    const Pb__Organisation__Phase phase = assessment_of(day->d->given)->phase;
    if (phase == PB__ORGANISATION__PHASE__PRIMARY && !primary) {
        need_reason(day, of_lessons,
                    "In a primary school one lesson is normally literacy or numeracy.");
    } else if (phase == PB__ORGANISATION__PHASE__SECONDARY && count == COUNT(lessons)) {
        check_secondary(day, lessons[0], lessons[1]);
    }
}

/* ---- agreeing ---- */

static void check_agreement(const struct day *day)
{
    const struct given *given = day->d->given;
    if (day->asked->agreed_on > given->world->today.days) {
        form_wrong(day->d, rule, "agreedOn", "This day is to come.");
    } else if (day->asked->agreed_on >= assessment_of(given)->assessment_on) {
        need_reason(day, of_agreement,
                    "The programme is agreed with the headteacher before the day.");
    }
}

static void check_day(const struct day *day)
{
    const struct edition *ed = day->d->given->world->edition;
    for (size_t i = 0; i < day->asked->n_departures; i++) {
        check_departure(day, i);
    }
    if (decision_is_over(day->d)) {
        return;
    }
    if (ed->programme_count == 0) {
        decision_lacks(day->d, ed, "what belongs to the day of an assessment");
    }
    for (size_t i = 0; i < ed->programme_count; i++) {
        check_presence(day, &ed->programme[i]);
    }
    for (size_t i = 0; i < day->count; i++) {
        check_size(day, &day->slots[i]);
        check_sequence(day, i);
    }
    check_lessons(day);
    check_agreement(day);
}

static Pb__Departure **kept(struct decision *d, const Pb__AgreeProgramme *asked)
{
    Pb__Departure **list = ARENA_ARRAY(d->arena, asked->n_departures + 1, Pb__Departure *);
    for (size_t i = 0; i < asked->n_departures; i++) {
        list[i] = FORM_NEW(d->arena, Departure, departure);
        list[i]->of = asked->departures[i]->of;
        list[i]->reason_text = decision_text(d, asked->departures[i]->reason);
    }
    return list;
}

void assessment_agree_programme(const struct given *given, struct decision *d)
{
    const Pb__AgreeProgramme *asked = (const Pb__AgreeProgramme *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = asked_of_own(d, self->assessor_person_id)
                                    ? decision_step(d, &assessment_fsm, (int)self->state)
                                    : NULL;
    if (row == NULL) {
        return;
    }
    struct day day = {.d = d, .asked = asked};
    day.slots = ARENA_ARRAY(d->arena, asked->n_meetings + 1, struct slot);
    for (size_t i = 0; i < asked->n_meetings; i++) {
        read_meeting(&day, i);
    }
    qsort(day.slots, day.count, sizeof(*day.slots), by_start);
    check_day(&day);
    if (decision_is_over(d)) {
        return;
    }
    Pb__ProgrammeAgreed *event = FORM_NEW(d->arena, ProgrammeAgreed, programme_agreed);
    for (size_t i = 0; i < day.count; i++) {
        *ARENA_PUSH(d->arena, event->meetings, event->n_meetings) = day.slots[i].meeting;
    }
    event->agreed_on = asked->agreed_on;
    event->worked_across_schools = asked->worked_across_schools;
    event->departures = kept(d, asked);
    event->n_departures = asked->n_departures;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->candidate_id), PB__ROLE__CANDIDATE),
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER),
    };
    decision_tell(d, row->rule, "programme-agreed", to, COUNT(to), "assessment-on",
                  date_words((struct date){self->assessment_on}, d->arena), "begins-at",
                  event->meetings[0]->starts, NULL);
}

/* ---- contributors ---- */

void assessment_name_contributors(const struct given *given, struct decision *d)
{
    const Pb__NameContributors *asked = (const Pb__NameContributors *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    if (!id_equal(given->world->actor.person_id, field_id(self->candidate_id))) {
        form_not_yours(d);
        return;
    }
    const struct fsm_row *row = decision_step(d, &assessment_fsm, (int)self->state);
    decision_about(d, field_id(self->candidate_id));
    if (row == NULL) {
        return;
    }
    Pb__ContributorsNamed *event = FORM_NEW(d->arena, ContributorsNamed, contributors_named);
    for (size_t i = 0; i < asked->n_contributors; i++) {
        const Pb__Contributor *named = asked->contributors[i];
        const struct edition_meeting *meeting =
            edition_meeting(given->world->edition, named->meeting);
        if (meeting == NULL || !meeting->contributors) {
            form_wrong_element(d, row->rule, "contributors", i, "meeting",
                               "Nobody is named for this; name a meeting with contributors.");
        }
        if (!form_is_filled(named->who)) {
            form_wrong_element(d, row->rule, "contributors", i, "who", "Say who it is.");
        }
        Pb__Contributor *kept_one = FORM_NEW(d->arena, Contributor, contributor);
        kept_one->meeting = named->meeting;
        kept_one->arranged = named->arranged;
        kept_one->who_text = decision_text(d, named->who);
        *ARENA_PUSH(d->arena, event->contributors, event->n_contributors) = kept_one;
    }
    decision_emit(d, row->emit, &event->base);
}
