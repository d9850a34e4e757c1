/*
 * A post once somebody is to fill it: what an appointment, the terms and the end must say, what comes from funding
 * and assessment, and whose money goes to another school.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/post.h"
#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "kinds.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    ast_as_head(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static char *text(struct domain *w, const char *value)
{
    return arena_strdup(&w->arena, value);
}

static const Pb__Post *post(struct domain *w)
{
    return (const Pb__Post *)domain_state(w, "post");
}

static Pb__DraftPost *a_draft(struct domain *w)
{
    return ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
}

static void draft(struct domain *w, const char *name, const Pb__DraftPost *body)
{
    domain_send(w, name, MSG_DRAFT_POST, &body->base);
}

static void settle(struct domain *w, Pb__PostMatters *matters)
{
    Pb__SettlePost *body = DOMAIN_NEW(w, SettlePost, settle_post);
    body->matters = matters;
    domain_send(w, "post", MSG_SETTLE_POST, &body->base);
}

static void plan(struct domain *w, int32_t resignation_on, int32_t interview_on)
{
    Pb__PlanRecruitment *body = DOMAIN_NEW(w, PlanRecruitment, plan_recruitment);
    body->resignation_on = resignation_on;
    body->interview_on = interview_on;
    domain_send(w, "post", MSG_PLAN_RECRUITMENT, &body->base);
}

/* ---- an appointment ---- */

static void send_appointment(struct domain *w)
{
    Pb__AppointAst *body = DOMAIN_NEW(w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(w, "ast1");
    body->appointed_on = domain_day("2012-09-03");
    body->starts_on = domain_day("2012-10-01");
    domain_send(w, "post", MSG_APPOINT_AST, &body->base);
}

static void appoint(struct domain *w)
{
    ast_as_head(w);
    send_appointment(w);
}

/* Somebody passes for "post". */
static void given_passed(struct domain *w)
{
    ast_send_empty(w, "post", MSG_AGREE_POST);
    const Pb__Told *told = domain_told(w, "post-agreed");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_int_equal(told->n_recipients, 1);
    ast_submit(w, ast_form(w));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_declare(w, true);
    ast_forward(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    ast_booked(w, "2012-09-10");
    ast_decided(w, true);
    domain_accepted(w);
}

/* "post" is paid by the school and filled. */
static void given_filled_by_school(struct domain *w)
{
    draft(w, "post", a_draft(w));
    given_passed(w);
    appoint(w);
    domain_accepted(w);
}

static void AST_P12__who_is_appointed_ends_the_waiting_for_forms(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    draft(w, "post", body);
    plan(w, domain_day("2012-12-14"), domain_day("2012-12-14"));
    given_passed(w);
    assert_non_null(domain_deadline(w, "post", "AST-P12", ""));
    appoint(w);
    domain_accepted(w);
    assert_null(domain_deadline(w, "post", "AST-P12", ""));
    assert_int_equal(domain_deadline_count(w, "post"), 1);
}

static void AST_P3__all_open_matters_are_named_in_the_refusal(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->matters = NULL;
    draft(w, "post", body);
    Pb__PostMatters *matters = ast_matters(w);
    matters->contract = NULL;
    matters->line_manager_id = (ProtobufCBinaryData){0, NULL};
    settle(w, matters);
    domain_accepted(w);
    given_passed(w);
    appoint(w);
    domain_refused(w, "AST-P3", "matters-open");
    domain_refused_with(w, "these are open: who manages, which contract.");
}

static void AST_T1__a_missing_ast2_is_no_missed_receipt(void **state)
{
    struct domain *w = *state;
    given_filled_by_school(w);
    domain_on(w, "2012-09-18");
    assert_true(domain_deadline(w, "post", "AST-T1", "")->passed);
    assert_null(domain_told(w, "post-receipt-passed"));
    assert_false(post(w)->latest_receipt_passed);
}

static void note_ast2(struct domain *w, const char *person)
{
    Pb__NoteAst2 *note = DOMAIN_NEW(w, NoteAst2, note_ast2);
    note->ast2_id = domain_field(w, "ast2");
    note->person_id = domain_field(w, person);
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, "post", MSG_NOTE_AST2, &note->base);
    domain_accepted(w);
}

/* A form may come after the leaving: it is not about who is in the post now, and theirs is still due. */
static void AST_T1__ast2_is_noted_for_whoever_is_in_the_post(void **state)
{
    struct domain *w = *state;
    given_filled_by_school(w);
    note_ast2(w, "predecessor");
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(post(w)->ast2_id.len, 0);
    assert_non_null(domain_deadline(w, "post", "AST-T1", ""));
    note_ast2(w, "teacher");
    assert_true(id_equal(field_id(post(w)->ast2_id), domain_id("ast2")));
    assert_null(domain_deadline(w, "post", "AST-T1", ""));
}

static void AST_T1__ast2_for_an_empty_post_changes_nothing(void **state)
{
    struct domain *w = *state;
    draft(w, "post", a_draft(w));
    note_ast2(w, "teacher");
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(post(w)->ast2_id.len, 0);
}

/* Assessment is told where the post is and who heads it, and of an authority that supports it or employs. */
static void AST_T1__an_appointment_says_what_form_ast2_is_held_against(void **state)
{
    struct domain *w = *state;
    given_filled_by_school(w);
    const Pb__AstAppointed *event = (const Pb__AstAppointed *)domain_event(w, MSG_AST_APPOINTED);
    assert_true(id_equal(field_id(event->school_id), domain_id("school")));
    assert_true(id_equal(field_id(event->headteacher_id), domain_id("head")));
    assert_int_equal(event->la_id.len, 0);
}

/* ---- the authority as appointing body ---- */

static void vacate(struct domain *w)
{
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day("2012-12-31");
    body->reason = text(w, "Moved.");
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
}

static void AST_T1__an_authority_appoints_to_no_post_of_a_schools_own(void **state)
{
    struct domain *w = *state;
    draft(w, "post", a_draft(w));
    given_passed(w);
    ast_as_coordinator(w);
    send_appointment(w);
    domain_refused(w, "AST-T1", "not-the-appointing-body");
    ast_as_head(w);
    appoint(w);
    domain_accepted(w);
    domain_as(w, PB__ROLE__LA_PERSONNEL, "officer", "la");
    send_appointment(w);
    domain_refused(w, "AST-T1", "not-the-appointing-body");
    vacate(w);
    domain_refused(w, "AST-P10", "not-the-appointing-body");
    assert_string_equal(domain_state_name(w, "post"), "filled");
}

static void AST_T1_AST_T3__an_authority_appoints_to_what_it_created_or_whom_it_employs(void **state)
{
    struct domain *w = *state;
    static const Pb__Role roles[] = {PB__ROLE__LA_COORDINATOR, PB__ROLE__LA_PERSONNEL};
    for (size_t i = 0; i < COUNT(roles); i++) {
        if (i > 0) {
            domain_stop(w);
            given_people(state);
        }
        Pb__DraftPost *body = a_draft(w);
        body->centrally_employed = i == 1;
        ast_as_coordinator(w);
        draft(w, "post", body);
        domain_accepted(w);
        assert_int_equal(post(w)->creator, PB__POST__CREATOR__BY_LA);
        given_passed(w);
        domain_as(w, roles[i], "officer", "la");
        send_appointment(w);
        domain_accepted(w);
        const Pb__AstAppointed *event =
            (const Pb__AstAppointed *)domain_event(w, MSG_AST_APPOINTED);
        const Pb__Told *told = domain_told(w, "ast2-to-send");
        assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
        assert_int_equal(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR), i);
        assert_int_equal(event->la_id.len > 0, i);
        vacate(w);
        domain_accepted(w);
        assert_string_equal(domain_state_name(w, "post"), "vacated");
    }
}

