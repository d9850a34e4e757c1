/*
 * Handing in a form AST1: the post must stand, the candidate must be eligible and answer every
 * standard. What later steps need of the post (who pays, which authority, phase, subject) is put into
 * the event, because a form goes on as it was begun.
 */
#include "access.h"
#include "ast1_internal.h"
#include "case_id.h"
#include "claims.h"
#include "kinds.h"
#include "la_policy.h"
#include "person.h"
#include "post.h"
#include "standards.h"

/* In the order of ast1_submit_refs: the schools of a teacher at several follow. */
enum { REF_POST, REF_SCHOOL, REF_HEAD, REF_EMPLOYER, REF_SCHOOLS };

/* After them, in this order. */
enum { AFTER_STANDING, AFTER_POLICY_OF_POST, AFTER_POLICY_OF_SCHOOL };

struct id ast1_applicant(const struct given *given)
{
    const struct command *command = given->command;
    return command->type == MSG_ENTER_PAPER_AST1
               ? field_id(((const Pb__EnterPaperAst1 *)command->body)->candidate_id)
               : given->world->actor.person_id;
}

struct date ast1_handed_on(const struct given *given)
{
    const struct command *command = given->command;
    return command->type == MSG_ENTER_PAPER_AST1
               ? (struct date){((const Pb__EnterPaperAst1 *)command->body)->received_on}
               : given->world->today;
}

Pb__SubmitAst1 ast1_asked(const struct command *command)
{
    if (command->type == MSG_SUBMIT_AST1) {
        return *(const Pb__SubmitAst1 *)command->body;
    }
    const Pb__EnterPaperAst1 *paper = (const Pb__EnterPaperAst1 *)command->body;
    Pb__SubmitAst1 form;
    pb__submit_ast1__init(&form);
    form.post_id = paper->post_id;
    form.route = paper->route;
    form.school_id = paper->school_id;
    form.headteacher_id = paper->headteacher_id;
    form.has_qts = paper->has_qts;
    form.stays_in_classroom = paper->stays_in_classroom;
    form.takes_on_outreach = paper->takes_on_outreach;
    form.answers = paper->answers;
    form.n_answers = paper->n_answers;
    form.employment = paper->employment;
    form.employer_id = paper->employer_id;
    form.current_head_reason = paper->current_head_reason;
    form.schools = paper->schools;
    form.n_schools = paper->n_schools;
    form.heads_agree = paper->heads_agree;
    form.reapplication = paper->reapplication;
    return form;
}

size_t ast1_submit_refs(const struct command *command, struct id *ret)
{
    const Pb__SubmitAst1 asked = ast1_asked(command);
    ret[0] = field_id(asked.post_id);
    ret[1] = field_id(asked.school_id);
    ret[2] = field_id(asked.headteacher_id);
    ret[3] = field_id(asked.employer_id);
    size_t count = REF_SCHOOLS;
    for (size_t i = 0; i < asked.n_schools && count < REFS_MAX; i++) {
        ret[count++] = field_id(asked.schools[i]->school_id);
    }
    return count;
}

size_t ast1_submit_further(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)state;
    const struct id none = {{0}};
    const Pb__Post *post = (const Pb__Post *)seen[REF_POST].state;
    ret[0] = seen[REF_POST].kind == KIND_POST ? case_id_la_policy(field_id(post->la_id)) : none;
    const Pb__Organisation *school = (const Pb__Organisation *)seen[REF_SCHOOL].state;
    ret[1] = seen[REF_SCHOOL].kind == KIND_ORGANISATION ? case_id_la_policy(field_id(school->la_id))
                                                        : none;
    return 2;
}

size_t ast1_submit_actor_refs(const struct actor *actor, struct id *ret)
{
    ret[0] = ast_standing_id(actor->person_id);
    return 1;
}

/* What was read after the refs, or NULL. */
static const ProtobufCMessage *seen_after(const struct given *given, size_t which, uint16_t kind)
{
    const struct world *world = given->world;
    size_t index = REF_SCHOOLS + ast1_asked(given->command).n_schools + which;
    return world->seen[index].kind == kind ? world->seen[index].state : NULL;
}

const Pb__AstStanding *ast1_standing(const struct given *given)
{
    return (const Pb__AstStanding *)seen_after(given, AFTER_STANDING, KIND_AST_STANDING);
}

