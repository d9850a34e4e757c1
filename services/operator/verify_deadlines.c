/*
 * The deadlines of a case as its events leave them: those that run, as its row keeps them, and all of them,
 * as the table of deadlines shows them. What unit_append.c does to the working set is done here a second time,
 * by other words, so that each proves the other.
 */
#include <string.h>

#include "operator/verify_internal.h"

enum {
    COLUMN_ID = 1,
    COLUMN_ROOT,
    COLUMN_RULE,
    COLUMN_ITEM,
    COLUMN_TITLE,
    COLUMN_STARTED_ON,
    COLUMN_DUE_ON,
    COLUMN_DUE_AT,
    COLUMN_ARITHMETIC,
    COLUMN_CALENDAR,
    COLUMN_COUNTED,
    COLUMN_COUNTED_IN,
    COLUMN_STANDING,
};

static struct due_deadline *of_id(const struct due_deadlines *d, struct id deadline_id)
{
    for (size_t i = 0; i < d->count; i++) {
        if (id_equal(d->list[i].deadline_id, deadline_id)) {
            return &d->list[i];
        }
    }
    return NULL;
}

static struct open_deadline *open_of_id(const struct due_deadlines *d, struct id deadline_id)
{
    for (size_t i = 0; i < d->open_count; i++) {
        if (id_equal(d->open[i].deadline_id, deadline_id)) {
            return &d->open[i];
        }
    }
    return NULL;
}

static void begins(struct due_deadlines *d, const Pb__DeadlineSet *set, struct arena *arena)
{
    const struct id deadline_id = field_id(set->deadline_id);
    struct due_deadline *known = of_id(d, deadline_id);

    known = known != NULL ? known : ARENA_PUSH(arena, d->list, d->count);
    *known = (struct due_deadline){deadline_id, set, PB__DEADLINE__STANDING__OPEN, false};
    *ARENA_PUSH(arena, d->open, d->open_count) =
        (struct open_deadline){.deadline_id = deadline_id,
                               .rule = set->rule,
                               .item = set->item,
                               .due_on = {set->due_on},
                               .due_at_us = set->due_at_us};
}

static void ends(struct due_deadlines *d, const Pb__DeadlineEnded *ended)
{
    static const int16_t standings[] = {
        [PB__DEADLINE_ENDED__HOW__MET] = PB__DEADLINE__STANDING__MET,
        [PB__DEADLINE_ENDED__HOW__MET_LATE] = PB__DEADLINE__STANDING__MET_LATE,
        [PB__DEADLINE_ENDED__HOW__CANCELLED] = PB__DEADLINE__STANDING__CANCELLED,
    };
    struct open_deadline *open = open_of_id(d, field_id(ended->deadline_id));
    struct due_deadline *known = of_id(d, field_id(ended->deadline_id));

    if (open != NULL && known != NULL && (unsigned)ended->how < COUNT(standings)) {
        known->standing = standings[ended->how];
        *open = d->open[--d->open_count];
    }
}

static void passes(struct due_deadlines *d, const Pb__DeadlinePassed *passed)
{
    struct open_deadline *open = open_of_id(d, field_id(passed->deadline_id));
    struct due_deadline *known = of_id(d, field_id(passed->deadline_id));

    if (open != NULL && known != NULL) {
        open->passed = true;
        known->standing = PB__DEADLINE__STANDING__PASSED;
    }
}

static void moves(struct due_deadlines *d, const Pb__DeadlineRedated *moved, struct arena *arena)
{
    struct open_deadline *open = open_of_id(d, field_id(moved->deadline_id));
    struct due_deadline *known = of_id(d, field_id(moved->deadline_id));

    if (open != NULL && known != NULL) {
        Pb__DeadlineSet *set = arena_copy(arena, known->set, sizeof(*set));

        open->due_on = (struct date){moved->due_on};
        open->due_at_us = moved->due_at_us;
        set->due_on = moved->due_on;
        set->due_at_us = moved->due_at_us;
        set->arithmetic = moved->arithmetic;
        set->calendar_hash = moved->calendar_hash;
        known->set = set;
    }
}

/* Message structs begin with their base, so that the cast by type number is the descriptor's. */
void due_deadlines_apply(struct due_deadlines *d, uint16_t type, const ProtobufCMessage *body,
                         struct arena *arena)
{
    const void *message = body;

