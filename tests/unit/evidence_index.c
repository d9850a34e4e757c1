/*
 * The index of evidence: what the candidate enters, when it is ready, and that the assessor sees it from the start
 * of the day and not before.
 */
#include "application/domain/evidence_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/programme.pb-c.h"
#include "domain_internal.h"

static struct domain stage;

static struct domain *begin(const char *on)
{
    ast_given_people(&stage, on);
    return &stage;
}

static int given_2012(void **state)
{
    *state = begin("2012-09-03");
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

/* The name of the case of the index for the form "ast1". */
static const char *name_of(struct domain *w)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(evidence_index_id(domain_id("ast1")), text));
}

static const Pb__EvidenceIndex *state_of(struct domain *w)
{
    return (const Pb__EvidenceIndex *)domain_state(w, name_of(w));
}

static void given_index(struct domain *w)
{
    ast_given_forwarded_form(w);
    domain_settle(w);
    ast_as_teacher(w);
}

static void add(struct domain *w, const char *standard, uint32_t point, bool written)
{
    Pb__AddEvidence *body = DOMAIN_NEW(w, AddEvidence, add_evidence);
    body->standard = arena_strdup(&w->arena, standard);
    body->point = point;
    body->title = arena_printf(&w->arena, "Lesson observation for %s", standard);
    body->place = arena_strdup(&w->arena, "Blue folder, section 2");
    body->written = written;
    domain_send(w, name_of(w), MSG_ADD_EVIDENCE, &body->base);
}

static void take_out(struct domain *w, uint32_t number)
{
    Pb__RemoveEvidence *body = DOMAIN_NEW(w, RemoveEvidence, remove_evidence);
    body->item_number = number;
    domain_send(w, name_of(w), MSG_REMOVE_EVIDENCE, &body->base);
}

static void given_all_standards(struct domain *w)
{
    static const char *const codes[] = {"1", "2", "3", "4", "5", "6"};
    for (size_t i = 0; i < COUNT(codes); i++) {
        add(w, codes[i], 1, i == 5);
        domain_accepted(w);
    }
}

/* Assessment has booked the day with `who`. */
static void booked_with(struct domain *w, const char *on, const char *who)
{
    Pb__AssessmentBooked *body = DOMAIN_NEW(w, AssessmentBooked, assessment_booked);
    body->ast1_id = domain_field(w, "ast1");
    body->assessor_person_id = domain_field(w, who);
    body->assessment_on = domain_day(on);
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_ASSESSMENT_BOOKED, &body->base);
    domain_accepted(w);
}

static void booked(struct domain *w, const char *on)
{
    booked_with(w, on, "assessor");
}

static void given_up(struct domain *w)
{
    Pb__BookingReleased *body = DOMAIN_NEW(w, BookingReleased, booking_released);
    body->ast1_id = domain_field(w, "ast1");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_BOOKING_RELEASED, &body->base);
    domain_accepted(w);
}

static bool sees(struct domain *w, const char *who, const char *name)
{
    struct case_index index = domain_index(w, name);
    for (size_t i = 0; i < COUNT(index.person_ids); i++) {
        if (id_equal(index.person_ids[i], domain_id(who))) {
            return true;
        }
    }
    return false;
}

static bool assessor_sees(struct domain *w, const char *name)
{
    return sees(w, "assessor", name);
}

static void AST_A10__each_form_has_an_index_of_its_candidate(void **state)
{
    struct domain *w = *state;
    given_index(w);
    assert_string_equal(domain_state_name(w, name_of(w)), "collecting");
    assert_true(id_equal(field_id(state_of(w)->candidate_id), domain_id("teacher")));
    assert_true(id_equal(domain_root(w, name_of(w)), domain_id("post")));
    assert_string_equal(domain_edition(w, name_of(w)), "ast-2013");
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    add(w, "1", 1, true);
    domain_refused(w, "GEN-6", "not-found");
    ast_as_head(w);
    add(w, "1", 1, true);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
}