struct terms ast1_terms_of_post(const struct given *given)
{
    return (struct terms){
        (const Pb__LaPolicy *)seen_after(given, AFTER_POLICY_OF_POST, KIND_LA_POLICY)};
}

struct terms ast1_terms_of_school(const struct given *given)
{
    return (struct terms){
        (const Pb__LaPolicy *)seen_after(given, AFTER_POLICY_OF_SCHOOL, KIND_LA_POLICY)};
}

bool ast1_has_passed(const struct given *given)
{
    const Pb__AstStanding *standing = ast1_standing(given);
    return standing != NULL && standing->passed_on != 0;
}

size_t ast1_submit_claims(const struct command *command, const struct actor *actor,
                          struct bytes digest_key, struct claim *ret)
{
    const Pb__SubmitAst1 *asked = (const Pb__SubmitAst1 *)command->body;
    ret[0] = claims_ast1(actor->person_id, field_id(asked->post_id), digest_key);
    return 1;
}

/* The post, if it takes forms, or NULL with a refusal. Source: AST-A1. */
static const Pb__Post *check_post(struct decision *d)
{
    const Pb__Post *post = (const Pb__Post *)form_seen(d, REF_POST, KIND_POST);
    if (post == NULL) {
        decision_refuse(
            d, "AST-A1", "no-such-post", "Name an existing post.",
            "A form is accepted only for an existing post, and there is none with this id.");
        decision_field(d, "postId", "There is no post with this id.");
        return NULL;
    }
    if (!post_takes_forms(post)) {
        decision_refuse(
            d, "AST-A1", "post-not-agreed", "Ask the school when the post will be agreed.",
            "A form is accepted only for a post that is agreed and not yet filled, and this post is: %s.",
            form_words(&pb__post__state__descriptor, (int)post->state, d->arena));
        decision_field(d, "postId", "This post takes no forms now.");
        return NULL;
    }
    if (post->job_description == NULL) {
        decision_refuse(d, "AST-P11", "no-job-description",
                        "Ask the school for the job description, and apply when it is there.",
                        "A post has its job description before applications are sent, and this "
                        "one has none yet.");
        return NULL;
    }
    return post;
}

/* Whom the school took on as a classroom teacher works towards the assessment and hands the form in when ready for it.
 * Source: AST-A11, P9. */
static void check_last_day(struct decision *d, const Pb__Post *post)
{
    if (access_same(ast1_applicant(d->given), post->teacher_id)) {
        return;
    }
    if (post->closes_on != 0 && ast1_handed_on(d->given).days > post->closes_on) {
        decision_refuse(
            d, "AST-A11", "closed", "Ask the school whether the post will be advertised again.",
            "Forms for this post were taken up to %s.", form_day(post->closes_on, d->arena));
        decision_field(d, "postId", "This post takes no forms any more.");
    }
}

/* ---- who acts as headteacher (AST-A5) ---- */

/* Whoever is named acts in that role at that organisation, by the entry of the person. */
static void check_head(struct decision *d, const Pb__SubmitAst1 *asked, Pb__Role role,
                       ProtobufCBinaryData organisation_id, const char *problem)
{
    const ProtobufCMessage *head = form_seen(d, REF_HEAD, KIND_PERSON);
    if (head == NULL) {
        form_wrong(d, "AST-A5", "headteacherId", "There is no person with this id.");
    } else if (!person_holds(head, role, field_id(organisation_id))) {
        form_wrong(d, "AST-A5", "headteacherId", problem);
    }
    if (id_equal(field_id(asked->headteacher_id), ast1_applicant(d->given))) {
        form_wrong(d, "AST-A5", "headteacherId",
                   "Candidates do not comment on themselves: name who acts as head.");
    }
}

static void check_unattached(struct decision *d, const Pb__SubmitAst1 *asked)
{
    if (form_seen(d, REF_EMPLOYER, KIND_ORGANISATION) == NULL) {
        form_wrong(d, "AST-A5", "employerId",
                   "Name the employer, who designates a line manager to act as headteacher.");
    }
    check_head(
        d, asked, PB__ROLE__LINE_MANAGER, asked->employer_id,
        "For a teacher attached to no school the line manager whom the employer designated acts.");
}

