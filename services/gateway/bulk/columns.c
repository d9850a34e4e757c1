/*
 * A cell becomes the JSON that a client would have sent, and is then held to the same bounds and told of in
 * the same words as a body is (json.h). Nothing is guessed: what a spreadsheet may have spoilt is refused.
 */
#include "gateway/bulk/columns.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "str.h"

struct column {
    const struct field_rule *rule;
    const ProtobufCFieldDescriptor *field;
    enum column_key key;  /* the cells are numbers that stand for an id */
    const char *constant; /* or NULL */
};

/* What a column may be called that gives a number in place of the id `field`. */
static const struct {
    const char *name;
    const char *field;
    enum column_key key;
} known_by[] = {
    {"urn", "schoolId", COLUMN_KEY_URN},
    {"schoolUrn", "schoolId", COLUMN_KEY_URN},
    {"trn", "personId", COLUMN_KEY_TRN},
    {"personTrn", "personId", COLUMN_KEY_TRN},
    {"headteacherTrn", "headteacherId", COLUMN_KEY_TRN},
};

static const struct {
    size_t digits;
    const char *form;
    const char *nobody;
} keys[] = {
    [COLUMN_KEY_URN] = {6, "This must be a URN, six digits.", "No school has this URN."},
    [COLUMN_KEY_TRN] = {7, "This must be a teacher reference number, seven digits.",
                        "Nobody has this teacher reference number."},
};

/* Whether `header` means the field `json`: letters and digits alike, whatever is between them. */
static bool means(const char *header, const char *json)
{
    for (; *header != '\0' || *json != '\0'; header++, json++) {
        while (*header != '\0' && !isalnum((unsigned char)*header)) {
            header++;
        }
        if (tolower((unsigned char)*header) != tolower((unsigned char)*json)) {
            return false;
        }
        if (*header == '\0') {
            return true;
        }
    }
    return true;
}

static const char *named(const struct sheet *sheet, const char *json)
{
    for (size_t i = 0; i < sheet->header.count; i++) {
        if (means(sheet->header.cells[i], json)) {
            return sheet->header.cells[i];
        }
    }
    return NULL;
}

const char *columns_name(const struct sheet *sheet, const char *json)
{
    const char *name = named(sheet, json);

    for (size_t i = 0; i < COUNT(known_by) && name == NULL; i++) {
        if (strcmp(known_by[i].field, json) == 0) {
            name = named(sheet, known_by[i].name);
        }
    }
    return name == NULL ? json : name;
}

static bool is_money(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REPEATED &&
           strcmp(((const ProtobufCMessageDescriptor *)field->descriptor)->short_name, "Money") ==
               0;
}

static bool fits_a_cell(const ProtobufCFieldDescriptor *field)
{
    return field->type != PROTOBUF_C_TYPE_MESSAGE || is_money(field);
}

/* ---- cells ---- */

/* dd/mm/yyyy as people here write it; anything else is left for the date's own parser. */
static const char *date_text(const char *cell, struct arena *arena)
{
    const char *month;
    const char *year;
    uint64_t d;
    uint64_t m;
    uint64_t y;

    if (str_u64(cell, 31, &d, &month) == 0 && *month == '/' &&
        str_u64(month + 1, 12, &m, &year) == 0 && *year == '/' &&
        str_u64_whole(year + 1, 9999, &y) == 0) {
        return arena_printf(arena, "%04u-%02u-%02u", (unsigned)y, (unsigned)m, (unsigned)d);
    }
    return cell;
}

/* Whole digits of `cell` without thousands' commas; NULL when there is anything else. */
static const char *digits(const char *cell, struct arena *arena)
{
    char *plain = arena_strdup(arena, cell);
    char *to = plain;

    for (const char *from = plain; *from != '\0'; from++) {
        if (*from == ',') {
            continue;
        }
        if (!isdigit((unsigned char)*from)) {
            return NULL;
        }
        *to++ = *from;
    }
    *to = '\0';
    return plain[0] == '\0' ? NULL : plain;
}

static json_t *number_of(const char *cell, struct arena *arena)
{
    const char *plain = digits(cell, arena);
    uint64_t value;

    if (plain == NULL || str_u64_whole(plain, INT32_MAX, &value) != 0) {
        return json_string(cell); /* whose problem is told by the field's own type */
    }
    return json_integer((json_int_t)value);
}

