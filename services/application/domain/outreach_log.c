/*
 * The log of a year's outreach. A session is one of the professional duties (AST-O5), on a day of the
 * year, never more than a day's two half-days together; it belongs to a request whose agreement is signed
 * or to a project. Help at home is logged apart (AST-O8) and counts under an exception alone. What was logged by
 * mistake is taken back with a reason (GEN-7), and its half-days are free again.
 */
#include "appointment.h"
#include "form.h"
#include "kinds.h"
#include "outreach.h"

enum { DAY_HALF_DAYS = 2, SESSIONS_MAX = 300, INREACH_MAX = 150 };

static const Pb__Outreach *outreach_of(const struct given *given)
{
    return (const Pb__Outreach *)given->state;
}

const Pb__Outreach__Exception *outreach_counting_exception(const Pb__Outreach *self, int32_t on)
{
    for (size_t i = 0; i < self->n_exceptions; i++) {
        const Pb__Outreach__Exception *each = self->exceptions[i];
        if (each->counts_inreach && each->from_on <= on && on <= each->to_on) {
            return each;
        }
    }
    return NULL;
}

const Pb__Outreach__Time *outreach_time_on(const Pb__Outreach *self, int32_t on)
{
    for (size_t i = self->n_agreed; i > 0; i--) {
        const Pb__Outreach__AgreedTime *each = self->agreed[i - 1];
        if (each->from_on <= on) {
            return each->to_on == 0 || on <= each->to_on ? each->time : NULL;
        }
    }
    return NULL;
}

bool outreach_has_time(const Pb__Outreach *self)
{
    return self->n_agreed > 0 && self->agreed[self->n_agreed - 1]->to_on == 0;
}

/* In the post by now, or, by the times that were agreed, before the teacher came back to it in the same year. */
static bool is_in_post(const Pb__Outreach *self, int32_t on)
{
    return (self->starts_on <= on && (self->left_on == 0 || on <= self->left_on)) ||
           outreach_time_on(self, on) != NULL;
}

static uint32_t half_days_on(Pb__Outreach__Session *const *sessions, size_t count, int32_t on)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += sessions[i]->held_on == on ? sessions[i]->half_days : 0;
    }
    return sum;
}

/* Source: AST-O5. */
static void check_duty(struct decision *d, Pb__ProfessionalDuty duty)
{
    if (duty == PB__PROFESSIONAL_DUTY__COVER_TEACHING) {
        decision_refuse(
            d, "AST-O5", "cover-teaching",
            "Log only the work that is one of the professional duties.",
            "Teaching in place of an absent teacher is no outreach; a model lesson is.");
        decision_field(d, "duty", "Not one of the professional duties.");
    } else if (!form_is_chosen(&pb__professional_duty__descriptor, (int)duty)) {
        form_wrong(d, "AST-O5", "duty", "Say which of the professional duties it was.");
    }
}

static void check_day(struct decision *d, int32_t on, uint32_t half_days)
{
    const Pb__Outreach *self = outreach_of(d->given);
    const struct world *world = d->given->world;
    if (half_days < 1 || half_days > DAY_HALF_DAYS) {
        form_wrong(d, "AST-O7", "halfDays", "A session has 1 or 2 half-days.");
    }
    if (on > world->today.days) {
        form_wrong(d, "AST-O7", "heldOn", "The day is in the future.");
    } else if (!is_in_post(self, on) || appointment_year_of(world->edition, on) != self->year) {
        form_wrong(d, "AST-O7", "heldOn", "The day is not in this school year of the appointment.");
    } else if (half_days_on(self->sessions, self->n_sessions, on) +
                   half_days_on(self->inreach, self->n_inreach, on) + half_days >
               DAY_HALF_DAYS) {
        decision_refuse(d, "AST-O7", "day-is-full", "Correct the day or the half-days.",
                        "A day has two half-days, and with this session it would have more.");
        decision_field(d, "halfDays", "The day has no more.");
    }
}

