/*
 * Time, exceptions and plans of a year's outreach. Invariant: where the edition asks for the whole share,
 * no time below it is ever proposed or agreed without an exception that covers the day; an exception lies
 * inside the school year, and its end is a deadline by which the full share is due again: a time that is
 * then still below it is marked, and another one asked for. A time that is agreed holds until the next one does, and
 * what was contracted by it stays so.
 */
#include "outreach.h"

#include "access.h"
#include "appointment.h"
#include "attain/v1/amend.pb-c.h"
#include "form.h"
#include "kinds.h"

enum {
    WEEK_HALF_DAYS = 10,
    WEEKS_MAX = 39,
    EXCEPTIONS_MAX = 8,
    TIMES_MAX = 12,
    FULL_PERMILLE = 1000
};

static const char rule_exception[] = "AST-O2";

static const Pb__Outreach *outreach_of(const struct given *given)
{
    return (const Pb__Outreach *)given->state;
}

struct id outreach_id(struct id appointment_id, int32_t year)
{
    const uint8_t number[] = {(uint8_t)((uint32_t)year >> 8), (uint8_t)year};
    const struct bytes parts[] = {{appointment_id.b, sizeof(appointment_id.b)},
                                  {number, sizeof(number)}};
    return id_derive("outreach", parts, COUNT(parts));
}

void outreach_check_director(struct decision *d, Pb__Appointment__Director director)
{
    const struct actor *actor = &d->given->world->actor;
    const bool by_la = director == PB__APPOINTMENT__DIRECTOR__BY_LA;
    if (by_la ? !access_is_la_side(actor) : !access_is_school_side(actor)) {
        decision_refuse(d, "AST-O6", "not-directing",
                        by_la ? "Ask the local authority's coordinator or adviser."
                              : "Ask the headteacher of the teacher's school.",
                        "Who directs the outreach follows the money: for this teacher it is %s.",
                        by_la ? "the local authority"
                        : director == PB__APPOINTMENT__DIRECTOR__BY_GROUP
                            ? "the group of schools, by the school of the post"
                            : "the teacher's school");
    }
}

const struct fsm_row *outreach_step(struct decision *d)
{
    const Pb__Outreach *self = outreach_of(d->given);
    const struct parties parties = {.school_id = self->school_id,
                                    .headteacher_id = self->headteacher_id,
                                    .la_id = self->la_id,
                                    .person_id = self->person_id};
    if (!access_check(d, &parties)) {
        return NULL;
    }
    return decision_step(d, &outreach_fsm, (int)self->state);
}

/* ---- beginning and end ---- */

void outreach_begin(const struct given *given, struct decision *d)
{
    const Pb__BeginOutreach *asked = (const Pb__BeginOutreach *)given->command->body;
    const int state = given->state == NULL ? -1 : (int)outreach_of(given)->state;
    const struct fsm_row *row = form_note_step(d, &outreach_fsm, state);
    if (row == NULL) {
        return;
    }
    (void)form_cause_edition(d, "AST-O1");
    decision_root(d, field_id(asked->begun->post_id));
    Pb__OutreachBegun *event = FORM_NEW(d->arena, OutreachBegun, outreach_begun);
    event->begun = asked->begun;
    decision_emit(d, row->emit, &event->base);
}