/* "£1,234.50", "1234.5" or "1234" in pounds. */
static json_t *money_of(const char *cell, struct arena *arena)
{
    const char *sum = strncmp(cell, "\xC2\xA3", 2) == 0 ? cell + 2 : cell;
    const char *point = strchr(sum, '.');
    const char *pounds = point == NULL ? sum : arena_printf(arena, "%.*s", (int)(point - sum), sum);
    const char *pence = point == NULL        ? "00"
                        : strlen(point) == 2 ? arena_printf(arena, "%c0", point[1])
                                             : point + 1;
    const char *whole = digits(pounds, arena);
    uint64_t total;

    if (whole == NULL || strlen(pence) != 2 || digits(pence, arena) == NULL ||
        str_u64_whole(arena_printf(arena, "%s%s", whole, pence), INT64_MAX / 4, &total) != 0) {
        return json_string(cell);
    }
    return json_pack("{sIss}", "pence", (json_int_t)total, "currency", "GBP");
}

static json_t *bool_of(const char *cell)
{
    static const char *const yes[] = {"yes", "y", "true", "1", "x"};
    static const char *const no[] = {"no", "n", "false", "0"};

    for (size_t i = 0; i < COUNT(yes); i++) {
        if (strcasecmp(cell, yes[i]) == 0) {
            return json_true();
        }
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        if (strcasecmp(cell, no[i]) == 0) {
            return json_false();
        }
    }
    return json_string(cell);
}

/* "Free school" for free_school. */
static json_t *enum_of(const char *cell, struct arena *arena)
{
    char *name = arena_strdup(arena, cell);

    for (char *at = name; *at != '\0'; at++) {
        *at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_';
    }
    return json_string(name);
}

static json_t *read_value(const struct column *column, const char *cell, struct arena *arena)
{
    switch (column->field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        return bool_of(cell);
    case PROTOBUF_C_TYPE_ENUM:
        return enum_of(cell, arena);
    case PROTOBUF_C_TYPE_MESSAGE:
        return money_of(cell, arena);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
        return json_string(cell);
    default:
        return column->rule->form == FIELD_DATE ? json_string(date_text(cell, arena))
                                                : number_of(cell, arena);
    }
}

/* What is no text at all is refused as a value of the wrong type. */
static json_t *value_of(const struct column *column, const char *cell, struct arena *arena)
{
    json_t *value = read_value(column, cell, arena);

    return value != NULL ? value : json_null();
}

/* What a spreadsheet writes in place of a value, or makes of a long number. */
static const char *spoilt(const char *cell)
{
    const char *e = strpbrk(cell, "eE");

    if (cell[0] == '#' && strchr("NRDV", cell[1]) != NULL && cell[1] != '\0') {
        return "The spreadsheet has an error in this cell.";
    }
    if (e != NULL && e[1] == '+' && e > cell &&
        strspn(cell, "0123456789.,") == (size_t)(e - cell) &&
        strspn(e + 2, "0123456789") == strlen(e + 2)) {
        return "The spreadsheet has shortened this number; make the column a text and enter it again.";
    }
    return NULL;
}

/* Several values in one cell stand between bars or semicolons. */
static json_t *list_of(const struct column *column, const char *cell, struct arena *arena)
{
    char *rest = arena_strdup(arena, cell);
    json_t *list = json_array();

    for (char *one = strsep(&rest, "|;"); one != NULL; one = strsep(&rest, "|;")) {
        one += strspn(one, " ");
        (void)json_array_append_new(list, value_of(column, one, arena));
    }
    return list;
}

static void add_value(json_t *object, const struct column *column, const char *cell,
                      struct arena *arena)
{
    bool several = column->field->label == PROTOBUF_C_LABEL_REPEATED;

    (void)json_object_set_new(object, column->rule->json,
                              several ? list_of(column, cell, arena)
                                      : value_of(column, cell, arena));
}

/* ---- numbers that stand for ids ---- */

static int compare_numbers(const void *a, const void *b)
{
    const struct column_number *one = a;
    const struct column_number *two = b;

    return one->key != two->key ? (one->key > two->key) - (one->key < two->key)
                                : strcmp(one->text, two->text);
}

bool column_number_is_whole(const struct column_number *number)
{
    const size_t digits_count = keys[number->key].digits;

    return strlen(number->text) == digits_count &&
           strspn(number->text, "0123456789") == digits_count;
}

