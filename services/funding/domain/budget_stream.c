/*
 * A stream's day: a timer of the budget comes due and every post with a reservation is to be paid. A
 * stream begins once, in order, and stays.
 */
#include "budget.h"
#include "figures.h"

static const char rule_streams[] = "AST-F4";

/* Of a timer's item, as "3.1": the stream. The rest is the revision that set it. */
static int stream_of(const struct open_deadline *timer)
{
    const int stream = timer->item[0] - '0';
    require(stream >= 1);
    require(stream <= FIGURES_STREAMS);
    return stream;
}

void budget_set_timers(struct decision *d, const Pb__Budget *budget)
{
    decision_deadlines_cancel(d, rule_streams);
    for (int stream = (int)budget->streams_run + 1; stream <= FIGURES_STREAMS; stream++) {
        const struct date on = {budget->stream_on[stream - 1]};
        const char *item = arena_printf(d->arena, "%d.%u", stream, (unsigned int)budget->revision);
        decision_timer(d, rule_streams, item, date_start_us(on));
    }
}

/* One StreamBegun for every 500 posts, those that only settle an earlier year included; one without posts where there is
 * none. */
static void begin_stream(struct decision *d, int stream)
{
    const Pb__Budget *self = (const Pb__Budget *)d->given->state;
    const size_t posts = self->n_reservations + self->n_settling;
    size_t done = 0;
    do {
        const size_t count =
            posts - done < BUDGET_CHUNK_MAX ? posts - done : (size_t)BUDGET_CHUNK_MAX;
        Pb__StreamBegun *event = FORM_NEW(d->arena, StreamBegun, stream_begun);
        event->budget_id = id_field(d->given->command->case_id, d->arena);
        event->la_id = self->la_id;
        event->financial_year = self->financial_year;
        event->stream = (uint32_t)stream;
        event->stream_on = self->stream_on[stream - 1];
        event->posts = (uint32_t)posts;
        event->edition = self->edition;
        event->n_post_ids = count;
        event->post_ids = ARENA_ARRAY(d->arena, count, ProtobufCBinaryData);
        for (size_t i = 0; i < count; i++) {
            const size_t n = done + i;
            event->post_ids[i] = n < self->n_reservations
                                     ? self->reservations[n]->post_id
                                     : self->settling[n - self->n_reservations];
        }
        decision_emit(d, MSG_STREAM_BEGUN, &event->base);
        done += count;
    } while (done < posts);
}

void budget_due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    (void)given;
    decision_deadline_met(d, deadline->rule, deadline->item);
    begin_stream(d, stream_of(deadline));
}