static void AST_A10__a_piece_is_entered_by_standard_and_sub_point(void **state)
{
    struct domain *w = *state;
    given_index(w);
    add(w, "7", 0, true);
    domain_refused(w, "AST-A10", "wrong-field");
    domain_refused_field(w, "standard");
    add(w, "3", 4, true);
    domain_refused_field(w, "point");
    domain_refused_with(w, "3 points");
    add(w, "3", 3, true);
    domain_accepted(w);
    assert_int_equal(state_of(w)->n_items, 1);
    assert_int_equal(state_of(w)->items[0]->point, 3);
    assert_non_null(state_of(w)->items[0]->place);
}

static void AST_A10__it_is_ready_when_every_standard_has_evidence(void **state)
{
    struct domain *w = *state;
    given_index(w);
    given_all_standards(w);
    take_out(w, 2);
    domain_accepted(w);
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_refused(w, "AST-A10", "not-evidenced");
    assert_int_equal(w->answer.refusal->n_errors, 1);
    add(w, "2", 0, false);
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, name_of(w)), "ready");
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_refused(w, "AST-A10", "ready-already");
    take_out(w, 1);
    assert_string_equal(domain_state_name(w, name_of(w)), "collecting");
}

static void AST_A10__standard_six_needs_it_in_writing(void **state)
{
    struct domain *w = *state;
    given_index(w);
    given_all_standards(w);
    take_out(w, 6);
    add(w, "6", 1, false);
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_refused(w, "AST-A10", "not-evidenced");
    assert_non_null(strstr(w->answer.refusal->errors[0]->problem, "in writing"));
    add(w, "6", 1, true);
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_accepted(w);
}

static void AST_A10__readiness_falls_due_when_the_day_is_agreed(void **state)
{
    struct domain *w = *state;
    given_index(w);
    assert_null(domain_deadline(w, name_of(w), "AST-A10", "ready:1"));
    booked(w, "2012-10-15");
    const struct open_deadline *deadline = domain_deadline(w, name_of(w), "AST-A10", "ready:1");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2012-09-10"));
    ast_as_teacher(w);
    given_all_standards(w);
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_accepted(w);
    assert_null(domain_deadline(w, name_of(w), "AST-A10", "ready:1"));
}

static void AST_A10__the_assessor_sees_the_form_before_and_the_index_from_the_day(void **state)
{
    struct domain *w = *state;
    given_index(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    domain_accepted(w);
    booked(w, "2012-10-15");
    assert_true(assessor_sees(w, "ast1"));
    assert_false(assessor_sees(w, name_of(w)));
    domain_on(w, "2012-10-14");
    assert_false(assessor_sees(w, name_of(w)));
    domain_on(w, "2012-10-15");
    assert_string_equal(domain_state_name(w, name_of(w)), "released");
    assert_true(assessor_sees(w, name_of(w)));
    ast_as_teacher(w);
    add(w, "1", 0, false);
    domain_accepted(w);
    take_out(w, 1);
    domain_refused(w, "AST-A10", "released");
}

static void AST_A10__a_day_booked_anew_moves_the_release(void **state)
{
    struct domain *w = *state;
    given_index(w);
    booked(w, "2012-10-15");
    booked(w, "2012-10-22");
    domain_on(w, "2012-10-16");
    assert_false(assessor_sees(w, name_of(w)));
    domain_on(w, "2012-10-22");
    assert_true(assessor_sees(w, name_of(w)));
}

static void AST_A10__a_day_given_up_releases_nothing(void **state)
{
    struct domain *w = *state;
    given_index(w);
    booked(w, "2012-10-15");
    given_up(w);
    domain_on(w, "2012-10-16");
    assert_string_equal(domain_state_name(w, name_of(w)), "collecting");
}

static void AST_A10__each_day_booked_has_one_timer_and_readiness_is_asked_once(void **state)
{
    struct domain *w = *state;
    given_index(w);
    booked(w, "2012-10-15");
    const Pb__Told *told = domain_told(w, "evidence-to-declare");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_string_equal(domain_fact(told, "assessment-on"), "Monday 15 October 2012");
    assert_string_equal(domain_fact(told, "due-on"), "Monday 10 September 2012");
    assert_int_equal(domain_deadline_count(w, name_of(w)), 2);
    booked(w, "2012-10-22"); /* another day: another timer in place of the first */
    assert_null(domain_told(w, "evidence-to-declare"));
    assert_int_equal(domain_deadline_count(w, name_of(w)), 2);
    given_up(w);
    assert_int_equal(domain_deadline_count(w, name_of(w)), 1);
    assert_non_null(domain_deadline(w, name_of(w), "AST-A10", "ready:1"));
    ast_as_teacher(w);
    given_all_standards(w);
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    add(w, "1", 2, false); /* what is ready may grow */
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, name_of(w)), "ready");
    booked(w, "2012-10-22"); /* the same day as before, with the collection ready */
    assert_null(domain_told(w, "evidence-to-declare"));
    assert_int_equal(domain_deadline_count(w, name_of(w)), 1);
    domain_on(w, "2012-10-22");
    assert_true(assessor_sees(w, name_of(w)));
    assert_int_equal(domain_deadline_count(w, name_of(w)), 0);
    ast_as_teacher(w);
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_refused(w, "AST-A10", "ready-already");
}

