/*
 * The wording of letters: files are checked whole, facts are only text, and every letter that the
 * domain tells has a template whose fields its facts fill.
 */
#include "notification/template.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "date.h"
#include "err.h"
#include "notification/letter.h"

static const char templates_dir[] = "services/notification/templates";

static struct arena arena;
static char folder[] = "/tmp/attain-template-XXXXXX";

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    (void)snprintf(folder, sizeof(folder), "/tmp/attain-template-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(arena_printf(&arena, "%s/letter.txt", folder));
    (void)rmdir(folder);
    arena_fini(&arena);
    return 0;
}

static void write_letter(const char *text)
{
    FILE *file = fopen(arena_printf(&arena, "%s/letter.txt", folder), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void expect_fault(const char *text, const char *fault)
{
    struct templates templates;
    const char *problem = "";
    write_letter(text);
    assert_int_equal(templates_load(folder, &templates, &problem), E_CONFIG);
    assert_string_equal(problem, arena_printf(&arena, "%s/letter.txt:%s", folder, fault));
    templates_fini(&templates);
}

static void template__a_faulty_file_is_named_with_its_line(void **state)
{
    (void)state;
    expect_fault("Dear all", "1: the first line is not a subject");
    expect_fault("subject: \n", "1: the first line is not a subject");
    expect_fault("subject: A\nbody\n", "2: the second line does not list the fields");
    expect_fault("subject: A\nfields: a B\n\nx\n", "2: not a field's name: B");
    expect_fault("subject: A\nfields: a\nx\n", "3: an empty line must follow the fields");
    expect_fault("subject: A\nfields: a\n\n \n", "3: the body is empty");
    expect_fault("subject: A\nfields: a\nattached: x\n\nx\n", "3: nothing to attach: x");
    expect_fault("subject: A\nfields: a\nattached: feedback\nx\n",
                 "4: an empty line must follow the fields");
    expect_fault("subject: A\nfields: a\nattached: feedback\n\n{{b}}\n", "5: unknown field b");
    expect_fault("subject: {{b}}\nfields: a\n\nx\n", "1: unknown field b");
    expect_fault("subject: A\nfields: a\n\nx\n\n{{a}} {{b-c}}\n", "6: unknown field b-c");
    expect_fault("subject: A\nfields: a\n\n{{a}\n", "4: a field that is not closed");
}

static Pb__Fact *fact_of(const char *name, const char *value)
{
    Pb__Fact *fact = ARENA_NEW(&arena, Pb__Fact);
    pb__fact__init(fact);
    fact->name = arena_strdup(&arena, name);
    fact->value = arena_strdup(&arena, value);
    return fact;
}

static void template__facts_are_text_and_nothing_else(void **state)
{
    (void)state;
    static const struct letter_frame frame = {
        "Ann & Co", "Attain", "help@attain.example", "0-1", "", "", ""};
    struct templates templates;
    const char *problem = "";
    const char *missing = "";
    struct letter letter = {0};
    write_letter("subject: About {{a}}\nfields: a b\n\nDear {{recipient}},\n\n- {{a}}\n- {{b}}\n- "
                 "two\n\nSee https://x.example/a?b=1&c=2.\nEnd: {{b}}\n\n{{candidate}}\n");
    assert_int_equal(templates_load(folder, &templates, &problem), 0);
    const struct template *t = templates_find(&templates, "letter");
    require(t != NULL);
    Pb__Fact *const facts[] = {fact_of("b", ""), fact_of("a", "<b>\r\nBcc: {{b}}"),
                               fact_of("c", "unused")};
    assert_int_equal(template_render(t, facts, COUNT(facts), &frame, &arena, &letter, &missing), 0);
    require(letter.subject != NULL && letter.text != NULL && letter.html != NULL);
    assert_string_equal(letter.subject, "About <b>  Bcc: {{b}}");
    assert_string_equal(letter.text, "Dear Ann & Co,\n\n- <b>  Bcc: {{b}}\n- two\n\nSee "
                                     "https://x.example/a?b=1&c=2.\n\nAttain\n\nQuestions: "
                                     "help@attain.example\nPlease name the reference 0-1.\n");
    assert_non_null(
        strstr(letter.html,
               "<p>Dear Ann &amp; Co,</p>\n<ul>\n<li>&lt;b&gt;  Bcc: {{b}}</li>\n<li>two</li>"));
    assert_non_null(strstr(letter.html, "<a href=\"https://x.example/a?b=1&amp;c=2\">"
                                        "https://x.example/a?b=1&amp;c=2</a>.</p>\n<p>Attain</p>"));
    assert_int_equal(template_render(t, facts, 1, &frame, &arena, &letter, &missing), E_NOT_FOUND);
    assert_string_equal(missing, "a");
    assert_null(templates_find(&templates, "other"));
    templates_fini(&templates);
}

/* ---- every letter the domain tells ---- */

struct call {
    const char *file;
    char *args[64];
    size_t count;
    const char *after; /* the source from its end on */
};

/* Cuts the arguments of the call that opens at `p` (after its bracket), in the arena. */
static void cut_arguments(const char *p, struct call *ret)
{
    int depth = 0;
    bool quoted = false;
    const char *from = p;
    ret->count = 0;
    for (; *p != '\0'; p++) {
        quoted = *p == '"' && p[-1] != '\\' ? !quoted : quoted;
        if (quoted) {
            continue;
        }
        bool ends = depth == 0 && (*p == ',' || *p == ')');
        depth += (*p == '(' ? 1 : 0) - (*p == ')' ? 1 : 0);
        if (ends) {
            from += strspn(from, " \n\t");
            assert_true(ret->count < COUNT(ret->args));
            ret->args[ret->count++] = arena_printf(&arena, "%.*s", (int)(p - from), from);
            from = p + 1;
        }
        if (depth < 0) {
            ret->after = p + 1;
            return;
        }
    }
}

/* The next literal at or after `*p`, or NULL; moves `*p` past it. */
static const char *next_literal(const char **p)
{
    const char *from = strchr(*p, '"');
    const char *to = from == NULL ? NULL : strchr(from + 1, '"');
    if (to == NULL) {
        return NULL;
    }
    *p = to + 1;
    return arena_printf(&arena, "%.*s", (int)(to - from - 1), from + 1);
}

/* Whether the call of decision_tell_text that follows at once, or those, give the fact `field`. */
static bool gives_text(const struct call *call, const char *field)
{
    static const char name[] = ";\n    decision_tell_text(d, \"";
    const char *p = call->after;
    while (p != NULL && strncmp(p, name, sizeof(name) - 1) == 0) {
        p += sizeof(name) - 1;
        if (strncmp(p, field, strlen(field)) == 0 && p[strlen(field)] == '"') {
            return true;
        }
        p = strchr(p, ';');
    }
    return false;
}

static bool gives(const struct call *call, const char *field)
{
    for (size_t i = 5; i < call->count; i += 2) {
        const char *p = call->args[i];
        const char *name = next_literal(&p);
        if (name != NULL && strcmp(name, field) == 0) {
            return true;
        }
    }
    return false;
}

static size_t template_faults(const struct templates *templates, const struct call *call,
                              const char *name)
{
    const struct template *t = templates_find(templates, name);
    if (t == NULL) {
        print_error("%s: there is no template %s\n", call->file, name);
        return 1;
    }
    size_t faults = 0;
    for (size_t i = 0; i < t->field_count; i++) {
        if (!gives(call, t->fields[i]) && !gives_text(call, t->fields[i])) {
            print_error("%s: template %s needs the fact %s\n", call->file, name, t->fields[i]);
            faults++;
        }
    }
    return faults;
}

/* How many faults one call of decision_tell has; says them. It may choose between several literals. */
static size_t call_faults(const struct templates *templates, const struct call *call)
{
    const char *p = call->count > 5 ? call->args[2] : "";
    const char *name = next_literal(&p);
    size_t faults = 0;
    if (name == NULL) {
        print_error("%s: decision_tell names its template by no literal\n", call->file);
        return 1;
    }
    for (; name != NULL; name = next_literal(&p)) {
        faults += template_faults(templates, call, name);
    }
    return faults;
}

static char *read_file(const char *path)
{
    enum { FILE_MAX_BYTES = 512 * 1024 };
    char *text = arena_alloc(&arena, FILE_MAX_BYTES);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t len = fread(text, 1, FILE_MAX_BYTES - 1, file);
    assert_true(len < FILE_MAX_BYTES - 1);
    (void)fclose(file);
    return text;
}

static void OPS_3__every_letter_told_has_a_template_and_its_facts(void **state)
{
    (void)state;
    static const char call_text[] = "decision_tell(";
    struct templates templates;
    const char *problem = "";
    if (templates_load(templates_dir, &templates, &problem) != 0) {
        fail_msg("%s", problem);
    }
    glob_t files;
    assert_int_equal(glob("services/*/domain/*.c", 0, NULL, &files), 0);
    size_t faults = 0;
    size_t calls = 0;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct call call = {.file = files.gl_pathv[i]};
        for (const char *p = read_file(call.file); (p = strstr(p, call_text)) != NULL; calls++) {
            p += sizeof(call_text) - 1;
            cut_arguments(p, &call);
            faults += call_faults(&templates, &call);
        }
    }
    globfree(&files);
    templates_fini(&templates);
    assert_true(calls > 0);
    assert_int_equal(faults, 0);
}

/* ---- a message as the mail that goes out ---- */

static void ATS_P4__the_mail_of_a_booking_carries_its_invitation(void **state)
{
    (void)state;
    struct templates templates;
    const char *problem = "";
    struct mail mail = {0};
    assert_int_equal(templates_load(templates_dir, &templates, &problem), 0);
    struct letter_office office = {&templates, "Attain", "help@attain.example",
                                   "letters@attain.example", NULL};
    Pb__Fact *facts[] = {
        fact_of("title", "Introductory webinar"),
        fact_of("starts", "Thursday 20 October 2022, 16:00"),
        fact_of("starts-at", "2022-10-20T15:00:00Z"),
        fact_of("minutes", "60"),
        fact_of("link", "https://meet.example/1"),
        fact_of("sequence", "2"),
    };
    const struct letter_names ann = {.recipient = "Ann", .about = "", .matter = ""};
    uint8_t webinar_id[16] = {7};
    Pb__Message message;
    pb__message__init(&message);
    message.template_ = arena_strdup(&arena, "webinar-moved");
    message.message_id = arena_strdup(&arena, "<x@attain>");
    message.facts = facts;
    message.n_facts = COUNT(facts);
    message.webinar_id = (ProtobufCBinaryData){sizeof(webinar_id), webinar_id};
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem), 0);
    require(mail.calendar != NULL && mail.subject != NULL);
    assert_string_equal(mail.subject,
                        "New time: Introductory webinar, Thursday 20 October 2022, 16:00");
    assert_non_null(strstr(mail.calendar, "SEQUENCE:2\r\n"));
    assert_non_null(strstr(mail.calendar, "DTEND:20221020T160000Z\r\n"));
    assert_string_equal(mail.calendar_method, "REQUEST");
    message.template_ = arena_strdup(&arena, "webinar-cancelled");
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem), 0);
    assert_string_equal(mail.calendar_method, "CANCEL");
    /* The agency of the case's edition writes. */
    struct edition list[] = {{.id = "ats-2022",
                              .revision = "ats-2022@0123456789abcdef",
                              .agency_name = "The Society",
                              .agency_email = "status@society.example"}};
    const struct editions editions = {.list = list, .count = COUNT(list)};
    office.editions = &editions;
    message.edition = arena_strdup(&arena, "ats-2022@0123456789abcdef");
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem), 0);
    assert_string_equal(mail.from_name, "The Society");
    assert_non_null(strstr(mail.text, "The Society\n"));
    facts[3] = fact_of("minutes", "an hour");
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem), E_PARSE);
    facts[3] = fact_of("minutes", "60");
    /* Its template has gained a field since: what is sent again goes without, what is new does not. */
    message.template_ = arena_strdup(&arena, "webinar-moved");
    facts[0] = fact_of("another", "Unasked for");
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem),
        E_NOT_FOUND);
    assert_string_equal(problem, "template webinar-moved lacks the fact title");
    message.again = 1;
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem), 0);
    assert_string_equal(mail.subject, "New time: , Thursday 20 October 2022, 16:00");
    assert_null(strstr(mail.text, "{{"));
    message.template_ = arena_strdup(&arena, "no-such-letter");
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem),
        E_NOT_FOUND);
    assert_string_equal(problem, "there is no template no-such-letter");
    templates_fini(&templates);
}

