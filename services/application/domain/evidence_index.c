/*
 * The index of evidence: table, decisions and fold. Invariant: whom the index names as seeing the case
 * is the candidate alone until EvidenceReleased, which the timer of the day of the assessment brings, and
 * again once that day is given up or goes to another assessor; while an assessor sees it nothing is taken out.
 * Who has seen it and decided goes on seeing it, for the feedback is still to be written.
 */
#include "evidence_index.h"

#include <string.h>

#include "access.h"
#include "form.h"
#include "kinds.h"

#define ST(name) PB__EVIDENCE_INDEX__STATE__##name
#define IN(name) AT(ST(name))

enum { ITEMS_MAX = 200 };

static const char rule_index[] = "AST-A10";
static const char item_ready[] = "ready";

static const Pb__EvidenceIndex *index_of(const struct given *given)
{
    return (const Pb__EvidenceIndex *)given->state;
}

static bool day_has_begun(const struct given *given)
{
    const Pb__EvidenceIndex *self = index_of(given);
    return self->assessment_on != 0 && given->world->today.days >= self->assessment_on;
}

static bool was_ready(const struct given *given)
{
    return index_of(given)->ready_on != 0;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-A10", .from = AT_NONE, .on = MSG_OPEN_EVIDENCE_INDEX,
      .emit = MSG_EVIDENCE_INDEX_OPENED, .to = ST(COLLECTING),
      .why = "A form AST1 is handed in, and its candidate keeps an index of the evidence." },

    { .rule = "AST-A10", .from = IN(COLLECTING) | IN(READY) | IN(RELEASED), .on = MSG_ADD_EVIDENCE,
      .emit = MSG_EVIDENCE_ADDED, .to = STAYS,
      .why = "The candidate enters a piece of evidence." },
    { .rule = "AST-A10", .from = IN(COLLECTING) | IN(READY), .on = MSG_REMOVE_EVIDENCE,
      .emit = MSG_EVIDENCE_REMOVED, .to = ST(COLLECTING),
      .why = "The candidate takes a piece of evidence out, and declares the rest ready anew." },
    { .rule = "AST-A10", .from = IN(RELEASED), .on = MSG_REMOVE_EVIDENCE,
      .refuse = "released", .why = "The assessor sees the index since the day of the assessment began, so that nothing is taken out.",
      .next = "Add what is missing, and tell the assessor." },

    { .rule = "AST-A10", .from = IN(COLLECTING), .on = MSG_DECLARE_EVIDENCE_READY,
      .emit = MSG_EVIDENCE_READY, .to = ST(READY),
      .why = "The candidate declares the collection ready." },
    { .rule = "AST-A10", .from = IN(READY) | IN(RELEASED), .on = MSG_DECLARE_EVIDENCE_READY,
      .refuse = "ready-already", .why = "The collection is declared ready already, or the day of the assessment has begun.",
      .next = "Nothing is to be done." },

    { .rule = "AST-A10", .from = IN(COLLECTING) | IN(READY), .on = MSG_NOTE_EVIDENCE_DAY,
      .emit = MSG_EVIDENCE_DAY_NOTED, .to = STAYS,
      .why = "A day for the assessment is booked." },
    { .rule = "AST-A10", .from = IN(RELEASED), .on = MSG_NOTE_EVIDENCE_DAY,
      .when = was_ready, .guard = "the collection was declared ready", .emit = MSG_EVIDENCE_DAY_NOTED, .to = ST(READY),
      .why = "The day that had begun is given up or booked anew, and whoever assesses then sees the index from its start." },
    { .rule = "AST-A10", .from = IN(RELEASED), .on = MSG_NOTE_EVIDENCE_DAY,
      .emit = MSG_EVIDENCE_DAY_NOTED, .to = ST(COLLECTING),
      .why = "The day that had begun is given up or booked anew, and the candidate declares the collection ready for it." },
    { .rule = "AST-A10", .from = IN(COLLECTING) | IN(READY), .on = MSG_FALL_DUE,
      .when = day_has_begun, .guard = "the day booked has begun", .emit = MSG_EVIDENCE_RELEASED, .to = ST(RELEASED),
      .why = "The day of the assessment has begun, and the assessor sees the index." },

    { .rule = "AST-A13", .from = IN(COLLECTING) | IN(READY) | IN(RELEASED), .on = MSG_CLOSE_EVIDENCE_INDEX,
      .emit = MSG_EVIDENCE_INDEX_CLOSED, .to = ST(CLOSED),
      .why = "The form AST1 has ended." },
};
/* clang-format on */

