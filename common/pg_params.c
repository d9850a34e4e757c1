/*
 * Values on the wire: parameters into PostgreSQL's binary form, results out of it, and what an
 * SQLSTATE means. All numbers are big-endian; dates and instants count from 2000-01-01 there and
 * from 1970-01-01 here. An array is one piece of the arena, sized before it is written. A result
 * column of another width than is read is a bug of the statement, not of the data.
 */
#include <limits.h>
#include <string.h>

#include "err.h"
#include "pg.h"

/* pg_type.oid of what stands in our arrays: fixed for ever by PostgreSQL. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_DATE = 1082,
    OID_TIMESTAMPTZ = 1184,
    OID_UUID = 2950,
};

enum { EPOCH_DAYS = 10957, ARRAY_HEADER_BYTES = 20, NULL_LENGTH = -1 };

#define EPOCH_US (EPOCH_DAYS * US_PER_DAY)

static uint8_t *put_u16(uint8_t *at, uint16_t value)
{
    uint16_t wire = __builtin_bswap16(value);
    memcpy(at, &wire, sizeof(wire));
    return at + sizeof(wire);
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    uint32_t wire = __builtin_bswap32(value);
    memcpy(at, &wire, sizeof(wire));
    return at + sizeof(wire);
}

static uint8_t *put_u64(uint8_t *at, uint64_t value)
{
    uint64_t wire = __builtin_bswap64(value);
    memcpy(at, &wire, sizeof(wire));
    return at + sizeof(wire);
}

static uint8_t *put_bytes(uint8_t *at, const void *data, size_t len)
{
    at = put_u32(at, (uint32_t)len);
    if (len > 0) {
        memcpy(at, data, len);
    }
    return at + len;
}

static uint8_t *put_null(uint8_t *at)
{
    return put_u32(at, (uint32_t)NULL_LENGTH);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the byte swaps above assume it");

/** What the wire holds for an instant; the ends stay in range, where the server refuses them. */
static int64_t instant_to_wire(int64_t at_us)
{
    int64_t wire;
    return __builtin_sub_overflow(at_us, EPOCH_US, &wire) ? INT64_MIN + 1 : wire;
}

static int32_t date_to_wire(struct date date)
{
    int32_t wire;
    return __builtin_sub_overflow(date.days, EPOCH_DAYS, &wire) ? INT32_MIN + 1 : wire;
}

/* ---- one value ---- */

void pg_params_init(struct pg_params *params, struct arena *arena)
{
    params->arena = arena;
    params->count = 0;
}

static void add(struct pg_params *params, const void *value, size_t len)
{
    require(params->count < PG_PARAMS_MAX);
    require(len <= INT_MAX);
    params->values[params->count] = value;
    params->lengths[params->count] = (int)len;
    params->count++;
}

void pg_null(struct pg_params *params)
{
    add(params, NULL, 0);
}

void pg_i64(struct pg_params *params, int64_t value)
{
    uint8_t *wire = arena_alloc(params->arena, sizeof(value));
    put_u64(wire, (uint64_t)value);
    add(params, wire, sizeof(value));
}

void pg_i32(struct pg_params *params, int32_t value)
{
    uint8_t *wire = arena_alloc(params->arena, sizeof(value));
    put_u32(wire, (uint32_t)value);
    add(params, wire, sizeof(value));
}

void pg_i16(struct pg_params *params, int16_t value)
{
    uint8_t *wire = arena_alloc(params->arena, sizeof(value));
    put_u16(wire, (uint16_t)value);
    add(params, wire, sizeof(value));
}

void pg_bool(struct pg_params *params, bool value)
{
    add(params, value ? "\1" : "\0", 1);
}

void pg_text(struct pg_params *params, const char *value)
{
    add(params, value, value == NULL ? 0 : strlen(value));
}

void pg_bytea(struct pg_params *params, struct bytes value)
{
    add(params, value.data, value.len);
}

void pg_uuid(struct pg_params *params, struct id value)
{
    if (id_is_zero(value)) {
        pg_null(params);
    } else {
        add(params, arena_copy(params->arena, value.b, sizeof(value.b)), sizeof(value.b));
    }
}

void pg_date(struct pg_params *params, struct date value)
{
    if (value.days == INT32_MIN) {
        pg_null(params);
    } else {
        pg_i32(params, date_to_wire(value));
    }
}

void pg_instant(struct pg_params *params, int64_t at_us)
{
    if (at_us == INT64_MIN) {
        pg_null(params);
    } else {
        pg_i64(params, instant_to_wire(at_us));
    }
}

/* ---- arrays ---- */

/**
 * Adds an array parameter of `count` elements of type `oid`, whose lengths and contents will take
 * `body_bytes`, and yields where they go. An empty array has no dimension.
 */
