/*
 * Form AST2: who may send it, for whom, within two weeks, and what becomes of it.
 */
#include "assessment/domain/ast2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment/domain/appointment_notice.h"
#include "assessment_steps.h"
#include "attain/v1/amend.pb-c.h"

/* Appointed on Monday 3 December 2012: the two weeks end on 17 December. */
#define APPOINTED "2012-12-03"
#define STARTS "2012-12-31"

/* The candidate has passed and is on the register; the post's head acts, on the day of the appointment. */
static void begin_passed(struct domain *w)
{
    steps_begin(w);
    steps_to_decision(w, NULL);
    domain_settle(w);
    domain_on(w, APPOINTED);
    steps_appoint(w, "post", "post school", domain_day(APPOINTED));
    domain_as(w, PB__ROLE__HEADTEACHER, "post head", "post school");
}

static Pb__SubmitAst2 *form(struct domain *w)
{
    Pb__SubmitAst2 *body = DOMAIN_NEW(w, SubmitAst2, submit_ast2);
    body->person_id = domain_field(w, "candidate");
    body->post_id = domain_field(w, "post");
    body->school_id = domain_field(w, "post school");
    body->la_id = domain_field(w, "authority");
    body->appointed_on = domain_day(APPOINTED);
    body->starts_on = domain_day(STARTS);
    body->spine_point = 1;
    return body;
}

static void send_form(struct domain *w, const Pb__SubmitAst2 *body)
{
    domain_send(w, "ast2", MSG_SUBMIT_AST2, &body->base);
}

static void AST_T1__a_head_sends_the_form_for_somebody_who_has_passed(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    send_form(&w, form(&w));
    domain_accepted(&w);
    const Pb__Ast2Accepted *event = (const Pb__Ast2Accepted *)domain_event(&w, MSG_AST2_ACCEPTED);
    assert_non_null(event);
    assert_true(id_equal(field_id(event->ast2_id), domain_id("ast2")));
    assert_true(id_equal(field_id(event->ast2->headteacher_id), domain_id("post head")));
    assert_int_equal(event->ast2->spine_point, 1);
    assert_false(event->ast2->late);
    assert_true(id_equal(domain_root(&w, "ast2"), domain_id("post")));
    assert_string_equal(domain_edition(&w, "ast2"), "ast-2013");
    assert_string_equal(domain_state_name(&w, "ast2"), "accepted");
    assert_true(id_equal(domain_index(&w, "ast2").person_ids[0], domain_id("candidate")));
    domain_stop(&w);
}

