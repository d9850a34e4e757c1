/*
 * A post that the authority pays for has a place under the authority's cap, or one above it for a reason; and the
 * money of a post that is not filled again goes to a new one in another school.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/post.h"
#include "ast_given.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "la_given.h"

static int given_policy(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(&w, "other-school", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100003")->base);
    domain_accepted(&w);
    ast_as_coordinator(&w);
    la_send_policy(&w, la_policy(&w));
    domain_accepted(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Post *post(struct domain *w, const char *name)
{
    return (const Pb__Post *)domain_state(w, name);
}

static const Pb__LaPolicy *policy(struct domain *w)
{
    return (const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
}

static void draft(struct domain *w, const char *name, const char *school, Pb__FundingSource source)
{
    Pb__DraftPost *body = ast_post(w, source);
    body->school_id = domain_field(w, school);
    body->arrangements_seen = 1;
    ast_as_caseworker(w);
    domain_send(w, name, MSG_DRAFT_POST, &body->base);
    domain_accepted(w);
}

static void confirm(struct domain *w, const char *name, const char *reason)
{
    Pb__ConfirmPostFunding *body = DOMAIN_NEW(w, ConfirmPostFunding, confirm_post_funding);
    body->outreach_agreed = true;
    body->over_cap_reason = arena_strdup(&w->arena, reason);
    ast_as_coordinator(w);
    domain_send(w, name, MSG_CONFIRM_POST_FUNDING, &body->base);
}

/* Drafted and confirmed, with its place. */
static void given_confirmed(struct domain *w, const char *name)
{
    draft(w, name, "school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, name, "");
    domain_accepted(w);
    domain_settle(w);
    assert_string_equal(domain_state_name(w, name), "awaiting_funding");
}

static void given_full_school(struct domain *w)
{
    given_confirmed(w, "one");
    given_confirmed(w, "two");
    given_confirmed(w, "three");
    assert_int_equal(policy(w)->n_supported, 3);
}

static bool was_confirmed(struct domain *w, const char *name)
{
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type == MSG_POST_FUNDING_CONFIRMED &&
            id_equal(w->log[i].case_id, domain_id(name))) {
            return true;
        }
    }
    return false;
}

/* The post whose money the last confirmation of `name` asks for. */
static struct id confirmed_from(struct domain *w, const char *name)
{
    struct id from = {{0}};
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type == MSG_POST_FUNDING_CONFIRMED &&
            id_equal(w->log[i].case_id, domain_id(name))) {
            from = field_id(((const Pb__PostFundingConfirmed *)w->log[i].body)->from_post_id);
        }
    }
    return from;
}

/* ---- caps, AST-P7 ---- */

