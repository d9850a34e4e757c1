/*
 * What changes: entries of organisations and people are amended with a reason, positions end, schools get
 * other heads and become academies; what rests on it later follows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/acting_head.h"
#include "application/domain/person.h"
#include "ast_given.h"
#include "attain/v1/amend.pb-c.h"

static struct domain stage;

static int given_people(void **state)
{
    ast_given_people(&stage, "2012-09-03");
    ast_given_person(&stage, "new-head", PB__ROLE__HEADTEACHER, "school");
    domain_as(&stage, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    *state = &stage;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

/* ---- organisations ---- */

static Pb__AmendOrganisation *amendment(struct domain *w)
{
    Pb__AmendOrganisation *body = DOMAIN_NEW(w, AmendOrganisation, amend_organisation);
    body->kind = PB__ORGANISATION__KIND__SCHOOL;
    body->from_on = domain_day("2012-09-01");
    body->reason = arena_strdup(&w->arena, "As the inspectors found.");
    return body;
}

static void amend(struct domain *w, const char *name, const Pb__AmendOrganisation *body)
{
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", "agency");
    domain_send(w, name, MSG_AMEND_ORGANISATION, &body->base);
}

static const Pb__Organisation *school(struct domain *w)
{
    return (const Pb__Organisation *)domain_state(w, "school");
}

static void GEN_5__what_is_filled_in_changes_and_the_rest_stays(void **state)
{
    struct domain *w = *state;
    Pb__AmendOrganisation *body = amendment(w);
    body->special_measures = PB__MARK__YES;
    body->challenging = PB__MARK__YES;
    body->name = arena_strdup(&w->arena, "Hillside Academy");
    body->pay_area = PB__ORGANISATION__PAY_AREA__FRINGE;
    body->phase = PB__ORGANISATION__PHASE__PRIMARY;
    amend(w, "school", body);
    domain_accepted(w);
    assert_true(school(w)->special_measures);
    assert_true(school(w)->challenging);
    assert_string_equal(school(w)->name, "Hillside Academy");
    assert_string_equal(domain_index(w, "school").label, "Hillside Academy");
    assert_int_equal(school(w)->pay_area, PB__ORGANISATION__PAY_AREA__FRINGE);
    assert_int_equal(school(w)->phase, PB__ORGANISATION__PHASE__PRIMARY);
    assert_int_equal(school(w)->school_type, PB__ORGANISATION__SCHOOL_TYPE__MAINTAINED);
    assert_string_equal(school(w)->urn, "100001");
    assert_true(id_equal(field_id(school(w)->la_id), domain_id("la")));
    const Pb__OrganisationAmended *event =
        (const Pb__OrganisationAmended *)domain_event(w, MSG_ORGANISATION_AMENDED);
    assert_int_equal(event->from_on, domain_day("2012-09-01"));
    assert_non_null(event->reason);
    body = amendment(w);
    body->special_measures = PB__MARK__NO;
    amend(w, "school", body);
    domain_accepted(w);
    assert_false(school(w)->special_measures);
    assert_true(school(w)->challenging);
}

static void GEN_5__another_authority_must_be_one(void **state)
{
    struct domain *w = *state;
    Pb__AmendOrganisation *body = amendment(w);
    body->la_id = domain_field(w, "academy");
    amend(w, "school", body);
    domain_refused_field(w, "laId");
    body->la_id = domain_field(w, "la");
    amend(w, "school", body);
    domain_accepted(w);
}

static void GEN_7__an_amendment_has_its_reason_and_a_day_that_has_come(void **state)
{
    struct domain *w = *state;
    Pb__AmendOrganisation *body = amendment(w);
    body->reason = arena_strdup(&w->arena, " ");
    amend(w, "school", body);
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_field(w, "reason");
    body = amendment(w);
    body->from_on = domain_day("2012-09-04");
    amend(w, "school", body);
    domain_refused(w, "GEN-5", "wrong-field");
    domain_refused_field(w, "fromOn");
    body->from_on = domain_day("2012-09-03");
    amend(w, "school", body);
    domain_accepted(w);
    body->kind = PB__ORGANISATION__KIND__COLLEGE;
    amend(w, "school", body);
    domain_refused_field(w, "kind");
    body = amendment(w);
    body->urn = arena_strdup(&w->arena, "12345");
    amend(w, "school", body);
    domain_refused_field(w, "urn");
}

