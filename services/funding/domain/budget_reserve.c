/*
 * Who has how much of a budget: reserved when a post's funding is confirmed, taken over from the year
 * before or from a vacated post, changed with what the post costs, released when it closes. Invariants:
 * a post is reserved once; the sum of what is held never exceeds the total; each change is an entry
 * between available and reserved.
 */
#include "accounts.h"
#include "budget.h"
#include "budget_grant.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"

static const Pb__Budget *budget_of(const struct given *given)
{
    return (const Pb__Budget *)given->state;
}

/* Moves what is held for posts by `pence`: from available, or back when it is negative. Source: GEN-4. */
static void post_held(struct decision *d, const char *rule, int64_t pence, const char *narrative)
{
    const Pb__Budget *self = budget_of(d->given);
    const struct id la_id = field_id(self->la_id);
    const int year = self->financial_year;
    accounts_move(d, rule, accounts_of_la(la_id, year, ACCOUNTS_AVAILABLE, d->arena),
                  accounts_of_la(la_id, year, ACCOUNTS_RESERVED, d->arena), pence,
                  arena_printf(d->arena, "%s %s", narrative, figures_year_words(year, d->arena)));
}

/* ---- ReserveFunding ---- */

static void refuse_money(struct decision *d, const char *rule, const char *detail)
{
    const Pb__ReserveFunding *asked = (const Pb__ReserveFunding *)d->given->command->body;
    Pb__FundingRefused *event = FORM_NEW(d->arena, FundingRefused, funding_refused);
    event->post_id = asked->post_id;
    event->la_id = asked->la_id;
    event->financial_year = asked->financial_year;
    event->funding_source = asked->funding_source;
    event->rule = arena_strdup(d->arena, rule);
    event->detail = arena_strdup(d->arena, detail);
    decision_emit(d, MSG_FUNDING_REFUSED, &event->base);
}

/* `held_pence` is held; the same as `yearly_pence` but where days of the year are another post's. */
static void answer_reserved(struct decision *d, ProtobufCBinaryData post_id,
                            ProtobufCBinaryData school_id, int64_t yearly_pence, int64_t held_pence)
{
    const Pb__Budget *self = budget_of(d->given);
    Pb__FundingReserved *event = FORM_NEW(d->arena, FundingReserved, funding_reserved);
    event->post_id = post_id;
    event->la_id = self->la_id;
    event->school_id = school_id;
    event->financial_year = self->financial_year;
    event->yearly_amount = figures_money(yearly_pence, d->arena);
    event->funding_source = self->funding_source;
    event->n_stream_on = self->n_stream_on;
    event->stream_on = self->stream_on;
    event->nation = self->nation;
    if (held_pence != yearly_pence) {
        event->reserved = figures_money(held_pence, d->arena);
    }
    decision_emit(d, MSG_FUNDING_RESERVED, &event->base);
}

/* Why no LA's money may pay for the post at all, or NULL; `*ret_rule` is the rule. */
static const char *why_not_allowed(const struct decision *d, const Pb__ReserveFunding *asked,
                                   const char **ret_rule)
{
    if (asked->school_type == PB__ORGANISATION__SCHOOL_TYPE__ACADEMY ||
        asked->school_type == PB__ORGANISATION__SCHOOL_TYPE__FREE_SCHOOL) {
        *ret_rule = "AST-P8";
        return "An academy or free school sets its own staffing and pays for the post itself; it "
               "takes no grant of the authority.";
    }
    if (budget_formula_is_closed(d->given->world->editions, asked->funding_source,
                                 asked->financial_year, asked->nation)) {
        *ret_rule = "AST-F7";
        return budget_f7_detail;
    }
    return NULL;
}

/* Retained money is for the schools that the forum named. Source: AST-F7. */
static bool is_retained_for(const Pb__Budget *self, const Pb__ReserveFunding *asked)
{
    for (size_t i = 0; i < self->n_school_ids; i++) {
        if (id_equal(field_id(self->school_ids[i]), field_id(asked->school_id))) {
            return true;
        }
    }
    return self->funding_source != PB__FUNDING_SOURCE__LA_RETAINED;
}

