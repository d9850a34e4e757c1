/*
 * Entering people and giving them positions. A position names a role and, where the role is somebody
 * else's (a school's, an authority's), the organisation, which must exist. What opens the agency's
 * doors only an administrator gives, so that nobody raises themselves.
 */
#include "person.h"

#include <string.h>

#include "attain/v1/amend.pb-c.h"
#include "attain/v1/application.pb-c.h"
#include "claims.h"
#include "form.h"
#include "kinds.h"

enum { TRN_DIGITS = 7, POSITIONS_MAX = 20 };

size_t person_register_refs(const struct command *command, struct id *ret)
{
    const Pb__RegisterPerson *asked = (const Pb__RegisterPerson *)command->body;
    size_t count = 0;
    for (size_t i = 0; i < asked->n_positions; i++) {
        ret[count++] = field_id(asked->positions[i]->organisation_id);
    }
    return count;
}

size_t person_grant_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__GrantPosition *)command->body)->organisation_id);
    return 1;
}

size_t person_register_claims(const struct command *command, const struct actor *actor,
                              struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    const Pb__RegisterPerson *asked = (const Pb__RegisterPerson *)command->body;
    size_t count = claims_text(CLAIM_E_MAIL, asked->email, digest_key, ret);
    count += claims_text(CLAIM_TRN, asked->trn, digest_key, ret + count);
    count += claims_text(CLAIM_SET_NUMBER, asked->set_number, digest_key, ret + count);
    return count;
}

/* Roles that are held at an organisation of a kind; 0 for a role that needs none. */
static Pb__Organisation__Kind organisation_kind_of(Pb__Role role)
{
    switch (role) {
    case PB__ROLE__HEADTEACHER:
    case PB__ROLE__GOVERNING_BODY:
    case PB__ROLE__SCHOOL:
    case PB__ROLE__RECEIVING_HEAD:
        return PB__ORGANISATION__KIND__SCHOOL;
    case PB__ROLE__LA_COORDINATOR:
    case PB__ROLE__LA_FINANCE:
    case PB__ROLE__LA_PERSONNEL:
    case PB__ROLE__OUTREACH_ADVISER:
        return PB__ORGANISATION__KIND__LA;
    default:
        return PB__ORGANISATION__KIND__KIND_NONE;
    }
}

static bool is_agency_role(Pb__Role role)
{
    switch (role) {
    case PB__ROLE__CASEWORKER:
    case PB__ROLE__REVIEW_COORDINATOR:
    case PB__ROLE__REVIEW_OFFICER:
    case PB__ROLE__FUNDING_OFFICER:
    case PB__ROLE__PARTICIPANT_MANAGER:
    case PB__ROLE__ADMINISTRATOR:
    case PB__ROLE__AUDITOR:
        return true;
    default:
        return false;
    }
}

/* Whether the actor may give or end a position in `role`; refuses. */
static bool may_change(struct decision *d, Pb__Role role)
{
    if (is_agency_role(role) && d->given->world->actor.role != PB__ROLE__ADMINISTRATOR) {
        decision_refuse(d, "GEN-6", "administrator-only", "Ask an administrator of the agency.",
                        "Only an administrator gives a position at the agency, or ends one.");
        return false;
    }
    return true;
}