const struct fsm evidence_index_fsm = {
    .name = "Index of evidence",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__evidence_index__state__descriptor,
    .final = IN(CLOSED),
};

struct id evidence_index_id(struct id ast1_id)
{
    const struct bytes part = {ast1_id.b, sizeof(ast1_id.b)};
    return id_derive("evidence-index", &part, 1);
}

/* The table's row for an act of the candidate, or NULL with a refusal. */
static const struct fsm_row *step(struct decision *d)
{
    const Pb__EvidenceIndex *self = index_of(d->given);
    const struct parties parties = {.person_id = self->candidate_id};
    return access_check(d, &parties) ? decision_step(d, &evidence_index_fsm, (int)self->state)
                                     : NULL;
}

/* The same for what another case tells; NULL when it no longer matters. */
static const struct fsm_row *step_of_note(struct decision *d)
{
    const Pb__EvidenceIndex *self = index_of(d->given);
    return self == NULL ? NULL : form_note_step(d, &evidence_index_fsm, (int)self->state);
}

static const Pb__Recipient *candidate_of(struct decision *d)
{
    return decision_recipient(d, field_id(index_of(d->given)->candidate_id), PB__ROLE__CANDIDATE);
}

void evidence_index_open(const struct given *given, struct decision *d)
{
    const Pb__OpenEvidenceIndex *asked = (const Pb__OpenEvidenceIndex *)given->command->body;
    const int state = given->state == NULL ? -1 : (int)index_of(given)->state;
    const struct fsm_row *row = form_note_step(d, &evidence_index_fsm, state);
    if (row == NULL) {
        return;
    }
    (void)form_cause_edition(d, rule_index);
    decision_root(d, field_id(asked->post_id));
    Pb__EvidenceIndexOpened *event = FORM_NEW(d->arena, EvidenceIndexOpened, evidence_index_opened);
    event->ast1_id = asked->ast1_id;
    event->candidate_id = asked->candidate_id;
    decision_emit(d, row->emit, &event->base);
}

/* ---- what the candidate enters ---- */

static void check_item(struct decision *d, const Pb__AddEvidence *asked)
{
    const struct edition_standard *standard =
        edition_standard(d->given->world->edition, asked->standard);
    if (standard == NULL) {
        form_wrong(d, rule_index, "standard", "There is no such standard in this edition.");
    } else if (asked->point > standard->point_count) {
        form_wrong(d, rule_index, "point",
                   arena_printf(d->arena, "This standard has %zu points.", standard->point_count));
    }
    if (!form_is_filled(asked->title)) {
        form_wrong(d, rule_index, "title", "Say what the piece of evidence is.");
    }
    if (index_of(d->given)->n_items >= ITEMS_MAX) {
        decision_refuse(d, rule_index, "index-full",
                        "Choose the best examples and take others out.",
                        "An index holds at most %d pieces of evidence.", ITEMS_MAX);
    }
}