static void GEN_5__a_new_urn_must_be_free_and_the_old_one_is(void **state)
{
    struct domain *w = *state;
    Pb__AmendOrganisation *body = amendment(w);
    body->urn = arena_strdup(&w->arena, "100002");
    amend(w, "school", body);
    domain_refused(w, "GEN-5", "registered-already");
    domain_refused_with(w, "this URN");
    body->urn = arena_strdup(&w->arena, "100009");
    amend(w, "school", body);
    domain_accepted(w);
    domain_send(w, "next", MSG_REGISTER_ORGANISATION, &ast_school(w, "100009")->base);
    domain_refused(w, "GEN-5", "registered-already");
    domain_send(w, "next", MSG_REGISTER_ORGANISATION, &ast_school(w, "100001")->base);
    domain_accepted(w);
    amend(w, "school", body); /* its own number is no other's */
    domain_accepted(w);
    amend(w, "school", amendment(w)); /* nor when it is not named */
    domain_accepted(w);
    domain_send(w, "another", MSG_REGISTER_ORGANISATION, &ast_school(w, "100009")->base);
    domain_refused(w, "GEN-5", "registered-already");
}

static Pb__RegisterOrganisation *authority(struct domain *w, const char *name)
{
    Pb__RegisterOrganisation *body = DOMAIN_NEW(w, RegisterOrganisation, register_organisation);
    body->kind = PB__ORGANISATION__KIND__LA;
    body->name = arena_strdup(&w->arena, name);
    return body;
}

static void GEN_5__an_authority_that_changes_its_name_leaves_the_old_one(void **state)
{
    struct domain *w = *state;
    Pb__AmendOrganisation *body = amendment(w);
    body->kind = PB__ORGANISATION__KIND__LA;
    body->name = arena_strdup(&w->arena, "Greater Northshire");
    amend(w, "la", body);
    domain_accepted(w);
    domain_send(w, "la-2", MSG_REGISTER_ORGANISATION, &authority(w, "Greater Northshire")->base);
    domain_refused(w, "GEN-5", "registered-already");
    domain_send(w, "la-2", MSG_REGISTER_ORGANISATION, &authority(w, "Northshire")->base);
    domain_accepted(w);
    body = amendment(w);
    body->kind = PB__ORGANISATION__KIND__LA;
    body->name = arena_strdup(&w->arena, "Northshire");
    amend(w, "la", body);
    domain_refused(w, "GEN-5", "registered-already");
    domain_refused_with(w, "this name");
    body->urn =
        arena_strdup(&w->arena, "200001"); /* of an authority that has a number both are its own */
    body->name = arena_strdup(&w->arena, "Westshire");
    amend(w, "la", body);
    domain_accepted(w);
    domain_send(w, "la-3", MSG_REGISTER_ORGANISATION, &authority(w, "Westshire")->base);
    domain_refused(w, "GEN-5", "registered-already");
    body = amendment(w); /* a school may be called like an authority */
    body->name = arena_strdup(&w->arena, "Northshire");
    amend(w, "school", body);
    domain_accepted(w);
}

static void GEN_5__a_school_is_in_a_pay_area(void **state)
{
    struct domain *w = *state;
    Pb__RegisterOrganisation *body = ast_school(w, "100003");
    body->pay_area = PB__ORGANISATION__PAY_AREA__PAY_AREA_NONE;
    domain_send(w, "third", MSG_REGISTER_ORGANISATION, &body->base);
    domain_refused(w, "GEN-5", "wrong-field");
    domain_refused_field(w, "payArea");
}

static void AST_P8__a_school_that_became_an_academy_is_given_no_grant_any_more(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    Pb__AmendOrganisation *body = amendment(w);
    body->school_type = PB__ORGANISATION__SCHOOL_TYPE__ACADEMY;
    amend(w, "school", body);
    domain_accepted(w);
    Pb__ConfirmPostFunding *confirm = DOMAIN_NEW(w, ConfirmPostFunding, confirm_post_funding);
    confirm->outreach_agreed = true;
    ast_as_coordinator(w);
    domain_send(w, "post", MSG_CONFIRM_POST_FUNDING, &confirm->base);
    domain_refused(w, "AST-P8", "no-grant-for-academy");
}

