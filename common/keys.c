/*
 * Key files. A pair is of one of two kinds, which differ in how a public key is derived from its secret. A file appears whole or not at all (written beside, synced, renamed), the secret
 * before its public key, which can be derived from it; so an interruption at any instant is mended
 * by the next keys_make_missing(). A secret that others may read is refused and not repaired: it
 * may have been read already.
 */
#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>
#include <zmq.h>

#include "err.h"

enum { KEY_CHARS = BUS_KEY_TEXT_BYTES - 1 };

/* What a pair is for; both halves are 32 bytes, as texts in Z85. */
struct kind {
    int (*make)(struct bus_keys *ret);
    int (*derive)(char *ret_public, const char *secret);
};

static int signer_derive(char *ret_public, const char *secret)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    int err = zmq_z85_decode(seed, secret) == NULL ? -1 : 0;

    if (err == 0) {
        err = crypto_sign_seed_keypair(public_key, secret_key, seed);
        (void)zmq_z85_encode(ret_public, public_key, sizeof(public_key));
    }
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(secret_key, sizeof(secret_key));
    return err;
}

static int signer_make(struct bus_keys *ret)
{
    uint8_t seed[crypto_sign_SEEDBYTES];

    randombytes_buf(seed, sizeof(seed));
    (void)zmq_z85_encode(ret->secret_key, seed, sizeof(seed));
    sodium_memzero(seed, sizeof(seed));
    return signer_derive(ret->public_key, ret->secret_key) == 0 ? 0 : E_CONFIG;
}

static const struct kind curve = {bus_keys_make, zmq_curve_public};
static const struct kind signer = {signer_make, signer_derive};

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

static int path_of(const char *dir, const char *name, const char *ending, char ret[PATH_MAX])
{
    int len = snprintf(ret, PATH_MAX, "%s/%s.%s", dir, name, ending);

    return len > 0 && len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Reads a key, and refuses the file if any of the permissions `forbidden` is set. */
static int key_read(const char *dir, const char *name, const char *ending, mode_t forbidden,
                    char ret[BUS_KEY_TEXT_BYTES])
{
    CLEANUP(close_fd) int fd = -1;
    char path[PATH_MAX];
    char text[KEY_CHARS + 2];
    uint8_t key[BUS_KEY_BYTES];
    struct stat st;
    ssize_t len;
    int err = path_of(dir, name, ending, path);

    if (err != 0) {
        return err;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        return -errno;
    }
    if (!S_ISREG(st.st_mode) || (st.st_mode & forbidden) != 0) {
        return E_CONFIG;
    }
    len = read(fd, text, sizeof(text));
    if (len < 0) {
        return -errno;
    }
    if (len == KEY_CHARS + 1 && text[KEY_CHARS] == '\n') {
        len = KEY_CHARS;
    }
    if (len == KEY_CHARS) {
        text[KEY_CHARS] = '\0';
    }
    if (len != KEY_CHARS || strlen(text) != KEY_CHARS || zmq_z85_decode(key, text) == NULL) {
        sodium_memzero(text, sizeof(text));
        return E_CONFIG;
    }
    memcpy(ret, text, BUS_KEY_TEXT_BYTES);
    sodium_memzero(text, sizeof(text));
    sodium_memzero(key, sizeof(key));
    return 0;
}

static int sync_dir(const char *dir)
{
    CLEANUP(close_fd) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd >= 0 && fsync(fd) == 0 ? 0 : -errno;
}

static int key_write(const char *dir, const char *name, const char *ending, mode_t mode,
                     const char *key)
{
    CLEANUP(close_fd) int fd = -1;
    char path[PATH_MAX];
    char beside[PATH_MAX];
    char line[KEY_CHARS + 2];
    int err = path_of(dir, name, ending, path);

    if (err != 0) {
        return err;
    }
    if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside)) {
        return -ENAMETOOLONG;
    }
    (void)snprintf(line, sizeof(line), "%s\n", key);
    (void)unlink(beside);
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        return -errno;
    }
    /* What the umask took away is given back: a public key is for other users to read. */
    if (fchmod(fd, mode) != 0 || write(fd, line, KEY_CHARS + 1) != KEY_CHARS + 1 ||
        fsync(fd) != 0 || rename(beside, path) != 0) {
        err = errno != 0 ? -errno : -EIO;
        (void)unlink(beside);
        return err;
    }
    return sync_dir(dir);
}

