/*
 * Case by case, in the order of their ids: events, the row of the state, parties, deadlines and records come each by
 * a cursor of that order, so that no more than one case is ever held. Cases are folded as the service folds
 * them; what differs is a fault, and so is a row of a case that the log does not know, or no row of one that it does.
 */
#include <string.h>

#include "operator/verify_internal.h"
#include "unit_internal.h"

enum {
    EVENT_SEQ = 1,
    EVENT_ROOT,
    EVENT_KIND,
    EVENT_TYPE,
    EVENT_BODY,
    EVENT_ACTOR,
    EVENT_AT,
    EVENT_EDITION,
    EVENT_POSITION,
};
enum {
    CASE_KIND = 1,
    CASE_ROOT,
    CASE_SEQ,
    CASE_FOLD_VERSION,
    CASE_EDITION,
    CASE_STATE,
    CASE_DEADLINES,
    CASE_OPENED_AT,
    CASE_CHANGED_AT,
    CASE_STATE_NAME,
    CASE_LA,
    CASE_LABEL,
};
enum { PARTY_ID = 1, PARTY_KIND, PARTY_OPENED_AT };
enum { RECORD_ID = 1, RECORD_TEXT, RECORD_DIGEST };

/* The order in which one case's rows are looked at: its events first, for they say what the others must be. */
enum { OF_EVENTS, OF_CASES, OF_PARTIES, OF_DEADLINES, OF_RECORDS, OF_COUNT_ };

struct text_ref {
    struct id record_id;
    struct hash digest;
    bool found;
};

/* One case, folded. */
struct folded {
    struct proof *proof;
    struct id case_id;
    const char *named; /* "Post 0f8c..." for what is told */
    const struct aggregate
        *aggregate; /* NULL: of another service, whose events the gateway keeps */
    ProtobufCMessage *state;
    uint64_t seq;
    uint16_t kind;
    struct id root_id;
    const char *edition;
    int64_t opened_at_us;
    int64_t changed_at_us;
    struct due_deadlines deadlines;
    struct text_ref *texts;
    size_t text_count;
    struct case_index index;
    bool index_stands; /* its row was folded by this release, so that its columns can be compared */
    struct id *parties;
    bool *party_found;
    size_t party_count;
};

static int compare_ids(struct id a, struct id b)
{
    return memcmp(a.b, b.b, sizeof(a.b)); /* as PostgreSQL orders them */
}

static bool same_bytes(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static struct id case_at(const struct rows *rows)
{
    return pg_get_uuid(rows->page, rows->at, 0);
}

static bool is_of(const struct rows *rows, struct id case_id)
{
    return rows_there(rows) && id_equal(case_at(rows), case_id);
}

/* ---- the fold ---- */

static void texts_in(struct folded *f, const ProtobufCMessage *message);

static void note_text(struct folded *f, const Pb__Text *text)
{
    struct text_ref ref = {.record_id = field_id(text->record_id)};

    if (text->digest.len == sizeof(ref.digest.b) && !id_is_zero(ref.record_id)) {
        memcpy(ref.digest.b, text->digest.data, sizeof(ref.digest.b));
        *ARENA_PUSH(&f->proof->arena, f->texts, f->text_count) = ref;
    }
}

static void texts_of_field(struct folded *f, const ProtobufCFieldDescriptor *field,
                           const uint8_t *member, size_t count)
{
    const ProtobufCMessage *const *one = (const void *)member;
    const ProtobufCMessage *const *each =
        field->label == PROTOBUF_C_LABEL_REPEATED
            ? *(const ProtobufCMessage *const *const *)(const void *)member
            : one;

    for (size_t i = 0; i < count; i++) {
        if (each[i] != NULL && field->descriptor == &pb__text__descriptor) {
            note_text(f, (const Pb__Text *)(const void *)each[i]);
        } else if (each[i] != NULL) {
            texts_in(f, each[i]);
        }
    }
}

/* Every text that the message names, at whatever depth. A letter's facts name texts where they were told, and those of
 * the telling service alone are its own. */
static void texts_in(struct folded *f, const ProtobufCMessage *message)
{
    const uint8_t *base = (const uint8_t *)message;
    const bool elsewhere = message->descriptor == &pb__fact__descriptor &&
                           f->proof->plan->service->id == PB__SERVICE__NOTIFICATION;

    if (elsewhere) {
        return;
    }

    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        size_t count = 1;

        if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
            continue;
        }
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            memcpy(&count, base + field->quantifier_offset, sizeof(count));
        }
        texts_of_field(f, field, base + field->offset, count);
    }
}