static Pb__Outreach__Session *session_of(struct decision *d, int32_t on, uint32_t half_days,
                                         Pb__ProfessionalDuty duty)
{
    Pb__Outreach__Session *session = FORM_NEW(d->arena, Outreach__Session, outreach__session);
    session->held_on = on;
    session->half_days = half_days;
    session->duty = duty;
    return session;
}

/* ---- outreach ---- */

size_t outreach_log_session_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__LogOutreachSession *)command->body)->request_id);
    return id_is_zero(ret[0]) ? 0 : 1;
}

/* Whether the teacher is one of those who agreed to the request. */
static bool is_member(const Pb__OutreachRequest *request, const Pb__Outreach *self)
{
    for (size_t i = 0; i < request->n_members; i++) {
        if (request->members[i]->agrees && id_equal(field_id(request->members[i]->appointment_id),
                                                    field_id(self->appointment_id))) {
            return true;
        }
    }
    return false;
}

/* The request of the session; NULL where it belongs to a project, or with a refusal. Source: AST-O4. */
static const Pb__OutreachRequest *check_request(struct decision *d,
                                                const Pb__LogOutreachSession *asked)
{
    if (id_is_zero(field_id(asked->request_id))) {
        if (!form_is_filled(asked->project)) {
            form_wrong(d, "AST-O4", "requestId", "Name the request, or say what the project is.");
        }
        return NULL;
    }
    const Pb__OutreachRequest *request =
        (const Pb__OutreachRequest *)form_seen(d, 0, KIND_OUTREACH_REQUEST);
    if (request == NULL || !is_member(request, outreach_of(d->given))) {
        form_wrong(d, "AST-O4", "requestId",
                   "There is no such request that this teacher agreed to.");
    } else if (request->state != PB__OUTREACH_REQUEST__STATE__SIGNED) {
        decision_refuse(
            d, "AST-O4", "not-signed",
            "Ask the receiving headteacher to sign objectives and conditions.",
            "Work in a school begins once it has signed objectives and conditions, and "
            "this request is: %s.",
            form_words(&pb__outreach_request__state__descriptor, (int)request->state, d->arena));
        decision_field(d, "requestId", "Its agreement is not signed, or its work is over.");
    }
    return request;
}

void outreach_log_session(const struct given *given, struct decision *d)
{
    const Pb__LogOutreachSession *asked = (const Pb__LogOutreachSession *)given->command->body;
    const struct fsm_row *row = outreach_step(d);
    if (row == NULL) {
        return;
    }
    check_duty(d, asked->duty);
    check_day(d, asked->held_on, asked->half_days);
    const Pb__OutreachRequest *request = check_request(d, asked);
    if (outreach_of(given)->n_sessions >= SESSIONS_MAX) {
        decision_refuse(d, "AST-O7", "too-many", "Ask the agency.",
                        "A school year has at most %d sessions.", SESSIONS_MAX);
    }
    Pb__OutreachSessionLogged *event =
        FORM_NEW(d->arena, OutreachSessionLogged, outreach_session_logged);
    event->session = session_of(d, asked->held_on, asked->half_days, asked->duty);
    event->session->request_id = asked->request_id;
    event->session->counts = true;
    if (request != NULL) {
        event->session->school_id = request->school_id;
    }
    event->project = decision_text(d, asked->project);
    event->person_id = outreach_of(given)->person_id;
    decision_emit(d, row->emit, &event->base);
}

/* ---- at home ---- */

