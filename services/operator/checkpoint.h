#pragma once
/*
 * Checkpoints of the services' logs, kept outside the database (law 1): what the head of each was at some instant,
 * signed with an Ed25519 key that whoever writes to the database does not have. A log that was cut short, or
 * written anew with a chain that is whole in itself, no longer holds what was signed of it.
 *
 * A line is `service epoch position hash instant signature`; the signature is over the line up to it.
 */
#include <libpq-fe.h>

#include "attain/v1/envelope.pb-c.h"
#include "id.h"

enum { CHECKPOINT_FILE_MAX_BYTES = 16 << 20 };

/** One line of the file, its signature proven. */
struct checkpoint {
    Pb__Service service;
    uint64_t epoch;
    uint64_t position;
    struct hash hash;
    int64_t at_us;
    unsigned line; /* of the file, from 1 */
};

/**
 * Signs the head of the service called `name`, in the database at `conninfo`, by the key in the folder `keys`, which
 * is made when it is not there, and appends the line to `file`; it is on disk when this returns. `*ret` is what was
 * signed. Errors: E_PG_DOWN, E_PG_STATEMENT, E_LIMIT for a file that is full, as keys_sign(), negative errno.
 */
MUST_USE int checkpoint_append(const char *conninfo, const char *name, const char *keys,
                               const char *file, struct checkpoint *ret) NONNULL(1, 2, 3, 4, 5);

/**
 * Reads all lines of `file` into `arena` and proves their signatures by the public key in the folder `keys`; a file
 * that is not there has none. Errors: E_LIMIT, E_CONFIG for a line that is not signed so, or that is none, in which
 * case `*ret_problem` names it; as keys_signer_public(), negative errno.
 */
MUST_USE int checkpoints_load(const char *keys, const char *file, struct arena *arena,
                              const struct checkpoint **ret, size_t *ret_count,
                              const char **ret_problem) NONNULL(1, 2, 3, 4, 5, 6);
