/*
 * Every letter as its reader gets it: each template filled with plausible facts, made from its own list of
 * fields, stands as a text in tests/golden/letters/. A new template takes part by itself; GOLDEN_UPDATE=1
 * writes its text, to be read before it is kept. The papers beside them are written by paper.c; those in told/ have
 * the facts that a decision told (domain_letter).
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "domain.h"
#include "notification/letter.h"
#include "notification/service.h"

#define GOLDEN_LETTERS "tests/golden/letters"

static const char templates_dir[] = "services/notification/templates";

struct sample {
    const char *field;
    const char *value;
};

/* What is no day, no sum and no count says here what it may be; "template/field" goes before "field". */
static const struct sample samples[] = {
    {"ast1-received/channel", "by e-mail"},
    {"ast1-commented/working-days-late", "3 working days"},
    {"assessment-outcome/outcome", "met"},
    {"feedback-sent/outcome", "not all met"},
    {"outreach-passed-on/reason", "Nobody here teaches problem solving so."},
    {"review-outcome/outcome", "the candidate is certified"},
    {"review-outcome-assessor/outcome", "the original decision stands"},
    {"after", "10"},
    {"answers", "4 teachers have"},
    {"arithmetic", "20 working days from Monday 3 September 2012, not counting it"},
    {"begins-at", "08:45"},
    {"before", "8"},
    {"call", "Advanced Skills Teachers of mathematics, 2013"},
    {"certificate", "ATS-2023-00017"},
    {"cohort", "2022"},
    {"cover", "The same teacher takes your own classes each time."},
    {"criterion", "Working at an advanced level"},
    {"days", "212"},
    {"days-in-year", "365"},
    {"financial-year", "2012-13"},
    {"difference", "£3,029.11 was paid too much and is taken from the next payment."},
    {"first-point", "8"},
    {"first-stream", "September 2012"},
    {"inputs", "212 of 365 days of £12,345.00, less £0.00 already paid"},
    {"instalments", "in instalments"},
    {"interest", "the candidate's school"},
    {"from", "The school that was helped"},
    {"key-stage", "key stage 3"},
    {"last-point", "12"},
    {"late", "after the day on which it was due"},
    {"later", "6 payments of £155.00, from Tuesday 1 November 2022 to Saturday 1 April 2023"},
    {"link", "https://webinar.example/ats-introduction"},
    {"minutes", "60"},
    {"missing", "the headteacher's comment on standard 3; a signature"},
    {"missing-text", "The last page is cut off."},
    {"new-range", "a new pay range"},
    {"number", "AST-2012-00042"},
    {"point", "8"},
    {"post", "AST mathematics"},
    {"ast1-not-shortlisted/reason", "Others have worked with more than one key stage."},
    {"ats-rejected/reason", "The timetable shows six hours a week."},
    {"outreach-withdrawn/reason", "A new teacher has begun."},
    {"outreach-not-apt/reason", "A course of the authority covers it."},
    {"outreach-not-taken/reason", "It lies outside what I teach."},
    {"reason", "The budget of 2012-13 has £4,000.00 left and the post needs £12,345.00."},
    {"result", "objectives partly met"},
    {"season", "autumn"},
    {"sequence", "0"},
    {"source", "school funded"},
    {"standing", "in time"},
    {"starts", "Thursday 20 October 2022, 16:00"},
    {"starts-at", "2022-10-20T15:00:00Z"},
    {"stream", "September 2012"},
    {"subject", "mathematics"},
    {"reminder-notice/title", "Last safe day for the agency to receive form AST1 for the post"},
    {"time", "2 half-days a week"},
    {"title", "Headteacher's comments on each standard"},
    {"webinar-cancelled/title", "Introduction to the portfolio"},
    {"webinar-invitation/title", "Introduction to the portfolio"},
    {"webinar-moved/title", "Introduction to the portfolio"},
    {"what",
     "The schools that fund an Advanced Skills Teacher together are asked for their shares of the "
     "post."},
    {"when", "due in 5 days"},
    {"whom", "teachers of mathematics in the local authority"},
    {"event-invitation/title", "Teaching across schools"},
    {"event-invitation/starts", "Friday 12 October 2012, 10:00"},
    {"event-invitation/starts-at", "2012-10-12T09:00:00Z"},
    {"event-invitation/minutes", "360"},
    {"event-invitation/answer-by", "Friday 28 September 2012"},
    {"event-invitation/link", "https://events.example/across"},
    {"event-withdrawn/title", "Teaching across schools"},
    {"event-withdrawn/starts", "Friday 12 October 2012, 10:00"},
    {"event-withdrawn/reason", "The Guildhall is closed after the flood."},
    {"place", "The Guildhall, Westford"},
    {"words", "A day on outreach that works, with time to talk."},
    {"year", "2012-13"},
};