static uint8_t *array_begin(struct pg_params *params, uint32_t oid, size_t count, size_t body_bytes)
{
    require(count <= INT32_MAX && body_bytes <= INT_MAX - ARRAY_HEADER_BYTES);
    uint8_t *wire = arena_alloc(params->arena, ARRAY_HEADER_BYTES + body_bytes);
    uint8_t *at = put_u32(wire, count > 0 ? 1 : 0); /* dimensions */
    at = put_u32(at, 1);                            /* there may be NULLs */
    at = put_u32(at, oid);
    if (count == 0) {
        add(params, wire, (size_t)(at - wire));
        return at;
    }
    at = put_u32(at, (uint32_t)count);
    at = put_u32(at, 1); /* first index */
    add(params, wire, ARRAY_HEADER_BYTES + body_bytes);
    return at;
}

/** The same for elements of one width; NULLs make it shorter, which array_end() corrects. */
static uint8_t *array_fixed(struct pg_params *params, uint32_t oid, size_t count,
                            size_t width_bytes)
{
    return array_begin(params, oid, count, count * (sizeof(uint32_t) + width_bytes));
}

static void array_end(struct pg_params *params, const uint8_t *end)
{
    int last = params->count - 1;
    params->lengths[last] = (int)((const char *)end - params->values[last]);
}

void pg_i64_array(struct pg_params *params, const int64_t *values, size_t count)
{
    uint8_t *at = array_fixed(params, OID_INT8, count, sizeof(*values));
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, sizeof(*values));
        at = put_u64(at, (uint64_t)values[i]);
    }
}

void pg_i32_array(struct pg_params *params, const int32_t *values, size_t count)
{
    uint8_t *at = array_fixed(params, OID_INT4, count, sizeof(*values));
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, sizeof(*values));
        at = put_u32(at, (uint32_t)values[i]);
    }
}

void pg_i16_array(struct pg_params *params, const int16_t *values, size_t count)
{
    uint8_t *at = array_fixed(params, OID_INT2, count, sizeof(*values));
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, sizeof(*values));
        at = put_u16(at, (uint16_t)values[i]);
    }
}

void pg_bool_array(struct pg_params *params, const bool *values, size_t count)
{
    uint8_t *at = array_fixed(params, OID_BOOL, count, 1);
    for (size_t i = 0; i < count; i++) {
        at = put_u32(at, 1);
        *at++ = values[i] ? 1 : 0;
    }
}

void pg_text_array(struct pg_params *params, const char *const *values, size_t count)
{
    size_t body_bytes = count * sizeof(uint32_t);
    for (size_t i = 0; i < count; i++) {
        body_bytes += values[i] == NULL ? 0 : strlen(values[i]);
    }
    uint8_t *at = array_begin(params, OID_TEXT, count, body_bytes);
    for (size_t i = 0; i < count; i++) {
        at = values[i] == NULL ? put_null(at) : put_bytes(at, values[i], strlen(values[i]));
    }
}

void pg_bytea_array(struct pg_params *params, const struct bytes *values, size_t count)
{
    size_t body_bytes = count * sizeof(uint32_t);
    for (size_t i = 0; i < count; i++) {
        body_bytes += values[i].data == NULL ? 0 : values[i].len;
    }
    uint8_t *at = array_begin(params, OID_BYTEA, count, body_bytes);
    for (size_t i = 0; i < count; i++) {
        bool null = values[i].data == NULL;
        at = null ? put_null(at) : put_bytes(at, values[i].data, values[i].len);
    }
}

void pg_uuid_array(struct pg_params *params, const struct id *values, size_t count)
{
    uint8_t *at = array_fixed(params, OID_UUID, count, sizeof(values->b));
    for (size_t i = 0; i < count; i++) {
        bool null = id_is_zero(values[i]);
        at = null ? put_null(at) : put_bytes(at, values[i].b, sizeof(values->b));
    }
    array_end(params, at);
}

void pg_date_array(struct pg_params *params, const struct date *values, size_t count)
{
    uint8_t *at = array_fixed(params, OID_DATE, count, sizeof(int32_t));
    for (size_t i = 0; i < count; i++) {
        if (values[i].days == INT32_MIN) {
            at = put_null(at);
        } else {
            at = put_u32(at, sizeof(int32_t));
            at = put_u32(at, (uint32_t)date_to_wire(values[i]));
        }
    }
    array_end(params, at);
}

void pg_instant_array(struct pg_params *params, const int64_t *at_us, size_t count)
{
    uint8_t *at = array_fixed(params, OID_TIMESTAMPTZ, count, sizeof(*at_us));
    for (size_t i = 0; i < count; i++) {
        if (at_us[i] == INT64_MIN) {
            at = put_null(at);
        } else {
            at = put_u32(at, sizeof(*at_us));
            at = put_u64(at, (uint64_t)instant_to_wire(at_us[i]));
        }
    }
    array_end(params, at);
}

