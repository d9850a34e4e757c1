/*
 * JSON from outside becomes a message only where every field is known, of its type and within its
 * bounds, and otherwise every fault is told; what goes out has the documented forms.
 */
#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/common.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "attain/v1/gateway.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "date.h"
#include "err.h"
#include "id.h"

#define ID "0b0b0b0b-0000-8000-8000-000000000001"
#define POST_BODY                                                                                  \
    "\"schoolId\":\"" ID "\",\"title\":\"AST science\",\"reason\":\"network\","                    \
    "\"recruitment\":\"internal\",\"fundingSource\":\"local_formula\",\"financialYear\":2012"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

struct outcome {
    int r;
    ProtobufCMessage *message;
    Pb__FieldError **errors;
    size_t count;
};

static struct outcome decode(enum message_number number, const char *text)
{
    struct outcome out = {0};
    size_t len = strlen(text);
    char *exact = arena_copy(&arena, text, len); /* without the NUL, so that ASan sees an overrun */
    out.r = json_decode(message_by_number(number), exact, len, &arena, &out.message, &out.errors,
                        &out.count);
    assert_true((out.r == 0) == (out.message != NULL));
    assert_true((out.r == 0) == (out.count == 0));
    return out;
}

static void assert_fault(enum message_number number, const char *text, int err, const char *field,
                         const char *word)
{
    struct outcome out = decode(number, text);
    assert_int_equal(out.r, err);
    assert_int_equal(out.count, 1);
    assert_string_equal(out.errors[0]->field, field);
    if (strstr(out.errors[0]->problem, word) == NULL) {
        fail_msg("'%s' does not say '%s'", out.errors[0]->problem, word);
    }
}

static void json__reads_every_form_of_field(void **state)
{
    (void)state;
    struct outcome out =
        decode(MSG_DRAFT_POST, "{" POST_BODY ",\"headteacherId\":\"" ID "\",\"subject\":\"\"}");
    assert_int_equal(out.r, 0);
    const Pb__DraftPost *post = (const Pb__DraftPost *)out.message;
    assert_string_equal(post->title, "AST science");
    assert_int_equal(post->reason, PB__POST__REASON__NETWORK);
    assert_int_equal(post->funding_source, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    assert_int_equal(post->financial_year, 2012);
    assert_int_equal(post->school_id.len, 16);
    assert_int_equal(post->school_id.data[15], 1);

    out = decode(MSG_SCHEDULE_WEBINAR,
                 "{\"title\":\"t\",\"startsAt\":\"2022-10-12T16:00:00+01:00\",\"minutes\":60,"
                 "\"link\":\"https://x\",\"places\":3,\"cohort\":2022}");
    assert_int_equal(out.r, 0);
    assert_int_equal(((const Pb__ScheduleWebinar *)out.message)->starts_at_us,
                     INT64_C(1665586800) * US_PER_SECOND);

    out = decode(MSG_JUDGE_ASSESSMENT,
                 "{\"judgements\":[{\"standard\":\"1\",\"met\":true,\"evidence\":\"seen\"}],"
                 "\"lessonsExcellent\":[true,false]}");
    assert_int_equal(out.r, 0);
    const Pb__JudgeAssessment *judged = (const Pb__JudgeAssessment *)out.message;
    assert_true(judged->judgements[0]->met);
    assert_int_equal(judged->n_lessons_excellent, 2);
    assert_true(judged->lessons_excellent[0] && !judged->lessons_excellent[1]);

    out = decode(MSG_SET_BUDGET,
                 "{\"laId\":\"" ID "\",\"financialYear\":2012,\"fundingSource\":\"local_formula\","
                 "\"perPost\":{\"pence\":1550000},\"total\":{\"pence\":3100000,\"currency\":"
                 "\"GBP\"},\"streamOn\":[\"2012-06-01\",\"2012-09-03\"]}");
    assert_int_equal(out.r, 0);
    const Pb__SetBudget *budget = (const Pb__SetBudget *)out.message;
    assert_int_equal(budget->per_post->pence, 1550000);
    assert_string_equal(budget->per_post->currency, "GBP");
    assert_int_equal(budget->stream_on[1], date_of(2012, 9, 3).days);

    out = decode(MSG_REGISTER_ASSESSOR, "{\"personId\":\"" ID "\",\"phases\":[\"primary\","
                                        "\"post_16\"],\"subjects\":[\"art\"],"
                                        "\"interestIds\":[\"" ID "\"]}");
    assert_int_equal(out.r, 0);
    const Pb__RegisterAssessor *assessor = (const Pb__RegisterAssessor *)out.message;
    assert_int_equal(assessor->phases[1], PB__ORGANISATION__PHASE__POST_16);
    assert_string_equal(assessor->subjects[0], "art");
    assert_int_equal(assessor->interest_ids[0].len, 16);
}

static void json__no_body_is_an_empty_object(void **state)
{
    (void)state;
    assert_int_equal(decode(MSG_AGREE_POST, "").r, 0);
    assert_int_equal(decode(MSG_AGREE_POST, " {} ").r, 0);
    assert_fault(MSG_CLOSE_POST, "", E_DECODE, "/reason", "required");
}

static void json__what_is_not_json_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"{",          "nonsense",
                                      "{\"a\":1,}", "{\"reason\":\"\xff\"}",
                                      "{} {}",      "{\"reason\":\"a\\u0000b\"}",
                                      "\"",         "{\"reason\":\"\\"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_fault(MSG_CLOSE_POST, bad[i], E_PARSE, "", "not JSON");
    }
    assert_fault(MSG_CLOSE_POST, "{\"reason\":\"a\",\"reason\":\"b\"}", E_PARSE, "", "twice");
    assert_fault(MSG_CLOSE_POST, "[]", E_DECODE, "", "object");
}

