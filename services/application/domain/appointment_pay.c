/*
 * Pay. A range has as many consecutive points as the edition says, inside the spine of the day from which
 * it holds; a teacher moves up inside it, in September, on sustained quality, and never out of it. What a
 * point is worth is the operator's to load: the case names the figure that is missing and goes on.
 */
#include "access.h"
#include "appointment.h"
#include "form.h"
#include "kinds.h"
#include "money.h"

enum { INCENTIVES_MAX = 10 };

static const Pb__Appointment *appointment_of(const struct given *given)
{
    return (const Pb__Appointment *)given->state;
}

size_t appointment_own_school(const struct command *command, const ProtobufCMessage *state,
                              const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)seen;
    if (state == NULL) {
        return 0;
    }
    ret[0] = field_id(((const Pb__Appointment *)state)->school_id);
    return 1;
}

/* Where a range is set, the area of the school as it is now; else that of the range that holds. */
static Pb__Organisation__PayArea area_of(const struct decision *d)
{
    const Pb__Organisation *school = (const Pb__Organisation *)form_seen(d, 0, KIND_ORGANISATION);
    return school != NULL && school->pay_area != PB__ORGANISATION__PAY_AREA__PAY_AREA_NONE
               ? school->pay_area
               : appointment_of(d->given)->pay_area;
}

static const char *area_code(struct decision *d)
{
    return message_enum_text(&pb__organisation__pay_area__descriptor, (int)area_of(d), d->arena);
}

static const char *area_words(struct decision *d)
{
    return form_words(&pb__organisation__pay_area__descriptor, (int)area_of(d), d->arena);
}

/* The table's row for the employer's act: the school's side decides on pay, the authority for those whom it employs. */
static const struct fsm_row *employer_step(struct decision *d)
{
    const struct fsm_row *row = appointment_step(d);
    const bool central = appointment_of(d->given)->centrally_employed;
    if (row != NULL && central && !access_is_la_side(&d->given->world->actor)) {
        decision_refuse(d, row->rule, "not-the-employer", "Ask the authority's personnel officer.",
                        "The local authority employs this teacher centrally, and sets and reviews "
                        "the pay.");
        return NULL;
    }
    if (row != NULL && !central && access_is_la_side(&d->given->world->actor)) {
        decision_refuse(
            d, row->rule, "not-the-employer", "Ask the school's governing body.",
            "The governing body of the school sets and reviews the pay of its teachers.");
        return NULL;
    }
    return row;
}

/* What `point` is worth on the day, or NULL with `*ret_missing` naming the figure that is not loaded. */
static Pb__Money *salary_of(struct decision *d, int32_t point, int32_t on, const char **ret_missing)
{
    const struct edition *ed = d->given->world->edition;
    const int64_t pence = edition_salary(ed, area_code(d), (struct date){on}, (int)point);
    if (pence == 0) {
        const int32_t year = appointment_year_of(ed, on);
        *ret_missing = arena_printf(d->arena, "The pay of point %d (%s) in %d-%02d is not loaded.",
                                    (int)point, area_words(d), (int)year, (int)((year + 1) % 100));
        return NULL;
    }
    Pb__Money *salary = FORM_NEW(d->arena, Money, money);
    salary->pence = pence;
    salary->currency = arena_strdup(d->arena, "GBP");
    return salary;
}

static const char *point_words(struct decision *d, int32_t point)
{
    return arena_printf(d->arena, "%d", (int)point);
}

/* ---- the range ---- */