/* Checks `position`, whose organisation is ref number `ref`; `path` is the position's in the form. */
static void check_position(struct decision *d, Pb__Role role, ProtobufCBinaryData organisation_id,
                           size_t ref, const char *path)
{
    const char *dot = path[0] == '\0' ? "" : ".";
    if (!form_is_chosen(&pb__role__descriptor, (int)role) || role == PB__ROLE__SYSTEM) {
        form_wrong(d, "GEN-6", arena_printf(d->arena, "%s%srole", path, dot),
                   "This is no role of a person.");
        return;
    }
    if (!may_change(d, role)) {
        return;
    }
    Pb__Organisation__Kind kind = organisation_kind_of(role);
    bool named = !id_is_zero(field_id(organisation_id));
    if (!named && kind == PB__ORGANISATION__KIND__KIND_NONE) {
        return;
    }
    const Pb__Organisation *at = (const Pb__Organisation *)form_seen(d, ref, KIND_ORGANISATION);
    const char *field = arena_printf(d->arena, "%s%sorganisationId", path, dot);
    if (at == NULL) {
        form_wrong(d, "GEN-5", field,
                   named ? "There is no organisation with this id." : "Say at which organisation.");
    } else if (kind != PB__ORGANISATION__KIND__KIND_NONE && at->kind != kind) {
        form_wrong(d, "GEN-6", field,
                   kind == PB__ORGANISATION__KIND__LA ? "This role is held at a local authority."
                                                      : "This role is held at a school.");
    }
}

/* One @ with something on both sides and no blank: enough to catch a slip; the mail itself is the proof. */
static bool looks_like_email(const char *text)
{
    const char *at = strchr(text, '@');
    return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
           strpbrk(text, " \t\r\n,;<>") == NULL;
}

static void check(struct decision *d, const Pb__RegisterPerson *asked)
{
    if (!form_is_filled(asked->name)) {
        form_wrong(d, "GEN-5", "name", "A person has a name.");
    }
    if (!looks_like_email(asked->email)) {
        form_wrong(d, "GEN-5", "email", "This is no e-mail address.");
    }
    if (asked->trn[0] != '\0' && !form_is_digits(asked->trn, TRN_DIGITS)) {
        form_wrong(d, "GEN-5", "trn", "A teacher reference number has seven digits.");
    }
    for (size_t i = 0; i < asked->n_positions; i++) {
        check_position(d, asked->positions[i]->role, asked->positions[i]->organisation_id, i,
                       arena_printf(d->arena, "positions[%zu]", i));
    }
    if (!d->given->world->claimed) {
        decision_refuse(
            d, "GEN-5", "registered-already", "Look the person up and use the entry that is there.",
            "A person with this e-mail address, teacher reference number or membership number is "
            "registered already.");
    }
}

static Pb__Position *position_of(struct arena *arena, Pb__Role role,
                                 ProtobufCBinaryData organisation_id)
{
    Pb__Position *position = FORM_NEW(arena, Position, position);
    position->role = role;
    position->organisation_id = organisation_id;
    return position;
}

void person_register(const struct given *given, struct decision *d)
{
    const Pb__RegisterPerson *asked = (const Pb__RegisterPerson *)given->command->body;
    check(d, asked);
    Pb__Person *person = FORM_NEW(d->arena, Person, person);
    person->name = decision_text(d, asked->name);
    person->email = decision_text(d, asked->email);
    person->trn = decision_text(d, asked->trn);
    person->set_number = decision_text(d, asked->set_number);
    person->person_id = id_field(given->command->case_id, d->arena);
    for (size_t i = 0; i < asked->n_positions; i++) {
        *ARENA_PUSH(d->arena, person->positions, person->n_positions) =
            position_of(d->arena, asked->positions[i]->role, asked->positions[i]->organisation_id);
    }
    Pb__PersonRegistered *event = FORM_NEW(d->arena, PersonRegistered, person_registered);
    event->person = person;
    decision_emit(d, MSG_PERSON_REGISTERED, &event->base);
}

bool person_holds(const ProtobufCMessage *person, Pb__Role role, struct id organisation_id)
{
    const Pb__Person *self = (const Pb__Person *)person;
    for (size_t i = 0; i < self->n_positions; i++) {
        if (self->positions[i]->role == role &&
            id_equal(field_id(self->positions[i]->organisation_id), organisation_id)) {
            return true;
        }
    }
    return false;
}