static void AST_A10__another_assessor_on_the_same_day_keeps_the_timer(void **state)
{
    struct domain *w = *state;
    given_index(w);
    booked(w, "2012-10-15");
    booked(w, "2012-10-15");
    assert_int_equal(domain_deadline_count(w, name_of(w)), 2);
    booked(w, "2012-10-22"); /* the timer of the first booking is the one that is ended */
    assert_int_equal(domain_deadline_count(w, name_of(w)), 2);
    domain_on(w, "2012-10-15");
    assert_string_equal(domain_state_name(w, name_of(w)), "collecting");
    domain_on(w, "2012-10-22");
    assert_string_equal(domain_state_name(w, name_of(w)), "released");
    assert_int_equal(domain_deadline_count(w, name_of(w)), 0);
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    assert_non_null(ended);
    assert_int_not_equal(ended->how,
                         PB__DEADLINE_ENDED__HOW__CANCELLED); /* the timer did its work */
}

static void AST_A10__what_is_not_ready_in_time_is_late_and_seen_as_it_is(void **state)
{
    struct domain *w = *state;
    given_index(w);
    booked(w, "2012-10-15");
    domain_on(w, "2012-09-11");
    const struct open_deadline *ready = domain_deadline(w, name_of(w), "AST-A10", "ready:1");
    assert_non_null(ready);
    assert_true(ready->passed);
    assert_string_equal(domain_state_name(w, name_of(w)), "collecting");
    domain_on(w, "2012-10-15");
    assert_int_equal(domain_deadline_count(w, name_of(w)), 0);
}

/* What follows from the form "ast1": `type` to its index, from an event of `edition` (NULL: from none). */
static void follow(struct domain *w, uint16_t type, const ProtobufCMessage *body,
                   const char *edition)
{
    const struct event event = {.type = MSG_AST1_SUBMITTED, .edition = edition};
    const struct command command = {
        .type = type,
        .message_id = domain_next_message(w),
        .case_id = evidence_index_id(domain_id("ast1")),
        .body = body,
        .event = edition == NULL ? NULL : &event,
    };
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_run(w, &command);
}

/* Released on 15 October to "assessor", whose day is then given up. */
static void given_up_on_the_day(struct domain *w, bool ready)
{
    given_index(w);
    if (ready) {
        given_all_standards(w);
        ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
        domain_accepted(w);
    }
    booked(w, "2012-10-15");
    domain_on(w, "2012-10-15");
    assert_true(assessor_sees(w, name_of(w)));
    given_up(w);
}

