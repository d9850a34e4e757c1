/*
 * Identities and digests on libsodium. What is hashed is always framed (each part with its length
 * before it), so that two lists of parts never meet in one byte string. A derived id carries the
 * version bits of a UUID 8, a drawn one those of a UUID 4, so that any tool shows them as UUIDs.
 */
#include "id.h"

#include <openssl/evp.h>
#include <string.h>

#include <sodium.h>

#include "err.h"

static const struct id zero;

bool id_equal(struct id a, struct id b)
{
    return memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

bool id_is_zero(struct id id)
{
    return id_equal(id, zero);
}

struct id id_from_bytes(struct bytes bytes)
{
    struct id id = {0};
    if (bytes.len == sizeof(id.b)) {
        memcpy(id.b, bytes.data, sizeof(id.b));
    }
    return id;
}

/* Value of one hexadecimal digit, or -1. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/* Whether a UUID has a hyphen before byte number `i`. */
static bool hyphen_before(size_t i)
{
    return i == 4 || i == 6 || i == 8 || i == 10;
}

int id_parse(const char *text, struct id *ret)
{
    struct id id;
    for (size_t i = 0; i < sizeof(id.b); i++) {
        if (hyphen_before(i) && *text++ != '-') {
            return E_PARSE;
        }
        int high = hex_value(text[0]);
        int low = high < 0 ? -1 : hex_value(text[1]);
        if (low < 0) {
            return E_PARSE;
        }
        id.b[i] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    if (*text != '\0') {
        return E_PARSE;
    }
    *ret = id;
    return 0;
}

static const char hex_digits[] = "0123456789abcdef";

char *id_format(struct id id, char ret[ID_TEXT_BYTES])
{
    char *at = ret;
    for (size_t i = 0; i < sizeof(id.b); i++) {
        if (hyphen_before(i)) {
            *at++ = '-';
        }
        *at++ = hex_digits[id.b[i] >> 4];
        *at++ = hex_digits[id.b[i] & 15];
    }
    *at = '\0';
    return ret;
}

static struct id with_version(struct id id, unsigned int version)
{
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | version << 4);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}

static void add_framed(crypto_generichash_state *state, const void *data, size_t len)
{
    uint8_t frame[8];
    for (size_t i = 0; i < sizeof(frame); i++) {
        frame[i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
    }
    require(crypto_generichash_update(state, frame, sizeof(frame)) == 0);
    require(crypto_generichash_update(state, data, len) == 0);
}

struct id id_derive(const char *purpose, const struct bytes *parts, size_t count)
{
    crypto_generichash_state state;
    struct id id;
    require(crypto_generichash_init(&state, NULL, 0, sizeof(id.b)) == 0);
    add_framed(&state, purpose, strlen(purpose));
    for (size_t i = 0; i < count; i++) {
        add_framed(&state, parts[i].data, parts[i].len);
    }
    require(crypto_generichash_final(&state, id.b, sizeof(id.b)) == 0);
    return with_version(id, 8);
}

struct id id_random(void)
{
    struct id id;
    require(sodium_init() >= 0);
    randombytes_buf(id.b, sizeof(id.b));
    return with_version(id, 4);
}

struct hash hash_sha256(const struct bytes *parts, size_t count)
{
    static EVP_MD_CTX *context; /* one a process: making it anew costs more than a short digest */
    static EVP_MD *sha256;
    struct hash hash;

    if (context == NULL) {
        context = EVP_MD_CTX_new();
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        require(context != NULL && sha256 != NULL);
    }
    require(EVP_DigestInit_ex2(context, sha256, NULL) == 1);
    for (size_t i = 0; i < count; i++) {
        require(EVP_DigestUpdate(context, parts[i].data, parts[i].len) == 1);
    }
    require(EVP_DigestFinal_ex(context, hash.b, NULL) == 1);
    return hash;
}

struct hash hash_keyed(struct bytes key, struct bytes text)
{
    struct hash hash;
    require(key.len >= crypto_generichash_KEYBYTES_MIN &&
            key.len <= crypto_generichash_KEYBYTES_MAX);
    require(crypto_generichash(hash.b, sizeof(hash.b), text.data, text.len, key.data, key.len) ==
            0);
    return hash;
}

bool hash_equal(struct hash a, struct hash b)
{
    return sodium_memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

char *hash_format(struct hash hash, char ret[HASH_TEXT_BYTES])
{
    return sodium_bin2hex(ret, HASH_TEXT_BYTES, hash.b, sizeof(hash.b));
}