static void AST_T1__head_and_supporting_authority_get_a_copy(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    send_form(&w, form(&w));
    const Pb__Told *told = domain_told(&w, "ast2-received");
    assert_non_null(told);
    assert_int_equal(told->n_recipients, 2);
    assert_true(domain_tells(told, "post head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "authority", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "due-on"), "Monday 17 December 2012");
    domain_stop(&w);
}

/* And so is the entry in the register that follows; where the phase is not known, to whoever coordinates there. */
static void AST_P7__the_form_is_copied_to_the_coordinator_of_the_posts_phase(void **state)
{
    (void)state;
    static const Pb__Organisation__Phase phases[] = {PB__ORGANISATION__PHASE__PRIMARY,
                                                     PB__ORGANISATION__PHASE__PHASE_NONE};
    for (size_t i = 0; i < COUNT(phases); i++) {
        struct domain w;
        begin_passed(&w);
        Pb__AstAppointed *appointed = steps_appointed(&w, "post school", domain_day(APPOINTED));
        appointed->phase = phases[i];
        domain_consume(&w, PB__SERVICE__APPLICATION, "post", MSG_AST_APPOINTED, &appointed->base);
        domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "post school");
        send_form(&w, form(&w));
        domain_accepted(&w);
        assert_int_equal(domain_tells_phase(domain_told(&w, "ast2-received"), "authority"),
                         phases[i]);
        domain_settle(&w);
        assert_int_equal(domain_tells_phase(domain_told(&w, "register-entered"), "authority"),
                         phases[i]);
        domain_stop(&w);
    }
}

/* The post's head has changed since the appointment. */
static void name_head(struct domain *w, const char *who, const char *person)
{
    Pb__PostHeadNamed *named = DOMAIN_NEW(w, PostHeadNamed, post_head_named);
    named->headteacher_id = domain_field(w, who);
    *ARENA_PUSH(&w->arena, named->person_ids, named->n_person_ids) = domain_field(w, person);
    domain_consume(w, PB__SERVICE__APPLICATION, "post", MSG_POST_HEAD_NAMED, &named->base);
    domain_accepted(w);
}

static void AST_T1__the_posts_new_head_signs(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    name_head(&w, "new head", "candidate");
    assert_int_equal(w.answer.event_count, 1);
    name_head(&w, "new head", "candidate");
    assert_int_equal(w.answer.event_count, 0);
    name_head(&w, "new head", "somebody else"); /* of whose appointment nobody has told */
    assert_int_equal(w.answer.event_count, 0);
    char text[ID_TEXT_BYTES];
    const struct id notice = appointment_notice_id(domain_id("post"), domain_id("candidate"));
    const struct case_index known = domain_index(&w, id_format(notice, text));
    assert_true(id_equal(known.person_ids[1], domain_id("new head")));
    assert_true(id_equal(known.organisation_ids[0], domain_id("post school")));
    Pb__SubmitAst2 *body = form(&w);
    domain_as(&w, PB__ROLE__CASEWORKER, "caseworker", "agency");
    send_form(&w, body); /* on paper: who signs follows from the post */
    domain_accepted(&w);
    const Pb__Ast2 *ast2 = (const Pb__Ast2 *)domain_state(&w, "ast2");
    assert_true(id_equal(field_id(ast2->headteacher_id), domain_id("new head")));
    assert_true(domain_tells(domain_told(&w, "ast2-received"), "new head", PB__ROLE__HEADTEACHER));
    assert_false(
        domain_tells(domain_told(&w, "ast2-received"), "post head", PB__ROLE__HEADTEACHER));
    domain_stop(&w);
}

/* Whoever signed has no part in the form after leaving the school: the school reads it. */
static void GEN_6__the_form_is_the_schools_to_read(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    send_form(&w, form(&w));
    domain_accepted(&w);
    const struct case_index index = domain_index(&w, "ast2");
    assert_true(id_equal(index.organisation_ids[0], domain_id("post school")));
    for (size_t i = 0; i < COUNT(index.person_ids); i++) {
        assert_false(id_equal(index.person_ids[i], domain_id("post head")));
    }
    domain_stop(&w);
}

static void AST_T1__an_authority_that_does_not_support_the_post_gets_no_copy(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    Pb__AstAppointed *appointed = steps_appointed(&w, "post school", domain_day(APPOINTED));
    appointed->la_id = (ProtobufCBinaryData){0, NULL};
    domain_consume(&w, PB__SERVICE__APPLICATION, "post", MSG_AST_APPOINTED, &appointed->base);
    domain_accepted(&w);
    domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "post school");
    send_form(&w, form(&w));
    domain_refused_field(&w, "laId");
    domain_refused_with(&w, "does not support the post");
    Pb__SubmitAst2 *body = form(&w);
    body->la_id = (ProtobufCBinaryData){0, NULL};
    send_form(&w, body);
    domain_accepted(&w);
    assert_int_equal(domain_told(&w, "ast2-received")->n_recipients, 1);
    domain_settle(&w);
    domain_stop(&w);
}

static void AST_T1__nobody_is_appointed_who_has_not_passed(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "3");
    domain_settle(&w);
    domain_on(&w, APPOINTED);
    domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "post school");
    send_form(&w, form(&w));
    domain_refused(&w, "AST-T1", "not-passed");
    domain_refused_field(&w, "personId");
    domain_refused_with(&w, "Monday 3 December 2012, 10:00");
    assert_null(domain_state(&w, "ast2"));
    domain_stop(&w);
}

static void AST_T1__a_pass_counts_once_the_decision_is_sent(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    domain_send(&w, steps_assessment(&w, "form"), MSG_JUDGE_ASSESSMENT,
                &steps_judgement(&w, NULL)->base);
    domain_settle(&w);
    domain_on(&w, APPOINTED);
    domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "post school");
    send_form(&w, form(&w));
    domain_refused(&w, "AST-T1", "not-passed");
    domain_stop(&w);
}

static void AST_T1__the_last_day_of_the_two_weeks_is_in_time_and_the_next_late(void **state)
{
    (void)state;
    static const char *const days[] = {"2012-12-17", "2012-12-18"};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct domain w;
        begin_passed(&w);
        domain_on(&w, days[i]);
        send_form(&w, form(&w));
        domain_accepted(&w);
        const Pb__Ast2 *ast2 = (const Pb__Ast2 *)domain_state(&w, "ast2");
        assert_int_equal(ast2->late, i == 1);
        assert_string_equal(domain_fact(domain_told(&w, "ast2-received"), "late"),
                            i == 1 ? "after the day on which it was due" : "");
        domain_stop(&w);
    }
}

