/*
 * The share of outreach and the ranking of teachers: sums by hand, what is missing named, points shown
 * one by one.
 */
#include "application/domain/outreach_share.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/outreach.h"
#include "application/domain/outreach_match.h"
#include "ast_given.h"
#include "la_given.h"
#include "outreach_given.h"

static int given_outreach(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_on(&w, "2012-10-01");
    outreach_given_time(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static void given_terms(struct domain *w)
{
    ast_as_coordinator(w);
    la_send_policy(w, la_policy(w));
    la_send_terms(w, la_terms_2012(w));
    domain_accepted(w);
}

static Pb__OutreachShares *shares(struct domain *w)
{
    const struct outreach_year year = {
        .outreach = (const Pb__Outreach *)domain_state(w, outreach_year(w)),
        .policy = (const Pb__LaPolicy *)domain_state(w, la_policy_name(w)),
    };
    return outreach_shares(&year, 1, w->calendar, &w->arena);
}

/* Days on which schools are open, counted day by day. */
static int open_days(struct domain *w, const char *from, const char *to)
{
    const Pb__SetTermDates *terms = la_terms_2012(w);
    int count = 0;
    for (int32_t day = domain_day(from); day <= domain_day(to); day++) {
        bool in_term = false;
        for (size_t i = 0; i < terms->n_terms; i++) {
            const Pb__Term *term = terms->terms[i];
            in_term =
                in_term || (term->begins_on <= day && day <= term->ends_on &&
                            !(term->half_term_begins_on <= day && day <= term->half_term_ends_on));
        }
        count += in_term && workday_is(w->calendar, (struct date){day});
    }
    return count;
}

static void AST_O7__the_share_is_half_days_logged_over_half_days_contracted(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    domain_on(w, "2013-08-01");
    ast_as_teacher(w);
    outreach_session(w, "2012-10-05", 2, NULL);
    outreach_session(w, "2012-10-12", 2, NULL);
    outreach_session(w, "2013-01-11", 1, NULL);
    outreach_session(w, "2012-12-27", 2, NULL); /* in the holidays: nothing is contracted there */
    domain_accepted(w);
    const Pb__OutreachShares *told = shares(w);
    const Pb__OutreachShare *teacher = told->teachers[0];
    assert_string_equal(teacher->missing, "");
    const int autumn = 2 * open_days(w, "2012-10-01", "2012-12-31");
    const int year = 2 * open_days(w, "2012-10-01", "2013-08-31");
    assert_int_equal(teacher->terms[0]->half_days, 4);
    assert_int_equal(teacher->terms[0]->contracted_half_days, autumn);
    assert_int_equal(teacher->terms[0]->share_permille, 4000 / autumn);
    assert_int_equal(teacher->terms[1]->half_days, 1);
    assert_int_equal(teacher->terms[2]->half_days, 0);
    assert_int_equal(teacher->year->half_days, 5);
    assert_int_equal(teacher->year->contracted_half_days, year);
    assert_int_equal(teacher->year->share_permille, 5000 / year);
}

static void AST_O7__schools_and_authority_add_up_their_teachers(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 2, NULL);
    domain_accepted(w);
    const Pb__Outreach *first = (const Pb__Outreach *)domain_state(w, outreach_year(w));
    Pb__Outreach second = *first;
    Pb__Outreach third = *first;
    Pb__Outreach__Time half = *first->time;
    half.contracted_half_days = 5;
    Pb__Outreach__AgreedTime halved = *first->agreed[0];
    halved.time = &half;
    Pb__Outreach__AgreedTime *agreed[] = {&halved};
    second.agreed = agreed;
    second.n_sessions = 0;
    third.school_id = domain_field(w, "other school");
    const Pb__LaPolicy *policy = (const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
    const struct outreach_year years[] = {{first, policy}, {&second, policy}, {&third, policy}};
    const Pb__OutreachShares *told = outreach_shares(years, COUNT(years), w->calendar, &w->arena);
    const int days = open_days(w, "2012-10-01", "2012-12-31");
    assert_int_equal(told->n_teachers, 3);
    assert_int_equal(told->n_schools, 2);
    assert_int_equal(told->schools[0]->terms[0]->half_days, 2);
    assert_int_equal(told->schools[0]->terms[0]->contracted_half_days, 3 * days);
    assert_int_equal(told->schools[1]->terms[0]->contracted_half_days, 2 * days);
    assert_int_equal(told->total->terms[0]->half_days, 4);
    assert_int_equal(told->total->terms[0]->contracted_half_days, 5 * days);
    assert_int_equal(told->total->terms[0]->share_permille, 4000 / (5 * days));
}

static void AST_O7__after_the_leaving_nothing_is_contracted(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    Pb__EndOutreach *end = DOMAIN_NEW(w, EndOutreach, end_outreach);
    end->left_on = domain_day("2012-11-09");
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, outreach_year(w), MSG_END_OUTREACH, &end->base);
    domain_accepted(w);
    const Pb__OutreachShares *told = shares(w);
    assert_int_equal(told->total->year->contracted_half_days,
                     2 * open_days(w, "2012-10-01", "2012-11-09"));
    assert_int_equal(told->total->terms[1]->contracted_half_days, 0);
}

/* The shares of `self` alone. */
static Pb__OutreachShare *share_of(struct domain *w, const Pb__Outreach *self,
                                   const Pb__LaPolicy *policy)
{
    const struct outreach_year year = {self, policy};
    return outreach_shares(&year, 1, w->calendar, &w->arena)->teachers[0];
}

static void AST_O7__a_term_holds_its_first_and_its_last_day(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    const Pb__LaPolicy *policy = (const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
    Pb__Outreach self = *(const Pb__Outreach *)domain_state(w, outreach_year(w));
    static const struct {
        const char *held_on;
        uint32_t half_days[3];
    } days[] = {
        {"2012-09-04", {0, 0, 0}}, {"2012-09-05", {1, 0, 0}}, {"2012-12-21", {1, 0, 0}},
        {"2012-12-22", {0, 0, 0}}, {"2013-01-06", {0, 0, 0}}, {"2013-01-07", {0, 1, 0}},
        {"2013-07-24", {0, 0, 1}}, {"2013-07-25", {0, 0, 0}},
    };
    Pb__Outreach__Session session;
    pb__outreach__session__init(&session);
    session.half_days = 1;
    Pb__Outreach__Session *sessions[] = {&session};
    self.sessions = sessions;
    self.n_sessions = 1;
    for (size_t i = 0; i < COUNT(days); i++) {
        session.held_on = domain_day(days[i].held_on);
        const Pb__OutreachShare *told = share_of(w, &self, policy);
        for (int term = 0; term < 3; term++) {
            assert_int_equal(told->terms[term]->half_days, days[i].half_days[term]);
            assert_int_equal(told->terms[term]->season, term + 1);
        }
    }
    Pb__Outreach__AgreedTime agreed = *self.agreed[0];
    Pb__Outreach__AgreedTime *list[] = {&agreed};
    self.agreed = list;
    agreed.from_on = domain_day("2012-12-21"); /* a Friday, the last day of the term */
    assert_int_equal(share_of(w, &self, policy)->terms[0]->contracted_half_days, 2);
    agreed.from_on = domain_day("2012-12-22");
    assert_int_equal(share_of(w, &self, policy)->terms[0]->contracted_half_days, 0);
    assert_int_equal(share_of(w, &self, policy)->terms[0]->share_permille, 0);
}

static void AST_O7__contracted_time_is_rounded_once_half_a_half_day_up(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    const Pb__LaPolicy *policy = (const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
    Pb__Outreach self = *(const Pb__Outreach *)domain_state(w, outreach_year(w));
    Pb__Outreach__Time time = *self.time;
    static const uint32_t expected[] = {0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2};
    Pb__Outreach__AgreedTime agreed = *self.agreed[0];
    Pb__Outreach__AgreedTime *list[] = {&agreed};
    self.agreed = list;
    agreed.time = &time;
    agreed.from_on =
        domain_day("2012-12-21"); /* one day of the term: a fifth of the week's half-days */
    for (uint32_t contracted = 1; contracted <= 10; contracted++) {
        time.contracted_half_days = contracted;
        assert_int_equal(share_of(w, &self, policy)->terms[0]->contracted_half_days,
                         expected[contracted]);
    }
}

static void AST_O7__a_term_that_is_not_set_is_named(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    Pb__LaPolicy policy = *(const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
    Pb__SchoolYear year = *policy.years[0];
    Pb__SchoolYear *years[] = {&year};
    year.n_terms = 2;
    policy.years = years;
    policy.n_years = 1;
    const Pb__OutreachShare *told =
        share_of(w, (const Pb__Outreach *)domain_state(w, outreach_year(w)), &policy);
    assert_string_equal(told->missing, "A term of the year is not set.");
    assert_null(told->year);
}

static void AST_O7__what_is_not_loaded_is_named(void **state)
{
    struct domain *w = *state;
    const Pb__OutreachShares *told = shares(w);
    assert_string_equal(told->teachers[0]->missing,
                        "The authority's term dates of 2012-13 are not set.");
    assert_null(told->teachers[0]->year);
    assert_int_equal(told->n_schools, 0);
    given_terms(w);
    Pb__Outreach untimed = *(const Pb__Outreach *)domain_state(w, outreach_year(w));
    untimed.n_agreed = 0;
    const struct outreach_year year = {&untimed,
                                       (const Pb__LaPolicy *)domain_state(w, la_policy_name(w))};
    for (int i = 0; i < 2; i++) {
        told = outreach_shares(&year, 1, w->calendar, &w->arena);
        assert_string_equal(told->teachers[0]->missing, "The time for outreach is not agreed.");
        untimed.state = PB__OUTREACH__STATE__ENDED; /* nor was it when the teacher left */
    }
}

/* Half-days on which schools are open, `contracted` of a week's days. */
static int contracted(struct domain *w, const char *from, const char *to, int contracted_half_days)
{
    return open_days(w, from, to) * contracted_half_days / 5;
}

static void agree_time(struct domain *w, uint32_t half_days_a_week, const char *from_on)
{
    Pb__ProposeOutreachTime *body = outreach_time(w);
    body->contracted_half_days = half_days_a_week;
    body->pattern = PB__OUTREACH_PATTERN__VARYING_DAYS;
    body->half_days = half_days_a_week / 5;
    body->from_on = from_on == NULL ? 0 : domain_day(from_on);
    ast_as_head(w);
    domain_send(w, outreach_year(w), MSG_PROPOSE_OUTREACH_TIME, &body->base);
    domain_accepted(w);
    if (half_days_a_week == 5) { /* what is proposed alone changes nothing */
        assert_int_equal(shares(w)->total->terms[0]->contracted_half_days,
                         contracted(w, "2012-10-01", "2012-12-31", 10));
    }
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    domain_accepted(w);
}

/* Full time in the autumn, half time from January on, as agreed in December or only in February. */
static void AST_O7__each_day_is_contracted_by_the_time_that_is_agreed_for_it(void **state)
{
    (void)state;
    static const struct {
        const char *on;
        const char *from_on; /* NULL: from the day of the agreement */
        const char *last_on; /* of full time */
        const char *next_on;
    } changes[] = {
        {"2012-12-03", "2013-01-01", "2012-12-31", "2013-01-01"},
        {"2013-02-04", "2013-01-01", "2012-12-31", "2013-01-01"},
        {"2013-02-04", NULL, "2013-02-03", "2013-02-04"},
        {"2012-11-12", NULL, "2012-11-11", "2012-11-12"},
        {"2012-10-02", "2012-10-02", "2012-10-01", "2012-10-02"},
    };
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct domain w;
        ast_given_people(&w, "2012-09-03");
        outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
        given_terms(&w);
        domain_on(&w, "2012-10-01");
        outreach_given_time(&w);
        domain_on(&w, changes[i].on);
        agree_time(&w, 5, changes[i].from_on);
        const int year = contracted(&w, "2012-10-01", changes[i].last_on, 10) +
                         contracted(&w, changes[i].next_on, "2013-08-31", 5);
        assert_int_equal(shares(&w)->total->year->contracted_half_days, year);
        domain_stop(&w);
    }
}

/* A time that was to begin later gives way to one that is agreed after it for the days before. */
static void AST_O7__a_time_agreed_later_holds_from_its_day_on(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    domain_on(w, "2012-11-12");
    agree_time(w, 5, "2013-01-01");
    agree_time(w, 10, "2012-12-01");
    assert_int_equal(((const Pb__Outreach *)domain_state(w, outreach_year(w)))->n_agreed, 2);
    assert_int_equal(shares(w)->total->year->contracted_half_days,
                     contracted(w, "2012-10-01", "2013-08-31", 10));
}

/* Away from 9 November to 6 January, in one school year. */
static void AST_O7__the_days_between_two_times_in_the_post_are_contracted_to_nobody(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    Pb__EndOutreach *end = DOMAIN_NEW(w, EndOutreach, end_outreach);
    end->left_on = domain_day("2012-11-09");
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, outreach_year(w), MSG_END_OUTREACH, &end->base);
    Pb__OutreachBegun *begun = DOMAIN_NEW(w, OutreachBegun, outreach_begun);
    Pb__Outreach back = *(const Pb__Outreach *)domain_state(w, outreach_year(w));
    begun->begun = DOMAIN_NEW(w, AppointmentYearBegun, appointment_year_begun);
    begun->begun->year = back.year;
    begun->begun->la_id = back.la_id;
    begun->begun->starts_on = domain_day("2013-01-07");
    const struct event event = {.type = MSG_OUTREACH_BEGUN, .body = &begun->base};
    outreach_aggregate.evolve(&back.base, &event, &w->arena);
    const Pb__LaPolicy *policy = (const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
    assert_string_equal(share_of(w, &back, policy)->missing,
                        "The time for outreach is not agreed.");
    const Pb__OutreachTimeAgreed agreed = *DOMAIN_NEW(w, OutreachTimeAgreed, outreach_time_agreed);
    const struct event older = {.type = MSG_OUTREACH_TIME_AGREED, .body = &agreed.base};
    outreach_aggregate.evolve(&back.base, &older, &w->arena); /* from the first day in the post */
    const Pb__OutreachShare *told = share_of(w, &back, policy);
    assert_int_equal(told->terms[0]->contracted_half_days,
                     contracted(w, "2012-10-01", "2012-11-09", 10));
    assert_int_equal(told->terms[1]->contracted_half_days,
                     contracted(w, "2013-01-07", "2013-04-01", 10));
}

static void AST_O8__help_at_home_is_shown_apart_and_counts_where_it_may(void **state)
{
    struct domain *w = *state;
    given_terms(w);
    Pb__Outreach__Session apart;
    pb__outreach__session__init(&apart);
    apart.held_on = domain_day("2012-10-08");
    apart.half_days = 2;
    Pb__Outreach__Session counted = apart;
    counted.half_days = 1;
    counted.counts = true;
    Pb__Outreach__Session *inreach[] = {&apart, &counted};
    Pb__Outreach self = *(const Pb__Outreach *)domain_state(w, outreach_year(w));
    self.inreach = inreach;
    self.n_inreach = COUNT(inreach);
    const struct outreach_year year = {&self,
                                       (const Pb__LaPolicy *)domain_state(w, la_policy_name(w))};
    const Pb__OutreachShares *told = outreach_shares(&year, 1, w->calendar, &w->arena);
    assert_int_equal(told->teachers[0]->year->half_days, 1);
    assert_int_equal(told->teachers[0]->year->inreach_half_days, 3);
}

/* ---- ranking ---- */

static void AST_O4__each_match_has_its_points_and_they_are_shown(void **state)
{
    struct domain *w = *state;
    const struct edition *ed = editions_find(&w->editions, "ast-2013");
    Pb__OfferOutreach *offer = DOMAIN_NEW(w, OfferOutreach, offer_outreach);
    *ARENA_PUSH(&w->arena, offer->subjects, offer->n_subjects) =
        arena_strdup(&w->arena, "Mathematics");
    *ARENA_PUSH(&w->arena, offer->key_stages, offer->n_key_stages) = PB__KEY_STAGE__KEY_STAGE_3;
    *ARENA_PUSH(&w->arena, offer->strengths, offer->n_strengths) =
        arena_strdup(&w->arena, "problem solving");
    offer->district = arena_strdup(&w->arena, "North");
    ast_as_teacher(w);
    domain_send(w, outreach_appointment(w), MSG_OFFER_OUTREACH, &offer->base);
    domain_accepted(w);
    outreach_as_other_head(w);
    Pb__RequestOutreach *body = outreach_request(w);
    *ARENA_PUSH(&w->arena, body->strengths, body->n_strengths) =
        arena_strdup(&w->arena, "Problem solving");
    *ARENA_PUSH(&w->arena, body->strengths, body->n_strengths) = arena_strdup(&w->arena, "music");
    body->district = arena_strdup(&w->arena, "north");
    domain_send(w, "request", MSG_REQUEST_OUTREACH, &body->base);
    domain_accepted(w);
    const struct id id = domain_id(outreach_appointment(w));
    const Pb__Appointment *self = (const Pb__Appointment *)domain_state(w, outreach_appointment(w));
    Pb__OutreachRequest request = *(const Pb__OutreachRequest *)domain_state(w, "request");
    const Pb__OutreachFit *fit = outreach_match(self, id, &request, ed, &w->arena);
    assert_int_equal(fit->subject, ed->outreach.subject_weight);
    assert_int_equal(fit->key_stage, ed->outreach.key_stage_weight);
    assert_int_equal(fit->strengths, ed->outreach.strength_weight);
    assert_int_equal(fit->district, ed->outreach.district_weight);
    assert_int_equal(fit->score, fit->subject + fit->key_stage + fit->strengths + fit->district);
    assert_string_equal(fit->excluded, "");
    request.subject = arena_strdup(&w->arena, "history");
    request.key_stage = PB__KEY_STAGE__KEY_STAGE_1;
    request.district = arena_strdup(&w->arena, "");
    request.n_strengths = 0;
    assert_int_equal(outreach_match(self, id, &request, ed, &w->arena)->score, 0);
    request.school_id = domain_field(w, "school");
    assert_string_equal(outreach_match(self, id, &request, ed, &w->arena)->excluded,
                        "It is the teacher's own school.");
    Pb__Appointment left = *self;
    left.state = PB__APPOINTMENT__STATE__LEFT;
    assert_string_equal(outreach_match(&left, id, &request, ed, &w->arena)->excluded,
                        "The teacher is not in a post.");
}

static void AST_O4__the_best_come_first_and_who_cannot_be_asked_last(void **state)
{
    struct domain *w = *state;
    static const struct {
        int32_t score;
        bool excluded;
    } given[] = {{3, false}, {9, true}, {7, false}, {0, false}};
    static const int32_t expected[] = {7, 3, 0, 9};
    Pb__OutreachFit *fits[COUNT(given)];
    for (size_t i = 0; i < COUNT(given); i++) {
        fits[i] = DOMAIN_NEW(w, OutreachFit, outreach_fit);
        fits[i]->score = given[i].score;
        fits[i]->excluded = arena_strdup(&w->arena, given[i].excluded ? "Away." : "");
    }
    outreach_match_sort(fits, COUNT(given));
    for (size_t i = 0; i < COUNT(given); i++) {
        assert_int_equal(fits[i]->score, expected[i]);
    }
}

static void AST_O4__whoever_has_been_asked_keeps_the_points_and_is_not_asked_again(void **state)
{
    struct domain *w = *state;
    const struct edition *ed = editions_find(&w->editions, "ast-2013");
    outreach_given_signed(w);
    const Pb__OutreachRequest *request = (const Pb__OutreachRequest *)domain_state(w, "request");
    const Pb__Appointment *self = (const Pb__Appointment *)domain_state(w, outreach_appointment(w));
    Pb__OutreachFit *fit =
        outreach_match(self, domain_id(outreach_appointment(w)), request, ed, &w->arena);
    assert_string_equal(fit->excluded, "The teacher has been asked already.");
    assert_int_equal(fit->score, ed->outreach.subject_weight); /* the subject of the post */
    fit = outreach_match(self, domain_id("another"), request, ed, &w->arena);
    assert_string_equal(fit->excluded, "");
    Pb__Appointment not_taken = *self;
    not_taken.state = PB__APPOINTMENT__STATE__NOT_TAKEN;
    fit = outreach_match(&not_taken, domain_id("another"), request, ed, &w->arena);
    assert_string_equal(fit->excluded, "The teacher is not in a post.");
}

static void AST_O4__what_is_offered_stands_in_place_of_the_subject_of_the_post(void **state)
{
    struct domain *w = *state;
    const struct edition *ed = editions_find(&w->editions, "ast-2013");
    outreach_as_other_head(w);
    domain_send(w, "request", MSG_REQUEST_OUTREACH, &outreach_request(w)->base);
    const Pb__OutreachRequest *request = (const Pb__OutreachRequest *)domain_state(w, "request");
    Pb__Appointment self = *(const Pb__Appointment *)domain_state(w, outreach_appointment(w));
    char *subjects[] = {arena_strdup(&w->arena, "history"), arena_strdup(&w->arena, "MATHEMATICS")};
    self.subjects = subjects;
    self.n_subjects = 1;
    assert_int_equal(outreach_match(&self, domain_id("a"), request, ed, &w->arena)->subject, 0);
    self.n_subjects = 2;
    assert_int_equal(outreach_match(&self, domain_id("a"), request, ed, &w->arena)->subject,
                     ed->outreach.subject_weight);
}

static void AST_O4__equals_are_listed_in_one_order_whichever_comes_first(void **state)
{
    struct domain *w = *state;
    Pb__OutreachFit *fits[2];
    for (size_t i = 0; i < COUNT(fits); i++) {
        fits[i] = DOMAIN_NEW(w, OutreachFit, outreach_fit);
        fits[i]->score = 5;
        fits[i]->appointment_id = domain_field(w, i == 0 ? "a" : "b");
    }
    Pb__OutreachFit *turned[] = {fits[1], fits[0]};
    outreach_match_sort(fits, COUNT(fits));
    outreach_match_sort(turned, COUNT(turned));
    assert_ptr_equal(fits[0], turned[0]);
    Pb__OutreachFit *excluded[] = {fits[1], fits[0]};
    excluded[1]->excluded = excluded[0]->excluded = arena_strdup(&w->arena, "Away.");
    excluded[1]->score = 9;
    outreach_match_sort(excluded, COUNT(excluded));
    assert_int_equal(excluded[0]->score, 9);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_outreach, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_O7__the_share_is_half_days_logged_over_half_days_contracted),
        TEST(AST_O7__schools_and_authority_add_up_their_teachers),
        TEST(AST_O7__after_the_leaving_nothing_is_contracted),
        TEST(AST_O7__a_term_holds_its_first_and_its_last_day),
        TEST(AST_O7__contracted_time_is_rounded_once_half_a_half_day_up),
        TEST(AST_O7__a_term_that_is_not_set_is_named),
        TEST(AST_O7__what_is_not_loaded_is_named),
        cmocka_unit_test(AST_O7__each_day_is_contracted_by_the_time_that_is_agreed_for_it),
        TEST(AST_O7__a_time_agreed_later_holds_from_its_day_on),
        TEST(AST_O7__the_days_between_two_times_in_the_post_are_contracted_to_nobody),
        TEST(AST_O8__help_at_home_is_shown_apart_and_counts_where_it_may),
        TEST(AST_O4__each_match_has_its_points_and_they_are_shown),
        TEST(AST_O4__whoever_has_been_asked_keeps_the_points_and_is_not_asked_again),
        TEST(AST_O4__what_is_offered_stands_in_place_of_the_subject_of_the_post),
        TEST(AST_O4__equals_are_listed_in_one_order_whichever_comes_first),
        TEST(AST_O4__the_best_come_first_and_who_cannot_be_asked_last),
    };
    return cmocka_run_group_tests_name("outreach share", tests, NULL, NULL);
}