static void begin(struct folded *f, const PGresult *r, int row)
{
    struct arena *arena = &f->proof->arena;
    char text[ID_TEXT_BYTES];

    f->kind = (uint16_t)pg_get_i32(r, row, EVENT_KIND);
    f->aggregate = service_aggregate(f->proof->plan->service, f->kind);
    f->root_id = pg_get_uuid(r, row, EVENT_ROOT);
    f->edition = arena_strdup(arena, pg_get_text(r, row, EVENT_EDITION));
    f->opened_at_us = pg_get_instant(r, row, EVENT_AT);
    f->named = arena_printf(arena, "%s %s", f->aggregate == NULL ? "case" : f->aggregate->name,
                            id_format(f->case_id, text));
    if (f->aggregate != NULL) {
        f->state = message_new(f->aggregate->state, arena);
    } else if (f->proof->plan->service->id != PB__SERVICE__GATEWAY) {
        proof_fault(f->proof, "%s: of kind %u, which this release does not know", f->named,
                    (unsigned)f->kind);
    }
}

static void fold(struct folded *f, struct event *event, struct bytes body)
{
    struct arena *arena = &f->proof->arena;
    const struct message_type *type = message_by_number(event->type);
    ProtobufCMessage *message;

    if (type == NULL || message_decode(type, body, arena, &message) != 0) {
        proof_fault(f->proof, "%s: its event %llu does not decode", f->named,
                    (unsigned long long)event->seq);
        return;
    }
    event->body = message;
    texts_in(f, message);
    if (event->type > CORE_EVENT_MAX) {
        f->aggregate->evolve(f->state, event, arena);
    } else if (event->type == MSG_EDITION_MOVED) {
        f->edition = ((const Pb__EditionMoved *)(const void *)message)->revision;
    } else {
        due_deadlines_apply(&f->deadlines, event->type, message, arena);
    }
}

static void take_event(struct folded *f, const PGresult *r, int row)
{
    struct arena *arena = &f->proof->arena;
    struct event event = {.position = (uint64_t)pg_get_i64(r, row, EVENT_POSITION),
                          .case_id = f->case_id,
                          .seq = (uint64_t)pg_get_i64(r, row, EVENT_SEQ),
                          .root_id = pg_get_uuid(r, row, EVENT_ROOT),
                          .kind = (uint16_t)pg_get_i32(r, row, EVENT_KIND),
                          .type = (uint16_t)pg_get_i32(r, row, EVENT_TYPE),
                          .at_us = pg_get_instant(r, row, EVENT_AT),
                          .edition = f->edition,
                          .producer = f->proof->plan->service->id};

    if (f->aggregate == NULL) {
        return;
    }
    if (event.seq != f->seq + 1) {
        proof_fault(f->proof, "%s: event %llu follows on %llu, so that one is missing or doubled",
                    f->named, (unsigned long long)event.seq, (unsigned long long)f->seq);
    }
    if (event.kind != f->kind || !id_equal(event.root_id, f->root_id) ||
        strcmp(pg_get_text(r, row, EVENT_EDITION), f->edition) != 0) {
        proof_fault(f->proof, "%s: its event %llu is of another kind, root or edition", f->named,
                    (unsigned long long)event.seq);
    }
    f->seq = event.seq;
    f->changed_at_us = event.at_us;
    struct bytes actor = pg_get_bytea(r, row, EVENT_ACTOR);
    struct bytes body = pg_get_bytea(r, row, EVENT_BODY);

    event.actor = pb__actor__unpack(&arena->protobuf, actor.len, actor.data);
    fold(f, &event, (struct bytes){arena_copy(arena, body.data, body.len), body.len});
}

static void fold_events(struct folded *f, struct rows *events)
{
    if (is_of(events, f->case_id)) {
        begin(f, events->page, events->at);
    }
    for (; is_of(events, f->case_id); rows_next(events)) {
        take_event(f, events->page, events->at);
    }
}

/* ---- the row of the state ---- */

static void party_of(struct folded *f, struct id id)
{
    struct arena *arena = &f->proof->arena;
    size_t count = f->party_count;

    for (size_t i = 0; i < count; i++) {
        if (id_equal(f->parties[i], id)) {
            return;
        }
    }
    if (!id_is_zero(id)) {
        *ARENA_PUSH(arena, f->parties, count) = id;
        f->party_count = count;
    }
}

