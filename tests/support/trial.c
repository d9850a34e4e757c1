/*
 * The domain of the test service. As pure as any other: everything a test steers comes in the message.
 */
#include "trial.h"

#include <string.h>

static const Pb__IssueToken *asked(const struct command *command)
{
    return (const Pb__IssueToken *)(const void *)command->body;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

struct id trial_id(const char *name)
{
    const struct bytes part = {(const uint8_t *)name, strlen(name)};

    return id_derive("trial", &part, 1);
}

/* The word between the first and the second colon. */
static struct id word_id(const char *text)
{
    const char *word = strchr(text, ':');

    if (word == NULL) {
        return trial_id(text);
    }
    const struct bytes part = {(const uint8_t *)word + 1, strcspn(word + 1, ":")};

    return id_derive("trial", &part, 1);
}

static int64_t word_number(const char *text)
{
    const char *colon = strchr(text, ':');
    int64_t number = 0;

    for (const char *at = colon == NULL ? "" : colon + 1; *at >= '0' && *at <= '9'; at++) {
        number = 10 * number + (*at - '0');
    }
    return number;
}

static void decide_timer(struct decision *d, const char *name)
{
    int64_t at_us = d->given->world->now_us + word_number(name) * US_PER_SECOND;

    if (begins(name, "again:")) {
        decision_deadline_met(d, "GEN-3", "timer");
        decision_timer(d, "GEN-3", "timer", at_us);
    } else if (begins(name, "timer:")) {
        decision_timer(d, "GEN-3", "timer", at_us);
    }
}

static void decide_issue(const struct given *given, struct decision *d)
{
    const Pb__IssueToken *ask = asked(given->command);
    Pb__TokenIssued *issued = ARENA_NEW(d->arena, Pb__TokenIssued);
    Pb__Client *client = ARENA_NEW(d->arena, Pb__Client);

    if (begins(ask->name, "wait:") && given->world->seen[0].kind == 0) {
        decision_wait(d);
    }
    if (begins(ask->name, "through:") && given->world->seen[1].kind == 0) {
        decision_refuse(d, "GEN-7", "not-there", "Name another.", "Nothing is at the end of it.");
    }
    if (begins(ask->name, "refuse") || begins(ask->name, "claim-refuse:")) {
        decision_refuse(d, "GEN-7", "asked-for", "Ask otherwise.", "It was asked for.");
    }
    if (!given->world->claimed) {
        decision_refuse(d, "GEN-7", "taken", "Take another.", "It is taken.");
    }
    if (decision_is_over(d)) {
        return;
    }
    pb__token_issued__init(issued);
    pb__client__init(client);
    client->name = ask->name;
    client->token_hash = ask->token_hash;
    client->organisation_id = ask->organisation_id;
    issued->client = client;
    if (begins(ask->name, "text")) {
        (void)!decision_text(d, ask->name);
    }
    decision_emit(d, MSG_TOKEN_ISSUED, &issued->base);
    decide_timer(d, ask->name);
    if (begins(ask->name, "release:")) {
        decision_release(d, TRIAL_CLAIM, word_id(ask->name));
    }
}

static void decide_revoke(const struct given *given, struct decision *d)
{
    Pb__TokenRevoked *revoked = ARENA_NEW(d->arena, Pb__TokenRevoked);

    (void)given;
    pb__token_revoked__init(revoked);
    decision_emit(d, MSG_TOKEN_REVOKED, &revoked->base);
}

static size_t claims_of(const struct command *command, const struct actor *actor,
                        struct bytes digest_key, struct claim *ret)
{
    const char *name = asked(command)->name;

    (void)actor;
    (void)digest_key;
    if (!begins(name, "claim")) {
        return 0;
    }
    ret[0] = (struct claim){TRIAL_CLAIM, word_id(name)};
    return 1;
}

static size_t refs_of(const struct command *command, struct id *ret)
{
    const char *name = asked(command)->name;

    if (!begins(name, "wait:") && !begins(name, "through:")) {
        return 0;
    }
    ret[0] = word_id(name);
    return 1;
}

static size_t further_of(const struct command *command, const ProtobufCMessage *state,
                         const struct seen_case *seen, struct id *ret)
{
    (void)state;
    if (!begins(asked(command)->name, "through:")) {
        return 0;
    }
    ret[0] = seen[0].kind == 0 ? (struct id){{0}}
                               : word_id(((const Pb__Client *)(const void *)seen[0].state)->name);
    return 1;
}

/* Counts in expires_at_us; keeps the last name and all bytes. */
static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Client *client = (Pb__Client *)(void *)state;

    if (event->type == MSG_TOKEN_REVOKED) {
        client->revoked = true;
        return;
    }
    const Pb__Client *from = ((const Pb__TokenIssued *)(const void *)event->body)->client;
    size_t len = client->token_hash.len + from->token_hash.len;
    uint8_t *data = arena_alloc(arena, len + 1);

    if (client->token_hash.len > 0) {
        memcpy(data, client->token_hash.data, client->token_hash.len);
    }
    if (from->token_hash.len > 0) {
        memcpy(data + client->token_hash.len, from->token_hash.data, from->token_hash.len);
    }
    client->token_hash = (ProtobufCBinaryData){len, data};
    client->expires_at_us++;
    client->name = arena_strdup(arena, from->name);
    client->organisation_id = id_field(field_id(from->organisation_id), arena);
}

