/*
 * Runs the migrations. All files are read and compared with what is recorded before any is applied,
 * so that a refusal leaves everything as it was. An advisory lock, held as long as the connection,
 * lets one run at a time into a database; roles belong to the whole cluster, and whoever comes
 * second to make one finds it made.
 */
#include "migrate.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "id.h"
#include "pg.h"

enum { FILE_BYTES_MAX = 4 << 20, SERVICE_BYTES_MAX = 40, NAME_BYTES_MAX = 64, DIGITS = 4 };

/** A word that stands for a name in the SQL, and the name. */
struct placeholder {
    const char *word;
    const char *name;
};

enum { PLACEHOLDERS = 4 };

struct migration {
    const char *origin; /* "common" or the service */
    const char *path;   /* under the plan's folder, as shown */
    const char *name;
    const char *text;
    char checksum[HASH_TEXT_BYTES];
    bool applied;
};

struct run {
    const struct migrate_plan *plan;
    struct arena *arena;
    PGconn *conn;
    const char *why;
    struct placeholder placeholders[PLACEHOLDERS];
    struct migration *files;
    size_t count;
};

/* What precedes the files: it may run any number of times. */
static const char prepare_sql[] =
    "do $$\n"
    "declare\n"
    "    role text;\n"
    "begin\n"
    "    foreach role in array array[':owner nologin', ':writer login', ':reader login'] loop\n"
    "        begin\n"
    "            execute 'create role ' || role;\n"
    "        exception when duplicate_object or unique_violation then\n"
    "            null;\n"
    "        end;\n"
    "    end loop;\n"
    "    if not pg_has_role(current_user, ':owner', 'member') then\n"
    "        grant :owner to current_user;\n"
    "    end if;\n"
    "end $$;\n"
    "create schema if not exists :schema authorization :owner;\n"
    "set role :owner;\n"
    "grant usage on schema :schema to :writer, :reader;\n"
    "create table if not exists :schema.migration (\n"
    "    origin     text        not null,\n"
    "    number     integer     not null,\n"
    "    name       text        not null,\n"
    "    checksum   text        not null,\n"
    "    applied_at timestamptz not null default now(),\n"
    "    primary key (origin, number)\n"
    ");\n"
    "reset role;\n";

static const char recorded_sql[] = "select origin, name, checksum\n"
                                   "  from :schema.migration\n"
                                   " order by origin, number\n";

static const char record_sql[] = "insert into :schema.migration (origin, number, name, checksum)\n"
                                 "values ($1, left($2, 4)::integer, $2, $3)\n";

static void end_connection(PGconn **conn)
{
    PQfinish(*conn);
}

static void clear(PGresult **result)
{
    PQclear(*result);
}

static void close_file(FILE **file)
{
    if (*file != NULL) {
        fclose(*file);
    }
}

static int refuse(struct run *run, const char *path, const char *sentence)
{
    run->why = arena_printf(run->arena, "%s: %s", path, sentence);
    return E_CONFIG;
}

/* ---- SQL ---- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/** What stands at `at`, just behind a colon; NULL when it is no placeholder. */
static const struct placeholder *placeholder_at(const struct run *run, const char *at)
{
    for (size_t i = 0; i < COUNT(run->placeholders); i++) {
        size_t len = strlen(run->placeholders[i].word);
        if (strncmp(at, run->placeholders[i].word, len) == 0 && !is_word(at[len])) {
            return &run->placeholders[i];
        }
    }
    return NULL;
}

/** `sql` with names for placeholders. A colon behind a colon (a cast) or a word begins none. */
static const char *put_names(const struct run *run, const char *sql)
{
    size_t colons = 0;
    for (const char *at = sql; *at != '\0'; at++) {
        colons += *at == ':' ? 1 : 0;
    }
    char *text = arena_alloc(run->arena, strlen(sql) + colons * NAME_BYTES_MAX + 1);
    char *out = text;
    for (const char *at = sql; *at != '\0';) {
        bool begins = *at == ':' && (at == sql || (at[-1] != ':' && !is_word(at[-1])));
        const struct placeholder *it = begins ? placeholder_at(run, at + 1) : NULL;
        if (it == NULL) {
            *out++ = *at++;
            continue;
        }
        size_t len = strlen(it->name);
        memcpy(out, it->name, len);
        out += len;
        at += 1 + strlen(it->word);
    }
    *out = '\0';
    return text;
}