void outreach_log_inreach(const struct given *given, struct decision *d)
{
    const Pb__LogInreach *asked = (const Pb__LogInreach *)given->command->body;
    const Pb__Outreach *self = outreach_of(given);
    const struct fsm_row *row = outreach_step(d);
    if (row == NULL) {
        return;
    }
    check_duty(d, asked->duty);
    check_day(d, asked->held_on, asked->half_days);
    if (self->n_inreach >= INREACH_MAX) {
        decision_refuse(d, "AST-O8", "too-many", "Log whole days rather than half-days.",
                        "A school year has help at home at most %d times.", INREACH_MAX);
    }
    Pb__InreachLogged *event = FORM_NEW(d->arena, InreachLogged, inreach_logged);
    event->session = session_of(d, asked->held_on, asked->half_days, asked->duty);
    event->session->school_id = self->school_id;
    event->session->counts = outreach_counting_exception(self, asked->held_on) != NULL;
    decision_emit(d, row->emit, &event->base);
}

/* ---- taken back ---- */

static bool is_alike(const Pb__Outreach__Session *a, const Pb__Outreach__Session *b)
{
    return a->held_on == b->held_on && a->duty == b->duty &&
           id_equal(field_id(a->request_id), field_id(b->request_id));
}

size_t outreach_session_at(Pb__Outreach__Session *const *list, size_t count,
                           const Pb__Outreach__Session *session)
{
    size_t i = 0;
    while (i < count && !is_alike(list[i], session)) {
        i++;
    }
    return i;
}

/* The last day of what stays logged for the request of number `struck`; 0 for none. */
static int32_t last_on_without(const Pb__Outreach *self, size_t struck)
{
    const struct id request_id = field_id(self->sessions[struck]->request_id);
    int32_t last_on = 0;
    for (size_t i = 0; i < self->n_sessions; i++) {
        const Pb__Outreach__Session *each = self->sessions[i];
        if (i != struck && each->held_on > last_on &&
            id_equal(field_id(each->request_id), request_id)) {
            last_on = each->held_on;
        }
    }
    return last_on;
}

static void emit_struck(struct decision *d, const struct fsm_row *row, size_t at, Pb__Text *reason)
{
    const Pb__Outreach *self = outreach_of(d->given);
    if (row->emit == MSG_INREACH_STRUCK) {
        Pb__InreachStruck *event = FORM_NEW(d->arena, InreachStruck, inreach_struck);
        event->session = self->inreach[at];
        event->reason = reason;
        decision_emit(d, row->emit, &event->base);
        return;
    }
    Pb__OutreachSessionStruck *event =
        FORM_NEW(d->arena, OutreachSessionStruck, outreach_session_struck);
    event->session = self->sessions[at];
    event->reason = reason;
    event->person_id = self->person_id;
    event->last_on = last_on_without(self, at);
    decision_emit(d, row->emit, &event->base);
}

/* What is asked to be struck, whichever of both commands it is. */
static const char *asked_for(const struct given *given, Pb__Outreach__Session *ret)
{
    if (given->command->type == MSG_STRIKE_INREACH) {
        const Pb__StrikeInreach *asked = (const Pb__StrikeInreach *)given->command->body;
        ret->held_on = asked->held_on;
        ret->duty = asked->duty;
        return asked->reason;
    }
    const Pb__StrikeOutreachSession *asked =
        (const Pb__StrikeOutreachSession *)given->command->body;
    ret->held_on = asked->held_on;
    ret->duty = asked->duty;
    ret->request_id = asked->request_id;
    return asked->reason;
}

void outreach_strike(const struct given *given, struct decision *d)
{
    const Pb__Outreach *self = outreach_of(given);
    const bool at_home = given->command->type == MSG_STRIKE_INREACH;
    const struct fsm_row *row = outreach_step(d);
    if (row == NULL) {
        return;
    }
    Pb__Outreach__Session asked;
    pb__outreach__session__init(&asked);
    const char *reason = asked_for(given, &asked);
    const size_t count = at_home ? self->n_inreach : self->n_sessions;
    const size_t at = outreach_session_at(at_home ? self->inreach : self->sessions, count, &asked);
    if (!form_is_filled(reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why it is taken back.");
    }
    if (at == count) {
        form_wrong(d, row->rule, "heldOn",
                   "Nothing is logged on this day of this duty and for this request.");
        return;
    }
    emit_struck(d, row, at, decision_text(d, reason));
}
