/*
 * Reads and renders templates. Invariant: a template that was loaded uses no field that it does not
 * declare, so that rendering can only fail for a fact that the sender left out, and says which.
 * Facts are text: they are escaped in HTML, and their line ends and controls become spaces.
 */
#include "template.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"

static const char *const always[] = {"recipient", "agency", "agency-email", "reference",
                                     "candidate", "matter", "to-do"};
/* What may go with a letter. */
static const char *const attachments[] = {"decision-letter", "feedback", "review-outcome"};

enum { VALUES_MAX = TEMPLATE_FIELDS_MAX + COUNT(always) };

/* How every letter ends: who writes, whom to ask, and what to name. */
static const char closing[] = "\n"
                              "{{agency}}\n"
                              "\n"
                              "Questions: {{agency-email}}\n"
                              "Please name the reference {{reference}}.\n";

/* ---- reading ---- */

struct reader {
    struct arena *arena;
    const char *file;
    int line;
    const char *problem; /* the first */
};

static int fault(struct reader *r, const char *what, const char *word)
{
    r->problem = arena_printf(r->arena, "%s:%d: %s%s", r->file, r->line, what, word);
    return E_CONFIG;
}

static void close_file(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

/* The whole file with a NUL; NULL when it cannot be read or is too large. */
static char *read_text(const char *path, struct arena *arena)
{
    CLEANUP(close_file) int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text = arena_alloc(arena, TEMPLATE_FILE_MAX_BYTES + 1);
    size_t len = 0;
    ssize_t n = fd < 0 ? -1 : 1;
    while (n > 0 && len < TEMPLATE_FILE_MAX_BYTES) {
        n = read(fd, text + len, TEMPLATE_FILE_MAX_BYTES - len);
        len += n > 0 ? (size_t)n : 0;
    }
    return n == 0 && memchr(text, '\0', len) == NULL ? text : NULL;
}

/* Cuts the next line off `*rest`, in place. */
static char *cut_line(char **rest)
{
    char *line = *rest;
    char *end = strchr(line, '\n');
    if (end == NULL) {
        *rest = line + strlen(line);
    } else {
        *end = '\0';
        *rest = end + 1;
    }
    return line;
}

static bool is_among(const char *const *list, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(list[i]) == len && strncmp(list[i], name, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_declared(const struct template *t, const char *name, size_t len)
{
    return is_among(always, COUNT(always), name, len) ||
           is_among(t->fields, t->field_count, name, len);
}

static size_t name_bytes(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

static int check_fields(struct reader *r, const struct template *t, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        r->line += *p == '\n' ? 1 : 0;
        if (strncmp(p, "{{", 2) != 0) {
            continue;
        }
        size_t len = name_bytes(p + 2);
        if (len == 0 || strncmp(p + 2 + len, "}}", 2) != 0) {
            return fault(r, "a field that is not closed", "");
        }
        if (!is_declared(t, p + 2, len)) {
            return fault(r, "unknown field ", arena_printf(r->arena, "%.*s", (int)len, p + 2));
        }
        p += len + 3;
    }
    return 0;
}

static int read_fields(struct reader *r, struct template *t, char *words)
{
    for (char *word = words; *word != '\0';) {
        word += strspn(word, " ");
        size_t len = name_bytes(word);
        if (*word != '\0' && (len == 0 || (word[len] != ' ' && word[len] != '\0'))) {
            return fault(r, "not a field's name: ", word);
        }
        if (len > 0 && t->field_count >= TEMPLATE_FIELDS_MAX) {
            return fault(r, "too many fields", "");
        }
        if (len > 0) {
            t->fields[t->field_count++] = arena_printf(r->arena, "%.*s", (int)len, word);
        }
        word += len;
    }
    return 0;
}

static int read_template(struct reader *r, const char *path, struct template *t)
{
    static const char subject[] = "subject: ";
    static const char fields[] = "fields:";
    static const char attached[] = "attached: ";
    char *rest = read_text(path, r->arena);
    r->line = 1;
    if (rest == NULL) {
        return fault(r, "cannot be read, or is too large", "");
    }
    char *line = cut_line(&rest);
    if (strncmp(line, subject, sizeof(subject) - 1) != 0 || line[sizeof(subject) - 1] == '\0') {
        return fault(r, "the first line is not a subject", "");
    }
    t->subject = line + sizeof(subject) - 1;
    r->line = 2;
    line = cut_line(&rest);
    if (strncmp(line, fields, sizeof(fields) - 1) != 0) {
        return fault(r, "the second line does not list the fields", "");
    }
    int err = read_fields(r, t, line + sizeof(fields) - 1);
    if (err < 0) {
        return err;
    }
    line = cut_line(&rest);
    r->line = 3;
    if (strncmp(line, attached, sizeof(attached) - 1) == 0) {
        t->attachment = line + sizeof(attached) - 1;
        if (!is_among(attachments, COUNT(attachments), t->attachment, strlen(t->attachment))) {
            return fault(r, "nothing to attach: ", t->attachment);
        }
        line = cut_line(&rest);
        r->line = 4;
    }
    if (line[0] != '\0') {
        return fault(r, "an empty line must follow the fields", "");
    }
    t->body = rest;
    if (t->body[strspn(t->body, " \n")] == '\0') {
        return fault(r, "the body is empty", "");
    }
    const int body_line = r->line + 1;
    r->line = 1;
    err = check_fields(r, t, t->subject);
    r->line = body_line;
    return err < 0 ? err : check_fields(r, t, t->body);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct template *)a)->name, ((const struct template *)b)->name);
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL) {
        (void)closedir(*folder);
    }
}

