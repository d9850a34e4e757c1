/*
 * What is paid beside budgets: shares of a group, a pooled service, charges for outreach, progression
 * money, and the national contract for assessments.
 */
#include "funding/domain/shared_cost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/shared_cost.pb-c.h"
#include "case_id.h"
#include "funding/domain/progression.h"
#include "funding_given.h"

/* Drafted at "first" and "second" of the authority "la". */
static void given_group_post(struct domain *w, const char *post, Pb__FundingSource source)
{
    Pb__PostDrafted *body = DOMAIN_NEW(w, PostDrafted, post_drafted);
    body->school_id = domain_field(w, "first");
    body->la_id = domain_field(w, "la");
    body->funding_source = source;
    Pb__PostBase *other = DOMAIN_NEW(w, PostBase, post_base);
    other->school_id = domain_field(w, "second");
    *ARENA_PUSH(&w->arena, body->other_bases, body->n_other_bases) = other;
    domain_consume(w, PB__SERVICE__APPLICATION, post, MSG_POST_DRAFTED, &body->base);
}

static int given_stage(void **state)
{
    static struct domain w;
    funding_start(&w, "2013-06-03");
    given_group_post(&w, "post", PB__FUNDING_SOURCE__SCHOOL_GROUP);
    domain_as(&w, PB__ROLE__LA_COORDINATOR, "coordinator", "la");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static void add_share(struct domain *w, Pb__ProposeSharedCost *body, const char *school,
                      int64_t pence)
{
    Pb__CostShare *share = DOMAIN_NEW(w, CostShare, cost_share);
    share->school_id = domain_field(w, school);
    share->amount = funding_money(w, pence);
    *ARENA_PUSH(&w->arena, body->shares, body->n_shares) = share;
}

/* Three schools; together 10,000 pounds and a penny. */
static Pb__ProposeSharedCost *cost_body(struct domain *w, Pb__SharedCost__Kind kind)
{
    Pb__ProposeSharedCost *body = DOMAIN_NEW(w, ProposeSharedCost, propose_shared_cost);
    body->kind = kind;
    body->la_id = domain_field(w, "la");
    body->financial_year = 2013;
    body->total = funding_money(w, 1000001);
    add_share(w, body, "first", 333333);
    add_share(w, body, "second", 333333);
    add_share(w, body, "third", 333335);
    return body;
}

static void propose(struct domain *w, const Pb__ProposeSharedCost *body)
{
    domain_send(w, "cost", MSG_PROPOSE_SHARED_COST, &body->base);
}

static void agree(struct domain *w, const char *school, const char *by)
{
    Pb__AgreeShare *body = DOMAIN_NEW(w, AgreeShare, agree_share);
    body->school_id = domain_field(w, school);
    domain_as(w, PB__ROLE__HEADTEACHER, "head", by);
    domain_send(w, "cost", MSG_AGREE_SHARE, &body->base);
}

static int64_t balance(struct domain *w, const char *format, const char *of)
{
    char text[ID_TEXT_BYTES];
    const char *id = id_format(domain_id(of), text);
    return funding_balance(
        w, strcmp(format, "shares") == 0 ? arena_printf(&w->arena, "school:%s:2013:shares", id)
           : strcmp(format, "outreach") == 0
               ? arena_printf(&w->arena, "school:%s:2013:outreach", id)
           : strcmp(format, "group") == 0 ? arena_printf(&w->arena, "post:%s:2013:group", id)
                                          : arena_printf(&w->arena, "la:%s:2013:%s", id, format));
}

/* Refused for `field` and nothing else. */
static void refused_only(const struct domain *w, const char *field)
{
    domain_refused_field(w, field);
    assert_int_equal(w->answer.refusal->n_errors, 1);
}

static void AST_F5__a_group_funds_a_post_by_shares_that_all_agree(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    propose(w, body);
    domain_accepted(w);
    assert_true(domain_tells(funding_told(w, "share-to-agree"), "third", PB__ROLE__HEADTEACHER));
    domain_letter(w, funding_told(w, "share-to-agree"));
    agree(w, "first", "second");
    domain_refused(w, "GEN-6", "not-found");
    agree(w, "first", "first");
    agree(w, "third", "third");
    assert_int_equal(funding_count(w, MSG_POSTED), 0);
    assert_string_equal(domain_state_name(w, "cost"), "proposed");
    agree(w, "second", "second");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "cost"), "agreed");
    assert_int_equal(balance(w, "group", "post"), 1000001);
    assert_int_equal(balance(w, "shares", "third"), -333335);
    agree(w, "first", "first");
    domain_refused(w, "AST-F5", "closed");
}

static void proposed_by(struct domain *w, const Pb__ProposeSharedCost *body, Pb__Role role,
                        const char *organisation)
{
    domain_as(w, role, "somebody", organisation);
    propose(w, body);
}