void evidence_index_add(const struct given *given, struct decision *d)
{
    const Pb__AddEvidence *asked = (const Pb__AddEvidence *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    check_item(d, asked);
    Pb__EvidenceItem *item = FORM_NEW(d->arena, EvidenceItem, evidence_item);
    item->number = index_of(given)->last_number + 1;
    item->standard = asked->standard;
    item->point = asked->point;
    item->title = decision_text(d, asked->title);
    item->place = decision_text(d, asked->place);
    item->written = asked->written;
    Pb__EvidenceAdded *event = FORM_NEW(d->arena, EvidenceAdded, evidence_added);
    event->item = item;
    decision_emit(d, row->emit, &event->base);
}

static bool has_item(const Pb__EvidenceIndex *self, uint32_t number)
{
    for (size_t i = 0; i < self->n_items; i++) {
        if (self->items[i]->number == number) {
            return true;
        }
    }
    return false;
}

void evidence_index_remove(const struct given *given, struct decision *d)
{
    const Pb__RemoveEvidence *asked = (const Pb__RemoveEvidence *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!has_item(index_of(given), asked->item_number)) {
        form_wrong(d, rule_index, "itemNumber", "There is no piece of evidence of this number.");
    }
    Pb__EvidenceRemoved *event = FORM_NEW(d->arena, EvidenceRemoved, evidence_removed);
    event->item_number = asked->item_number;
    decision_emit(d, row->emit, &event->base);
}

/* Whether the standard has evidence, in writing where the edition asks for that. */
static bool is_evidenced(const Pb__EvidenceIndex *self, const struct edition_standard *standard)
{
    for (size_t i = 0; i < self->n_items; i++) {
        if (strcmp(self->items[i]->standard, standard->code) == 0 &&
            (self->items[i]->written || !standard->in_writing)) {
            return true;
        }
    }
    return false;
}

static void check_ready(struct decision *d)
{
    const struct edition *ed = d->given->world->edition;
    for (size_t i = 0; i < ed->standard_count; i++) {
        const struct edition_standard *standard = &ed->standards[i];
        if (!is_evidenced(index_of(d->given), standard)) {
            decision_refuse(
                d, rule_index, "not-evidenced",
                "Enter evidence for each standard, then declare it ready.",
                "The collection is not ready: a standard has no evidence yet, or none in "
                "writing where that is asked.");
            decision_field(d, "items", "Standard %s (%s) lacks evidence%s.", standard->code,
                           standard->title, standard->in_writing ? " in writing" : "");
        }
    }
}

/* The open deadline by which the collection is to be declared ready, or NULL. */
static const struct open_deadline *open_ready(const struct given *given)
{
    for (size_t i = 0; i < given->deadline_count; i++) {
        const struct open_deadline *open = &given->deadlines[i];
        if (strcmp(open->rule, rule_index) == 0 &&
            strncmp(open->item, item_ready, strlen(item_ready)) == 0) {
            return open;
        }
    }
    return NULL;
}

void evidence_index_declare(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    check_ready(d);
    Pb__EvidenceReady *event = FORM_NEW(d->arena, EvidenceReady, evidence_ready);
    event->ready_on = given->world->today.days;
    decision_emit(d, row->emit, &event->base);
    const struct open_deadline *ready = open_ready(given);
    if (ready != NULL) {
        decision_deadline_met(d, rule_index, ready->item);
    }
}

/* ---- the day ---- */

/* Each booking has deadlines of its own, also when the day is given up and booked again. */
static const char *release_item(struct decision *d, int32_t on, uint32_t booking)
{
    return arena_printf(d->arena, "release:%d:%u", (int)on, booking);
}

/* The timer of the day noted before ends; that of the new day begins. What had been released waits for a timer anew,
 * also on the same day. */
static void time_release(struct decision *d, int32_t assessment_on, uint32_t booking)
{
    const Pb__EvidenceIndex *self = index_of(d->given);
    if (self->assessment_on == assessment_on && self->state != ST(RELEASED)) {
        return;
    }
    decision_deadline_met(d, rule_index, release_item(d, self->assessment_on, self->timed_by));
    if (assessment_on != 0) {
        decision_timer(d, rule_index, release_item(d, assessment_on, booking),
                       date_start_us((struct date){assessment_on}));
    }
}

/* The candidate is asked once to declare the collection ready for the day. */
static void ask_for_readiness(struct decision *d, int32_t assessment_on, uint32_t booking)
{
    if (open_ready(d->given) != NULL) {
        return;
    }
    const Pb__Recipient *to[] = {candidate_of(d)};
    const struct edition_period *period =
        decision_period(d, d->given->world->edition, "evidence-ready");
    decision_deadline(d, period, d->given->world->today,
                      arena_printf(d->arena, "%s:%u", item_ready, booking), to, COUNT(to));
    decision_tell(d, rule_index, "evidence-to-declare", to, COUNT(to), "assessment-on",
                  form_day(assessment_on, d->arena), "due-on", form_due(d), NULL);
}

void evidence_index_note_day(const struct given *given, struct decision *d)
{
    const Pb__NoteEvidenceDay *note = (const Pb__NoteEvidenceDay *)given->command->body;
    const Pb__EvidenceIndex *self = index_of(given);
    const struct fsm_row *row = step_of_note(d);
    if (row == NULL) {
        return;
    }
    const uint32_t booking = self->bookings + 1;
    Pb__EvidenceDayNoted *event = FORM_NEW(d->arena, EvidenceDayNoted, evidence_day_noted);
    event->assessment_on = note->assessment_on;
    event->assessor_person_id = note->assessor_person_id;
    decision_emit(d, row->emit, &event->base);
    time_release(d, note->assessment_on, booking);
    /* Of a day given up nothing is asked until another is booked. */
    if (note->assessment_on != 0 && self->ready_on == 0) {
        ask_for_readiness(d, note->assessment_on, booking);
    }
}

/* Whatever falls due once the day has begun releases the index: its timer is the first. */
static void due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    (void)given;
    const struct fsm_row *row = step_of_note(d);
    if (row == NULL) {
        return;
    }
    decision_deadline_met(d, rule_index, deadline->item);
    Pb__EvidenceReleased *event = FORM_NEW(d->arena, EvidenceReleased, evidence_released);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, rule_index); /* what is not ready now is seen as it is */
}