/* Fields that hold a sum, and a count. */
static const char *const sums[] = {"amount", "fee", "outstanding", "paid", "total"};
static const char *const counts[] = {"activities", "meetings", "posts"};

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text);
    const size_t tail = strlen(end);
    return len >= tail && strcmp(text + len - tail, end) == 0;
}

static const char *sample_of(const char *name)
{
    for (size_t i = 0; i < COUNT(samples); i++) {
        if (strcmp(samples[i].field, name) == 0) {
            return samples[i].value;
        }
    }
    return NULL;
}

static bool is_one_of(const char *const *list, size_t count, const char *field)
{
    for (size_t i = 0; i < count; i++) {
        if (ends_with(field, list[i])) {
            return true;
        }
    }
    return false;
}

/* What the template may be given for its `place`th field. */
static char *value_of(const struct template *t, size_t place, struct arena *arena)
{
    const char *field = t->fields[place];
    const char *value = sample_of(arena_printf(arena, "%s/%s", t->name, field));
    value = value == NULL ? sample_of(field) : value;
    const bool is_day = strcmp(field, "on") == 0 || strcmp(field, "due") == 0 ||
                        ends_with(field, "-on") || ends_with(field, "-by");
    if (value == NULL && is_day) {
        /* A Monday, and each further day of the letter a week later. */
        const int32_t on = domain_day("2012-10-01") + (int32_t)place * 7;
        value = date_words((struct date){on}, arena);
    } else if (value == NULL && is_one_of(sums, COUNT(sums), field)) {
        value = arena_printf(arena, "£1%zu,345.00", place);
    } else if (value == NULL && is_one_of(counts, COUNT(counts), field)) {
        value = arena_printf(arena, "%zu", place + 3);
    } else if (value == NULL) {
        fail_msg("%s: what may %s be? Say so in `samples`", t->name, field);
        return NULL;
    }
    return arena_strdup(arena, value);
}

static Pb__Fact **facts_of(const struct template *t, struct arena *arena)
{
    Pb__Fact **facts = ARENA_ARRAY(arena, t->field_count + 1, Pb__Fact *);
    for (size_t i = 0; i < t->field_count; i++) {
        facts[i] = ARENA_NEW(arena, Pb__Fact);
        pb__fact__init(facts[i]);
        facts[i]->name = arena_strdup(arena, t->fields[i]);
        facts[i]->value = value_of(t, i, arena);
    }
    return facts;
}

/* The revision of the edition whose agency writes it. */
static const char *edition_of(const struct template *t, const struct editions *editions)
{
    const bool is_ats = strncmp(t->name, "ats-", 4) == 0 || strncmp(t->name, "fee-", 4) == 0 ||
                        strncmp(t->name, "webinar-", 8) == 0;
    for (size_t i = 0; i < editions->count; i++) {
        if (strcmp(editions->list[i].id, is_ats ? "ats-2022" : "ast-2013") == 0) {
            return editions->list[i].revision;
        }
    }
    return "";
}