static void AST_F5__only_a_schools_own_group_post_is_proposed_for(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    proposed_by(w, body, PB__ROLE__HEADTEACHER, "third"); /* has a share, and not the post */
    domain_refused(w, "AST-F5", "not-your-groups-post");
    domain_refused_field(w, "postId");
    proposed_by(w, body, PB__ROLE__HEADTEACHER, NULL);
    domain_refused(w, "AST-F5", "not-your-groups-post");
    proposed_by(w, body, PB__ROLE__LA_COORDINATOR, "other-la");
    domain_refused(w, "AST-F5", "not-your-groups-post");
    body->la_id = domain_field(w, "other-la");
    proposed_by(w, body, PB__ROLE__HEADTEACHER, "first");
    domain_refused_field(w, "laId");
    body->la_id = domain_field(w, "la");
    body->post_id = domain_field(w, "unheard-of");
    proposed_by(w, body, PB__ROLE__FUNDING_OFFICER, NULL);
    domain_refused(w, "AST-F5", "not-your-groups-post");
    given_group_post(w, "own-post", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->post_id = domain_field(w, "own-post");
    proposed_by(w, body, PB__ROLE__HEADTEACHER, "first");
    domain_refused(w, "AST-F5", "not-your-groups-post");
    body->post_id = domain_field(w, "post");
    proposed_by(w, body, PB__ROLE__HEADTEACHER, "second");
    domain_accepted(w);
}

static void AST_F5__no_school_at_which_the_post_is_based_is_left_out(void **state)
{
    struct domain *w = *state;
    static const char *const based[] = {"first", "second"};
    for (size_t i = 0; i < COUNT(based); i++) {
        Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
        body->post_id = domain_field(w, "post");
        body->shares[i]->school_id = domain_field(w, "fourth");
        propose(w, body);
        domain_refused(w, "AST-F5", "wrong-field");
        refused_only(w, "shares");
        char text[ID_TEXT_BYTES];
        assert_non_null(
            strstr(w->answer.refusal->errors[0]->problem, id_format(domain_id(based[i]), text)));
    }
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE);
    body->shares[0]->school_id = domain_field(w, "fourth"); /* a pool has no post */
    propose(w, body);
    domain_accepted(w);
}

static void AST_F5__the_officer_proposes_for_any_group(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    proposed_by(w, body, PB__ROLE__FUNDING_OFFICER, NULL);
    domain_accepted(w);
}

static void AST_F5__the_last_agreement_names_the_post_and_its_year(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    propose(w, body);
    agree(w, "first", "first");
    agree(w, "second", "second");
    const Pb__ShareAgreed *agreed = (const Pb__ShareAgreed *)funding_last(w, MSG_SHARE_AGREED);
    assert_int_equal(agreed->post_id.len, 0);
    agree(w, "third", "third");
    agreed = (const Pb__ShareAgreed *)funding_last(w, MSG_SHARE_AGREED);
    assert_true(id_equal(field_id(agreed->post_id), domain_id("post")));
    assert_int_equal(agreed->financial_year, 2013);
}

static void AST_F5__a_groups_post_is_known_once(void **state)
{
    struct domain *w = *state;
    given_group_post(w, "post", PB__FUNDING_SOURCE__SCHOOL_GROUP);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    char text[ID_TEXT_BYTES];
    const char *name = id_format(case_id_group_post(domain_id("post")), text);
    assert_string_equal(domain_state_name(w, name), "known");
    const struct case_index index = domain_index(w, name);
    assert_true(id_equal(index.la_id, domain_id("la")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("first")));
    assert_true(id_equal(index.organisation_ids[1], domain_id("second")));
    assert_true(id_equal(domain_root(w, name), domain_id("post")));
}

static void AST_F7__a_school_with_a_share_proposes_no_pool(void **state)
{
    struct domain *w = *state;
    const Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE);
    proposed_by(w, body, PB__ROLE__HEADTEACHER, "first");
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_F5__a_groups_post_is_shared_once_a_year_until_somebody_declines(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    propose(w, body);
    domain_accepted(w);
    domain_send(w, "again", MSG_PROPOSE_SHARED_COST, &body->base);
    domain_refused(w, "AST-F5", "shared-already");
    body->financial_year = 2014;
    domain_send(w, "next-year", MSG_PROPOSE_SHARED_COST, &body->base);
    domain_accepted(w);
    Pb__DeclineShare *decline = DOMAIN_NEW(w, DeclineShare, decline_share);
    decline->school_id = domain_field(w, "first");
    decline->reason = arena_strdup(&w->arena, "Our budget does not allow it.");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "first");
    domain_send(w, "cost", MSG_DECLINE_SHARE, &decline->base);
    domain_accepted(w);
    domain_as(w, PB__ROLE__LA_COORDINATOR, "coordinator", "la");
    body->financial_year = 2013;
    domain_send(w, "again", MSG_PROPOSE_SHARED_COST, &body->base);
    domain_accepted(w);
}

static void AST_F5__the_shares_of_a_group_add_up_to_the_whole(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    body->total = funding_money(w, 1000000);
    propose(w, body);
    domain_refused(w, "AST-F5", "shares-do-not-add-up");
    domain_refused_with(w, "come to £10,000.01, and the whole is £10,000.00");
    body->total = funding_money(w, 1000001);
    body->shares[2]->school_id = body->shares[0]->school_id;
    propose(w, body);
    domain_refused_field(w, "shares[2].schoolId");
    body->n_shares = 1;
    propose(w, body);
    domain_refused_field(w, "shares");
}

static void AST_F5__a_school_may_decline_with_a_reason(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    propose(w, body);
    Pb__DeclineShare *decline = DOMAIN_NEW(w, DeclineShare, decline_share);
    decline->school_id = domain_field(w, "first");
    domain_as(w, PB__ROLE__SCHOOL, "bursar", "first");
    domain_send(w, "cost", MSG_DECLINE_SHARE, &decline->base);
    domain_refused(w, "GEN-7", "wrong-field");
    decline->reason = arena_strdup(&w->arena, "Our budget does not allow it.");
    domain_send(w, "cost", MSG_DECLINE_SHARE, &decline->base);
    domain_accepted(w);
    agree(w, "second", "second");
    domain_refused(w, "AST-F5", "closed");
}

