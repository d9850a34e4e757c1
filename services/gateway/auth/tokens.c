/*
 * The cache is an array addressed by the first bytes of the hash; a newer token takes an older one's
 * place, but one that nobody has does not take that of one that somebody has: with it its allowance and what it has
 * seen would be gone, and whoever likes can find a text that falls on a given place. A cached answer is used for half a minute, which is how long a revocation by another gateway
 * process may take to be seen here. The active process, through which every revocation goes, uses what it
 * has looked up for as long as it holds the epoch, ten minutes at most.
 */
#include "gateway/auth/tokens.h"

#include <string.h>

#include "attain/v1/gateway.pb-c.h"
#include "clock.h"

static struct token *place_of(struct tokens *tokens, struct hash hash)
{
    uint32_t number;

    memcpy(&number, hash.b, sizeof(number));
    return &tokens->cache[number % TOKENS_CACHED];
}

static uint64_t epoch_of(const struct tokens *tokens)
{
    const struct unit *unit = tokens->process->unit;

    return unit_is_active(unit) ? unit_epoch(unit) : 0;
}

static bool is_fresh(const struct tokens *tokens, const struct token *place)
{
    int64_t age_us = clock_monotonic() - place->looked_up_us;

    if (place->looked_up_us == 0 || place->generation != tokens->generation) {
        return false;
    }
    return age_us < TOKEN_FRESH_US ||
           (age_us < TOKEN_TRUSTED_US && place->epoch != 0 && place->epoch == epoch_of(tokens));
}

/* ---- the table ---- */

static void on_row(void *arg, int err, const PGresult *result)
{
    struct token_lookup *lookup = arg;
    struct token *token = &lookup->token;

    lookup->err = err;
    if (err != 0 || PQntuples(result) == 0) {
        return;
    }
    token->known = true;
    token->client_id = pg_get_uuid(result, 0, 0);
    strncpy(token->name, pg_get_text(result, 0, 1), sizeof(token->name) - 1);
    token->actor.role = (Pb__Role)pg_get_i32(result, 0, 2);
    token->actor.person_id = pg_get_uuid(result, 0, 3);
    token->actor.organisation_id = pg_get_uuid(result, 0, 4);
    token->expires_at_us = pg_get_instant(result, 0, 5);
    token->revoked = pg_get_bool(result, 0, 6);
}

static void on_looked_up(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct token_lookup *lookup = arg;

    (void)sqlstate;
    (void)detail;
    if (err != 0 || lookup->err != 0) {
        lookup->fn(lookup->arg, NULL);
    } else {
        struct token *place = place_of(lookup->tokens, lookup->token.hash);
        bool own = hash_equal(place->hash, lookup->token.hash);

        if (!own && place->known && !lookup->token.known) {
            lookup->fn(lookup->arg, &lookup->token);
            return;
        }
        if (own) {
            memcpy(lookup->token.seen, place->seen, sizeof(place->seen));
            lookup->token.whole_at_us = place->whole_at_us;
        }
        lookup->token.looked_up_us = clock_monotonic();
        *place = lookup->token;
        place->actor.client = place->name;
        lookup->fn(lookup->arg, place);
    }
}

static void look_up(struct token_lookup *lookup)
{
    struct pg *reader = lookup->tokens->process->reader;
    struct pg_params p;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pg_params_init(&p, &arena);
    pg_bytea(&p, (struct bytes){lookup->token.hash.b, sizeof(lookup->token.hash.b)});
    bool sent = pg_is_up(reader) && pg_send(reader, "token_find", &p, on_row, lookup) == 0;

    if (sent && pg_sync(reader, on_looked_up, lookup) == 0) {
        return;
    }
    if (sent) {
        pg_reconnect(reader); /* ends the statement that was sent, before the look-up ends */
    }
    lookup->fn(lookup->arg, NULL);
}

void tokens_find(struct tokens *tokens, const char *text, struct token_lookup *lookup,
                 tokens_fn *fn, void *arg)
{
    const struct bytes bytes = {(const uint8_t *)text, strlen(text)};
    struct hash hash = hash_sha256(&bytes, 1);
    const struct token *place = place_of(tokens, hash);

    if (hash_equal(place->hash, hash) && is_fresh(tokens, place)) {
        fn(arg, place);
    } else {
        *lookup = (struct token_lookup){.tokens = tokens,
                                        .token.hash = hash,
                                        .token.epoch = epoch_of(tokens),
                                        .token.generation = tokens->generation,
                                        .fn = fn,
                                        .arg = arg};
        look_up(lookup);
    }
}

void tokens_saw(struct tokens *tokens, struct hash hash, Pb__Service service, uint64_t position)
{
    struct token *place = place_of(tokens, hash);

    if (hash_equal(place->hash, hash) && place->seen[service] < position) {
        place->seen[service] = position;
    }
}

void tokens_take(struct tokens *tokens, struct hash hash, struct rate_standing *ret)
{
    rate_take(&tokens->rate, clock_monotonic(), &place_of(tokens, hash)->whole_at_us, ret);
}

void tokens_forget(struct tokens *tokens)
{
    tokens->generation++;
}

void tokens_init(struct tokens *tokens, struct process *process, struct rate_limit rate)
{
    memset(tokens, 0, sizeof(*tokens));
    tokens->process = process;
    tokens->rate = rate;
}

/* ---- the projection ---- */

/* Whether tokens are issued or revoked by what is being committed; a process has one log. */
static bool tokens_change;

void tokens_committed(struct tokens *tokens)
{
    if (tokens_change) {
        tokens_change = false;
        tokens_forget(tokens);
    }
}

static int persist_issued(struct pg *pg, const struct event *event, struct arena *arena)
{
    const Pb__Client *client = ((const Pb__TokenIssued *)(const void *)event->body)->client;
    struct bytes hash = {client->token_hash.data, client->token_hash.len};
    const char *name = client->name;
    int32_t role = client->role;
    struct id person = field_id(client->person_id);
    struct id organisation = field_id(client->organisation_id);
    struct pg_params p;

    pg_params_init(&p, arena);
    pg_bytea_array(&p, &hash, 1);
    pg_uuid_array(&p, &event->case_id, 1);
    pg_text_array(&p, &name, 1);
    pg_i32_array(&p, &role, 1);
    pg_uuid_array(&p, &person, 1);
    pg_uuid_array(&p, &organisation, 1);
    pg_instant_array(&p, &client->expires_at_us, 1);
    return pg_send(pg, "token_issue", &p, pg_ignore, NULL);
}

static int persist_revoked(struct pg *pg, const struct event *event, struct arena *arena)
{
    struct pg_params p;

    pg_params_init(&p, arena);
    pg_uuid_array(&p, &event->case_id, 1);
    return pg_send(pg, "token_revoke", &p, pg_ignore, NULL);
}

int tokens_persist(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena)
{
    int err = 0;

    for (size_t i = 0; i < count && err == 0; i++) {
        if (events[i]->type == MSG_TOKEN_ISSUED) {
            tokens_change = true;
            err = persist_issued(pg, events[i], arena);
        } else if (events[i]->type == MSG_TOKEN_REVOKED) {
            tokens_change = true;
            err = persist_revoked(pg, events[i], arena);
        }
    }
    return err;
}