static void check_outside(struct decision *d, const Pb__SubmitAst1 *asked,
                          const Pb__Organisation *school)
{
    bool maintained =
        school != NULL && school->school_type == PB__ORGANISATION__SCHOOL_TYPE__MAINTAINED;
    if (!maintained && !form_is_filled(asked->current_head_reason)) {
        form_wrong(d, "AST-A5", "schoolId",
                   "Name the maintained school where you taught last, or say why your current "
                   "headteacher is more apt.");
    }
    check_head(d, asked, PB__ROLE__HEADTEACHER, asked->school_id,
               "The headteacher of the school named acts, and this person is not.");
}

/* The hours at the school whose head was chosen; 0 when it is none of those named. */
static int32_t own_minutes_of(const Pb__SubmitAst1 *asked)
{
    int32_t own_minutes = 0;
    for (size_t i = 0; i < asked->n_schools; i++) {
        if (id_equal(field_id(asked->schools[i]->school_id), field_id(asked->school_id))) {
            own_minutes = asked->schools[i]->minutes_per_week;
        }
    }
    return own_minutes;
}

static bool has_more_elsewhere(const Pb__SubmitAst1 *asked, int32_t own_minutes)
{
    for (size_t i = 0; i < asked->n_schools; i++) {
        if (asked->schools[i]->minutes_per_week > own_minutes) {
            return true;
        }
    }
    return false;
}

static bool is_named_before(const Pb__SubmitAst1 *asked, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (id_equal(field_id(asked->schools[i]->school_id),
                     field_id(asked->schools[index]->school_id))) {
            return true;
        }
    }
    return false;
}

static void check_several(struct decision *d, const Pb__SubmitAst1 *asked)
{
    if (asked->n_schools < 2) {
        form_wrong(d, "AST-A5", "schools", "Name each school where you teach, with your hours.");
    }
    for (size_t i = 0; i < asked->n_schools; i++) {
        if (form_seen(d, REF_SCHOOLS + i, KIND_ORGANISATION) == NULL || is_named_before(asked, i)) {
            form_wrong_element(d, "AST-A5", "schools", i, "schoolId",
                               "There is no school with this id, or it is there twice.");
        }
        if (asked->schools[i]->minutes_per_week <= 0) {
            form_wrong_element(d, "AST-A5", "schools", i, "minutesPerWeek", "Must be above 0.");
        }
    }
    const int32_t own_minutes = own_minutes_of(asked);
    if (own_minutes == 0) {
        form_wrong(d, "AST-A5", "schoolId", "Name one of the schools where you teach.");
    } else if (has_more_elsewhere(asked, own_minutes) && !asked->heads_agree) {
        form_wrong(
            d, "AST-A5", "schoolId",
            "The head of the school of most hours acts, unless all headteachers agree on another.");
    }
    check_head(d, asked, PB__ROLE__HEADTEACHER, asked->school_id,
               "The headteacher of the school named acts, and this person is not.");
}

/* Source: AST-A5. */
static void check_acting_head(struct decision *d, const Pb__SubmitAst1 *asked)
{
    const Pb__Organisation *school =
        (const Pb__Organisation *)form_seen(d, REF_SCHOOL, KIND_ORGANISATION);
    if (school == NULL) {
        form_wrong(d, "AST-A5", "schoolId", "There is no school with this id.");
    }
    switch (asked->employment) {
    case PB__AST1__EMPLOYMENT__UNATTACHED:
        check_unattached(d, asked);
        break;
    case PB__AST1__EMPLOYMENT__OUTSIDE_SECTOR:
        check_outside(d, asked, school);
        break;
    case PB__AST1__EMPLOYMENT__SEVERAL_SCHOOLS:
        check_several(d, asked);
        break;
    default:
        check_head(d, asked, PB__ROLE__HEADTEACHER, asked->school_id,
                   "The headteacher of your school acts, and this person is not.");
        break;
    }
}

static bool is_base(const Pb__Post *post, ProtobufCBinaryData school_id)
{
    const struct id id = field_id(school_id);
    bool base = access_same(id, post->school_id);
    for (size_t i = 0; i < post->n_other_bases; i++) {
        base |= access_same(id, post->other_bases[i]->school_id);
    }
    return base;
}

/* One of the schools of the candidate is one of those of the post. Source: AST-P1, A5, A7. */
static bool is_own_school(const Pb__SubmitAst1 *asked, const Pb__Post *post)
{
    bool own = is_base(post, asked->school_id);
    if (asked->employment == PB__AST1__EMPLOYMENT__SEVERAL_SCHOOLS) {
        for (size_t i = 0; i < asked->n_schools; i++) {
            own |= is_base(post, asked->schools[i]->school_id);
        }
    }
    return own;
}