int templates_load(const char *dir, struct templates *ret, const char **ret_problem)
{
    static const char suffix[] = ".txt";
    *ret = (struct templates){0};
    arena_init(&ret->arena);
    CLEANUP(close_folder) DIR *folder = opendir(dir);
    if (folder == NULL) {
        *ret_problem = arena_printf(&ret->arena, "%s: %s", dir, err_text(-errno));
        return E_CONFIG;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len < sizeof(suffix) ||
            strcmp(entry->d_name + len - (sizeof(suffix) - 1), suffix) != 0) {
            continue;
        }
        struct reader r = {.arena = &ret->arena,
                           .file = arena_printf(&ret->arena, "%s/%s", dir, entry->d_name)};
        struct template *t = ARENA_PUSH(&ret->arena, ret->list, ret->count);
        t->name =
            arena_printf(&ret->arena, "%.*s", (int)(len - (sizeof(suffix) - 1)), entry->d_name);
        int err = read_template(&r, r.file, t);
        if (err == 0 && ret->count > TEMPLATE_COUNT_MAX) {
            err = fault(&r, "too many templates", "");
        }
        if (err < 0) {
            *ret_problem = r.problem;
            return err;
        }
    }
    if (ret->count > 1) {
        qsort(ret->list, ret->count, sizeof(ret->list[0]), by_name);
    }
    return 0;
}

void templates_fini(struct templates *templates)
{
    arena_fini(&templates->arena);
    *templates = (struct templates){0};
}

const struct template *templates_find(const struct templates *templates, const char *name)
{
    const struct template key = {.name = name};
    return templates->count == 0 ? NULL
                                 : bsearch(&key, templates->list, templates->count,
                                           sizeof(templates->list[0]), by_name);
}

/* ---- rendering ---- */

struct values {
    const char *names[VALUES_MAX];
    const char *texts[VALUES_MAX];
    size_t count;
};

struct text {
    struct arena *arena;
    char *data;
    size_t len, room;
};

static void put(struct text *out, const char *data, size_t len)
{
    if (out->len + len + 1 > out->room) {
        size_t room = out->room < 512 ? 512 : out->room;
        while (room < out->len + len + 1) {
            room *= 2;
        }
        char *bigger = arena_alloc(out->arena, room);
        if (out->len > 0) {
            memcpy(bigger, out->data, out->len);
        }
        out->data = bigger;
        out->room = room;
    }
    memcpy(out->data + out->len, data, len);
    out->len += len;
    out->data[out->len] = '\0';
}

static void put_text(struct text *out, const char *text)
{
    put(out, text, strlen(text));
}

/* One line without controls, so that no fact can pretend to be a paragraph or a header. */
static const char *cleaned(const char *text, struct arena *arena)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; *p != '\0'; p++) {
        *p = (unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p;
    }
    return copy;
}

static void add_value(struct values *values, const char *name, const char *text,
                      struct arena *arena)
{
    require(values->count < VALUES_MAX);
    values->names[values->count] = name;
    values->texts[values->count++] = cleaned(text == NULL ? "" : text, arena);
}

static const char *value_of(const struct values *values, const char *name, size_t len)
{
    for (size_t i = 0; i < values->count; i++) {
        if (strlen(values->names[i]) == len && strncmp(values->names[i], name, len) == 0) {
            return values->texts[i];
        }
    }
    return "";
}

/* One line of the template with its values; false when it has fields and all of them are empty. */
static bool put_line(struct text *out, const struct values *values, const char *line, size_t len)
{
    size_t before = out->len;
    bool has_fields = false;
    bool has_values = false;
    for (size_t i = 0; i < len;) {
        if (i + 2 < len && strncmp(line + i, "{{", 2) == 0) {
            size_t name = name_bytes(line + i + 2);
            const char *value = value_of(values, line + i + 2, name);
            has_fields = true;
            has_values = has_values || value[0] != '\0';
            put_text(out, value);
            i += name + 4;
        } else {
            put(out, line + i, 1);
            i++;
        }
    }
    if (has_fields && !has_values) {
        out->len = before;
        out->data[before] = '\0';
        return false;
    }
    return true;
}

