/*
 * A statement: one row a line, corrections marked, and last the sums. Statistics: one row a count, of cases or
 * of deadlines. A field is quoted when it holds what separates, and an apostrophe stands before a sign
 * that a spreadsheet would reckon with; a subject is the one text that a person wrote.
 */
#include "gateway/api/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "decision.h"
#include "gateway/api/csv_text.h"

static void put(struct csv_text *sheet, const char *text)
{
    csv_text_put(sheet, text, strlen(text));
}

static void put_field(struct csv_text *sheet, const char *text, bool last)
{
    const char *quoted = strpbrk(text, ",\"\r\n");
    if (quoted == NULL) {
        put(sheet, text);
    } else {
        put(sheet, "\"");
        for (const char *c = text; *c != '\0'; c++) {
            const char one[3] = {*c, *c == '"' ? '"' : '\0', '\0'};
            put(sheet, one);
        }
        put(sheet, "\"");
    }
    put(sheet, last ? "\r\n" : ",");
}

static const char *pounds(const Pb__Money *money, struct arena *arena)
{
    const int64_t pence = money == NULL ? 0 : money->pence;
    const int64_t size = pence < 0 ? -pence : pence;
    return arena_printf(arena, "%s%" PRId64 ".%02" PRId64, pence < 0 ? "-" : "", size / 100,
                        size % 100);
}

static const char *day(int32_t on, struct arena *arena)
{
    char text[DATE_TEXT_BYTES];
    return on == 0 ? "" : arena_strdup(arena, date_format((struct date){on}, text));
}

static const char *uuid(ProtobufCBinaryData field, struct arena *arena)
{
    char text[ID_TEXT_BYTES];
    const struct id id = field_id(field);
    return id_is_zero(id) ? "" : arena_strdup(arena, id_format(id, text));
}

static void put_line(struct csv_text *sheet, const Pb__StatementLine *line)
{
    struct arena *arena = sheet->arena;
    put_field(sheet, line->correction ? "correction" : "line", false);
    put_field(sheet, uuid(line->post_id, arena), false);
    put_field(sheet, uuid(line->school_id, arena), false);
    put_field(
        sheet,
        arena_printf(arena, "%d-%02d", line->financial_year, (line->financial_year + 1) % 100),
        false);
    put_field(sheet, arena_printf(arena, "%d", line->days), false);
    put_field(sheet, day(line->from_on, arena), false);
    put_field(sheet, day(line->to_on, arena), false);
    put_field(sheet, pounds(line->amount, arena), false);
    put_field(sheet, pounds(line->adjustment, arena), false);
    put_field(sheet, pounds(line->total, arena), false);
    put_field(sheet, line->rule, false);
    put_field(sheet, line->edition, false);
    put_field(sheet, line->inputs, true);
}

static void put_sums(struct csv_text *sheet, const Pb__Statement *statement)
{
    struct arena *arena = sheet->arena;
    put_field(sheet, "total", false);
    put_field(sheet, arena_printf(arena, "%u posts", (unsigned int)statement->posts), false);
    put(sheet, ",,,,,");
    put_field(sheet, pounds(statement->amounts, arena), false);
    put_field(sheet, pounds(statement->adjustments, arena), false);
    put_field(sheet, pounds(statement->total, arena), false);
    put(sheet, "AST-F10,,");
    put_field(sheet,
              arena_printf(arena, "Corrections %s; the ledger says %s, which %s",
                           pounds(statement->corrections, arena), pounds(statement->ledger, arena),
                           statement->agrees ? "agrees" : "does not agree"),
              true);
}

struct bytes csv_of_statement(const Pb__Statement *statement, struct arena *arena)
{
    struct csv_text sheet = {.arena = arena};
    put(&sheet, "kind,post_id,school_id,financial_year,days,from,to,amount,adjustment,total,rule,"
                "edition,how\r\n");
    for (size_t i = 0; i < statement->n_lines; i++) {
        put_line(&sheet, statement->lines[i]);
    }
    put_sums(&sheet, statement);
    return (struct bytes){(const uint8_t *)sheet.text, sheet.len};
}

/* ---- statistics ---- */

static void put_number(struct csv_text *sheet, uint32_t number, bool last)
{
    put_field(sheet, arena_printf(sheet->arena, "%" PRIu32, number), last);
}

static const char *phase(Pb__Organisation__Phase value)
{
    const ProtobufCEnumValue *found =
        protobuf_c_enum_descriptor_get_value(&pb__organisation__phase__descriptor, (int)value);

    return value == PB__ORGANISATION__PHASE__PHASE_NONE || found == NULL ? "" : found->name;
}

static void put_cases(struct csv_text *sheet, const char *as_at, const Pb__CaseCount *count)
{
    put_field(sheet, as_at, false);
    put_field(sheet, count->case_kind, false);
    put_field(sheet, count->outcome, false);
    put_field(sheet, "", false);
    put_field(sheet, count->scheme, false);
    put_field(sheet, count->edition, false);
    put_field(sheet, uuid(count->la_id, sheet->arena), false);
    put_field(sheet, phase(count->phase), false);
    put_field(sheet, csv_text_harmless(count->subject, sheet->arena), false);
    put_number(sheet, count->cases, false);
    put(sheet, ",,,,,,,\r\n");
}

static void put_deadlines(struct csv_text *sheet, const char *as_at, const Pb__DeadlineCount *count)
{
    put_field(sheet, as_at, false);
    put_field(sheet, "deadline", false);
    put_field(sheet, "", false);
    put_field(sheet, count->rule, false);
    put_field(sheet, count->scheme, false);
    put_field(sheet, count->edition, false);
    put_field(sheet, uuid(count->la_id, sheet->arena), false);
    put_field(sheet, phase(count->phase), false);
    put_field(sheet, csv_text_harmless(count->subject, sheet->arena), false);
    put(sheet, ",");
    put_number(sheet, count->in_time, false);
    put_number(sheet, count->late, false);
    put_number(sheet, count->running, false);
    put_number(sheet, count->overdue, false);
    put_number(sheet, count->cancelled, false);
    put_number(sheet, count->days_least, false);
    put_number(sheet, count->days_median, false);
    put_number(sheet, count->days_most, true);
}

struct bytes csv_of_statistics(const Pb__Statistics *statistics, struct arena *arena)
{
    struct csv_text sheet = {.arena = arena};
    const char *as_at = day(statistics->as_at_on, arena);

    put(&sheet,
        "as_at,kind,outcome,rule,scheme,edition,la_id,phase,subject,cases,in_time,late,running,"
        "overdue,cancelled,days_least,days_median,days_most\r\n");
    for (size_t i = 0; i < statistics->n_cases; i++) {
        put_cases(&sheet, as_at, statistics->cases[i]);
    }
    for (size_t i = 0; i < statistics->n_deadlines; i++) {
        put_deadlines(&sheet, as_at, statistics->deadlines[i]);
    }
    return (struct bytes){(const uint8_t *)sheet.text, sheet.len};
}