    if (type == MSG_DEADLINE_SET) {
        begins(d, message, arena);
    } else if (type == MSG_DEADLINE_ENDED) {
        ends(d, message);
    } else if (type == MSG_DEADLINE_PASSED) {
        passes(d, message);
    } else if (type == MSG_DEADLINE_REDATED) {
        moves(d, message, arena);
    }
}

struct bytes due_deadlines_encode(const struct due_deadlines *d, struct arena *arena)
{
    Pb__OpenDeadlines all;

    pb__open_deadlines__init(&all);
    all.n_open = d->open_count;
    all.open = ARENA_ARRAY(arena, d->open_count + 1, Pb__OpenDeadlines__Open *);
    for (size_t i = 0; i < d->open_count; i++) {
        const struct open_deadline *from = &d->open[i];
        Pb__OpenDeadlines__Open *to = all.open[i] = ARENA_NEW(arena, Pb__OpenDeadlines__Open);

        pb__open_deadlines__open__init(to);
        to->deadline_id = id_field(from->deadline_id, arena);
        to->rule = arena_strdup(arena, from->rule);
        to->item = arena_strdup(arena, from->item);
        to->due_on = from->due_on.days;
        to->due_at_us = from->due_at_us;
        to->passed = from->passed;
    }
    return message_encode(&all.base, arena);
}

/* What of the row is another than the events say, in words; NULL when all is the same. */
static const char *difference(const struct due_deadline *d, const PGresult *r, int row,
                              struct id root_id)
{
    const Pb__DeadlineSet *set = d->set;
    const struct bytes calendar = pg_get_bytea(r, row, COLUMN_CALENDAR);

    if (pg_get_date(r, row, COLUMN_DUE_ON).days != set->due_on ||
        pg_get_instant(r, row, COLUMN_DUE_AT) != set->due_at_us) {
        return "when it is due";
    }
    if (pg_get_i16(r, row, COLUMN_STANDING) != d->standing) {
        return "whether it is done";
    }
    if (strcmp(pg_get_text(r, row, COLUMN_RULE), set->rule) != 0 ||
        strcmp(pg_get_text(r, row, COLUMN_ITEM), set->item) != 0 ||
        strcmp(pg_get_text(r, row, COLUMN_TITLE), set->title) != 0) {
        return "what is to be done";
    }
    if (strcmp(pg_get_text(r, row, COLUMN_ARITHMETIC), set->arithmetic) != 0 ||
        pg_get_date(r, row, COLUMN_STARTED_ON).days != set->started_on ||
        pg_get_i32(r, row, COLUMN_COUNTED) != set->counted ||
        pg_get_i16(r, row, COLUMN_COUNTED_IN) != (int16_t)set->counted_in ||
        calendar.len != set->calendar_hash.len ||
        (calendar.len > 0 && memcmp(calendar.data, set->calendar_hash.data, calendar.len) != 0)) {
        return "how it was counted";
    }
    return id_equal(pg_get_uuid(r, row, COLUMN_ROOT), root_id) ? NULL : "whose it is";
}

void due_deadlines_compare(struct due_deadlines *d, const struct rows *rows, struct id root_id,
                           const char *named)
{
    char text[ID_TEXT_BYTES];
    const struct id deadline_id = pg_get_uuid(rows->page, rows->at, COLUMN_ID);
    struct due_deadline *known = of_id(d, deadline_id);

    if (known == NULL) {
        proof_fault(rows->proof, "deadline %s of %s: no event has set it",
                    id_format(deadline_id, text), named);
        return;
    }
    known->found = true;
    const char *what = difference(known, rows->page, rows->at, root_id);

    if (what != NULL) {
        proof_fault(rows->proof, "deadline %s of %s: %s is not what its events say",
                    id_format(deadline_id, text), named, what);
    }
}

void due_deadlines_missing(struct proof *proof, const struct due_deadlines *d, const char *named)
{
    char text[ID_TEXT_BYTES];

    for (size_t i = 0; i < d->count; i++) {
        if (!d->list[i].found) {
            proof_fault(proof, "deadline %s of %s: its row is gone",
                        id_format(d->list[i].deadline_id, text), named);
        }
    }
}
