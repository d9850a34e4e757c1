/*
 * Calls to teachers: an authority's to all or some of its teachers, a school's to its own; answered once, in time,
 * for the eyes of whoever called.
 */
#include "application/domain/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    ast_as_coordinator(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Call *call(struct domain *w)
{
    return (const Pb__Call *)domain_state(w, "call");
}

static Pb__IssueCall *a_call(struct domain *w, const char *by, Pb__Call__Scope scope)
{
    Pb__IssueCall *body = DOMAIN_NEW(w, IssueCall, issue_call);
    body->organisation_id = domain_field(w, by);
    body->scope = scope;
    body->title = arena_strdup(&w->arena, "ASTs in science");
    body->subject = arena_strdup(&w->arena, "science");
    body->place = arena_strdup(&w->arena, "the Vale");
    body->invitation = arena_strdup(&w->arena, "Apply for posts from January, all who can.");
    body->closes_on = domain_day("2012-09-28");
    return body;
}

static void issue(struct domain *w, const Pb__IssueCall *body)
{
    domain_send(w, "call", MSG_ISSUE_CALL, &body->base);
}

static void express(struct domain *w, const char *person)
{
    Pb__ExpressInterest *body = DOMAIN_NEW(w, ExpressInterest, express_interest);
    body->person_id = domain_field(w, person);
    body->statement = arena_strdup(&w->arena, "I teach physics and have helped others.");
    domain_send(w, "call", MSG_EXPRESS_INTEREST, &body->base);
}

static void withdraw(struct domain *w, const char *reason)
{
    Pb__WithdrawCall *body = DOMAIN_NEW(w, WithdrawCall, withdraw_call);
    body->reason = arena_strdup(&w->arena, reason);
    domain_send(w, "call", MSG_WITHDRAW_CALL, &body->base);
}

static void AST_P13__an_authority_calls_all_its_teachers_or_some(void **state)
{
    struct domain *w = *state;
    static const Pb__Call__Scope scopes[] = {
        PB__CALL__SCOPE__ALL_TEACHERS, PB__CALL__SCOPE__BY_SUBJECT, PB__CALL__SCOPE__BY_PLACE};
    for (size_t i = 0; i < COUNT(scopes); i++) {
        domain_send(w, arena_printf(&w->arena, "call-%zu", i), MSG_ISSUE_CALL,
                    &a_call(w, "la", scopes[i])->base);
        domain_accepted(w);
    }
    assert_true(domain_index(w, "call-0").open_to_all);
    Pb__IssueCall *body = a_call(w, "la", PB__CALL__SCOPE__BY_SUBJECT);
    body->subject = arena_strdup(&w->arena, " ");
    issue(w, body);
    domain_refused(w, "AST-P13", "wrong-field");
    domain_refused_field(w, "subject");
    body = a_call(w, "la", PB__CALL__SCOPE__BY_PLACE);
    body->place = arena_strdup(&w->arena, "");
    issue(w, body);
    domain_refused_field(w, "place");
    issue(w, a_call(w, "la", PB__CALL__SCOPE__OWN_SCHOOL));
    domain_refused_field(w, "scope");
    issue(w, a_call(w, "la", PB__CALL__SCOPE__SCOPE_NONE));
    domain_refused_field(w, "scope");
    body = a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS);
    body->title = arena_strdup(&w->arena, "");
    body->invitation = arena_strdup(&w->arena, "");
    body->closes_on = domain_day("2012-09-02");
    issue(w, body);
    domain_refused_field(w, "title");
    domain_refused_field(w, "invitation");
    domain_refused_field(w, "closesOn");
    issue(w, a_call(w, "head", PB__CALL__SCOPE__ALL_TEACHERS));
    domain_refused_field(w, "organisationId");
}

static void AST_P13__a_school_calls_its_own_and_nobody_elses(void **state)
{
    struct domain *w = *state;
    ast_as_head(w);
    issue(w, a_call(w, "academy", PB__CALL__SCOPE__OWN_SCHOOL));
    domain_refused(w, "GEN-6", "not-found");
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    domain_refused(w, "GEN-6", "not-found");
    issue(w, a_call(w, "school", PB__CALL__SCOPE__ALL_TEACHERS));
    domain_refused_field(w, "scope");
    issue(w, a_call(w, "school", PB__CALL__SCOPE__OWN_SCHOOL));
    domain_accepted(w);
    ast_as_teacher(w);
    express(w, "teacher");
    domain_refused(w, "AST-P13", "not-own-teacher");
    domain_as(w, PB__ROLE__CANDIDATE, "head", "school");
    express(w, "head"); /* who has a position at the school */
    domain_accepted(w);
}

static void AST_P13__teachers_answer_once_for_themselves(void **state)
{
    struct domain *w = *state;
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    domain_accepted(w);
    ast_as_teacher(w);
    express(w, "head");
    domain_refused_field(w, "personId");
    express(w, "teacher");
    domain_accepted(w);
    express(w, "teacher");
    domain_refused(w, "AST-P13", "answered-already");
    assert_int_equal(call(w)->n_interests, 1);
    assert_non_null(call(w)->interests[0]->statement);
    assert_int_equal(call(w)->interests[0]->expressed_on, domain_day("2012-09-03"));
}