static void AST_T1__days_are_in_their_order_and_not_in_the_future(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    Pb__SubmitAst2 *body = form(&w);
    body->appointed_on = domain_day("2012-12-04");
    body->starts_on = domain_day("2012-12-03");
    send_form(&w, body);
    domain_refused(&w, "AST-T1", "wrong-field");
    domain_refused_field(&w, "appointedOn");
    domain_refused_field(&w, "startsOn");
    body = form(&w);
    body->appointed_on = 0;
    send_form(&w, body);
    domain_refused_field(&w, "appointedOn");
    Pb__AstAppointed *at_once = steps_appointed(&w, "post school", domain_day(APPOINTED));
    at_once->starts_on = at_once->appointed_on;
    domain_consume(&w, PB__SERVICE__APPLICATION, "post", MSG_AST_APPOINTED, &at_once->base);
    domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "post school");
    body = form(&w);
    body->starts_on = body->appointed_on;
    send_form(&w, body);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_T3__the_spine_has_the_points_1_to_18(void **state)
{
    (void)state;
    static const int32_t wrong[] = {-1, 0, 19, 27};
    struct domain w;
    begin_passed(&w);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        Pb__SubmitAst2 *body = form(&w);
        body->spine_point = wrong[i];
        send_form(&w, body);
        domain_refused(&w, "AST-T3", "wrong-field");
        domain_refused_field(&w, "spinePoint");
    }
    Pb__SubmitAst2 *body = form(&w);
    body->spine_point = 18;
    send_form(&w, body);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_T1__one_appointment_has_one_form(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    send_form(&w, form(&w));
    domain_accepted(&w);
    domain_send(&w, "second ast2", MSG_SUBMIT_AST2, &form(&w)->base);
    domain_refused(&w, "AST-T1", "sent-already");
    Pb__SubmitAst2 *other = form(&w);
    other->post_id = domain_field(&w, "other post");
    steps_appoint(&w, "other post", "post school", domain_day(APPOINTED));
    domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "post school");
    domain_send(&w, "second ast2", MSG_SUBMIT_AST2, &other->base);
    domain_accepted(&w);
    domain_stop(&w);
}

static void GEN_6__a_head_sends_the_form_of_the_own_school_only(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "another school");
    send_form(&w, form(&w));
    domain_refused(&w, "GEN-6", "not-found");
    domain_as(&w, PB__ROLE__HEADTEACHER, "post head", NULL);
    Pb__SubmitAst2 *body = form(&w);
    body->school_id = (ProtobufCBinaryData){0, NULL};
    send_form(&w, body);
    domain_refused(&w, "GEN-6", "not-found");
    domain_as(&w, PB__ROLE__CANDIDATE, "candidate", NULL);
    send_form(&w, form(&w));
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_stop(&w);
}

/* Neither a post to which somebody else is appointed, nor one of another school or authority, is told of. */
static void AST_T1__a_form_without_its_appointment_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *post;
        Pb__Role role;
        const char *person;
        const char *organisation;
    } wrong[] = {
        {"other post", PB__ROLE__HEADTEACHER, "post head", "post school"},
        {"other post", PB__ROLE__CASEWORKER, "caseworker", NULL},
        {"foreign post", PB__ROLE__HEADTEACHER, "post head", "post school"},
        {"post", PB__ROLE__LA_COORDINATOR, "coordinator", "other authority"},
        {"post", PB__ROLE__LA_PERSONNEL, "officer", NULL},
        {"unsupported post", PB__ROLE__LA_COORDINATOR, "coordinator", "authority"},
    };
    struct domain w;
    begin_passed(&w);
    steps_appoint(&w, "foreign post", "foreign school", domain_day(APPOINTED));
    Pb__AstAppointed *unsupported = steps_appointed(&w, "post school", domain_day(APPOINTED));
    unsupported->la_id = (ProtobufCBinaryData){0, NULL};
    domain_consume(&w, PB__SERVICE__APPLICATION, "unsupported post", MSG_AST_APPOINTED,
                   &unsupported->base);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        Pb__SubmitAst2 *body = form(&w);
        body->post_id = domain_field(&w, wrong[i].post);
        domain_as(&w, wrong[i].role, wrong[i].person, wrong[i].organisation);
        send_form(&w, body);
        domain_refused(&w, "AST-T1", "no-such-appointment");
        domain_refused_field(&w, "postId");
        domain_refused_with(&w, "up to Monday 3 December 2012, 10:00");
    }
    assert_null(domain_state(&w, "ast2"));
    domain_stop(&w);
}