/* Source: AST-A7, P9. */
static void check_route(struct decision *d, const Pb__SubmitAst1 *asked, const Pb__Post *post)
{
    const bool own_school = is_own_school(asked, post);
    if (!form_is_chosen(&pb__ast1__route__descriptor, (int)asked->route)) {
        form_wrong(d, "AST-A7", "route",
                   "Say whether you apply at your own school or from outside.");
    } else if (asked->route == PB__AST1__ROUTE__INTERNAL && !own_school) {
        form_wrong(d, "AST-A7", "route",
                   "The post is at another school, so that this is the external route.");
    } else if (asked->route == PB__AST1__ROUTE__EXTERNAL &&
               post->recruitment == PB__POST__RECRUITMENT__INTERNAL) {
        form_wrong(d, "AST-P9", "route", "This post is recruited internally.");
    }
}

/* Source: AST-A2. */
static void check_eligible(struct decision *d, const Pb__SubmitAst1 *asked)
{
    if (!asked->has_qts) {
        form_wrong(d, "AST-A2", "hasQts", "A candidate has qualified teacher status.");
    }
    if (!asked->stays_in_classroom) {
        form_wrong(d, "AST-A2", "staysInClassroom",
                   "A candidate declares the wish to stay in the classroom.");
    }
    if (!asked->takes_on_outreach) {
        form_wrong(d, "AST-A2", "takesOnOutreach",
                   "A candidate declares the wish to take on outreach.");
    }
}

static Pb__Ast1Submitted *submitted(struct decision *d, const Pb__SubmitAst1 *asked,
                                    const Pb__Post *post)
{
    Pb__Ast1Submitted *event = FORM_NEW(d->arena, Ast1Submitted, ast1_submitted);
    event->post_id = asked->post_id;
    event->candidate_id = id_field(ast1_applicant(d->given), d->arena);
    event->headteacher_id = asked->headteacher_id;
    event->candidate_school_id = asked->school_id;
    event->post_school_id = post->school_id;
    event->la_id = post->la_id;
    event->route = asked->route;
    event->answers = standards_record(d, asked->answers, asked->n_answers);
    event->n_answers = asked->n_answers;
    event->funding_source = post->funding_source;
    event->phase = post->phase;
    event->subject = post->subject;
    event->through_la = post->through_la;
    event->partner_id = post->partner_id;
    event->la_advertises = post_is_of_la(post);
    event->employment = asked->employment;
    event->employer_id = asked->employer_id;
    event->current_head_reason = decision_text(d, asked->current_head_reason);
    const Pb__AstStanding *standing = ast1_standing(d->given);
    if (asked->reapplication != NULL && standing != NULL && !ast1_has_passed(d->given)) {
        event->earlier_ast1_id = standing->not_met_ast1_id;
        event->points_addressed = decision_text(d, asked->reapplication->points_addressed);
        event->early_reason = decision_text(d, asked->reapplication->early_reason);
    }
    for (size_t i = 0; i < asked->n_schools; i++) {
        if (!id_equal(field_id(asked->schools[i]->school_id), field_id(asked->school_id))) {
            *ARENA_PUSH(d->arena, event->other_school_ids, event->n_other_school_ids) =
                asked->schools[i]->school_id;
        }
    }
    for (size_t i = 0; i < post->n_other_bases; i++) {
        *ARENA_PUSH(d->arena, event->other_base_ids, event->n_other_base_ids) =
            post->other_bases[i]->school_id;
    }
    event->nation = ((const Pb__Organisation *)form_seen(d, REF_SCHOOL, KIND_ORGANISATION))->nation;
    return event;
}

/* The head's duty begins, and both sides are told. Source: AST-A4. */
static void begin_comments(struct decision *d, const struct edition *ed,
                           const Pb__Ast1Submitted *event, const Pb__Post *post)
{
    const Pb__Recipient *head[] = {
        decision_recipient(d, field_id(event->headteacher_id), PB__ROLE__HEADTEACHER)};
    const Pb__Recipient *candidate[] = {
        decision_recipient(d, field_id(event->candidate_id), PB__ROLE__CANDIDATE)};
    const struct edition_period *period = decision_period(d, ed, "head-comment");
    decision_deadline(d, period, d->given->world->today, "", head, COUNT(head));
    const char *due = form_due(d);
    decision_tell(d, period->rule, "ast1-to-comment", head, COUNT(head), "post", post->title,
                  "due-on", due, NULL);
    decision_tell(d, "AST-A1", "ast1-submitted", candidate, COUNT(candidate), "post", post->title,
                  "due-on", due, NULL);
}

