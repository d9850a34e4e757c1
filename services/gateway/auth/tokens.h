#pragma once
/*
 * Bearer tokens: which client a token is, from a cache in memory or from the table. Keeps with each how
 * far its client has seen the services (law 8). Never sees a token longer than it takes to hash it.
 */
#include "gateway/auth/rate.h"
#include "process.h"

enum { TOKENS_CACHED = 32768, TOKEN_FRESH_US = 30 * 1000 * 1000, TOKEN_MAX_BYTES = 200 };

#define TOKEN_TRUSTED_US (INT64_C(600) * 1000 * 1000)

/** What a token stands for. */
struct token {
    struct hash hash;
    struct id client_id;
    char name[64];
    struct actor actor; /* its `client` is `name` */
    int64_t expires_at_us;
    bool revoked;
    bool known;           /* false: there is no such token */
    int64_t looked_up_us; /* monotonic; 0: free place */
    uint64_t epoch;       /* that this process held when it looked; 0: none */
    uint64_t generation;  /* of the cache, when it looked */
    uint64_t seen[PROCESS_PEERS];
    int64_t whole_at_us; /* monotonic; its allowance (rate.h) */
};

struct tokens {
    struct process *process;
    struct rate_limit rate;
    uint64_t generation; /* what was looked up in an earlier one counts no longer */
    struct token cache[TOKENS_CACHED];
};

/** The token found, or one with `known` false; borrowed for the call. NULL when it could not be looked up. */
typedef void tokens_fn(void *arg, const struct token *token);

/** Begins with an empty cache; each client has the allowance `rate`. */
void tokens_init(struct tokens *tokens, struct process *process, struct rate_limit rate)
    NONNULL(1, 2);

/** A look-up under way: the caller's memory, until `fn` has been called. */
struct token_lookup {
    struct tokens *tokens;
    struct token token;
    tokens_fn *fn;
    void *arg;
    int err;
};

/**
 * Looks `text` up; `fn(arg)` is called once: at once from the cache, or when the table has answered.
 * `lookup` is the caller's until then.
 */
void tokens_find(struct tokens *tokens, const char *text, struct token_lookup *lookup,
                 tokens_fn *fn, void *arg) NONNULL(1, 2, 3, 4);

/** The client of the token `hash` has seen `service` up to `position`. */
void tokens_saw(struct tokens *tokens, struct hash hash, Pb__Service service, uint64_t position)
    NONNULL(1);

/** Takes one request from the allowance of the client of the token `hash`, which tokens_find() has just given. */
void tokens_take(struct tokens *tokens, struct hash hash, struct rate_standing *ret) NONNULL(1, 3);

/** Forgets what is cached: tokens were issued or revoked. */
void tokens_forget(struct tokens *tokens) NONNULL(1);

/** To be called after each commit of this process: forgets what is cached if it issued or revoked a token. */
void tokens_committed(struct tokens *tokens) NONNULL(1);

/**
 * Sends in the open transaction of `pg` the tokens that `count` `events` issue and revoke, made in `arena`. Errors:
 * E_PG_DOWN.
 */
MUST_USE int tokens_persist(struct pg *pg, const struct event *const *events, size_t count,
                            struct arena *arena) NONNULL(1, 4);
