/*
 * What an edition must be to be usable, beyond its form: codes that are unique, days that exist, rows in
 * order, words that the protocol knows, the periods that the scheme's services ask for, sums that add
 * up. The first fault is told, by file and field; later checks are skipped once one is found.
 *
 * A revision that an earlier release stored is held only to what it takes to read it safely (unsafe()): it may lack
 * what is asked for today, and a decision that needs it says so (decision_lacks).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/outreach.pb-c.h"
#include "edition_file.h"

enum { PERIOD_MAX = 1000, REMINDER_DAYS_MAX = 366, REMINDERS_MAX = 12, INSTALMENTS_MAX = 60 };

struct check {
    const struct edition *ed;
    const char *name; /* of the file */
    struct arena *arena;
    bool whole;          /* held to all that is asked for today */
    const char *problem; /* the first, else NULL */
};

/* The codes that decisions ask for, by scheme; a missing one would stop a case half-way. */
static const char *const periods_of_ast[] = {
    "head-comment",        "funding-reply",   "fixed-terms",    "latest-receipt",
    "assessment-by",       "decision-letter", "feedback",       "ast2",
    "review-request",      "review-outcome",  "pay-review",     "outreach-build-up",
    "outreach-evaluation", "grant-spending",  "ast1-shortlist", "ast1-declare",
    "ast1-forward",        "ast1-receipt",    "ast1-complete",  "evidence-ready",
    "funding-confirm",
};
static const char *const periods_of_ats[] = {
    "application-review", "fee-first", "fee-instalment", "review", "viva",
};

static PRINTF(3, 0) void tell(struct check *c, const char *field, const char *format, va_list args)
{
    char text[500];
    if (!c->problem) {
        (void)vsnprintf(text, sizeof(text), format, args);
        c->problem = arena_printf(c->arena, "%s: %s: %s", c->name, field, text);
    }
}

/* What no decision could be reckoned with. */
static PRINTF(3, 4) void unsafe(struct check *c, const char *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tell(c, field, format, args);
    va_end(args);
}

/* What is asked of today's editions alone. */
static PRINTF(3, 4) void fault(struct check *c, const char *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (c->whole) {
        tell(c, field, format, args);
    }
    va_end(args);
}

static const char *item(struct check *c, const char *list, size_t index, const char *member)
{
    return arena_printf(c->arena, "%s[%zu].%s", list, index, member);
}

/* Lower-case letters, digits and single hyphens or underscores between them. */
static bool is_code(const char *text)
{
    bool joined = true;
    for (const char *at = text; *at; at++) {
        const bool word = (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9');
        if (!word && (joined || (*at != '-' && *at != '_'))) {
            return false;
        }
        joined = !word;
    }
    return !joined;
}

/* As "AST-A4" or "GEN-2". */
static bool is_rule(const char *text)
{
    const size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (letters < 3 || text[letters] != '-') {
        return false;
    }
    const char *at = text + letters + 1;
    at += *at >= 'A' && *at <= 'Z';
    const size_t digits = strspn(at, "0123456789");
    return digits > 0 && at[digits] == '\0';
}

static void check_rule(struct check *c, const char *list, size_t index, const char *rule)
{
    if (!is_rule(rule)) {
        fault(c, item(c, list, index, "rule"), "\"%s\" is not a rule id", rule);
    }
}

/* `code_at` yields the code of element `index`; the list is short, so each is held against all before. */
typedef const char *code_at_fn(const struct edition *ed, size_t index);

static void check_codes(struct check *c, const char *list, size_t count, code_at_fn *code_at)
{
    for (size_t i = 0; i < count; i++) {
        const char *code = code_at(c->ed, i);
        if (!is_code(code)) {
            fault(c, item(c, list, i, "code"), "\"%s\" is not a lower-case code", code);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(code, code_at(c->ed, k)) == 0) {
                fault(c, item(c, list, i, "code"), "\"%s\" is there already", code);
            }
        }
    }
}

