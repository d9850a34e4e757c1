/*
 * What funding does after events. Such notes open the case if need be and decide() answers them all, so
 * that nothing that has happened elsewhere is set aside here for having come early, late or twice.
 */
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "calendar_case.h"
#include "case_id.h"
#include "funding/domain/budget.h"
#include "funding/domain/figures.h"
#include "funding/domain/post_funding.h"
#include "service.h"

/* ---- posts: known, reserve, start, end, close ---- */

static size_t post_drafted(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    const Pb__PostDrafted *body = (const Pb__PostDrafted *)event->body;
    if (body->funding_source != PB__FUNDING_SOURCE__SCHOOL_GROUP) {
        return 0;
    }
    Pb__NoteGroupPost *note = FORM_NEW(arena, NoteGroupPost, note_group_post);
    note->post = FORM_NEW(arena, GroupPost, group_post);
    note->post->post_id = id_field(event->case_id, arena);
    note->post->la_id = body->la_id;
    *ARENA_PUSH(arena, note->post->school_ids, note->post->n_school_ids) = body->school_id;
    for (size_t i = 0; i < body->n_other_bases; i++) {
        *ARENA_PUSH(arena, note->post->school_ids, note->post->n_school_ids) =
            body->other_bases[i]->school_id;
    }
    return reaction_one(ret, max, MSG_NOTE_GROUP_POST, case_id_group_post(event->case_id),
                        &note->base);
}

/* Where a group pays now, its schools may propose their shares. */
static size_t group_settled(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__FundingSourceSettled *body = (const Pb__FundingSourceSettled *)event->body;
    if (body->funding_source != PB__FUNDING_SOURCE__SCHOOL_GROUP) {
        return 0;
    }
    Pb__NoteGroupPost *note = FORM_NEW(arena, NoteGroupPost, note_group_post);
    note->post = FORM_NEW(arena, GroupPost, group_post);
    note->post->post_id = body->post_id;
    note->post->la_id = body->la_id;
    note->post->school_ids = body->school_ids;
    note->post->n_school_ids = body->n_school_ids;
    return reaction_one(ret, max, MSG_NOTE_GROUP_POST, case_id_group_post(event->case_id),
                        &note->base);
}

/* Money that was reserved for the post is of that year alone. */
static size_t source_settled(const struct event *event, struct arena *arena,
                             struct reaction_command *ret, size_t max)
{
    const Pb__FundingSourceSettled *body = (const Pb__FundingSourceSettled *)event->body;
    const size_t count = group_settled(event, arena, ret, max);
    if (!body->money_left) {
        return count;
    }
    Pb__NoteOtherSource *note = FORM_NEW(arena, NoteOtherSource, note_other_source);
    note->post_id = body->post_id;
    return count + reaction_one(ret + count, max - count, MSG_NOTE_OTHER_SOURCE,
                                case_id_budget(field_id(body->la_id), body->former_year,
                                               (int)body->former_source),
                                &note->base);
}

static size_t post_funding_confirmed(const struct event *event, struct arena *arena,
                                     struct reaction_command *ret, size_t max)
{
    const Pb__PostFundingConfirmed *body = (const Pb__PostFundingConfirmed *)event->body;
    Pb__ReserveFunding *reserve = FORM_NEW(arena, ReserveFunding, reserve_funding);
    reserve->post_id = body->post_id;
    reserve->la_id = body->la_id;
    reserve->school_id = body->school_id;
    reserve->funding_source = body->funding_source;
    reserve->financial_year = body->financial_year;
    reserve->school_type = body->school_type;
    reserve->nation = body->nation;
    reserve->from_post_id = body->from_post_id;
    return reaction_one(
        ret, max, MSG_RESERVE_FUNDING,
        case_id_budget(field_id(body->la_id), body->financial_year, (int)body->funding_source),
        &reserve->base);
}

static size_t funding_reserved(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__FundingReserved *body = (const Pb__FundingReserved *)event->body;
    Pb__OpenPostFunding *open = FORM_NEW(arena, OpenPostFunding, open_post_funding);
    open->post_id = body->post_id;
    open->la_id = body->la_id;
    open->school_id = body->school_id;
    open->financial_year = body->financial_year;
    open->yearly_amount = body->yearly_amount;
    open->n_stream_on = body->n_stream_on;
    open->stream_on = body->stream_on;
    open->budget_id = id_field(event->case_id, arena);
    open->funding_source = body->funding_source;
    open->reserved = body->reserved;
    return reaction_one(ret, max, MSG_OPEN_POST_FUNDING,
                        case_id_post_funding(field_id(body->post_id)), &open->base);
}