void outreach_end(const struct given *given, struct decision *d)
{
    const Pb__Outreach *self = outreach_of(given);
    const struct fsm_row *row =
        self == NULL ? NULL : form_note_step(d, &outreach_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    Pb__OutreachEnded *event = FORM_NEW(d->arena, OutreachEnded, outreach_ended);
    event->left_on = ((const Pb__EndOutreach *)given->command->body)->left_on;
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
}

void outreach_note_head(const struct given *given, struct decision *d)
{
    const Pb__NoteOutreachHead *note = (const Pb__NoteOutreachHead *)given->command->body;
    const Pb__Outreach *self = outreach_of(given);
    const struct fsm_row *row =
        self == NULL ? NULL : form_note_step(d, &outreach_fsm, (int)self->state);
    if (row == NULL || access_same(field_id(note->headteacher_id), self->headteacher_id)) {
        return;
    }
    Pb__OutreachHeadNoted *event = FORM_NEW(d->arena, OutreachHeadNoted, outreach_head_noted);
    event->headteacher_id = note->headteacher_id;
    decision_emit(d, row->emit, &event->base);
    decision_readdress(d, field_id(self->headteacher_id), field_id(note->headteacher_id),
                       PB__ROLE__HEADTEACHER);
}

/* ---- time and pattern ---- */

/* Whether the numbers are those that the pattern means. Source: AST-O3. */
static bool fits_pattern(const Pb__ProposeOutreachTime *asked)
{
    switch (asked->pattern) {
    case PB__OUTREACH_PATTERN__ONE_DAY_A_WEEK:
        return asked->weeks == 1 && asked->half_days >= 1 && asked->half_days <= 2;
    case PB__OUTREACH_PATTERN__TWO_HALF_DAYS_A_WEEK:
        return asked->weeks == 1 && asked->half_days == 2;
    case PB__OUTREACH_PATTERN__ONE_WEEK_IN_FIVE:
        return asked->weeks == 5 && asked->half_days == asked->contracted_half_days;
    default:
        return true;
    }
}

static void check_pattern(struct decision *d, const Pb__ProposeOutreachTime *asked)
{
    if (!form_is_chosen(&pb__outreach_pattern__descriptor, (int)asked->pattern)) {
        form_wrong(d, "AST-O3", "pattern", "Say in which pattern the time is taken.");
    }
    if (asked->contracted_half_days < 1 || asked->contracted_half_days > WEEK_HALF_DAYS) {
        form_wrong(d, "AST-O1", "contractedHalfDays", "A contract has 1 to 10 half-days a week.");
    }
    if (asked->weeks < 1 || asked->weeks > WEEKS_MAX) {
        form_wrong(d, "AST-O3", "weeks", "Say over how many weeks, 1 to 39, the pattern repeats.");
    }
    if (decision_is_over(d)) {
        return;
    }
    if (asked->half_days > asked->contracted_half_days * asked->weeks) {
        form_wrong(d, "AST-O1", "halfDays", "There are not as many half-days in the contract.");
    } else if (!fits_pattern(asked)) {
        form_wrong(d, "AST-O3", "halfDays",
                   "The half-days and weeks are not those of the pattern.");
    }
}

/* The first time holds from the first day in the post, another one from the day on which it is agreed, or the one named. */
static void check_from(struct decision *d, const Pb__ProposeOutreachTime *asked)
{
    const Pb__Outreach *self = outreach_of(d->given);
    if (self->n_agreed >= TIMES_MAX) {
        decision_refuse(d, "AST-O3", "too-many", "Let the days vary within the time agreed.",
                        "A school year has at most %d times.", TIMES_MAX);
    } else if (asked->from_on != 0 && !outreach_has_time(self)) {
        form_wrong(d, "AST-O3", "fromOn",
                   "The first time holds from the first day in the post; leave it out.");
    } else if (asked->from_on != 0 &&
               (asked->from_on < self->starts_on ||
                appointment_year_of(d->given->world->edition, asked->from_on) != self->year)) {
        form_wrong(d, "AST-O3", "fromOn", "The day is not in this school year of the appointment.");
    }
}

static void check_cover(struct decision *d, const Pb__ProposeOutreachTime *asked)
{
    if (!form_is_chosen(&pb__class_cover__descriptor, (int)asked->cover)) {
        form_wrong(d, "AST-O3", "cover", "Say how the teacher's own classes are covered.");
    } else if (asked->cover == PB__CLASS_COVER__OTHER_COVER &&
               !form_is_filled(asked->arrangement)) {
        form_wrong(d, "AST-O3", "arrangement", "Describe how the classes are covered.");
    }
}

/* Thousandths of the contract times its half-days: compared without a division, so that no half-day is lost. */
static int64_t asked_for(const struct edition *ed, const Pb__ProposeOutreachTime *asked)
{
    return (int64_t)ed->outreach.share_permille * asked->contracted_half_days * asked->weeks;
}

static bool is_excepted(const Pb__Outreach *self, int32_t on)
{
    for (size_t i = 0; i < self->n_exceptions; i++) {
        if (self->exceptions[i]->from_on <= on && on <= self->exceptions[i]->to_on) {
            return true;
        }
    }
    return false;
}

/* Today, or the first day in post where that is to come. */
static int32_t today_in_post(const struct given *given)
{
    const Pb__Outreach *self = outreach_of(given);
    const int32_t today = given->world->today.days;
    return today < self->starts_on ? self->starts_on : today;
}

/* Whether a time below the share may not stand from `from_on`, or from today where that is over. Source: AST-O1, O2. */
static bool lacks_exception(const struct given *given, int32_t from_on)
{
    const int32_t today = today_in_post(given);
    return given->world->edition->outreach.shortfall_needs_exception &&
           !is_excepted(outreach_of(given), from_on > today ? from_on : today);
}

static void refuse_below(struct decision *d, const char *next)
{
    const int permille = d->given->world->edition->outreach.share_permille;
    decision_refuse(d, "AST-O1", "below-share", next,
                    "Outreach has %d per cent of the contracted time, part-timers in "
                    "proportion, and less only while a recorded exception lasts.",
                    permille / 10);
    decision_field(d, "halfDays", "At least a share of %d in 1,000.", permille);
}

static void check_share(struct decision *d, const Pb__ProposeOutreachTime *asked)
{
    const struct edition *ed = d->given->world->edition;
    if (ed->outreach.share_permille == 0) {
        decision_lacks(d, ed, "what share of the time is for outreach");
        return;
    }
    const int64_t proposed = (int64_t)asked->half_days * FULL_PERMILLE;
    const int64_t share = asked_for(ed, asked);
    if (proposed < share && lacks_exception(d->given, asked->from_on)) {
        refuse_below(d, "Propose the full share, or record first which exception allows less now.");
    } else if (proposed > share && !form_is_filled(asked->arrangement)) {
        decision_refuse(d, "AST-O1", "own-classes", "Propose less, or give the reason for more.",
                        "%d per cent of the time is for the teacher's own classes; what departs "
                        "from it has a reason.",
                        100 - ed->outreach.share_permille / 10);
        decision_field(d, "arrangement", "Say why outreach has more than its share.");
    }
}

/* As "2 half-days a week" or "10 half-days in every 5 weeks". */
static const char *time_words(const Pb__ProposeOutreachTime *asked, struct arena *arena)
{
    const char *half_days =
        arena_printf(arena, "%u half-day%s", asked->half_days, asked->half_days == 1 ? "" : "s");
    return asked->weeks == 1 ? arena_printf(arena, "%s a week", half_days)
                             : arena_printf(arena, "%s in every %u weeks", half_days, asked->weeks);
}

/* Who takes the teacher's own classes, as a sentence. */
static const char *cover_words(Pb__ClassCover cover)
{
    switch (cover) {
    case PB__CLASS_COVER__SAME_TEACHER:
        return "The same teacher takes your own classes each time.";
    case PB__CLASS_COVER__REDUCED_TIMETABLE:
        return "Your timetable leaves the time free.";
    case PB__CLASS_COVER__OTHER_COVER:
        return "How your own classes are covered stands in the proposal online.";
    case PB__CLASS_COVER__COVER_NONE:
    case _PB__CLASS_COVER_IS_INT_SIZE:
        break;
    }
    return "";
}

void outreach_propose_time(const struct given *given, struct decision *d)
{
    const Pb__ProposeOutreachTime *asked = (const Pb__ProposeOutreachTime *)given->command->body;
    const Pb__Outreach *self = outreach_of(given);
    const struct fsm_row *row = outreach_step(d);
    if (row == NULL) {
        return;
    }
    check_pattern(d, asked);
    check_from(d, asked);
    check_cover(d, asked);
    check_share(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    Pb__Outreach__Time *time = FORM_NEW(d->arena, Outreach__Time, outreach__time);
    time->pattern = asked->pattern;
    time->contracted_half_days = asked->contracted_half_days;
    time->half_days = asked->half_days;
    time->weeks = asked->weeks;
    time->cover = asked->cover;
    time->from_on = asked->from_on;
    time->arrangement = decision_text(d, asked->arrangement);
    time->share_permille =
        asked->half_days * FULL_PERMILLE / (asked->contracted_half_days * asked->weeks);
    time->short_of_share =
        (int64_t)asked->half_days * FULL_PERMILLE < asked_for(given->world->edition, asked);
    Pb__OutreachTimeProposed *event =
        FORM_NEW(d->arena, OutreachTimeProposed, outreach_time_proposed);
    event->time = time;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->person_id), PB__ROLE__CANDIDATE)};
    decision_tell(d, row->rule, "outreach-time-to-agree", to, COUNT(to), "time",
                  time_words(asked, d->arena), "cover", cover_words(asked->cover), "from-on",
                  form_day(asked->from_on, d->arena), NULL);
}

