/*
 * Steps through the programme, for the tests that begin in its middle.
 */
#include "enrolment_given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "assessment/domain/enrolment.h"
#include "assessment/service.h"
#include "attain/v1/application.pb-c.h"

char enrolment_case[ID_TEXT_BYTES];

static char *text(struct domain *w, const char *words)
{
    return arena_strdup(&w->arena, words);
}

/* ---- who acts ---- */

void enrolment_as_participant(struct domain *w)
{
    domain_as(w, PB__ROLE__CANDIDATE, "participant", "college");
}

void enrolment_as_mentor(struct domain *w)
{
    domain_as(w, PB__ROLE__MENTOR, "mentor", NULL);
}

void enrolment_as_reviewer(struct domain *w)
{
    domain_as(w, PB__ROLE__REVIEWER, "reviewer", "agency");
}

void enrolment_as_moderator(struct domain *w)
{
    domain_as(w, PB__ROLE__LEAD_MODERATOR, "moderator", "agency");
}

void enrolment_as_caseworker(struct domain *w)
{
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", "agency");
}

/* ---- the case ---- */

const ProtobufCMessage *enrolment_stored(const struct domain *w)
{
    const ProtobufCMessage *state = domain_state(w, enrolment_case);
    require(state != NULL);
    return state;
}

const Pb__Enrolment *enrolment_state(struct domain *w)
{
    Pb__Enrolment *copy = arena_copy(&w->arena, enrolment_stored(w), sizeof(*copy));
    return (const Pb__Enrolment *)message_expand(&copy->base, &w->arena);
}

const Pb__Activity *enrolment_on_timeline(struct domain *w, const char *code)
{
    const Pb__Enrolment *state = enrolment_state(w);
    for (size_t i = 0; i < state->n_activities; i++) {
        if (strcmp(state->activities[i]->activity, code) == 0) {
            return state->activities[i];
        }
    }
    fail_msg("no activity %s", code);
    return NULL;
}

void enrolment_place_confirmed(struct domain *w)
{
    Pb__AtsPlaceConfirmed *body = DOMAIN_NEW(w, AtsPlaceConfirmed, ats_place_confirmed);
    body->application_id = domain_field(w, "application");
    body->person_id = domain_field(w, "participant");
    body->cohort = 2022;
    body->employer_id = domain_field(w, "college");
    domain_consume(w, PB__SERVICE__APPLICATION, "application", MSG_ATS_PLACE_CONFIRMED,
                   &body->base);
}

void enrolment_given_stage(struct domain *w)
{
    domain_start(w, &assessment_service, NULL, "2022-09-20");
    (void)id_format(enrolment_id(domain_id("application")), enrolment_case);
    const struct edition *ed = editions_find(&w->editions, "ats-2022");
    require(ed != NULL);
    w->consumed_edition = ed->revision;
}

void enrolment_given_open(struct domain *w)
{
    enrolment_given_stage(w);
    enrolment_place_confirmed(w);
    domain_accepted(w);
}

void enrolment_send_empty(struct domain *w, uint16_t type)
{
    const struct message_type *message = message_by_number(type);
    require(message != NULL);
    domain_send(w, enrolment_case, type, message_new(message->descriptor, &w->arena));
}

/* ---- the commands ---- */

void enrolment_nominate_mentor(struct domain *w, const char *mentor)
{
    Pb__NominateMentor *body = DOMAIN_NEW(w, NominateMentor, nominate_mentor);
    body->mentor_id = domain_field(w, mentor);
    domain_send(w, enrolment_case, MSG_NOMINATE_MENTOR, &body->base);
}

void enrolment_agree_mentoring(struct domain *w)
{
    Pb__AgreeMentoring *body = DOMAIN_NEW(w, AgreeMentoring, agree_mentoring);
    body->agreement = text(w, "We meet each term and keep to ourselves what is said.");
    domain_send(w, enrolment_case, MSG_AGREE_MENTORING, &body->base);
}

void enrolment_record_meeting(struct domain *w, int ordinal, const char *on)
{
    Pb__RecordMeeting *body = DOMAIN_NEW(w, RecordMeeting, record_meeting);
    body->ordinal = ordinal;
    body->held_on = domain_day(on);
    body->notes = text(w, "Talked about the plans.");
    domain_send(w, enrolment_case, MSG_RECORD_MEETING, &body->base);
}

void enrolment_complete_activity(struct domain *w, const char *code)
{
    Pb__CompleteActivity *body = DOMAIN_NEW(w, CompleteActivity, complete_activity);
    body->activity = text(w, code);
    domain_send(w, enrolment_case, MSG_COMPLETE_ACTIVITY, &body->base);
}