/** The line of `sql` on which character number `position`, decimal digits from 1, stands. */
static int line_of(const char *sql, const char *position)
{
    int line = 1;
    size_t left = 0;
    for (; *position >= '0' && *position <= '9'; position++) {
        left = left * 10 + (size_t)(*position - '0');
    }
    for (; *sql != '\0' && left > 1; sql++) {
        line += *sql == '\n' ? 1 : 0;
        left -= ((unsigned char)*sql & 0xC0) == 0x80 ? 0 : 1; /* a character may be several bytes */
    }
    return line;
}

/** Says what the server said of `sql`, which came from `path`. */
static int server_failure(struct run *run, const char *path, const char *sql,
                          const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (sqlstate == NULL || message == NULL) {
        run->why = arena_printf(run->arena, "%s: %s", path, PQerrorMessage(run->conn));
        return E_PG_DOWN;
    }
    if (position != NULL) {
        run->why = arena_printf(run->arena, "%s:%d: %s", path, line_of(sql, position), message);
    } else {
        run->why = arena_printf(run->arena, "%s: %s", path, message);
    }
    return pg_sqlstate_err(sqlstate);
}

/** Runs statements that came from `path`, with names for placeholders. */
static int run_sql(struct run *run, const char *path, const char *template)
{
    const char *sql = put_names(run, template);
    CLEANUP(clear) PGresult *result = PQexec(run->conn, sql);
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        return 0;
    default:
        return server_failure(run, path, sql, result);
    }
}

/* ---- the files ---- */

static int read_text(struct run *run, struct migration *file)
{
    const char *folder = run->plan->folder == NULL ? "." : run->plan->folder;
    CLEANUP(close_file)
    FILE *stream = fopen(arena_printf(run->arena, "%s/%s", folder, file->path), "re");
    if (stream == NULL) {
        return refuse(run, file->path, err_text(-errno));
    }
    long size = fseek(stream, 0, SEEK_END) == 0 ? ftell(stream) : -1;
    if (size < 0 || size > FILE_BYTES_MAX) {
        return refuse(run, file->path, "cannot be sized, or is larger than 4 MiB");
    }
    rewind(stream);
    size_t len = (size_t)size;
    char *text = arena_alloc(run->arena, len + 1);
    if (fread(text, 1, len, stream) != len) {
        return refuse(run, file->path, "cannot be read whole");
    }
    if (memchr(text, '\0', len) != NULL) {
        return refuse(run, file->path, "has a zero byte");
    }
    file->text = text;
    const struct bytes whole = {(const uint8_t *)text, len};
    hash_format(hash_sha256(&whole, 1), file->checksum);
    return 0;
}

/** Whether `name` is NNNN_verb_noun.sql with the number `number`. */
static bool name_fits(const char *name, size_t number)
{
    char digits[NAME_BYTES_MAX];
    snprintf(digits, sizeof(digits), "%04zu_", number);
    size_t words = strspn(name + DIGITS, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return strncmp(name, digits, strlen(digits)) == 0 && words > 1 &&
           strcmp(name + DIGITS + words, ".sql") == 0;
}

static int only_sql(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".sql") == 0;
}

/** Adds the files of `path` under the plan's folder, in order; a service may have none. */
static int read_folder(struct run *run, const char *origin, const char *path, bool needed)
{
    const char *folder = run->plan->folder == NULL ? "." : run->plan->folder;
    struct dirent **entries = NULL;
    int count =
        scandir(arena_printf(run->arena, "%s/%s", folder, path), &entries, only_sql, alphasort);
    if (count < 0) {
        return errno == ENOENT && !needed ? 0 : refuse(run, path, err_text(-errno));
    }
    int err = 0;
    for (int i = 0; i < count; i++) {
        struct migration *file = ARENA_PUSH(run->arena, run->files, run->count);
        file->origin = origin;
        file->name = arena_strdup(run->arena, entries[i]->d_name);
        file->path = arena_printf(run->arena, "%s/%s", path, file->name);
        if (err == 0 && !name_fits(file->name, (size_t)i + 1)) {
            err = refuse(run, file->path,
                         arena_printf(run->arena,
                                      "should be number %04d, as %04d_verb_noun.sql: "
                                      "numbers have no gap and none stands twice",
                                      i + 1, i + 1));
        }
        if (err == 0) {
            err = read_text(run, file);
        }
        free(entries[i]);
    }
    free(entries);
    return err;
}

static struct migration *find_file(struct run *run, const char *origin, const char *name)
{
    for (size_t i = 0; i < run->count; i++) {
        if (strcmp(run->files[i].origin, origin) == 0 && strcmp(run->files[i].name, name) == 0) {
            return &run->files[i];
        }
    }
    return NULL;
}