/* With the full share agreed, what is open of the exceptions that last until it holds is done. */
static void end_build_up(struct decision *d, int32_t from_on)
{
    const Pb__Outreach *self = outreach_of(d->given);
    for (size_t i = 0; i < self->n_exceptions; i++) {
        if (self->exceptions[i]->to_on + 1 >= from_on) {
            decision_deadline_met(d, rule_exception, arena_printf(d->arena, "%zu", i + 1));
        }
    }
}

/* From which day the time proposed holds, now that it is agreed. */
static int32_t holds_from(const struct given *given)
{
    const Pb__Outreach *self = outreach_of(given);
    if (!outreach_has_time(self)) {
        return self->starts_on;
    }
    return self->time->from_on > 0 ? self->time->from_on : today_in_post(given);
}

void outreach_agree_time(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = outreach_step(d);
    if (row == NULL) {
        return;
    }
    const Pb__Outreach__Time *time = outreach_of(given)->time;
    if (time->short_of_share && lacks_exception(given, time->from_on)) {
        refuse_below(d, "Ask the headteacher to propose the full share: the exception has ended.");
        return;
    }
    Pb__OutreachTimeAgreed *event = FORM_NEW(d->arena, OutreachTimeAgreed, outreach_time_agreed);
    event->from_on = holds_from(given);
    decision_emit(d, row->emit, &event->base);
    if (!time->short_of_share) {
        end_build_up(d, event->from_on);
    }
}