static void AST_T3__central_employment_alone_makes_the_authority_the_appointing_body(void **state)
{
    struct domain *w = *state;
    Pb__Post of = *DOMAIN_NEW(w, Post, post);
    of.creator = PB__POST__CREATOR__BY_SCHOOL;
    assert_false(post_is_of_la(&of));
    of.centrally_employed = true;
    assert_true(post_is_of_la(&of));
    of.centrally_employed = false;
    of.creator = PB__POST__CREATOR__BY_LA;
    assert_true(post_is_of_la(&of));
}

/* ---- terms ---- */

static void agree(struct domain *w, Pb__PostMatter matter)
{
    Pb__AgreeTerms *body = DOMAIN_NEW(w, AgreeTerms, agree_terms);
    body->matter = matter;
    domain_send(w, "post", MSG_AGREE_TERMS, &body->base);
}

static void AST_P11__where_the_school_pays_the_authority_agrees_nothing(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__Role role;
        const char *person;
        const char *organisation;
    } sides[] = {
        {PB__ROLE__HEADTEACHER, "head", "school"},
        {PB__ROLE__GOVERNING_BODY, "governor", "school"},
        {PB__ROLE__CANDIDATE, "teacher", NULL},
    };
    static const Pb__PostMatter matters[] = {PB__POST_MATTER__PAY_RANGE,
                                             PB__POST_MATTER__OBJECTIVES,
                                             PB__POST_MATTER__PERFORMANCE_CRITERIA};
    given_filled_by_school(w);
    ast_as_coordinator(w);
    agree(w, PB__POST_MATTER__PAY_RANGE);
    domain_refused(w, "AST-P11", "not-through-authority");
    for (size_t m = 0; m < COUNT(matters); m++) {
        if (m == 1) {
            /* The range could be agreed before anything else was proposed. */
            Pb__SetTerms *body = DOMAIN_NEW(w, SetTerms, set_terms);
            body->objectives = text(w, "Half a day a week at Lowfield.");
            body->criteria = text(w, "Results of both schools.");
            ast_as_head(w);
            domain_send(w, "post", MSG_SET_TERMS, &body->base);
            domain_accepted(w);
        }
        for (size_t i = 0; i < COUNT(sides); i++) {
            assert_null(domain_told(w, "post-terms-agreed"));
            domain_as(w, sides[i].role, sides[i].person, sides[i].organisation);
            agree(w, matters[m]);
            domain_accepted(w);
        }
    }
    const Pb__Told *told = domain_told(w, "post-terms-agreed");
    assert_non_null(told);
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_false(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_int_equal(told->n_recipients, 3);
}