static void AST_T1__a_form_agrees_with_its_appointment(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    Pb__SubmitAst2 *body = form(&w);
    body->school_id = domain_field(&w, "another school");
    body->la_id = domain_field(&w, "other authority");
    body->appointed_on = domain_day("2012-12-02");
    body->starts_on = domain_day("2013-01-01");
    domain_as(&w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    send_form(&w, body);
    domain_refused(&w, "AST-T1", "wrong-field");
    domain_refused_field(&w, "schoolId");
    domain_refused_field(&w, "laId");
    domain_refused_field(&w, "appointedOn");
    domain_refused_field(&w, "startsOn");
    body = form(&w);
    body->appointed_on = domain_day("2012-12-02");
    send_form(&w, body);
    domain_refused_with(&w, "recorded as made on Monday 3 December 2012.");
    static const char *const wrong[] = {"2012-12-30", "2013-01-01"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        body = form(&w);
        body->starts_on = domain_day(wrong[i]);
        send_form(&w, body);
        domain_refused_field(&w, "startsOn");
        domain_refused_with(&w, "recorded as starting on Monday 31 December 2012; where that is ");
    }
    domain_stop(&w);
}

/* Whoever enters a form from paper: it has its head and its authority from the appointment. */
static void OPS_4_AST_T1__agency_and_supporting_authority_enter_forms_on_paper(void **state)
{
    (void)state;
    static const struct {
        Pb__Role role;
        const char *person;
        const char *organisation;
    } who[] = {
        {PB__ROLE__CASEWORKER, "caseworker", NULL},
        {PB__ROLE__ADMINISTRATOR, "administrator", NULL},
        {PB__ROLE__LA_COORDINATOR, "coordinator", "authority"},
        {PB__ROLE__LA_PERSONNEL, "officer", "authority"},
        {PB__ROLE__HEADTEACHER, NULL, "post school"},
    };
    for (size_t i = 0; i < COUNT(who); i++) {
        struct domain w;
        begin_passed(&w);
        domain_as(&w, who[i].role, who[i].person, who[i].organisation);
        Pb__SubmitAst2 *body = form(&w);
        body->la_id = (ProtobufCBinaryData){0, NULL};
        send_form(&w, body);
        domain_accepted(&w);
        const Pb__Ast2 *ast2 = (const Pb__Ast2 *)domain_state(&w, "ast2");
        assert_true(id_equal(field_id(ast2->headteacher_id), domain_id("post head")));
        assert_true(id_equal(field_id(ast2->la_id), domain_id("authority")));
        assert_true(
            domain_tells(domain_told(&w, "ast2-received"), "post head", PB__ROLE__HEADTEACHER));
        domain_stop(&w);
    }
}

/* The two weeks end on 17 December; keyed on the 20th. */
static void AST_T1__a_form_on_paper_counts_from_the_day_it_came(void **state)
{
    (void)state;
    static const char *const came[] = {"2012-12-17", "2012-12-18"};
    static const char *const wrong[] = {"2012-12-02", "2012-12-21"};
    struct domain w;
    for (size_t i = 0; i < COUNT(came); i++) {
        begin_passed(&w);
        domain_on(&w, "2012-12-20");
        domain_as(&w, PB__ROLE__CASEWORKER, "caseworker", NULL);
        for (size_t k = 0; k < COUNT(wrong); k++) {
            Pb__SubmitAst2 *body = form(&w);
            body->received_on = domain_day(wrong[k]);
            send_form(&w, body);
            domain_refused_field(&w, "receivedOn");
            domain_refused_with(&w, "between the day of the appointment and today");
        }
        Pb__SubmitAst2 *body = form(&w);
        body->received_on = domain_day(came[i]);
        send_form(&w, body);
        domain_accepted(&w);
        assert_int_equal(((const Pb__Ast2 *)domain_state(&w, "ast2"))->late, i);
        const Pb__Ast2Accepted *accepted =
            (const Pb__Ast2Accepted *)domain_event(&w, MSG_AST2_ACCEPTED);
        assert_int_equal(accepted->ast2->received_on, domain_day(came[i]));
        domain_stop(&w);
    }
    for (size_t i = 0; i < 2; i++) {
        begin_passed(&w);
        domain_as(&w, PB__ROLE__LA_COORDINATOR, "coordinator", "authority");
        domain_on(&w, "2012-12-20");
        Pb__SubmitAst2 *body = form(&w);
        body->received_on = domain_day(i == 0 ? APPOINTED : "2012-12-20");
        send_form(&w, body);
        domain_accepted(&w);
        domain_stop(&w);
    }
    begin_passed(&w);
    Pb__SubmitAst2 *body = form(&w);
    body->received_on = domain_day(APPOINTED);
    send_form(&w, body);
    domain_refused_field(&w, "receivedOn");
    domain_refused_with(&w, "Only who enters a form on paper");
    domain_stop(&w);
}

/* The notice is of the person's last appointment to the post, and of that person alone. */
static void AST_T1__an_appointment_is_known_by_post_and_person(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    Pb__AstAppointed *next = steps_appointed(&w, "post school", domain_day("2012-12-02"));
    next->person_id = domain_field(&w, "successor");
    domain_consume(&w, PB__SERVICE__APPLICATION, "post", MSG_AST_APPOINTED, &next->base);
    domain_accepted(&w);
    char text[ID_TEXT_BYTES];
    const char *name = arena_strdup(
        &w.arena,
        id_format(appointment_notice_id(domain_id("post"), domain_id("candidate")), text));
    const Pb__AppointmentNotice *notice = (const Pb__AppointmentNotice *)domain_state(&w, name);
    assert_int_equal(notice->appointed_on, domain_day(APPOINTED));
    assert_int_equal(notice->starts_on, domain_day(APPOINTED) + 28);
    assert_true(id_equal(domain_root(&w, name), domain_id("post")));
    const struct case_index index = domain_index(&w, name);
    assert_true(id_equal(index.la_id, domain_id("authority")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("post school")));
    assert_true(id_equal(index.person_ids[0], domain_id("candidate")));
    assert_true(id_equal(index.person_ids[1], domain_id("post head")));
    domain_on(&w, "2012-12-05");
    steps_appoint(&w, "post", "post school", domain_day("2012-12-05"));
    notice = (const Pb__AppointmentNotice *)domain_state(&w, name);
    assert_int_equal(notice->appointed_on, domain_day("2012-12-05"));
    Pb__AstAppointed *old = steps_appointed(&w, "post school", domain_day(APPOINTED));
    old->school_id = (ProtobufCBinaryData){0, NULL};
    const struct event event = {.type = MSG_AST_APPOINTED,
                                .producer = PB__SERVICE__APPLICATION,
                                .case_id = domain_id("post"),
                                .body = &old->base};
    const size_t log_count = w.log_count;
    domain_take(&w, &event);
    assert_int_equal(w.log_count, log_count);
    domain_stop(&w);
}

static void AST_T1__a_form_names_the_post_and_a_day_that_can_be(void **state)
{
    (void)state;
    static const struct {
        int32_t appointed_on;
        const char *words;
    } days[] = {{-1, "Say on which day"}, {0, "Say on which day"}, {1, "calendar does not reach"}};
    struct domain w;
    begin_passed(&w);
    for (size_t i = 0; i < COUNT(days); i++) {
        Pb__SubmitAst2 *body = form(&w);
        Pb__AstAppointed *appointed = steps_appointed(&w, "post school", days[i].appointed_on);
        appointed->starts_on = domain_day(STARTS);
        domain_consume(&w, PB__SERVICE__APPLICATION, "post", MSG_AST_APPOINTED, &appointed->base);
        domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "post school");
        body->appointed_on = days[i].appointed_on;
        send_form(&w, body);
        domain_refused(&w, "AST-T1", "wrong-field");
        domain_refused_field(&w, "appointedOn");
        domain_refused_with(&w, days[i].words);
    }
    Pb__SubmitAst2 *body = form(&w);
    body->post_id = (ProtobufCBinaryData){0, NULL};
    send_form(&w, body);
    domain_refused_field(&w, "postId");
    domain_stop(&w);
}