static size_t register_entered(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__RegisterEntered *body = (const Pb__RegisterEntered *)event->body;
    if (body->post_id.len == 0) {
        return 0; /* passed without a post: there is nothing to pay */
    }
    Pb__StartPayment *start = FORM_NEW(arena, StartPayment, start_payment);
    start->person_id = body->person_id;
    start->starts_on = body->starts_on;
    start->headteacher_id = body->headteacher_id;
    start->post_id = body->post_id;
    return reaction_one(ret, max, MSG_START_PAYMENT, case_id_post_funding(field_id(body->post_id)),
                        &start->base);
}

static size_t post_vacated(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    const Pb__PostVacated *body = (const Pb__PostVacated *)event->body;
    Pb__EndPayment *end = FORM_NEW(arena, EndPayment, end_payment);
    end->post_id = id_field(event->case_id, arena);
    end->person_id = body->person_id;
    end->starts_on = body->starts_on;
    end->ends_on = body->left_on;
    return reaction_one(ret, max, MSG_END_PAYMENT, case_id_post_funding(event->case_id),
                        &end->base);
}

static size_t post_head_named(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    Pb__NoteFundingHead *note = FORM_NEW(arena, NoteFundingHead, note_funding_head);
    note->post_id = id_field(event->case_id, arena);
    note->headteacher_id = ((const Pb__PostHeadNamed *)event->body)->headteacher_id;
    return reaction_one(ret, max, MSG_NOTE_FUNDING_HEAD, case_id_post_funding(event->case_id),
                        &note->base);
}

static size_t post_closed(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    const Pb__PostClosed *body = (const Pb__PostClosed *)event->body;
    Pb__ClosePostFunding *close = FORM_NEW(arena, ClosePostFunding, close_post_funding);
    close->money_reserved = body->money_reserved;
    close->switched = body->funding_to_post_id.len > 0;
    return reaction_one(ret, max, MSG_CLOSE_POST_FUNDING, case_id_post_funding(event->case_id),
                        &close->base);
}

static size_t post_funding_closed(const struct event *event, struct arena *arena,
                                  struct reaction_command *ret, size_t max)
{
    const Pb__PostFundingClosed *body = (const Pb__PostFundingClosed *)event->body;
    if (figures_pence(body->released) <= 0) {
        return 0;
    }
    Pb__ReleaseFunding *release = FORM_NEW(arena, ReleaseFunding, release_funding);
    release->post_id = body->post_id;
    release->amount = body->released;
    return reaction_one(ret, max, MSG_RELEASE_FUNDING, field_id(body->budget_id), &release->base);
}

/* Money that another post has taken over: the vacated post is paid no more than its days. */
static size_t funding_released(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__FundingReleased *body = (const Pb__FundingReleased *)event->body;
    if (body->to_post_id.len == 0) {
        return 0;
    }
    Pb__ClosePostFunding *close = FORM_NEW(arena, ClosePostFunding, close_post_funding);
    close->money_reserved = true;
    close->switched = true;
    return reaction_one(ret, max, MSG_CLOSE_POST_FUNDING,
                        case_id_post_funding(field_id(body->post_id)), &close->base);
}

static size_t post_amount_set(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__PostAmountSet *body = (const Pb__PostAmountSet *)event->body;
    Pb__ChangeYearlyAmount *change = FORM_NEW(arena, ChangeYearlyAmount, change_yearly_amount);
    change->financial_year = body->financial_year;
    change->yearly_amount = body->yearly_amount;
    return reaction_one(ret, max, MSG_CHANGE_YEARLY_AMOUNT,
                        case_id_post_funding(field_id(body->post_id)), &change->base);
}

static size_t note_service(struct arena *arena, struct reaction_command *ret, size_t max,
                           ProtobufCBinaryData budget_id, ProtobufCBinaryData post_id, bool vacant,
                           Pb__Money *needed)
{
    if (budget_id.len == 0) {
        return 0; /* no authority pays */
    }
    Pb__NoteService *note = FORM_NEW(arena, NoteService, note_service);
    note->post_id = post_id;
    note->vacant = vacant;
    note->needed = needed;
    return reaction_one(ret, max, MSG_NOTE_SERVICE, field_id(budget_id), &note->base);
}