/* Who is to see the case, and nobody else. */
static void parties_due(struct folded *f)
{
    party_of(f, f->index.la_id);
    if (f->index.open_to_all) {
        party_of(f, party_everybody());
    }
    for (size_t i = 0; i < COUNT(f->index.organisation_ids); i++) {
        party_of(f, f->index.organisation_ids[i]);
        party_of(f, f->index.person_ids[i]);
    }
    f->party_found = ARENA_ARRAY(&f->proof->arena, f->party_count + 1, bool);
}

/* What in the row is another than the fold says, in words; NULL when all is the same. */
static const char *difference(const struct folded *f, const PGresult *r, int row)
{
    struct arena *arena = &f->proof->arena;
    const char *label = f->index.label == NULL ? "" : f->index.label;

    if ((uint16_t)pg_get_i32(r, row, CASE_KIND) != f->kind ||
        !id_equal(pg_get_uuid(r, row, CASE_ROOT), f->root_id) ||
        strcmp(pg_get_text(r, row, CASE_EDITION), f->edition) != 0 ||
        pg_get_instant(r, row, CASE_OPENED_AT) != f->opened_at_us ||
        pg_get_instant(r, row, CASE_CHANGED_AT) != f->changed_at_us) {
        return "kind, root, edition or instants";
    }
    if (!same_bytes(pg_get_bytea(r, row, CASE_DEADLINES),
                    due_deadlines_encode(&f->deadlines, arena))) {
        return "open deadlines";
    }
    if (!f->index_stands) {
        return NULL;
    }
    if (!same_bytes(pg_get_bytea(r, row, CASE_STATE), message_encode(f->state, arena))) {
        return "state";
    }
    return strcmp(pg_get_text(r, row, CASE_STATE_NAME), f->index.state) != 0 ||
                   !id_equal(pg_get_uuid(r, row, CASE_LA), f->index.la_id) ||
                   strcmp(pg_get_text(r, row, CASE_LABEL), label) != 0
               ? "columns by which it is listed"
               : NULL;
}

static void compare_row(struct folded *f, const PGresult *r, int row)
{
    const uint64_t seq = (uint64_t)pg_get_i64(r, row, CASE_SEQ);

    f->proof->out->cases++;
    if (seq != f->seq) {
        proof_fault(f->proof, "%s: its row counts %llu events, the log %llu", f->named,
                    (unsigned long long)seq, (unsigned long long)f->seq);
        return;
    }
    f->index_stands = (uint32_t)pg_get_i32(r, row, CASE_FOLD_VERSION) == f->aggregate->fold_version;
    f->aggregate->index(f->state, &f->proof->arena, &f->index);
    parties_due(f);
    const char *what = difference(f, r, row);

    if (what != NULL) {
        proof_fault(f->proof, "%s: the %s of its row are not what its events make", f->named, what);
    }
}

static void compare_state(struct folded *f, struct rows *cases)
{
    if (!is_of(cases, f->case_id)) {
        if (f->aggregate != NULL) {
            proof_fault(f->proof, "%s: it is in the log, and the row of its state is gone",
                        f->named);
        }
        return;
    }
    if (f->aggregate != NULL) {
        compare_row(f, cases->page, cases->at);
    } else {
        proof_fault(f->proof, "%s: it has the row of a state, and no event in the log", f->named);
    }
    rows_next(cases);
}

/* ---- what stands beside it ---- */

static void compare_party(struct folded *f, const PGresult *r, int row)
{
    const struct id party_id = pg_get_uuid(r, row, PARTY_ID);
    char text[ID_TEXT_BYTES];
    bool found = false;

    for (size_t i = 0; i < f->party_count; i++) {
        if (id_equal(f->parties[i], party_id)) {
            found = f->party_found[i] = true;
        }
    }
    if (!found) {
        proof_fault(f->proof, "%s: %s may see it, and is no party to it", f->named,
                    id_format(party_id, text));
    } else if ((uint16_t)pg_get_i32(r, row, PARTY_KIND) != f->kind ||
               pg_get_instant(r, row, PARTY_OPENED_AT) != f->opened_at_us) {
        proof_fault(f->proof, "%s: it is listed for %s under another kind or instant", f->named,
                    id_format(party_id, text));
    }
}

static void compare_parties(struct folded *f, struct rows *parties)
{
    char text[ID_TEXT_BYTES];

    for (; is_of(parties, f->case_id); rows_next(parties)) {
        if (f->index_stands || f->aggregate == NULL) {
            compare_party(f, parties->page, parties->at);
        }
    }
    for (size_t i = 0; i < f->party_count && f->index_stands; i++) {
        if (!f->party_found[i]) {
            proof_fault(f->proof, "%s: its party %s cannot see it: the row is gone", f->named,
                        id_format(f->parties[i], text));
        }
    }
}

