/*
 * Passes from before this system: who may enter them, with what, and that whoever has one is recognised, appointed
 * and comes into post like anybody who passed here.
 */
#include "assessment/domain/earlier_pass.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"

static int begin(void **state)
{
    static struct domain w;
    domain_start(&w, &assessment_service, NULL, "2012-10-01");
    w.consumed_edition = editions_find(&w.editions, "ast-2013")->revision;
    domain_as(&w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static Pb__EnterEarlierPass *pass(struct domain *w)
{
    Pb__EnterEarlierPass *body = DOMAIN_NEW(w, EnterEarlierPass, enter_earlier_pass);
    body->person_id = domain_field(w, "candidate");
    body->passed_on = domain_day("2003-06-20");
    body->edition = arena_strdup(&w->arena, "ast-2006");
    body->old_number = arena_strdup(&w->arena, "AST/03/0117");
    body->reason = arena_strdup(&w->arena, "The agency's letter of 24 June 2003 was shown.");
    return body;
}

static void enter(struct domain *w, const char *name, const Pb__EnterEarlierPass *body)
{
    domain_send(w, name, MSG_ENTER_EARLIER_PASS, &body->base);
}

static const Pb__RegisterEntry *entry(struct domain *w)
{
    return (const Pb__RegisterEntry *)domain_state(w, steps_entry(w, "candidate"));
}

/* What the register told of the last pass. */
static const Pb__PassRecorded *pass_recorded(const struct domain *w)
{
    size_t i = w->log_count;
    while (i > 0 && w->log[i - 1].type != MSG_PASS_RECORDED) {
        i--;
    }
    assert_true(i > 0);
    return (const Pb__PassRecorded *)w->log[i - 1].body;
}

static void
AST_A9_GEN_7__an_earlier_pass_stands_on_the_register_with_its_number_and_its_grounds(void **state)
{
    struct domain *w = *state;
    enter(w, "earlier", pass(w));
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "earlier"), "entered");
    assert_string_equal(domain_edition(w, "earlier"), "ast-2006");
    assert_true(id_equal(domain_index(w, "earlier").person_ids[0], domain_id("candidate")));
    assert_non_null(((const Pb__EarlierPass *)domain_state(w, "earlier"))->reason);
    domain_settle(w);
    assert_string_equal(domain_state_name(w, steps_entry(w, "candidate")), "passed");
    assert_int_equal(entry(w)->passed_on, domain_day("2003-06-20"));
    assert_string_equal(entry(w)->old_number, "AST/03/0117");
    assert_int_equal(strncmp(entry(w)->number, "AST0", 4), 0);
    assert_true(id_equal(field_id(entry(w)->earlier_pass_id), domain_id("earlier")));
    assert_string_equal(domain_edition(w, steps_entry(w, "candidate")), "ast-2006");
    const Pb__PassRecorded *event = pass_recorded(w);
    assert_true(id_equal(field_id(event->person_id), domain_id("candidate")));
}

static void AST_A9__who_has_an_earlier_pass_is_recognised_and_comes_into_post(void **state)
{
    struct domain *w = *state;
    enter(w, "earlier", pass(w));
    domain_settle(w);
    steps_open(w, "form");
    assert_non_null(domain_event(w, MSG_ASSESSMENT_NOT_NEEDED));
    steps_appoint(w, "post", "post school", domain_day("2012-10-01"));
    domain_as(w, PB__ROLE__HEADTEACHER, "post head", "post school");
    Pb__SubmitAst2 *form = DOMAIN_NEW(w, SubmitAst2, submit_ast2);
    form->person_id = domain_field(w, "candidate");
    form->post_id = domain_field(w, "post");
    form->school_id = domain_field(w, "post school");
    form->appointed_on = domain_day("2012-10-01");
    form->starts_on = domain_day("2012-10-29");
    form->spine_point = 3;
    domain_send(w, "ast2", MSG_SUBMIT_AST2, &form->base);
    domain_accepted(w);
    assert_string_equal(domain_edition(w, "ast2"), "ast-2006");
    domain_settle(w);
    assert_string_equal(domain_state_name(w, steps_entry(w, "candidate")), "in_post");
    assert_string_equal(entry(w)->old_number, "AST/03/0117");
}

