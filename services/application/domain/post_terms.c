/*
 * The terms of an appointment: pay range, objectives and criteria stay open until headteacher, governing body, the
 * person appointed and, where it supports the post, the authority have each agreed. What is changed is open again;
 * the fold sees to that.
 */
#include "access.h"
#include "form.h"
#include "post.h"
#include "post_parts.h"

enum { TERMS_TOLD = 4 };

/* All who must agree; returns how many. */
static size_t everybody(struct decision *d, const Pb__Recipient *ret[TERMS_TOLD])
{
    const Pb__Post *self = post_of(d->given);
    const struct post_parties parties = post_parties_of(self);
    size_t count = post_recipients(d, &parties, ret);
    ret[count++] = decision_recipient(d, field_id(self->school_id), PB__ROLE__GOVERNING_BODY);
    return count;
}

void post_set_terms(const struct given *given, struct decision *d)
{
    const Pb__SetTerms *asked = (const Pb__SetTerms *)given->command->body;
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->objectives)) {
        form_wrong(d, "AST-P11", "objectives", "Say what the objectives are, outreach included.");
    }
    if (!form_is_filled(asked->criteria)) {
        form_wrong(d, "AST-P11", "criteria", "Say by which criteria the year is judged.");
    }
    Pb__TermsSet *event = FORM_NEW(d->arena, TermsSet, terms_set);
    event->objectives = decision_text(d, asked->objectives);
    event->criteria = decision_text(d, asked->criteria);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[TERMS_TOLD];
    size_t count = everybody(d, to);
    decision_tell(d, row->rule, "post-terms-to-agree", to, count, "post", post_of(given)->title,
                  NULL);
}

static const Pb__TermsAgreement *agreement(const Pb__Post *self, Pb__PostMatter matter)
{
    for (size_t i = 0; i < self->n_terms; i++) {
        if (self->terms[i]->matter == matter) {
            return self->terms[i];
        }
    }
    return NULL;
}

/* Whether there is something to agree under `matter`: nobody is appointed before the range is settled (AST-P3), and
 * objectives and criteria are put together. */
static bool is_proposed(const Pb__Post *self, Pb__PostMatter matter)
{
    return matter == PB__POST_MATTER__PAY_RANGE || self->objectives != NULL;
}

static bool has_agreed(const Pb__TermsAgreement *terms, Pb__Role role)
{
    switch (role) {
    case PB__ROLE__HEADTEACHER:
        return terms->by_head;
    case PB__ROLE__GOVERNING_BODY:
        return terms->by_governing_body;
    case PB__ROLE__CANDIDATE:
        return terms->by_appointee;
    default:
        return terms->by_la;
    }
}

static int still_to_agree(const Pb__Post *self)
{
    int count = 0;
    for (size_t i = 0; i < self->n_terms; i++) {
        const Pb__TermsAgreement *terms = self->terms[i];
        count += !terms->by_head + !terms->by_governing_body + !terms->by_appointee +
                 (self->through_la && !terms->by_la);
    }
    return count;
}

/* Whether the actor may agree `asked` of the post now, or a refusal. Source: AST-P11. */
static bool check_agreement(struct decision *d, const Pb__AgreeTerms *asked)
{
    const Pb__Post *self = post_of(d->given);
    const struct actor *actor = &d->given->world->actor;
    const Pb__TermsAgreement *terms = agreement(self, asked->matter);
    if (terms == NULL) {
        form_wrong(
            d, "AST-P11", "matter",
            "What is agreed is the pay range, the objectives or the criteria of performance.");
    } else if (access_is_la_side(actor) && !self->through_la) {
        decision_refuse(
            d, "AST-P11", "not-through-authority", "Leave it to the school.",
            "The local authority does not support this post, and has nothing to agree.");
    } else if (!is_proposed(self, asked->matter)) {
        decision_refuse(d, "AST-P11", "nothing-proposed",
                        "Ask the headteacher to propose it first.",
                        "There is nothing to agree yet: %s.",
                        form_words(&pb__post_matter__descriptor, (int)asked->matter, d->arena));
    } else if (has_agreed(terms, actor->role)) {
        decision_refuse(d, "AST-P11", "agreed-already", "Nothing is to be done.",
                        "This side has agreed it already.");
    }
    return !decision_is_over(d);
}

void post_agree_terms(const struct given *given, struct decision *d)
{
    const Pb__AgreeTerms *asked = (const Pb__AgreeTerms *)given->command->body;
    const struct fsm_row *row = post_step(d);
    if (row == NULL || !check_agreement(d, asked)) {
        return;
    }
    Pb__TermsAgreed *event = FORM_NEW(d->arena, TermsAgreed, terms_agreed);
    event->matter = asked->matter;
    event->role = given->world->actor.role;
    decision_emit(d, row->emit, &event->base);
    if (still_to_agree(post_of(given)) == 1) {
        const Pb__Recipient *to[TERMS_TOLD];
        size_t count = everybody(d, to);
        decision_tell(d, row->rule, "post-terms-agreed", to, count, "post", post_of(given)->title,
                      NULL);
    }
}