static void AST_P7__a_confirmed_post_takes_a_place_before_its_money_is_asked_for(void **state)
{
    struct domain *w = *state;
    draft(w, "one", "school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, "one", "");
    domain_accepted(w);
    assert_false(was_confirmed(w, "one"));
    domain_settle(w);
    assert_true(was_confirmed(w, "one"));
    assert_int_equal(policy(w)->n_supported, 1);
    assert_false(policy(w)->supported[0]->over_cap);
    assert_int_equal(post(w, "one")->confirmations, 1);
}

static void AST_P7__the_cap_binds_posts_that_the_authority_pays_for(void **state)
{
    struct domain *w = *state;
    given_full_school(w);
    draft(w, "four", "school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, "four", " ");
    domain_refused(w, "AST-P7", "cap-reached");
    domain_refused_field(w, "overCapReason");
    domain_refused_with(w, "not more than 3");
    /* Another school has places of its own. */
    draft(w, "elsewhere", "other-school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, "elsewhere", "");
    domain_accepted(w);
}

static void AST_P7__above_the_cap_only_with_a_reason(void **state)
{
    struct domain *w = *state;
    given_full_school(w);
    draft(w, "four", "school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, "four", "It serves the whole district.");
    domain_accepted(w);
    domain_settle(w);
    assert_true(was_confirmed(w, "four"));
    assert_non_null(post(w, "four")->over_cap_reason);
    assert_true(policy(w)->supported[3]->over_cap);
}

static void AST_P7__of_two_confirmed_at_once_the_second_has_no_place(void **state)
{
    struct domain *w = *state;
    given_confirmed(w, "one");
    given_confirmed(w, "two");
    draft(w, "three", "school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    draft(w, "four", "school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, "three", "");
    domain_accepted(w);
    confirm(w, "four", "");
    domain_accepted(w);
    domain_settle(w);
    assert_true(was_confirmed(w, "three"));
    assert_false(was_confirmed(w, "four"));
    assert_string_equal(domain_state_name(w, "four"), "drafted");
    assert_non_null(strstr(post(w, "four")->funding_problem, "not more than 3"));
    assert_int_equal(domain_deadline_count(w, "four"), 0);
    assert_int_equal(policy(w)->n_supported, 3);
}

static void refuse_funding(struct domain *w, const char *name)
{
    Pb__NoteFundingRefused *body = DOMAIN_NEW(w, NoteFundingRefused, note_funding_refused);
    body->rule = arena_strdup(&w->arena, "AST-F8");
    body->detail = arena_strdup(&w->arena, "Exhausted.");
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, name, MSG_NOTE_FUNDING_REFUSED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void reserve_funding(struct domain *w, const char *name)
{
    Pb__NoteFundingReserved *body = DOMAIN_NEW(w, NoteFundingReserved, note_funding_reserved);
    body->yearly_amount = DOMAIN_NEW(w, Money, money);
    body->yearly_amount->pence = 1550000;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, name, MSG_NOTE_FUNDING_RESERVED, &body->base);
    domain_accepted(w);
}

static void close_it(struct domain *w, const char *name)
{
    Pb__ClosePost *body = DOMAIN_NEW(w, ClosePost, close_post);
    body->reason = arena_strdup(&w->arena, "Not needed.");
    ast_as_coordinator(w);
    domain_send(w, name, MSG_CLOSE_POST, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void AST_P7__a_place_is_free_again_when_money_is_refused_or_the_post_closed(void **state)
{
    struct domain *w = *state;
    given_full_school(w);
    refuse_funding(w, "one");
    assert_int_equal(policy(w)->n_supported, 2);
    confirm(w, "one", "");
    domain_accepted(w);
    domain_settle(w);
    assert_int_equal(policy(w)->n_supported, 3);
    reserve_funding(w, "one");
    close_it(w, "one");
    assert_int_equal(policy(w)->n_supported, 2);
}

static void AST_P7__on_posts_paid_for_otherwise_the_cap_is_a_warning(void **state)
{
    struct domain *w = *state;
    draft(w, "own", "school", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_false(post(w, "own")->beyond_cap);
    given_full_school(w);
    draft(w, "beyond", "school", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_true(post(w, "beyond")->beyond_cap);
    const Pb__Told *told = domain_told(w, "post-beyond-cap");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
}

static void AST_P7__without_a_cap_there_are_as_many_as_the_money_allows(void **state)
{
    struct domain *w = *state;
    given_full_school(w);
    Pb__SetLaPolicy *body = la_policy(w);
    body->caps[1]->phase = PB__ORGANISATION__PHASE__SPECIAL;
    ast_as_coordinator(w);
    la_send_policy(w, body);
    domain_accepted(w);
    Pb__DraftPost *four = ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    four->arrangements_seen = 2;
    domain_send(w, "four", MSG_DRAFT_POST, &four->base);
    confirm(w, "four", "");
    domain_accepted(w);
}

static void AST_P7__arrangements_are_shown_before_a_post_or_a_form_is_begun(void **state)
{
    struct domain *w = *state;
    ast_as_head(w);
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->arrangements_seen = 0;
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    domain_refused(w, "AST-P7", "arrangements-not-shown");
    domain_refused_field(w, "arrangementsSeen");
    body->arrangements_seen = 1;
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    domain_accepted(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    Pb__SubmitAst1 *form = ast_form(w);
    form->arrangements_seen = 2;
    ast_submit(w, form);
    domain_refused(w, "AST-P7", "arrangements-not-shown");
    form->arrangements_seen = 1;
    ast_submit(w, form);
    domain_accepted(w);
}

/* ---- what is advertised (GEN-6, AST-A1) ---- */

/* The post as it is shown to them, `in_part` or whole. */
static const Pb__Post *seen_by(struct domain *w, Pb__Role role, const char *person,
                               const char *organisation, bool in_part)
{
    static Pb__Post copy;
    copy = *(const Pb__Post *)domain_state(w, "post");
    domain_as(w, role, person, organisation);
    assert_int_equal(service_aggregate(w->service, 1003)->veil(&copy.base, &w->actor, &w->arena),
                     in_part);
    return &copy;
}

static void GEN_6__whoever_may_apply_reads_what_is_advertised(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->arrangements_seen = 1;
    ast_as_head(w);
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    domain_accepted(w);
    assert_false(domain_index(w, "post").open_to_all);
    assert_int_equal(domain_index(w, "post").further_count, 0); /* no partner pays */
    ast_send_empty(w, "post", MSG_AGREE_POST);
    assert_true(domain_index(w, "post").open_to_all);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    assert_true(domain_index(w, "post").open_to_all);
    const Pb__Post *seen = seen_by(w, PB__ROLE__CANDIDATE, "teacher", NULL, true);
    assert_string_equal(seen->title, body->title);
    assert_non_null(seen->job_description);
    assert_true(id_equal(field_id(seen->school_id), domain_id("school")));
    assert_int_equal(seen->headteacher_id.len, 0);
    assert_int_equal(seen->line_manager_id.len, 0);
    assert_null(seen->contract);
    assert_int_equal(seen->funding_source, 0);
    seen = seen_by(w, PB__ROLE__HEADTEACHER, "head", "school", false);
    assert_true(id_equal(field_id(seen->headteacher_id), domain_id("head")));
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_BEGIN_SHORTLISTING);
    assert_true(domain_index(w, "post").open_to_all);
    Pb__ClosePost *close = DOMAIN_NEW(w, ClosePost, close_post);
    close->reason = arena_strdup(&w->arena, "Nobody came.");
    domain_send(w, "post", MSG_CLOSE_POST, &close->base);
    assert_false(domain_index(w, "post").open_to_all);
}

static void AST_P7__which_posts_are_supported_is_for_the_authority(void **state)
{
    struct domain *w = *state;
    given_confirmed(w, "one");
    const struct aggregate *aggregate = service_aggregate(w->service, 1006);
    Pb__LaPolicy copy = *policy(w);
    ast_as_coordinator(w);
    aggregate->veil(&copy.base, &w->actor, &w->arena);
    assert_int_equal(copy.n_supported, 1);
    ast_as_head(w);
    aggregate->veil(&copy.base, &w->actor, &w->arena);
    assert_int_equal(copy.n_supported, 0);
}

/* ---- money that goes to another school, AST-P10 ---- */

static void take_over(struct domain *w, const char *name, const char *from, const char *reason)
{
    Pb__TakeOverFunding *body = DOMAIN_NEW(w, TakeOverFunding, take_over_funding);
    body->from_post_id = domain_field(w, from);
    body->reason = arena_strdup(&w->arena, reason);
    body->outreach_agreed = true;
    ast_as_coordinator(w);
    domain_send(w, name, MSG_TAKE_OVER_FUNDING, &body->base);
}

/* "post" is filled under the policy, and vacated. */
static void given_vacated(struct domain *w)
{
    given_confirmed(w, "post");
    reserve_funding(w, "post");
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    Pb__SubmitAst1 *form = ast_form(w);
    form->arrangements_seen = 1;
    ast_submit(w, form);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_as_coordinator(w);
    ast_declare(w, true);
    ast_as_head(w);
    ast_forward(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    ast_booked(w, "2012-09-10");
    ast_decided(w, true);
    domain_accepted(w);
    Pb__AppointAst *appoint = DOMAIN_NEW(w, AppointAst, appoint_ast);
    appoint->ast1_id = domain_field(w, "ast1");
    appoint->appointed_on = domain_day("2012-09-03");
    appoint->starts_on = domain_day("2012-10-01");
    ast_as_head(w);
    domain_send(w, "post", MSG_APPOINT_AST, &appoint->base);
    domain_accepted(w);
    Pb__VacatePost *vacate = DOMAIN_NEW(w, VacatePost, vacate_post);
    vacate->left_on = domain_day("2012-12-21");
    vacate->reason = arena_strdup(&w->arena, "Moved.");
    domain_send(w, "post", MSG_VACATE_POST, &vacate->base);
    domain_accepted(w);
}

static void AST_P10__money_of_a_post_not_filled_again_goes_to_a_post_in_another_school(void **state)
{
    struct domain *w = *state;
    given_vacated(w);
    draft(w, "new", "other-school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    take_over(w, "new", "post", "Nobody was found.");
    domain_accepted(w);
    const Pb__PostFundingTakenOver *event =
        (const Pb__PostFundingTakenOver *)domain_event(w, MSG_POST_FUNDING_TAKEN_OVER);
    assert_true(id_equal(field_id(event->from_post_id), domain_id("post")));
    assert_int_equal(event->financial_year, 2012);
    assert_string_equal(domain_state_name(w, "new"), "awaiting_funding");
    assert_non_null(domain_deadline(w, "new", "AST-P6", ""));
    domain_settle(w);
    /* Funding hears whose money it is; until it answers the other post stands. */
    assert_true(was_confirmed(w, "new"));
    assert_true(id_equal(confirmed_from(w, "new"), domain_id("post")));
    assert_string_equal(domain_state_name(w, "post"), "vacated");
    reserve_funding(w, "new");
    domain_settle(w);
    assert_string_equal(domain_state_name(w, "new"), "funded");
    assert_true(post(w, "new")->outreach_agreed_by_la);
    assert_string_equal(domain_state_name(w, "post"), "closed");
    assert_non_null(post(w, "post")->ended_reason);
    assert_true(id_equal(field_id(post(w, "post")->funding_to_post_id), domain_id("new")));
    /* The money went with the reservation: it is not given back. */
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type == MSG_POST_CLOSED) {
            assert_false(((const Pb__PostClosed *)w->log[i].body)->money_reserved);
        }
    }
    /* One place was given back, and one taken. */
    assert_int_equal(policy(w)->n_supported, 1);
    assert_true(id_equal(field_id(policy(w)->supported[0]->post_id), domain_id("new")));
}

static void AST_P7__a_confirmation_without_a_place_waits_for_its_money_and_is_one(void **state)
{
    struct domain *w = *state;
    Pb__PostFundingConfirmed *body = DOMAIN_NEW(w, PostFundingConfirmed, post_funding_confirmed);
    body->outreach_agreed = true;
    const struct event confirmed = {.type = MSG_POST_FUNDING_CONFIRMED, .body = &body->base};
    Pb__Post *self = DOMAIN_NEW(w, Post, post);
    for (size_t i = 0; i < 2; i++) {
        post_aggregate.evolve(&self->base, &confirmed, &w->arena);
        assert_int_equal(self->state, PB__POST__STATE__AWAITING_FUNDING);
        assert_int_equal(self->confirmations, 1);
        assert_true(self->outreach_agreed_by_la);
    }
}

static void AST_P8__no_money_is_switched_to_a_school_that_became_an_academy(void **state)
{
    struct domain *w = *state;
    given_vacated(w);
    draft(w, "new", "other-school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    Pb__AmendOrganisation *body = DOMAIN_NEW(w, AmendOrganisation, amend_organisation);
    body->kind = PB__ORGANISATION__KIND__SCHOOL;
    body->school_type = PB__ORGANISATION__SCHOOL_TYPE__ACADEMY;
    body->from_on = domain_day("2012-09-01");
    body->reason = arena_strdup(&w->arena, "It converted.");
    ast_as_caseworker(w);
    domain_send(w, "other-school", MSG_AMEND_ORGANISATION, &body->base);
    domain_accepted(w);
    take_over(w, "new", "post", "Nobody was found.");
    domain_refused(w, "AST-P8", "no-grant-for-academy");
}

static void AST_P8__without_a_post_there_is_no_school_to_look_at(void **state)
{
    struct domain *w = *state;
    const struct command command = {.type = MSG_TAKE_OVER_FUNDING};
    const struct seen_case none = {.kind = 0};
    struct id refs[2];
    assert_int_equal(post_further_school(&command, NULL, &none, refs), 0);
    assert_int_equal(post_further_policy(&command, NULL, &none, refs), 0);
    draft(w, "new", "other-school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    assert_int_equal(post_further_school(&command, &post(w, "new")->base, &none, refs), 1);
    assert_true(id_equal(refs[0], domain_id("other-school")));
    assert_int_equal(post_further_policy(&command, &post(w, "new")->base, &none, refs), 2);
    assert_true(id_equal(refs[1], domain_id("other-school")));
}

static void AST_P10__a_switch_that_funding_refuses_leaves_both_posts_as_they_were(void **state)
{
    struct domain *w = *state;
    given_vacated(w);
    draft(w, "new", "other-school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    take_over(w, "new", "post", "Nobody was found.");
    domain_settle(w);
    refuse_funding(w, "new");
    assert_string_equal(domain_state_name(w, "new"), "drafted");
    assert_int_equal(post(w, "new")->funding_from_post_id.len, 0);
    assert_string_equal(domain_state_name(w, "post"), "vacated");
    assert_int_equal(policy(w)->n_supported, 1);
    assert_true(id_equal(field_id(policy(w)->supported[0]->post_id), domain_id("post")));
}

static void AST_P10__money_is_switched_only_from_a_vacated_post_elsewhere(void **state)
{
    struct domain *w = *state;
    given_vacated(w);
    draft(w, "new", "other-school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    take_over(w, "new", "post", " ");
    domain_refused_field(w, "reason");
    take_over(w, "new", "nothing", "Why not.");
    domain_refused(w, "AST-P10", "wrong-field");
    domain_refused_field(w, "fromPostId");
    given_confirmed(w, "waiting");
    take_over(w, "new", "waiting", "Why not.");
    domain_refused_field(w, "fromPostId");
    draft(w, "same-school", "school", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    take_over(w, "same-school", "post", "Why not.");
    domain_refused_field(w, "fromPostId");
    draft(w, "school-funded", "other-school", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    take_over(w, "school-funded", "post", "Why not.");
    domain_refused(w, "AST-P10", "not-through-authority");
    Pb__TakeOverFunding *body = DOMAIN_NEW(w, TakeOverFunding, take_over_funding);
    body->from_post_id = domain_field(w, "post");
    ast_as_head(w);
    domain_send(w, "new", MSG_TAKE_OVER_FUNDING, &body->base);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    assert_string_equal(domain_state_name(w, "post"), "vacated");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_policy, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P7__a_confirmed_post_takes_a_place_before_its_money_is_asked_for),
        TEST(AST_P7__the_cap_binds_posts_that_the_authority_pays_for),
        TEST(AST_P7__above_the_cap_only_with_a_reason),
        TEST(AST_P7__of_two_confirmed_at_once_the_second_has_no_place),
        TEST(AST_P7__a_place_is_free_again_when_money_is_refused_or_the_post_closed),
        TEST(AST_P7__on_posts_paid_for_otherwise_the_cap_is_a_warning),
        TEST(AST_P7__without_a_cap_there_are_as_many_as_the_money_allows),
        TEST(AST_P7__arrangements_are_shown_before_a_post_or_a_form_is_begun),
        TEST(GEN_6__whoever_may_apply_reads_what_is_advertised),
        TEST(AST_P7__which_posts_are_supported_is_for_the_authority),
        TEST(AST_P10__money_of_a_post_not_filled_again_goes_to_a_post_in_another_school),
        TEST(AST_P7__a_confirmation_without_a_place_waits_for_its_money_and_is_one),
        TEST(AST_P8__no_money_is_switched_to_a_school_that_became_an_academy),
        TEST(AST_P8__without_a_post_there_is_no_school_to_look_at),
        TEST(AST_P10__a_switch_that_funding_refuses_leaves_both_posts_as_they_were),
        TEST(AST_P10__money_is_switched_only_from_a_vacated_post_elsewhere),
    };
    return cmocka_run_group_tests_name("post_place", tests, NULL, NULL);
}