static void json__depth_and_size_are_bounded_before_parsing(void **state)
{
    (void)state;
    char *deep = arena_alloc(&arena, 100001);
    memset(deep, '[', 100000);
    assert_fault(MSG_CLOSE_POST, deep, E_LIMIT, "", "deep");
    assert_int_equal(decode(MSG_CLOSE_POST, "{\"reason\":\"[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"}").r, 0);
    char *large = arena_alloc(&arena, JSON_TEXT_MAX_BYTES + 2);
    memset(large, ' ', JSON_TEXT_MAX_BYTES + 1);
    assert_fault(MSG_CLOSE_POST, large, E_LIMIT, "", "large");
}

static void json__each_wrong_value_is_named(void **state)
{
    (void)state;
    static const struct {
        enum message_number number;
        const char *text;
        const char *field;
        const char *word;
    } cases[] = {
        {MSG_CLOSE_POST, "{\"reason\":\"x\",\"a~b/c\":1}", "/a~0b~1c", "no such field"},
        {MSG_CLOSE_POST, "{\"reason\":null}", "/reason", "must be a text"},
        {MSG_CLOSE_POST, "{\"reason\":\"\"}", "/reason", "not be empty"},
        {MSG_CLOSE_POST, "{\"reason\":\"a\\u0007\"}", "/reason", "control"},
        {MSG_CONFIRM_POST_FUNDING, "{\"outreachAgreed\":\"yes\"}", "/outreachAgreed", "true or"},
        {MSG_CONFIRM_POST_FUNDING, "{\"outreach_agreed\":true}", "/outreach_agreed", "no such"},
        {MSG_NOMINATE_MENTOR, "{\"mentorId\":\"12\"}", "/mentorId", "an id"},
        {MSG_NOMINATE_MENTOR, "{\"mentorId\":\"00000000-0000-0000-0000-000000000000\"}",
         "/mentorId", "an id"},
        {MSG_MOVE_WEBINAR, "{\"startsAt\":\"2022-10-12\"}", "/startsAt", "offset"},
        {MSG_MOVE_WEBINAR, "{\"startsAt\":1}", "/startsAt", "offset"},
        {MSG_OFFER_DAYS, "{\"freeOn\":[]}", "/freeOn", "at least one"},
        {MSG_OFFER_DAYS, "{\"freeOn\":{}}", "/freeOn", "a list"},
        {MSG_OFFER_DAYS, "{\"freeOn\":[\"2013-02-29\"]}", "/freeOn/0", "a date"},
        {MSG_OFFER_DAYS, "{\"freeOn\":[\"2013-02-28\",15000]}", "/freeOn/1", "a date"},
        {MSG_GRANT_POSITION, "{\"role\":\"role_none\"}", "/role", "one of"},
        {MSG_GRANT_POSITION, "{\"role\":\"CANDIDATE\"}", "/role", "candidate, headteacher"},
        {MSG_GRANT_POSITION, "{\"role\":1}", "/role", "one of"},
        {MSG_RECORD_FEE_PAYMENT,
         "{\"ordinal\":-1,\"amount\":{\"pence\":1},\"paidOn\":\"2022-09-01\",\"reference\":\"r\"}",
         "/ordinal", "from 0 to 4294967295"},
        {MSG_RECORD_FEE_PAYMENT,
         "{\"ordinal\":1.0,\"amount\":{\"pence\":1},\"paidOn\":\"2022-09-01\",\"reference\":"
         "\"r\"}",
         "/ordinal", "whole number"},
        {MSG_RECORD_FEE_PAYMENT,
         "{\"ordinal\":1,\"amount\":{},\"paidOn\":\"2022-09-01\",\"reference\":\"r\"}", "/amount",
         "missing"},
        {MSG_RECORD_FEE_PAYMENT,
         "{\"ordinal\":1,\"amount\":5,\"paidOn\":\"2022-09-01\",\"reference\":\"r\"}", "/amount",
         "object"},
        {MSG_RECORD_FEE_PAYMENT,
         "{\"ordinal\":1,\"amount\":{\"pence\":1,\"currency\":\"EUR\"},\"paidOn\":\"2022-09-01\","
         "\"reference\":\"r\"}",
         "/amount", "GBP"},
        {MSG_RECORD_FEE_PAYMENT,
         "{\"ordinal\":1,\"amount\":{\"pence\":9000000000000000000},\"paidOn\":\"2022-09-01\","
         "\"reference\":\"r\"}",
         "/amount", "proportion"},
        {MSG_COMMENT_ON_AST1, "{\"comments\":[{\"standard\":\"1\"}]}", "/comments/0/text",
         "required"},
        {MSG_COMMENT_ON_AST1, "{\"comments\":[{\"standard\":\"123456789\",\"text\":\"t\"}]}",
         "/comments/0/standard", "at most 8"},
        {MSG_COMMENT_ON_AST1, "{\"comments\":[3]}", "/comments/0", "an object"},
        /* what only views show, and what the gateway itself fills */
        {MSG_JUDGE_ASSESSMENT,
         "{\"judgements\":[{\"standard\":\"1\",\"evidence\":\"e\",\"evidenceText\":\"t\"}],"
         "\"lessonsExcellent\":[true]}",
         "/judgements/0/evidenceText", "no such field"},
        {MSG_ISSUE_TOKEN,
         "{\"name\":\"n\",\"role\":\"candidate\",\"hours\":1,\"tokenHash\":\"00\"}", "/tokenHash",
         "not taken"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_fault(cases[i].number, cases[i].text, E_DECODE, cases[i].field, cases[i].word);
    }
}

static void json__lists_are_bounded(void **state)
{
    (void)state;
    char *text = arena_strdup(&arena, "{\"freeOn\":[");
    for (int i = 0; i < 401; i++) {
        text = arena_printf(&arena, "%s%s\"2013-02-28\"", text, i == 0 ? "" : ",");
    }
    text = arena_printf(&arena, "%s]}", text);
    assert_fault(MSG_OFFER_DAYS, text, E_DECODE, "/freeOn", "at most 400");
}

static const char *with_subject(const char *subject)
{
    return arena_printf(&arena, "{" POST_BODY ",\"headteacherId\":\"" ID "\",\"subject\":\"%s\"}",
                        subject);
}

static void json__a_default_length_binds(void **state)
{
    (void)state;
    char title[202] = {0};
    memset(title, 'x', 200);
    assert_int_equal(decode(MSG_DRAFT_POST, with_subject(title)).r, 0);
    title[200] = 'x';
    assert_fault(MSG_DRAFT_POST, with_subject(title), E_DECODE, "/subject", "201 bytes");
}

static void json__all_faults_are_told_up_to_twenty(void **state)
{
    (void)state;
    struct outcome out = decode(MSG_DRAFT_POST, "{\"title\":3,\"reason\":\"x\",\"colour\":1}");
    assert_int_equal(out.r, E_DECODE);
    assert_int_equal(out.count, 8); /* three wrong, five missing */
    char *text = arena_strdup(&arena, "{\"a\":0");
    for (int i = 0; i < 40; i++) {
        text = arena_printf(&arena, "%s,\"f%d\":0", text, i);
    }
    text = arena_printf(&arena, "%s}", text);
    assert_int_equal(decode(MSG_DRAFT_POST, text).count, JSON_FAULTS_MAX);
}

static void json__a_long_unknown_name_is_cut_between_characters(void **state)
{
    (void)state;
    char name[200] = "x";
    for (size_t i = 1; i + 3 < sizeof(name); i += 2) {
        name[i] = '\xc3';
        name[i + 1] = '\xa4';
    }
    struct outcome out = decode(MSG_AGREE_POST, arena_printf(&arena, "{\"%s\":0}", name));
    assert_int_equal(out.count, 1);
    assert_int_equal(strlen(out.errors[0]->field), 1 + 63);
    json_t *valid = json_string(out.errors[0]->field);
    assert_non_null(valid);
    json_decref(valid);
}

static const char *encode(const ProtobufCMessage *message)
{
    json_t *json = json_encode(message, &arena);
    struct bytes bytes = json_write(json, &arena);
    json_decref(json);
    assert_int_equal(strlen((const char *)bytes.data), bytes.len);
    return (const char *)bytes.data;
}

static void json__writes_what_is_there_and_leaves_out_what_is_not(void **state)
{
    (void)state;
    Pb__Booking booking;
    pb__booking__init(&booking);
    assert_string_equal(encode(&booking.base), "{\"state\":\"booked\",\"sequence\":0}");
    uint8_t id[16] = {0x0b};
    booking.state = PB__BOOKING__STATE__ATTENDED;
    booking.person_id = (ProtobufCBinaryData){.len = 16, .data = id};
    assert_string_equal(encode(&booking.base),
                        "{\"personId\":\"0b000000-0000-0000-0000-000000000000\","
                        "\"state\":\"attended\",\"sequence\":0}");
    Pb__Money money;
    pb__money__init(&money);
    money.pence = 1550000;
    Pb__Instalment instalment;
    pb__instalment__init(&instalment);
    instalment.amount = &money;
    instalment.due_on = date_of(2012, 9, 3).days;
    assert_string_equal(encode(&instalment.base),
                        "{\"ordinal\":0,\"dueOn\":\"2012-09-03\","
                        "\"amount\":{\"pence\":1550000,\"currency\":\"GBP\"}}");
    Pb__Position position;
    pb__position__init(&position); /* an enum at its NONE is left out */
    assert_string_equal(encode(&position.base), "{}");
}

static void json__writes_texts_instants_digests_and_lists(void **state)
{
    (void)state;
    Pb__Text text;
    pb__text__init(&text);
    text.text = arena_strdup(&arena, "A \"quoted\" n\xc3\xa4me");
    Pb__Person person;
    pb__person__init(&person);
    person.name = &text;
    assert_string_equal(encode(&person.base),
                        "{\"name\":\"A \\\"quoted\\\" n\xc3\xa4me\",\"positions\":[]}");

    uint8_t digest[2] = {0xab, 0x01};
    int32_t days[] = {date_of(2012, 6, 1).days, date_of(2013, 3, 1).days};
    Pb__Budget budget;
    pb__budget__init(&budget);
    budget.n_stream_on = 2;
    budget.stream_on = days;
    assert_non_null(strstr(encode(&budget.base), "\"streamOn\":[\"2012-06-01\",\"2013-03-01\"]"));

    Pb__Event event;
    pb__event__init(&event);
    event.at_us = INT64_C(1665586800) * US_PER_SECOND;
    event.hash = (ProtobufCBinaryData){.len = 2, .data = digest};
    event.position = INT64_C(1) << 53;
    const char *json = encode(&event.base);
    assert_non_null(strstr(json, "\"at\":\"2022-10-12T15:00:00Z\""));
    assert_non_null(strstr(json, "\"hash\":\"ab01\""));
    assert_non_null(strstr(json, "\"position\":9007199254740992"));
}

static void json__what_was_read_is_written_the_same(void **state)
{
    (void)state;
    const char *text =
        "{" POST_BODY ",\"headteacherId\":\"" ID "\",\"subject\":\"science\","
        "\"otherBases\":[],\"sharePermille\":0,\"arrangementsSeen\":0,\"centrallyEmployed\":false}";
    struct outcome out = decode(MSG_DRAFT_POST, text);
    assert_int_equal(out.r, 0);
    assert_string_equal(encode(out.message), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json__reads_every_form_of_field),
        cmocka_unit_test(json__no_body_is_an_empty_object),
        cmocka_unit_test(json__what_is_not_json_is_refused),
        cmocka_unit_test(json__depth_and_size_are_bounded_before_parsing),
        cmocka_unit_test(json__each_wrong_value_is_named),
        cmocka_unit_test(json__lists_are_bounded),
        cmocka_unit_test(json__a_default_length_binds),
        cmocka_unit_test(json__all_faults_are_told_up_to_twenty),
        cmocka_unit_test(json__a_long_unknown_name_is_cut_between_characters),
        cmocka_unit_test(json__writes_what_is_there_and_leaves_out_what_is_not),
        cmocka_unit_test(json__writes_texts_instants_digests_and_lists),
        cmocka_unit_test(json__what_was_read_is_written_the_same),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