static void AST_P13__who_answered_is_for_whoever_called(void **state)
{
    struct domain *w = *state;
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    ast_as_teacher(w);
    express(w, "teacher");
    domain_accepted(w);
    Pb__Call copy = *call(w);
    call_aggregate.veil(&copy.base, &w->actor, &w->arena);
    assert_int_equal(copy.n_interests, 1);
    ast_as_coordinator(w);
    call_aggregate.veil(&copy.base, &w->actor, &w->arena);
    assert_int_equal(copy.n_interests, 1);
    ast_as_head(w);
    call_aggregate.veil(&copy.base, &w->actor, &w->arena);
    assert_int_equal(copy.n_interests, 0);
}

static void AST_P13__no_other_authority_and_no_school_sees_who_answered(void **state)
{
    struct domain *w = *state;
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    static const char *const teachers[] = {"teacher", "head"};
    for (size_t i = 0; i < COUNT(teachers); i++) {
        domain_as(w, PB__ROLE__CANDIDATE, teachers[i], NULL);
        express(w, teachers[i]);
        domain_accepted(w);
    }
    static const struct {
        Pb__Role role;
        const char *person;
        const char *organisation;
        size_t shown;
    } readers[] = {
        {PB__ROLE__LA_COORDINATOR, "coordinator", "la", 2},
        {PB__ROLE__LA_COORDINATOR, "stranger", "other-la", 0},
        {PB__ROLE__HEADTEACHER, "stranger", "school", 0},
        {PB__ROLE__CANDIDATE, "stranger", NULL, 0},
        {PB__ROLE__CANDIDATE, "teacher", NULL, 1},
    };
    for (size_t i = 0; i < COUNT(readers); i++) {
        Pb__Call copy = *call(w);
        copy.interests =
            arena_copy(&w->arena, copy.interests, copy.n_interests * sizeof(*copy.interests));
        domain_as(w, readers[i].role, readers[i].person, readers[i].organisation);
        call_aggregate.veil(&copy.base, &w->actor, &w->arena);
        assert_int_equal(copy.n_interests, readers[i].shown);
        if (readers[i].shown == 1) {
            assert_true(id_equal(field_id(copy.interests[0]->person_id), domain_id("teacher")));
        }
    }
}

static void AST_P13__a_call_may_close_on_the_day_it_is_made(void **state)
{
    struct domain *w = *state;
    Pb__IssueCall *body = a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS);
    body->closes_on = domain_day("2012-09-03");
    issue(w, body);
    domain_accepted(w);
    ast_as_teacher(w);
    express(w, "teacher");
    domain_accepted(w);
    domain_on(w, "2012-09-04");
    assert_string_equal(domain_state_name(w, "call"), "closed");
    ast_as_coordinator(w);
    withdraw(w, "There is no money.");
    domain_refused(w, "AST-P13", "wrong-state");
}

static void AST_P13__a_call_closes_at_the_end_of_its_last_day(void **state)
{
    struct domain *w = *state;
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    domain_on(w, "2012-09-28");
    ast_as_teacher(w);
    express(w, "teacher");
    domain_accepted(w);
    domain_on(w, "2012-09-29");
    assert_string_equal(domain_state_name(w, "call"), "closed");
    const Pb__Told *told = domain_told(w, "call-closed");
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "answers"), "1 teacher has");
    domain_letter(w, told);
    assert_int_equal(domain_deadline_count(w, "call"), 0);
    ast_as_teacher(w);
    express(w, "teacher");
    domain_refused(w, "AST-P13", "call-over");
}

static void AST_P13__a_call_is_withdrawn_with_a_reason_by_whoever_called(void **state)
{
    struct domain *w = *state;
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    domain_as(w, PB__ROLE__LA_COORDINATOR, "stranger", "other-la");
    withdraw(w, "Not mine.");
    domain_refused(w, "GEN-6", "not-found");
    ast_as_coordinator(w);
    withdraw(w, " ");
    domain_refused_field(w, "reason");
    withdraw(w, "There is no money.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "call"), "withdrawn");
    assert_int_equal(domain_deadline_count(w, "call"), 0);
    ast_as_teacher(w);
    express(w, "teacher");
    domain_refused(w, "AST-P13", "call-over");
}

static void AST_P13__a_call_takes_a_bounded_number_of_answers(void **state)
{
    struct domain *w = *state;
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    Pb__InterestExpressed *event = DOMAIN_NEW(w, InterestExpressed, interest_expressed);
    event->person_id = domain_field(w, "somebody");
    const struct event expressed = {.type = MSG_INTEREST_EXPRESSED, .body = &event->base};
    Pb__Call *full = (Pb__Call *)(uintptr_t)call(w);
    for (size_t i = 0; i < CALL_INTERESTS_MAX; i++) {
        call_aggregate.evolve(&full->base, &expressed, &w->arena);
    }
    ast_as_teacher(w);
    express(w, "teacher");
    domain_refused(w, "AST-P13", "call-full");
}

static void AST_P13__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&call_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P13__an_authority_calls_all_its_teachers_or_some),
        TEST(AST_P13__a_school_calls_its_own_and_nobody_elses),
        TEST(AST_P13__teachers_answer_once_for_themselves),
        TEST(AST_P13__who_answered_is_for_whoever_called),
        TEST(AST_P13__no_other_authority_and_no_school_sees_who_answered),
        TEST(AST_P13__a_call_may_close_on_the_day_it_is_made),
        TEST(AST_P13__a_call_closes_at_the_end_of_its_last_day),
        TEST(AST_P13__a_call_is_withdrawn_with_a_reason_by_whoever_called),
        TEST(AST_P13__a_call_takes_a_bounded_number_of_answers),
        TEST(AST_P13__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