static void compare(const struct letter_office *office, const struct template *t,
                    struct arena *arena)
{
    Pb__Message message;
    struct mail mail = {0};
    const char *problem = "";
    uint8_t case_id[16] = {0x01, 0x2f, 0x7a, 0x10};
    const struct letter_names names = {.recipient = "Alex Morgan",
                                       .about = "Robin Hale",
                                       .matter = strstr(t->body, "- Request: ") != NULL
                                                     ? "outreach in mathematics, at Meadow School"
                                                     : "AST mathematics, at Hillside School"};
    /* A reminder of a day that asks nothing of anybody becomes a notice by itself. */
    const bool is_notice = strcmp(t->name, "reminder-notice") == 0;
    pb__message__init(&message);
    message.template_ = arena_strdup(arena, is_notice ? "reminder" : t->name);
    message.rule = arena_strdup(arena, is_notice ? "AST-P12" : "AST-A4");
    message.message_id = arena_strdup(arena, "<letter@attain>");
    message.edition = arena_strdup(arena, edition_of(t, office->editions));
    message.facts = facts_of(t, arena);
    message.n_facts = t->field_count;
    message.source_case_id = (ProtobufCBinaryData){sizeof(case_id), case_id};
    if (letter_compose(office, &message, &names, "alex@school.example", arena, &mail, &problem) !=
        0) {
        fail_msg("%s: %s", t->name, problem);
    }
    const char *text = arena_printf(arena, "From: %s\nSubject: %s\n%s%s%s\n%s", mail.from_name,
                                    mail.subject, mail.attachment_name == NULL ? "" : "Attached: ",
                                    mail.attachment_name == NULL ? "" : mail.attachment_name,
                                    mail.attachment_name == NULL ? "" : "\n", mail.text);
    assert_null(strstr(text, "null"));
    assert_null(strstr(text, "{{"));
    assert_true(strlen(mail.subject) <= 100);
    domain_golden(arena_printf(arena, GOLDEN_LETTERS "/%s.txt", t->name), text);
}

static void OPS_3__each_letter_reads_as_it_was_read(void **state)
{
    (void)state;
    struct templates templates;
    const char *problem = "";
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-09-03");
    (void)mkdir(GOLDEN_LETTERS, 0777);
    if (templates_load(templates_dir, &templates, &problem) != 0) {
        fail_msg("%s", problem);
    }
    const struct letter_office office = {&templates, "The assessment agency", "help@attain.example",
                                         "no-reply@attain.example", &w.editions};
    for (size_t i = 0; i < templates.count; i++) {
        compare(&office, &templates.list[i], &w.arena);
    }
    templates_fini(&templates);
    domain_stop(&w);
}

/* Whoever is reminded is told who does what; an activity of a programme says it in its title. */
static void ATS_P5__each_deadline_that_is_reminded_of_says_what_to_do(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-09-03");
    for (size_t i = 0; i < w.editions.count; i++) {
        const struct edition *ed = &w.editions.list[i];
        for (size_t k = 0; k < ed->period_count; k++) {
            const struct edition_period *period = &ed->periods[k];
            const struct edition_act act = edition_act(ed, period->rule, period->title);
            if (period->reminder_count > 0 && act.text[0] == '\0') {
                fail_msg("%s: what is to be done for %s? Say so as its act", ed->id, period->code);
            }
            assert_int_equal(act.is_notice, strcmp(period->code, "fixed-terms") == 0 ||
                                                strcmp(period->code, "latest-receipt") == 0);
        }
    }
    assert_string_equal(edition_act(&w.editions.list[0], "AST-A4", "Something else").text, "");
    domain_stop(&w);
}

/* A text that no template gives is of a letter that is no more. */
static void OPS_3__each_text_is_of_a_letter(void **state)
{
    (void)state;
    glob_t files;
    assert_int_equal(glob(GOLDEN_LETTERS "/*.txt", 0, NULL, &files), 0);
    assert_int_equal(glob(GOLDEN_LETTERS "/told/*.txt", GLOB_APPEND, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char path[256];
        struct stat found;
        const char *name = strrchr(files.gl_pathv[i], '/');
        (void)snprintf(path, sizeof(path), "%s%s", templates_dir, name);
        if (strncmp(name, "/paper-", 7) != 0 && stat(path, &found) != 0) {
            fail_msg("%s: there is no such template", files.gl_pathv[i]);
        }
    }
    globfree(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(OPS_3__each_letter_reads_as_it_was_read),
        cmocka_unit_test(ATS_P5__each_deadline_that_is_reminded_of_says_what_to_do),
        cmocka_unit_test(OPS_3__each_text_is_of_a_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
