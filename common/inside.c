/*
 * Three answers, each from what the process knows at that moment: no question goes to the database, so
 * that they come when it is away, which is when they are asked for.
 *
 * Ready means: work given now would be taken, and decided as everywhere. A standby is ready, for it takes over by
 * itself; a process without its database is not, nor one whose current editions are others than those of a
 * service that it follows. Editions are loaded before anything listens, so that to answer at all says that they are.
 */
#include "inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "process.h"

/* ---- figures ---- */

/* A text under construction; pages are few and small, so that growing by copies is good enough. */
struct page {
    struct arena *arena;
    char *text;
    const struct process *process;
};

enum kind { GAUGE, COUNTER };

static void family(struct page *page, const char *name, enum kind kind, const char *help)
{
    page->text = arena_printf(page->arena, "%s# HELP attain_%s %s\n# TYPE attain_%s %s\n",
                              page->text, name, help, name, kind == COUNTER ? "counter" : "gauge");
}

/* One value of a family; `producer` NULL where the family has one value. */
static void value(struct page *page, const char *name, const char *producer, double number)
{
    page->text =
        arena_printf(page->arena, "%sattain_%s{service=\"%s\",instance=\"%s\"%s%s%s} %.17g\n",
                     page->text, name, page->process->program->service->name,
                     page->process->settings.instance, producer == NULL ? "" : ",producer=\"",
                     producer == NULL ? "" : producer, producer == NULL ? "" : "\"", number);
}

static void single(struct page *page, const char *name, enum kind kind, const char *help,
                   double number)
{
    family(page, name, kind, help);
    value(page, name, NULL, number);
}

static void write_feeds(struct page *page)
{
    const struct process *process = page->process;
    struct hash hash;

    family(page, "cursor_position", GAUGE, "How far a producer's events have been applied.");
    for (size_t i = 0; i < process->consumer_count; i++) {
        const struct consumer *c = &process->consumers[i];

        value(page, "cursor_position", c->peer->name,
              (double)unit_cursor(process->unit, c->peer->service, &hash));
    }
    family(page, "feed_lag_events", GAUGE, "The producer's head, as last told, less the cursor.");
    for (size_t i = 0; i < process->consumer_count; i++) {
        const struct consumer *c = &process->consumers[i];
        uint64_t cursor = unit_cursor(process->unit, c->peer->service, &hash);

        value(page, "feed_lag_events", c->peer->name,
              c->head > cursor ? (double)(c->head - cursor) : 0);
    }
    family(page, "feed_diverged", GAUGE, "1: the producer's past is another; an operator decides.");
    for (size_t i = 0; i < process->consumer_count; i++) {
        const struct consumer *c = &process->consumers[i];

        value(page, "feed_diverged", c->peer->name, c->state == CONSUMER_DIVERGED ? 1 : 0);
    }
    family(page, "editions_differ", GAUGE, "1: the producer's current editions are others.");
    for (size_t i = 0; i < process->consumer_count; i++) {
        const struct consumer *c = &process->consumers[i];

        value(page, "editions_differ", c->peer->name, c->difference[0] != '\0' ? 1 : 0);
    }
}

static void write_work(struct page *page)
{
    const struct unit_figures f = unit_figures(page->process->unit);

    single(page, "commands_total", COUNTER, "Commands decided.", (double)f.commands);
    single(page, "refusals_total", COUNTER, "Commands that a rule refused.", (double)f.refusals);
    single(page, "repeats_total", COUNTER, "Commands answered from a stored reply.",
           (double)f.repeats);
    single(page, "events_total", COUNTER, "Events committed.", (double)f.events);
    single(page, "consumed_total", COUNTER, "Events of other services applied.",
           (double)f.consumed);
    single(page, "batches_total", COUNTER, "Transactions committed.", (double)f.batches);
    single(page, "commit_seconds_total", COUNTER, "Time from first statement to commit, summed.",
           (double)f.commit_us / 1e6);
    single(page, "largest_batch", GAUGE, "Most inputs in one transaction.",
           (double)f.largest_batch);
    single(page, "parked", GAUGE, "Events set aside: they wait for a cause or an operator.",
           (double)f.parked);
}