static const char *period_code(const struct edition *ed, size_t index)
{
    return ed->periods[index].code;
}

static const char *standard_code(const struct edition *ed, size_t index)
{
    return ed->standards[index].code;
}

static const char *activity_code(const struct edition *ed, size_t index)
{
    return ed->activities[index].code;
}

static const char *criterion_code(const struct edition *ed, size_t index)
{
    return ed->criteria[index].code;
}

static const char *evidence_code(const struct edition *ed, size_t index)
{
    return ed->evidence_kinds[index];
}

static void check_ladder(struct check *c, const char *field, const struct edition_reminder *rungs,
                         size_t count)
{
    if (count > REMINDERS_MAX) {
        unsafe(c, field, "more than %d reminders", REMINDERS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        if (rungs[i].n < -REMINDER_DAYS_MAX || rungs[i].n > REMINDER_DAYS_MAX) {
            unsafe(c, field, "a reminder more than a year away");
        }
        if (i > 0 && rungs[i].n <= rungs[i - 1].n) {
            fault(c, field, "reminders are not in order of time");
        }
    }
}

static void check_periods(struct check *c)
{
    const struct edition *ed = c->ed;
    check_codes(c, "periods", ed->period_count, period_code);
    for (size_t i = 0; i < ed->period_count; i++) {
        const struct edition_period *period = &ed->periods[i];
        check_rule(c, "periods", i, period->rule);
        if (period->period.n < 0 || period->period.n > PERIOD_MAX) {
            unsafe(c, item(c, "periods", i, "period.n"), "%d is not from 0 to %d", period->period.n,
                   PERIOD_MAX);
        }
        if (period->from_month < 0 || period->from_month > 12 ||
            (period->from_month != 0 && period->counted_back)) {
            unsafe(c, item(c, "periods", i, "from_month"),
                   "no month, or one from which nothing is counted back");
        }
        check_ladder(c, item(c, "periods", i, "reminders"), period->reminders,
                     period->reminder_count);
    }
}

static void check_needed(struct check *c, const char *const *codes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < c->ed->period_count; k++) {
            found = found || strcmp(c->ed->periods[k].code, codes[i]) == 0;
        }
        if (!found) {
            fault(c, "periods", "\"%s\" is missing, which the scheme needs", codes[i]);
        }
    }
}

static void check_standards(struct check *c, size_t expected)
{
    const struct edition *ed = c->ed;
    check_codes(c, "standards", ed->standard_count, standard_code);
    for (size_t i = 0; i < ed->standard_count; i++) {
        if (ed->standards[i].point_count == 0) {
            fault(c, item(c, "standards", i, "points"), "a standard without points");
        }
    }
    if (expected != 0 && ed->standard_count != expected) {
        fault(c, "standards", "%zu where the scheme has %zu", ed->standard_count, expected);
    }
}

/* Whether the enum has `word`, in lower case, as a value other than its zero. */
static bool is_value(const ProtobufCEnumDescriptor *descriptor, const char *word)
{
    for (unsigned i = 0; i < descriptor->n_values; i++) {
        if (descriptor->values[i].value != 0 && strcasecmp(descriptor->values[i].name, word) == 0) {
            return true;
        }
    }
    return false;
}

static bool nations_meet(const char *a, const char *b)
{
    return strcmp(a, b) == 0 || strcmp(a, "any") == 0 || strcmp(b, "any") == 0;
}

