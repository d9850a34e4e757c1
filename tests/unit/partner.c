/*
 * A partner organisation that pays for a post: it is named when the post is drafted, signs the declaration by somebody
 * who acts for it or on paper that the agency records, and nobody signs in its place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/ast1.h"
#include "application/domain/post.h"
#include "ast_given.h"

static int given_partner(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    static const char *const names[] = {"partner", "other partner"};
    for (size_t i = 0; i < COUNT(names); i++) {
        Pb__RegisterOrganisation *body =
            DOMAIN_NEW(&w, RegisterOrganisation, register_organisation);
        body->kind = PB__ORGANISATION__KIND__PROVIDER;
        body->name = arena_strdup(&w.arena, names[i]);
        domain_send(&w, names[i], MSG_REGISTER_ORGANISATION, &body->base);
        domain_accepted(&w);
    }
    ast_given_person(&w, "signatory", PB__ROLE__LINE_MANAGER, "partner");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static Pb__DraftPost *partners_post(struct domain *w, const char *partner)
{
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__PARTNER);
    if (partner != NULL) {
        body->partner_id = domain_field(w, partner);
    }
    return body;
}

static void draft(struct domain *w, const Pb__DraftPost *body)
{
    ast_as_head(w);
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
}

static const Pb__Ast1 *form(struct domain *w)
{
    return (const Pb__Ast1 *)domain_state(w, "ast1");
}

/* A form for a post that "partner" pays for, with the head's comments. */
static void given_commented(struct domain *w)
{
    draft(w, partners_post(w, "partner"));
    domain_accepted(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    ast_submit(w, ast_form(w));
    domain_accepted(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
}

static void as_partner(struct domain *w, const char *organisation)
{
    domain_as(w, PB__ROLE__LINE_MANAGER, "signatory", organisation);
}

static Pb__RecordPartnerDeclaration *paper(struct domain *w, const char *on, const char *reason)
{
    Pb__RecordPartnerDeclaration *body =
        DOMAIN_NEW(w, RecordPartnerDeclaration, record_partner_declaration);
    body->signed_on = on == NULL ? 0 : domain_day(on);
    body->reason = arena_strdup(&w->arena, reason);
    return body;
}

static void record(struct domain *w, const Pb__RecordPartnerDeclaration *body)
{
    ast_as_caseworker(w);
    domain_send(w, "ast1", MSG_RECORD_PARTNER_DECLARATION, &body->base);
}

static void AST_F8__a_partner_that_pays_is_named_and_is_a_provider(void **state)
{
    struct domain *w = *state;
    static const char *const none[] = {NULL, "school", "la", "nowhere"};
    for (size_t i = 0; i < COUNT(none); i++) {
        draft(w, partners_post(w, none[i]));
        domain_refused(w, "AST-F8", "wrong-field");
        domain_refused_field(w, "partnerId");
    }
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->partner_id = domain_field(w, "partner");
    draft(w, body);
    domain_refused(w, "AST-F8", "wrong-field");
    domain_refused_field(w, "partnerId");
    draft(w, partners_post(w, "partner"));
    domain_accepted(w);
    const Pb__Post *post = (const Pb__Post *)domain_state(w, "post");
    assert_true(id_equal(field_id(post->partner_id), domain_id("partner")));
    assert_false(post->through_la);
}

/* The school at the post's bases is found where it is, beside the partner. */
static void AST_F8__a_partners_post_may_be_based_at_several_schools(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = partners_post(w, "partner");
    Pb__PostBase *base = DOMAIN_NEW(w, PostBase, post_base);
    base->school_id = domain_field(w, "academy");
    base->share_permille = 400;
    body->share_permille = 600;
    *ARENA_PUSH(&w->arena, body->other_bases, body->n_other_bases) = base;
    draft(w, body);
    domain_accepted(w);
}

static void GEN_6__the_partner_sees_its_post_and_the_forms_it_signs(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    const struct actor partner = {.role = PB__ROLE__LINE_MANAGER,
                                  .organisation_id = domain_id("partner")};
    const struct actor other = {.role = PB__ROLE__LINE_MANAGER,
                                .organisation_id = domain_id("other partner")};
    const struct case_index post = domain_index(w, "post");
    const struct case_index ast1 = domain_index(w, "ast1");
    assert_true(aggregate_has_party(&post_aggregate, &post, &partner));
    assert_true(aggregate_has_party(&ast1_aggregate, &ast1, &partner));
    assert_false(aggregate_has_party(&post_aggregate, &post, &other));
    assert_false(aggregate_has_party(&ast1_aggregate, &ast1, &other));
}

/* What is needed to sign, and neither what the candidate says nor the head. */
static void GEN_6__the_partner_reads_no_more_of_a_form_than_it_signs_for(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    const struct actor partner = {.role = PB__ROLE__LINE_MANAGER,
                                  .organisation_id = domain_id("partner")};
    const struct actor manager = {.role = PB__ROLE__LINE_MANAGER,
                                  .organisation_id = domain_id("school")};
    Pb__Ast1 *shown = arena_copy(&w->arena, form(w), sizeof(*shown));
    assert_false(ast1_aggregate.veil(&shown->base, &manager, &w->arena));
    assert_int_equal(shown->n_answers, 6);
    assert_true(ast1_aggregate.veil(&shown->base, &partner, &w->arena));
    assert_int_equal(shown->n_answers, 0);
    assert_int_equal(shown->n_comments, 0);
    assert_true(id_equal(field_id(shown->partner_id), domain_id("partner")));
    assert_true(id_equal(field_id(shown->candidate_id), domain_id("teacher")));
}

static void AST_F8__a_form_on_paper_is_signed_by_the_partner_and_not_by_the_school(void **state)
{
    struct domain *w = *state;
    draft(w, partners_post(w, "partner"));
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    const Pb__SubmitAst1 *asked = ast_form(w);
    Pb__EnterPaperAst1 *body = DOMAIN_NEW(w, EnterPaperAst1, enter_paper_ast1);
    body->candidate_id = domain_field(w, "teacher");
    body->post_id = asked->post_id;
    body->route = asked->route;
    body->school_id = asked->school_id;
    body->headteacher_id = asked->headteacher_id;
    body->has_qts = body->stays_in_classroom = body->takes_on_outreach = true;
    body->answers = asked->answers;
    body->n_answers = asked->n_answers;
    body->comments = ast_comments(w)->comments;
    body->n_comments = body->n_answers;
    body->career_stage_confirmed = true;
    body->funding_declared = true;
    body->covering_letter = arena_strdup(&w->arena, "The post leads mathematics.");
    body->channel = PB__CHANNEL__POST;
    body->received_on = instant_date(w->now_us).days;
    body->reason = arena_strdup(&w->arena, "It came by post.");
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", "agency");
    domain_send(w, "ast1", MSG_ENTER_PAPER_AST1, &body->base);
    domain_accepted(w);
    assert_true(id_equal(field_id(form(w)->declared_by_id), domain_id("partner")));
    const Pb__FundingDeclared *event =
        (const Pb__FundingDeclared *)domain_event(w, MSG_FUNDING_DECLARED);
    assert_int_equal(event->role, PB__ROLE__ROLE_NONE);
    assert_int_equal(event->signed_on, body->received_on);
    assert_int_equal(event->declared_on, body->received_on);
    assert_non_null(event->reason);
}

static void AST_F8__somebody_who_acts_for_the_partner_signs(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    assert_true(domain_tells(domain_told(w, "ast1-to-declare"), "partner", PB__ROLE__LINE_MANAGER));
    as_partner(w, "partner");
    ast_declare(w, true);
    domain_accepted(w);
    assert_true(form(w)->funding_declared);
    assert_true(id_equal(field_id(form(w)->declared_by_id), domain_id("signatory")));
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "declared-already");
    ast_as_head(w);
    ast_forward(w);
    domain_accepted(w);
}

static void AST_F8__nobody_signs_in_the_partners_place(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    ast_as_head(w);
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "not-the-funding-party");
    domain_refused_with(w, "partner organisation");
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "not-the-funding-party");
    as_partner(w, "other partner");
    ast_declare(w, true);
    domain_refused(w, "GEN-6", "not-found");
    as_partner(w, NULL);
    ast_declare(w, true);
    domain_refused(w, "GEN-6", "not-found");
    ast_as_head(w);
    ast_forward(w);
    domain_refused(w, "AST-F8", "no-declaration");
    domain_refused_with(w, "partner organisation pays");
}

