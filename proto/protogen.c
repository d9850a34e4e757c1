/*
 * Writes the table of all messages from a descriptor set with source information: messages.h (their
 * numbers) and messages.c (name, descriptor, bounds and documentation of each, common/message.h).
 * The options of options.proto arrive as unknown fields, since the set is read with the plain
 * descriptor.proto. Lists are written in the order in which protobuf-c keeps them: fields by tag.
 * Fails, and writes no table, when a number is used twice or does not fit its type.
 *
 * A tool of the build: it runs once and leaves its memory to the end of the process.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "google/protobuf/descriptor.pb-c.h"

typedef Google__Protobuf__FileDescriptorProto file_proto;
typedef Google__Protobuf__DescriptorProto message_proto;
typedef Google__Protobuf__FieldDescriptorProto field_proto;

enum {
    OPTION_NUMBER = 50001,
    OPTION_REQUIRED = 50001,
    OPTION_MAX = 50002,
    TEXT_MAX_BYTES = 200,
    LIST_MAX = 50,
    NAME_MAX_BYTES = 200,
    MESSAGES_MAX = 4096,
    DEPTH_MAX = 8,
    /* Field numbers of descriptor.proto, of which the paths of source information are made. */
    FILE_MESSAGE = 4,
    MESSAGE_FIELD = 2,
    MESSAGE_NESTED = 3,
};

struct entry {
    char name[NAME_MAX_BYTES]; /* as "Standing.Cursor" */
    const file_proto *file;
    const message_proto *message;
    uint32_t number;
    int32_t path[2 * DEPTH_MAX];
    size_t path_len;
};

static struct entry entries[MESSAGES_MAX];
static size_t entries_count;

static void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("protogen: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static uint8_t *read_file(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fail("%s cannot be read", path);
    }
    long size = ftell(file);
    rewind(file);
    uint8_t *data = size > 0 ? malloc((size_t)size) : NULL;
    if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
        fail("%s cannot be read", path);
    }
    fclose(file);
    *ret_len = (size_t)size;
    return data;
}

/* The value of option `tag`, a varint among the unknown fields; 0 when it is not given. */
static uint32_t option(const ProtobufCMessage *options, uint32_t tag)
{
    uint64_t value = 0;
    for (size_t i = 0; options != NULL && i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &options->unknown_fields[i];
        if (field->tag != tag) {
            continue;
        }
        value = 0;
        for (size_t byte = 0; byte < field->len && byte < 5; byte++) {
            value |= (uint64_t)(field->data[byte] & 0x7f) << (7 * byte);
        }
    }
    return (uint32_t)value;
}

/* "Ast1Submitted" as "ast1_submitted" or "AST1_SUBMITTED"; a dot becomes `dot`. protobuf-c's own way. */
static const char *snake(const char *name, bool upper, const char *dot)
{
    static char text[2 * NAME_MAX_BYTES];
    size_t len = 0;
    bool was_upper = true;
    for (const char *c = name; *c != '\0' && len + 4 < sizeof(text); c++) {
        if (*c == '.') {
            len += (size_t)snprintf(&text[len], sizeof(text) - len, "%s", dot);
            was_upper = true;
            continue;
        }
        bool is_upper = isupper((unsigned char)*c) != 0;
        if (is_upper && !was_upper) {
            text[len++] = '_';
        }
        text[len++] = (char)(upper ? toupper((unsigned char)*c) : tolower((unsigned char)*c));
        was_upper = is_upper;
    }
    text[len] = '\0';
    return text;
}