/* Why this budget cannot pay for one more post, or NULL; `*ret_rule` is the rule. Source: AST-F7, F8. */
static const char *why_not_from(const Pb__Budget *self, const Pb__ReserveFunding *asked,
                                struct arena *arena, const char **ret_rule)
{
    const char *year = figures_year_words(asked->financial_year, arena);
    if (!budget_is_set(self)) {
        return arena_printf(
            arena,
            "The authority has set no budget of %s for posts in %s. Its finance "
            "office or the funding officer can set one; then confirm the funding "
            "again.",
            form_words(&pb__funding_source__descriptor, (int)asked->funding_source, arena), year);
    }
    if (!is_retained_for(self, asked)) {
        *ret_rule = "AST-F7";
        return "Money is retained for the maintained schools in financial difficulty that the "
               "Schools Forum agreed to, and this school is not one of them.";
    }
    const int64_t reserved = budget_reserved_pence(self);
    if (reserved + figures_pence(self->per_post) > figures_pence(self->total)) {
        return arena_printf(arena,
                            "The authority's budget for %s is exhausted: of %s, %s is reserved "
                            "for %zu posts, and one more would cost %s.",
                            year, money_format(figures_pence(self->total), arena),
                            money_format(reserved, arena), self->n_reservations,
                            money_format(figures_pence(self->per_post), arena));
    }
    if (self->n_reservations >= BUDGET_POSTS_MAX) {
        return arena_printf(arena, "The budget holds %d posts already, the most that one can hold.",
                            BUDGET_POSTS_MAX);
    }
    return NULL;
}

/* The rest of a vacated post's year goes to the post of `asked`; false when there is no such rest. Source: AST-P10. */
static bool take_over(struct decision *d, const Pb__ReserveFunding *asked)
{
    const Pb__Budget *self = budget_of(d->given);
    const Pb__Reservation *from = budget_reservation(self, field_id(asked->from_post_id));
    if (from == NULL || !from->vacant) {
        return false;
    }
    const int64_t rest_pence = budget_held_pence(from) - figures_pence(from->needed);
    if (rest_pence <= 0) {
        return false;
    }
    Pb__FundingReleased *event = FORM_NEW(d->arena, FundingReleased, funding_released);
    event->post_id = from->post_id;
    event->la_id = self->la_id;
    event->financial_year = self->financial_year;
    event->amount = figures_money(rest_pence, d->arena);
    event->to_post_id = asked->post_id;
    decision_emit(d, MSG_FUNDING_RELEASED, &event->base);
    answer_reserved(d, asked->post_id, asked->school_id, figures_pence(from->yearly_amount),
                    rest_pence);
    post_held(d, "AST-P10", -rest_pence, "Switched from a vacated post in");
    post_held(d, "AST-P10", rest_pence, "Switched to another post in");
    return true;
}

void budget_reserve(const struct given *given, struct decision *d)
{
    const Pb__ReserveFunding *asked = (const Pb__ReserveFunding *)given->command->body;
    const Pb__Budget *self = budget_of(given);
    const Pb__Reservation *held = budget_reservation(self, field_id(asked->post_id));
    if (held != NULL) {
        answer_reserved(d, held->post_id, held->school_id, figures_pence(held->yearly_amount),
                        budget_held_pence(held));
        return;
    }
    const char *rule = "AST-F8";
    const char *why = why_not_allowed(d, asked, &rule);
    if (why == NULL && asked->from_post_id.len > 0) {
        if (budget_is_set(self) && is_retained_for(self, asked) && take_over(d, asked)) {
            return;
        }
        rule = "AST-P10";
        why = "The post whose money this one is to take over is not vacant in this budget, or "
              "nothing of its year is left.";
    }
    if (why == NULL) {
        why = why_not_from(self, asked, d->arena, &rule);
    }
    if (why != NULL) {
        refuse_money(d, rule, why);
        return;
    }
    const int64_t yearly_pence = figures_pence(self->per_post);
    answer_reserved(d, asked->post_id, asked->school_id, yearly_pence, yearly_pence);
    post_held(d, "AST-F8", yearly_pence, "Reserved for one post in");
}

/* ---- ReleaseFunding, NoteService, NoteOtherSource ---- */

void budget_release(const struct given *given, struct decision *d)
{
    const Pb__ReleaseFunding *asked = (const Pb__ReleaseFunding *)given->command->body;
    const Pb__Budget *self = budget_of(given);
    const Pb__Reservation *held = budget_reservation(self, field_id(asked->post_id));
    if (held == NULL || figures_pence(asked->amount) <= 0 ||
        figures_pence(asked->amount) > budget_held_pence(held)) {
        return; /* given back before */
    }
    Pb__FundingReleased *event = FORM_NEW(d->arena, FundingReleased, funding_released);
    event->post_id = asked->post_id;
    event->la_id = self->la_id;
    event->financial_year = self->financial_year;
    event->amount = asked->amount;
    decision_emit(d, MSG_FUNDING_RELEASED, &event->base);
    post_held(d, "AST-F8", -figures_pence(asked->amount), "Released by a post that was closed in");
}

