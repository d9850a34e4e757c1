/*
 * Drafting a post: everything about it that later steps rely on is checked here, and what follows from
 * the school and the edition (authority, phase, nation, whether the authority pays) is put into the
 * event, so that a later change of either alters no post. What the authority gives it later rests on what the
 * school is then (post_fund.c).
 */
#include <string.h>

#include "access.h"
#include "case_id.h"
#include "form.h"
#include "kinds.h"
#include "la_policy.h"
#include "person.h"
#include "post.h"
#include "post_parts.h"

enum { REF_MANAGER = 2, REF_PARTNER, REF_BASES, WHOLE_PERMILLE = 1000 };

size_t post_draft_refs(const struct command *command, struct id *ret)
{
    const Pb__DraftPost *asked = (const Pb__DraftPost *)command->body;
    ret[0] = field_id(asked->school_id);
    ret[1] = field_id(asked->headteacher_id);
    ret[2] = asked->matters == NULL ? (struct id){{0}} : field_id(asked->matters->line_manager_id);
    ret[REF_PARTNER] = field_id(asked->partner_id);
    for (size_t i = 0; i < asked->n_other_bases; i++) {
        ret[REF_BASES + i] = field_id(asked->other_bases[i]->school_id);
    }
    return REF_BASES + asked->n_other_bases;
}

size_t post_draft_further(const struct command *command, const ProtobufCMessage *state,
                          const struct seen_case *seen, struct id *ret)
{
    const Pb__Organisation *school = (const Pb__Organisation *)seen[0].state;
    (void)command;
    (void)state;
    ret[0] = seen[0].kind == KIND_ORGANISATION ? case_id_la_policy(field_id(school->la_id))
                                               : (struct id){{0}};
    return 1;
}

/* A headteacher known by person alone must hold that position at the school. */
static bool is_own_school(const struct decision *d, const Pb__DraftPost *asked,
                          const ProtobufCMessage *head)
{
    return access_same(d->given->world->actor.person_id, asked->headteacher_id) &&
           person_holds(head, PB__ROLE__HEADTEACHER, field_id(asked->school_id));
}

static void check_fields(struct decision *d, const Pb__DraftPost *asked)
{
    if (!form_is_filled(asked->title)) {
        form_wrong(d, "AST-P1", "title", "A post has a title.");
    }
    if (!form_is_chosen(&pb__post__reason__descriptor, (int)asked->reason)) {
        form_wrong(d, "AST-P2", "reason",
                   "Say for which of the listed purposes the post is created.");
    }
    if (!form_is_chosen(&pb__post__recruitment__descriptor, (int)asked->recruitment)) {
        form_wrong(d, "AST-P9", "recruitment", "Say how the post is recruited.");
    }
    post_check_chosen(d, asked->funding_source);
}

/* Source: AST-T3. */
static void check_employer(struct decision *d, const Pb__DraftPost *asked)
{
    if (asked->centrally_employed && access_is_school_side(&d->given->world->actor)) {
        form_wrong(d, "AST-T3", "centrallyEmployed",
                   "Only the authority itself says that it employs whoever fills the post.");
    }
}

/* Source: AST-P1. */
static Pb__Post__Creator creator_of(struct decision *d, const Pb__DraftPost *asked)
{
    const struct actor *actor = &d->given->world->actor;
    const Pb__Post__Creator own =
        access_is_la_side(actor) ? PB__POST__CREATOR__BY_LA : PB__POST__CREATOR__BY_SCHOOL;
    const Pb__Post__Creator creator =
        asked->creator == PB__POST__CREATOR__CREATOR_NONE ? own : asked->creator;
    bool several =
        creator == PB__POST__CREATOR__BY_FEDERATION || creator == PB__POST__CREATOR__BY_GROUP;
    bool party = access_is_la_side(actor) || access_is_school_side(actor);
    if (!form_is_chosen(&pb__post__creator__descriptor, (int)creator) ||
        (party && !several && creator != own)) {
        form_wrong(d, "AST-P1", "creator",
                   "A school creates a post for itself, an authority for itself, or either for a "
                   "federation or a group.");
    } else if (several && !form_is_filled(asked->creator_name)) {
        form_wrong(d, "AST-P1", "creatorName", "Name the federation or group.");
    }
    return creator;
}