static void AST_F8__the_partner_signs_and_does_nothing_else(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    as_partner(w, "partner");
    ast_forward(w);
    domain_refused(w, "GEN-6", "not-found");
    ast_comment(w, ast_comments(w));
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_F8__the_agency_records_the_partners_paper_with_day_and_reason(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    record(w, paper(w, NULL, " "));
    domain_refused(w, "AST-F8", "wrong-field");
    domain_refused_field(w, "signedOn");
    domain_refused_field(w, "reason");
    record(w, paper(w, "2012-09-04", "Signed by the partner's director."));
    domain_refused_field(w, "signedOn");
    assert_int_equal(w->answer.refusal->n_errors, 1);
    record(w, paper(w, "2012-09-03", ""));
    domain_refused(w, "GEN-7", "wrong-field");
    record(w, paper(w, "2012-09-03", "Signed by the partner's director."));
    domain_accepted(w);
    assert_true(form(w)->funding_declared);
    assert_true(id_equal(field_id(form(w)->declared_by_id), domain_id("partner")));
    assert_int_equal(form(w)->declaration_signed_on, domain_day("2012-09-03"));
    assert_non_null(form(w)->declaration_reason);
    assert_null(domain_deadline(w, "ast1", "AST-A13", "ast1-declare-1"));
    assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-forward-1"));
    record(w, paper(w, "2012-09-03", "Signed by the partner's director."));
    domain_refused(w, "AST-A7", "declared-already");
    ast_as_head(w);
    domain_send(w, "ast1", MSG_RECORD_PARTNER_DECLARATION,
                &paper(w, "2012-09-03", "It is signed.")->base);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
}

static void AST_A12__a_form_went_no_earlier_than_the_partner_signed_on_paper(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    domain_on(w, "2012-09-10");
    record(w, paper(w, "2012-09-05", "Signed by the partner's director."));
    domain_accepted(w);
    Pb__ForwardAst1 *forward = ast_forwarding(w);
    ast_as_head(w);
    forward->forwarded_on = domain_day("2012-09-04");
    domain_send(w, "ast1", MSG_FORWARD_AST1, &forward->base);
    domain_refused(w, "AST-A12", "wrong-field");
    domain_refused_with(w, "Wednesday 5 September 2012, when the funding declaration was signed");
    forward->forwarded_on = domain_day("2012-09-05");
    domain_send(w, "ast1", MSG_FORWARD_AST1, &forward->base);
    domain_accepted(w);
}

static void AST_F8__no_paper_is_recorded_where_no_partner_pays(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    record(w, paper(w, "2012-09-03", "Signed by the head."));
    domain_refused(w, "AST-F8", "no-partner");
    domain_refused_with(w, "No partner organisation");
}

/* What a caseworker decides by their own word is refused without its reason, and kept with who, when and why. */
static void GEN_7__an_act_by_the_agencys_word_is_kept_with_who_when_and_why(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    record(w, paper(w, "2012-09-03", " \t"));
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_field(w, "reason");
    assert_false(form(w)->funding_declared);
    record(w, paper(w, "2012-09-03", "Signed by the partner's director."));
    domain_accepted(w);
    const struct event *kept = NULL;
    for (size_t i = 0; i < w->answer.event_count; i++) {
        if (w->answer.events[i].type == MSG_FUNDING_DECLARED) {
            kept = &w->answer.events[i];
        }
    }
    require(kept != NULL);
    assert_true(kept->at_us == w->now_us);
    assert_int_equal(kept->actor->role, PB__ROLE__CASEWORKER);
    assert_true(id_equal(field_id(kept->actor->person_id), domain_id("caseworker")));
    assert_non_null(((const Pb__FundingDeclared *)kept->body)->reason);
    assert_int_equal(((const Pb__FundingDeclared *)kept->body)->reason->digest.len, 32);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_partner, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F8__a_partner_that_pays_is_named_and_is_a_provider),
        TEST(AST_F8__a_partners_post_may_be_based_at_several_schools),
        TEST(GEN_6__the_partner_sees_its_post_and_the_forms_it_signs),
        TEST(GEN_6__the_partner_reads_no_more_of_a_form_than_it_signs_for),
        TEST(AST_F8__a_form_on_paper_is_signed_by_the_partner_and_not_by_the_school),
        TEST(AST_F8__somebody_who_acts_for_the_partner_signs),
        TEST(AST_F8__nobody_signs_in_the_partners_place),
        TEST(AST_F8__the_partner_signs_and_does_nothing_else),
        TEST(AST_F8__the_agency_records_the_partners_paper_with_day_and_reason),
        TEST(AST_A12__a_form_went_no_earlier_than_the_partner_signed_on_paper),
        TEST(AST_F8__no_paper_is_recorded_where_no_partner_pays),
        TEST(GEN_7__an_act_by_the_agencys_word_is_kept_with_who_when_and_why),
    };
    return cmocka_run_group_tests_name("partner", tests, NULL, NULL);
}