static void write_standing(struct page *page, struct process *process)
{
    struct hash hash;
    Pb__Standing standing;
    size_t resident_bytes = 0;

    pb__standing__init(&standing);
    if (process->program->standing != NULL) {
        process->program->standing(process, &standing);
    }
    single(page, "active", GAUGE, "1: this process holds the epoch of its service.",
           unit_is_active(process->unit) ? 1 : 0);
    single(page, "epoch", GAUGE, "The epoch held, or 0.", (double)unit_epoch(process->unit));
    single(page, "database_up", GAUGE, "1: connected with everything prepared.",
           pg_is_up(process->reader) ? 1 : 0);
    single(page, "head_position", GAUGE, "Position of the last event.",
           (double)unit_head(process->unit, &hash));
    single(page, "due", GAUGE, "Deadlines due and not done, by the last look.",
           (double)process->due.known_due);
    single(page, "queued", GAUGE, "Effects (mails) waiting to be done.", (double)standing.queued);
    single(page, "uncertain", GAUGE, "Attempts whose outcome nobody knows.",
           (double)standing.uncertain);
    single(page, "queries_open", GAUGE, "Questions being answered.",
           (double)queries_open(process->queries));
    single(page, "clock_seconds", GAUGE, "The domain's clock, which a sandbox can move.",
           (double)clock_domain() / 1e6);
    (void)uv_resident_set_memory(&resident_bytes);
    single(page, "resident_bytes", GAUGE, "Memory in use.", (double)resident_bytes);
}

static const char *metrics(struct process *process, struct arena *arena)
{
    struct page page = {.arena = arena, .text = arena_strdup(arena, ""), .process = process};

    write_standing(&page, process);
    write_feeds(&page);
    write_work(&page);
    return page.text;
}

/* ---- requests ---- */

static void reply(struct http_request *request, unsigned status, const char *type, const char *text)
{
    const struct http_header header = {"Content-Type", type};

    http_reply(request, status, &header, 1, (struct bytes){(const uint8_t *)text, strlen(text)});
}

static void reply_ready(struct process *process, struct http_request *request, const char *type)
{
    const char *difference = process_difference(process);

    if (!pg_is_up(process->reader)) {
        reply(request, MHD_HTTP_SERVICE_UNAVAILABLE, type, "the database is away\n");
    } else if (difference != NULL) {
        reply(request, MHD_HTTP_SERVICE_UNAVAILABLE, type,
              arena_printf(request->arena, "%s: start both with the same files\n", difference));
    } else {
        reply(request, MHD_HTTP_OK, type,
              unit_is_active(process->unit) ? "active\n" : "stands by\n");
    }
}

static void on_request(void *arg, struct http_request *request)
{
    static const char plain[] = "text/plain; charset=utf-8";
    struct process *process = arg;

    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
        reply(request, MHD_HTTP_METHOD_NOT_ALLOWED, plain, "only GET\n");
    } else if (strcmp(request->path, "/healthz") == 0) {
        reply(request, MHD_HTTP_OK, plain, "alive\n");
    } else if (strcmp(request->path, "/readyz") == 0) {
        reply_ready(process, request, plain);
    } else if (strcmp(request->path, "/metrics") == 0) {
        reply(request, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8",
              metrics(process, request->arena));
    } else {
        reply(request, MHD_HTTP_NOT_FOUND, plain, "/healthz, /readyz or /metrics\n");
    }
}

int inside_start(struct inside *inside, uv_loop_t *uv, const char *address, struct process *process)
{
    struct http_config config = {0};

    if (address[0] == '\0') {
        return 0;
    }
    int err = http_config_parse(address, &process->scratch, &config);

    err = err != 0 ? err : http_server_start(&inside->http, uv, &config, on_request, process);
    inside->listens = err == 0;
    arena_reset(&process->scratch);
    return err;
}

void inside_stop(struct inside *inside)
{
    if (inside->listens) {
        http_server_stop(&inside->http);
    }
}

void inside_fini(struct inside *inside)
{
    if (inside->listens) {
        http_server_fini(&inside->http);
    }
}