static void AST_F7__schools_pool_budgets_for_a_service_and_never_for_a_post(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE);
    body->post_id = domain_field(w, "post");
    propose(w, body);
    domain_refused(w, "AST-F7", "pool-pays-no-post");
    body->post_id.len = 0;
    propose(w, body);
    agree(w, "first", "first");
    agree(w, "second", "second");
    agree(w, "third", "third");
    assert_int_equal(balance(w, "pool", "la"), 1000001);
    const Pb__Posted *posted = (const Pb__Posted *)funding_last(w, MSG_POSTED);
    require(posted != NULL);
    assert_string_equal(posted->rule, "AST-F7");
}

static void AST_F7__a_school_charges_others_for_outreach(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__OUTREACH_CHARGE);
    propose(w, body);
    domain_refused_field(w, "payeeId");
    body->payee_id = domain_field(w, "first");
    propose(w, body);
    domain_refused_field(w, "payeeId");
    body->payee_id = domain_field(w, "school");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "stranger");
    propose(w, body);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "school");
    propose(w, body);
    domain_accepted(w);
    agree(w, "first", "first");
    agree(w, "second", "second");
    agree(w, "third", "third");
    assert_int_equal(balance(w, "outreach", "school"), 1000001);
}

/* By who charges and by each who pays, the first three and those beyond them, and by nobody else. */
static void GEN_6__a_charge_is_seen_by_who_charges_and_by_all_who_pay(void **state)
{
    struct domain *w = *state;
    static const char *const seen_by[] = {"school", "first", "second", "third", "fourth", "fifth"};
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__OUTREACH_CHARGE);
    body->payee_id = domain_field(w, "school");
    add_share(w, body, "fourth", 10);
    add_share(w, body, "fifth", 20);
    body->total = funding_money(w, 1000031);
    propose(w, body);
    domain_accepted(w);
    const struct case_index index = domain_index(w, "cost");
    for (size_t i = 0; i < COUNT(seen_by); i++) {
        const struct actor actor = {.role = PB__ROLE__HEADTEACHER,
                                    .organisation_id = domain_id(seen_by[i])};
        assert_true(aggregate_has_party(&shared_cost_aggregate, &index, &actor));
    }
    const struct actor stranger = {.role = PB__ROLE__HEADTEACHER,
                                   .organisation_id = domain_id("sixth")};
    assert_false(aggregate_has_party(&shared_cost_aggregate, &index, &stranger));
    assert_int_equal(index.further_count, 2);
    assert_true(id_is_zero(index.person_ids[0]));
}

/* More than the three further schools at which a post may be based: whoever shares, pays. */
static void AST_F5__a_cluster_of_four_pays_for_a_post(void **state)
{
    struct domain *w = *state;
    static const char *const cluster[] = {"first", "second", "third", "fourth"};
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    add_share(w, body, "fourth", 333333);
    body->total = funding_money(w, 1333334);
    propose(w, body);
    domain_accepted(w);
    for (size_t i = 0; i < COUNT(cluster); i++) {
        assert_string_equal(domain_state_name(w, "cost"), "proposed");
        agree(w, cluster[i], cluster[i]);
        domain_accepted(w);
    }
    assert_string_equal(domain_state_name(w, "cost"), "agreed");
    assert_int_equal(balance(w, "group", "post"), 1333334);
    assert_int_equal(balance(w, "shares", "fourth"), -333333);
}

static void AST_F7__fifty_schools_of_an_authority_pool_for_its_service(void **state)
{
    struct domain *w = *state;
    enum { POOL = 50 };
    Pb__ProposeSharedCost *body = DOMAIN_NEW(w, ProposeSharedCost, propose_shared_cost);
    body->kind = PB__SHARED_COST__KIND__POOLED_SERVICE;
    body->la_id = domain_field(w, "la");
    body->financial_year = 2013;
    body->total = funding_money(w, POOL * INT64_C(10000));
    for (int i = 0; i < POOL; i++) {
        add_share(w, body, arena_printf(&w->arena, "school %d", i), 10000);
    }
    propose(w, body);
    domain_accepted(w);
    for (int i = 0; i < POOL; i++) {
        const char *school = arena_printf(&w->arena, "school %d", i);
        agree(w, school, school);
        domain_accepted(w);
    }
    assert_string_equal(domain_state_name(w, "cost"), "agreed");
    assert_int_equal(balance(w, "pool", "la"), POOL * 10000);
    assert_int_equal(balance(w, "shares", "school 49"), -10000);
    assert_int_equal(domain_index(w, "cost").further_count, POOL - 3);
    assert_true(protobuf_c_message_get_packed_size(domain_state(w, "cost")) < 2048);
}

static void AST_F5__each_kind_asks_for_what_it_needs_and_no_more(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__SharedCost__Kind kind;
        bool post;
        bool payee;
        const char *field;
    } kinds[] = {
        {PB__SHARED_COST__KIND__KIND_NONE, false, false, "kind"},
        {PB__SHARED_COST__KIND__GROUP_POST, false, false, "postId"},
        {PB__SHARED_COST__KIND__GROUP_POST, true, true, "payeeId"},
        {PB__SHARED_COST__KIND__POOLED_SERVICE, true, false, "postId"},
        {PB__SHARED_COST__KIND__POOLED_SERVICE, false, true, "payeeId"},
        {PB__SHARED_COST__KIND__OUTREACH_CHARGE, false, false, "payeeId"},
    };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        Pb__ProposeSharedCost *body = cost_body(w, kinds[i].kind);
        body->post_id = kinds[i].post ? domain_field(w, "post") : body->post_id;
        body->payee_id = kinds[i].payee ? domain_field(w, "school") : body->payee_id;
        propose(w, body);
        refused_only(w, kinds[i].field);
    }
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    body->n_shares = 1;
    body->total = funding_money(w, 333333);
    propose(w, body);
    refused_only(w, "shares");
    body->n_shares = 2;
    body->total = funding_money(w, 666666);
    propose(w, body);
    domain_accepted(w);
    assert_true(id_equal(domain_root(w, "cost"), domain_id("post")));
}