void enrolment_excuse_activity(struct domain *w, const char *code, const char *reason)
{
    Pb__ExcuseActivity *body = DOMAIN_NEW(w, ExcuseActivity, excuse_activity);
    body->activity = text(w, code);
    body->reason = text(w, reason);
    domain_send(w, enrolment_case, MSG_EXCUSE_ACTIVITY, &body->base);
}

Pb__AddPortfolioItem *enrolment_item(struct domain *w, const char *const *standards, size_t count)
{
    Pb__AddPortfolioItem *body = DOMAIN_NEW(w, AddPortfolioItem, add_portfolio_item);
    body->kind = text(w, "reading-log");
    body->title = text(w, "What I read on feedback");
    body->note = text(w, "Three books and a paper.");
    body->n_standards = count;
    body->standards = ARENA_ARRAY(&w->arena, count + 1, char *);
    for (size_t i = 0; i < count; i++) {
        body->standards[i] = text(w, standards[i]);
    }
    return body;
}

void enrolment_add_items(struct domain *w, int first, int last)
{
    enrolment_as_participant(w);
    for (int standard = first; standard <= last; standard++) {
        const char *code = arena_printf(&w->arena, "%d", standard);
        domain_send(w, enrolment_case, MSG_ADD_PORTFOLIO_ITEM, &enrolment_item(w, &code, 1)->base);
        domain_accepted(w);
    }
}

void enrolment_review_portfolio(struct domain *w, bool recommended, const char *by)
{
    Pb__ReviewPortfolio *body = DOMAIN_NEW(w, ReviewPortfolio, review_portfolio);
    body->authentic = true;
    body->sufficient = recommended;
    body->reliable = true;
    body->feedback = text(w, "Clear throughout; the project lacks its findings.");
    body->modifications_by = by == NULL ? 0 : domain_day(by);
    domain_send(w, enrolment_case, MSG_REVIEW_PORTFOLIO, &body->base);
}

void enrolment_book(struct domain *w, const char *on, const char *moderator)
{
    Pb__BookViva *body = DOMAIN_NEW(w, BookViva, book_viva);
    body->viva_on = domain_day(on);
    body->lead_moderator_id = domain_field(w, moderator);
    body->panel_id = domain_field(w, "head of programme");
    domain_send(w, enrolment_case, MSG_BOOK_VIVA, &body->base);
}

void enrolment_record(struct domain *w, bool passed)
{
    Pb__RecordViva *body = DOMAIN_NEW(w, RecordViva, record_viva);
    body->passed = passed;
    body->reasons = text(w, "Spoke to every standard.");
    domain_send(w, enrolment_case, MSG_RECORD_VIVA, &body->base);
}

/* ---- further and further ---- */

void enrolment_given_mentor(struct domain *w)
{
    enrolment_as_participant(w);
    enrolment_nominate_mentor(w, "mentor");
    domain_accepted(w);
    enrolment_as_mentor(w);
    enrolment_agree_mentoring(w);
    domain_accepted(w);
}

void enrolment_given_meetings(struct domain *w)
{
    static const char *const held_on[] = {"2022-11-15", "2023-03-14", "2023-07-10"};
    for (size_t i = 0; i < COUNT(held_on); i++) {
        domain_on(w, held_on[i]);
        enrolment_as_mentor(w);
        enrolment_record_meeting(w, (int)i + 1, held_on[i]);
        domain_accepted(w);
    }
}

static void give_statement(struct domain *w)
{
    Pb__GiveStatement *body = DOMAIN_NEW(w, GiveStatement, give_statement);
    body->statement = text(w, "A teacher whom others learn from.");
    enrolment_as_mentor(w);
    domain_send(w, enrolment_case, MSG_GIVE_STATEMENT, &body->base);
    domain_accepted(w);
    enrolment_as_participant(w);
    enrolment_send_empty(w, MSG_CHECK_STATEMENT);
    domain_accepted(w);
}

void enrolment_given_complete(struct domain *w)
{
    enrolment_given_open(w);
    enrolment_given_mentor(w);
    enrolment_given_meetings(w);
    domain_on(w, "2023-09-12");
    give_statement(w);
    enrolment_add_items(w, 1, 20);
    for (size_t i = 0; i < enrolment_state(w)->n_activities; i++) {
        const Pb__Activity *activity = enrolment_state(w)->activities[i];
        if (activity->required && activity->done_on == 0) {
            enrolment_complete_activity(w, activity->activity);
            domain_accepted(w);
        }
    }
}

void enrolment_given_submitted(struct domain *w)
{
    enrolment_given_complete(w);
    enrolment_send_empty(w, MSG_SUBMIT_PORTFOLIO);
    domain_accepted(w);
}