static void collect(const file_proto *file, const message_proto *message,
                    const struct entry *parent, int32_t index)
{
    if (entries_count == MESSAGES_MAX || (parent != NULL && parent->path_len == 2 * DEPTH_MAX)) {
        fail("more messages, or deeper ones, than this tool has room for");
    }
    struct entry *entry = &entries[entries_count++];
    *entry = (struct entry){.file = file, .message = message};
    if (parent != NULL) {
        memcpy(entry->path, parent->path, sizeof(entry->path));
        entry->path_len = parent->path_len;
    }
    entry->path[entry->path_len++] = parent == NULL ? FILE_MESSAGE : MESSAGE_NESTED;
    entry->path[entry->path_len++] = index;
    int len =
        snprintf(entry->name, sizeof(entry->name), "%s%s%s", parent == NULL ? "" : parent->name,
                 parent == NULL ? "" : ".", message->name);
    if (len < 0 || (size_t)len >= sizeof(entry->name)) {
        fail("%s: the name is too long", message->name);
    }
    entry->number = option((const ProtobufCMessage *)message->options, OPTION_NUMBER);
    if (entry->number > UINT16_MAX) {
        fail("%s: the number %u is over %u", entry->name, entry->number, UINT16_MAX);
    }
    for (size_t i = 0; i < message->n_nested_type; i++) {
        collect(file, message->nested_type[i], entry, (int32_t)i);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = entries[*(const size_t *)a].number;
    uint32_t right = entries[*(const size_t *)b].number;
    return (left > right) - (left < right);
}

static int by_tag(const void *a, const void *b)
{
    const field_proto *left = ((const field_proto *const *)a)[0];
    const field_proto *right = ((const field_proto *const *)b)[0];
    return (left->number > right->number) - (left->number < right->number);
}

/* The comment above what `path` leads to, or NULL. */
static const char *comment_at(const file_proto *file, const int32_t *path, size_t len)
{
    const Google__Protobuf__SourceCodeInfo *info = file->source_code_info;
    for (size_t i = 0; info != NULL && i < info->n_location; i++) {
        const Google__Protobuf__SourceCodeInfo__Location *at = info->location[i];
        if (at->n_path == len && memcmp(at->path, path, len * sizeof(*path)) == 0) {
            return at->leading_comments;
        }
    }
    return NULL;
}

/* `text` as a C string of one line: runs of white space become one space. */
static void write_text(FILE *out, const char *text)
{
    bool space = false;
    bool first = true;
    fputc('"', out);
    for (const char *c = text == NULL ? "" : text; *c != '\0'; c++) {
        if (isspace((unsigned char)*c)) {
            space = true;
            continue;
        }
        if (space && !first) {
            fputc(' ', out);
        }
        if (*c == '"' || *c == '\\') {
            fputc('\\', out);
        }
        fputc(*c, out);
        space = false;
        first = false;
    }
    fputc('"', out);
}

static bool ends_with(const char *name, const char *suffix)
{
    size_t len = strlen(name);
    size_t end = strlen(suffix);
    return len >= end && strcmp(name + len - end, suffix) == 0;
}

static bool is_instant(const char *name)
{
    return strcmp(name, "at_us") == 0 || ends_with(name, "_at_us");
}

/* The value of enum field_form (common/message.h), by type and name. */
static const char *form_of(const field_proto *field)
{
    switch (field->type) {
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT32:
        return ends_with(field->name, "_on") || ends_with(field->name, "_by") ? "FIELD_DATE"
                                                                              : "FIELD_PLAIN";
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT64:
        return is_instant(field->name) ? "FIELD_INSTANT" : "FIELD_PLAIN";
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES:
        if (strncmp(field->name, "packed_", strlen("packed_")) == 0) {
            return "FIELD_PACKED";
        }
        return strcmp(field->name, "id") == 0 || ends_with(field->name, "_id") ||
                       ends_with(field->name, "_ids")
                   ? "FIELD_ID"
                   : "FIELD_HEX";
    default:
        return "FIELD_PLAIN";
    }
}

/* "starts_at_us" as "startsAt", "school_id" as "schoolId". */
static void write_json_name(FILE *out, const char *name)
{
    size_t len = strlen(name) - (is_instant(name) ? strlen("_us") : 0);
    for (size_t i = 0; i < len; i++) {
        if (name[i] == '_' && i + 1 < len) {
            i++;
            fputc(toupper((unsigned char)name[i]), out);
        } else {
            fputc(name[i], out);
        }
    }
}

static void write_fields(FILE *out, const struct entry *entry)
{
    const message_proto *message = entry->message;
    size_t count = message->n_field;
    const field_proto **fields = malloc((count + 1) * sizeof(const field_proto *));
    if (fields == NULL) {
        fail("out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        fields[i] = message->field[i];
    }
    qsort(fields, count, sizeof(const field_proto *), by_tag);
    fprintf(out, "static const struct field_rule fields_%s[] = {\n",
            snake(entry->name, false, "__"));
    for (size_t i = 0; i < count; i++) {
        int32_t path[2 * DEPTH_MAX + 2];
        memcpy(path, entry->path, sizeof(entry->path));
        path[entry->path_len] = MESSAGE_FIELD;
        for (size_t j = 0; j < count; j++) {
            if (message->field[j] == fields[i]) {
                path[entry->path_len + 1] = (int32_t)j;
            }
        }
        const ProtobufCMessage *options = (const ProtobufCMessage *)fields[i]->options;
        bool list =
            fields[i]->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
        uint32_t max = option(options, OPTION_MAX);
        fprintf(out, "    { .required = %s, .stated = %s, .form = %s, .max = %u, .json = \"",
                option(options, OPTION_REQUIRED) != 0 ? "true" : "false",
                max != 0 ? "true" : "false", form_of(fields[i]),
                max != 0 ? max : (uint32_t)(list ? LIST_MAX : TEXT_MAX_BYTES));
        write_json_name(out, fields[i]->name);
        fputs("\",\n      .doc = ", out);
        write_text(out, comment_at(entry->file, path, entry->path_len + 2));
        fputs(" },\n", out);
    }
    if (count == 0) {
        fputs("    { .json = \"\", .doc = \"\" }, /* none: C has no empty array */\n", out);
    }
    fputs("};\n\n", out);
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        fail("%s cannot be written", path);
    }
    return out;
}

static void finish(FILE *out, const char *name)
{
    if (ferror(out) != 0 || fclose(out) != 0) {
        fail("%s cannot be written", name);
    }
}

/* Indexes of the messages with a number, ascending by it; fails when a number is used twice. */
static size_t order_numbers(size_t *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < entries_count; i++) {
        if (entries[i].number != 0) {
            ret[count++] = i;
        }
    }
    qsort(ret, count, sizeof(*ret), by_number);
    for (size_t i = 1; i < count; i++) {
        const struct entry *a = &entries[ret[i - 1]];
        const struct entry *b = &entries[ret[i]];
        if (a->number == b->number) {
            fail("the number %u is used by %s (%s) and by %s (%s)", a->number, a->name,
                 a->file->name, b->name, b->file->name);
        }
    }
    return count;
}