/* Source: AST-P1. */
static void check_bases(struct decision *d, const Pb__DraftPost *asked)
{
    uint32_t sum = asked->share_permille;
    for (size_t i = 0; i < asked->n_other_bases; i++) {
        const Pb__Organisation *school =
            (const Pb__Organisation *)form_seen(d, REF_BASES + i, KIND_ORGANISATION);
        struct id id = field_id(asked->other_bases[i]->school_id);
        bool twice = id_equal(id, field_id(asked->school_id));
        for (size_t k = 0; k < i; k++) {
            twice |= id_equal(id, field_id(asked->other_bases[k]->school_id));
        }
        if (school == NULL || school->kind != PB__ORGANISATION__KIND__SCHOOL || twice) {
            form_wrong_element(d, "AST-P1", "otherBases", i, "schoolId",
                               "There is no school with this id, or it is named twice.");
        }
        if (asked->other_bases[i]->share_permille == 0) {
            form_wrong_element(d, "AST-P1", "otherBases", i, "sharePermille",
                               "Each school has a share of the time.");
        }
        sum += asked->other_bases[i]->share_permille;
    }
    if (asked->n_other_bases > 0 && (sum != WHOLE_PERMILLE || asked->share_permille == 0)) {
        form_wrong(d, "AST-P1", "sharePermille",
                   "The shares of all schools add up to 1000 thousandths, each of them some.");
    }
}

/* The edition's row for the post's money, or NULL with a refusal. Source: AST-P5, P8. */
static const struct edition_funding *check_funding(struct decision *d, const Pb__DraftPost *asked,
                                                   const Pb__Organisation *school,
                                                   const struct edition *ed)
{
    const struct edition_funding *row =
        post_check_source(d, asked->funding_source, asked->financial_year, school->nation, ed);
    if (row != NULL && row->through_la && !post_check_grant(d, school)) {
        decision_field(d, "fundingSource", "Not for an academy or free school.");
        return NULL;
    }
    return row;
}

static Pb__PostDrafted *drafted(struct arena *arena, const Pb__DraftPost *asked,
                                const Pb__Organisation *school)
{
    Pb__PostDrafted *event = FORM_NEW(arena, PostDrafted, post_drafted);
    event->school_id = asked->school_id;
    event->la_id = school->la_id;
    event->title = asked->title;
    event->reason = asked->reason;
    event->recruitment = asked->recruitment;
    event->funding_source = asked->funding_source;
    event->financial_year = asked->financial_year;
    event->headteacher_id = asked->headteacher_id;
    event->phase = school->phase;
    event->subject = asked->subject;
    event->school_type = school->school_type;
    event->nation = school->nation;
    event->creator_name = asked->creator_name;
    event->other_bases = asked->other_bases;
    event->n_other_bases = asked->n_other_bases;
    event->share_permille = asked->n_other_bases > 0 ? asked->share_permille : WHOLE_PERMILLE;
    event->own_structure = post_own_structure(school);
    event->centrally_employed = asked->centrally_employed;
    event->partner_id = asked->partner_id;
    return event;
}

/* What a draft may bring along: matters that are settled already, the job description. Source: AST-P3, P11. */
static void emit_more(struct decision *d, const struct edition *ed, const Pb__DraftPost *asked,
                      const Pb__PostDrafted *event)
{
    const struct post_parties parties = {.title = event->title,
                                         .headteacher_id = event->headteacher_id,
                                         .la_id = event->la_id,
                                         .phase = event->phase,
                                         .through_la = event->through_la};
    if (asked->matters != NULL) {
        post_emit_matters(d, ed, asked->matters, &parties);
    }
    if (form_is_filled(asked->job_description)) {
        post_emit_description(d, asked->job_description);
    }
}

