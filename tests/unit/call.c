/*
 * Calls to teachers: an authority's to all or some of its teachers, a school's to its own; answered once, in time,
 * for the eyes of whoever called.
 */
#include "application/domain/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/roll.h"
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
    ast_given_person(w, "elsewhere", PB__ROLE__CANDIDATE, "academy");
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
    domain_as(w, PB__ROLE__CANDIDATE, "elsewhere", NULL);
    express(w, "elsewhere");
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
        assert_int_equal(call_aggregate.veil(&copy.base, &w->actor, &w->arena),
                         readers[i].shown != COUNT(teachers));
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

/* ---- who is written to ---- */

static size_t letters(const struct domain *w, const char *to, Pb__Role role)
{
    size_t count = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        const Pb__Told *told = (const Pb__Told *)w->log[i].body;
        if (w->log[i].type == MSG_TOLD && strcmp(told->template_, "call-open") == 0) {
            count += domain_tells(told, to, role);
        }
    }
    return count;
}

static void AST_P13__an_authoritys_call_goes_to_the_heads_of_its_schools(void **state)
{
    struct domain *w = *state;
    domain_settle(w);
    issue(w, a_call(w, "la", PB__CALL__SCOPE__BY_SUBJECT));
    domain_accepted(w);
    domain_settle(w);
    assert_int_equal(call(w)->invited, 2);
    assert_int_equal(letters(w, "school", PB__ROLE__HEADTEACHER), 1);
    assert_int_equal(letters(w, "academy", PB__ROLE__HEADTEACHER), 1);
    const Pb__Told *told = domain_told(w, "call-open");
    assert_string_equal(domain_fact(told, "call"), "ASTs in science");
    assert_string_equal(domain_fact(told, "whom"), "teachers of science in the local authority");
    assert_string_equal(domain_fact(told, "closes-on"), "Friday 28 September 2012");
}

/* Whom it employs itself no head would tell. */
static void AST_P13__an_authoritys_call_goes_to_the_teachers_whom_it_employs(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "unattached", PB__ROLE__CANDIDATE, "la");
    ast_given_person(w, "elsewhere", PB__ROLE__CANDIDATE, "school");
    ast_as_coordinator(w);
    domain_settle(w);
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    domain_accepted(w);
    domain_settle(w);
    assert_int_equal(call(w)->invited, 3);
    assert_int_equal(letters(w, "unattached", PB__ROLE__CANDIDATE), 1);
    assert_int_equal(letters(w, "school", PB__ROLE__HEADTEACHER), 1);
    assert_int_equal(letters(w, "elsewhere", PB__ROLE__CANDIDATE), 0);
}

static void AST_P13__the_letter_says_whom_a_call_is_for(void **state)
{
    struct domain *w = *state;
    domain_settle(w);
    domain_send(w, "place", MSG_ISSUE_CALL, &a_call(w, "la", PB__CALL__SCOPE__BY_PLACE)->base);
    domain_settle(w);
    assert_string_equal(domain_fact(domain_told(w, "call-open"), "whom"), "teachers in the Vale");
    ast_as_coordinator(w);
    domain_send(w, "all", MSG_ISSUE_CALL, &a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS)->base);
    domain_settle(w);
    assert_string_equal(domain_fact(domain_told(w, "call-open"), "whom"),
                        "all teachers in the local authority");
}

/* Its teachers, and neither the head who calls nor those of other schools or of the authority. */
static void AST_P13__a_schools_call_goes_to_its_own_teachers(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "own", PB__ROLE__CANDIDATE, "school");
    ast_given_person(w, "deputy", PB__ROLE__LINE_MANAGER, "school");
    ast_given_person(w, "other", PB__ROLE__CANDIDATE, "academy");
    ast_given_person(w, "governor", PB__ROLE__GOVERNING_BODY, "school");
    ast_given_person(w, "unattached", PB__ROLE__CANDIDATE, "la");
    Pb__GrantPosition *grant = DOMAIN_NEW(w, GrantPosition, grant_position);
    grant->role = PB__ROLE__CANDIDATE;
    grant->organisation_id = domain_field(w, "school");
    domain_send(w, "teacher", MSG_GRANT_POSITION, &grant->base);
    domain_accepted(w);
    domain_settle(w);
    ast_as_head(w);
    issue(w, a_call(w, "school", PB__CALL__SCOPE__OWN_SCHOOL));
    domain_accepted(w);
    domain_settle(w);
    assert_int_equal(call(w)->invited, 3);
    assert_int_equal(letters(w, "own", PB__ROLE__CANDIDATE), 1);
    assert_int_equal(letters(w, "deputy", PB__ROLE__CANDIDATE), 1);
    assert_int_equal(letters(w, "teacher", PB__ROLE__CANDIDATE), 1);
    assert_string_equal(domain_fact(domain_told(w, "call-open"), "whom"),
                        "the teachers of your school");
}