static void AST_F5__sums_and_years_of_a_shared_cost_have_bounds(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE);
    static const int wrong_years[] = {2004, 2035};
    for (size_t i = 0; i < COUNT(wrong_years); i++) {
        body->financial_year = wrong_years[i];
        propose(w, body);
        refused_only(w, "financialYear");
    }
    body->financial_year = 2005;
    static const int64_t wrong_pence[] = {-1, 0, INT64_C(100000000001)};
    for (size_t i = 0; i < COUNT(wrong_pence); i++) {
        body->shares[1]->amount = funding_money(w, wrong_pence[i]);
        propose(w, body);
        refused_only(w, "shares[1].amount");
    }
    body->shares[1]->amount = funding_money(w, INT64_C(100000000000));
    propose(w, body);
    refused_only(w, "shares");
    body->total = funding_money(w, INT64_C(100000000000) + 333333 + 333335);
    propose(w, body);
    domain_accepted(w);
    body->financial_year = 2034;
    domain_send(w, "later", MSG_PROPOSE_SHARED_COST, &body->base);
    domain_accepted(w);
    domain_send(w, "once more", MSG_PROPOSE_SHARED_COST, &body->base); /* pools are not counted */
    domain_accepted(w);
}

static void GEN_6__only_a_party_proposes_a_shared_cost(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__Role role;
        const char *organisation;
        bool may;
    } actors[] = {
        {PB__ROLE__FUNDING_OFFICER, NULL, true}, {PB__ROLE__LA_FINANCE, "la", true},
        {PB__ROLE__HEADTEACHER, "school", true}, {PB__ROLE__SCHOOL, "third", false},
        {PB__ROLE__SCHOOL, "stranger", false},   {PB__ROLE__LA_COORDINATOR, "other-la", false},
        {PB__ROLE__HEADTEACHER, NULL, false},
    };
    for (size_t i = 0; i < COUNT(actors); i++) {
        Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__OUTREACH_CHARGE);
        body->payee_id = domain_field(w, "school");
        body->financial_year = actors[i].may ? 2013 : 2004;
        domain_as(w, actors[i].role, "somebody", actors[i].organisation);
        domain_send(w, arena_printf(&w->arena, "cost %zu", i), MSG_PROPOSE_SHARED_COST,
                    &body->base);
        if (actors[i].may) {
            domain_accepted(w);
        } else {
            domain_refused(w, "GEN-6", "not-found");
            assert_int_equal(w->answer.refusal->n_errors, 0);
        }
    }
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE);
    domain_as(w, PB__ROLE__SCHOOL, "nobody", NULL); /* and no payee either */
    propose(w, body);
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_F5__what_is_closed_is_neither_agreed_nor_declined(void **state)
{
    struct domain *w = *state;
    Pb__DeclineShare *decline = DOMAIN_NEW(w, DeclineShare, decline_share);
    decline->school_id = domain_field(w, "first");
    decline->reason = arena_strdup(&w->arena, "Our budget does not allow it.");
    propose(w, cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE));
    agree(w, "stranger", "stranger");
    domain_refused(w, "GEN-6", "not-found");
    agree(w, "first", "first");
    agree(w, "second", "second");
    agree(w, "third", "third");
    domain_as(w, PB__ROLE__SCHOOL, "bursar", "first");
    domain_send(w, "cost", MSG_DECLINE_SHARE, &decline->base);
    domain_refused(w, "AST-F5", "closed");
    domain_as(w, PB__ROLE__LA_COORDINATOR, "coordinator", "la");
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE);
    domain_send(w, "declined", MSG_PROPOSE_SHARED_COST, &body->base);
    domain_as(w, PB__ROLE__SCHOOL, "bursar", "first");
    for (int i = 0; i < 2; i++) {
        domain_send(w, "declined", MSG_DECLINE_SHARE, &decline->base);
    }
    domain_refused(w, "AST-F5", "closed");
    assert_string_equal(domain_state_name(w, "declined"), "declined");
}

/* ---- taken back ---- */

static void reverse_cost(struct domain *w, Pb__Role role, const char *by, const char *reason)
{
    Pb__ReverseSharedCost *body = DOMAIN_NEW(w, ReverseSharedCost, reverse_shared_cost);
    body->reason = arena_strdup(&w->arena, reason);
    domain_as(w, role, "somebody", by);
    domain_send(w, "cost", MSG_REVERSE_SHARED_COST, &body->base);
}

static void agreed_by_all(struct domain *w, const Pb__ProposeSharedCost *body)
{
    propose(w, body);
    domain_accepted(w);
    agree(w, "first", "first");
    agree(w, "second", "second");
    agree(w, "third", "third");
    assert_string_equal(domain_state_name(w, "cost"), "agreed");
}