/* Source: AST-P6, P7. */
static void tell_drafted(struct decision *d, const Pb__PostDrafted *event)
{
    const Pb__Recipient *to[] = {
        decision_coordinator(d, field_id(event->la_id), (int)event->phase),
        decision_recipient(d, field_id(event->headteacher_id), PB__ROLE__HEADTEACHER)};
    if (event->through_la) {
        decision_tell(d, "AST-P6", "post-to-confirm", to, 1, "post", event->title, "financial-year",
                      post_year_words(event->financial_year, d->arena), "due-on", form_due(d),
                      NULL);
    } else if (event->beyond_cap) {
        decision_tell(d, "AST-P7", "post-beyond-cap", to, COUNT(to), "post", event->title, NULL);
    }
}

/* The school the post is at, or NULL with a refusal. */
static const Pb__Organisation *check_parties(struct decision *d, const Pb__DraftPost *asked)
{
    const Pb__Organisation *school = (const Pb__Organisation *)form_seen(d, 0, KIND_ORGANISATION);
    const ProtobufCMessage *head = form_seen(d, 1, KIND_PERSON);
    if (school == NULL || school->kind != PB__ORGANISATION__KIND__SCHOOL) {
        form_wrong(d, "AST-P1", "schoolId", "There is no school with this id.");
        return NULL;
    }
    if (head == NULL) {
        form_wrong(d, "GEN-5", "headteacherId", "There is no person with this id.");
        return NULL;
    }
    const struct parties parties = {.school_id = asked->school_id, .la_id = school->la_id};
    if (!is_own_school(d, asked, head) && !access_check(d, &parties)) {
        return NULL;
    }
    return school;
}

void post_draft(const struct given *given, struct decision *d)
{
    const Pb__DraftPost *asked = (const Pb__DraftPost *)given->command->body;
    const struct world *world = given->world;
    const struct fsm_row *row = decision_step(d, &post_fsm, -1);
    const Pb__Organisation *school = check_parties(d, asked);
    if (row == NULL || school == NULL) {
        return;
    }
    const Pb__LaPolicy *policy =
        (const Pb__LaPolicy *)form_seen(d, REF_BASES + asked->n_other_bases, KIND_LA_POLICY);
    la_policy_check_shown(d, policy, asked->arrangements_seen);
    check_fields(d, asked);
    check_employer(d, asked);
    post_check_partner(d, asked->funding_source, asked->partner_id, REF_PARTNER);
    check_bases(d, asked);
    const Pb__Post__Creator creator = creator_of(d, asked);
    if (asked->matters != NULL) {
        post_check_matters(d, asked->matters, REF_MANAGER);
    }
    const struct edition *ed = editions_on(world->editions, SCHEME_AST, world->today);
    if (ed == NULL) {
        decision_refuse(d, "AST-P1", "no-edition", "Ask the agency which edition is in force.",
                        "No edition of the AST scheme is in force on %s.",
                        date_words(world->today, d->arena));
        return;
    }
    const struct edition_funding *funding =
        decision_is_over(d) ? NULL : check_funding(d, asked, school, ed);
    if (funding == NULL) {
        return;
    }
    decision_edition(d, ed);
    Pb__PostDrafted *event = drafted(d->arena, asked, school);
    event->through_la = funding->through_la;
    event->creator = creator;
    event->beyond_cap =
        !funding->through_la && la_policy_is_full(policy, school->phase, asked->school_id);
    decision_emit(d, row->emit, &event->base);
    emit_more(d, ed, asked, event);
    if (event->through_la) {
        post_await_confirmation(d, ed, event->la_id, (int)event->phase, 0);
    }
    tell_drafted(d, event);
}