static void check_funding(struct check *c)
{
    for (size_t i = 0; i < c->ed->funding_count; i++) {
        const struct edition_funding *row = &c->ed->funding[i];
        if (!is_value(&pb__funding_source__descriptor, row->source)) {
            fault(c, item(c, "funding", i, "source"), "\"%s\" is not a funding source",
                  row->source);
        }
        if (strcmp(row->nation, "any") != 0 && strcmp(row->nation, "england") != 0 &&
            strcmp(row->nation, "wales") != 0) {
            fault(c, item(c, "funding", i, "nation"), "\"%s\" is not england, wales or any",
                  row->nation);
        }
        if (row->first_year < 2005 || row->last_year > 2035 || row->first_year > row->last_year) {
            fault(c, item(c, "funding", i, "last_year"), "%d to %d is no span inside 2005-2035",
                  row->first_year, row->last_year);
        }
        for (size_t k = 0; k < i; k++) {
            const struct edition_funding *other = &c->ed->funding[k];
            if (strcmp(row->source, other->source) == 0 &&
                nations_meet(row->nation, other->nation) && row->first_year <= other->last_year &&
                other->first_year <= row->last_year) {
                fault(c, item(c, "funding", i, "source"), "\"%s\" is given twice for a year",
                      row->source);
            }
        }
    }
}

static void check_grants(struct check *c)
{
    for (size_t i = 0; i < c->ed->grant_count; i++) {
        const struct edition_grant *row = &c->ed->grants[i];
        if (edition_funding(c->ed, row->source, row->year, "any") == NULL &&
            edition_funding(c->ed, row->source, row->year, "england") == NULL) {
            fault(c, item(c, "grants", i, "source"), "\"%s\" pays for no post in %d", row->source,
                  row->year);
        }
        if (row->outreach_pence <= 0 || row->salary_pence <= 0 || row->coordination_pence < 0 ||
            row->coordination_least_pence < 0) {
            fault(c, item(c, "grants", i, "outreach_pence"), "a sum below nothing, or none");
        }
        if (row->department_permille < 0 || row->department_permille > 1000) {
            fault(c, item(c, "grants", i, "department_permille"), "%d is not from 0 to 1000",
                  row->department_permille);
        }
        if (edition_grant(c->ed, row->source, row->year) != row) {
            fault(c, item(c, "grants", i, "year"), "given twice");
        }
    }
}

static void check_applying(struct check *c)
{
    const struct edition *ed = c->ed;
    if (ed->reapply_terms < 1 || ed->reapply_terms > 9) {
        fault(c, "reapply_terms", "%d is not from 1 to 9", ed->reapply_terms);
    }
    if (ed->last_summer != 0 && (ed->last_summer < 2005 || ed->last_summer > 2035 ||
                                 ed->last_summer_unsure < 1 || ed->last_summer_unsure > 12)) {
        unsafe(c, "last_summer", "no year and month inside 2005-2035");
    }
}

static void check_careers(struct check *c)
{
    for (size_t i = 0; i < c->ed->career_count; i++) {
        const struct edition_career *row = &c->ed->careers[i];
        if (strcmp(row->nation, "england") != 0 && strcmp(row->nation, "wales") != 0) {
            fault(c, item(c, "career_stages", i, "nation"), "\"%s\" is not england or wales",
                  row->nation);
        }
        if (row->from_year < 2005 || row->from_year > 2035 || row->from_month < 1 ||
            row->from_month > 12) {
            unsafe(c, item(c, "career_stages", i, "from_month"), "no month inside 2005-2035");
        }
        if (!is_code(row->code)) {
            fault(c, item(c, "career_stages", i, "code"), "\"%s\" is not a lower-case code",
                  row->code);
        }
    }
}

/* The rows of an area follow each other in time. */
static void check_spine_order(struct check *c, size_t i)
{
    const struct edition_spine *row = &c->ed->spines[i];
    for (size_t k = 0; k < i; k++) {
        const struct edition_spine *other = &c->ed->spines[k];
        if (strcmp(row->area, other->area) == 0 &&
            row->from_year * 12 + row->from_month <= other->from_year * 12 + other->from_month) {
            fault(c, item(c, "pay_spines", i, "from_month"),
                  "not later than the row before of this area");
        }
    }
}