static const char *roll_name(struct domain *w, const char *of)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(roll_of_schools(domain_id(of)), text));
}

static void join(struct domain *w, const char *of, const char *member)
{
    Pb__JoinRoll *body = DOMAIN_NEW(w, JoinRoll, join_roll);
    body->organisation_id = domain_field(w, of);
    body->member_id = domain_field(w, member);
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, roll_name(w, of), MSG_JOIN_ROLL, &body->base);
    domain_accepted(w);
}

/* 401 members are told in three events, the last with one; each is written to once. */
static void AST_P13__many_are_written_to_in_chunks_and_each_once(void **state)
{
    struct domain *w = *state;
    enum { MEMBERS = 2 * ROLL_CHUNK_MAX + 1 };
    for (int i = 0; i < MEMBERS; i++) {
        join(w, "la", arena_printf(&w->arena, "school %d", i));
    }
    join(w, "la", "school 7");
    assert_int_equal(w->answer.event_count, 0);
    ast_as_coordinator(w);
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    domain_settle(w);
    size_t chunks = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type == MSG_ROLL_CALLED) {
            const Pb__RollCalled *called = (const Pb__RollCalled *)w->log[i].body;
            chunks++;
            assert_true(called->n_member_ids <= ROLL_CHUNK_MAX);
        }
    }
    assert_int_equal(chunks, 3);
    assert_int_equal(call(w)->invited, MEMBERS + 2); /* the two schools of the stage as well */
    for (int i = 0; i < MEMBERS; i += 100) {
        assert_int_equal(letters(w, arena_printf(&w->arena, "school %d", i), PB__ROLE__HEADTEACHER),
                         1);
    }
    assert_int_equal(letters(w, "school 400", PB__ROLE__HEADTEACHER), 1);
}

static void AST_P13__nobody_is_invited_to_a_call_that_is_over(void **state)
{
    struct domain *w = *state;
    Pb__InviteToCall *invite = DOMAIN_NEW(w, InviteToCall, invite_to_call);
    *ARENA_PUSH(&w->arena, invite->member_ids, invite->n_member_ids) = domain_field(w, "school");
    issue(w, a_call(w, "la", PB__CALL__SCOPE__ALL_TEACHERS));
    withdraw(w, "There is no money.");
    domain_accepted(w);
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, "call", MSG_INVITE_TO_CALL, &invite->base);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(call(w)->invited, 0);
}

static void AST_P13__who_acts_for_a_school_is_none_of_its_teachers(void **state)
{
    (void)state;
    for (int role = 0; role <= PB__ROLE__SYSTEM; role++) {
        const bool teaches = role == PB__ROLE__CANDIDATE || role == PB__ROLE__LINE_MANAGER;
        assert_int_equal(roll_is_teacher((Pb__Role)role), teaches);
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
        TEST(AST_P13__an_authoritys_call_goes_to_the_heads_of_its_schools),
        TEST(AST_P13__an_authoritys_call_goes_to_the_teachers_whom_it_employs),
        TEST(AST_P13__the_letter_says_whom_a_call_is_for),
        TEST(AST_P13__a_schools_call_goes_to_its_own_teachers),
        TEST(AST_P13__many_are_written_to_in_chunks_and_each_once),
        TEST(AST_P13__nobody_is_invited_to_a_call_that_is_over),
        TEST(AST_P13__who_acts_for_a_school_is_none_of_its_teachers),
    };
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