/* ---- exceptions ---- */

size_t outreach_own_school(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)seen;
    if (state == NULL) {
        return 0;
    }
    ret[0] = field_id(((const Pb__Outreach *)state)->school_id);
    return 1;
}

/* Whether the school carries the mark that the exception rests on. */
static bool has_mark(const struct decision *d, Pb__OutreachExceptionKind kind)
{
    const Pb__Organisation *school = (const Pb__Organisation *)form_seen(d, 0, KIND_ORGANISATION);
    if (school == NULL) {
        return false;
    }
    return kind == PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES ? school->special_measures
                                                                 : school->challenging;
}

/* Somebody new in post builds up for so long and no longer. */
static void check_new_in_post(struct decision *d, const Pb__RecordOutreachException *asked)
{
    const struct edition_period *period =
        decision_period(d, d->given->world->edition, "outreach-build-up");
    const struct date starts_on = {outreach_of(d->given)->starts_on};
    struct due due;
    if (period_due(d->given->world->calendar, period->period, starts_on, d->arena, &due)) {
        form_wrong(d, period->rule, "toOn", "The calendar does not reach this day.");
    } else if (asked->to_on > due.on.days) {
        decision_refuse(d, period->rule, "built-up-by-then",
                        "End the exception on that day, or record another with its reason.",
                        "Somebody new in post works the full share by %s: %s",
                        date_words(due.on, d->arena), due.arithmetic);
        decision_field(d, "toOn", "Not after %s.", date_words(due.on, d->arena));
    }
}

static void check_days(struct decision *d, const Pb__RecordOutreachException *asked)
{
    const struct edition *ed = d->given->world->edition;
    const int32_t year = outreach_of(d->given)->year;
    if (asked->from_on > asked->to_on) {
        form_wrong(d, rule_exception, "toOn", "It ends before it begins.");
    }
    if (appointment_year_of(ed, asked->from_on) != year) {
        form_wrong(d, rule_exception, "fromOn", "The day is not in this school year.");
    }
    if (appointment_year_of(ed, asked->to_on) != year) {
        form_wrong(d, rule_exception, "toOn", "The day is not in this school year.");
    }
}

/* The edition's row for the kind of exception, or NULL with a refusal. Source: AST-O2. */
static const struct edition_exception *check_kind(struct decision *d,
                                                  const Pb__RecordOutreachException *asked)
{
    const struct edition *ed = d->given->world->edition;
    const char *code =
        message_enum_text(&pb__outreach_exception_kind__descriptor, (int)asked->kind, d->arena);
    const struct edition_exception *kind = edition_exception(ed, code);
    if (kind == NULL) {
        decision_refuse(d, rule_exception, "no-such-exception",
                        "Record it as another exceptional case, with its reason.",
                        "This edition (%s) knows no such exception from outreach.", ed->id);
        decision_field(d, "kind", "Not an exception of this edition.");
    } else if (kind->school_mark && !has_mark(d, asked->kind)) {
        decision_refuse(d, rule_exception, "school-not-marked",
                        "Ask the agency to correct the school's entry, or record another case.",
                        "The teacher's school is not entered as one %s.",
                        asked->kind == PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES
                            ? "in special measures or causing serious concern"
                            : "in challenging circumstances");
        decision_field(d, "kind", "The school does not carry this mark.");
    } else if (kind->new_in_post) {
        check_new_in_post(d, asked);
    }
    return kind;
}

