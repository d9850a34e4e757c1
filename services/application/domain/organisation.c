/*
 * Entering an organisation. What a school must carry is checked here and nowhere else, so that posts
 * and forms may rely on it: URN, phase, type, LA, nation. That each exists once is a claim on the URN
 * and, for an LA, on its name.
 */
#include "organisation.h"

#include "attain/v1/amend.pb-c.h"
#include "attain/v1/application.pb-c.h"
#include "claims.h"
#include "form.h"
#include "kinds.h"

enum { URN_DIGITS = 6 };

size_t organisation_register_refs(const struct command *command, struct id *ret)
{
    const Pb__RegisterOrganisation *asked = (const Pb__RegisterOrganisation *)command->body;
    ret[0] = field_id(asked->la_id);
    return id_is_zero(ret[0]) ? 0 : 1;
}

size_t organisation_register_claims(const struct command *command, const struct actor *actor,
                                    struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    const Pb__RegisterOrganisation *asked = (const Pb__RegisterOrganisation *)command->body;
    size_t count = claims_text(CLAIM_URN, asked->urn, digest_key, ret);
    if (asked->kind == PB__ORGANISATION__KIND__LA) {
        count += claims_text(CLAIM_LA_NAME, asked->name, digest_key, ret + count);
    }
    return count;
}

static void check_school(struct decision *d, const Pb__RegisterOrganisation *asked)
{
    if (!form_is_chosen(&pb__organisation__pay_area__descriptor, (int)asked->pay_area)) {
        form_wrong(d, "GEN-5", "payArea",
                   "A school is in a pay area: national, fringe, outer or inner London.");
    }
    if (!form_is_digits(asked->urn, URN_DIGITS)) {
        form_wrong(d, "GEN-5", "urn", "A school has a URN of six digits.");
    }
    if (!form_is_chosen(&pb__organisation__phase__descriptor, (int)asked->phase)) {
        form_wrong(d, "GEN-5", "phase", "A school has a phase.");
    }
    if (!form_is_chosen(&pb__organisation__school_type__descriptor, (int)asked->school_type)) {
        form_wrong(d, "GEN-5", "schoolType",
                   "A school is maintained, an academy, a free school or other.");
    }
    if (!form_is_chosen(&pb__organisation__nation__descriptor, (int)asked->nation)) {
        form_wrong(d, "GEN-5", "nation", "A school is in England or in Wales.");
    }
    if (id_is_zero(field_id(asked->la_id))) {
        form_wrong(d, "GEN-5", "laId", "A school belongs to a local authority.");
    }
}

static void check_la(struct decision *d, ProtobufCBinaryData la_id)
{
    if (id_is_zero(field_id(la_id))) {
        return;
    }
    const Pb__Organisation *la = (const Pb__Organisation *)form_seen(d, 0, KIND_ORGANISATION);
    if (la == NULL || la->kind != PB__ORGANISATION__KIND__LA) {
        form_wrong(d, "GEN-5", "laId", "There is no local authority with this id.");
    }
}

static void check(struct decision *d, const Pb__RegisterOrganisation *asked)
{
    if (!form_is_chosen(&pb__organisation__kind__descriptor, (int)asked->kind)) {
        form_wrong(d, "GEN-5", "kind", "Say what kind of organisation it is.");
    }
    if (!form_is_filled(asked->name)) {
        form_wrong(d, "GEN-5", "name", "An organisation has a name.");
    }
    if (asked->kind == PB__ORGANISATION__KIND__SCHOOL) {
        check_school(d, asked);
    } else if (asked->urn[0] != '\0' && !form_is_digits(asked->urn, URN_DIGITS)) {
        form_wrong(d, "GEN-5", "urn", "A URN has six digits.");
    }
    check_la(d, asked->la_id);
    if (!d->given->world->claimed) {
        decision_refuse(d, "GEN-5", "registered-already",
                        "Look it up and use the entry that is there.",
                        "An organisation with this %s is registered already.",
                        asked->kind == PB__ORGANISATION__KIND__LA ? "name" : "URN");
    }
}

void organisation_register(const struct given *given, struct decision *d)
{
    const Pb__RegisterOrganisation *asked = (const Pb__RegisterOrganisation *)given->command->body;
    check(d, asked);
    Pb__Organisation *organisation = FORM_NEW(d->arena, Organisation, organisation);
    organisation->kind = asked->kind;
    organisation->name = asked->name;
    organisation->urn = asked->urn;
    organisation->phase = asked->phase;
    organisation->school_type = asked->school_type;
    organisation->la_id = asked->la_id;
    organisation->nation = asked->nation;
    organisation->pay_area = asked->pay_area;
    organisation->special_measures = asked->special_measures;
    organisation->challenging = asked->challenging;
    organisation->organisation_id = id_field(given->command->case_id, d->arena);
    Pb__OrganisationRegistered *event =
        FORM_NEW(d->arena, OrganisationRegistered, organisation_registered);
    event->organisation = organisation;
    decision_emit(d, MSG_ORGANISATION_REGISTERED, &event->base);
}

/* ---- what changes ---- */