void budget_note_service(const struct given *given, struct decision *d)
{
    const Pb__NoteService *asked = (const Pb__NoteService *)given->command->body;
    if (budget_reservation(budget_of(given), field_id(asked->post_id)) == NULL) {
        return; /* closed since */
    }
    Pb__ServiceNoted *event = FORM_NEW(d->arena, ServiceNoted, service_noted);
    event->post_id = asked->post_id;
    event->vacant = asked->vacant;
    event->needed = asked->needed;
    decision_emit(d, MSG_SERVICE_NOTED, &event->base);
}

void budget_note_source(const struct given *given, struct decision *d)
{
    const Pb__NoteOtherSource *asked = (const Pb__NoteOtherSource *)given->command->body;
    if (budget_reservation(budget_of(given), field_id(asked->post_id)) == NULL) {
        return; /* closed since */
    }
    Pb__OtherSourceNoted *event = FORM_NEW(d->arena, OtherSourceNoted, other_source_noted);
    event->post_id = asked->post_id;
    decision_emit(d, MSG_OTHER_SOURCE_NOTED, &event->base);
}

/* ---- RenewReservations ---- */

/* Last year's budget of the same authority, from the same source or from the grant that went into this one; NULL with a
 * refusal. */
static const Pb__Budget *previous_of(struct decision *d)
{
    const Pb__Budget *self = budget_of(d->given);
    const Pb__Budget *before = (const Pb__Budget *)form_seen(d, 0, KIND_BUDGET);
    const bool follows =
        before != NULL && (before->funding_source == self->funding_source ||
                           (before->funding_source == PB__FUNDING_SOURCE__STANDARDS_FUND &&
                            self->funding_source == PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT));
    if (!follows || before->financial_year != self->financial_year - 1 ||
        !id_equal(field_id(before->la_id), field_id(self->la_id))) {
        form_wrong(d, "AST-F3", "previousBudgetId",
                   "This is not the authority's budget of the year before.");
        return NULL;
    }
    return before;
}

/* What the post costs this year: of the School Development Grant last year's sum grown by the school's pupils, of another
 * source what every post costs. 0 with a refusal. Source: AST-F3. */
static int64_t renewed_pence(struct decision *d, const Pb__RenewReservations *asked,
                             const Pb__Reservation *held)
{
    const Pb__Budget *self = budget_of(d->given);
    if (self->funding_source != PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT) {
        return figures_pence(self->per_post);
    }
    for (size_t i = 0; i < asked->n_schools; i++) {
        if (id_equal(field_id(asked->schools[i]->school_id), field_id(held->school_id))) {
            return figures_pence(held->yearly_amount) +
                   (int64_t)asked->schools[i]->pupils * figures_pence(asked->increase_per_pupil);
        }
    }
    char text[ID_TEXT_BYTES];
    form_wrong(d, "AST-F3", "schools",
               arena_printf(d->arena, "The pupils of school %s are missing.",
                            id_format(field_id(held->school_id), text)));
    return 0;
}

static void check_growth(struct decision *d, const Pb__RenewReservations *asked)
{
    const Pb__Budget *self = budget_of(d->given);
    const bool grows = self->funding_source == PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT;
    const int64_t pence = figures_pence(asked->increase_per_pupil);
    if (grows && (asked->increase_per_pupil == NULL || pence < 0 || pence > 1000000)) {
        form_wrong(d, "AST-F3", "increasePerPupil",
                   "Give the increase by pupil at the minimum funding guarantee; the guidance "
                   "has no figure.");
    } else if (!grows && (asked->increase_per_pupil != NULL || asked->n_schools > 0)) {
        form_wrong(d, "AST-F3", "schools", "Only the School Development Grant grows by pupil.");
    }
}

/* Takes the posts over that still give their service and that no other source pays for; the others are only settled. Source:
 * AST-F3, P5. */
