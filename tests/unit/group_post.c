/*
 * Who sees what funding keeps of a post that a group is to pay for: the schools at which it is based and no others. What
 * is kept, and what follows from it, is in shared_cost.c.
 */
#include "funding/domain/group_post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "attain/v1/shared_cost.pb-c.h"
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F5__a_groups_post_is_shown_to_its_own_schools_alone),
    };
    return cmocka_run_group_tests_name("group_post", tests, NULL, NULL);
}
