/*
 * Bytes become text first (one of three encodings), text becomes cells (libcsv), cells are cleaned. A limit
 * that is reached is a fault like any other, and nothing is read beyond it.
 */
#include "gateway/bulk/sheet.h"

#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "gateway/api/csv_text.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";
static const char no_break_space[] = "\xC2\xA0";

void sheet_fault(struct sheet_faults *faults, struct arena *arena, size_t line, const char *column,
                 const char *problem)
{
    faults->more = faults->count == SHEET_FAULTS_MAX;
    if (faults->more) {
        return;
    }
    *ARENA_PUSH(arena, faults->list, faults->count) =
        (struct sheet_fault){line, arena_strdup(arena, column), arena_strdup(arena, problem)};
}

/* ---- encodings ---- */

/* `text` from `encoding` as UTF-8, `*ret_len` bytes and a NUL; NULL when it is not in that encoding. */
static char *convert(struct bytes text, const char *encoding, struct arena *arena, size_t *ret_len)
{
    iconv_t cd = iconv_open("UTF-8", encoding);
    size_t room = text.len * 3 + 1;
    char *utf8 = arena_alloc(arena, room + 1);
    char *in = (char *)(uintptr_t)text.data;
    char *out = utf8;
    size_t left = text.len;

    require(cd != (iconv_t)-1); /* these three come with the C library */
    bool done = iconv(cd, &in, &left, &out, &room) != (size_t)-1;

    (void)iconv_close(cd);
    *ret_len = (size_t)(out - utf8);
    return done ? utf8 : NULL;
}

static char *as_utf8(struct bytes text, struct arena *arena, size_t *ret_len)
{
    bool utf16 = text.len >= 2 && ((text.data[0] == 0xFF && text.data[1] == 0xFE) ||
                                   (text.data[0] == 0xFE && text.data[1] == 0xFF));
    char *utf8 = convert(text, utf16 ? "UTF-16" : "UTF-8", arena, ret_len);

    return utf8 != NULL || utf16 ? utf8 : convert(text, "WINDOWS-1252", arena, ret_len);
}

/* Ends of line are one character from here on, so that rows can be counted. */
static void unify_line_ends(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\r') {
            *to++ = '\n';
            from += from[1] == '\n';
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* ---- what separates ---- */

/* The first line may say it ("sep=;"); else the sign that the header has most of. */
static char find_delimiter(char **text)
{
    static const char signs[] = {',', ';', '\t'};
    size_t found[sizeof(signs)] = {0};
    bool quoted = false;
    char best = ',';
    size_t most = 0;

    if (strncasecmp(*text, "sep=", 4) == 0 && (*text)[4] != '\0' && (*text)[5] == '\n') {
        best = (*text)[4];
        *text += 6;
        return best;
    }
    for (const char *at = *text; *at != '\0' && (quoted || *at != '\n'); at++) {
        quoted ^= *at == '"';
        for (size_t i = 0; i < sizeof(signs); i++) {
            found[i] += !quoted && *at == signs[i];
        }
    }
    for (size_t i = 0; i < sizeof(signs); i++) {
        if (found[i] > most) {
            best = signs[i];
            most = found[i];
        }
    }
    return best;
}

/* ---- cells ---- */

static size_t space_at(const char *text)
{
    if (*text == ' ' || *text == '\t' || *text == '\n') {
        return 1;
    }
    return strncmp(text, no_break_space, 2) == 0 ? 2 : 0;
}

/* Without the spaces around it, and without what makes a spreadsheet take a number for a text. */
static const char *clean(char *cell)
{
    for (size_t n = space_at(cell); n > 0; n = space_at(cell)) {
        cell += n;
    }
    size_t len = strlen(cell);

    while (len > 0 &&
           (space_at(cell + len - 1) == 1 || (len > 1 && space_at(cell + len - 2) == 2))) {
        len -= space_at(cell + len - 1) == 1 ? 1 : 2;
    }
    cell[len] = '\0';
    if (len >= 3 && cell[0] == '=' && cell[1] == '"' && cell[len - 1] == '"') {
        cell[len - 1] = '\0';
        return cell + 2;
    }
    return cell[0] == '\'' ? cell + 1 : cell;
}

struct reading {
    struct arena *arena;
    struct sheet *sheet;
    struct sheet_faults *faults;
    struct sheet_row row; /* being read */
    bool over;
};

static void take_cell(void *cell, size_t len, void *arg)
{
    struct reading *r = arg;

    if (r->over) {
        return;
    }
    if (len > SHEET_CELL_MAX_BYTES || r->row.count >= SHEET_COLUMNS_MAX) {
        sheet_fault(r->faults, r->arena, r->row.line, "",
                    len > SHEET_CELL_MAX_BYTES ? "A cell holds more than 8,192 bytes."
                                               : "There are more than 64 columns.");
        r->over = true;
        return;
    }
    char *copy = arena_copy(r->arena, cell == NULL ? "" : cell, len + 1);

    copy[len] = '\0';
    *ARENA_PUSH(r->arena, r->row.cells, r->row.count) = clean(copy);
}

static bool is_blank(const struct sheet_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i][0] != '\0') {
            return false;
        }
    }
    return true;
}

