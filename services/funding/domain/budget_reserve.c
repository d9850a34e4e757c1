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

static Pb__Reservation *reservation_of(const Pb__ReserveFunding *asked, const Pb__Money *yearly,
                                       int64_t held_pence, struct arena *arena)
{
    Pb__Reservation *held = FORM_NEW(arena, Reservation, reservation);
    held->post_id = asked->post_id;
    held->school_id = asked->school_id;
    held->nation = asked->nation;
    held->yearly_amount = figures_money(figures_pence(yearly), arena);
    if (held_pence != figures_pence(yearly)) {
        held->reserved = figures_money(held_pence, arena);
    }
    return held;
}

/* What is held of the year is the whole of it, but where days of it are another post's. */
static void answer_reserved(struct decision *d, const Pb__Reservation *held)
{
    const Pb__Budget *self = budget_of(d->given);
    Pb__FundingReserved *event = FORM_NEW(d->arena, FundingReserved, funding_reserved);
    event->post_id = held->post_id;
    event->la_id = self->la_id;
    event->school_id = held->school_id;
    event->financial_year = self->financial_year;
    event->yearly_amount = held->yearly_amount;
    event->reserved = held->reserved;
    event->funding_source = self->funding_source;
    event->n_stream_on = self->n_stream_on;
    event->stream_on = self->stream_on;
    event->nation = held->nation;
    decision_emit(d, MSG_FUNDING_RESERVED, &event->base);
}

bool budget_is_own_staffing(Pb__Organisation__SchoolType type)
{
    return type == PB__ORGANISATION__SCHOOL_TYPE__ACADEMY ||
           type == PB__ORGANISATION__SCHOOL_TYPE__FREE_SCHOOL;
}