static void check_spines(struct check *c)
{
    for (size_t i = 0; i < c->ed->spine_count; i++) {
        const struct edition_spine *row = &c->ed->spines[i];
        if (!is_value(&pb__organisation__pay_area__descriptor, row->area)) {
            fault(c, item(c, "pay_spines", i, "area"), "\"%s\" is not a pay area", row->area);
        }
        if (row->from_year < 2005 || row->from_year > 2035 || row->from_month < 1 ||
            row->from_month > 12) {
            unsafe(c, item(c, "pay_spines", i, "from_month"), "no month inside 2005-2035");
        }
        if (row->points < 1 || row->points > 100) {
            fault(c, item(c, "pay_spines", i, "points"), "%d is not from 1 to 100", row->points);
        }
        if (row->lowest_pence < 0 || row->highest_pence < row->lowest_pence) {
            fault(c, item(c, "pay_spines", i, "highest_pence"), "below the lowest");
        }
        check_spine_order(c, i);
    }
}

static void check_month(struct check *c, const char *field, int month)
{
    if (month == 0) {
        fault(c, field, "0 is not a month");
    } else if (month < 0 || month > 12) {
        unsafe(c, field, "%d is not a month", month);
    }
}

static void check_pay(struct check *c)
{
    const struct edition_pay *pay = &c->ed->pay;
    if (pay->range_points < 1 || pay->large_rise < 1 || pay->threshold_point < 1) {
        fault(c, "pay", "numbers must be above 0, or no pay");
    }
    check_month(c, "pay.review_month", pay->review_month);
    const struct edition_period *review = edition_period_find(c->ed, "pay-review");
    if (review != NULL && review->from_month != pay->review_month) {
        fault(c, "periods", "\"pay-review\" is not counted from the month of the review");
    }
    for (size_t i = 0; i < c->ed->salary_count; i++) {
        const struct edition_salary *row = &c->ed->salaries[i];
        if (!is_value(&pb__organisation__pay_area__descriptor, row->area)) {
            fault(c, item(c, "salaries", i, "area"), "\"%s\" is not a pay area", row->area);
        }
        if (row->year < 2005 || row->year > 2035 || row->point < 1 || row->pence <= 0) {
            fault(c, item(c, "salaries", i, "pence"), "no sum of a point in a year of 2005-2035");
        }
    }
}

static void check_outreach(struct check *c)
{
    const struct edition_outreach *outreach = &c->ed->outreach;
    if (outreach->share_permille == 0) {
        fault(c, "outreach.share_permille", "0 is not from 1 to 1000");
    } else if (outreach->share_permille < 0 || outreach->share_permille > 1000) {
        unsafe(c, "outreach.share_permille", "%d is not from 1 to 1000", outreach->share_permille);
    }
    if (outreach->subject_weight < 0 || outreach->key_stage_weight < 0 ||
        outreach->strength_weight < 0 || outreach->district_weight < 0) {
        fault(c, "outreach", "a weight below 0");
    }
    for (size_t i = 0; i < outreach->exception_count; i++) {
        const char *kind = outreach->exceptions[i].kind;
        if (!is_value(&pb__outreach_exception_kind__descriptor, kind)) {
            fault(c, item(c, "outreach.exceptions", i, "kind"), "\"%s\" is not a kind of exception",
                  kind);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(kind, outreach->exceptions[k].kind) == 0) {
                fault(c, item(c, "outreach.exceptions", i, "kind"), "\"%s\" is there already",
                      kind);
            }
        }
    }
}

static void check_channels(struct check *c)
{
    for (size_t i = 0; i < c->ed->channel_count; i++) {
        if (!is_value(&pb__channel__descriptor, c->ed->channels[i])) {
            fault(c, arena_printf(c->arena, "channels[%zu]", i), "\"%s\" is not a channel",
                  c->ed->channels[i]);
        }
    }
}

/* A day of every year, so not 29 February. */
static bool is_day(int month, int day)
{
    if (month < 1 || month > 12 || day < 1) {
        return false;
    }
    return day <= date_civil(date_month_end(date_of(2023, month, 1))).day;
}

static void check_day(struct check *c, const char *field, int month, int day)
{
    if (month == 0 && day == 0) {
        fault(c, field, "no day is given");
    } else if (!is_day(month, day)) {
        unsafe(c, field, "a day that does not exist each year");
    }
}