static void write_header(const char *folder, const size_t *order, size_t count)
{
    FILE *out = create(folder, "messages.h");
    fputs("#pragma once\n/* Generated from proto/ by protogen.c: the numbers of the messages. */\n"
          "#include <stddef.h>\n#include <stdint.h>\n\nenum message_number {\n",
          out);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &entries[order[i]];
        fprintf(out, "    MSG_%s = %u,\n", snake(entry->name, true, "_"), entry->number);
    }
    fputs("};\n\n/* Places in message_all() of the messages with a number, ascending by it. */\n"
          "extern const uint16_t message_order[];\nextern const size_t message_order_count;\n",
          out);
    finish(out, "messages.h");
}

static void write_table(const char *folder, const size_t *order, size_t count)
{
    FILE *out = create(folder, "messages.c");
    fputs("/* Generated from proto/ by protogen.c: the table of all messages. */\n"
          "#include \"message.h\"\n\n",
          out);
    const file_proto *written[64];
    size_t written_count = 0;
    for (size_t i = 0; i < entries_count; i++) {
        bool seen = false;
        for (size_t j = 0; j < written_count; j++) {
            seen = seen || written[j] == entries[i].file;
        }
        if (!seen && written_count < 64) {
            const char *name = entries[i].file->name;
            written[written_count++] = entries[i].file;
            fprintf(out, "#include \"%.*s.pb-c.h\"\n", (int)(strlen(name) - strlen(".proto")),
                    name);
        }
    }
    fputc('\n', out);
    for (size_t i = 0; i < entries_count; i++) {
        write_fields(out, &entries[i]);
    }
    fputs("static const struct message_type messages[] = {\n", out);
    for (size_t i = 0; i < entries_count; i++) {
        const struct entry *entry = &entries[i];
        fprintf(out, "    { .number = %u, .name = \"%s\", .doc = ", entry->number, entry->name);
        write_text(out, comment_at(entry->file, entry->path, entry->path_len));
        fprintf(out, ",\n      .descriptor = &pb__%s__descriptor,",
                snake(entry->name, false, "__"));
        fprintf(out, " .fields = fields_%s },\n", snake(entry->name, false, "__"));
    }
    fputs("};\n\nconst struct message_type *message_all(size_t *ret_count)\n{\n"
          "    *ret_count = sizeof(messages) / sizeof(messages[0]);\n    return messages;\n}\n\n"
          "const uint16_t message_order[] = {\n",
          out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "    %zu,\n", order[i]);
    }
    fprintf(out, "};\n\nconst size_t message_order_count = %zu;\n", count);
    finish(out, "messages.c");
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fail("usage: protogen DESCRIPTOR_SET FOLDER");
    }
    size_t len;
    uint8_t *data = read_file(argv[1], &len);
    Google__Protobuf__FileDescriptorSet *set =
        google__protobuf__file_descriptor_set__unpack(NULL, len, data);
    if (set == NULL) {
        fail("%s is not a descriptor set", argv[1]);
    }
    for (size_t i = 0; i < set->n_file; i++) {
        const file_proto *file = set->file[i];
        bool ours = file->package != NULL && strcmp(file->package, "attain.v1") == 0;
        for (size_t j = 0; ours && j < file->n_message_type; j++) {
            collect(file, file->message_type[j], NULL, (int32_t)j);
        }
    }
    qsort(entries, entries_count, sizeof(entries[0]), by_name);
    static size_t order[MESSAGES_MAX];
    size_t count = order_numbers(order);
    write_header(argv[2], order, count);
    write_table(argv[2], order, count);
    return 0;
}