/* The range against the spine of its first day. Source: AST-T3. */
static void check_range(struct decision *d, const Pb__SetPayRange *asked)
{
    const struct edition *ed = d->given->world->edition;
    const struct edition_spine *spine =
        edition_spine(ed, area_code(d), (struct date){asked->from_on});
    if (spine == NULL) {
        decision_refuse(d, "AST-T3", "spine-not-loaded", "Ask the agency to load the pay spine.",
                        "The pay spine (%s) of %s is not loaded, and no range can be set on it.",
                        area_words(d), form_day(asked->from_on, d->arena));
        return;
    }
    if (ed->pay.range_points == 0) {
        decision_lacks(d, ed, "how many points a range of pay has");
        return;
    }
    if (asked->last_point - asked->first_point + 1 != ed->pay.range_points) {
        decision_refuse(
            d, "AST-T3", "not-a-range", "Name the first and the last point of the range.",
            "A pay range has %d consecutive points of the spine.", ed->pay.range_points);
        decision_field(d, "lastPoint", "The range must have %d points.", ed->pay.range_points);
    }
    const int32_t starts_on = appointment_of(d->given)->starts_on;
    if (asked->from_on < starts_on) {
        form_wrong(d, "AST-T3", "fromOn",
                   arena_printf(d->arena, "The first day in the post is %s.",
                                form_day(starts_on, d->arena)));
    }
    const char *outside =
        arena_printf(d->arena, "The spine of that day has the points 1 to %d.", spine->points);
    if (asked->first_point < 1) {
        form_wrong(d, "AST-T3", "firstPoint", outside);
    }
    if (asked->last_point > spine->points) {
        form_wrong(d, "AST-T3", "lastPoint", outside);
    }
}

static void check_factors(struct decision *d, const Pb__SetPayRange *asked)
{
    for (size_t i = 0; i < asked->n_factors; i++) {
        const Pb__PayFactorWeighed *weighed = asked->factors[i];
        if (!form_is_chosen(&pb__pay_factor__descriptor, (int)weighed->factor)) {
            form_wrong_element(d, "AST-T3", "factors", i, "factor",
                               "Say which factor was weighed.");
        }
        if (!form_is_filled(weighed->finding)) {
            form_wrong_element(d, "AST-T3", "factors", i, "finding", "Say what was found.");
        }
        for (size_t k = 0; k < i; k++) {
            if (asked->factors[k]->factor == weighed->factor) {
                form_wrong_element(d, "AST-T3", "factors", i, "factor", "It is there twice.");
            }
        }
    }
}

/* The first range is entered at its first point, or with a reason; a later one always has its reason. */
static void check_start(struct decision *d, const Pb__SetPayRange *asked, int32_t point)
{
    const bool first_range = appointment_of(d->given)->n_ranges == 0;
    if (point < asked->first_point || point > asked->last_point) {
        form_wrong(d, "AST-T3", "point", "The teacher's point must be one of the range.");
    } else if (form_is_filled(asked->reason)) {
        return;
    } else if (!first_range) {
        decision_refuse(
            d, "AST-T3", "no-reason",
            "Say what changed in the duties or in the school's situation.",
            "A range is reviewed when duties or the school's situation change markedly.");
        decision_field(d, "reason", "Say what changed.");
    } else if (point != asked->first_point) {
        decision_refuse(d, "AST-T3", "not-first-point",
                        "Start at the first point, or give the reason for another.",
                        "A teacher normally starts at the first point of the range.");
        decision_field(d, "reason", "Say why the start is not at point %d.",
                       (int)asked->first_point);
    }
}

static Pb__Appointment__Range *range_of(struct decision *d, const Pb__SetPayRange *asked)
{
    Pb__Appointment__Range *range = FORM_NEW(d->arena, Appointment__Range, appointment__range);
    range->first_point = asked->first_point;
    range->last_point = asked->last_point;
    range->from_on = asked->from_on;
    range->reason = decision_text(d, asked->reason);
    range->n_factors = asked->n_factors;
    range->factors = ARENA_ARRAY(d->arena, asked->n_factors, Pb__PayFactor);
    for (size_t i = 0; i < asked->n_factors; i++) {
        range->factors[i] = asked->factors[i]->factor;
    }
    return range;
}

void appointment_set_range(const struct given *given, struct decision *d)
{
    const Pb__SetPayRange *asked = (const Pb__SetPayRange *)given->command->body;
    const Pb__Appointment *self = appointment_of(given);
    const struct fsm_row *row = employer_step(d);
    if (row == NULL) {
        return;
    }
    const int32_t point = asked->point != 0 ? asked->point : self->point;
    check_range(d, asked);
    check_factors(d, asked);
    check_start(d, asked, point);
    Pb__PayRangeSet *event = FORM_NEW(d->arena, PayRangeSet, pay_range_set);
    event->range = range_of(d, asked);
    event->point = point;
    event->pay_area = area_of(d);
    const char *missing = event->missing;
    event->salary = salary_of(d, point, asked->from_on, &missing);
    event->missing = arena_strdup(d->arena, missing);
    for (size_t i = 0; i < asked->n_factors; i++) {
        *ARENA_PUSH(d->arena, event->findings, event->n_findings) =
            decision_text(d, asked->factors[i]->finding);
    }
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->person_id), PB__ROLE__CANDIDATE)};
    decision_tell(d, row->rule, "pay-range-set", to, COUNT(to), "first-point",
                  point_words(d, asked->first_point), "last-point",
                  point_words(d, asked->last_point), "point", point_words(d, point), "from-on",
                  form_day(asked->from_on, d->arena), NULL);
}

