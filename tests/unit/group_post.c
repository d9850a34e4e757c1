/*
 * Who sees what funding keeps of a post that a group is to pay for: the schools at which it is based and no others. What
 * is kept, and what follows from it, is in shared_cost.c.
 */
#include "funding/domain/group_post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "attain/v1/post.pb-c.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "case_id.h"
#include "funding_given.h"

enum { SCHOOLS = 5 };

static const char *const schools[SCHOOLS] = {"first", "second", "third", "fourth", "fifth"};

static int given_stage(void **state)
{
    static struct domain w;
    funding_start(&w, "2013-06-03");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

/* Of the authority "la" and the first `count` schools; the list goes on behind them. */
static Pb__GroupPost *group_post(struct domain *w, size_t count)
{
    Pb__GroupPost *post = DOMAIN_NEW(w, GroupPost, group_post);
    post->post_id = domain_field(w, "post");
    post->la_id = domain_field(w, "la");
    for (size_t i = 0; i < SCHOOLS; i++) {
        *ARENA_PUSH(&w->arena, post->school_ids, post->n_school_ids) = domain_field(w, schools[i]);
    }
    post->n_school_ids = count;
    return post;
}

static void AST_F5__a_groups_post_is_shown_to_its_own_schools_alone(void **state)
{
    struct domain *w = *state;
    for (size_t count = 0; count <= SCHOOLS; count++) {
        struct case_index index;
        group_post_aggregate.index(&group_post(w, count)->base, &w->arena, &index);
        assert_true(id_equal(index.la_id, domain_id("la")));
        for (size_t i = 0; i < COUNT(index.organisation_ids); i++) {
            const struct id shown = index.organisation_ids[i];
            assert_true(i < count ? id_equal(shown, domain_id(schools[i])) : id_is_zero(shown));
        }
    }
}

/* What application says: `source` pays for the post from 2013-14 on. */
static void settle(struct domain *w, Pb__FundingSource source)
{
    Pb__FundingSourceSettled *body = DOMAIN_NEW(w, FundingSourceSettled, funding_source_settled);
    const Pb__GroupPost *of = group_post(w, 2);
    body->post_id = of->post_id;
    body->la_id = of->la_id;
    body->school_ids = of->school_ids;
    body->n_school_ids = of->n_school_ids;
    body->funding_source = source;
    domain_consume(w, PB__SERVICE__APPLICATION, "post", MSG_FUNDING_SOURCE_SETTLED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void AST_F5__a_post_that_a_group_pays_for_from_now_on_is_known(void **state)
{
    struct domain *w = *state;
    char name[ID_TEXT_BYTES];
    id_format(case_id_group_post(domain_id("post")), name);
    settle(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_null(domain_state(w, name));
    settle(w, PB__FUNDING_SOURCE__SCHOOL_GROUP);
    const Pb__GroupPost *known = (const Pb__GroupPost *)domain_state(w, name);
    assert_non_null(known);
    assert_true(id_equal(field_id(known->post_id), domain_id("post")));
    assert_true(id_equal(field_id(known->la_id), domain_id("la")));
    assert_int_equal(known->n_school_ids, 2);
    assert_true(id_equal(field_id(known->school_ids[1]), domain_id("second")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F5__a_groups_post_is_shown_to_its_own_schools_alone),
        TEST(AST_F5__a_post_that_a_group_pays_for_from_now_on_is_known),
    };
    return cmocka_run_group_tests_name("group_post", tests, NULL, NULL);
}