static void compare_deadlines(struct folded *f, struct rows *deadlines)
{
    for (; is_of(deadlines, f->case_id); rows_next(deadlines)) {
        due_deadlines_compare(&f->deadlines, deadlines, f->root_id, f->named);
    }
    due_deadlines_missing(f->proof, &f->deadlines, f->named);
}

/* Whether an event names the record with another digest; marks it found. */
static bool is_told_otherwise(struct folded *f, struct id record_id, struct bytes digest)
{
    bool otherwise = false;

    for (size_t i = 0; i < f->text_count; i++) {
        struct text_ref *text = &f->texts[i];

        if (id_equal(text->record_id, record_id)) {
            text->found = true;
            otherwise |= !same_bytes(digest, (struct bytes){text->digest.b, sizeof(text->digest)});
        }
    }
    return otherwise;
}

/* A record that no event names says nothing; one that is named must be the text that was meant. */
static void compare_record(struct folded *f, const PGresult *r, int row)
{
    const struct id record_id = pg_get_uuid(r, row, RECORD_ID);
    const struct bytes key = f->proof->plan->digest_key;
    const char *stored = pg_get_text(r, row, RECORD_TEXT);
    const struct bytes digest = pg_get_bytea(r, row, RECORD_DIGEST);
    const struct bytes text = {(const uint8_t *)stored, strlen(stored)};
    const struct hash again = key.len == 0 ? (struct hash){{0}} : hash_keyed(key, text);
    char named[ID_TEXT_BYTES];

    f->proof->out->records++;
    if (is_told_otherwise(f, record_id, digest)) {
        proof_fault(f->proof, "record %s of %s: its digest is not the one of its event",
                    id_format(record_id, named), f->named);
    }
    if (key.len > 0 && !same_bytes(digest, (struct bytes){again.b, sizeof(again.b)})) {
        proof_fault(f->proof, "record %s of %s: its text is not the one of its digest",
                    id_format(record_id, named), f->named);
    }
}

static void compare_records(struct folded *f, struct rows *records)
{
    char named[ID_TEXT_BYTES];

    for (; is_of(records, f->case_id); rows_next(records)) {
        compare_record(f, records->page, records->at);
    }
    for (size_t i = 0; i < f->text_count; i++) {
        if (!f->texts[i].found) {
            proof_fault(f->proof, "record %s of %s: an event names it, and it is gone",
                        id_format(f->texts[i].record_id, named), f->named);
        }
    }
}

/* ---- one after another ---- */

static void compare_case(struct proof *proof, struct id case_id, struct rows streams[OF_COUNT_])
{
    struct folded f = {.proof = proof, .case_id = case_id};
    char text[ID_TEXT_BYTES];

    f.named = arena_printf(&proof->arena, "case %s", id_format(case_id, text));
    fold_events(&f, &streams[OF_EVENTS]);
    compare_state(&f, &streams[OF_CASES]);
    compare_parties(&f, &streams[OF_PARTIES]);
    compare_deadlines(&f, &streams[OF_DEADLINES]);
    compare_records(&f, &streams[OF_RECORDS]);
}

/* The least case of those at which the streams stand. */
static bool next_case(const struct rows streams[OF_COUNT_], struct id *ret)
{
    bool found = false;

    for (size_t i = 0; i < OF_COUNT_; i++) {
        if (rows_there(&streams[i]) && (!found || compare_ids(case_at(&streams[i]), *ret) < 0)) {
            *ret = case_at(&streams[i]);
            found = true;
        }
    }
    return found;
}

void verify_cases(struct proof *proof)
{
    struct rows streams[OF_COUNT_] = {0};
    struct id case_id = {{0}};

    rows_open(&streams[OF_EVENTS], proof, "events_declare", "events_fetch");
    rows_open(&streams[OF_CASES], proof, "cases_declare", "cases_fetch");
    rows_open(&streams[OF_PARTIES], proof, "parties_declare", "parties_fetch");
    rows_open(&streams[OF_DEADLINES], proof, "deadlines_declare", "deadlines_fetch");
    rows_open(&streams[OF_RECORDS], proof, "records_declare", "records_fetch");
    while (proof->err == 0 && next_case(streams, &case_id)) {
        compare_case(proof, case_id, streams);
        arena_reset(&proof->arena);
    }
    for (size_t i = 0; i < OF_COUNT_; i++) {
        rows_close(&streams[i]);
    }
}