static void fill(struct text *out, const struct values *values, const char *body)
{
    while (*body != '\0') {
        size_t len = strcspn(body, "\n");
        /* Where a block was left out, one empty line is enough. */
        const bool is_second =
            len == 0 && out->len >= 2 && strcmp(out->data + out->len - 2, "\n\n") == 0;
        if (!is_second && put_line(out, values, body, len)) {
            put_text(out, "\n");
        }
        body += len + (body[len] == '\n' ? 1 : 0);
    }
    out->data[out->len] = '\0';
}

/* ---- HTML that says the same ---- */

static void put_escaped(struct text *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&':
            put_text(out, "&amp;");
            break;
        case '<':
            put_text(out, "&lt;");
            break;
        case '>':
            put_text(out, "&gt;");
            break;
        case '"':
            put_text(out, "&quot;");
            break;
        default:
            put(out, text + i, 1);
            break;
        }
    }
}

static void put_html_line(struct text *out, const char *line, size_t len)
{
    static const char scheme[] = "https://";
    for (size_t i = 0; i < len;) {
        size_t word = strcspn(line + i, " \n");
        word = word > len - i ? len - i : word;
        if (word > sizeof(scheme) - 1 && strncmp(line + i, scheme, sizeof(scheme) - 1) == 0) {
            /* A full stop after an address ends the sentence. */
            size_t link = strchr(".,;", line[i + word - 1]) != NULL ? word - 1 : word;
            put_text(out, "<a href=\"");
            put_escaped(out, line + i, link);
            put_text(out, "\">");
            put_escaped(out, line + i, link);
            put_text(out, "</a>");
            put_escaped(out, line + i + link, word - link);
        } else {
            put_escaped(out, line + i, word);
        }
        i += word;
        if (i < len) {
            put_text(out, " ");
            i++;
        }
    }
}

/* Lines up to an empty one: a list where they begin with "- ", else a paragraph. */
static const char *put_block(struct text *out, const char *block)
{
    bool list = strncmp(block, "- ", 2) == 0;
    put_text(out, list ? "<ul>\n" : "<p>");
    for (bool first = true; *block != '\0' && *block != '\n'; first = false) {
        bool item = strncmp(block, "- ", 2) == 0;
        if (item != list) {
            break;
        }
        size_t len = strcspn(block, "\n");
        if (list) {
            put_text(out, "<li>");
            put_html_line(out, block + 2, len - 2);
            put_text(out, "</li>\n");
        } else {
            put_text(out, first ? "" : "<br>\n");
            put_html_line(out, block, len);
        }
        block += len + (block[len] == '\n' ? 1 : 0);
    }
    put_text(out, list ? "</ul>\n" : "</p>\n");
    return block;
}

static const char *html_of(const char *subject, const char *text, struct arena *arena)
{
    struct text out = {.arena = arena};
    put_text(&out, "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head><meta charset=\"utf-8\"><title>");
    put_escaped(&out, subject, strlen(subject));
    put_text(&out, "</title></head>\n<body>\n");
    while (*text != '\0') {
        if (*text == '\n') {
            text++;
        } else {
            text = put_block(&out, text);
        }
    }
    put_text(&out, "</body>\n</html>\n");
    return out.data;
}

/* Value of the fact called `name`, or NULL. */
static const char *fact_of(Pb__Fact *const *facts, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(facts[i]->name, name) == 0) {
            return facts[i]->value;
        }
    }
    return NULL;
}

int template_render(const struct template *template, Pb__Fact *const *facts, size_t count,
                    const struct letter_frame *frame, struct arena *arena, struct letter *ret,
                    const char **ret_missing)
{
    struct values values = {.count = 0};
    add_value(&values, "recipient", frame->recipient, arena);
    add_value(&values, "agency", frame->agency, arena);
    add_value(&values, "agency-email", frame->agency_email, arena);
    add_value(&values, "reference", frame->reference, arena);
    add_value(&values, "candidate", frame->candidate, arena);
    add_value(&values, "matter", frame->matter, arena);
    add_value(&values, "to-do", frame->to_do, arena);
    for (size_t i = 0; i < template->field_count; i++) {
        const char *text = fact_of(facts, count, template->fields[i]);
        if (text == NULL) {
            *ret_missing = template->fields[i];
            return E_NOT_FOUND;
        }
        add_value(&values, template->fields[i], text, arena);
    }
    struct text subject = {.arena = arena};
    put_text(&subject, "");
    (void)put_line(&subject, &values, template->subject, strlen(template->subject));
    struct text text = {.arena = arena};
    put_text(&text, "");
    fill(&text, &values, template->body);
    fill(&text, &values, closing);
    ret->subject = subject.data;
    ret->text = text.data;
    ret->html = html_of(ret->subject, ret->text, arena);
    return 0;
}