/* ---- the yearly review ---- */

static void check_rise(struct decision *d, const Pb__ReviewPay *asked,
                       const Pb__Appointment__Year *year)
{
    if (year->standing != PB__APPOINTMENT__YEAR__STANDING__AGREED) {
        decision_refuse(d, "AST-T7", "no-criteria",
                        "Decide without a rise, or agree the criteria of the year in time.",
                        "Pay rises only in the light of criteria that were agreed before, and for "
                        "this year none were agreed.");
    } else if (!asked->sustained_quality) {
        decision_refuse(d, "AST-T3", "not-sustained",
                        "Leave the point as it is, or state the sustained quality.",
                        "Pay rises only on a sustained high quality of performance.");
        decision_field(d, "sustainedQuality", "Needed for a rise.");
    } else if (!form_is_filled(asked->outreach_contribution)) {
        decision_refuse(d, "AST-T3", "outreach-not-regarded",
                        "Say what the outreach of the year contributed.",
                        "A rise has regard to what the teacher contributed by outreach.");
        decision_field(d, "outreachContribution", "Needed for a rise.");
    }
}

/* The first day on which the pay after `year` holds, that of its review. */
static struct date paid_from(const struct decision *d, int32_t year)
{
    return date_of(year + 1, d->given->world->edition->pay.review_month, 1);
}

/* The range may be older than the spine on which the point is paid. */
static bool is_on_spine(struct decision *d, const Pb__ReviewPay *asked)
{
    const struct date from = paid_from(d, asked->year);
    const struct edition_spine *spine = edition_spine(d->given->world->edition, area_code(d), from);
    if (spine == NULL || asked->point <= spine->points) {
        return true;
    }
    decision_refuse(
        d, "AST-T3", "beyond-spine", "Set a range on that spine first, with its reason.",
        "From %s on the spine has the points 1 to %d.", date_words(from, d->arena), spine->points);
    decision_field(d, "point", "At most %d.", spine->points);
    return false;
}

static void check_point(struct decision *d, const Pb__ReviewPay *asked,
                        const Pb__Appointment__Year *year)
{
    const Pb__Appointment *self = appointment_of(d->given);
    const Pb__Appointment__Range *range = self->ranges[self->n_ranges - 1];
    if (!is_on_spine(d, asked)) {
        return;
    }
    if (asked->point < self->point) {
        form_wrong(d, "AST-T3", "point", "A review does not lower the point.");
    } else if (asked->point > range->last_point) {
        decision_refuse(d, "AST-T3", "beyond-range", "Set a new range first, with its reason.",
                        "The range in force ends at point %d.", (int)range->last_point);
        decision_field(d, "point", "At most %d.", (int)range->last_point);
    } else if (asked->point > self->point) {
        check_rise(d, asked, year);
    }
}

/* The year under review, or NULL with a refusal. */
static const Pb__Appointment__Year *check_year(struct decision *d, const Pb__ReviewPay *asked)
{
    const struct world *world = d->given->world;
    const Pb__Appointment__Year *year = appointment_year(appointment_of(d->given), asked->year);
    if (year == NULL) {
        form_wrong(d, "AST-T7", "year", "The teacher was not in post in this school year.");
        return NULL;
    }
    if (year->standing == PB__APPOINTMENT__YEAR__STANDING__REVIEWED) {
        decision_refuse(d, "AST-T3", "reviewed-already", "Nothing is to be done.",
                        "The pay after this year has been reviewed.");
        return NULL;
    }
    if (!appointment_has_review(d, world->edition)) {
        return NULL;
    }
    const struct date from = paid_from(d, asked->year);
    if (date_compare(world->today, from) < 0) {
        decision_refuse(d, "AST-T3", "not-yet",
                        "Review the pay once the year has ended; set a new range if duties change.",
                        "The pay after this year is reviewed from %s on.",
                        date_words(from, d->arena));
        return NULL;
    }
    return year;
}