static void take_row(int end, void *arg)
{
    struct reading *r = arg;
    struct sheet_row row = r->row;

    (void)end;
    r->row = (struct sheet_row){.line = row.line + 1};
    if (r->over || is_blank(&row)) {
        return;
    }
    while (row.count > 0 && row.cells[row.count - 1][0] == '\0') {
        row.count--; /* a spreadsheet saves the columns that were once used */
    }
    if (r->sheet->header.count == 0) {
        r->sheet->header = row;
    } else if (r->sheet->row_count >= SHEET_ROWS_MAX) {
        sheet_fault(r->faults, r->arena, row.line, "", "There are more than 10,000 lines.");
        r->over = true;
    } else {
        *ARENA_PUSH(r->arena, r->sheet->rows, r->sheet->row_count) = row;
    }
}

/* On which line of `text`, whose line ends are one character, its end is. */
static size_t last_line(const char *text)
{
    size_t line = 1;

    for (const char *at = text; *at != '\0'; at++) {
        line += *at == '\n';
    }
    return line;
}

void sheet_read(struct bytes text, struct arena *arena, struct sheet *ret,
                struct sheet_faults *faults)
{
    size_t len;
    char *utf8 = as_utf8(text, arena, &len);
    struct csv_parser parser;

    *ret = (struct sheet){.delimiter = ','};
    if (utf8 == NULL) {
        sheet_fault(faults, arena, 1, "", "This is no text in UTF-8, UTF-16 or Windows-1252.");
        return;
    }
    bool cut = strlen(utf8) < len;

    if (strncmp(utf8, byte_order_mark, 3) == 0) {
        utf8 += 3;
    }
    unify_line_ends(utf8);
    if (cut) {
        sheet_fault(faults, arena, last_line(utf8), "",
                    "There is a zero byte in this line; save the file as CSV anew.");
        return;
    }
    ret->delimiter = find_delimiter(&utf8);
    struct reading r = {.arena = arena, .sheet = ret, .faults = faults, .row = {.line = 1}};

    require(csv_init(&parser, CSV_REPALL_NL | CSV_APPEND_NULL) == 0);
    csv_set_delim(&parser, (unsigned char)ret->delimiter);
    (void)csv_parse(&parser, utf8, strlen(utf8), take_cell, take_row, &r);
    (void)csv_fini(&parser, take_cell, take_row, &r);
    csv_free(&parser);
    if (faults->count == 0 && ret->row_count == 0) {
        sheet_fault(faults, arena, 1, "", "There is no line below the header.");
    }
}

/* ---- the file again ---- */

static void put_cell(struct csv_text *w, const char *cell)
{
    /* of two apostrophes sheet_read() takes one, as of one */
    const char *harmless =
        cell[0] == '\'' ? arena_printf(w->arena, "'%s", cell) : csv_text_harmless(cell, w->arena);
    size_t len = strlen(harmless);
    size_t size = csv_write(NULL, 0, harmless, len);
    char *quoted = arena_alloc(w->arena, size);

    (void)csv_write(quoted, size, harmless, len);
    csv_text_put(w, quoted, size);
}

/* All cells of `row`, as many empty ones as make it `width` wide, and `error`. */
static void put_row(struct csv_text *w, const struct sheet *sheet, const struct sheet_row *row,
                    size_t width, const char *error)
{
    for (size_t i = 0; i < width; i++) {
        put_cell(w, i < row->count ? row->cells[i] : "");
        csv_text_put(w, &sheet->delimiter, 1);
    }
    put_cell(w, error);
    csv_text_put(w, "\r\n", 2);
}

static size_t widest(const struct sheet *sheet)
{
    size_t width = sheet->header.count;

    for (size_t i = 0; i < sheet->row_count; i++) {
        width = sheet->rows[i].count > width ? sheet->rows[i].count : width;
    }
    return width;
}

/* What is wrong with `line`, in one cell; `*at` is the first fault that is of no earlier line, and then of none up to
 * this one. */
static const char *errors_of(const struct sheet_faults *faults, size_t line, size_t *at,
                             struct arena *arena)
{
    const char *all = "";

    for (; *at < faults->count && faults->list[*at].line <= line; (*at)++) {
        const struct sheet_fault *fault = &faults->list[*at];

        all = arena_printf(arena, "%s%s%s%s%s", all, all[0] == '\0' ? "" : " ", fault->column,
                           fault->column[0] == '\0' ? "" : ": ", fault->problem);
    }
    return all;
}

struct bytes sheet_with_errors(const struct sheet *sheet, const struct sheet_faults *faults,
                               struct arena *arena)
{
    struct csv_text w = {.arena = arena};
    const size_t width = widest(sheet);
    size_t at = 0;
    const char *first = errors_of(faults, sheet->header.line, &at, arena);

    csv_text_put(&w, byte_order_mark, 3);
    put_row(&w, sheet, &sheet->header, width,
            first[0] == '\0' ? "error" : arena_printf(arena, "error: %s", first));
    for (size_t i = 0; i < sheet->row_count; i++) {
        put_row(&w, sheet, &sheet->rows[i], width,
                errors_of(faults, sheet->rows[i].line, &at, arena));
    }
    return (struct bytes){(const uint8_t *)w.text, w.len};
}