void person_grant(const struct given *given, struct decision *d)
{
    const Pb__GrantPosition *asked = (const Pb__GrantPosition *)given->command->body;
    const Pb__Person *self = (const Pb__Person *)given->state;
    check_position(d, asked->role, asked->organisation_id, 0, "");
    if (person_holds(given->state, asked->role, field_id(asked->organisation_id))) {
        decision_refuse(d, "GEN-6", "held-already", "Nothing is to be done.",
                        "The person holds this position already.");
    }
    if (self->n_positions >= POSITIONS_MAX) {
        decision_refuse(d, "GEN-6", "too-many-positions", "Ask the agency.",
                        "A person holds at most %d positions.", POSITIONS_MAX);
    }
    Pb__PositionGranted *event = FORM_NEW(d->arena, PositionGranted, position_granted);
    event->position = position_of(d->arena, asked->role, asked->organisation_id);
    decision_emit(d, MSG_POSITION_GRANTED, &event->base);
}

/* ---- what changes ---- */

size_t person_amend_claims(const struct command *command, const struct actor *actor,
                           struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    const Pb__AmendPerson *asked = (const Pb__AmendPerson *)command->body;
    size_t count = claims_text(CLAIM_E_MAIL, asked->email, digest_key, ret);
    count += claims_text(CLAIM_TRN, asked->trn, digest_key, ret + count);
    count += claims_text(CLAIM_SET_NUMBER, asked->set_number, digest_key, ret + count);
    return count;
}

static void check_amendment(struct decision *d, const Pb__AmendPerson *asked)
{
    if (!form_is_filled(asked->name) && asked->email[0] == '\0' && asked->trn[0] == '\0' &&
        asked->set_number[0] == '\0') {
        decision_refuse(d, "GEN-5", "nothing-to-amend", "Fill in what changes.",
                        "Neither a name nor an address nor a number is given.");
    }
    if (asked->email[0] != '\0' && !looks_like_email(asked->email)) {
        form_wrong(d, "GEN-5", "email", "This is no e-mail address.");
    }
    if (asked->trn[0] != '\0' && !form_is_digits(asked->trn, TRN_DIGITS)) {
        form_wrong(d, "GEN-5", "trn", "A teacher reference number has seven digits.");
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why the entry changes.");
    }
    if (!d->given->world->claimed) {
        decision_refuse(
            d, "GEN-5", "registered-already",
            "Look up the other entry; two of one person are for the agency to sort out.",
            "Another person has this e-mail address, teacher reference number or membership number.");
    }
}

/* The key that `text` is claimed under; none for no text. */
static ProtobufCBinaryData key_of(struct decision *d, enum claim_kind kind, const char *text)
{
    struct claim claim = {.key = {{0}}};
    (void)claims_text(kind, text, d->given->world->digest_key, &claim);
    return id_field(claim.key, d->arena);
}

void person_amend(const struct given *given, struct decision *d)
{
    const Pb__AmendPerson *asked = (const Pb__AmendPerson *)given->command->body;
    check_amendment(d, asked);
    Pb__PersonAmended *event = FORM_NEW(d->arena, PersonAmended, person_amended);
    event->name = form_is_filled(asked->name) ? decision_text(d, asked->name) : NULL;
    event->email = decision_text(d, asked->email);
    event->trn = decision_text(d, asked->trn);
    event->set_number = decision_text(d, asked->set_number);
    event->reason = decision_text(d, asked->reason);
    event->email_key = key_of(d, CLAIM_E_MAIL, asked->email);
    event->trn_key = key_of(d, CLAIM_TRN, asked->trn);
    event->set_number_key = key_of(d, CLAIM_SET_NUMBER, asked->set_number);
    decision_emit(d, MSG_PERSON_AMENDED, &event->base);
}

static void set_other_roles(struct decision *d, Pb__PositionEnded *event)
{
    const Pb__Person *self = (const Pb__Person *)d->given->state;
    const struct id organisation_id = field_id(event->position->organisation_id);
    for (size_t i = 0; i < self->n_positions; i++) {
        const Pb__Position *other = self->positions[i];
        if (other->role != event->position->role &&
            id_equal(field_id(other->organisation_id), organisation_id)) {
            *ARENA_PUSH(d->arena, event->other_roles, event->n_other_roles) = other->role;
        }
    }
}