static size_t payment_started(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__PaymentStarted *body = (const Pb__PaymentStarted *)event->body;
    return note_service(arena, ret, max, body->budget_id, body->post_id,
                        body->ends_on != 0 && !body->goes_on, body->year_amount);
}

static size_t payment_ended(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__PaymentEnded *body = (const Pb__PaymentEnded *)event->body;
    return note_service(arena, ret, max, body->budget_id, body->post_id, !body->goes_on,
                        body->year_amount);
}

static size_t post_funding_opened(const struct event *event, struct arena *arena,
                                  struct reaction_command *ret, size_t max)
{
    const Pb__PostFundingOpened *body = (const Pb__PostFundingOpened *)event->body;
    return body->vacant ? note_service(arena, ret, max, body->budget_id, body->post_id, true,
                                       body->year_amount)
                        : 0;
}

/* ---- schools ---- */

/* To each budget of the authority `la_id` that may hold posts of the school, from the year before the change, which may not
 * be taken over yet, to the one after it is known. */
static size_t note_staffing(const struct event *event, ProtobufCBinaryData la_id,
                            Pb__NoteStaffing *note, struct reaction_command *ret)
{
    static const Pb__FundingSource sources[] = {
        PB__FUNDING_SOURCE__STANDARDS_FUND,
        PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT,
        PB__FUNDING_SOURCE__LOCAL_FORMULA,
        PB__FUNDING_SOURCE__LA_RETAINED,
    };
    const Pb__OrganisationAmended *body = (const Pb__OrganisationAmended *)event->body;
    const int from = figures_year_of((struct date){body->from_on});
    const int known = figures_year_of(instant_date(event->at_us));
    const int first = (from < known ? from : known) - 1;
    const int last = (from < known ? known : from) + 1;
    size_t count = 0;
    for (int year = first < BUDGET_FIRST_YEAR ? BUDGET_FIRST_YEAR : first;
         form_is_named(la_id) && year <= last && year <= BUDGET_LAST_YEAR; year++) {
        for (size_t i = 0; i < COUNT(sources); i++) {
            ret[count++] = (struct reaction_command){
                .type = MSG_NOTE_STAFFING,
                .case_id = case_id_budget(field_id(la_id), year, (int)sources[i]),
                .body = &note->base,
            };
        }
    }
    return count;
}

static size_t organisation_amended(const struct event *event, struct arena *arena,
                                   struct reaction_command *ret, size_t max)
{
    const Pb__OrganisationAmended *body = (const Pb__OrganisationAmended *)event->body;
    const Pb__Organisation *school = body->organisation;
    require(max >= (size_t)8 * (BUDGET_LAST_YEAR - BUDGET_FIRST_YEAR + 1));
    if (school->kind != PB__ORGANISATION__KIND__SCHOOL) {
        return 0;
    }
    Pb__NoteStaffing *note = FORM_NEW(arena, NoteStaffing, note_staffing);
    note->school_id = id_field(event->case_id, arena);
    note->own_staffing = budget_is_own_staffing(school->school_type);
    const size_t count = note_staffing(event, school->la_id, note, ret);
    return count + note_staffing(event, body->former_la_id, note, ret + count);
}

/* ---- streams ---- */

static size_t stream_begun(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    const Pb__StreamBegun *body = (const Pb__StreamBegun *)event->body;
    require(body->n_post_ids <= max);
    Pb__PayStream *pay = FORM_NEW(arena, PayStream, pay_stream);
    pay->stream = body->stream;
    pay->stream_on = body->stream_on;
    pay->posts = body->posts;
    pay->budget_id = body->budget_id;
    pay->financial_year = body->financial_year;
    pay->edition = body->edition;
    pay->run_id = id_field(case_id_stream_run(field_id(body->budget_id), (int)body->stream), arena);
    for (size_t i = 0; i < body->n_post_ids; i++) {
        ret[i] = (struct reaction_command){
            .type = MSG_PAY_STREAM,
            .case_id = case_id_post_funding(field_id(body->post_ids[i])),
            .body = &pay->base,
        };
    }
    return body->n_post_ids;
}