/** Marks what is recorded as applied; refuses when it is not what the files say. */
static int compare_recorded(struct run *run)
{
    const char *sql = put_names(run, recorded_sql);
    CLEANUP(clear) PGresult *result = PQexec(run->conn, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        return server_failure(run, "migration", sql, result);
    }
    for (int row = 0; row < PQntuples(result); row++) {
        const char *name = PQgetvalue(result, row, 1);
        struct migration *file = find_file(run, PQgetvalue(result, row, 0), name);
        if (file == NULL) {
            return refuse(run, arena_printf(run->arena, "%s/%s", PQgetvalue(result, row, 0), name),
                          "was applied, and the file is missing");
        }
        if (strcmp(file->checksum, PQgetvalue(result, row, 2)) != 0) {
            return refuse(run, file->path,
                          "has changed since it was applied; restore it, and write a new one");
        }
        file->applied = true;
    }
    return 0;
}

/* ---- applying ---- */

static int record(struct run *run, const struct migration *file)
{
    const char *sql = put_names(run, record_sql);
    const char *const values[] = {file->origin, file->name, file->checksum};
    CLEANUP(clear)
    PGresult *result = PQexecParams(run->conn, sql, COUNT(values), NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        return server_failure(run, file->path, sql, result);
    }
    return 0;
}

/** One file, one transaction: wholly done and recorded, or not at all. */
static int apply(struct run *run, const struct migration *file)
{
    int err =
        run_sql(run, file->path, "begin; set local role :owner; set local search_path = :schema");
    if (err == 0) {
        err = run_sql(run, file->path, file->text);
    }
    if (err == 0 && PQtransactionStatus(run->conn) != PQTRANS_INTRANS) {
        err = refuse(run, file->path, "ends the transaction, which is not its own");
    }
    if (err == 0) {
        err = run_sql(run, file->path, "set local role :owner");
    }
    if (err == 0) {
        err = record(run, file);
    }
    if (err == 0) {
        err = run_sql(run, file->path, "commit");
    } else {
        const char *why = run->why;
        (void)run_sql(run, file->path, "rollback"); /* the connection ends in any case */
        run->why = why;
    }
    return err;
}

static int migrate(struct run *run, int *ret_applied)
{
    const char *service = run->plan->service;
    const char *own = arena_printf(run->arena, "services/%s/sql/migrations", service);
    int err = read_folder(run, "common", "common/sql/migrations", true);
    if (err == 0) {
        err = read_folder(run, service, own, false);
    }
    if (err == 0) {
        err = run_sql(run, "lock", "select pg_advisory_lock(hashtext('attain migrate'))");
    }
    if (err == 0) {
        err = run_sql(run, service, prepare_sql);
    }
    if (err == 0) {
        err = compare_recorded(run);
    }
    int applied = 0;
    for (size_t i = 0; err == 0 && i < run->count; i++) {
        if (!run->files[i].applied) {
            err = apply(run, &run->files[i]);
            applied += err == 0 ? 1 : 0;
        }
    }
    if (err == 0) {
        *ret_applied = applied;
    }
    return err;
}

static void ignore_notice(void *arg, const PGresult *result)
{
    (void)arg, (void)result;
}

int migrate_run(const struct migrate_plan *plan, struct arena *arena, int *ret_applied,
                const char **ret_why)
{
    const char *service = plan->service;
    size_t len = strspn(service, "abcdefghijklmnopqrstuvwxyz_");
    if (len == 0 || len > SERVICE_BYTES_MAX || service[len] != '\0') {
        *ret_why = arena_printf(arena, "\"%s\" is no name of a service", service);
        return E_CONFIG;
    }
    CLEANUP(end_connection) PGconn *conn = PQconnectdb(plan->conninfo);
    if (PQstatus(conn) != CONNECTION_OK) {
        *ret_why = arena_strdup(arena, PQerrorMessage(conn));
        return E_PG_DOWN;
    }
    PQsetNoticeReceiver(conn, ignore_notice, NULL);
    struct run run = {
        .plan = plan,
        .arena = arena,
        .conn = conn,
        .placeholders = {{"owner", arena_printf(arena, "attain_%s_owner", service)},
                         {"writer", arena_printf(arena, "attain_%s", service)},
                         {"reader", arena_printf(arena, "attain_%s_read", service)},
                         {"schema", service}},
    };
    int err = migrate(&run, ret_applied);
    if (err != 0) {
        *ret_why = run.why;
    }
    return err;
}
