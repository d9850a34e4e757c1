/*
 * One row a line of the statement, corrections marked, and last the sums. A field is quoted when it holds
 * what separates; no text that a person wrote is among them.
 */
#include "gateway/api/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "decision.h"

enum { ROW_BYTES = 1200 };

struct sheet {
    struct arena *arena;
    char *text;
    size_t len;
    size_t room;
};

static void put(struct sheet *sheet, const char *text)
{
    const size_t len = strlen(text);
    require(sheet->len + len < sheet->room);
    memcpy(sheet->text + sheet->len, text, len);
    sheet->len += len;
}

static void put_field(struct sheet *sheet, const char *text, bool last)
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

static void put_line(struct sheet *sheet, const Pb__StatementLine *line)
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

static void put_sums(struct sheet *sheet, const Pb__Statement *statement)
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
    struct sheet sheet = {.arena = arena, .room = (statement->n_lines + 2) * (size_t)ROW_BYTES};
    sheet.text = ARENA_ARRAY(arena, sheet.room, char);
    put(&sheet, "kind,post_id,school_id,financial_year,days,from,to,amount,adjustment,total,rule,"
                "edition,how\r\n");
    for (size_t i = 0; i < statement->n_lines; i++) {
        put_line(&sheet, statement->lines[i]);
    }
    put_sums(&sheet, statement);
    return (struct bytes){(const uint8_t *)sheet.text, sheet.len};
}