/* Whose number `cell` is; zero, with why in `*ret`, when it is nobody's. */
static struct id id_of(const struct column_numbers *numbers, enum column_key key, const char *cell,
                       const char **ret)
{
    const struct column_number sought = {.key = key, .text = cell};
    const struct column_number *number =
        bsearch(&sought, numbers->list, numbers->count, sizeof(*numbers->list), compare_numbers);

    require(number != NULL); /* all of the sheet's are there */
    *ret = !column_number_is_whole(number) ? keys[key].form
           : number->problem != NULL       ? number->problem
                                           : keys[key].nobody;
    return number->id;
}

/* ---- lines ---- */

struct mapping {
    const struct sheet *sheet;
    const struct message_type *type;
    struct column columns[SHEET_COLUMNS_MAX];
    struct column constants[SHEET_COLUMNS_MAX];
    size_t constant_count;
    const struct column_numbers *numbers;
    struct arena *arena;
    struct sheet_faults *faults;
};

/* Adds what the cell number `index` of `row` says, or tells why it cannot. */
static void add_cell(const struct mapping *m, json_t *object, const struct sheet_row *row,
                     size_t index)
{
    const struct column *column = &m->columns[index];
    const char *cell = row->cells[index];
    const char *problem = spoilt(cell);
    char text[ID_TEXT_BYTES];

    if (problem == NULL && cell[0] != '\0' && column->key != COLUMN_KEY_NONE) {
        const struct id id = id_of(m->numbers, column->key, cell, &problem);

        if (!id_is_zero(id)) {
            problem = NULL;
            cell = id_format(id, text);
        }
    }
    if (problem != NULL) {
        sheet_fault(m->faults, m->arena, row->line, m->sheet->header.cells[index], problem);
    } else if (cell[0] != '\0') {
        add_value(object, column, cell, m->arena);
    }
}

static struct bytes line_of(const struct mapping *m, const struct sheet_row *row)
{
    CLEANUP(json_decrefp) json_t *object = json_object();
    size_t before = m->faults->count;
    Pb__FieldError **errors = NULL;
    ProtobufCMessage *message;
    size_t count = 0;

    for (size_t i = 0; i < m->constant_count; i++) {
        add_value(object, &m->constants[i], m->constants[i].constant, m->arena);
    }
    for (size_t i = 0; i < row->count; i++) {
        if (i >= m->sheet->header.count) {
            sheet_fault(
                m->faults, m->arena, row->line, "",
                "The line has more cells than the header; a cell with a comma needs quotes.");
            break;
        }
        add_cell(m, object, row, i);
    }
    if (m->faults->count > before) {
        return (struct bytes){NULL, 0};
    }
    if (json_decode_object(m->type, object, m->arena, &message, &errors, &count) != 0) {
        for (size_t i = 0; i < count; i++) {
            const char *field = errors[i]->field + (errors[i]->field[0] == '/');

            sheet_fault(m->faults, m->arena, row->line,
                        columns_name(m->sheet, arena_printf(m->arena, "%.*s",
                                                            (int)strcspn(field, "/"), field)),
                        errors[i]->problem);
        }
        return (struct bytes){NULL, 0};
    }
    return message_encode(message, m->arena);
}

/* ---- the header ---- */

static bool find_field(const struct message_type *type, const char *name, struct column *ret)
{
    for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
        if (means(name, type->fields[i].json) && fits_a_cell(&type->descriptor->fields[i])) {
            *ret = (struct column){.rule = &type->fields[i], .field = &type->descriptor->fields[i]};
            return true;
        }
    }
    return false;
}

/* The field that a column called `name` gives, by itself or by a number that stands for it. */
static bool find_column(const struct message_type *type, const char *name, struct column *ret)
{
    if (find_field(type, name, ret)) {
        return true;
    }
    for (size_t i = 0; i < COUNT(known_by); i++) {
        if (means(name, known_by[i].name) && find_field(type, known_by[i].field, ret)) {
            ret->key = known_by[i].key;
            return true;
        }
    }
    return false;
}

/* Adds the numbers in column `index`, each as often as it stands there. */
static void add_numbers(const struct sheet *sheet, size_t index, enum column_key key,
                        struct arena *arena, struct column_numbers *to)
{
    for (size_t i = 0; i < sheet->row_count; i++) {
        const struct sheet_row *row = &sheet->rows[i];

        if (index < row->count && row->cells[index][0] != '\0') {
            *ARENA_PUSH(arena, to->list, to->count) =
                (struct column_number){.key = key, .text = row->cells[index]};
        }
    }
}