static size_t stream_paid(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    const Pb__StreamPaid *body = (const Pb__StreamPaid *)event->body;
    Pb__CountStreamLine *count = FORM_NEW(arena, CountStreamLine, count_stream_line);
    count->la_id = body->la_id;
    count->stream = body->line->stream;
    count->posts = body->posts;
    count->post_id = body->post_id;
    int64_t total_pence = figures_pence(body->line->amount);
    int64_t adjusted_pence = figures_pence(body->adjustment);
    for (size_t i = 0; i < body->n_carried; i++) {
        total_pence += figures_pence(body->carried[i]->amount);
        adjusted_pence += figures_pence(body->carried[i]->amount);
    }
    count->amount = figures_money(total_pence, arena);
    count->adjustment = figures_money(adjusted_pence, arena);
    count->budget_id = body->budget_id;
    count->financial_year = body->financial_year;
    return reaction_one(ret, max, MSG_COUNT_STREAM_LINE, field_id(body->run_id), &count->base);
}

/* ---- the national contract ---- */

static size_t assessment_decided(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentDecided *body = (const Pb__AssessmentDecided *)event->body;
    Pb__NoteAssessmentCost *note = FORM_NEW(arena, NoteAssessmentCost, note_assessment_cost);
    note->assessment_id = id_field(event->case_id, arena);
    note->decided_on = body->assessment_on != 0 ? body->assessment_on : body->decided_on;
    return reaction_one(ret, max, MSG_NOTE_ASSESSMENT_COST, case_id_assessment_cost(event->case_id),
                        &note->base);
}

static size_t assessment_cost_noted(const struct event *event, struct arena *arena,
                                    struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentCostNoted *body = (const Pb__AssessmentCostNoted *)event->body;
    Pb__BookAssessmentCost *book = FORM_NEW(arena, BookAssessmentCost, book_assessment_cost);
    book->assessment_id = body->assessment_id;
    book->decided_on = body->decided_on;
    return reaction_one(ret, max, MSG_BOOK_ASSESSMENT_COST, case_id_national_contract(),
                        &book->base);
}

/* ---- fees ---- */

static size_t ats_accepted(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    const Pb__AtsAccepted *body = (const Pb__AtsAccepted *)event->body;
    Pb__OpenFeePlan *open = FORM_NEW(arena, OpenFeePlan, open_fee_plan);
    open->application_id = body->application_id;
    open->person_id = body->person_id;
    open->cohort = body->cohort;
    open->pays_in_instalments = body->pays_in_instalments;
    open->edition = arena_strdup(arena, event->edition);
    return reaction_one(ret, max, MSG_OPEN_FEE_PLAN,
                        case_id_fee_plan(field_id(body->application_id)), &open->base);
}

static size_t ats_withdrawn(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__AtsWithdrawn *body = (const Pb__AtsWithdrawn *)event->body;
    Pb__CancelFeePlan *cancel = FORM_NEW(arena, CancelFeePlan, cancel_fee_plan);
    return reaction_one(ret, max, MSG_CANCEL_FEE_PLAN,
                        case_id_fee_plan(field_id(body->application_id)), &cancel->base);
}

static size_t on_holiday_added(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    require(max > 0);
    return calendar_follow(event, "funding", arena, ret);
}

/* clang-format off */
const struct reaction funding_reactions[] = {
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_DRAFTED, .react = post_drafted },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_FUNDING_SOURCE_SETTLED, .react = source_settled },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_FUNDING_CONFIRMED, .react = post_funding_confirmed },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FUNDING_RESERVED, .react = funding_reserved },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_REGISTER_ENTERED, .react = register_entered },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_DECIDED, .react = assessment_decided },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_ORGANISATION_AMENDED, .react = organisation_amended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_VACATED, .react = post_vacated },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_HEAD_NAMED, .react = post_head_named },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_CLOSED, .react = post_closed },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_POST_FUNDING_CLOSED, .react = post_funding_closed },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_ASSESSMENT_COST_NOTED, .react = assessment_cost_noted },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FUNDING_RELEASED, .react = funding_released },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_POST_AMOUNT_SET, .react = post_amount_set },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_PAYMENT_STARTED, .react = payment_started },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_PAYMENT_ENDED, .react = payment_ended },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_POST_FUNDING_OPENED, .react = post_funding_opened },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_STREAM_BEGUN, .react = stream_begun },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_STREAM_PAID, .react = stream_paid },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_ATS_ACCEPTED, .react = ats_accepted },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_ATS_WITHDRAWN, .react = ats_withdrawn },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_HOLIDAY_ADDED, .react = on_holiday_added },
    { .react = NULL },
};
/* clang-format on */