size_t organisation_amend_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__AmendOrganisation *)command->body)->la_id);
    return id_is_zero(ret[0]) ? 0 : 1;
}

size_t organisation_amend_claims(const struct command *command, const struct actor *actor,
                                 struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    const Pb__AmendOrganisation *asked = (const Pb__AmendOrganisation *)command->body;
    size_t count = claims_text(CLAIM_URN, asked->urn, digest_key, ret);
    if (asked->kind == PB__ORGANISATION__KIND__LA) {
        count += claims_text(CLAIM_LA_NAME, asked->name, digest_key, ret + count);
    }
    return count;
}

static void check_amendment(struct decision *d, const Pb__AmendOrganisation *asked,
                            const Pb__Organisation *self)
{
    if (asked->kind != self->kind) {
        form_wrong(d, "GEN-5", "kind", "It is another kind of organisation, and that stays so.");
    }
    if (asked->urn[0] != '\0' && !form_is_digits(asked->urn, URN_DIGITS)) {
        form_wrong(d, "GEN-5", "urn", "A URN has six digits.");
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why the entry changes.");
    }
    if (asked->from_on > d->given->world->today.days) {
        form_wrong(d, "GEN-5", "fromOn", "Enter it once the day has come.");
    }
    check_la(d, asked->la_id);
    if (!d->given->world->claimed) {
        decision_refuse(
            d, "GEN-5", "registered-already",
            "Look up the other entry; two of one organisation are for the agency to sort "
            "out.",
            "Another organisation has this %s.",
            self->kind == PB__ORGANISATION__KIND__LA ? "name" : "URN");
    }
}

static bool mark(Pb__Mark asked, bool now)
{
    return asked == PB__MARK__AS_IT_IS ? now : asked == PB__MARK__YES;
}

/* `self` with what is filled in. */
static Pb__Organisation *amended(struct decision *d, const Pb__AmendOrganisation *asked,
                                 const Pb__Organisation *self)
{
    Pb__Organisation *whole = FORM_NEW(d->arena, Organisation, organisation);
    *whole = *self;
    whole->name = form_is_filled(asked->name) ? asked->name : self->name;
    whole->urn = asked->urn[0] != '\0' ? asked->urn : self->urn;
    whole->phase = asked->phase != 0 ? asked->phase : self->phase;
    whole->school_type = asked->school_type != 0 ? asked->school_type : self->school_type;
    whole->la_id = form_is_named(asked->la_id) ? asked->la_id : self->la_id;
    whole->pay_area = asked->pay_area != 0 ? asked->pay_area : self->pay_area;
    whole->special_measures = mark(asked->special_measures, self->special_measures);
    whole->challenging = mark(asked->challenging, self->challenging);
    return whole;
}

/* Gives the key of `before` back, where it is held, unless `after` has the same one. */
static void release(struct decision *d, enum claim_kind kind, const char *before, const char *after)
{
    const struct bytes digest_key = d->given->world->digest_key;
    struct claim old;
    struct claim new;
    if (claims_text(kind, before, digest_key, &old) == 1 &&
        claims_text(kind, after, digest_key, &new) == 1 && !id_equal(old.key, new.key)) {
        decision_release(d, (uint16_t)kind, old.key);
    }
}

void organisation_amend(const struct given *given, struct decision *d)
{
    const Pb__AmendOrganisation *asked = (const Pb__AmendOrganisation *)given->command->body;
    const Pb__Organisation *self = (const Pb__Organisation *)given->state;
    check_amendment(d, asked, self);
    Pb__OrganisationAmended *event = FORM_NEW(d->arena, OrganisationAmended, organisation_amended);
    event->organisation = amended(d, asked, self);
    event->from_on = asked->from_on;
    event->reason = decision_text(d, asked->reason);
    if (!id_equal(field_id(event->organisation->la_id), field_id(self->la_id))) {
        event->former_la_id = self->la_id;
    }
    decision_emit(d, MSG_ORGANISATION_AMENDED, &event->base);
    release(d, CLAIM_URN, self->urn, event->organisation->urn);
    release(d, CLAIM_LA_NAME, self->name, event->organisation->name); /* an authority's alone */
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    if (event->type == MSG_ORGANISATION_REGISTERED) {
        *(Pb__Organisation *)state =
            *((const Pb__OrganisationRegistered *)event->body)->organisation;
    } else if (event->type == MSG_ORGANISATION_AMENDED) {
        *(Pb__Organisation *)state = *((const Pb__OrganisationAmended *)event->body)->organisation;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)arena;
    const Pb__Organisation *organisation = (const Pb__Organisation *)state;
    bool is_la = organisation->kind == PB__ORGANISATION__KIND__LA;
    *ret = (struct case_index){
        .state = "registered",
        .la_id = field_id(is_la ? organisation->organisation_id : organisation->la_id),
        .organisation_ids = {field_id(organisation->organisation_id)},
        .label = organisation->name,
        .open_to_all = true, /* name, phase and place of a school are public */
    };
}

const struct aggregate organisation_aggregate = {
    .kind = KIND_ORGANISATION,
    .name = "Organisation",
    .state = &pb__organisation__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_ALL,
};
