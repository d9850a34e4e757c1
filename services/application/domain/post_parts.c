/*
 * Parts of the post that several of its files use. Nothing here emits an event.
 */
#include "post_parts.h"

#include "access.h"
#include "post.h"

const Pb__Post *post_of(const struct given *given)
{
    return (const Pb__Post *)given->state;
}

struct post_parties post_parties_of(const Pb__Post *self)
{
    return (struct post_parties){
        .title = self->title,
        .headteacher_id = self->headteacher_id,
        .la_id = self->la_id,
        .phase = self->phase,
        .through_la = self->through_la,
        .appointed_person_id = self->appointed_person_id,
        .contracts = self->contracts,
    };
}

size_t post_recipients(struct decision *d, const struct post_parties *parties,
                       const Pb__Recipient *ret[POST_PARTIES_MAX])
{
    size_t count = 0;
    ret[count++] = decision_recipient(d, field_id(parties->headteacher_id), PB__ROLE__HEADTEACHER);
    if (parties->through_la) {
        ret[count++] = decision_coordinator(d, field_id(parties->la_id), (int)parties->phase);
    }
    if (parties->appointed_person_id.len > 0) {
        ret[count++] =
            decision_recipient(d, field_id(parties->appointed_person_id), PB__ROLE__CANDIDATE);
    }
    return count;
}

const char *post_time_item(uint32_t count, struct arena *arena)
{
    return count <= 1 ? "" : arena_printf(arena, "%u", (unsigned)count);
}

const struct fsm_row *post_step(struct decision *d)
{
    const Pb__Post *self = post_of(d->given);
    const struct parties parties = {.school_id = self->school_id,
                                    .headteacher_id = self->headteacher_id,
                                    .la_id = self->la_id,
                                    .person_id = self->appointed_person_id};
    if (!access_check(d, &parties)) {
        return NULL;
    }
    return decision_step(d, &post_fsm, (int)self->state);
}

bool post_own_structure(const Pb__Organisation *school)
{
    return school->school_type == PB__ORGANISATION__SCHOOL_TYPE__ACADEMY ||
           school->school_type == PB__ORGANISATION__SCHOOL_TYPE__FREE_SCHOOL;
}

bool post_check_grant(struct decision *d, const Pb__Organisation *school)
{
    if (!post_own_structure(school)) {
        return true;
    }
    decision_refuse(
        d, "AST-P8", "no-grant-for-academy", "Choose a source that the school itself commands.",
        "An academy or free school sets its own staffing, and its post takes no grant from the "
        "local authority.");
    return false;
}

bool post_money_is_open(const Pb__Post *self)
{
    return self->through_la && self->yearly_amount == NULL;
}

bool post_shares_are_open(const Pb__Post *self)
{
    return self->funding_source == PB__FUNDING_SOURCE__SCHOOL_GROUP && !self->shares_agreed;
}

size_t post_open_matters(const Pb__Post *self, Pb__PostMatter ret[7])
{
    const struct {
        bool settled;
        Pb__PostMatter matter;
    } matters[] = {
        {self->recruitment != 0, PB__POST_MATTER__HOW_RECRUITED},
        {!post_money_is_open(self) && !post_shares_are_open(self), PB__POST_MATTER__HOW_FUNDED},
        {self->role_in_school != NULL, PB__POST_MATTER__ROLE_IN_SCHOOL},
        {self->outreach != NULL, PB__POST_MATTER__HOW_OUTREACH_IS_DECIDED},
        {self->pay_last_point > 0, PB__POST_MATTER__PAY_RANGE},
        {self->line_manager_id.len > 0, PB__POST_MATTER__WHO_MANAGES},
        {self->contract != NULL, PB__POST_MATTER__WHICH_CONTRACT},
    };
    size_t count = 0;
    for (size_t i = 0; i < COUNT(matters); i++) {
        if (!matters[i].settled) {
            ret[count++] = matters[i].matter;
        }
    }
    return count;
}
