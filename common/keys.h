#pragma once
/*
 * The key files, of the bus (CURVE) and of what is signed (Ed25519): `NAME.public` and `NAME.secret` in one
 * folder, each a line of 40 characters (Z85). Knows files only; who may connect to whom, and what is worth
 * a signature, is its caller's business.
 */
#include "bus.h"

enum { KEYS_PUBLIC_BYTES = 32, KEYS_SIGNATURE_BYTES = 64 };

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

/** The same as keys_make_missing() for the one pair `name` in `dir` that signs. Errors: as there. */
MUST_USE int keys_signer_make_missing(const char *dir, const char *name) NONNULL(1, 2);

/** Signs `text` with the secret of `name` in `dir` into `ret`. Errors: as keys_load(). */
MUST_USE int keys_sign(const char *dir, const char *name, struct bytes text,
                       uint8_t ret[KEYS_SIGNATURE_BYTES]) NONNULL(1, 2, 4);

/** Reads the public key of `name` in `dir`. Errors: E_CONFIG (not a key); negative errno. */
MUST_USE int keys_signer_public(const char *dir, const char *name, uint8_t ret[KEYS_PUBLIC_BYTES])
    NONNULL(1, 2, 3);

/** Whether `signature` of `text` was made with the secret of `public_key`. */
bool keys_is_signed(const uint8_t public_key[KEYS_PUBLIC_BYTES], struct bytes text,
                    const uint8_t signature[KEYS_SIGNATURE_BYTES]) NONNULL(1, 3);