static void AST_A9__an_earlier_pass_is_entered_once(void **state)
{
    struct domain *w = *state;
    enter(w, "earlier", pass(w));
    domain_accepted(w);
    enter(w, "again", pass(w));
    domain_refused(w, "AST-A9", "entered-already");
    domain_settle(w);
    enter(w, "again", pass(w));
    domain_refused(w, "AST-A9", "passed-already");
    domain_refused_field(w, "personId");
    domain_refused_with(w, entry(w)->number);
    Pb__EnterEarlierPass *other = pass(w);
    other->person_id = domain_field(w, "other");
    enter(w, "again", other);
    domain_refused(w, "AST-A9", "entered-already");
    domain_refused_field(w, "oldNumber");
    other->old_number = arena_strdup(&w->arena, "");
    enter(w, "again", other);
    domain_accepted(w);
    Pb__EnterEarlierPass *third = pass(w);
    third->person_id = domain_field(w, "third");
    third->old_number = arena_strdup(&w->arena, "");
    enter(w, "third pass", third);
    domain_accepted(w);
}

static void AST_A9__an_entry_says_who_when_under_which_edition_and_why(void **state)
{
    struct domain *w = *state;
    static const char *const wrong_editions[] = {"ats-2022", "ast-1998", ""};
    for (size_t i = 0; i < COUNT(wrong_editions); i++) {
        Pb__EnterEarlierPass *body = pass(w);
        body->edition = arena_strdup(&w->arena, wrong_editions[i]);
        enter(w, "earlier", body);
        domain_refused(w, "AST-A9", "wrong-field");
        domain_refused_field(w, "edition");
    }
    static const char *const wrong_days[] = {"1970-01-01", "2012-10-02"};
    for (size_t i = 0; i < COUNT(wrong_days); i++) {
        Pb__EnterEarlierPass *body = pass(w);
        body->edition = arena_strdup(&w->arena, "ast-2013");
        body->passed_on = domain_day(wrong_days[i]);
        enter(w, "earlier", body);
        domain_refused_field(w, "passedOn");
    }
    Pb__EnterEarlierPass *body = pass(w);
    body->reason = arena_strdup(&w->arena, " ");
    body->person_id = (ProtobufCBinaryData){0, NULL};
    enter(w, "earlier", body);
    domain_refused_field(w, "reason");
    domain_refused_field(w, "personId");
    /* The last day of ast-2006 was 31 August 2012. */
    body = pass(w);
    body->passed_on = domain_day("2012-09-01");
    enter(w, "earlier", body);
    domain_refused_field(w, "edition");
    domain_refused_with(w, "had ended before that day");
    body->passed_on = domain_day("2012-08-31");
    enter(w, "earlier", body);
    domain_accepted(w);
    body = pass(w);
    body->person_id = domain_field(w, "other");
    body->old_number = arena_strdup(&w->arena, "");
    body->edition = arena_strdup(&w->arena, "ast-2013");
    body->passed_on = domain_day("2012-10-01");
    enter(w, "today's", body);
    domain_accepted(w);
}

static void GEN_6__only_the_agency_enters_an_earlier_pass(void **state)
{
    struct domain *w = *state;
    domain_as(w, PB__ROLE__HEADTEACHER, "post head", "post school");
    enter(w, "earlier", pass(w));
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", NULL);
    enter(w, "earlier", pass(w));
    domain_accepted(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A9_GEN_7__an_earlier_pass_stands_on_the_register_with_its_number_and_its_grounds),
        TEST(AST_A9__who_has_an_earlier_pass_is_recognised_and_comes_into_post),
        TEST(AST_A9__an_earlier_pass_is_entered_once),
        TEST(AST_A9__an_entry_says_who_when_under_which_edition_and_why),
        TEST(GEN_6__only_the_agency_enters_an_earlier_pass),
    };
    return cmocka_run_group_tests_name("earlier_pass", tests, NULL, NULL);
#undef TEST
}