/* Whoever has passed is not assessed again: the appointing body may appoint. Source: AST-A9. */
void ast1_recognise(struct decision *d, const struct fsm_row *row,
                    const Pb__Ast1Submitted *submitted)
{
    const Pb__AstStanding *standing = ast1_standing(d->given);
    require(standing != NULL);
    Pb__Ast1Recognised *event = FORM_NEW(d->arena, Ast1Recognised, ast1_recognised);
    event->register_number = standing->register_number;
    event->passed_on = standing->passed_on;
    event->candidate_id = submitted->candidate_id;
    event->post_id = submitted->post_id;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(submitted->candidate_id), PB__ROLE__CANDIDATE),
        decision_recipient(d, field_id(submitted->post_school_id), PB__ROLE__HEADTEACHER),
    };
    decision_tell(d, row->rule, "ast1-recognised", to, COUNT(to), "number", event->register_number,
                  "passed-on", form_day(event->passed_on, d->arena), NULL);
}

/* Of a paper that came incomplete an answer may be missing, and is named so. Source: AST-A3, A12. */
static void check_answers(struct decision *d, const struct edition *ed, const Pb__SubmitAst1 *asked)
{
    if (ast1_paper_lacks(d->given)) {
        ast1_check_paper_texts(d, ed, "answers", asked->answers, asked->n_answers,
                               PB__MISSING_PART__PART__ANSWER);
    } else {
        standards_check(d, "AST-A3", ed, "answers", asked->answers, asked->n_answers);
    }
}

const Pb__Post *ast1_check_form(struct decision *d, const struct edition *ed)
{
    const struct given *given = d->given;
    const Pb__SubmitAst1 asked = ast1_asked(given->command);
    const Pb__Post *post = check_post(d);
    if (post == NULL) {
        return NULL;
    }
    if (!given->world->claimed) {
        decision_refuse(d, "AST-A1", "applied-already",
                        "Go on with the form that is there, or withdraw it and apply again.",
                        "You have applied for this post already, and that form is still open or "
                        "has been passed.");
    }
    check_last_day(d, post);
    check_acting_head(d, &asked);
    if (given->command->type == MSG_SUBMIT_AST1) {
        la_policy_check_shown(d, ast1_terms_of_post(given).policy, asked.arrangements_seen);
    }
    check_route(d, &asked, post);
    check_eligible(d, &asked);
    ast1_check_closing(d, ed);
    if (!ast1_has_passed(given)) {
        ast1_check_again(d, ed, &asked);
        check_answers(d, ed, &asked);
    }
    return decision_is_over(d) ? NULL : post;
}

const Pb__Ast1Submitted *ast1_begin(struct decision *d, const struct edition *ed,
                                    const Pb__Post *post)
{
    const Pb__SubmitAst1 asked = ast1_asked(d->given->command);
    decision_edition(d, ed);
    decision_root(d, field_id(asked.post_id));
    const Pb__Ast1Submitted *event = submitted(d, &asked, post);
    decision_emit(d, MSG_AST1_SUBMITTED, &event->base);
    return event;
}

void ast1_submit(const struct given *given, struct decision *d)
{
    const struct world *world = given->world;
    const struct fsm_row *row = decision_step(d, &ast1_fsm, -1);
    decision_about(d, world->actor.person_id);
    if (id_is_zero(world->actor.person_id)) {
        decision_refuse(d, "GEN-6", "no-person", "Sign in as the person who applies.",
                        "A form is handed in by a person, and the caller is none.");
    }
    const struct edition *ed = editions_on(world->editions, SCHEME_AST, world->today);
    if (ed == NULL) {
        decision_refuse(d, "AST-A11", "no-edition", "Ask the agency whether the scheme goes on.",
                        "No form AST1 is taken on %s: no edition of the scheme is in force.",
                        date_words(world->today, d->arena));
        return;
    }
    const Pb__Post *post = ast1_check_form(d, ed);
    if (post == NULL || row == NULL) {
        return;
    }
    const Pb__Ast1Submitted *event = ast1_begin(d, ed, post);
    if (row->emit == MSG_AST1_RECOGNISED) {
        ast1_recognise(d, row, event);
    } else {
        begin_comments(d, ed, event, post);
    }
}