/* Why no LA's money may pay for the post at all, or NULL; `*ret_rule` is the rule. */
static const char *why_not_allowed(const struct decision *d, const Pb__ReserveFunding *asked,
                                   const char **ret_rule)
{
    if (budget_is_own_staffing(asked->school_type)) {
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
static bool is_retained_for(const Pb__Budget *self, ProtobufCBinaryData school_id)
{
    for (size_t i = 0; i < self->n_school_ids; i++) {
        if (id_equal(field_id(self->school_ids[i]), field_id(school_id))) {
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
    if (!is_retained_for(self, asked->school_id)) {
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
    answer_reserved(d, reservation_of(asked, from->yearly_amount, rest_pence, d->arena));
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
        answer_reserved(d, held);
        return;
    }
    const char *rule = "AST-F8";
    const char *why = why_not_allowed(d, asked, &rule);
    if (why == NULL && asked->from_post_id.len > 0) {
        if (budget_is_set(self) && is_retained_for(self, asked->school_id) && take_over(d, asked)) {
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
    answer_reserved(d, reservation_of(asked, self->per_post, yearly_pence, d->arena));
    post_held(d, "AST-F8", yearly_pence, "Reserved for one post in");
}

/* ---- ReleaseFunding, NoteService, NoteStaffing, NoteOtherSource ---- */

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

void budget_note_staffing(const struct given *given, struct decision *d)
{
    const Pb__NoteStaffing *asked = (const Pb__NoteStaffing *)given->command->body;
    const Pb__Budget *self = budget_of(given);
    for (size_t i = 0; self != NULL && i < self->n_reservations; i++) {
        if (id_equal(field_id(self->reservations[i]->school_id), field_id(asked->school_id)) &&
            self->reservations[i]->own_staffing != asked->own_staffing) {
            Pb__StaffingNoted *event = FORM_NEW(d->arena, StaffingNoted, staffing_noted);
            event->school_id = asked->school_id;
            event->own_staffing = asked->own_staffing;
            decision_emit(d, MSG_STAFFING_NOTED, &event->base);
            return;
        }
    }
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

/* What one budget takes over from that of the year before. */
struct renewal {
    const Pb__RenewReservations *asked;
    const Pb__Budget *self;
    const Pb__Budget *before;
    const Pb__Reservation **here; /* what this budget holds for each of its posts, or NULL */
};

static struct renewal renewal_of(const struct decision *d, const Pb__Budget *before)
{
    struct renewal all = {
        .asked = (const Pb__RenewReservations *)d->given->command->body,
        .self = budget_of(d->given),
        .before = before,
        .here = ARENA_ARRAY(d->arena, before->n_reservations, const Pb__Reservation *),
    };
    for (size_t i = 0; i < before->n_reservations; i++) {
        all.here[i] = budget_reservation(all.self, field_id(before->reservations[i]->post_id));
    }
    return all;
}

/* Last year's budget of the same authority, whatever it came from: a post goes on by what its authority can pay from this
 * year. The School Development Grant alone goes on from grants alone. NULL with a refusal. Source: AST-F3, P5. */
static const Pb__Budget *previous_of(struct decision *d)
{
    const Pb__Budget *self = budget_of(d->given);
    const Pb__Budget *before = (const Pb__Budget *)form_seen(d, 0, KIND_BUDGET);
    if (before == NULL || before->financial_year != self->financial_year - 1 ||
        !id_equal(field_id(before->la_id), field_id(self->la_id))) {
        form_wrong(d, "AST-F3", "previousBudgetId",
                   "This is not the authority's budget of the year before.");
        return NULL;
    }
    if (self->funding_source == PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT &&
        before->funding_source != PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT &&
        before->funding_source != PB__FUNDING_SOURCE__STANDARDS_FUND) {
        form_wrong(d, "AST-F3", "previousBudgetId",
                   "A school's School Development Grant is what it had from the grants before; "
                   "this budget is none of them.");
        return NULL;
    }
    return before;
}

/* Whether a post of the year before only gets, or gives back, what is left of that year. */
static bool is_settled_only(const Pb__Budget *self, const Pb__Reservation *held)
{
    return held->vacant || held->other_source || held->own_staffing ||
           !is_retained_for(self, held->school_id);
}

/* The part of post number `index` in what its school gets more than the year before: `increase_pence`, less what the
 * school's posts here have more already, over those that are still to be taken over. Source: AST-F3. */
static int64_t rise_pence(const struct renewal *all, size_t index, int64_t increase_pence)
{
    const struct id school_id = field_id(all->before->reservations[index]->school_id);
    int posts = 0;
    int place = 0;
    for (size_t i = 0; i < all->before->n_reservations; i++) {
        const Pb__Reservation *held = all->before->reservations[i];
        if (!id_equal(field_id(held->school_id), school_id)) {
            continue;
        }
        if (all->here[i] != NULL) {
            increase_pence -=
                figures_pence(all->here[i]->yearly_amount) - figures_pence(held->yearly_amount);
        } else if (!is_settled_only(all->self, held)) {
            place += i < index;
            posts++;
        }
    }
    return increase_pence > 0 ? money_share(increase_pence, posts, place) : 0;
}

/* What post number `index` costs this year: of the School Development Grant last year's sum and its part of what the
 * school grows by, once for all of its posts; of another source what every post costs. 0 with a refusal. Source: AST-F3. */
static int64_t renewed_pence(struct decision *d, const struct renewal *all, size_t index)
{
    const Pb__RenewReservations *asked = all->asked;
    const Pb__Reservation *held = all->before->reservations[index];
    if (all->self->funding_source != PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT) {
        return figures_pence(all->self->per_post);
    }
    for (size_t i = 0; i < asked->n_schools; i++) {
        if (id_equal(field_id(asked->schools[i]->school_id), field_id(held->school_id))) {
            const int64_t increase_pence =
                (int64_t)asked->schools[i]->pupils * figures_pence(asked->increase_per_pupil);
            return figures_pence(held->yearly_amount) + rise_pence(all, index, increase_pence);
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

/* Takes post number `index` over; what it costs. What a formula may pay for is asked of the post's nation, whatever the
 * budget says. Source: AST-F7. */
static int64_t take_post(struct decision *d, const struct renewal *all, size_t index)
{
    Pb__Reservation *held = arena_copy(d->arena, all->before->reservations[index], sizeof(*held));
    if (held->nation == PB__ORGANISATION__NATION__NATION_NONE) {
        held->nation = all->self->nation; /* of a budget that an earlier release stored */
    }
    if (budget_formula_is_closed(d->given->world->editions, all->self->funding_source,
                                 all->self->financial_year, held->nation)) {
        decision_refuse(d, "AST-F7", "no-formula-factor", budget_f7_next, "%s", budget_f7_detail);
        decision_field(d, "previousBudgetId", "It has posts in England.");
        return 0;
    }
    const int64_t pence = renewed_pence(d, all, index);
    held->yearly_amount = figures_money(pence, d->arena);
    held->reserved = NULL;
    answer_reserved(d, held);
    return pence;
}

/* What is settled beside the posts of `all`: of another budget of the year before, which was renewed first. */
static void keep_settling(const struct renewal *all, Pb__ReservationsRenewed *event)
{
    for (size_t i = 0; i < all->self->n_settling; i++) {
        if (budget_reservation(all->before, field_id(all->self->settling[i])) == NULL) {
            event->settling[event->n_settling++] = all->self->settling[i];
        }
    }
}

/* Takes the posts over that still give their service and that no other source pays for; the others are only settled. Source:
 * AST-F3, P5. */
static void take_posts(struct decision *d, const Pb__Budget *before)
{
    const Pb__Budget *self = budget_of(d->given);
    const struct renewal all = renewal_of(d, before);
    Pb__ReservationsRenewed *event = FORM_NEW(d->arena, ReservationsRenewed, reservations_renewed);
    int64_t sum_pence = 0;
    event->settling =
        ARENA_ARRAY(d->arena, before->n_reservations + self->n_settling, ProtobufCBinaryData);
    keep_settling(&all, event);
    for (size_t i = 0; i < before->n_reservations && !decision_is_over(d); i++) {
        const Pb__Reservation *held = before->reservations[i];
        if (all.here[i] != NULL) {
            continue;
        }
        if (is_settled_only(self, held)) {
            event->settling[event->n_settling++] = held->post_id;
        } else if (event->renewed >= BUDGET_RENEWED_MAX) {
            event->left++;
        } else {
            sum_pence += take_post(d, &all, i);
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
        take_posts(d, before);
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
