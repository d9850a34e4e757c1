/*
 * A line is written by one call and is on disk before anything is said of it; a part of a line, left by a disk
 * that was full, is taken away again. Lines are only ever added: whoever reads them proves each signature, so that a
 * line that was altered is a fault and not another history.
 */
#include "operator/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "date.h"
#include "err.h"
#include "keys.h"
#include "operator/statement.h"
#include "peer.h"
#include "pg.h"
#include "services/operator/sql/queries.sql.h"
#include "str.h"

enum { LINE_MAX_BYTES = 400, WORD_MAX_BYTES = 2 * KEYS_SIGNATURE_BYTES + 1 };

static const char signer[] = "checkpoint";

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

/* ---- writing ---- */

static int read_head(PGconn *conn, const char *name, struct checkpoint *ret)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    struct pg_params p;
    const int formats[] = {1};
    int err = E_PG_STATEMENT;

    arena_init(&arena);
    pg_params_init(&p, &arena);
    pg_text(&p, name);
    PQclear(PQexec(conn, "begin read only")); /* that the schema is this transaction's alone */
    PQclear(PQexecParams(conn, statement_of(operator_sql, "verify_schema"), 1, NULL, p.values,
                         p.lengths, formats, 1));
    PGresult *r =
        PQexecParams(conn, statement_of(operator_sql, "verify_head"), 0, NULL, NULL, NULL, NULL, 1);

    if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1 &&
        pg_get_bytea(r, 0, 1).len == sizeof(ret->hash.b)) {
        *ret = (struct checkpoint){.service = peer_service(name),
                                   .epoch = (uint64_t)pg_get_i64(r, 0, 2),
                                   .position = (uint64_t)pg_get_i64(r, 0, 0),
                                   .at_us = pg_get_instant(r, 0, 3)};
        memcpy(ret->hash.b, pg_get_bytea(r, 0, 1).data, sizeof(ret->hash.b));
        err = 0;
    } else {
        (void)fprintf(stderr, "%s: %s", name, PQerrorMessage(conn));
    }
    PQclear(r);
    return err;
}

static int append_line(const char *file, const char *line, size_t len)
{
    CLEANUP(close_fd) int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0) {
        return -errno;
    }
    if (st.st_size + (off_t)len > CHECKPOINT_FILE_MAX_BYTES) {
        return E_LIMIT;
    }
    if (write(fd, line, len) != (ssize_t)len || fsync(fd) != 0) {
        const int err = errno != 0 ? -errno : -EIO;

        (void)!ftruncate(fd, st.st_size);
        return err;
    }
    return 0;
}

int checkpoint_append(const char *conninfo, const char *name, const char *keys, const char *file,
                      struct checkpoint *ret)
{
    char line[LINE_MAX_BYTES];
    char hash[HASH_TEXT_BYTES];
    char at[INSTANT_TEXT_BYTES];
    uint8_t signature[KEYS_SIGNATURE_BYTES];
    PGconn *conn = PQconnectdb(conninfo);
    int err = PQstatus(conn) == CONNECTION_OK ? read_head(conn, name, ret) : E_PG_DOWN;

    PQfinish(conn);
    if (err != 0) {
        return err;
    }
    int len = snprintf(line, sizeof(line), "%s %" PRIu64 " %" PRIu64 " %s %s", name, ret->epoch,
                       ret->position, hash_format(ret->hash, hash), instant_format(ret->at_us, at));

    require(len > 0 && (size_t)len + 2 * sizeof(signature) + 3 < sizeof(line));
    err = keys_signer_make_missing(keys, signer);
    err = err != 0 ? err
                   : keys_sign(keys, signer, (struct bytes){(const uint8_t *)line, (size_t)len},
                               signature);
    if (err != 0) {
        return err;
    }
    line[len++] = ' ';
    sodium_bin2hex(line + len, sizeof(line) - (size_t)len, signature, sizeof(signature));
    len += 2 * (int)sizeof(signature);
    line[len++] = '\n';
    return append_line(file, line, (size_t)len);
}

