/*
 * A post's head who changes while somebody is in the post, or after: appointment, outreach and requests follow, what
 * is open is the new head's to do, to read and to be reminded of, and no longer the old one's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/post.h"
#include "ast_given.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "outreach_given.h"

enum { HOLDERS_KEPT = 20 };

static int given_appointment(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    ast_given_person(&w, "new-head", PB__ROLE__HEADTEACHER, "school");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static void name_head(struct domain *w, const char *who)
{
    Pb__NamePostHead *body = DOMAIN_NEW(w, NamePostHead, name_post_head);
    body->headteacher_id = domain_field(w, who);
    body->reason = arena_strdup(&w->arena, "The head has gone to another school.");
    domain_as(w, PB__ROLE__SCHOOL, "office", "school");
    domain_send(w, "post", MSG_NAME_POST_HEAD, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void leave(struct domain *w, const char *on)
{
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day(on);
    body->reason = arena_strdup(&w->arena, "Moves away.");
    domain_as(w, PB__ROLE__SCHOOL, "office", "school");
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

/* At another school by now: a party only as the head whom the case names. */
static void as_elsewhere(struct domain *w, const char *who)
{
    domain_as(w, PB__ROLE__HEADTEACHER, who, "academy");
}

static bool is_party(struct domain *w, const char *name, const char *who)
{
    const struct case_index index = domain_index(w, name);
    for (size_t i = 0; i < COUNT(index.person_ids); i++) {
        if (id_equal(index.person_ids[i], domain_id(who))) {
            return true;
        }
    }
    return false;
}

/* How often the reminders of the case called `name` went from the old head to the new one. */
static size_t readdressed(struct domain *w, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type == MSG_DEADLINES_READDRESSED &&
            id_equal(w->log[i].case_id, domain_id(name))) {
            const Pb__DeadlinesReaddressed *event =
                (const Pb__DeadlinesReaddressed *)w->log[i].body;
            assert_true(id_equal(field_id(event->from->id), domain_id("head")));
            assert_true(id_equal(field_id(event->to->id), domain_id("new-head")));
            assert_int_equal(event->from->role, PB__ROLE__HEADTEACHER);
            assert_int_equal(event->to->role, PB__ROLE__HEADTEACHER);
            count++;
        }
    }
    return count;
}

static void GEN_6__the_new_head_acts_for_the_appointment_and_the_old_one_no_more(void **state)
{
    struct domain *w = *state;
    as_elsewhere(w, "head");
    domain_send(w, outreach_year(w), MSG_PROPOSE_OUTREACH_TIME, &outreach_time(w)->base);
    domain_accepted(w);
    name_head(w, "new-head");
    const char *const names[] = {"post", outreach_appointment(w), outreach_year(w)};
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_true(is_party(w, names[i], "new-head"));
        assert_false(is_party(w, names[i], "head"));
    }
    as_elsewhere(w, "head");
    domain_send(w, outreach_year(w), MSG_PROPOSE_OUTREACH_TIME, &outreach_time(w)->base);
    domain_refused(w, "GEN-6", "not-found");
    as_elsewhere(w, "new-head");
    domain_send(w, outreach_year(w), MSG_PROPOSE_OUTREACH_TIME, &outreach_time(w)->base);
    domain_accepted(w);
}

static void GEN_6__said_again_it_is_nothing(void **state)
{
    struct domain *w = *state;
    name_head(w, "new-head");
    Pb__NoteAppointmentHead *note = DOMAIN_NEW(w, NoteAppointmentHead, note_appointment_head);
    Pb__NoteOutreachHead *of_year = DOMAIN_NEW(w, NoteOutreachHead, note_outreach_head);
    note->headteacher_id = of_year->headteacher_id = domain_field(w, "new-head");
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, outreach_appointment(w), MSG_NOTE_APPOINTMENT_HEAD, &note->base);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    domain_send(w, outreach_year(w), MSG_NOTE_OUTREACH_HEAD, &of_year->base);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    domain_send(w, outreach_appointment_of(w, "stranger"), MSG_NOTE_APPOINTMENT_HEAD, &note->base);
    domain_accepted(w); /* opened later, the appointment takes the head from the post */
    assert_int_equal(w->answer.event_count, 0);
    domain_send(w, "a year to come", MSG_NOTE_OUTREACH_HEAD, &of_year->base);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
}

