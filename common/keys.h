#pragma once
/*
 * The key files of the bus: `NAME.public` and `NAME.secret` in one folder, each a line of 40
 * characters (Z85). Knows files only; who may connect to whom is its caller's business.
 */
#include "bus.h"

/**
 * Reads the pair of `name` from `dir`. Errors: E_CONFIG when a file is not a key, when the two do
 * not belong together or when others than its owner may read the secret; -ENOENT and other errno.
 */
MUST_USE int keys_load(const char *dir, const char *name, struct bus_keys *ret) NONNULL(1, 2, 3);

/** Reads the public key of `name` from `dir`. Errors: E_CONFIG (not a key); negative errno. */
MUST_USE int keys_load_public(const char *dir, const char *name, char ret[BUS_KEY_TEXT_BYTES])
    NONNULL(1, 2, 3);

/**
 * Makes `dir` (0700) and a pair for each of the `count` `names` that has none, for a first local
 * run. A secret without its public key gets it again; a public key without secret is that of a process
 * elsewhere and stays as it is. Errors: as keys_load(), negative errno.
 */
MUST_USE int keys_make_missing(const char *dir, const char *const *names, size_t count)
    NONNULL(1, 2);