/* ---- people ---- */

static Pb__AmendPerson *correction(struct domain *w)
{
    Pb__AmendPerson *body = DOMAIN_NEW(w, AmendPerson, amend_person);
    body->reason = arena_strdup(&w->arena, "It was mistyped.");
    return body;
}

static void correct(struct domain *w, const char *name, const Pb__AmendPerson *body)
{
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", "agency");
    domain_send(w, name, MSG_AMEND_PERSON, &body->base);
}

static const Pb__Person *head(struct domain *w)
{
    return (const Pb__Person *)domain_state(w, "head");
}

static void GEN_5__a_persons_entry_is_corrected_field_by_field(void **state)
{
    struct domain *w = *state;
    const struct id name = field_id(head(w)->name->record_id);
    const struct id email = field_id(head(w)->email->record_id);
    Pb__AmendPerson *body = correction(w);
    body->email = arena_strdup(&w->arena, "right@example.org");
    body->trn = arena_strdup(&w->arena, "7654321");
    correct(w, "head", body);
    domain_accepted(w);
    assert_true(id_equal(field_id(head(w)->name->record_id), name));
    assert_false(id_equal(field_id(head(w)->email->record_id), email));
    assert_non_null(head(w)->trn);
    assert_null(head(w)->set_number);
    const Pb__PersonAmended *event = (const Pb__PersonAmended *)domain_event(w, MSG_PERSON_AMENDED);
    assert_null(event->name);
    assert_int_equal(event->email_key.len, 16);
    assert_int_equal(event->trn_key.len, 16);
    assert_int_equal(event->set_number_key.len, 0);
    body = correction(w);
    body->name = arena_strdup(&w->arena, "Helen Renamed");
    body->set_number = arena_strdup(&w->arena, "SET-1");
    correct(w, "head", body);
    domain_accepted(w);
    assert_false(id_equal(field_id(head(w)->name->record_id), name));
    assert_non_null(head(w)->set_number);
    assert_int_equal(head(w)->n_positions, 1);
}

static void
GEN_5__a_correction_is_refused_where_another_has_the_number_or_it_can_be_none(void **state)
{
    struct domain *w = *state;
    Pb__AmendPerson *body = correction(w);
    correct(w, "head", body);
    domain_refused(w, "GEN-5", "nothing-to-amend");
    body->email = arena_strdup(&w->arena, "TEACHER@example.org");
    correct(w, "head", body);
    domain_refused(w, "GEN-5", "registered-already");
    body->email = arena_strdup(&w->arena, "no address");
    correct(w, "head", body);
    domain_refused_field(w, "email");
    body = correction(w);
    body->trn = arena_strdup(&w->arena, "12");
    correct(w, "head", body);
    domain_refused_field(w, "trn");
    body->trn = arena_strdup(&w->arena, "1234567");
    body->reason = arena_strdup(&w->arena, "");
    correct(w, "head", body);
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_field(w, "reason");
}

static void GEN_5__each_number_of_a_correction_is_that_persons_from_now_on(void **state)
{
    struct domain *w = *state;
    Pb__AmendPerson *body = correction(w);
    body->email = arena_strdup(&w->arena, "right@example.org");
    body->trn = arena_strdup(&w->arena, "7654321");
    body->set_number = arena_strdup(&w->arena, "SET-1");
    correct(w, "head", body);
    domain_accepted(w);
    for (int shared = 0; shared < 4; shared++) {
        Pb__RegisterPerson *other = ast_person(w, "other");
        other->email = arena_strdup(&w->arena, shared == 0 ? "right@example.org" : "o@example.org");
        other->trn = arena_strdup(&w->arena, shared == 1 ? "7654321" : "7654320");
        other->set_number = arena_strdup(&w->arena, shared == 2 ? "SET-1" : "SET-2");
        domain_send(w, "other", MSG_REGISTER_PERSON, &other->base);
        if (shared < 3) {
            domain_refused(w, "GEN-5", "registered-already");
        } else {
            domain_accepted(w);
        }
    }
}

/* ---- positions ---- */

