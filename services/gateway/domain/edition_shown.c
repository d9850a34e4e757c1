/*
 * A list of the edition becomes a list of the message, row by row. A sum of nothing and a day without a
 * month are what the sources do not give, and are left out.
 */
#include "edition_shown.h"

#include "form.h"

/* Makes room for the `count` rows of a list of the answer and fills each by `fill(row, arena)`. */
#define SHOW_LIST(shown, list, rows, count, arena, fill)                                           \
    do {                                                                                           \
        (shown)->list = (void *)ARENA_ARRAY((arena), (count) + 1, void *);                         \
        for (size_t i_ = 0; i_ < (count); i_++) {                                                  \
            (shown)->list[(shown)->n_##list++] = fill(&(rows)[i_], (arena));                       \
        }                                                                                          \
    } while (0)

/* Texts of the answer are only read: they may stand where the edition has them, but not be constant. */
static char *text(const char *from, struct arena *arena)
{
    return arena_strdup(arena, from == NULL ? "" : from);
}

static char *text_at(const char *const *from, struct arena *arena)
{
    return text(*from, arena);
}

static Pb__Money *money(int64_t pence, struct arena *arena)
{
    if (pence == 0) {
        return NULL;
    }
    Pb__Money *sum = FORM_NEW(arena, Money, money);
    sum->pence = pence;
    sum->currency = text("GBP", arena);
    return sum;
}

static Pb__PeriodUnit unit(enum period_unit from)
{
    return (Pb__PeriodUnit)((int)from + 1);
}

static Pb__EditionDay *day(int month, int of_month, struct arena *arena)
{
    if (month == 0) {
        return NULL;
    }
    Pb__EditionDay *shown = FORM_NEW(arena, EditionDay, edition_day);
    shown->month = month;
    shown->day = of_month;
    return shown;
}

/* ---- both schemes ---- */

static Pb__EditionReminder *reminder(const struct edition_reminder *row, struct arena *arena)
{
    Pb__EditionReminder *shown = FORM_NEW(arena, EditionReminder, edition_reminder);
    shown->n = row->n;
    shown->unit = unit(row->unit);
    return shown;
}

static Pb__EditionPeriod *period(const struct edition_period *row, struct arena *arena)
{
    Pb__EditionPeriod *shown = FORM_NEW(arena, EditionPeriod, edition_period);
    shown->code = text(row->code, arena);
    shown->rule = text(row->rule, arena);
    shown->title = text(row->title, arena);
    shown->n = row->period.n;
    shown->unit = unit(row->period.unit);
    shown->counted_back = row->counted_back;
    shown->from_month = row->from_month;
    SHOW_LIST(shown, reminders, row->reminders, row->reminder_count, arena, reminder);
    return shown;
}

static Pb__EditionStandard *standard(const struct edition_standard *row, struct arena *arena)
{
    Pb__EditionStandard *shown = FORM_NEW(arena, EditionStandard, edition_standard);
    shown->code = text(row->code, arena);
    shown->title = text(row->title, arena);
    SHOW_LIST(shown, points, row->points, row->point_count, arena, text_at);
    shown->carried_over = row->carried_over;
    shown->in_writing = row->in_writing;
    return shown;
}

static void show_standards(Pb__Edition *shown, const struct edition *ed, struct arena *arena)
{
    SHOW_LIST(shown, standards, ed->standards, ed->standard_count, arena, standard);
    for (size_t i = 0; i < shown->n_standards; i++) {
        shown->standards_carried_over += shown->standards[i]->carried_over ? 1 : 0;
    }
}

/* ---- Advanced Skills Teachers ---- */

static Pb__EditionSource *source(const struct edition_funding *row, struct arena *arena)
{
    Pb__EditionSource *shown = FORM_NEW(arena, EditionSource, edition_source);
    shown->source = text(row->source, arena);
    shown->first_year = row->first_year;
    shown->last_year = row->last_year;
    shown->nation = text(row->nation, arena);
    shown->through_la = row->through_la;
    return shown;
}

static Pb__EditionGrant *grant(const struct edition_grant *row, struct arena *arena)
{
    Pb__EditionGrant *shown = FORM_NEW(arena, EditionGrant, edition_grant);
    shown->source = text(row->source, arena);
    shown->year = row->year;
    shown->outreach = money(row->outreach_pence, arena);
    shown->salary = money(row->salary_pence, arena);
    shown->coordination = money(row->coordination_pence, arena);
    shown->coordination_least = money(row->coordination_least_pence, arena);
    shown->department_permille = row->department_permille;
    return shown;
}

static Pb__EditionMeeting *meeting(const struct edition_meeting *row, struct arena *arena)
{
    Pb__EditionMeeting *shown = FORM_NEW(arena, EditionMeeting, edition_meeting);
    shown->code = text(row->code, arena);
    shown->title = text(row->title, arena);
    shown->need = (Pb__EditionMeeting__Need)row->need;
    shown->times = row->times;
    shown->order = row->order;
    shown->minutes_min = row->minutes_min;
    shown->minutes_max = row->minutes_max;
    shown->people_min = row->people_min;
    shown->people_max = row->people_max;
    shown->contributors = row->contributors;
    shown->lesson = row->lesson;
    return shown;
}

static Pb__EditionGround *ground(const struct edition_item *row, struct arena *arena)
{
    Pb__EditionGround *shown = FORM_NEW(arena, EditionGround, edition_ground);
    shown->code = text(row->code, arena);
    shown->title = text(row->title, arena);
    return shown;
}

static Pb__EditionCareerStage *career(const struct edition_career *row, struct arena *arena)
{
    Pb__EditionCareerStage *shown = FORM_NEW(arena, EditionCareerStage, edition_career_stage);
    shown->nation = text(row->nation, arena);
    shown->from_on = date_of(row->from_year, row->from_month, 1).days;
    shown->code = text(row->code, arena);
    shown->title = text(row->title, arena);
    return shown;
}

static Pb__EditionSpine *spine(const struct edition_spine *row, struct arena *arena)
{
    Pb__EditionSpine *shown = FORM_NEW(arena, EditionSpine, edition_spine);
    shown->area = text(row->area, arena);
    shown->from_on = date_of(row->from_year, row->from_month, 1).days;
    shown->points = row->points;
    shown->lowest = money(row->lowest_pence, arena);
    shown->highest = money(row->highest_pence, arena);
    return shown;
}

static Pb__EditionException *exception(const struct edition_exception *row, struct arena *arena)
{
    Pb__EditionException *shown = FORM_NEW(arena, EditionException, edition_exception);
    shown->kind = text(row->kind, arena);
    shown->school_mark = row->school_mark;
    shown->counts_inreach = row->counts_inreach;
    shown->new_in_post = row->new_in_post;
    return shown;
}

static void show_ast(Pb__Edition *shown, const struct edition *ed, struct arena *arena)
{
    SHOW_LIST(shown, sources, ed->funding, ed->funding_count, arena, source);
    SHOW_LIST(shown, grants, ed->grants, ed->grant_count, arena, grant);
    SHOW_LIST(shown, meetings, ed->programme, ed->programme_count, arena, meeting);
    SHOW_LIST(shown, primary_lessons, ed->primary_lessons, ed->primary_lesson_count, arena,
              text_at);
    SHOW_LIST(shown, review_grounds, ed->review_grounds, ed->review_ground_count, arena, ground);
    SHOW_LIST(shown, career_stages, ed->careers, ed->career_count, arena, career);
    SHOW_LIST(shown, spines, ed->spines, ed->spine_count, arena, spine);
    SHOW_LIST(shown, exceptions, ed->outreach.exceptions, ed->outreach.exception_count, arena,
              exception);
    shown->last_summer = ed->last_summer;
    shown->reapply_terms = ed->reapply_terms;
    shown->both_lessons_excellent = ed->both_lessons_excellent;
    shown->la_gets_copy_only = ed->la_gets_copy_only;
    shown->outreach_permille = ed->outreach.share_permille;
    shown->shortfall_needs_exception = ed->outreach.shortfall_needs_exception;
}

/* ---- Advanced Teacher Status ---- */

static Pb__EditionActivity *activity(const struct edition_activity *row, struct arena *arena)
{
    Pb__EditionActivity *shown = FORM_NEW(arena, EditionActivity, edition_activity);
    shown->code = text(row->code, arena);
    shown->title = text(row->title, arena);
    shown->month = row->month;
    shown->year_offset = row->year_offset;
    shown->required = row->required;
    shown->by_mentor = row->by_mentor;
    shown->evidence = text(row->evidence, arena);
    shown->rule = text(row->rule, arena);
    return shown;
}

static Pb__EditionCriterion *criterion(const struct edition_criterion *row, struct arena *arena)
{
    Pb__EditionCriterion *shown = FORM_NEW(arena, EditionCriterion, edition_criterion);
    shown->code = text(row->code, arena);
    shown->text = text(row->text, arena);
    shown->essential = row->essential;
    return shown;
}

static Pb__EditionFee *fee(const struct edition_fee *row, struct arena *arena)
{
    if (row->total_pence == 0) {
        return NULL;
    }
    Pb__EditionFee *shown = FORM_NEW(arena, EditionFee, edition_fee);
    shown->total = money(row->total_pence, arena);
    shown->first = money(row->first_pence, arena);
    shown->instalments = row->instalments;
    shown->instalment = money(row->instalment_pence, arena);
    return shown;
}

static void show_ats(Pb__Edition *shown, const struct edition *ed, struct arena *arena)
{
    SHOW_LIST(shown, activities, ed->activities, ed->activity_count, arena, activity);
    SHOW_LIST(shown, criteria, ed->criteria, ed->criterion_count, arena, criterion);
    SHOW_LIST(shown, evidence_kinds, ed->evidence_kinds, ed->evidence_kind_count, arena, text_at);
    shown->opens = day(ed->window_from_month, ed->window_from_day, arena);
    shown->closes = day(ed->window_to_month, ed->window_to_day, arena);
    shown->confirmed_by = day(ed->confirm_month, ed->confirm_day, arena);
    shown->cohort_start_month = ed->cohort_start_month;
    shown->mentor_meetings = ed->mentor_meetings;
    shown->fee = fee(&ed->fee, arena);
}

/* ---- the whole ---- */

Pb__Edition *edition_shown_brief(const struct edition *edition, struct arena *arena)
{
    static const char *const schemes[] = {
        [SCHEME_AST] = "ast",
        [SCHEME_ATS] = "ats",
        [SCHEME_IAT] = "iat",
    };
    Pb__Edition *shown = FORM_NEW(arena, Edition, edition);
    shown->edition = text(edition->id, arena);
    shown->revision = text(edition->revision, arena);
    shown->scheme = text(schemes[edition->scheme], arena);
    shown->title = text(edition->title, arena);
    shown->valid_from_on = edition->valid_from.days;
    shown->valid_to_on = edition->valid_to.days;
    shown->agency_name = text(edition->agency_name, arena);
    shown->agency_address = text(edition->agency_address, arena);
    shown->agency_email = text(edition->agency_email, arena);
    return shown;
}

Pb__Edition *edition_shown(const struct edition *edition, struct arena *arena)
{
    Pb__Edition *shown = edition_shown_brief(edition, arena);
    SHOW_LIST(shown, periods, edition->periods, edition->period_count, arena, period);
    SHOW_LIST(shown, channels, edition->channels, edition->channel_count, arena, text_at);
    show_standards(shown, edition, arena);
    show_ast(shown, edition, arena);
    show_ats(shown, edition, arena);
    return shown;
}
