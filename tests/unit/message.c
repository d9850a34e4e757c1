/*
 * The table of messages agrees with itself, and what message_decode() returns keeps its bounds.
 */
#include "message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/common.pb-c.h"
#include "attain/v1/envelope.pb-c.h"
#include "err.h"

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

static void message__is_found_by_number_name_and_descriptor(void **state)
{
    (void)state;
    const struct message_type *type = message_by_number(MSG_DRAFT_POST);
    assert_non_null(type);
    assert_string_equal(type->name, "DraftPost");
    assert_ptr_equal(type->descriptor, &pb__draft_post__descriptor);
    assert_ptr_equal(message_by_name("DraftPost"), type);
    assert_ptr_equal(message_of(&pb__draft_post__descriptor), type);
    assert_ptr_equal(message_of(&pb__standing__cursor__descriptor),
                     message_by_name("Standing.Cursor"));
    assert_null(message_by_number(0));
    assert_null(message_by_number(65535));
    assert_null(message_by_name("Nothing"));
}

static void message__table_is_sorted_and_knows_every_nested_message(void **state)
{
    (void)state;
    size_t count;
    const struct message_type *all = message_all(&count);
    assert_true(count > 200);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || strcmp(all[i - 1].name, all[i].name) < 0);
        assert_ptr_equal(message_of(all[i].descriptor), &all[i]);
        assert_true(all[i].number == 0 || message_by_number(all[i].number) == &all[i]);
        for (unsigned j = 0; j < all[i].descriptor->n_fields; j++) {
            assert_int_equal(all[i].fields[j].json[0], all[i].descriptor->fields[j].name[0]);
            assert_true(all[i].fields[j].max > 0);
        }
    }
}

static void message__field_rules_follow_the_proto(void **state)
{
    (void)state;
    const struct message_type *type = message_by_name("SubmitAst1");
    assert_string_equal(type->fields[7].json, "answers");
    assert_false(type->fields[7].required);
    assert_true(message_by_name("DraftPost")->fields[1].required);
    assert_true(type->fields[7].stated);
    assert_int_equal(type->fields[7].max, 12);
    assert_string_equal(type->fields[2].doc, "The school where the candidate teaches.");
    assert_int_equal(type->fields[2].form, FIELD_ID);
    type = message_by_name("ScheduleWebinar");
    assert_string_equal(type->fields[1].json, "startsAt");
    assert_int_equal(type->fields[1].form, FIELD_INSTANT);
    assert_int_equal(message_by_name("RecordFeePayment")->fields[2].form, FIELD_DATE);
}

static void message__travels_and_comes_back_equal(void **state)
{
    (void)state;
    Pb__ClosePost post;
    pb__close_post__init(&post);
    post.reason = arena_strdup(&arena, "the money w\xc3\xa4s needed elsewhere");
    struct bytes bytes = message_encode(&post.base, &arena);
    ProtobufCMessage *got = NULL;
    assert_int_equal(message_decode(message_by_number(MSG_CLOSE_POST), bytes, &arena, &got), 0);
    assert_string_equal(((Pb__ClosePost *)got)->reason, post.reason);
}

static int decode_close(const char *reason)
{
    Pb__ClosePost post;
    pb__close_post__init(&post);
    post.reason = arena_strdup(&arena, reason);
    ProtobufCMessage *got = NULL;
    int r = message_decode(message_by_number(MSG_CLOSE_POST), message_encode(&post.base, &arena),
                           &arena, &got);
    assert_true((r == 0) == (got != NULL));
    return r;
}

static void message__stated_length_binds(void **state)
{
    (void)state;
    char *text = arena_alloc(&arena, 2002);
    memset(text, 'x', 2000);
    assert_int_equal(decode_close(text), 0);
    text[2000] = 'x';
    assert_int_equal(decode_close(text), E_LIMIT);
}

static void message__text_is_utf8(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",         "\xc0\xaf",     "\xc3",
                                      "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "\xff",         "a\xe2\x82",    "\xf0\x82\x82\xac"};
    static const char *const good[] = {"", "a", "\xc2\xa3", "\xe2\x82\xac", "\xf0\x9f\x8d\x8e"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(decode_close(bad[i]), E_DECODE);
    }
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_int_equal(decode_close(good[i]), 0);
    }
}

static void message__ids_are_sixteen_bytes_or_none(void **state)
{
    (void)state;
    uint8_t id[17] = {1};
    for (size_t len = 0; len <= sizeof(id); len++) {
        Pb__Request request;
        pb__request__init(&request);
        request.case_id = (ProtobufCBinaryData){.len = len, .data = id};
        ProtobufCMessage *got = NULL;
        int r = message_decode(message_by_name("Request"), message_encode(&request.base, &arena),
                               &arena, &got);
        assert_int_equal(r, len == 0 || len == 16 ? 0 : E_DECODE);
    }
}