static void end_as(struct domain *w, Pb__Role as, Pb__Role role, const char *at, const char *reason)
{
    Pb__EndPosition *body = DOMAIN_NEW(w, EndPosition, end_position);
    body->role = role;
    if (at != NULL) {
        body->organisation_id = domain_field(w, at);
    }
    body->reason = arena_strdup(&w->arena, reason);
    domain_as(w, as, "administrator", "agency");
    domain_send(w, "head", MSG_END_POSITION, &body->base);
}

static void GEN_6__a_position_ends_and_no_other(void **state)
{
    struct domain *w = *state;
    Pb__GrantPosition *grant = DOMAIN_NEW(w, GrantPosition, grant_position);
    grant->role = PB__ROLE__SCHOOL;
    grant->organisation_id = domain_field(w, "school");
    domain_send(w, "head", MSG_GRANT_POSITION, &grant->base);
    domain_accepted(w);
    end_as(w, PB__ROLE__CASEWORKER, PB__ROLE__HEADTEACHER, "academy", "Left.");
    domain_refused(w, "GEN-6", "not-held");
    end_as(w, PB__ROLE__CASEWORKER, PB__ROLE__HEADTEACHER, "school", " ");
    domain_refused(w, "GEN-7", "wrong-field");
    end_as(w, PB__ROLE__CASEWORKER, PB__ROLE__HEADTEACHER, "school", "Left.");
    domain_accepted(w);
    assert_false(person_holds(domain_state(w, "head"), PB__ROLE__HEADTEACHER, domain_id("school")));
    assert_true(person_holds(domain_state(w, "head"), PB__ROLE__SCHOOL, domain_id("school")));
    end_as(w, PB__ROLE__CASEWORKER, PB__ROLE__HEADTEACHER, "school", "Left.");
    domain_refused(w, "GEN-6", "not-held");
}

static void GEN_6__a_position_at_the_agency_is_ended_by_an_administrator(void **state)
{
    struct domain *w = *state;
    Pb__GrantPosition *grant = DOMAIN_NEW(w, GrantPosition, grant_position);
    grant->role = PB__ROLE__CASEWORKER;
    domain_send(w, "head", MSG_GRANT_POSITION, &grant->base);
    domain_accepted(w);
    end_as(w, PB__ROLE__CASEWORKER, PB__ROLE__CASEWORKER, NULL, "Left.");
    domain_refused(w, "GEN-6", "administrator-only");
    end_as(w, PB__ROLE__ADMINISTRATOR, PB__ROLE__CASEWORKER, NULL, "Left.");
    domain_accepted(w);
}

/* ---- heads ---- */

static void name_post_head(struct domain *w, const char *who, const char *reason)
{
    Pb__NamePostHead *body = DOMAIN_NEW(w, NamePostHead, name_post_head);
    body->headteacher_id = domain_field(w, who);
    body->reason = arena_strdup(&w->arena, reason);
    domain_send(w, "post", MSG_NAME_POST_HEAD, &body->base);
}

static void AST_P10__a_post_is_the_new_heads_once_that_is_said_with_a_reason(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_as(w, PB__ROLE__SCHOOL, "office", "school");
    name_post_head(w, "teacher", "New.");
    domain_refused(w, "AST-P10", "wrong-field");
    domain_refused_field(w, "headteacherId");
    name_post_head(w, "head", "New.");
    domain_refused_field(w, "headteacherId");
    name_post_head(w, "new-head", "");
    domain_refused(w, "GEN-7", "wrong-field");
    name_post_head(w, "new-head", "The head has retired.");
    domain_accepted(w);
    const Pb__Post *post = (const Pb__Post *)domain_state(w, "post");
    assert_true(id_equal(field_id(post->headteacher_id), domain_id("new-head")));
    assert_true(
        domain_tells(domain_told(w, "post-acting-head"), "new-head", PB__ROLE__HEADTEACHER));
    domain_as(w, PB__ROLE__SCHOOL, "office", "academy");
    name_post_head(w, "head", "Not theirs.");
    assert_int_not_equal(w->answer.status, DOMAIN_ACCEPTED);
}

