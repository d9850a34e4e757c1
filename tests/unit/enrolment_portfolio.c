/*
 * The mentor's part and the portfolio: agreement, meetings in order, statement; items of known kinds
 * tied to known standards, as many as a portfolio holds and quickly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "enrolment_given.h"

static const char *const one_standard[] = {"7"};

static int given_open(void **state)
{
    static struct domain w;
    enrolment_given_open(&w);
    *state = &w;
    return 0;
}

static int given_mentor(void **state)
{
    (void)given_open(state);
    enrolment_given_mentor(*state);
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static bool is_done(struct domain *w, const char *code)
{
    return enrolment_on_timeline(w, code)->done_on != 0;
}

static void give_statement(struct domain *w, const char *words)
{
    Pb__GiveStatement *body = DOMAIN_NEW(w, GiveStatement, give_statement);
    body->statement = arena_strdup(&w->arena, words);
    enrolment_as_mentor(w);
    domain_send(w, enrolment_case, MSG_GIVE_STATEMENT, &body->base);
}

static void check_statement(struct domain *w)
{
    enrolment_as_participant(w);
    enrolment_send_empty(w, MSG_CHECK_STATEMENT);
}

/* ---- the mentor ---- */

static void ATS_P3__naming_a_mentor_does_the_activity_and_tells_the_mentor(void **state)
{
    struct domain *w = *state;
    enrolment_as_participant(w);
    enrolment_nominate_mentor(w, "mentor");
    domain_accepted(w);
    assert_true(is_done(w, "nominate-mentor"));
    assert_null(domain_deadline(w, enrolment_case, "ATS-P2", "nominate-mentor"));
    assert_true(domain_tells(domain_told(w, "ats-mentor-nominated"), "mentor", PB__ROLE__MENTOR));
    assert_true(id_equal(domain_index(w, enrolment_case).person_ids[1], domain_id("mentor")));
}

static void ATS_P3__a_mentor_is_named_and_agrees_in_writing(void **state)
{
    struct domain *w = *state;
    enrolment_as_participant(w);
    enrolment_send_empty(w, MSG_NOMINATE_MENTOR);
    domain_refused(w, "ATS-P3", "wrong-field");
    domain_refused_field(w, "mentorId");
    enrolment_nominate_mentor(w, "mentor");
    enrolment_as_mentor(w);
    enrolment_send_empty(w, MSG_AGREE_MENTORING);
    domain_refused(w, "ATS-P3", "wrong-field");
    domain_refused_field(w, "agreement");
}

static void ATS_P3__nobody_is_their_own_mentor(void **state)
{
    struct domain *w = *state;
    enrolment_as_participant(w);
    enrolment_nominate_mentor(w, "participant");
    domain_refused(w, "ATS-P3", "own-mentor");
    domain_refused_field(w, "mentorId");
    assert_false(is_done(w, "nominate-mentor"));
}

static void ATS_P3__another_may_be_named_until_one_has_agreed(void **state)
{
    struct domain *w = *state;
    enrolment_as_participant(w);
    enrolment_nominate_mentor(w, "first");
    domain_accepted(w);
    enrolment_nominate_mentor(w, "mentor");
    domain_accepted(w);
    domain_as(w, PB__ROLE__MENTOR, "first", NULL);
    enrolment_agree_mentoring(w);
    domain_refused(w, "GEN-6", "not-found");
    enrolment_as_mentor(w);
    enrolment_agree_mentoring(w);
    domain_accepted(w);
    assert_true(is_done(w, "mentoring-agreement"));
    assert_true(
        domain_tells(domain_told(w, "ats-mentoring-agreed"), "participant", PB__ROLE__CANDIDATE));
    enrolment_agree_mentoring(w);
    domain_refused(w, "ATS-P3", "agreed-already");
    enrolment_as_participant(w);
    enrolment_nominate_mentor(w, "third");
    domain_refused(w, "ATS-P3", "mentor-agreed");
}

static void ATS_P3__meetings_come_after_the_agreement(void **state)
{
    struct domain *w = *state;
    enrolment_as_participant(w);
    enrolment_record_meeting(w, 1, "2022-09-20");
    domain_refused(w, "ATS-P3", "not-agreed");
}

static void ATS_P3__meetings_are_recorded_in_order_and_do_their_activities(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-11-15");
    enrolment_as_participant(w);
    enrolment_record_meeting(w, 2, "2022-11-15");
    domain_refused(w, "ATS-P3", "out-of-order");
    domain_refused_field(w, "ordinal");
    enrolment_record_meeting(w, 1, "2022-11-16");
    domain_refused(w, "ATS-P3", "wrong-field");
    domain_refused_field(w, "heldOn");
    enrolment_record_meeting(w, 1, "2022-11-14");
    domain_accepted(w);
    assert_int_equal(enrolment_on_timeline(w, "mentor-meeting-1")->done_on,
                     domain_day("2022-11-14"));
    assert_null(domain_deadline(w, enrolment_case, "ATS-P2", "mentor-meeting-1"));
    enrolment_record_meeting(w, 1, "2022-11-14");
    domain_refused(w, "ATS-P3", "recorded-already");
    enrolment_as_mentor(w);
    enrolment_record_meeting(w, 2, "2022-11-13");
    domain_refused_field(w, "heldOn");
    enrolment_record_meeting(w, 2, "2022-11-15");
    domain_accepted(w);
    assert_true(is_done(w, "mentor-meeting-2"));
    assert_int_equal(enrolment_state(w)->n_meetings, 2);
}