static void AST_A10__a_substitute_sees_the_index_on_their_day_and_the_first_no_longer(void **state)
{
    struct domain *w = *state;
    given_up_on_the_day(w, true);
    assert_string_equal(domain_state_name(w, name_of(w)), "ready");
    assert_false(assessor_sees(w, name_of(w)));
    assert_int_equal(domain_deadline_count(w, name_of(w)), 0);
    booked_with(w, "2012-10-22", "substitute");
    assert_null(domain_told(w, "evidence-to-declare")); /* it is ready */
    assert_int_equal(domain_deadline_count(w, name_of(w)), 1);
    domain_on(w, "2012-10-21");
    assert_false(sees(w, "substitute", name_of(w)));
    domain_on(w, "2012-10-22");
    assert_string_equal(domain_state_name(w, name_of(w)), "released");
    assert_true(sees(w, "substitute", name_of(w)));
    assert_false(assessor_sees(w, name_of(w)));
    assert_int_equal(domain_deadline_count(w, name_of(w)), 0);
}

static void AST_A10__what_was_not_ready_for_a_day_given_up_is_asked_for_again(void **state)
{
    struct domain *w = *state;
    given_up_on_the_day(w, false);
    assert_string_equal(domain_state_name(w, name_of(w)), "collecting");
    assert_null(domain_told(w, "evidence-to-declare"));
    booked_with(w, "2012-10-29", "substitute");
    assert_string_equal(domain_fact(domain_told(w, "evidence-to-declare"), "assessment-on"),
                        "Monday 29 October 2012");
    ast_as_teacher(w);
    given_all_standards(w);
    take_out(w, 2); /* nobody sees it now */
    domain_accepted(w);
    add(w, "2", 0, false);
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, name_of(w)), 1);
    domain_on(w, "2012-10-29");
    assert_true(sees(w, "substitute", name_of(w)));
}

static void AST_A10__another_assessor_on_the_day_itself_sees_the_index_at_once(void **state)
{
    struct domain *w = *state;
    given_up_on_the_day(w, true);
    booked_with(w, "2012-10-15", "substitute");
    domain_on(w, "2012-10-15");
    assert_true(sees(w, "substitute", name_of(w)));
    assert_false(assessor_sees(w, name_of(w)));
    booked(w, "2012-10-15"); /* in one step, from released to released */
    domain_on(w, "2012-10-15");
    assert_true(assessor_sees(w, name_of(w)));
    assert_false(sees(w, "substitute", name_of(w)));
    booked_with(w, "2012-10-29", "substitute");
    assert_string_equal(domain_state_name(w, name_of(w)), "ready");
    assert_int_equal(domain_deadline_count(w, name_of(w)), 1);
    booked_with(w, "2012-11-05", "substitute"); /* that timer, and no other, is the one to end */
    assert_int_equal(domain_deadline_count(w, name_of(w)), 1);
    domain_on(w, "2012-11-04");
    assert_string_equal(domain_state_name(w, name_of(w)), "ready");
    domain_on(w, "2012-11-05");
    assert_true(sees(w, "substitute", name_of(w)));
}