/* ---- the end, and what others tell ---- */

static void AST_P10__only_money_that_was_reserved_goes_back_to_its_authority(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__FundingSource source;
        bool reserved;
    } cases[] = {{PB__FUNDING_SOURCE__LOCAL_FORMULA, true},
                 {PB__FUNDING_SOURCE__LOCAL_FORMULA, false},
                 {PB__FUNDING_SOURCE__SCHOOL_FUNDED, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *name = arena_printf(&w->arena, "post-%zu", i);
        ast_as_head(w);
        draft(w, name, ast_post(w, cases[i].source));
        if (cases[i].reserved) {
            Pb__NoteFundingReserved *note =
                DOMAIN_NEW(w, NoteFundingReserved, note_funding_reserved);
            note->yearly_amount = DOMAIN_NEW(w, Money, money);
            note->yearly_amount->pence = 1550000;
            ast_as_coordinator(w);
            ast_send_empty(w, name, MSG_CONFIRM_POST_FUNDING);
            domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
            domain_send(w, name, MSG_NOTE_FUNDING_RESERVED, &note->base);
            domain_accepted(w);
        }
        Pb__ClosePost *body = DOMAIN_NEW(w, ClosePost, close_post);
        body->reason = text(w, "Not needed.");
        ast_as_head(w);
        domain_send(w, name, MSG_CLOSE_POST, &body->base);
        domain_accepted(w);
        const Pb__PostClosed *closed = (const Pb__PostClosed *)domain_event(w, MSG_POST_CLOSED);
        assert_int_equal(closed->money_reserved, cases[i].reserved);
        assert_int_equal(closed->la_id.len > 0, cases[i].reserved);
    }
}

static void AST_P10__what_comes_too_late_of_places_and_money_changes_nothing(void **state)
{
    struct domain *w = *state;
    static const uint16_t notes[] = {MSG_NOTE_PLACE_TAKEN, MSG_NOTE_PLACE_REFUSED,
                                     MSG_NOTE_FUNDING_RESERVED, MSG_NOTE_FUNDING_REFUSED,
                                     MSG_NOTE_FUNDING_TAKEN_OVER};
    draft(w, "post", ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA));
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    for (size_t i = 0; i < COUNT(notes); i++) {
        ast_send_empty(w, "post", notes[i]);
        domain_accepted(w);
        assert_int_equal(w->answer.event_count, 0);
    }
}

static void AST_F8__a_refusal_without_words_says_so(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    ast_as_coordinator(w);
    ast_send_empty(w, "post", MSG_CONFIRM_POST_FUNDING);
    assert_non_null(domain_deadline(w, "post", "AST-P6", ""));
    assert_true(post(w)->funding_confirmed);
    ast_funding_refused(w, "");
    domain_accepted(w);
    assert_false(post(w)->funding_confirmed);
    assert_string_equal(domain_fact(domain_told(w, "post-funding-refused"), "reason"),
                        "No reason was given.");
    ast_as_coordinator(w);
    ast_send_empty(w, "post", MSG_CONFIRM_POST_FUNDING);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 1);
    assert_non_null(domain_deadline(w, "post", "AST-P6", "2"));
}

/* ---- money that goes to another school ---- */

static void AST_P10__a_post_whose_money_has_gone_waits_for_nothing_and_both_sides_know(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    body->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    draft(w, "post", body);
    ast_as_coordinator(w);
    ast_send_empty(w, "post", MSG_CONFIRM_POST_FUNDING);
    ast_funding_reserved(w);
    ast_as_coordinator(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    plan(w, domain_day("2012-12-14"), domain_day("2012-12-14"));
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 1);
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    ast_send_empty(w, "post", MSG_NOTE_FUNDING_TAKEN_OVER);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "closed");
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    const Pb__Told *told = domain_told(w, "post-funding-switched");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
}