static void GEN_4__agreed_shares_are_taken_back_by_opposite_entries_and_proposed_anew(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    agreed_by_all(w, body);
    assert_int_equal(balance(w, "shares", "third"), -333335);
    reverse_cost(w, PB__ROLE__LA_FINANCE, "la", " ");
    domain_refused(w, "GEN-7", "wrong-field");
    refused_only(w, "reason");
    reverse_cost(w, PB__ROLE__LA_FINANCE, "la", "The total was a month's.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "cost"), "reversed");
    assert_int_equal(funding_count(w, MSG_POSTED), 6);
    assert_string_equal(((const Pb__Posted *)funding_last(w, MSG_POSTED))->rule, "GEN-4");
    assert_int_equal(balance(w, "group", "post"), 0);
    assert_int_equal(balance(w, "shares", "first"), 0);
    assert_int_equal(balance(w, "shares", "third"), 0);
    const Pb__Told *told = funding_told(w, "shared-cost-reversed");
    assert_true(domain_tells(told, "third", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "amount"), "£3,333.35");
    domain_letter(w, told);
    const Pb__SharedCost *self = (const Pb__SharedCost *)domain_state(w, "cost");
    require(self != NULL);
    assert_non_null(self->reason);
    reverse_cost(w, PB__ROLE__LA_FINANCE, "la", "Once more.");
    domain_refused(w, "GEN-4", "nothing-booked");
    agree(w, "first", "first");
    domain_refused(w, "AST-F5", "closed");
    Pb__DeclineShare *decline = DOMAIN_NEW(w, DeclineShare, decline_share);
    decline->school_id = domain_field(w, "first");
    decline->reason = arena_strdup(&w->arena, "Our budget does not allow it.");
    domain_send(w, "cost", MSG_DECLINE_SHARE, &decline->base);
    domain_refused(w, "AST-F5", "closed");
    domain_as(w, PB__ROLE__LA_COORDINATOR, "coordinator", "la");
    domain_send(w, "anew", MSG_PROPOSE_SHARED_COST, &body->base);
    domain_accepted(w);
}

static void GEN_4__only_what_is_booked_is_taken_back(void **state)
{
    struct domain *w = *state;
    propose(w, cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE));
    reverse_cost(w, PB__ROLE__LA_COORDINATOR, "la", "It was wrong.");
    domain_refused(w, "GEN-4", "nothing-booked");
    Pb__DeclineShare *decline = DOMAIN_NEW(w, DeclineShare, decline_share);
    decline->school_id = domain_field(w, "first");
    decline->reason = arena_strdup(&w->arena, "Our budget does not allow it.");
    domain_as(w, PB__ROLE__SCHOOL, "bursar", "first");
    domain_send(w, "cost", MSG_DECLINE_SHARE, &decline->base);
    domain_accepted(w);
    reverse_cost(w, PB__ROLE__LA_COORDINATOR, "la", "It was wrong.");
    domain_refused(w, "GEN-4", "nothing-booked");
}

static void GEN_6__authority_officer_or_who_charges_takes_a_cost_back(void **state)
{
    struct domain *w = *state;
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__OUTREACH_CHARGE);
    body->payee_id = domain_field(w, "school");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "school");
    agreed_by_all(w, body);
    static const struct {
        Pb__Role role;
        const char *organisation;
    } strangers[] = {{PB__ROLE__HEADTEACHER, "first"},
                     {PB__ROLE__HEADTEACHER, NULL},
                     {PB__ROLE__LA_FINANCE, "other-la"},
                     {PB__ROLE__LA_COORDINATOR, NULL}};
    for (size_t i = 0; i < COUNT(strangers); i++) {
        reverse_cost(w, strangers[i].role, strangers[i].organisation, "It was wrong.");
        domain_refused(w, "GEN-6", "not-found");
    }
    reverse_cost(w, PB__ROLE__SCHOOL, "school", "It was for another year.");
    domain_accepted(w);
    assert_int_equal(balance(w, "outreach", "school"), 0);
    const Pb__Told *told = funding_told(w, "shared-cost-reversed");
    assert_true(domain_tells(told, "school", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "amount"), "£10,000.01");
}

static void GEN_6__the_officer_takes_any_cost_back(void **state)
{
    struct domain *w = *state;
    agreed_by_all(w, cost_body(w, PB__SHARED_COST__KIND__POOLED_SERVICE));
    reverse_cost(w, PB__ROLE__HEADTEACHER, NULL, "It was wrong."); /* and nobody charges */
    domain_refused(w, "GEN-6", "not-found");
    reverse_cost(w, PB__ROLE__FUNDING_OFFICER, NULL, "It was wrong.");
    domain_accepted(w);
    assert_int_equal(balance(w, "pool", "la"), 0);
    assert_true(
        domain_tells(funding_told(w, "shared-cost-reversed"), "third", PB__ROLE__HEADTEACHER));
}

static void AST_F5__the_table_of_shared_costs_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&shared_cost_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

/* ---- progression ---- */

static Pb__SpreadProgression *spread_body(struct domain *w)
{
    static const char *const schools[] = {"first", "second", "third"};
    Pb__SpreadProgression *body = DOMAIN_NEW(w, SpreadProgression, spread_progression);
    body->la_id = domain_field(w, "la");
    body->financial_year = 2006;
    body->amount = funding_money(w, 100000);
    body->method = arena_strdup(&w->arena, "In equal parts for each point moved.");
    body->forum_on = domain_day("2006-05-10");
    for (size_t i = 0; i < COUNT(schools); i++) {
        Pb__ProgressionShare *share = DOMAIN_NEW(w, ProgressionShare, progression_share);
        share->school_id = domain_field(w, schools[i]);
        share->weight = 1;
        *ARENA_PUSH(&w->arena, body->shares, body->n_shares) = share;
    }
    return body;
}

static void spread(struct domain *w, const char *name, const Pb__SpreadProgression *body)
{
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    domain_send(w, name, MSG_SPREAD_PROGRESSION, &body->base);
}

static void AST_F6__progression_money_is_spread_by_the_recorded_method_to_the_penny(void **state)
{
    struct domain *w = *state;
    spread(w, "spread", spread_body(w));
    domain_accepted(w);
    const Pb__Progression *self = (const Pb__Progression *)domain_state(w, "spread");
    require(self != NULL && self->n_shares == 3);
    assert_int_equal(self->shares[0]->amount->pence, 33333);
    assert_int_equal(self->shares[0]->amount->pence + self->shares[1]->amount->pence +
                         self->shares[2]->amount->pence,
                     100000);
    assert_int_equal(funding_balance(w, "grant:2006:teachers_pay_grant"), -100000);
    spread(w, "again", spread_body(w));
    domain_refused(w, "AST-F6", "spread-already");
}

