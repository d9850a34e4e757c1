#pragma once
/*
 * Identities and digests. An id is 16 bytes and names one case, person, organisation, record or
 * message; it is either derived from what caused it, so that the same cause gives the same id, or
 * drawn at random by an operator's tool. Shown as a UUID.
 */
#include "arena.h"

enum { ID_TEXT_BYTES = 37, HASH_TEXT_BYTES = 65 };

struct id {
    uint8_t b[16];
};

/** SHA-256 of a chain, or a keyed BLAKE2b digest. */
struct hash {
    uint8_t b[32];
};

/** Whether both name the same thing. */
bool id_equal(struct id a, struct id b) PURE;

/** Whether it names nothing (all zero). */
bool id_is_zero(struct id id) PURE;

/** The id in the first 16 bytes of `bytes`; all zero when there are not exactly 16. */
struct id id_from_bytes(struct bytes bytes);

/** Reads the 36-character UUID `text`. Errors: E_PARSE. */
MUST_USE int id_parse(const char *text, struct id *ret) NONNULL(1, 2);

/** Writes `id` as 36 lower-case characters and a NUL into `ret`; returns `ret`. */
char *id_format(struct id id, char ret[ID_TEXT_BYTES]) NONNULL(2);

/**
 * The id that `count` parts derive: BLAKE2b-128 over each part with its length in front, under the
 * label `purpose`, with the version bits of a UUID 8. Same parts, same id.
 */
struct id id_derive(const char *purpose, const struct bytes *parts, size_t count) NONNULL(1);

/** A random id, from the operating system's generator. */
struct id id_random(void);

/** SHA-256 of `count` parts in order. */
struct hash hash_sha256(const struct bytes *parts, size_t count);

/** BLAKE2b-256 of `text` under `key` (16 to 64 bytes): names a text without telling it. */
struct hash hash_keyed(struct bytes key, struct bytes text);

/** Whether both are the same, in constant time. */
bool hash_equal(struct hash a, struct hash b);

/** Writes 64 hexadecimal characters and a NUL into `ret`; returns `ret`. */
char *hash_format(struct hash hash, char ret[HASH_TEXT_BYTES]) NONNULL(2);