/* The form is received, booked with "assessor" for 15 October, and that day has come. */
static void given_day(struct domain *w)
{
    given_index(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    domain_accepted(w);
    booked(w, "2012-10-15");
    domain_on(w, "2012-10-15");
}

static void AST_S6__who_has_decided_goes_on_seeing_the_index_for_the_feedback(void **state)
{
    struct domain *w = *state;
    given_day(w);
    ast_decided(w, false);
    domain_accepted(w);
    domain_settle(w);
    assert_string_equal(domain_state_name(w, name_of(w)), "closed");
    assert_true(assessor_sees(w, name_of(w)));
    ast_decided(w, true); /* by a review */
    domain_settle(w);
    assert_true(assessor_sees(w, name_of(w)));
}

static void
AST_A13__of_a_form_withdrawn_on_the_day_the_assessor_sees_no_index_any_more(void **state)
{
    struct domain *w = *state;
    given_day(w);
    ast_as_teacher(w);
    ast_withdraw(w, "");
    domain_accepted(w);
    domain_settle(w);
    assert_string_equal(domain_state_name(w, name_of(w)), "closed");
    assert_false(assessor_sees(w, name_of(w)));
}

static void AST_A10__an_index_that_nobody_was_shown_is_not_shown_by_a_decision(void **state)
{
    struct domain *w = *state;
    given_index(w);
    booked(w, "2012-10-15");
    Pb__CloseEvidenceIndex *body = DOMAIN_NEW(w, CloseEvidenceIndex, close_evidence_index);
    body->decided = true;
    follow(w, MSG_CLOSE_EVIDENCE_INDEX, &body->base, "ast-2013");
    domain_accepted(w);
    assert_false(assessor_sees(w, name_of(w)));
}

static void AST_A10__a_piece_has_a_title_and_only_what_is_there_is_taken_out(void **state)
{
    struct domain *w = *state;
    given_index(w);
    Pb__AddEvidence *body = DOMAIN_NEW(w, AddEvidence, add_evidence);
    body->standard = arena_strdup(&w->arena, "1");
    body->title = arena_strdup(&w->arena, " ");
    domain_send(w, name_of(w), MSG_ADD_EVIDENCE, &body->base);
    domain_refused_field(w, "title");
    take_out(w, 1);
    domain_refused_field(w, "itemNumber");
    add(w, "1", 1, true);
    add(w, "2", 1, true);
    take_out(w, 3);
    domain_refused_field(w, "itemNumber");
    take_out(w, 1);
    domain_accepted(w);
    assert_int_equal(state_of(w)->n_items, 1);
    assert_int_equal(state_of(w)->items[0]->number, 2);
    add(w, "3", 1, true);
    assert_int_equal(state_of(w)->items[1]->number, 3); /* a number is never given again */
}

static void AST_A10__nobody_else_declares_or_takes_out(void **state)
{
    struct domain *w = *state;
    given_index(w);
    given_all_standards(w);
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    take_out(w, 1);
    domain_refused(w, "GEN-6", "not-found");
    ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_A10__a_form_opens_one_index_by_its_own_edition(void **state)
{
    struct domain *w = *state;
    Pb__OpenEvidenceIndex *open = DOMAIN_NEW(w, OpenEvidenceIndex, open_evidence_index);
    open->candidate_id = domain_field(w, "teacher");
    follow(w, MSG_OPEN_EVIDENCE_INDEX, &open->base, "ast-1999");
    domain_refused(w, "AST-A10", "unknown-edition");
    follow(w, MSG_OPEN_EVIDENCE_INDEX, &open->base, NULL);
    domain_refused(w, "AST-A10", "unknown-edition");
    follow(w, MSG_OPEN_EVIDENCE_INDEX, &open->base, "ast-2013");
    domain_accepted(w);
    follow(w, MSG_OPEN_EVIDENCE_INDEX, &open->base, "ast-2013");
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
}

static void AST_A13__an_index_is_closed_from_wherever_it_stands_and_once(void **state)
{
    (void)state;
    enum { NONE, COLLECTING, READY, RELEASED };
    for (int until = NONE; until <= RELEASED; until++) {
        struct domain *w = begin("2012-09-03");
        Pb__CloseEvidenceIndex *body = DOMAIN_NEW(w, CloseEvidenceIndex, close_evidence_index);
        if (until >= COLLECTING) {
            given_index(w);
        }
        if (until >= READY) {
            given_all_standards(w);
            ast_send_empty(w, name_of(w), MSG_DECLARE_EVIDENCE_READY);
        }
        if (until >= RELEASED) {
            booked(w, "2012-10-15");
            domain_on(w, "2012-10-15");
        }
        follow(w, MSG_CLOSE_EVIDENCE_INDEX, &body->base, "ast-2013");
        domain_accepted(w);
        assert_int_equal(w->answer.event_count > 0, until >= COLLECTING);
        assert_string_equal(domain_state_name(w, name_of(w)), until == NONE ? "none" : "closed");
        follow(w, MSG_CLOSE_EVIDENCE_INDEX, &body->base, "ast-2013");
        domain_accepted(w);
        assert_int_equal(w->answer.event_count, 0);
        booked(w, "2012-10-29"); /* too late to matter */
        assert_int_equal(w->answer.event_count, 0);
        domain_stop(w);
    }
}

static void AST_A13__the_index_of_a_withdrawn_form_is_closed(void **state)
{
    struct domain *w = *state;
    given_index(w);
    booked(w, "2012-10-15");
    ast_as_teacher(w);
    ast_withdraw(w, "");
    domain_accepted(w);
    domain_settle(w);
    assert_string_equal(domain_state_name(w, name_of(w)), "closed");
    assert_int_equal(domain_deadline_count(w, name_of(w)), 0);
    domain_on(w, "2012-10-16");
    assert_false(assessor_sees(w, name_of(w)));
}

static void AST_A10__an_index_holds_two_hundred_pieces(void **state)
{
    struct domain *w = *state;
    given_index(w);
    for (int i = 0; i < 200; i++) {
        add(w, "1", 1, true);
    }
    domain_accepted(w);
    add(w, "1", 1, true);
    domain_refused(w, "AST-A10", "index-full");
}

static void AST_A10__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&evidence_index_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_2012, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A10__each_form_has_an_index_of_its_candidate),
        TEST(AST_A10__a_piece_is_entered_by_standard_and_sub_point),
        TEST(AST_A10__it_is_ready_when_every_standard_has_evidence),
        TEST(AST_A10__standard_six_needs_it_in_writing),
        TEST(AST_A10__readiness_falls_due_when_the_day_is_agreed),
        TEST(AST_A10__the_assessor_sees_the_form_before_and_the_index_from_the_day),
        TEST(AST_A10__a_day_booked_anew_moves_the_release),
        TEST(AST_A10__a_day_given_up_releases_nothing),
        TEST(AST_A10__each_day_booked_has_one_timer_and_readiness_is_asked_once),
        TEST(AST_A10__another_assessor_on_the_same_day_keeps_the_timer),
        TEST(AST_A10__what_is_not_ready_in_time_is_late_and_seen_as_it_is),
        TEST(AST_A10__a_substitute_sees_the_index_on_their_day_and_the_first_no_longer),
        TEST(AST_A10__what_was_not_ready_for_a_day_given_up_is_asked_for_again),
        TEST(AST_A10__another_assessor_on_the_day_itself_sees_the_index_at_once),
        TEST(AST_S6__who_has_decided_goes_on_seeing_the_index_for_the_feedback),
        TEST(AST_A13__of_a_form_withdrawn_on_the_day_the_assessor_sees_no_index_any_more),
        TEST(AST_A10__an_index_that_nobody_was_shown_is_not_shown_by_a_decision),
        TEST(AST_A10__a_piece_has_a_title_and_only_what_is_there_is_taken_out),
        TEST(AST_A10__nobody_else_declares_or_takes_out),
        TEST(AST_A10__a_form_opens_one_index_by_its_own_edition),
        cmocka_unit_test(AST_A13__an_index_is_closed_from_wherever_it_stands_and_once),
        TEST(AST_A13__the_index_of_a_withdrawn_form_is_closed),
        TEST(AST_A10__an_index_holds_two_hundred_pieces),
        TEST(AST_A10__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("evidence_index", tests, NULL, NULL);
}