/* ---- reading ---- */

/* The next word of `*at`, which moves behind it and one space; false when it is none or too long. */
static bool take_word(const char **at, char ret[WORD_MAX_BYTES])
{
    const size_t len = strcspn(*at, " ");

    if (len == 0 || len >= WORD_MAX_BYTES) {
        return false;
    }
    memcpy(ret, *at, len);
    ret[len] = '\0';
    *at += len;
    *at += **at == ' ';
    return true;
}

static bool take_number(const char **at, uint64_t *ret)
{
    char word[WORD_MAX_BYTES];

    return take_word(at, word) && str_u64_whole(word, INT64_MAX, ret) == 0;
}

static bool take_hex(const char **at, uint8_t *ret, size_t len)
{
    char word[WORD_MAX_BYTES];
    size_t got = 0;

    return take_word(at, word) && strlen(word) == 2 * len &&
           sodium_hex2bin(ret, len, word, strlen(word), NULL, &got, NULL) == 0 && got == len;
}

static bool line_parse(const char *line, const uint8_t public_key[KEYS_PUBLIC_BYTES],
                       struct checkpoint *ret)
{
    const char *at = line;
    char word[WORD_MAX_BYTES];
    uint8_t signature[KEYS_SIGNATURE_BYTES];

    if (!take_word(&at, word)) {
        return false;
    }
    ret->service = peer_service(word);
    if (ret->service == PB__SERVICE__SERVICE_NONE || !take_number(&at, &ret->epoch) ||
        !take_number(&at, &ret->position) || !take_hex(&at, ret->hash.b, sizeof(ret->hash.b)) ||
        !take_word(&at, word) || instant_parse(word, &ret->at_us) != 0) {
        return false;
    }
    const struct bytes text = {(const uint8_t *)line, (size_t)(at - line) - 1};

    return take_hex(&at, signature, sizeof(signature)) && *at == '\0' &&
           keys_is_signed(public_key, text, signature);
}

/* The whole file as a text; `*ret` is untouched when it is not there. */
static int read_text(const char *file, struct arena *arena, char **ret)
{
    CLEANUP(close_fd) int fd = open(file, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 && errno == ENOENT) {
        return 0;
    }
    if (fd < 0 || fstat(fd, &st) != 0) {
        return -errno;
    }
    if (st.st_size > CHECKPOINT_FILE_MAX_BYTES) {
        return E_LIMIT;
    }
    char *text = arena_alloc(arena, (size_t)st.st_size + 1);
    const ssize_t len = read(fd, text, (size_t)st.st_size);

    if (len < 0) {
        return -errno;
    }
    *ret = text;
    return 0;
}

int checkpoints_load(const char *keys, const char *file, struct arena *arena,
                     const struct checkpoint **ret, size_t *ret_count, const char **ret_problem)
{
    struct checkpoint *list = NULL;
    size_t count = 0;
    uint8_t public_key[KEYS_PUBLIC_BYTES] = {0};
    char *text = arena_strdup(arena, "");
    int err = read_text(file, arena, &text);

    if (err == 0 && text[0] != '\0') {
        err = sodium_init() < 0 ? E_CONFIG : keys_signer_public(keys, signer, public_key);
    }
    if (err != 0) {
        *ret_problem = arena_printf(arena, "%s, or the key checkpoint.public in %s: %s", file, keys,
                                    err_text(err));
        return err;
    }
    for (char *line = text; line[0] != '\0';) {
        char *end = line + strcspn(line, "\n");
        struct checkpoint one = {.line = (unsigned)count + 1};
        const bool is_whole = *end == '\n';

        *end = '\0';
        if (!is_whole || !line_parse(line, public_key, &one)) {
            *ret_problem = arena_printf(arena,
                                        "%s: line %u is not one that was signed by the key of %s: "
                                        "it was altered, or is of other keys",
                                        file, one.line, keys);
            return E_CONFIG;
        }
        *ARENA_PUSH(arena, list, count) = one;
        line = end + 1;
    }
    *ret = list;
    *ret_count = count;
    return 0;
}