void evidence_index_close(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = step_of_note(d);
    if (row == NULL) {
        return;
    }
    Pb__EvidenceIndexClosed *event = FORM_NEW(d->arena, EvidenceIndexClosed, evidence_index_closed);
    event->assessor_keeps = ((const Pb__CloseEvidenceIndex *)given->command->body)->decided &&
                            index_of(given)->state == ST(RELEASED);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
}

/* ---- the fold ---- */

static void fold_added(Pb__EvidenceIndex *self, Pb__EvidenceItem *item, struct arena *arena)
{
    *ARENA_APPEND(arena, self->items, self->n_items) = item;
    self->last_number = item->number;
}

static void fold_removed(Pb__EvidenceIndex *self, uint32_t number, struct arena *arena)
{
    Pb__EvidenceItem **items = ARENA_ARRAY(arena, self->n_items, Pb__EvidenceItem *);
    size_t count = 0;
    for (size_t i = 0; i < self->n_items; i++) {
        if (self->items[i]->number != number) {
            items[count++] = self->items[i];
        }
    }
    self->items = items;
    self->n_items = count;
    self->state = ST(COLLECTING);
    self->ready_on = 0;
}

static void fold_day(Pb__EvidenceIndex *self, const Pb__EvidenceDayNoted *event)
{
    self->bookings++;
    if (self->assessment_on != event->assessment_on || self->state == ST(RELEASED)) {
        self->timed_by = self->bookings;
    }
    self->state = self->ready_on != 0 ? ST(READY) : ST(COLLECTING);
    self->assessment_on = event->assessment_on;
    self->assessor_person_id = event->assessor_person_id;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__EvidenceIndex *self = (Pb__EvidenceIndex *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_EVIDENCE_INDEX_OPENED:
        self->ast1_id = ((const Pb__EvidenceIndexOpened *)body)->ast1_id;
        self->candidate_id = ((const Pb__EvidenceIndexOpened *)body)->candidate_id;
        break;
    case MSG_EVIDENCE_ADDED:
        fold_added(self, ((const Pb__EvidenceAdded *)body)->item, arena);
        break;
    case MSG_EVIDENCE_REMOVED:
        fold_removed(self, ((const Pb__EvidenceRemoved *)body)->item_number, arena);
        break;
    case MSG_EVIDENCE_READY:
        self->state = ST(READY);
        self->ready_on = ((const Pb__EvidenceReady *)body)->ready_on;
        break;
    case MSG_EVIDENCE_DAY_NOTED:
        fold_day(self, (const Pb__EvidenceDayNoted *)body);
        break;
    case MSG_EVIDENCE_RELEASED:
        self->state = ST(RELEASED);
        break;
    case MSG_EVIDENCE_INDEX_CLOSED:
        self->state = ST(CLOSED);
        self->assessor_keeps = ((const Pb__EvidenceIndexClosed *)body)->assessor_keeps;
        break;
    default:
        break;
    }
}

/* The assessor is nobody's party to it before the day, and after the decision still one. Source: AST-A10, S6. */
static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__EvidenceIndex *self = (const Pb__EvidenceIndex *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__evidence_index__state__descriptor, (int)self->state, arena),
        .person_ids = {field_id(self->candidate_id)},
        .label = "evidence",
    };
    if (self->state == ST(RELEASED) || self->assessor_keeps) {
        ret->person_ids[1] = field_id(self->assessor_person_id);
    }
}

const struct aggregate evidence_index_aggregate = {
    .kind = KIND_EVIDENCE_INDEX,
    .name = "EvidenceIndex",
    .state = &pb__evidence_index__descriptor,
    .fold_version = 3,
    .evolve = evolve,
    .index = index_case,
    .readers = MAY(CANDIDATE) | MAY(ASSESSOR),
    .due = due,
    .fsm = &evidence_index_fsm,
};