static void AST_P10__a_closed_post_may_have_another_head(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    Pb__ClosePost *close = DOMAIN_NEW(w, ClosePost, close_post);
    close->reason = arena_strdup(&w->arena, "Nobody is to be had.");
    domain_send(w, "post", MSG_CLOSE_POST, &close->base);
    domain_accepted(w);
    domain_as(w, PB__ROLE__SCHOOL, "office", "school");
    name_post_head(w, "new-head", "The head has retired.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "closed");
    assert_null(domain_event(w, MSG_DEADLINES_READDRESSED)); /* nothing is open any more */
}

static void name_form_head(struct domain *w, const char *who, const char *reason)
{
    Pb__NameAst1Head *body = DOMAIN_NEW(w, NameAst1Head, name_ast1_head);
    body->headteacher_id = domain_field(w, who);
    body->reason = arena_strdup(&w->arena, reason);
    domain_send(w, "ast1", MSG_NAME_AST1_HEAD, &body->base);
}

static void AST_A5__a_new_head_is_told_and_comments_in_place_of_the_one_who_left(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "new-head", "school");
    domain_send(w, "ast1", MSG_COMMENT_ON_AST1, &ast_comments(w)->base);
    assert_int_equal(w->answer.status, DOMAIN_REFUSED);
    name_form_head(w, "new-head", "");
    domain_refused(w, "GEN-7", "wrong-field");
    name_form_head(w, "teacher", "New.");
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "headteacherId");
    name_form_head(w, "head", "New.");
    domain_refused_field(w, "headteacherId");
    name_form_head(w, "new-head", "The head has retired.");
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "ast1-to-comment");
    assert_non_null(told);
    assert_true(domain_tells(told, "new-head", PB__ROLE__HEADTEACHER));
    assert_null(domain_told(w, "ast1-acting-head")); /* one letter is enough */
    assert_string_equal(told->rule, "AST-A4");
    assert_string_equal(domain_fact(told, "due-on"),
                        date_words(domain_deadline(w, "ast1", "AST-A4", "")->due_on, &w->arena));
    const Pb__DeadlinesReaddressed *moved =
        (const Pb__DeadlinesReaddressed *)domain_event(w, MSG_DEADLINES_READDRESSED);
    assert_non_null(moved); /* and so do the reminders that are still to come */
    assert_true(id_equal(field_id(moved->from->id), domain_id("head")));
    assert_true(id_equal(field_id(moved->to->id), domain_id("new-head")));
    domain_send(w, "ast1", MSG_COMMENT_ON_AST1, &ast_comments(w)->base);
    domain_accepted(w);
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", "agency");
    name_form_head(w, "head", "Back again.");
    domain_accepted(w);
    assert_null(domain_told(w, "ast1-to-comment")); /* nothing is left to comment on */
    assert_true(domain_tells(domain_told(w, "ast1-acting-head"), "head", PB__ROLE__HEADTEACHER));
}

static void AST_A5__the_head_changes_after_the_decision_too(void **state)
{
    struct domain *w = *state;
    for (int met = 0; met < 2; met++) {
        ast_given_decided_form(w, met == 1);
        domain_as(w, PB__ROLE__SCHOOL, "office", "school");
        name_form_head(w, "new-head", "The head has retired.");
        domain_accepted(w);
        assert_string_equal(domain_state_name(w, "ast1"), met == 1 ? "passed" : "not_met");
        assert_true(id_equal(domain_index(w, "ast1").person_ids[1], domain_id("new-head")));
        assert_null(domain_told(w, "ast1-to-comment")); /* nothing is left to comment on */
        assert_true(
            domain_tells(domain_told(w, "ast1-acting-head"), "new-head", PB__ROLE__HEADTEACHER));
        domain_stop(w);
        given_people(state);
    }
    ast_given_form(w);
    ast_withdraw(w, "I stay where I am.");
    domain_accepted(w);
    domain_as(w, PB__ROLE__SCHOOL, "office", "school");
    name_form_head(w, "new-head", "The head has retired.");
    domain_refused(w, "AST-A5", "wrong-state");
}

static void AST_A5__a_candidate_who_is_head_does_not_act_for_their_own_form(void **state)
{
    struct domain *w = *state;
    Pb__GrantPosition *grant = DOMAIN_NEW(w, GrantPosition, grant_position);
    grant->role = PB__ROLE__HEADTEACHER;
    grant->organisation_id = domain_field(w, "school");
    domain_send(w, "teacher", MSG_GRANT_POSITION, &grant->base);
    domain_accepted(w);
    ast_given_form(w);
    domain_as(w, PB__ROLE__SCHOOL, "office", "school");
    name_form_head(w, "teacher", "Heads the school by now.");
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "headteacherId");
}