/* ---- results ---- */

/** A signed whole number of 2, 4 or 8 bytes, at most `width_bytes` of them. */
static int64_t get_integer(const PGresult *result, int row, int column, int width_bytes)
{
    int len = PQgetlength(result, row, column);
    const char *value = PQgetvalue(result, row, column);
    require(len <= width_bytes);
    if (len == sizeof(int64_t)) {
        uint64_t wire;
        memcpy(&wire, value, sizeof(wire));
        return (int64_t)__builtin_bswap64(wire);
    }
    if (len == sizeof(int32_t)) {
        uint32_t wire;
        memcpy(&wire, value, sizeof(wire));
        return (int32_t)__builtin_bswap32(wire);
    }
    require(len == sizeof(int16_t));
    uint16_t wire;
    memcpy(&wire, value, sizeof(wire));
    return (int16_t)__builtin_bswap16(wire);
}

int64_t pg_get_i64(const PGresult *result, int row, int column)
{
    bool null = PQgetisnull(result, row, column);
    return null ? 0 : get_integer(result, row, column, sizeof(int64_t));
}

int32_t pg_get_i32(const PGresult *result, int row, int column)
{
    bool null = PQgetisnull(result, row, column);
    return null ? 0 : (int32_t)get_integer(result, row, column, sizeof(int32_t));
}

int16_t pg_get_i16(const PGresult *result, int row, int column)
{
    bool null = PQgetisnull(result, row, column);
    return null ? 0 : (int16_t)get_integer(result, row, column, sizeof(int16_t));
}

bool pg_get_bool(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column)) {
        return false;
    }
    require(PQgetlength(result, row, column) == 1);
    return PQgetvalue(result, row, column)[0] != 0;
}

const char *pg_get_text(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column);
}

struct bytes pg_get_bytea(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column)) {
        return (struct bytes){NULL, 0};
    }
    return (struct bytes){(const uint8_t *)PQgetvalue(result, row, column),
                          (size_t)PQgetlength(result, row, column)};
}

struct id pg_get_uuid(const PGresult *result, int row, int column)
{
    struct id id = {{0}};
    if (!PQgetisnull(result, row, column)) {
        require(PQgetlength(result, row, column) == sizeof(id.b));
        memcpy(id.b, PQgetvalue(result, row, column), sizeof(id.b));
    }
    return id;
}

struct date pg_get_date(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column)) {
        return (struct date){INT32_MIN};
    }
    require(PQgetlength(result, row, column) == sizeof(int32_t));
    int32_t wire = (int32_t)get_integer(result, row, column, sizeof(int32_t));
    int32_t days;
    if (wire == INT32_MIN || __builtin_add_overflow(wire, EPOCH_DAYS, &days)) {
        days = wire; /* minus infinity and infinity */
    }
    return (struct date){days};
}

int64_t pg_get_instant(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column)) {
        return INT64_MIN;
    }
    require(PQgetlength(result, row, column) == sizeof(int64_t));
    int64_t wire = get_integer(result, row, column, sizeof(int64_t));
    int64_t at_us;
    if (wire == INT64_MIN || __builtin_add_overflow(wire, EPOCH_US, &at_us)) {
        at_us = wire; /* minus infinity and infinity */
    }
    return at_us;
}

/* ---- SQLSTATE ---- */

int pg_sqlstate_err(const char *sqlstate)
{
    /* First match wins; a class is the first two characters. */
    static const struct {
        const char *prefix;
        int err;
    } meanings[] = {
        {"AT001", E_PG_FENCED},  {"08", E_PG_DOWN}, /* connection */
        {"57014", E_PG_RETRY},                      /* cancelled, or its timeout on the server */
        {"57", E_PG_DOWN},                          /* the server stops, starts or has crashed */
        {"25006", E_PG_DOWN},                       /* read-only: this is a primary no longer */
        {"25P03", E_PG_DOWN},  /* the server ended an idle transaction, and the session */
        {"25P02", E_PG_RETRY}, /* follows an error */
        {"40", E_PG_RETRY},    /* serialisation, deadlock */
        {"53", E_PG_RETRY},    /* disk, memory, connections run out */
        {"55P03", E_PG_RETRY}, /* lock not available */
        {"58", E_PG_RETRY},    /* the server's own disk or files */
        {"23", E_PG_CONSTRAINT},
    };
    if (sqlstate[0] == '\0') {
        return E_PG_DOWN;
    }
    for (size_t i = 0; i < COUNT(meanings); i++) {
        if (strncmp(sqlstate, meanings[i].prefix, strlen(meanings[i].prefix)) == 0) {
            return meanings[i].err;
        }
    }
    return E_PG_STATEMENT;
}