static void GEN_6__the_head_follows_those_who_have_left_and_a_post_that_is_closed(void **state)
{
    struct domain *w = *state;
    leave(w, "2012-12-31");
    domain_on(w, "2013-01-01");
    domain_settle(w);
    ast_as_head(w);
    Pb__ClosePost *close = DOMAIN_NEW(w, ClosePost, close_post);
    close->reason = arena_strdup(&w->arena, "Nobody follows.");
    domain_send(w, "post", MSG_CLOSE_POST, &close->base);
    domain_accepted(w);
    name_head(w, "new-head");
    assert_string_equal(domain_state_name(w, "post"), "closed");
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "left");
    assert_true(is_party(w, outreach_appointment(w), "new-head"));
    assert_false(is_party(w, outreach_appointment(w), "head"));
    assert_string_equal(domain_state_name(w, outreach_year(w)), "ended");
    assert_true(is_party(w, outreach_year(w), "new-head"));
    Pb__RecordReversion *reversion = DOMAIN_NEW(w, RecordReversion, record_reversion);
    reversion->to_classroom = true;
    reversion->from_on = domain_day("2013-01-01");
    as_elsewhere(w, "head");
    domain_send(w, outreach_appointment(w), MSG_RECORD_REVERSION, &reversion->base);
    domain_refused(w, "GEN-6", "not-found");
    as_elsewhere(w, "new-head");
    domain_send(w, outreach_appointment(w), MSG_RECORD_REVERSION, &reversion->base);
    domain_accepted(w);
    assert_true(domain_tells(domain_told(w, "upper-pay-spine"), "new-head", PB__ROLE__HEADTEACHER));
}

static void ATS_P5__reminders_of_what_is_open_go_to_the_new_head(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    domain_on(w, "2013-09-03"); /* the pay of 2012-13 is to be reviewed */
    assert_non_null(domain_deadline(w, outreach_appointment(w), "AST-T3", "2012"));
    assert_int_equal(domain_deadline_count(w, outreach_year(w)), 0);
    name_head(w, "new-head");
    assert_int_equal(readdressed(w, outreach_appointment(w)), 1);
    assert_int_equal(readdressed(w, outreach_year(w)), 0); /* nothing is open there */
    assert_int_equal(readdressed(w, "post"), 0);           /* nor there, since AST2 is in */
}

static void ATS_P5__an_exception_that_ends_is_the_new_heads(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body =
        DOMAIN_NEW(w, RecordOutreachException, record_outreach_exception);
    body->kind = PB__OUTREACH_EXCEPTION_KIND__NEW_TEACHER;
    body->from_on = domain_day("2012-10-01");
    body->to_on = domain_day("2013-06-28");
    body->reason = arena_strdup(&w->arena, "Builds up.");
    ast_as_head(w);
    domain_send(w, outreach_year(w), MSG_RECORD_OUTREACH_EXCEPTION, &body->base);
    domain_accepted(w);
    name_head(w, "new-head");
    assert_int_equal(readdressed(w, outreach_year(w)), 1);
}

static void AST_T1__the_new_head_is_reminded_of_form_ast2(void **state)
{
    struct domain *w = *state;
    leave(w, "2012-12-31");
    ast_as_head(w);
    Pb__AdvertisePost *advertise = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    advertise->reason = arena_strdup(&w->arena, "The teacher has left.");
    domain_send(w, "post", MSG_ADVERTISE_POST, &advertise->base);
    domain_accepted(w);
    Pb__PostMatters *matters = ast_matters(w);
    Pb__SettlePost *settle = DOMAIN_NEW(w, SettlePost, settle_post);
    settle->matters = matters;
    domain_send(w, "post", MSG_SETTLE_POST, &settle->base);
    domain_accepted(w);
    Pb__AppointAst *appoint = DOMAIN_NEW(w, AppointAst, appoint_ast);
    appoint->ast1_id = domain_field(w, "ast1");
    appoint->appointed_on = domain_day("2012-09-03");
    appoint->starts_on = domain_day("2013-01-07");
    domain_send(w, "post", MSG_APPOINT_AST, &appoint->base);
    domain_accepted(w);
    name_head(w, "new-head");
    assert_int_equal(readdressed(w, "post"), 1);
}

