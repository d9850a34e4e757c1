/*
 * A run counts each post's answer once, which the feed guarantees, and settles when every post that had
 * a reservation on the stream's day has answered. A post whose payment is parked leaves the run open,
 * so that a settled run is a whole one.
 */
#include "stream_run.h"

#include "figures.h"
#include "kinds.h"
#include "money.h"

#define ST(name) PB__STREAM_RUN__STATE__##name
#define IN(name) AT(ST(name))

static const Pb__StreamRun *run_of(const struct given *given)
{
    return (const Pb__StreamRun *)given->state;
}

static bool is_last(const struct given *given)
{
    const Pb__CountStreamLine *asked = (const Pb__CountStreamLine *)given->command->body;
    const uint32_t answered = given->state == NULL ? 0 : run_of(given)->answered;
    return answered + 1 >= asked->posts;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-F10", .from = AT_NONE | IN(RUNNING), .on = MSG_COUNT_STREAM_LINE,
      .when = is_last, .guard = "every other post has answered",
      .emit = MSG_STREAM_LINE_COUNTED, .to = ST(SETTLED),
      .why = "The last post of the stream has answered; the stream is settled." },
    { .rule = "AST-F10", .from = AT_NONE | IN(RUNNING), .on = MSG_COUNT_STREAM_LINE,
      .emit = MSG_STREAM_LINE_COUNTED, .to = ST(RUNNING),
      .why = "A post of the stream has answered, with an amount or with nothing." },
};
/* clang-format on */

const struct fsm stream_run_fsm = {
    .name = "Stream run",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__stream_run__state__descriptor,
    .final = IN(SETTLED),
};

static void tell_settled(struct decision *d, const Pb__StreamLineCounted *event)
{
    const int64_t before_pence =
        d->given->state == NULL ? 0 : figures_pence(run_of(d->given)->total);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(event->la_id), PB__ROLE__LA_FINANCE)};
    decision_tell(d, "AST-F10", "stream-settled", to, COUNT(to), "stream",
                  figures_stream_words(event->financial_year, (int)event->stream, d->arena),
                  "posts", arena_printf(d->arena, "%u", (unsigned int)event->posts), "total",
                  money_format(before_pence + figures_pence(event->amount), d->arena), NULL);
}

void stream_run_count(const struct given *given, struct decision *d)
{
    const Pb__CountStreamLine *asked = (const Pb__CountStreamLine *)given->command->body;
    const Pb__StreamRun *self = run_of(given);
    const struct fsm_row *row =
        decision_step(d, &stream_run_fsm, self == NULL ? -1 : (int)self->state);
    if (row == NULL) {
        return;
    }
    Pb__StreamLineCounted *event = FORM_NEW(d->arena, StreamLineCounted, stream_line_counted);
    event->la_id = asked->la_id;
    event->stream = asked->stream;
    event->posts = asked->posts;
    event->post_id = asked->post_id;
    event->amount = asked->amount;
    event->adjustment = asked->adjustment;
    event->budget_id = asked->budget_id;
    event->financial_year = asked->financial_year;
    event->settles = row->to == ST(SETTLED);
    decision_root(d, field_id(asked->budget_id));
    decision_emit(d, row->emit, &event->base);
    if (event->settles) {
        tell_settled(d, event);
    }
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__StreamRun *self = (Pb__StreamRun *)state;
    const Pb__StreamLineCounted *counted = (const Pb__StreamLineCounted *)event->body;
    self->state = counted->settles ? ST(SETTLED) : ST(RUNNING);
    self->budget_id = counted->budget_id;
    self->la_id = counted->la_id;
    self->financial_year = counted->financial_year;
    self->stream = counted->stream;
    self->posts = counted->posts;
    self->answered++;
    self->total = figures_money(figures_pence(self->total) + figures_pence(counted->amount), arena);
    self->adjustments =
        figures_money(figures_pence(self->adjustments) + figures_pence(counted->adjustment), arena);
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__StreamRun *self = (const Pb__StreamRun *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__stream_run__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .label = arena_printf(arena, "Stream %s",
                              figures_stream_words(self->financial_year, (int)self->stream, arena)),
    };
}

const struct aggregate stream_run_aggregate = {
    .kind = KIND_STREAM_RUN,
    .name = "StreamRun",
    .state = &pb__stream_run__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_LA_MONEY,
    .fsm = &stream_run_fsm,
};
