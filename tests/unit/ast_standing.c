/*
 * What earlier assessments say of a person: the first pass stands, and of those that were not met the last by its day,
 * in whatever order they are told.
 */
#include "application/domain/ast_standing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const char *name_of(struct domain *w)
{
    char name[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(ast_standing_id(domain_id("teacher")), name));
}

static const Pb__AstStanding *standing(struct domain *w)
{
    return (const Pb__AstStanding *)domain_state(w, name_of(w));
}

/* As the register tells it. */
static void passed(struct domain *w, const char *number, const char *on)
{
    Pb__PassRecorded *body = DOMAIN_NEW(w, PassRecorded, pass_recorded);
    body->person_id = domain_field(w, "teacher");
    body->number = arena_strdup(&w->arena, number);
    body->passed_on = domain_day(on);
    domain_consume(w, PB__SERVICE__ASSESSMENT, "entry", MSG_PASS_RECORDED, &body->base);
    domain_accepted(w);
}

/* As an assessment tells it, of the form called `ast1`. */
static void not_met(struct domain *w, const char *ast1, const char *on)
{
    Pb__NoteAstNotMet *body = DOMAIN_NEW(w, NoteAstNotMet, note_ast_not_met);
    body->person_id = domain_field(w, "teacher");
    body->ast1_id = domain_field(w, ast1);
    body->assessment_on = domain_day(on);
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, name_of(w), MSG_NOTE_AST_NOT_MET, &body->base);
    domain_accepted(w);
}

static void AST_A9__the_first_pass_stands_for_good(void **state)
{
    struct domain *w = *state;
    passed(w, "AST0000001", "2010-05-04");
    passed(w, "AST0000002", "2011-05-04");
    assert_int_equal(w->answer.event_count, 0);
    assert_string_equal(standing(w)->register_number, "AST0000001");
    assert_int_equal(standing(w)->passed_on, domain_day("2010-05-04"));
    assert_string_equal(domain_state_name(w, name_of(w)), "passed");
}

static void AST_S8__of_those_not_met_the_last_by_its_day_is_kept(void **state)
{
    struct domain *w = *state;
    not_met(w, "first form", "2012-03-01");
    assert_string_equal(domain_state_name(w, name_of(w)), "not_met");
    not_met(w, "earlier form", "2012-02-29");
    assert_int_equal(w->answer.event_count, 0);
    assert_true(id_equal(field_id(standing(w)->not_met_ast1_id), domain_id("first form")));
    not_met(w, "form of the same day", "2012-03-01");
    assert_true(
        id_equal(field_id(standing(w)->not_met_ast1_id), domain_id("form of the same day")));
    not_met(w, "later form", "2012-03-02");
    assert_true(id_equal(field_id(standing(w)->not_met_ast1_id), domain_id("later form")));
    assert_int_equal(standing(w)->not_met_on, domain_day("2012-03-02"));
}

static void AST_A9__a_pass_after_a_refusal_is_kept_beside_it(void **state)
{
    struct domain *w = *state;
    not_met(w, "first form", "2010-03-01");
    passed(w, "AST0000001", "2011-05-04");
    not_met(w, "later form", "2012-03-01");
    assert_string_equal(domain_state_name(w, name_of(w)), "passed");
    assert_int_equal(standing(w)->not_met_on, domain_day("2012-03-01"));
    const struct case_index index = domain_index(w, name_of(w));
    assert_true(id_equal(index.person_ids[0], domain_id("teacher")));
    assert_string_equal(index.label, "AST");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A9__the_first_pass_stands_for_good),
        TEST(AST_S8__of_those_not_met_the_last_by_its_day_is_kept),
        TEST(AST_A9__a_pass_after_a_refusal_is_kept_beside_it),
    };
    return cmocka_run_group_tests_name("ast_standing", tests, NULL, NULL);
}