static void AST_O4__letters_about_a_request_go_to_whoever_is_head_by_then(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    outreach_given_signed(w);
    assert_true(domain_tells(domain_told(w, "outreach-signed"), "head", PB__ROLE__HEADTEACHER));
    name_head(w, "new-head");
    Pb__WithdrawOutreachRequest *body =
        DOMAIN_NEW(w, WithdrawOutreachRequest, withdraw_outreach_request);
    body->reason = arena_strdup(&w->arena, "The classes are merged.");
    outreach_as_other_head(w);
    domain_send(w, "request", MSG_WITHDRAW_OUTREACH_REQUEST, &body->base);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-withdrawn");
    assert_true(domain_tells(told, "new-head", PB__ROLE__HEADTEACHER));
    assert_false(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
}

/* Of a team each teacher's own head is written to. */
static void AST_O4__each_of_a_team_has_a_head_of_its_own(void **state)
{
    struct domain *w = *state;
    outreach_in_post(w, "second", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    outreach_open(w, "second", "school", "ast-2013");
    domain_accepted(w);
    outreach_in_post(w, "teacher", PB__FUNDING_SOURCE__LOCAL_FORMULA);
    name_head(w, "new-head"); /* the post never had the second: the old head is theirs still */
    outreach_as_other_head(w);
    domain_send(w, "request", MSG_REQUEST_OUTREACH, &outreach_request(w)->base);
    ast_as_coordinator(w);
    outreach_filter(w, true);
    outreach_direct(w, outreach_appointment(w));
    domain_accepted(w);
    outreach_direct(w, outreach_appointment_of(w, "second"));
    domain_accepted(w);
    ast_as_teacher(w);
    outreach_answer(w, true);
    domain_accepted(w);
    domain_as(w, PB__ROLE__CANDIDATE, "second", NULL);
    outreach_answer(w, true);
    domain_accepted(w);
    outreach_as_other_head(w);
    outreach_sign(w);
    const Pb__Told *told = domain_told(w, "outreach-signed");
    assert_int_equal(told->n_recipients, 4);
    assert_true(domain_tells(told, "new-head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
}

static void AST_P3__a_head_who_was_line_manager_is_followed_as_such_and_another_is_not(void **state)
{
    struct domain *w = *state;
    const Pb__Post *post = (const Pb__Post *)domain_state(w, "post");
    assert_true(id_equal(field_id(post->line_manager_id), domain_id("head")));
    name_head(w, "new-head");
    post = (const Pb__Post *)domain_state(w, "post");
    assert_true(id_equal(field_id(post->line_manager_id), domain_id("new-head")));
    Pb__SettlePost *settle = DOMAIN_NEW(w, SettlePost, settle_post);
    settle->matters = DOMAIN_NEW(w, PostMatters, post_matters);
    settle->matters->line_manager_id = domain_field(w, "head");
    domain_send(w, "post", MSG_SETTLE_POST, &settle->base);
    domain_accepted(w);
    ast_given_person(w, "third-head", PB__ROLE__HEADTEACHER, "school");
    name_head(w, "third-head");
    post = (const Pb__Post *)domain_state(w, "post");
    assert_true(id_equal(field_id(post->line_manager_id), domain_id("head")));
}

/* A post remembers whom it had, so that all of their appointments get the new head; each once, and the last twenty. */
static void AST_P10__a_post_knows_whom_it_had(void **state)
{
    struct domain *w = *state;
    Pb__Post *post = DOMAIN_NEW(w, Post, post);
    Pb__AstAppointed *appointed = DOMAIN_NEW(w, AstAppointed, ast_appointed);
    const struct event event = {.type = MSG_AST_APPOINTED, .body = &appointed->base};
    for (int i = 0; i <= HOLDERS_KEPT; i++) {
        for (int again = 0; again < 2; again++) {
            appointed->person_id = domain_field(w, arena_printf(&w->arena, "teacher %d", i));
            post_aggregate.evolve(&post->base, &event, &w->arena);
        }
        assert_int_equal(post->n_holder_ids, i < HOLDERS_KEPT ? i + 1 : HOLDERS_KEPT);
    }
    assert_true(id_equal(field_id(post->holder_ids[0]), domain_id("teacher 1")));
    assert_true(id_equal(field_id(post->holder_ids[HOLDERS_KEPT - 1]), domain_id("teacher 20")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_appointment, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_6__the_new_head_acts_for_the_appointment_and_the_old_one_no_more),
        TEST(GEN_6__said_again_it_is_nothing),
        TEST(GEN_6__the_head_follows_those_who_have_left_and_a_post_that_is_closed),
        TEST(ATS_P5__reminders_of_what_is_open_go_to_the_new_head),
        TEST(ATS_P5__an_exception_that_ends_is_the_new_heads),
        TEST(AST_T1__the_new_head_is_reminded_of_form_ast2),
        TEST(AST_O4__letters_about_a_request_go_to_whoever_is_head_by_then),
        TEST(AST_O4__each_of_a_team_has_a_head_of_its_own),
        TEST(AST_P3__a_head_who_was_line_manager_is_followed_as_such_and_another_is_not),
        TEST(AST_P10__a_post_knows_whom_it_had),
    };
    return cmocka_run_group_tests_name("heads", tests, NULL, NULL);
}