static void check_window(struct check *c)
{
    const struct edition *ed = c->ed;
    check_day(c, "window", ed->window_from_month, ed->window_from_day);
    check_day(c, "window", ed->window_to_month, ed->window_to_day);
    if (ed->window_from_month * 100 + ed->window_from_day >
        ed->window_to_month * 100 + ed->window_to_day) {
        fault(c, "window", "it ends before it begins");
    }
    check_month(c, "cohort_start_month", ed->cohort_start_month);
    check_day(c, "confirm", ed->confirm_month, ed->confirm_day);
}

static bool has_evidence(const struct edition *ed, const char *kind)
{
    for (size_t i = 0; i < ed->evidence_kind_count; i++) {
        if (strcmp(ed->evidence_kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

static void check_activities(struct check *c)
{
    const struct edition *ed = c->ed;
    check_codes(c, "activities", ed->activity_count, activity_code);
    for (size_t i = 0; i < ed->activity_count; i++) {
        const struct edition_activity *each = &ed->activities[i];
        check_rule(c, "activities", i, each->rule);
        if (each->month < 1 || each->month > 12) {
            unsafe(c, item(c, "activities", i, "month"), "%d is not a month", each->month);
        }
        if (each->year_offset < 0 || each->year_offset > 3) {
            unsafe(c, item(c, "activities", i, "year_offset"), "%d is not from 0 to 3",
                   each->year_offset);
        }
        if (i > 0 &&
            each->year_offset * 12 + each->month < each[-1].year_offset * 12 + each[-1].month) {
            fault(c, item(c, "activities", i, "month"), "earlier than the row above");
        }
        if (each->evidence && !has_evidence(ed, each->evidence)) {
            fault(c, item(c, "activities", i, "evidence"), "\"%s\" is not among evidence_kinds",
                  each->evidence);
        }
    }
    if (ed->activity_count == 0) {
        fault(c, "activities", "a programme without a timeline");
    }
    check_ladder(c, "activity_reminders", ed->activity_reminders, ed->activity_reminder_count);
}

static void check_fee(struct check *c)
{
    const struct edition_fee *fee = &c->ed->fee;
    if (fee->instalments < 0 || fee->instalments > INSTALMENTS_MAX) {
        unsafe(c, "fee.instalments", "%d is not from 1 to %d", fee->instalments, INSTALMENTS_MAX);
    }
    if (fee->total_pence <= 0 || fee->first_pence <= 0 || fee->instalments <= 0 ||
        fee->instalment_pence <= 0) {
        fault(c, "fee", "sums and number of instalments must be above 0, or no fee");
    } else if (fee->total_pence != fee->first_pence + fee->instalments * fee->instalment_pence) {
        fault(c, "fee.total_pence", "first payment and instalments do not add up to it");
    }
    if (fee->instalment_on_count == 0) {
        return;
    }
    if (fee->instalment_on_count != (size_t)fee->instalments) {
        fault(c, "instalments.on", "%zu days for %d instalments", fee->instalment_on_count,
              fee->instalments);
    }
    for (size_t i = 1; i < fee->instalment_on_count; i++) {
        if (date_compare(fee->instalment_on[i - 1], fee->instalment_on[i]) >= 0) {
            fault(c, arena_printf(c->arena, "instalments.on[%zu]", i),
                  "not later than the day before it");
        }
    }
    const int first = date_civil(fee->instalment_on[0]).year;
    if (fee->instalment_cohort < first - 1 || fee->instalment_cohort > first) {
        fault(c, "instalments.cohort", "%d does not fit a first instalment in %d",
              fee->instalment_cohort, first);
    }
}

static const char *meeting_code(const struct edition *ed, size_t index)
{
    return ed->programme[index].code;
}

static const char *ground_code(const struct edition *ed, size_t index)
{
    return ed->review_grounds[index].code;
}

static bool is_range(int min, int max)
{
    return min >= 0 && (max == 0 || max >= min);
}

static void check_programme(struct check *c)
{
    const struct edition *ed = c->ed;
    int lessons = 0;
    check_codes(c, "programme", ed->programme_count, meeting_code);
    for (size_t i = 0; i < ed->programme_count; i++) {
        const struct edition_meeting *meeting = &ed->programme[i];
        if (meeting->times < 1 || meeting->times > 4) {
            unsafe(c, item(c, "programme", i, "times"), "%d is not from 1 to 4", meeting->times);
        }
        if (!is_range(meeting->minutes_min, meeting->minutes_max) ||
            !is_range(meeting->people_min, meeting->people_max)) {
            fault(c, item(c, "programme", i, "code"), "a least that is above its most");
        }
        lessons += meeting->lesson ? meeting->times : 0;
    }
    if (lessons != 2) {
        fault(c, "programme", "%d lessons where two are observed", lessons);
    }
}

static void check_assessing(struct check *c)
{
    const struct edition *ed = c->ed;
    check_programme(c);
    check_codes(c, "review_grounds", ed->review_ground_count, ground_code);
    if (ed->review_ground_count == 0) {
        fault(c, "review_grounds", "no decision could be reviewed");
    }
    const struct edition_allocation *points = &ed->allocation;
    if (points->phase < 1 || points->subject < 1 || points->region < 1 || points->load < 1) {
        fault(c, "allocation", "points above 0 are needed for phase, subject, region and load");
    }
}

static void check_ast(struct check *c)
{
    check_assessing(c);
    check_needed(c, periods_of_ast, COUNT(periods_of_ast));
    check_standards(c, 6);
    check_applying(c);
    check_careers(c);
    check_spines(c);
    check_pay(c);
    check_outreach(c);
    check_grants(c);
    if (c->ed->funding_count == 0) {
        fault(c, "funding", "no funding source is allowed");
    }
    if (c->ed->channel_count == 0) {
        fault(c, "channels", "a form could not arrive");
    }
}

static void check_ats(struct check *c)
{
    check_needed(c, periods_of_ats, COUNT(periods_of_ats));
    check_standards(c, 20);
    check_window(c);
    check_codes(c, "evidence_kinds", c->ed->evidence_kind_count, evidence_code);
    check_activities(c);
    check_codes(c, "criteria", c->ed->criterion_count, criterion_code);
    if (c->ed->criterion_count == 0) {
        fault(c, "criteria", "nobody could be found eligible");
    }
    if (c->ed->mentor_meetings == 0) {
        fault(c, "mentor_meetings", "0 is not at least 1");
    } else if (c->ed->mentor_meetings < 0) {
        unsafe(c, "mentor_meetings", "%d is not at least 1", c->ed->mentor_meetings);
    }
    check_fee(c);
}

static void check_head(struct check *c)
{
    const struct edition *ed = c->ed;
    const size_t stem = strcspn(c->name, ".");
    if (!is_code(ed->id) || strlen(ed->id) != stem || strncmp(ed->id, c->name, stem) != 0) {
        unsafe(c, "id", "\"%s\" is not the file's name", ed->id);
    }
    if (date_compare(ed->valid_from, ed->valid_to) > 0) {
        fault(c, "valid_to", "before valid_from");
    }
    if (ed->agency_email && !strchr(ed->agency_email, '@')) {
        fault(c, "agency.email", "\"%s\" is not an address", ed->agency_email);
    }
}

const char *edition_check(const struct edition *ed, const char *name, bool whole,
                          struct arena *arena)
{
    struct check check = {.ed = ed, .name = name, .arena = arena, .whole = whole};
    check_head(&check);
    check_periods(&check);
    check_funding(&check);
    check_channels(&check);
    switch (ed->scheme) {
    case SCHEME_AST:
        check_ast(&check);
        break;
    case SCHEME_ATS:
        check_ats(&check);
        break;
    case SCHEME_IAT:
        check_standards(&check, 0);
        break;
    }
    return check.problem;
}