static void message__nested_bounds_bind(void **state)
{
    (void)state;
    Pb__StandardText text;
    pb__standard_text__init(&text);
    text.standard = arena_strdup(&arena, "123456789"); /* one byte more than stated */
    Pb__StandardText *items[] = {&text};
    Pb__CommentOnAst1 comment;
    pb__comment_on_ast1__init(&comment);
    comment.n_comments = 1;
    comment.comments = items;
    ProtobufCMessage *got = NULL;
    assert_int_equal(message_decode(message_by_number(MSG_COMMENT_ON_AST1),
                                    message_encode(&comment.base, &arena), &arena, &got),
                     E_LIMIT);
}

static void message__rubbish_is_refused(void **state)
{
    (void)state;
    ProtobufCMessage *got = NULL;
    struct bytes bytes = {.data = (const uint8_t *)"\x0a\xff\xff", .len = 3};
    assert_int_equal(message_decode(message_by_name("Request"), bytes, &arena, &got), E_DECODE);
    bytes.len = MESSAGE_MAX_BYTES + 1;
    assert_int_equal(message_decode(message_by_name("Request"), bytes, &arena, &got), E_LIMIT);
    assert_null(got);
}

static void message__enum_text_is_lower_case(void **state)
{
    (void)state;
    const ProtobufCEnumDescriptor *descriptor = &pb__post__state__descriptor;
    assert_string_equal(message_enum_text(descriptor, PB__POST__STATE__AWAITING_FUNDING, &arena),
                        "awaiting_funding");
    assert_string_equal(message_enum_text(descriptor, 99, &arena), "?");
}

/* Lists that are kept packed count, grow and come back in order, each in its place. */
static void message__packed_lists_come_back(void **state)
{
    (void)state;
    enum { ITEMS = 150 };
    assert_int_equal(message_by_name("Enrolment")->fields[28].form, FIELD_PACKED);
    assert_true(message_has_packed(message_by_name("Enrolment")));
    assert_false(message_has_packed(message_by_name("Activity")));
    Pb__Enrolment self;
    Pb__Activity activity;
    Pb__Activity *activities[] = {&activity, &activity};
    Pb__Enrolment part;
    pb__enrolment__init(&self);
    pb__activity__init(&activity);
    activity.activity = arena_strdup(&arena, "self-assessment");
    pb__enrolment__init(&part);
    part.activities = activities;
    part.n_activities = COUNT(activities);
    self.cohort = 2022;
    self.packed_activities = message_packed_add(self.packed_activities, &part.base, &arena);
    assert_int_equal(message_packed_count(self.packed_items), 0);
    for (int i = 0; i < ITEMS; i++) {
        Pb__PortfolioItem item;
        Pb__PortfolioItem *items[] = {&item};
        pb__portfolio_item__init(&item);
        item.added_on = i;
        item.kind = arena_alloc(&arena, (size_t)i + 1); /* one byte of length, then two */
        memset(item.kind, 'k', (size_t)i);
        pb__enrolment__init(&part);
        part.items = items;
        part.n_items = 1;
        self.packed_items = message_packed_add(self.packed_items, &part.base, &arena);
    }
    assert_int_equal(message_packed_count(self.packed_activities), 2);
    assert_int_equal(message_packed_count(self.packed_items), ITEMS);
    const Pb__Enrolment *all = (const Pb__Enrolment *)message_expand(&self.base, &arena);
    assert_int_equal(all->cohort, 2022);
    assert_int_equal(all->packed_items.len + all->packed_activities.len, 0);
    assert_int_equal(all->n_activities, 2);
    assert_string_equal(all->activities[1]->activity, "self-assessment");
    assert_int_equal(all->n_items, ITEMS);
    assert_int_equal(all->items[ITEMS - 1]->added_on, ITEMS - 1);
    assert_int_equal(strlen(all->items[ITEMS - 1]->kind), ITEMS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message__is_found_by_number_name_and_descriptor),
        cmocka_unit_test(message__table_is_sorted_and_knows_every_nested_message),
        cmocka_unit_test(message__field_rules_follow_the_proto),
        cmocka_unit_test(message__travels_and_comes_back_equal),
        cmocka_unit_test(message__stated_length_binds),
        cmocka_unit_test(message__text_is_utf8),
        cmocka_unit_test(message__ids_are_sixteen_bytes_or_none),
        cmocka_unit_test(message__nested_bounds_bind),
        cmocka_unit_test(message__rubbish_is_refused),
        cmocka_unit_test(message__enum_text_is_lower_case),
        cmocka_unit_test(message__packed_lists_come_back),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