static void set_end(struct decision *d, const Pb__RecordOutreachException *asked)
{
    const Pb__Outreach *self = outreach_of(d->given);
    const struct edition_period *period =
        decision_period(d, d->given->world->edition, "outreach-build-up");
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_deadline_on(d, rule_exception, period->title, (struct date){asked->from_on},
                         (struct date){asked->to_on},
                         arena_printf(d->arena, "The exception from the share ends on %s.",
                                      form_day(asked->to_on, d->arena)),
                         arena_printf(d->arena, "%zu", self->n_exceptions + 1), period->reminders,
                         period->reminder_count, to, COUNT(to));
}

void outreach_record_exception(const struct given *given, struct decision *d)
{
    const Pb__RecordOutreachException *asked =
        (const Pb__RecordOutreachException *)given->command->body;
    const Pb__Outreach *self = outreach_of(given);
    const struct fsm_row *row = outreach_step(d);
    const struct edition_exception *kind = row == NULL ? NULL : check_kind(d, asked);
    if (kind == NULL) {
        return;
    }
    check_days(d, asked);
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, rule_exception, "reason", "An exception has its reason.");
    }
    if (self->n_exceptions >= EXCEPTIONS_MAX) {
        decision_refuse(d, rule_exception, "too-many", "Let one exception cover the time.",
                        "A school year has at most %d exceptions.", EXCEPTIONS_MAX);
    }
    Pb__Outreach__Exception *exception =
        FORM_NEW(d->arena, Outreach__Exception, outreach__exception);
    exception->kind = asked->kind;
    exception->from_on = asked->from_on;
    exception->to_on = asked->to_on;
    exception->reason = decision_text(d, asked->reason);
    exception->counts_inreach = kind->counts_inreach;
    Pb__OutreachExceptionRecorded *event =
        FORM_NEW(d->arena, OutreachExceptionRecorded, outreach_exception_recorded);
    event->exception = exception;
    decision_emit(d, row->emit, &event->base);
    set_end(d, asked);
}

/* Whether the time that is agreed needs an exception on a day, and of this year's. */
static bool needs_exception(const struct given *given, int32_t on)
{
    const Pb__Outreach *self = outreach_of(given);
    const struct edition *ed = given->world->edition;
    const Pb__Outreach__Time *time = outreach_time_on(self, on);
    return ed->outreach.shortfall_needs_exception && time != NULL && time->short_of_share &&
           appointment_year_of(ed, on) == self->year;
}

/* An exception has ended; a time that rests on it is below its share now. Source: AST-O2. */
void outreach_due(const struct given *given, const struct open_deadline *deadline,
                  struct decision *d)
{
    const Pb__Outreach *self = outreach_of(given);
    const int32_t ended_on = deadline->due_on.days;
    if (!needs_exception(given, ended_on + 1) || is_excepted(self, ended_on + 1)) {
        decision_deadline_cancel(d, deadline->rule, deadline->item);
        return;
    }
    Pb__OutreachShareLapsed *event = FORM_NEW(d->arena, OutreachShareLapsed, outreach_share_lapsed);
    event->ended_on = ended_on;
    decision_emit(d, MSG_OUTREACH_SHARE_LAPSED, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_about(d, field_id(self->person_id));
    decision_tell(d, rule_exception, "outreach-share-lapsed", to, COUNT(to), "ended-on",
                  form_day(ended_on, d->arena), NULL);
}

/* ---- plans ---- */

void outreach_plan_term(const struct given *given, struct decision *d)
{
    const Pb__PlanOutreachTerm *asked = (const Pb__PlanOutreachTerm *)given->command->body;
    const Pb__Outreach *self = outreach_of(given);
    const struct fsm_row *row = outreach_step(d);
    if (row == NULL) {
        return;
    }
    outreach_check_director(d, self->director);
    if (!form_is_chosen(&pb__term__season__descriptor, (int)asked->season)) {
        form_wrong(d, "AST-O6", "season", "Say for which term.");
    }
    if (!form_is_filled(asked->plan)) {
        form_wrong(d, "AST-O6", "plan", "Say what is planned.");
    }
    Pb__Outreach__Plan *plan = FORM_NEW(d->arena, Outreach__Plan, outreach__plan);
    plan->season = asked->season;
    plan->plan = decision_text(d, asked->plan);
    plan->meeting_on = asked->meeting_on;
    Pb__OutreachTermPlanned *event = FORM_NEW(d->arena, OutreachTermPlanned, outreach_term_planned);
    event->plan = plan;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->person_id), PB__ROLE__CANDIDATE),
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_tell(
        d, row->rule, "outreach-term-planned", to, COUNT(to), "season",
        form_words(&pb__term__season__descriptor, (int)asked->season, d->arena), "meeting-on",
        asked->meeting_on > 0 ? form_day(asked->meeting_on, d->arena) : "to be arranged", NULL);
}