/* What assessment tells of an event becomes a mail that puts it into the calendar, or takes it out. */
static void AST_T2__the_mail_of_an_invitation_carries_the_event(void **state)
{
    (void)state;
    struct templates templates;
    const char *problem = "";
    struct mail mail = {0};
    uint8_t event_id[16] = {9};
    const struct letter_names ann = {.recipient = "Ann", .about = "", .matter = ""};
    const struct letter_office office = {&templates, "Attain", "help@attain.example",
                                         "letters@attain.example", NULL};
    Pb__Fact *facts[] = {
        fact_of("title", "Teaching across schools"),
        fact_of("starts", "Friday 12 October 2012, 10:00"),
        fact_of("starts-at", "2012-10-12T09:00:00Z"),
        fact_of("minutes", "360"),
        fact_of("place", "The Guildhall"),
        fact_of("link", ""),
        fact_of("answer-by", "Friday 28 September 2012"),
        fact_of("words", "With time to talk."),
        fact_of("reason", "A flood."),
        fact_of("sequence", "0"),
    };
    Pb__Message message;
    assert_int_equal(templates_load(templates_dir, &templates, &problem), 0);
    pb__message__init(&message);
    message.template_ = arena_strdup(&arena, "event-invitation");
    message.message_id = arena_strdup(&arena, "<x@attain>");
    message.facts = facts;
    message.n_facts = COUNT(facts);
    message.webinar_id = (ProtobufCBinaryData){sizeof(event_id), event_id};
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem), 0);
    require(mail.calendar != NULL && mail.text != NULL);
    assert_string_equal(mail.calendar_method, "REQUEST");
    assert_non_null(strstr(mail.calendar, "DTEND:20121012T150000Z\r\n"));
    assert_non_null(strstr(mail.calendar, "LOCATION:The Guildhall\r\n"));
    assert_non_null(strstr(mail.calendar, "PARTSTAT=NEEDS-ACTION"));
    assert_null(strstr(mail.text, "Link:")); /* there is none */
    message.template_ = arena_strdup(&arena, "event-withdrawn");
    assert_int_equal(
        letter_compose(&office, &message, &ann, "ann@x.example", &arena, &mail, &problem), 0);
    assert_string_equal(mail.calendar_method, "CANCEL");
    templates_fini(&templates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(template__a_faulty_file_is_named_with_its_line, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(template__facts_are_text_and_nothing_else, setup, teardown),
        cmocka_unit_test_setup_teardown(OPS_3__every_letter_told_has_a_template_and_its_facts,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(ATS_P4__the_mail_of_a_booking_carries_its_invitation, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(AST_T2__the_mail_of_an_invitation_carries_the_event, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