static bool is_late(const struct given *given, const char *item)
{
    const struct edition_period *period = edition_period_find(given->world->edition, "pay-review");
    const struct open_deadline *open =
        period == NULL ? NULL : given_deadline(given, period->rule, item);
    return open != NULL && open->passed;
}

void appointment_review_pay(const struct given *given, struct decision *d)
{
    const Pb__ReviewPay *asked = (const Pb__ReviewPay *)given->command->body;
    const Pb__Appointment *self = appointment_of(given);
    const struct fsm_row *row = employer_step(d);
    const Pb__Appointment__Year *year = row == NULL ? NULL : check_year(d, asked);
    if (year == NULL) {
        return;
    }
    check_point(d, asked, year);
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-T7", "reason", "The decision has its reason.");
    }
    const struct edition *ed = given->world->edition;
    const char *item = appointment_item(self, asked->year, d->arena);
    Pb__PayReviewed *event = FORM_NEW(d->arena, PayReviewed, pay_reviewed);
    event->year = asked->year;
    event->point_before = self->point;
    event->point_after = asked->point;
    event->decision = decision_text(d, asked->reason);
    event->outreach_contribution = decision_text(d, asked->outreach_contribution);
    event->late = is_late(given, item);
    event->suggests_new_range = asked->point - self->point >= ed->pay.large_rise;
    event->reviewed_on = given->world->today.days;
    event->feedback_count = (uint32_t)year->n_feedback;
    const char *missing = event->missing;
    event->salary = salary_of(d, asked->point, paid_from(d, asked->year).days, &missing);
    event->missing = arena_strdup(d->arena, missing);
    decision_emit(d, row->emit, &event->base);
    decision_period_met(d, "pay-review", item);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->person_id), PB__ROLE__CANDIDATE),
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_tell(d, row->rule, "pay-reviewed", to, COUNT(to), "before",
                  point_words(d, self->point), "after", point_words(d, asked->point), "new-range",
                  event->suggests_new_range ? "a new pay range" : "", NULL);
}

/* ---- beside pay ---- */

void appointment_pay_incentive(const struct given *given, struct decision *d)
{
    const Pb__PayIncentive *asked = (const Pb__PayIncentive *)given->command->body;
    const struct fsm_row *row = employer_step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_chosen(&pb__payment_kind__descriptor, (int)asked->kind)) {
        form_wrong(d, "AST-T4", "kind", "Say what kind of payment it is.");
    } else if (asked->kind != PB__PAYMENT_KIND__RECRUITMENT_INCENTIVE &&
               asked->kind != PB__PAYMENT_KIND__RETENTION_INCENTIVE) {
        decision_refuse(
            d, "AST-T4", "no-allowance", "Set the pay range so that it reflects the duties.",
            "Advanced Skills Teachers have no other allowance beside their pay; only an "
            "incentive to recruit or to retain may be paid.");
        decision_field(d, "kind", "Only an incentive to recruit or to retain.");
    }
    if (asked->amount == NULL || asked->amount->pence <= 0) {
        form_wrong(d, "AST-T4", "amount", "Say how much.");
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-T4", "reason", "Say why it is paid.");
    }
    if (appointment_of(given)->n_incentives >= INCENTIVES_MAX) {
        decision_refuse(d, "AST-T4", "too-many", "Set the pay range anew instead.",
                        "An appointment has at most %d incentives.", INCENTIVES_MAX);
    }
    Pb__Appointment__Incentive *incentive =
        FORM_NEW(d->arena, Appointment__Incentive, appointment__incentive);
    incentive->kind = asked->kind;
    incentive->amount = asked->amount;
    incentive->from_on = asked->from_on;
    incentive->reason = decision_text(d, asked->reason);
    Pb__IncentivePaid *event = FORM_NEW(d->arena, IncentivePaid, incentive_paid);
    event->incentive = incentive;
    decision_emit(d, row->emit, &event->base);
}