void person_end_position(const struct given *given, struct decision *d)
{
    const Pb__EndPosition *asked = (const Pb__EndPosition *)given->command->body;
    if (!may_change(d, asked->role)) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why the position ends.");
    }
    if (!person_holds(given->state, asked->role, field_id(asked->organisation_id))) {
        decision_refuse(d, "GEN-6", "not-held", "Look at the positions of the person's entry.",
                        "The person does not hold this position.");
    }
    Pb__PositionEnded *event = FORM_NEW(d->arena, PositionEnded, position_ended);
    event->position = position_of(d->arena, asked->role, asked->organisation_id);
    event->reason = decision_text(d, asked->reason);
    set_other_roles(d, event);
    decision_emit(d, MSG_POSITION_ENDED, &event->base);
}

static void fold_amended(Pb__Person *self, const Pb__PersonAmended *event)
{
    self->name = event->name != NULL ? event->name : self->name;
    self->email = event->email != NULL ? event->email : self->email;
    self->trn = event->trn != NULL ? event->trn : self->trn;
    self->set_number = event->set_number != NULL ? event->set_number : self->set_number;
}

static void fold_ended(Pb__Person *self, const Pb__Position *ended, struct arena *arena)
{
    Pb__Position **positions = ARENA_ARRAY(arena, self->n_positions, Pb__Position *);
    size_t count = 0;
    for (size_t i = 0; i < self->n_positions; i++) {
        if (self->positions[i]->role != ended->role ||
            !id_equal(field_id(self->positions[i]->organisation_id),
                      field_id(ended->organisation_id))) {
            positions[count++] = self->positions[i];
        }
    }
    self->positions = positions;
    self->n_positions = count;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Person *self = (Pb__Person *)state;
    if (event->type == MSG_PERSON_REGISTERED) {
        *self = *((const Pb__PersonRegistered *)event->body)->person;
    } else if (event->type == MSG_POSITION_GRANTED) {
        /* A list of its own: the one folded so far is not ours to grow. */
        Pb__Position **positions = ARENA_ARRAY(arena, self->n_positions + 1, Pb__Position *);
        for (size_t i = 0; i < self->n_positions; i++) {
            positions[i] = self->positions[i];
        }
        positions[self->n_positions++] = ((const Pb__PositionGranted *)event->body)->position;
        self->positions = positions;
    } else if (event->type == MSG_PERSON_AMENDED) {
        fold_amended(self, (const Pb__PersonAmended *)event->body);
    } else if (event->type == MSG_POSITION_ENDED) {
        fold_ended(self, ((const Pb__PositionEnded *)event->body)->position, arena);
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)arena;
    const Pb__Person *self = (const Pb__Person *)state;
    *ret = (struct case_index){
        .state = "registered",
        .person_ids = {field_id(self->person_id)},
        .label = "person",
    };
    size_t organisations = 0;
    for (size_t i = 0; i < self->n_positions && organisations < COUNT(ret->organisation_ids); i++) {
        struct id id = field_id(self->positions[i]->organisation_id);
        if (!id_is_zero(id)) {
            ret->organisation_ids[organisations++] = id;
        }
    }
}

/* Who works with somebody may know the name and the positions; address and numbers are for the employer and oneself. */
static bool veil(ProtobufCMessage *state, const struct actor *actor, struct arena *arena)
{
    Pb__Person *self = (Pb__Person *)state;
    (void)arena;
    if (id_equal(actor->person_id, field_id(self->person_id)) ||
        role_is_in(actor->role, MAY(HEADTEACHER) | MAY(SCHOOL) | MAY(LA_PERSONNEL))) {
        return false;
    }
    self->email = NULL;
    self->trn = NULL;
    self->set_number = NULL;
    return true;
}

const struct aggregate person_aggregate = {
    .kind = KIND_PERSON,
    .name = "Person",
    .state = &pb__person__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .veil = veil,
    .readers = ROLES_ALL,
};