void columns_numbers(const struct sheet *sheet, const struct message_type *type,
                     struct arena *arena, struct column_numbers *ret, struct sheet_faults *faults)
{
    struct column_numbers all = {0};
    struct column column;
    size_t count = 0;

    for (size_t i = 0; i < sheet->header.count; i++) {
        if (find_column(type, sheet->header.cells[i], &column) && column.key != COLUMN_KEY_NONE) {
            add_numbers(sheet, i, column.key, arena, &all);
        }
    }
    if (all.count > 0) {
        qsort(all.list, all.count, sizeof(*all.list), compare_numbers);
    }
    for (size_t i = 0; i < all.count; i++) {
        if (count == 0 || compare_numbers(&all.list[count - 1], &all.list[i]) != 0) {
            all.list[count++] = all.list[i];
        }
    }
    all.count = count;
    *ret = all;
    if (count > COLUMN_KEYS_MAX) {
        sheet_fault(
            faults, arena, sheet->header.line, "",
            "More than 500 different numbers stand for ids; send the lines in several files, "
            "or with ids.");
    }
}

static void map_header(struct mapping *m)
{
    for (size_t i = 0; i < m->sheet->header.count; i++) {
        const char *name = m->sheet->header.cells[i];

        if (!find_column(m->type, name, &m->columns[i])) {
            sheet_fault(m->faults, m->arena, m->sheet->header.line, name,
                        "There is no such column here; see the fields of the single request.");
        }
        for (size_t k = 0; k < i; k++) {
            if (m->columns[i].rule != NULL && m->columns[k].rule == m->columns[i].rule) {
                sheet_fault(m->faults, m->arena, m->sheet->header.line, name,
                            "This column comes twice.");
            }
        }
    }
}

/* Whether a column or a value for every line gives it. */
static bool is_mapped(const struct mapping *m, const struct field_rule *rule)
{
    for (size_t i = 0; i < m->sheet->header.count; i++) {
        if (m->columns[i].rule == rule) {
            return true;
        }
    }
    for (size_t i = 0; i < m->constant_count; i++) {
        if (m->constants[i].rule == rule) {
            return true;
        }
    }
    return false;
}

static void map_constants(struct mapping *m, const struct column_constant *constants, size_t count)
{
    for (size_t i = 0; i < count && i < SHEET_COLUMNS_MAX; i++) {
        struct column *column = &m->constants[m->constant_count];

        if (!find_field(m->type, constants[i].name, column)) {
            sheet_fault(m->faults, m->arena, m->sheet->header.line, constants[i].name,
                        "There is no such field for the whole file.");
            continue;
        }
        if (is_mapped(m, column->rule)) {
            sheet_fault(m->faults, m->arena, m->sheet->header.line, constants[i].name,
                        "This is given for the whole file and once more.");
            continue;
        }
        column->constant = constants[i].value;
        m->constant_count++;
    }
}

static void find_missing(struct mapping *m)
{
    for (unsigned i = 0; i < m->type->descriptor->n_fields; i++) {
        const struct field_rule *rule = &m->type->fields[i];

        if (rule->required && !is_mapped(m, rule)) {
            sheet_fault(m->faults, m->arena, m->sheet->header.line, rule->json,
                        "This column is needed.");
        }
    }
}

struct bytes *columns_commands(const struct sheet *sheet, const struct message_type *type,
                               const struct column_constant *constants, size_t count,
                               const struct column_numbers *numbers, struct arena *arena,
                               struct sheet_faults *faults)
{
    struct mapping *m = ARENA_NEW(arena, struct mapping);
    struct bytes *lines = ARENA_ARRAY(arena, sheet->row_count + 1, struct bytes);

    *m = (struct mapping){
        .sheet = sheet, .type = type, .numbers = numbers, .arena = arena, .faults = faults};
    map_header(m);
    map_constants(m, constants, count);
    find_missing(m);
    for (size_t i = 0; i < sheet->row_count && faults->count < SHEET_FAULTS_MAX; i++) {
        if (faults->count == 0 || faults->list[0].line != sheet->header.line) {
            lines[i] = line_of(m, &sheet->rows[i]);
        }
    }
    return lines;
}
