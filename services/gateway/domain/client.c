/*
 * The one aggregate of the gateway. A client's role and parties never change: for others, another token
 * is issued and this one revoked.
 */
#include "gateway/domain/client.h"

#include <string.h>

#include "attain/v1/gateway.pb-c.h"
#include "kinds.h"

enum { TOKEN_HOURS_MAX = 8760 };

static const Pb__Client *state_of(const struct given *given)
{
    return (const Pb__Client *)(const void *)given->state;
}

void client_issue(const struct given *given, struct decision *d)
{
    const Pb__IssueToken *ask = (const Pb__IssueToken *)(const void *)given->command->body;

    if (ask->role == PB__ROLE__ROLE_NONE || ask->role == PB__ROLE__SYSTEM) {
        decision_refuse(d, "GEN-6", "no-such-role", "Name one of the roles of the documentation.",
                        "A token acts in one role, and %s is none that can be given.",
                        ask->role == PB__ROLE__SYSTEM ? "\"system\"" : "an empty one");
    }
    if (ask->hours < 1 || ask->hours > TOKEN_HOURS_MAX) {
        decision_refuse(d, "GEN-6", "token-lifetime", "Choose from 1 to 8760 hours.",
                        "A token that lives %u hours cannot be issued.", ask->hours);
    }
    if (ask->token_hash.len != sizeof(struct hash)) {
        decision_refuse(d, "GEN-6", "token-hash",
                        "Ask the gateway for a token rather than this service.",
                        "The token's hash is missing.");
    }
    Pb__TokenIssued *issued = ARENA_NEW(d->arena, Pb__TokenIssued);
    Pb__Client *client = ARENA_NEW(d->arena, Pb__Client);

    pb__token_issued__init(issued);
    pb__client__init(client);
    client->name = ask->name;
    client->role = ask->role;
    client->person_id = ask->person_id;
    client->organisation_id = ask->organisation_id;
    client->token_hash = ask->token_hash;
    client->expires_at_us = given->world->machine_us + (int64_t)ask->hours * 3600 * US_PER_SECOND;
    issued->client = client;
    decision_emit(d, MSG_TOKEN_ISSUED, &issued->base);
}

void client_revoke(const struct given *given, struct decision *d)
{
    if (state_of(given)->revoked) {
        return;
    }
    Pb__TokenRevoked *revoked = ARENA_NEW(d->arena, Pb__TokenRevoked);

    pb__token_revoked__init(revoked);
    decision_emit(d, MSG_TOKEN_REVOKED, &revoked->base);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Client *client = (Pb__Client *)(void *)state;

    (void)arena;
    if (event->type == MSG_TOKEN_ISSUED) {
        const ProtobufCMessage base = client->base;

        *client = *((const Pb__TokenIssued *)(const void *)event->body)->client;
        client->base = base;
    } else if (event->type == MSG_TOKEN_REVOKED) {
        client->revoked = true;
    }
}

static void index_of(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Client *client = (const Pb__Client *)(const void *)state;

    (void)arena;
    *ret = (struct case_index){.state = client->revoked ? "revoked" : "issued",
                               .organisation_ids = {field_id(client->organisation_id)},
                               .person_ids = {field_id(client->person_id)},
                               .label = client->name};
}

const struct aggregate client_aggregate = {
    .kind = KIND_CLIENT,
    .name = "Client",
    .state = &pb__client__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_of,
    .readers = ROLES_ALL,
};