static void AST_T1__at_the_last_instant_of_the_two_weeks_it_is_in_time(void **state)
{
    (void)state;
    for (int64_t after_us = 0; after_us <= 1; after_us++) {
        struct domain w;
        begin_passed(&w);
        w.now_us = date_end_us((struct date){domain_day("2012-12-17")}) + after_us;
        send_form(&w, form(&w));
        domain_accepted(&w);
        assert_int_equal(((const Pb__Ast2 *)domain_state(&w, "ast2"))->late, after_us);
        domain_stop(&w);
    }
}

static void AST_T3__without_a_spine_of_that_day_no_point_can_be_told(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    domain_change_edition(&w, "ast-2013")->spine_count = 0;
    steps_to_decision(&w, NULL);
    domain_settle(&w);
    domain_on(&w, APPOINTED);
    steps_appoint(&w, "post", "post school", domain_day(APPOINTED));
    domain_as(&w, PB__ROLE__HEADTEACHER, "post head", "post school");
    send_form(&w, form(&w));
    domain_refused(&w, "AST-T3", "wrong-field");
    domain_refused_with(&w, "spine of that day is not loaded");
    domain_stop(&w);
}

/* The pass stands under an edition that this service does not have. */
static void AST_T1__a_pass_of_an_unknown_edition_is_for_the_agency(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    const struct command command = {.type = MSG_SUBMIT_AST2, .body = &form(&w)->base};
    const struct seen_case seen = {.kind = KIND_REGISTER_ENTRY,
                                   .state = domain_state(&w, steps_entry(&w, "candidate")),
                                   .edition = "none"};
    const struct world world = {.now_us = w.now_us,
                                .today = instant_date(w.now_us),
                                .editions = &w.editions,
                                .calendar = w.calendar,
                                .actor = w.actor,
                                .seen = &seen,
                                .seen_count = 1,
                                .claimed = true};
    const struct given given = {.command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w.arena, &given);
    ast2_submit(&given, &d);
    require(d.refusal != NULL);
    assert_string_equal(d.refusal->code, "edition-missing");
    assert_true(d.passing);
    domain_stop(&w);
}