enum spoilt {
    NOTHING,
    OF_ANOTHER_LA,
    NOT_VACATED,
    SCHOOL_PAYS,
    NO_MONEY,
    SAME_SCHOOL,
    SOURCE,
    YEAR
};

static void AST_P10__money_is_switched_within_authority_source_and_year(void **state)
{
    struct domain *w = *state;
    static const struct {
        enum spoilt spoilt;
        const char *problem;
    } cases[] = {
        {NOTHING, NULL},
        {OF_ANOTHER_LA, "There is no such post in your authority."},
        {NOT_VACATED, "Money is switched from a vacated post"},
        {SCHOOL_PAYS, "Money is switched from a vacated post"},
        {NO_MONEY, "Money is switched from a vacated post"},
        {SAME_SCHOOL, "Money is switched to a post in another school."},
        {SOURCE, "within one source and financial year"},
        {YEAR, "within one source and financial year"},
    };
    static uint8_t key[32];
    Pb__Post *self = DOMAIN_NEW(w, Post, post);
    self->through_la = true;
    self->la_id = domain_field(w, "la");
    self->school_id = domain_field(w, "school");
    self->funding_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    self->financial_year = 2012;
    Pb__TakeOverFunding *asked = DOMAIN_NEW(w, TakeOverFunding, take_over_funding);
    asked->reason = text(w, "Nobody was found.");
    asked->from_post_id = domain_field(w, "from");
    const struct command command = {
        .type = MSG_TAKE_OVER_FUNDING, .case_id = domain_id("post"), .body = &asked->base};
    ast_as_coordinator(w);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Post from = *self;
        const enum spoilt spoilt = cases[i].spoilt;
        from.state =
            spoilt == NOT_VACATED ? PB__POST__STATE__SHORTLISTING : PB__POST__STATE__VACATED;
        from.la_id = domain_field(w, spoilt == OF_ANOTHER_LA ? "other-la" : "la");
        from.school_id = domain_field(w, spoilt == SAME_SCHOOL ? "school" : "academy");
        from.through_la = spoilt != SCHOOL_PAYS;
        from.yearly_amount = spoilt == NO_MONEY ? NULL : DOMAIN_NEW(w, Money, money);
        from.funding_source =
            spoilt == SOURCE ? PB__FUNDING_SOURCE__LA_RETAINED : from.funding_source;
        from.financial_year = spoilt == YEAR ? 2013 : 2012;
        const struct seen_case seen = {
            .case_id = domain_id("from"), .kind = KIND_POST, .state = &from.base};
        const struct world world = {
            .now_us = w->now_us,
            .today = instant_date(w->now_us),
            .editions = &w->editions,
            .edition = editions_on(&w->editions, SCHEME_AST, instant_date(w->now_us)),
            .calendar = w->calendar,
            .actor = w->actor,
            .digest_key = {key, sizeof(key)},
            .seen = &seen,
            .seen_count = 1,
        };
        const struct given given = {.state = &self->base, .command = &command, .world = &world};
        struct decision d;
        decision_init(&d, &w->arena, &given);
        post_take_over(&given, &d);
        if (cases[i].problem == NULL) {
            assert_null(d.refusal);
            assert_int_equal(d.events[0].type, MSG_POST_FUNDING_TAKEN_OVER);
        } else {
            assert_non_null(d.refusal);
            assert_string_equal(d.refusal->errors[0]->field, "fromPostId");
            assert_non_null(strstr(d.refusal->errors[0]->problem, cases[i].problem));
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P12__who_is_appointed_ends_the_waiting_for_forms),
        TEST(AST_P3__all_open_matters_are_named_in_the_refusal),
        TEST(AST_T1__a_missing_ast2_is_no_missed_receipt),
        TEST(AST_T1__ast2_is_noted_for_whoever_is_in_the_post),
        TEST(AST_T1__ast2_for_an_empty_post_changes_nothing),
        TEST(AST_T1__an_authority_appoints_to_no_post_of_a_schools_own),
        TEST(AST_T1_AST_T3__an_authority_appoints_to_what_it_created_or_whom_it_employs),
        TEST(AST_T3__central_employment_alone_makes_the_authority_the_appointing_body),
        TEST(AST_T1__an_appointment_says_what_form_ast2_is_held_against),
        TEST(AST_P11__where_the_school_pays_the_authority_agrees_nothing),
        TEST(AST_P10__only_money_that_was_reserved_goes_back_to_its_authority),
        TEST(AST_P10__what_comes_too_late_of_places_and_money_changes_nothing),
        TEST(AST_F8__a_refusal_without_words_says_so),
        TEST(AST_P10__a_post_whose_money_has_gone_waits_for_nothing_and_both_sides_know),
        TEST(AST_P10__money_is_switched_within_authority_source_and_year),
    };
    return cmocka_run_group_tests_name("post_filled", tests, NULL, NULL);
}