static int64_t of_progression(struct domain *w, const char *kind, const char *of)
{
    char text[ID_TEXT_BYTES];
    return funding_balance(
        w, arena_printf(&w->arena, "%s:%s:2006:progression", kind, id_format(domain_id(of), text)));
}

static void reverse_spread(struct domain *w, const char *reason)
{
    Pb__ReverseProgression *body = DOMAIN_NEW(w, ReverseProgression, reverse_progression);
    body->reason = arena_strdup(&w->arena, reason);
    domain_send(w, "spread", MSG_REVERSE_PROGRESSION, &body->base);
}

static void AST_F6__each_schools_share_is_booked_to_it_and_told_to_it(void **state)
{
    struct domain *w = *state;
    static const char *const schools[] = {"first", "second", "third"};
    static const char *const sums[] = {"£333.33", "£333.33", "£333.34"};
    spread(w, "spread", spread_body(w));
    assert_int_equal(of_progression(w, "la", "la"), 0);
    size_t told = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        const Pb__Told *letter = (const Pb__Told *)w->log[i].body;
        if (w->log[i].type == MSG_TOLD && strcmp(letter->template_, "progression-share") == 0) {
            require(told < COUNT(schools));
            assert_true(domain_tells(letter, schools[told], PB__ROLE__HEADTEACHER));
            assert_string_equal(domain_fact(letter, "amount"), sums[told]);
            assert_string_equal(domain_fact(letter, "total"), "£1,000.00");
            told++;
        }
    }
    assert_int_equal(told, 3);
    domain_letter(w, funding_told(w, "progression-share"));
    assert_int_equal(of_progression(w, "school", "first"), 33333);
    assert_int_equal(of_progression(w, "school", "second"), 33333);
    assert_int_equal(of_progression(w, "school", "third"), 33334);
}

