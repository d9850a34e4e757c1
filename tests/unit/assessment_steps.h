#pragma once
/*
 * The steps of an assessment as its tests take them, each with what is usual; a test changes one thing
 * of a body before it sends it. The form is received on Monday 1 October 2012, so that the six weeks
 * end on 12 November; the day booked is Monday 5 November.
 */
#include "assessment/domain/assessment.h"
#include "assessment/domain/register_entry.h"
#include "assessment/service.h"
#include "attain/v1/application.pb-c.h"
#include "domain.h"
#include "kinds.h"

#define RECEIVED "2012-10-01"
#define SIX_WEEKS "2012-11-12"
#define THE_DAY "2012-11-05"

/* An empty stage on the day of receipt, whose forms are of ast-2013. */
static inline void steps_begin(struct domain *w)
{
    domain_start(w, &assessment_service, NULL, RECEIVED);
    w->consumed_edition = editions_find(&w->editions, "ast-2013")->revision;
}

/* Name of the case that assesses the form called `form`. */
static inline const char *steps_assessment(struct domain *w, const char *form)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(assessment_id(domain_id(form)), text));
}

/* Name of the register entry of `person` among the Advanced Skills Teachers. */
static inline const char *steps_entry(struct domain *w, const char *person)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(register_entry_ast_id(domain_id(person)), text));
}

/* An entry of the assessor's person, who has an interest in one school. */
static inline Pb__RegisterAssessor *steps_assessor(struct domain *w, const char *person)
{
    Pb__RegisterAssessor *body = DOMAIN_NEW(w, RegisterAssessor, register_assessor);
    body->person_id = domain_field(w, person);
    *ARENA_PUSH(&w->arena, body->phases, body->n_phases) = PB__ORGANISATION__PHASE__SECONDARY;
    *ARENA_PUSH(&w->arena, body->subjects, body->n_subjects) = arena_strdup(&w->arena, "history");
    body->region = arena_strdup(&w->arena, "East");
    *ARENA_PUSH(&w->arena, body->interest_ids, body->n_interest_ids) =
        domain_field(w, "elsewhere school");
    return body;
}

/* An offer of the `count` days. */
static inline Pb__OfferDays *steps_days(struct domain *w, size_t count, const char *const *days)
{
    Pb__OfferDays *body = DOMAIN_NEW(w, OfferDays, offer_days);
    for (size_t i = 0; i < count; i++) {
        *ARENA_PUSH(&w->arena, body->free_on, body->n_free_on) = domain_day(days[i]);
    }
    return body;
}

/* The assessor called `name`, who is `person`, is registered and offers three days. */
static inline void steps_register(struct domain *w, const char *name, const char *person)
{
    static const char *const days[] = {THE_DAY, SIX_WEEKS, "2012-11-13"};
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    domain_send(w, name, MSG_REGISTER_ASSESSOR, &steps_assessor(w, person)->base);
    domain_accepted(w);
    domain_send(w, name, MSG_OFFER_DAYS, &steps_days(w, COUNT(days), days)->base);
    domain_accepted(w);
}

/* What application says when the complete form is in; the post is at two schools other than the candidate's. */
static inline Pb__Ast1Received *steps_received(struct domain *w)
{
    Pb__Ast1Received *body = DOMAIN_NEW(w, Ast1Received, ast1_received);
    body->received_on = domain_day(RECEIVED);
    body->post_id = domain_field(w, "post");
    body->candidate_id = domain_field(w, "candidate");
    body->headteacher_id = domain_field(w, "head");
    body->candidate_school_id = domain_field(w, "own school");
    body->post_school_id = domain_field(w, "post school");
    *ARENA_PUSH(&w->arena, body->other_school_ids, body->n_other_school_ids) =
        domain_field(w, "second school");
    *ARENA_PUSH(&w->arena, body->other_base_ids, body->n_other_base_ids) =
        domain_field(w, "other base");
    body->route = PB__AST1__ROUTE__EXTERNAL;
    body->la_id = domain_field(w, "authority");
    body->phase = PB__ORGANISATION__PHASE__SECONDARY;
    body->subject = arena_strdup(&w->arena, "history");
    return body;
}