static void AST_T1__another_event_changes_no_form(void **state)
{
    (void)state;
    struct domain w;
    begin_passed(&w);
    Pb__Ast2Accepted *event = DOMAIN_NEW(&w, Ast2Accepted, ast2_accepted);
    event->ast2 = DOMAIN_NEW(&w, Ast2, ast2);
    event->ast2->spine_point = 7;
    Pb__Ast2 *state_of = DOMAIN_NEW(&w, Ast2, ast2);
    const struct event other = {.type = MSG_TOLD, .body = &event->base};
    ast2_aggregate.evolve(&state_of->base, &other, &w.arena);
    assert_int_equal(state_of->spine_point, 0);
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_T1__a_head_sends_the_form_for_somebody_who_has_passed),
        cmocka_unit_test(AST_T1__a_form_without_its_appointment_is_refused),
        cmocka_unit_test(AST_T1__a_form_agrees_with_its_appointment),
        cmocka_unit_test(OPS_4_AST_T1__agency_and_supporting_authority_enter_forms_on_paper),
        cmocka_unit_test(AST_T1__a_form_on_paper_counts_from_the_day_it_came),
        cmocka_unit_test(AST_T1__an_appointment_is_known_by_post_and_person),
        cmocka_unit_test(AST_T1__head_and_supporting_authority_get_a_copy),
        cmocka_unit_test(AST_P7__the_form_is_copied_to_the_coordinator_of_the_posts_phase),
        cmocka_unit_test(AST_T1__the_posts_new_head_signs),
        cmocka_unit_test(GEN_6__the_form_is_the_schools_to_read),
        cmocka_unit_test(AST_T1__an_authority_that_does_not_support_the_post_gets_no_copy),
        cmocka_unit_test(AST_T1__nobody_is_appointed_who_has_not_passed),
        cmocka_unit_test(AST_T1__a_pass_counts_once_the_decision_is_sent),
        cmocka_unit_test(AST_T1__the_last_day_of_the_two_weeks_is_in_time_and_the_next_late),
        cmocka_unit_test(AST_T1__days_are_in_their_order_and_not_in_the_future),
        cmocka_unit_test(AST_T3__the_spine_has_the_points_1_to_18),
        cmocka_unit_test(AST_T1__one_appointment_has_one_form),
        cmocka_unit_test(GEN_6__a_head_sends_the_form_of_the_own_school_only),
        cmocka_unit_test(AST_T1__a_form_names_the_post_and_a_day_that_can_be),
        cmocka_unit_test(AST_T1__at_the_last_instant_of_the_two_weeks_it_is_in_time),
        cmocka_unit_test(AST_T3__without_a_spine_of_that_day_no_point_can_be_told),
        cmocka_unit_test(AST_T1__a_pass_of_an_unknown_edition_is_for_the_agency),
        cmocka_unit_test(AST_T1__another_event_changes_no_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