static void GEN_4__a_wrong_spread_is_taken_back_by_opposite_entries_and_spread_anew(void **state)
{
    struct domain *w = *state;
    spread(w, "spread", spread_body(w));
    const size_t entries = funding_count(w, MSG_POSTED);
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "other-la");
    reverse_spread(w, "A school was left out.");
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    reverse_spread(w, " ");
    domain_refused(w, "GEN-7", "wrong-field");
    refused_only(w, "reason");
    reverse_spread(w, "A school was left out.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "spread"), "reversed");
    assert_int_equal(funding_count(w, MSG_POSTED), 2 * entries);
    assert_string_equal(((const Pb__Posted *)funding_last(w, MSG_POSTED))->rule, "GEN-4");
    assert_int_equal(funding_balance(w, "grant:2006:teachers_pay_grant"), 0);
    assert_int_equal(of_progression(w, "la", "la"), 0);
    assert_int_equal(of_progression(w, "school", "third"), 0);
    assert_true(
        domain_tells(funding_told(w, "progression-reversed"), "third", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(funding_told(w, "progression-reversed"), "amount"), "£333.34");
    domain_letter(w, funding_told(w, "progression-reversed"));
    const Pb__Progression *self = (const Pb__Progression *)domain_state(w, "spread");
    require(self != NULL);
    assert_int_equal(self->n_shares, 3);
    assert_non_null(self->reason);
    reverse_spread(w, "A school was left out.");
    domain_refused(w, "GEN-4", "reversed-already");
    spread(w, "again", spread_body(w));
    domain_accepted(w);
    assert_int_equal(of_progression(w, "school", "third"), 33334);
}

/* An earlier release booked the whole to the authority and nothing to a school: that is what is taken back. */
static void GEN_4__what_an_earlier_release_spread_is_taken_back_as_it_was_booked(void **state)
{
    struct domain *w = *state;
    spread(w, "spread", spread_body(w));
    Pb__Progression self = *(const Pb__Progression *)domain_state(w, "spread");
    self.by_school = false;
    Pb__ReverseProgression *body = DOMAIN_NEW(w, ReverseProgression, reverse_progression);
    body->reason = arena_strdup(&w->arena, "A school was left out.");
    static const uint8_t key[32] = {1};
    const struct world world = {.editions = &w->editions,
                                .actor = {.role = PB__ROLE__FUNDING_OFFICER},
                                .digest_key = {key, sizeof(key)}};
    const struct command command = {.type = MSG_REVERSE_PROGRESSION, .body = &body->base};
    const struct given given = {.state = &self.base, .command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w->arena, &given);
    progression_reverse(&given, &d);
    assert_null(d.refusal);
    size_t entries = 0;
    for (size_t i = 0; i < d.event_count; i++) {
        entries += d.events[i].type == MSG_POSTED;
    }
    assert_int_equal(entries, 1);
}

/* By each school with a share, the first four and those beyond them, and by nobody else. */
static void GEN_6__a_spread_is_seen_by_all_who_have_a_share(void **state)
{
    struct domain *w = *state;
    static const char *const schools[] = {"first", "second", "third", "fourth", "fifth", "sixth"};
    Pb__SpreadProgression *body = spread_body(w);
    for (size_t i = body->n_shares; i < COUNT(schools); i++) {
        Pb__ProgressionShare *share = DOMAIN_NEW(w, ProgressionShare, progression_share);
        share->school_id = domain_field(w, schools[i]);
        share->weight = 1;
        *ARENA_PUSH(&w->arena, body->shares, body->n_shares) = share;
    }
    spread(w, "spread", body);
    domain_accepted(w);
    const struct case_index index = domain_index(w, "spread");
    for (size_t i = 0; i <= COUNT(schools); i++) {
        const struct actor actor = {.role = PB__ROLE__HEADTEACHER,
                                    .organisation_id =
                                        domain_id(i < COUNT(schools) ? schools[i] : "stranger")};
        assert_int_equal(aggregate_has_party(&progression_aggregate, &index, &actor),
                         i < COUNT(schools));
    }
    assert_int_equal(index.further_count, 2);
}

static void AST_F6__the_table_of_progression_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&progression_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

static void AST_F6__the_method_and_the_forums_day_are_on_record(void **state)
{
    struct domain *w = *state;
    Pb__SpreadProgression *body = spread_body(w);
    body->method = arena_strdup(&w->arena, " ");
    body->forum_on = domain_day("2013-06-04");
    body->shares[1]->weight = 0;
    body->shares[2]->school_id = body->shares[0]->school_id;
    body->amount = funding_money(w, 0);
    spread(w, "spread", body);
    domain_refused_field(w, "method");
    domain_refused_field(w, "forumOn");
    domain_refused_field(w, "shares[1]");
    domain_refused_field(w, "shares[2]");
    domain_refused_field(w, "amount");
    body->la_id = domain_field(w, "other-la");
    spread(w, "spread", body);
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_F6__each_field_of_a_spread_has_its_bounds(void **state)
{
    struct domain *w = *state;
    static const int wrong_years[] = {2004, 2035};
    static const int64_t wrong_pence[] = {-1, 0, INT64_C(10000000001)};
    static const char *const wrong_days[] = {"1970-01-01", "2013-06-04"};
    static const uint32_t wrong_weights[] = {0, 100001};
    for (size_t i = 0; i < COUNT(wrong_years); i++) {
        Pb__SpreadProgression *body = spread_body(w);
        body->financial_year = wrong_years[i];
        spread(w, "spread", body);
        refused_only(w, "financialYear");
    }
    for (size_t i = 0; i < COUNT(wrong_pence); i++) {
        Pb__SpreadProgression *body = spread_body(w);
        body->amount = funding_money(w, wrong_pence[i]);
        spread(w, "spread", body);
        refused_only(w, "amount");
    }
    for (size_t i = 0; i < COUNT(wrong_days); i++) {
        Pb__SpreadProgression *body = spread_body(w);
        body->forum_on = domain_day(wrong_days[i]);
        spread(w, "spread", body);
        refused_only(w, "forumOn");
    }
    for (size_t i = 0; i < COUNT(wrong_weights); i++) {
        Pb__SpreadProgression *body = spread_body(w);
        body->n_shares = 1;
        body->shares[0]->weight = wrong_weights[i];
        spread(w, "spread", body);
        refused_only(w, "shares[0]");
    }
    Pb__SpreadProgression *body = spread_body(w);
    body->n_shares = 0;
    spread(w, "spread", body);
    refused_only(w, "shares");
    body = spread_body(w);
    body->financial_year = 2005;
    body->amount = funding_money(w, INT64_C(10000000000));
    body->shares[0]->weight = 100000;
    body->forum_on = domain_day("2013-06-03");
    spread(w, "spread", body);
    domain_accepted(w);
    assert_int_equal(funding_balance(w, "grant:2005:teachers_pay_grant"), -INT64_C(10000000000));
    assert_string_equal(domain_index(w, "spread").label, "Progression money 2005-06");
    body->financial_year = 2034;
    spread(w, "last", body);
    domain_accepted(w);
}

/* ---- the national contract ---- */

static void decided(struct domain *w, const char *assessment, const char *on)
{
    Pb__AssessmentDecided *body = DOMAIN_NEW(w, AssessmentDecided, assessment_decided);
    body->candidate_id = domain_field(w, "candidate");
    body->assessment_on = domain_day(on);
    domain_consume(w, PB__SERVICE__ASSESSMENT, assessment, MSG_ASSESSMENT_DECIDED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void set_rate(struct domain *w, int32_t year, int64_t pence)
{
    char text[ID_TEXT_BYTES];
    Pb__SetContractRate *body = DOMAIN_NEW(w, SetContractRate, set_contract_rate);
    body->financial_year = year;
    body->each = funding_money(w, pence);
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
    domain_send(w, id_format(case_id_national_contract(), text), MSG_SET_CONTRACT_RATE,
                &body->base);
}

static void
AST_S9__an_assessment_is_booked_to_the_national_contract_and_to_nobody_else(void **state)
{
    struct domain *w = *state;
    set_rate(w, 2012, 65000);
    domain_accepted(w);
    decided(w, "assessment", "2013-03-31");
    decided(w, "assessment", "2013-03-31"); /* once more, by a review */
    decided(w, "another", "2012-10-08");
    char text[ID_TEXT_BYTES];
    const Pb__AssessmentCost *cost = (const Pb__AssessmentCost *)domain_state(
        w, id_format(case_id_assessment_cost(domain_id("another")), text));
    require(cost != NULL);
    assert_true(id_equal(field_id(cost->assessment_id), domain_id("another")));
    assert_int_equal(cost->decided_on, domain_day("2012-10-08"));
    assert_int_equal(funding_balance(w, "contract:2012:assessments"), 130000);
    assert_int_equal(funding_balance(w, "contract:2012:department"), -130000);
    for (size_t i = 0; i < w->log_count; i++) {
        const Pb__Posted *posted = (const Pb__Posted *)w->log[i].body;
        for (size_t k = 0; w->log[i].type == MSG_POSTED && k < posted->n_postings; k++) {
            assert_memory_equal(posted->postings[k]->account, "contract:", 9);
        }
    }
    set_rate(w, 2012, 70000);
    domain_refused(w, "AST-S9", "rate-stands");
}

static void AST_S9__an_assessment_waits_for_the_rate_that_nobody_has_loaded(void **state)
{
    struct domain *w = *state;
    decided(w, "assessment", "2013-04-15");
    decided(w, "another", "2013-04-16");
    assert_int_equal(funding_count(w, MSG_POSTED), 0);
    set_rate(w, 2013, 65000);
    assert_int_equal(funding_balance(w, "contract:2013:assessments"), 130000);
    set_rate(w, 2004, 0);
    domain_refused_field(w, "financialYear");
    domain_refused_field(w, "each");
}

static void AST_S9__a_rate_has_bounds_and_stands_once_something_is_booked(void **state)
{
    struct domain *w = *state;
    static const int wrong_years[] = {2004, 2035};
    for (size_t i = 0; i < COUNT(wrong_years); i++) {
        set_rate(w, wrong_years[i], 1);
        refused_only(w, "financialYear");
    }
    static const int64_t wrong_pence[] = {-1, 0, 100000001};
    for (size_t i = 0; i < COUNT(wrong_pence); i++) {
        set_rate(w, 2013, wrong_pence[i]);
        refused_only(w, "each");
    }
    static const int years[] = {2005, 2013, 2034, 2013}; /* nothing is booked yet */
    for (size_t i = 0; i < COUNT(years); i++) {
        set_rate(w, years[i], i == 3 ? 500 : 100000000);
        domain_accepted(w);
    }
    decided(w, "late", "2012-10-08");
    decided(w, "later", "2012-10-09");
    decided(w, "now", "2013-04-01");
    set_rate(w, 2012, 300);
    domain_accepted(w);
    char text[ID_TEXT_BYTES];
    const Pb__NationalContract *self =
        (const Pb__NationalContract *)domain_state(w, id_format(case_id_national_contract(), text));
    require(self != NULL);
    assert_int_equal(self->n_years, 4);
    assert_int_equal(self->years[3]->financial_year, 2012);
    assert_int_equal(self->years[3]->booked, 2);
    assert_int_equal(self->years[3]->pending, 0);
    assert_int_equal(self->years[1]->booked, 1);
    assert_int_equal(funding_balance(w, "contract:2012:assessments"), 600);
    assert_int_equal(funding_balance(w, "contract:2013:assessments"), 500);
    set_rate(w, 2012, 400);
    domain_refused(w, "AST-S9", "rate-stands");
    domain_refused_with(w, "2 assessments of this year");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F5__a_group_funds_a_post_by_shares_that_all_agree),
        TEST(AST_F5__the_shares_of_a_group_add_up_to_the_whole),
        TEST(AST_F5__only_a_schools_own_group_post_is_proposed_for),
        TEST(AST_F5__no_school_at_which_the_post_is_based_is_left_out),
        TEST(AST_F5__the_officer_proposes_for_any_group),
        TEST(AST_F5__the_last_agreement_names_the_post_and_its_year),
        TEST(AST_F5__a_groups_post_is_known_once),
        TEST(AST_F7__a_school_with_a_share_proposes_no_pool),
        TEST(AST_F5__a_groups_post_is_shared_once_a_year_until_somebody_declines),
        TEST(AST_F5__a_school_may_decline_with_a_reason),
        TEST(AST_F7__schools_pool_budgets_for_a_service_and_never_for_a_post),
        TEST(AST_F7__a_school_charges_others_for_outreach),
        TEST(GEN_6__a_charge_is_seen_by_who_charges_and_by_all_who_pay),
        TEST(AST_F5__a_cluster_of_four_pays_for_a_post),
        TEST(AST_F7__fifty_schools_of_an_authority_pool_for_its_service),
        TEST(AST_F5__each_kind_asks_for_what_it_needs_and_no_more),
        TEST(AST_F5__sums_and_years_of_a_shared_cost_have_bounds),
        TEST(GEN_6__only_a_party_proposes_a_shared_cost),
        TEST(AST_F5__what_is_closed_is_neither_agreed_nor_declined),
        TEST(GEN_4__agreed_shares_are_taken_back_by_opposite_entries_and_proposed_anew),
        TEST(GEN_4__only_what_is_booked_is_taken_back),
        TEST(GEN_6__authority_officer_or_who_charges_takes_a_cost_back),
        TEST(GEN_6__the_officer_takes_any_cost_back),
        TEST(AST_F5__the_table_of_shared_costs_is_sound),
        TEST(AST_F6__progression_money_is_spread_by_the_recorded_method_to_the_penny),
        TEST(AST_F6__each_schools_share_is_booked_to_it_and_told_to_it),
        TEST(GEN_4__a_wrong_spread_is_taken_back_by_opposite_entries_and_spread_anew),
        TEST(GEN_4__what_an_earlier_release_spread_is_taken_back_as_it_was_booked),
        TEST(GEN_6__a_spread_is_seen_by_all_who_have_a_share),
        TEST(AST_F6__the_table_of_progression_is_sound),
        TEST(AST_F6__the_method_and_the_forums_day_are_on_record),
        TEST(AST_F6__each_field_of_a_spread_has_its_bounds),
        TEST(AST_S9__a_rate_has_bounds_and_stands_once_something_is_booked),
        TEST(AST_S9__an_assessment_is_booked_to_the_national_contract_and_to_nobody_else),
        TEST(AST_S9__an_assessment_waits_for_the_rate_that_nobody_has_loaded),
    };
    return cmocka_run_group_tests_name("shared_cost", tests, NULL, NULL);
}