static void index_of(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Client *client = (const Pb__Client *)(const void *)state;

    (void)arena;
    *ret = (struct case_index){.state = client->revoked ? "revoked" : "issued",
                               .organisation_ids = {field_id(client->organisation_id)},
                               .label = begins(client->name, "break") ? NULL : client->name};
}

struct aggregate trial_aggregate = {
    .kind = TRIAL_KIND,
    .name = "Client",
    .state = &pb__client__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_of,
    .readers = MAY(SCHOOL),
};

static const struct aggregate *const aggregates[] = {&trial_aggregate, NULL};

static const struct route routes[] = {
    {MSG_ISSUE_TOKEN, &trial_aggregate, MAY(ADMINISTRATOR) | MAY(SYSTEM), .opens = true,
     .decide = decide_issue, .refs = refs_of, .further = further_of, .claims = claims_of},
    {MSG_REVOKE_TOKEN, &trial_aggregate, MAY(ADMINISTRATOR) | MAY(SCHOOL), .decide = decide_revoke},
    {0},
};

static size_t react(const struct event *event, struct arena *arena, struct reaction_command *ret,
                    size_t max)
{
    const Pb__Client *client = ((const Pb__TokenIssued *)(const void *)event->body)->client;
    size_t count = begins(client->name, "two:") ? 2 : 1;

    if (begins(client->name, "many:")) {
        count = max;
    }
    for (size_t i = 0; i < count; i++) {
        Pb__IssueToken *issue = ARENA_NEW(arena, Pb__IssueToken);

        pb__issue_token__init(issue);
        issue->name = client->name;
        ret[i] = (struct reaction_command){MSG_ISSUE_TOKEN, event->case_id, &issue->base};
        ret[i].case_id.b[0] ^= (uint8_t)i;
        ret[i].case_id.b[1] ^= (uint8_t)(i >> 8);
    }
    return count;
}

static const struct reaction reactions[] = {
    {PB__SERVICE__APPLICATION, MSG_TOKEN_ISSUED, react},
    {PB__SERVICE__ASSESSMENT, MSG_TOKEN_ISSUED, react},
    {0},
};

const struct service trial_producer = {
    .id = PB__SERVICE__APPLICATION,
    .name = "application",
    .aggregates = aggregates,
    .routes = routes,
};

const struct service trial_consumer = {
    .id = PB__SERVICE__FUNDING,
    .name = "funding",
    .aggregates = aggregates,
    .routes = routes,
    .reactions = reactions,
};