/* The form called `form` is received; its assessment is open. */
static inline void steps_open(struct domain *w, const char *form)
{
    domain_consume(w, PB__SERVICE__APPLICATION, form, MSG_AST1_RECEIVED, &steps_received(w)->base);
    domain_accepted(w);
}

/* An appointment of the candidate to `post`, made on the day `on`; an authority supports the post. */
static inline Pb__AstAppointed *steps_appointed(struct domain *w, const char *school, int32_t on)
{
    Pb__AstAppointed *body = DOMAIN_NEW(w, AstAppointed, ast_appointed);
    body->person_id = domain_field(w, "candidate");
    body->appointed_on = on;
    body->starts_on = on + 28;
    body->school_id = domain_field(w, school);
    body->la_id = domain_field(w, "authority");
    body->headteacher_id = domain_field(w, "post head");
    body->phase = PB__ORGANISATION__PHASE__SECONDARY;
    return body;
}

/* Application tells of it. */
static inline void steps_appoint(struct domain *w, const char *post, const char *school, int32_t on)
{
    domain_consume(w, PB__SERVICE__APPLICATION, post, MSG_AST_APPOINTED,
                   &steps_appointed(w, school, on)->base);
    domain_accepted(w);
}

/* A booking of the assessor called `name`. */
static inline Pb__BookAssessment *steps_booking(struct domain *w, const char *name, const char *on)
{
    Pb__BookAssessment *body = DOMAIN_NEW(w, BookAssessment, book_assessment);
    body->assessor_id = domain_field(w, name);
    body->assessment_on = domain_day(on);
    return body;
}

/* The caseworker asks for the booking; the answer is the test's to look at. */
static inline void steps_book(struct domain *w, const char *form, const char *name, const char *on)
{
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    domain_send(w, steps_assessment(w, form), MSG_BOOK_ASSESSMENT,
                &steps_booking(w, name, on)->base);
}

struct meeting_given {
    const char *meeting;
    const char *starts;
    int32_t minutes;
};

/* A programme with every meeting of the edition, agreed on the Friday before; the lessons are different. */
static inline Pb__AgreeProgramme *steps_programme(struct domain *w)
{
    static const struct meeting_given meetings[] = {
        {"opening", "08:45", 15},   {"evidence", "09:00", 60},  {"lesson", "10:00", 60},
        {"lesson", "11:15", 60},    {"candidate", "12:30", 45}, {"head", "13:15", 30},
        {"staff", "13:45", 30},     {"pupils", "14:15", 20},    {"parents", "14:40", 20},
        {"gap-check", "15:00", 30}, {"feedback", "15:30", 20},
    };
    Pb__AgreeProgramme *body = DOMAIN_NEW(w, AgreeProgramme, agree_programme);
    for (size_t i = 0; i < COUNT(meetings); i++) {
        Pb__Meeting *meeting = DOMAIN_NEW(w, Meeting, meeting);
        meeting->meeting = arena_strdup(&w->arena, meetings[i].meeting);
        meeting->starts = arena_strdup(&w->arena, meetings[i].starts);
        meeting->minutes = meetings[i].minutes;
        *ARENA_PUSH(&w->arena, body->meetings, body->n_meetings) = meeting;
    }
    for (size_t i = 2; i < 4; i++) {
        body->meetings[i]->subject = arena_strdup(&w->arena, i == 2 ? "history" : "literacy");
        body->meetings[i]->key_stage = (int32_t)i + 1;
        body->meetings[i]->ability = arena_strdup(&w->arena, i == 2 ? "higher" : "mixed");
    }
    body->meetings[7]->people = 6;
    body->agreed_on = domain_day("2012-11-02");
    return body;
}

