/*
 * Tenancy as one table in code: which field of a case must hold the actor's own id for each side. A
 * role that is not here is a party to nothing. A zero id never matches, so that an actor without a
 * person or an organisation is nobody's.
 */
#include "access.h"

#include "form.h"

bool access_same(struct id id, ProtobufCBinaryData field)
{
    return !id_is_zero(id) && id_equal(id, field_id(field));
}

bool access_is_school_side(const struct actor *actor)
{
    switch (actor->role) {
    case PB__ROLE__HEADTEACHER:
    case PB__ROLE__GOVERNING_BODY:
    case PB__ROLE__LINE_MANAGER:
    case PB__ROLE__SCHOOL:
    case PB__ROLE__RECEIVING_HEAD:
        return true;
    default:
        return false;
    }
}

bool access_is_la_side(const struct actor *actor)
{
    switch (actor->role) {
    case PB__ROLE__LA_COORDINATOR:
    case PB__ROLE__LA_FINANCE:
    case PB__ROLE__LA_PERSONNEL:
    case PB__ROLE__OUTREACH_ADVISER:
        return true;
    default:
        return false;
    }
}

static bool is_agency(const struct actor *actor)
{
    switch (actor->role) {
    case PB__ROLE__CASEWORKER:
    case PB__ROLE__ADMINISTRATOR:
    case PB__ROLE__SYSTEM:
        return true;
    default:
        return false;
    }
}

static bool is_party(const struct actor *actor, const struct parties *parties)
{
    if (is_agency(actor)) {
        return true;
    }
    if (access_is_school_side(actor)) {
        return access_same(actor->organisation_id, parties->school_id) ||
               access_same(actor->organisation_id, parties->other_school_id) ||
               access_same(actor->person_id, parties->headteacher_id);
    }
    if (access_is_la_side(actor)) {
        return access_same(actor->organisation_id, parties->la_id);
    }
    return actor->role == PB__ROLE__CANDIDATE && access_same(actor->person_id, parties->person_id);
}

bool access_check(struct decision *d, const struct parties *parties)
{
    if (!is_party(&d->given->world->actor, parties)) {
        form_not_yours(d);
    }
    decision_about(d, field_id(parties->person_id));
    return !decision_is_over(d);
}