static void ATS_P3__there_may_be_more_meetings_than_three_but_not_without_end(void **state)
{
    struct domain *w = *state;
    enrolment_as_mentor(w);
    for (int i = 1; i <= 20; i++) {
        enrolment_record_meeting(w, i, "2022-09-20");
        domain_accepted(w);
    }
    enrolment_record_meeting(w, 21, "2022-09-20");
    domain_refused(w, "ATS-P3", "too-many-meetings");
}

static void ATS_P3__the_statement_follows_the_third_meeting(void **state)
{
    struct domain *w = *state;
    give_statement(w, "A fine teacher.");
    domain_refused(w, "ATS-P3", "meetings-missing");
    check_statement(w);
    domain_refused(w, "ATS-P10", "no-statement");
    enrolment_given_meetings(w);
    give_statement(w, "\t ");
    domain_refused_field(w, "statement");
    give_statement(w, "A fine teacher.");
    domain_accepted(w);
    assert_true(is_done(w, "mentor-statement"));
    assert_true(
        domain_tells(domain_told(w, "ats-statement-given"), "participant", PB__ROLE__CANDIDATE));
}

static void ATS_P10__the_statement_can_be_bettered_until_it_is_checked(void **state)
{
    struct domain *w = *state;
    enrolment_given_meetings(w);
    give_statement(w, "A fine teacher.");
    give_statement(w, "A very fine teacher.");
    domain_accepted(w);
    check_statement(w);
    domain_accepted(w);
    assert_true(is_done(w, "statement-checked"));
    check_statement(w);
    domain_refused(w, "ATS-P10", "checked-already");
    give_statement(w, "A superb teacher.");
    domain_refused(w, "ATS-P10", "checked-already");
}

/* ---- items ---- */

static void add(struct domain *w, const Pb__AddPortfolioItem *item)
{
    enrolment_as_participant(w);
    domain_send(w, enrolment_case, MSG_ADD_PORTFOLIO_ITEM, &item->base);
}

static void ATS_P6__an_item_is_of_a_listed_kind(void **state)
{
    struct domain *w = *state;
    Pb__AddPortfolioItem *item = enrolment_item(w, one_standard, 1);
    item->kind = arena_strdup(&w->arena, "holiday-snap");
    add(w, item);
    domain_refused(w, "ATS-P6", "wrong-field");
    domain_refused_field(w, "kind");
    const struct edition *ed = editions_find(&w->editions, "ats-2022");
    require(ed != NULL);
    for (size_t i = 0; i < ed->evidence_kind_count; i++) {
        item->kind = arena_strdup(&w->arena, ed->evidence_kinds[i]);
        add(w, item);
        domain_accepted(w);
    }
    assert_int_equal(ed->evidence_kind_count, 15);
    assert_int_equal(enrolment_state(w)->n_items, 15);
}

static void ATS_P7__an_item_is_tied_to_standards_that_exist_each_once(void **state)
{
    struct domain *w = *state;
    static const char *const unknown[] = {"1", "21"};
    static const char *const twice[] = {"1", "2", "1"};
    add(w, enrolment_item(w, NULL, 0));
    domain_refused(w, "ATS-P7", "wrong-field");
    domain_refused_field(w, "standards");
    add(w, enrolment_item(w, unknown, COUNT(unknown)));
    domain_refused(w, "ATS-P7", "wrong-field");
    domain_refused_field(w, "standards[1]");
    add(w, enrolment_item(w, twice, COUNT(twice)));
    domain_refused(w, "ATS-P7", "wrong-field");
    domain_refused_field(w, "standards[2]");
    Pb__AddPortfolioItem *item = enrolment_item(w, one_standard, 1);
    item->title = arena_strdup(&w->arena, " ");
    add(w, item);
    domain_refused_field(w, "title");
    assert_int_equal(enrolment_state(w)->n_items, 0);
}

static void ATS_P7__progress_shows_each_standard_that_has_evidence_once(void **state)
{
    struct domain *w = *state;
    static const char *const first[] = {"7", "20"};
    static const char *const second[] = {"20", "1"};
    add(w, enrolment_item(w, first, COUNT(first)));
    domain_accepted(w);
    add(w, enrolment_item(w, second, COUNT(second)));
    domain_accepted(w);
    const Pb__Enrolment *self = enrolment_state(w);
    assert_int_equal(self->n_standards_evidenced, 3);
    assert_string_equal(self->standards_evidenced[0], "7");
    assert_string_equal(self->standards_evidenced[1], "20");
    assert_string_equal(self->standards_evidenced[2], "1");
    assert_int_equal(self->items[1]->n_standards, 2);
    assert_int_equal(self->items[1]->added_on, domain_day("2022-09-20"));
    assert_int_equal(self->items[1]->title->record_id.len, 16);
}