/* The programme of the day is agreed by the assessor booked, who acts. */
static inline void steps_agree(struct domain *w)
{
    domain_on(w, "2012-11-02");
    domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    domain_send(w, steps_assessment(w, "form"), MSG_AGREE_PROGRAMME, &steps_programme(w)->base);
    domain_accepted(w);
}

/* A judgement on all six standards, all met but `missed` (NULL: all), and both lessons excellent. */
static inline Pb__JudgeAssessment *steps_judgement(struct domain *w, const char *missed)
{
    static const char *const codes[] = {"1", "2", "3", "4", "5", "6"};
    Pb__JudgeAssessment *body = DOMAIN_NEW(w, JudgeAssessment, judge_assessment);
    for (size_t i = 0; i < COUNT(codes); i++) {
        Pb__StandardJudgement *judgement = DOMAIN_NEW(w, StandardJudgement, standard_judgement);
        judgement->standard = arena_strdup(&w->arena, codes[i]);
        judgement->met = missed == NULL || missed[0] != codes[i][0];
        judgement->evidence = arena_printf(&w->arena, "Seen in both lessons, part %s.", codes[i]);
        *ARENA_PUSH(&w->arena, body->judgements, body->n_judgements) = judgement;
    }
    for (size_t i = 0; i < 2; i++) {
        *ARENA_PUSH(&w->arena, body->lessons_excellent, body->n_lessons_excellent) = true;
    }
    return body;
}

/* A letter with the decision. */
static inline Pb__SendDecision *steps_letter(struct domain *w)
{
    Pb__SendDecision *body = DOMAIN_NEW(w, SendDecision, send_decision);
    body->letter = arena_strdup(&w->arena, "Dear candidate, this is the decision.");
    return body;
}

/* Feedback that names `area` (NULL: none). */
static inline Pb__SendFeedback *steps_feedback(struct domain *w, const char *area)
{
    Pb__SendFeedback *body = DOMAIN_NEW(w, SendFeedback, send_feedback);
    body->feedback = arena_strdup(&w->arena, "What was seen, standard by standard.");
    if (area != NULL) {
        *ARENA_PUSH(&w->arena, body->areas, body->n_areas) = arena_strdup(&w->arena, area);
    }
    return body;
}

/* From the form to a booking for THE_DAY, on which it then is, with the booked assessor acting. */
static inline void steps_to_the_day(struct domain *w)
{
    steps_register(w, "assessor", "assessor person");
    steps_open(w, "form");
    steps_book(w, "form", "assessor", THE_DAY);
    domain_accepted(w);
    steps_agree(w);
    domain_on(w, THE_DAY);
    domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
}

/* From there to the decision, on the same day; all standards met but `missed` (NULL: all). */
static inline void steps_to_decision(struct domain *w, const char *missed)
{
    steps_to_the_day(w);
    const char *name = steps_assessment(w, "form");
    domain_send(w, name, MSG_JUDGE_ASSESSMENT, &steps_judgement(w, missed)->base);
    domain_accepted(w);
    domain_send(w, name, MSG_SEND_DECISION, &steps_letter(w)->base);
    domain_accepted(w);
}

/* What the tests look at most: the assessment of "form", its state, its deadlines. */
static inline const Pb__Assessment *steps_state(struct domain *w)
{
    return (const Pb__Assessment *)domain_state(w, steps_assessment(w, "form"));
}

static inline const char *steps_state_name(struct domain *w)
{
    return domain_state_name(w, steps_assessment(w, "form"));
}

static inline void steps_send(struct domain *w, uint16_t type, const ProtobufCMessage *body)
{
    domain_send(w, steps_assessment(w, "form"), type, body);
}

static inline void steps_due_on(struct domain *w, const char *rule, const char *item,
                                const char *on)
{
    const struct open_deadline *deadline =
        domain_deadline(w, steps_assessment(w, "form"), rule, item);
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day(on));
}
