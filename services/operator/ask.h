#pragma once
/* One request over the bus and its reply, waiting for it: for the operator's command, never for a service. */
#include "id.h"
#include "peer.h"

struct ask {
    struct bus bus;
    struct peer peers[6];
    uv_loop_t *uv;
    struct arena arena; /* of the last reply */
};

/** Connects with the key `operator` of `keys_dir` to `peers` ("name=endpoint ..."). Errors: as peers_connect(). */
MUST_USE int ask_init(struct ask *ask, const char *peers, const char *keys_dir) NONNULL(1, 2, 3);

/** Disconnects. */
void ask_fini(struct ask *ask) NONNULL(1);

/**
 * Sends `body` to `service` as the system itself and waits up to `timeout_ms` for the active process's
 * reply, which lives until the next call. `message_id` and `case_id` may be zero for questions.
 * Errors: from the bus.
 */
MUST_USE int ask_service(struct ask *ask, Pb__Service service, struct id message_id,
                         struct id case_id, uint16_t type, const ProtobufCMessage *body,
                         uint32_t timeout_ms, const Pb__Reply **ret) NONNULL(1, 6, 8);