static void take_posts(struct decision *d, const Pb__RenewReservations *asked,
                       const Pb__Budget *before)
{
    const Pb__Budget *self = budget_of(d->given);
    Pb__ReservationsRenewed *event = FORM_NEW(d->arena, ReservationsRenewed, reservations_renewed);
    int64_t sum_pence = 0;
    event->settling = ARENA_ARRAY(d->arena, before->n_reservations, ProtobufCBinaryData);
    for (size_t i = 0; i < before->n_reservations && !decision_is_over(d); i++) {
        const Pb__Reservation *held = before->reservations[i];
        if (budget_reservation(self, field_id(held->post_id)) != NULL) {
            continue;
        }
        if (held->vacant || held->other_source) {
            event->settling[event->n_settling++] = held->post_id;
        } else if (event->renewed >= BUDGET_RENEWED_MAX) {
            event->left++;
        } else {
            const int64_t pence = renewed_pence(d, asked, held);
            answer_reserved(d, held->post_id, held->school_id, pence, pence);
            sum_pence += pence;
            event->renewed++;
        }
    }
    if (budget_reserved_pence(self) + sum_pence > figures_pence(self->total)) {
        decision_refuse(
            d, "AST-F8", "exhausted", "Set a total that covers them, or close posts.",
            "The posts of the year before would cost %s, and %s is available.",
            money_format(sum_pence, d->arena),
            money_format(figures_pence(self->total) - budget_reserved_pence(self), d->arena));
        return;
    }
    decision_emit(d, MSG_RESERVATIONS_RENEWED, &event->base);
    post_held(d, "AST-F3", sum_pence, "Taken over from the year before in");
}

void budget_renew(const struct given *given, struct decision *d)
{
    const Pb__RenewReservations *asked = (const Pb__RenewReservations *)given->command->body;
    const Pb__Budget *self = budget_of(given);
    if (!budget_is_ours(d, field_id(self->la_id))) {
        return;
    }
    if (!budget_is_set(self)) {
        decision_refuse(d, "AST-F8", "no-budget", "Set the budget of the year first.",
                        "The authority has set no budget for this year.");
        return;
    }
    const Pb__Budget *before = previous_of(d);
    check_growth(d, asked);
    if (!decision_is_over(d)) {
        take_posts(d, asked, before);
    }
}

/* ---- SetPostAmount, RecordMethod ---- */

void budget_set_amount(const struct given *given, struct decision *d)
{
    const Pb__SetPostAmount *asked = (const Pb__SetPostAmount *)given->command->body;
    const Pb__Budget *self = budget_of(given);
    if (!budget_is_ours(d, field_id(self->la_id))) {
        return;
    }
    const Pb__Reservation *held = budget_reservation(self, field_id(asked->post_id));
    if (held == NULL) {
        form_wrong(d, "AST-F8", "postId", "Nothing is reserved for this post in this budget.");
        return;
    }
    const char *inputs = "";
    const int64_t pence = budget_grant_post(d, self, asked, &inputs);
    const int64_t more_pence = pence - figures_pence(held->yearly_amount);
    if (budget_reserved_pence(self) + more_pence > figures_pence(self->total)) {
        decision_refuse(
            d, "AST-F8", "exhausted", "Raise the budget, or release another post.",
            "The post would cost %s more than is reserved for it, and %s is available.",
            money_format(more_pence, d->arena),
            money_format(figures_pence(self->total) - budget_reserved_pence(self), d->arena));
        return;
    }
    Pb__PostAmountSet *event = FORM_NEW(d->arena, PostAmountSet, post_amount_set);
    event->post_id = asked->post_id;
    event->la_id = self->la_id;
    event->financial_year = self->financial_year;
    event->yearly_amount = figures_money(pence, d->arena);
    event->inputs = arena_strdup(d->arena, inputs);
    event->costs = asked->costs;
    decision_emit(d, MSG_POST_AMOUNT_SET, &event->base);
    post_held(d, self->funding_source == PB__FUNDING_SOURCE__STANDARDS_FUND ? "AST-F2" : "AST-F8",
              more_pence, "Another yearly sum of a post in");
}

void budget_record_method(const struct given *given, struct decision *d)
{
    const Pb__RecordMethod *asked = (const Pb__RecordMethod *)given->command->body;
    const Pb__Budget *self = budget_of(given);
    if (!budget_is_ours(d, field_id(self->la_id))) {
        return;
    }
    if (self->funding_source != PB__FUNDING_SOURCE__STANDARDS_FUND) {
        decision_refuse(
            d, "AST-F2", "not-this-grant", "Set the amount of each post instead.",
            "Only the Standards Fund is passed on by actual cost, so that another method "
            "has to be recorded.");
        return;
    }
    if (!form_is_filled(asked->method)) {
        form_wrong(d, "AST-F2", "method", "Describe the method.");
    }
    if (asked->agreed_on <= 0 || asked->agreed_on > d->given->world->today.days) {
        form_wrong(d, "AST-F2", "agreedOn",
                   "Give the day on which it was agreed with the schools; not a future one.");
    }
    Pb__MethodRecorded *event = FORM_NEW(d->arena, MethodRecorded, method_recorded);
    event->method = decision_text(d, asked->method);
    event->agreed_on = asked->agreed_on;
    decision_emit(d, MSG_METHOD_RECORDED, &event->base);
}