static void ATS_P7__an_item_needs_no_note(void **state)
{
    struct domain *w = *state;
    Pb__AddPortfolioItem *item = enrolment_item(w, one_standard, 1);
    item->note = arena_strdup(&w->arena, "");
    add(w, item);
    domain_accepted(w);
    assert_null(enrolment_state(w)->items[0]->note);
}

static void ATS_P7__only_the_participant_adds_items(void **state)
{
    struct domain *w = *state;
    enrolment_as_mentor(w);
    domain_send(w, enrolment_case, MSG_ADD_PORTFOLIO_ITEM,
                &enrolment_item(w, one_standard, 1)->base);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    domain_as(w, PB__ROLE__CANDIDATE, "another", NULL);
    domain_send(w, enrolment_case, MSG_ADD_PORTFOLIO_ITEM,
                &enrolment_item(w, one_standard, 1)->base);
    domain_refused(w, "GEN-6", "not-found");
}

static void ATS_P7__a_full_portfolio_stays_far_below_the_bound_of_a_state(void **state)
{
    enum { ITEMS_MAX = 300, FAR_BELOW_BYTES = 48 << 10 };
    struct domain *w = *state;
    const char *all[20];
    for (size_t i = 0; i < COUNT(all); i++) {
        all[i] = arena_printf(&w->arena, "%zu", i + 1);
    }
    Pb__AddPortfolioItem *item = enrolment_item(w, all, COUNT(all));
    item->kind = arena_strdup(&w->arena, "improvement-project");
    for (size_t i = 0; i < ITEMS_MAX; i++) {
        add(w, item);
        domain_accepted(w);
    }
    add(w, item);
    domain_refused(w, "ATS-P7", "portfolio-full");
    domain_refused_with(w, "300");
    assert_int_equal(enrolment_state(w)->n_items, ITEMS_MAX);
    assert_true(message_encode(&enrolment_state(w)->base, &w->arena).len < FAR_BELOW_BYTES);
}

static void enrolment__a_decoded_state_grows_as_the_one_it_was_stored_from(void **state)
{
    struct domain *w = *state;
    add(w, enrolment_item(w, one_standard, 1));
    domain_accepted(w);
    struct bytes stored = message_encode(enrolment_stored(w), &w->arena);
    ProtobufCMessage *again = NULL;
    assert_int_equal(
        message_decode(message_of(&pb__enrolment__descriptor), stored, &w->arena, &again), 0);
    const struct aggregate *aggregate = service_aggregate(w->service, w->log[0].kind);
    require(aggregate != NULL && again != NULL);
    for (size_t i = 2; i <= 20; i++) {
        const char *code = arena_printf(&w->arena, "%zu", i);
        add(w, enrolment_item(w, &code, 1));
        domain_accepted(w);
        aggregate->evolve(again, &w->log[w->log_count - 1], &w->arena);
    }
    struct bytes a = message_encode(enrolment_stored(w), &w->arena);
    struct bytes b = message_encode(again, &w->arena);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define OPENED(test) cmocka_unit_test_setup_teardown(test, given_open, stop)
#define MENTORED(test) cmocka_unit_test_setup_teardown(test, given_mentor, stop)
        OPENED(ATS_P3__naming_a_mentor_does_the_activity_and_tells_the_mentor),
        OPENED(ATS_P3__a_mentor_is_named_and_agrees_in_writing),
        OPENED(ATS_P3__nobody_is_their_own_mentor),
        OPENED(ATS_P3__another_may_be_named_until_one_has_agreed),
        OPENED(ATS_P3__meetings_come_after_the_agreement),
        MENTORED(ATS_P3__meetings_are_recorded_in_order_and_do_their_activities),
        MENTORED(ATS_P3__there_may_be_more_meetings_than_three_but_not_without_end),
        MENTORED(ATS_P3__the_statement_follows_the_third_meeting),
        MENTORED(ATS_P10__the_statement_can_be_bettered_until_it_is_checked),
        OPENED(ATS_P6__an_item_is_of_a_listed_kind),
        OPENED(ATS_P7__an_item_is_tied_to_standards_that_exist_each_once),
        OPENED(ATS_P7__progress_shows_each_standard_that_has_evidence_once),
        OPENED(ATS_P7__an_item_needs_no_note),
        MENTORED(ATS_P7__only_the_participant_adds_items),
        OPENED(ATS_P7__a_full_portfolio_stays_far_below_the_bound_of_a_state),
        OPENED(enrolment__a_decoded_state_grows_as_the_one_it_was_stored_from),
#undef OPENED
#undef MENTORED
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
