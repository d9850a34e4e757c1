/*
 * What schools share beside budgets: a group's post, a pooled service, charges for outreach; agreed by each, and taken
 * back by opposite entries.
 */
#include "funding/domain/shared_cost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/shared_cost.pb-c.h"
#include "case_id.h"
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
        domain_refused_only(w, "shares");
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
        domain_refused_only(w, kinds[i].field);
    }
    Pb__ProposeSharedCost *body = cost_body(w, PB__SHARED_COST__KIND__GROUP_POST);
    body->post_id = domain_field(w, "post");
    body->n_shares = 1;
    body->total = funding_money(w, 333333);
    propose(w, body);
    domain_refused_only(w, "shares");
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
        domain_refused_only(w, "financialYear");
    }
    body->financial_year = 2005;
    static const int64_t wrong_pence[] = {-1, 0, INT64_C(100000000001)};
    for (size_t i = 0; i < COUNT(wrong_pence); i++) {
        body->shares[1]->amount = funding_money(w, wrong_pence[i]);
        propose(w, body);
        domain_refused_only(w, "shares[1].amount");
    }
    body->shares[1]->amount = funding_money(w, INT64_C(100000000000));
    propose(w, body);
    domain_refused_only(w, "shares");
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
    domain_refused_only(w, "reason");
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(AST_F5__a_group_funds_a_post_by_shares_that_all_agree),
        TEST(AST_F5__only_a_schools_own_group_post_is_proposed_for),
        TEST(AST_F5__no_school_at_which_the_post_is_based_is_left_out),
        TEST(AST_F5__the_officer_proposes_for_any_group),
        TEST(AST_F5__the_last_agreement_names_the_post_and_its_year),
        TEST(AST_F5__a_groups_post_is_known_once),
        TEST(AST_F7__a_school_with_a_share_proposes_no_pool),
        TEST(AST_F5__a_groups_post_is_shared_once_a_year_until_somebody_declines),
        TEST(AST_F5__the_shares_of_a_group_add_up_to_the_whole),
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
    };
    return cmocka_run_group_tests_name("shared_cost", tests, NULL, NULL);
}