static int load(const struct kind *kind, const char *dir, const char *name, struct bus_keys *ret)
{
    struct bus_keys keys;
    char derived[BUS_KEY_TEXT_BYTES];
    int err = key_read(dir, name, "secret", S_IRWXG | S_IRWXO, keys.secret_key);

    if (err != 0) {
        return err;
    }
    err = key_read(dir, name, "public", 0, keys.public_key);
    if (err == 0 && (kind->derive(derived, keys.secret_key) != 0 ||
                     memcmp(derived, keys.public_key, BUS_KEY_TEXT_BYTES) != 0)) {
        err = E_CONFIG;
    }
    if (err == 0) {
        *ret = keys;
    }
    sodium_memzero(&keys, sizeof(keys));
    return err;
}

int keys_load(const char *dir, const char *name, struct bus_keys *ret)
{
    return load(&curve, dir, name, ret);
}

int keys_load_public(const char *dir, const char *name, char ret[BUS_KEY_TEXT_BYTES])
{
    return key_read(dir, name, "public", 0, ret);
}

/* Writes what is missing of the pair `name`; `keys` is scratch that the caller wipes. */
static int make_missing(const struct kind *kind, const char *dir, const char *name,
                        struct bus_keys *keys)
{
    int secret = key_read(dir, name, "secret", S_IRWXG | S_IRWXO, keys->secret_key);
    int public = key_read(dir, name, "public", 0, keys->public_key);
    int err = 0;

    if (public != -ENOENT) {
        return secret != 0 && secret != -ENOENT ? secret : public;
    }
    if (secret == -ENOENT) {
        err = kind->make(keys);
        if (err == 0) {
            err = key_write(dir, name, "secret", S_IRUSR | S_IWUSR, keys->secret_key);
        }
    } else if (secret == 0 && kind->derive(keys->public_key, keys->secret_key) != 0) {
        err = E_CONFIG;
    } else {
        err = secret;
    }
    if (err != 0) {
        return err;
    }
    return key_write(dir, name, "public", S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, keys->public_key);
}

static int make_all_missing(const struct kind *kind, const char *dir, const char *const *names,
                            size_t count)
{
    struct bus_keys keys;
    int err = 0;

    if (mkdir(dir, S_IRWXU) != 0 && errno != EEXIST) {
        return -errno;
    }
    for (size_t i = 0; i < count && err == 0; i++) {
        err = make_missing(kind, dir, names[i], &keys);
    }
    sodium_memzero(&keys, sizeof(keys));
    return err;
}

int keys_make_missing(const char *dir, const char *const *names, size_t count)
{
    return make_all_missing(&curve, dir, names, count);
}

/* ---- keys that sign ---- */

int keys_signer_make_missing(const char *dir, const char *name)
{
    return sodium_init() < 0 ? E_CONFIG : make_all_missing(&signer, dir, &name, 1);
}

int keys_sign(const char *dir, const char *name, struct bytes text,
              uint8_t ret[KEYS_SIGNATURE_BYTES])
{
    struct bus_keys keys;
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    int err = load(&signer, dir, name, &keys);

    if (err != 0) {
        return err;
    }
    (void)zmq_z85_decode(seed, keys.secret_key);
    if (crypto_sign_seed_keypair(public_key, secret_key, seed) != 0 ||
        crypto_sign_detached(ret, NULL, text.data, text.len, secret_key) != 0) {
        err = E_CONFIG;
    }
    sodium_memzero(&keys, sizeof(keys));
    sodium_memzero(seed, sizeof(seed));
    sodium_memzero(secret_key, sizeof(secret_key));
    return err;
}

int keys_signer_public(const char *dir, const char *name, uint8_t ret[KEYS_PUBLIC_BYTES])
{
    char text[BUS_KEY_TEXT_BYTES];
    int err = key_read(dir, name, "public", 0, text);

    if (err == 0) {
        (void)zmq_z85_decode(ret, text);
    }
    return err;
}

bool keys_is_signed(const uint8_t public_key[KEYS_PUBLIC_BYTES], struct bytes text,
                    const uint8_t signature[KEYS_SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, text.data, text.len, public_key) == 0;
}