static void AST_A5__the_school_with_the_post_does_not_say_who_is_the_candidates_head(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "academy-head", PB__ROLE__HEADTEACHER, "academy");
    ast_given_form(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "academy-head", "academy");
    name_form_head(w, "new-head", "New.");
    assert_int_not_equal(w->answer.status, DOMAIN_ACCEPTED);
    domain_as(w, PB__ROLE__CANDIDATE, "teacher", NULL);
    name_form_head(w, "new-head", "New.");
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
}

/* The form of "teacher" of the academy for a post of the school, with "academy-head". */
static void given_external_form(struct domain *w)
{
    ast_given_person(w, "academy-head", PB__ROLE__HEADTEACHER, "academy");
    ast_given_person(w, "academy-deputy", PB__ROLE__HEADTEACHER, "academy");
    ast_as_head(w);
    Pb__DraftPost *post = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    post->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    domain_send(w, "post", MSG_DRAFT_POST, &post->base);
    domain_accepted(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    Pb__SubmitAst1 *form = ast_form(w);
    form->route = PB__AST1__ROUTE__EXTERNAL;
    form->school_id = domain_field(w, "academy");
    form->headteacher_id = domain_field(w, "academy-head");
    ast_submit(w, form);
    domain_accepted(w);
}

static void AST_A5__of_two_schools_the_candidates_own_says_who_acts_as_head(void **state)
{
    struct domain *w = *state;
    given_external_form(w);
    domain_as(w, PB__ROLE__SCHOOL, "office", "school"); /* which has the post */
    name_form_head(w, "academy-deputy", "New.");
    domain_refused(w, "AST-A5", "not-the-candidates-school");
    domain_as(w, PB__ROLE__HEADTEACHER, "academy-head", "school"); /* who heads both by now */
    name_form_head(w, "academy-deputy", "The head has gone to the other school.");
    domain_accepted(w);
    domain_as(w, PB__ROLE__SCHOOL, "office", "academy");
    name_form_head(w, "academy-head", "The head is back.");
    domain_accepted(w);
}

static void AST_A5__of_a_form_that_is_not_there_no_post_is_looked_up(void **state)
{
    struct domain *w = *state;
    struct id ids[1];
    const struct command command = {.body = &DOMAIN_NEW(w, NameAst1Head, name_ast1_head)->base};
    assert_int_equal(acting_head_form_further(&command, NULL, NULL, ids), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_5__what_is_filled_in_changes_and_the_rest_stays),
        TEST(GEN_5__another_authority_must_be_one),
        TEST(GEN_7__an_amendment_has_its_reason_and_a_day_that_has_come),
        TEST(GEN_5__each_number_of_a_correction_is_that_persons_from_now_on),
        TEST(GEN_5__a_new_urn_must_be_free_and_the_old_one_is),
        TEST(GEN_5__an_authority_that_changes_its_name_leaves_the_old_one),
        TEST(GEN_5__a_school_is_in_a_pay_area),
        TEST(AST_P8__a_school_that_became_an_academy_is_given_no_grant_any_more),
        TEST(GEN_5__a_persons_entry_is_corrected_field_by_field),
        TEST(GEN_5__a_correction_is_refused_where_another_has_the_number_or_it_can_be_none),
        TEST(GEN_6__a_position_ends_and_no_other),
        TEST(GEN_6__a_position_at_the_agency_is_ended_by_an_administrator),
        TEST(AST_P10__a_post_is_the_new_heads_once_that_is_said_with_a_reason),
        TEST(AST_A5__a_new_head_is_told_and_comments_in_place_of_the_one_who_left),
        TEST(AST_P10__a_closed_post_may_have_another_head),
        TEST(AST_A5__the_head_changes_after_the_decision_too),
        TEST(AST_A5__a_candidate_who_is_head_does_not_act_for_their_own_form),
        TEST(AST_A5__the_school_with_the_post_does_not_say_who_is_the_candidates_head),
        TEST(AST_A5__of_two_schools_the_candidates_own_says_who_acts_as_head),
        TEST(AST_A5__of_a_form_that_is_not_there_no_post_is_looked_up),
    };
    return cmocka_run_group_tests_name("amend", tests, NULL, NULL);
}
