/*
 * A mail's bytes: readable by any mail program, the same in every attempt, and with nothing from
 * outside in its headers.
 */
#include "notification/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"
#include "err.h"
#include "notification/calendar_invite.h"

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

static struct mail plain_mail(void)
{
    return (struct mail){
        .from_name = "Attain, the agency",
        .from_address = "letters@attain.example",
        .to_address = "ann@school.example",
        .subject = "Reminder",
        .text = "Dear Ann,\n.\nFrom here on.\n",
        .html = "<p>Dear Ann</p>\n",
        .message_id = "<0123abcd-4567-89ab-cdef-0123456789ab@attain>",
        .date_us = INT64_C(1346662800) * US_PER_SECOND,
    };
}

static const char *build(const struct mail *mail)
{
    struct bytes bytes = {NULL, 0};
    assert_int_equal(mime_build(mail, &arena, &bytes), 0);
    char *text = arena_alloc(&arena, bytes.len + 1);
    memcpy(text, bytes.data, bytes.len);
    return text;
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("%s\n--- lacks ---\n%s", text, part);
    }
}

static void mime__headers_are_those_of_an_automatic_mail(void **state)
{
    (void)state;
    struct mail mail = plain_mail();
    const char *text = build(&mail);
    has(text, "From: =?UTF-8?B?QXR0YWluLCB0aGUgYWdlbmN5?= <letters@attain.example>\r\n");
    has(text, "\r\nTo: <ann@school.example>\r\n");
    has(text, "\r\nSubject: Reminder\r\n");
    has(text, "\r\nDate: Mon, 03 Sep 2012 09:00:00 +0000\r\n");
    has(text, "\r\nMessage-ID: <0123abcd-4567-89ab-cdef-0123456789ab@attain>\r\n");
    has(text, "\r\nAuto-Submitted: auto-generated\r\n");
    has(text, "\r\nMIME-Version: 1.0\r\n");
}

static void mime__every_attempt_has_the_same_bytes(void **state)
{
    (void)state;
    struct mail mail = plain_mail();
    assert_string_equal(build(&mail), build(&mail));
}

static void mime__a_subject_beyond_ascii_is_encoded_in_whole_characters(void **state)
{
    (void)state;
    struct mail mail = plain_mail();
    mail.subject = "Caf\u00e9";
    has(build(&mail), "\r\nSubject: =?UTF-8?B?Q2Fmw6k=?=\r\n");
    mail.subject = "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
                   "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9";
    /* Lines end within 76: 19 characters of two bytes in the first word, 7 in the second. */
    has(build(&mail), "w6k=?=\r\n =?UTF-8?B?w6nDqcOpw6nDqcOpw6k=?=\r\n");
}

static void mime__nothing_from_outside_becomes_a_header(void **state)
{
    (void)state;
    struct bytes bytes;
    struct mail mail = plain_mail();
    mail.subject = "Hello\r\nBcc: all@example";
    assert_null(strstr(build(&mail), "\nBcc:"));
    mail = plain_mail();
    mail.from_name = "A\r\nBcc: all@example";
    assert_null(strstr(build(&mail), "\nBcc:"));
    static const char *const bad[] = {
        "",         "ann",
        "@x",       "ann@",
        "a@b@c",    "ann@x\r\nBcc: b@c",
        "a n@x",    "<ann@x.example>",
        "-f@x",     "ann@x,b@c",
        "\u00e9@x", "\"a\"@x",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        mail = plain_mail();
        mail.to_address = bad[i];
        assert_int_equal(mime_build(&mail, &arena, &bytes), E_PARSE);
        mail = plain_mail();
        mail.from_address = bad[i];
        assert_int_equal(mime_build(&mail, &arena, &bytes), E_PARSE);
    }
    mail = plain_mail();
    mail.message_id = "<a@b>\r\nBcc: b@c";
    assert_int_equal(mime_build(&mail, &arena, &bytes), E_PARSE);
}

static void mime__lines_are_short_and_survive_careless_relays(void **state)
{
    (void)state;
    struct mail mail = plain_mail();
    char longest[400];
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    mail.html = arena_printf(&arena, "<p>%s = \u00a3775 </p> \n", longest);
    const char *text = build(&mail);
    has(text, "Dear Ann,\r\n=2E\r\n=46rom here on.\r\n");
    has(text, "=C2=A3775");
    has(text, "=20\r\n");
    for (const char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        assert_true(len <= 78);
        assert_int_equal(line[len - 1], '\r');
        line += len + 1;
    }
}

static void mime__an_invitation_is_an_alternative_and_an_attachment(void **state)
{
    (void)state;
    struct bytes bytes;
    struct mail mail = plain_mail();
    mail.calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
    mail.calendar_method = "REQUEST";
    const char *text = build(&mail);
    has(text, "Content-Type: multipart/mixed;\r\n");
    has(text, "Content-Type: multipart/alternative;\r\n");
    has(text, "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n");
    has(text, "Content-Disposition: attachment; filename=\"invite.ics\"\r\n");
    has(text, "QkVHSU46VkNBTEVOREFSDQpFTkQ6VkNBTEVOREFSDQo=\r\n");
    mail.calendar_method = "PUBLISH; x=\r\n";
    assert_int_equal(mime_build(&mail, &arena, &bytes), E_PARSE);
}

static struct invite an_invite(void)
{
    return (struct invite){
        .event_id = {.b = {1, 2, 3}},
        .sequence = 3,
        .stamp_us = INT64_C(1664800000) * US_PER_SECOND,
        .starts_at_us = INT64_C(1666278000) * US_PER_SECOND, /* 16:00 in London, summer time */
        .minutes = 90,
        .summary = "Introductory webinar; part 1, or: how it begins",
        .description =
            "You have a place.\nPlease come, and bring a colleague who might want to take "
            "part next year, or the year after that.",
        .url = "https://meet.example/attain?room=1",
        .place = "",
        .organiser_name = "Attain",
        .organiser_address = "letters@attain.example",
        .attendee_name = "Ann O\u2019Hara, BA",
        .attendee_address = "ann@school.example",
    };
}

static void ATS_P4__an_invitation_is_a_calendar_object_with_folded_lines(void **state)
{
    (void)state;
    struct invite invite = an_invite();
    const char *text = NULL;
    assert_int_equal(calendar_invite_format(&invite, &arena, &text), 0);
    require(text != NULL);
    has(text, "METHOD:REQUEST\r\n");
    has(text, "UID:01020300-0000-0000-0000-000000000000@attain\r\n");
    has(text, "SEQUENCE:3\r\n");
    has(text, "DTSTAMP:20221003T122640Z\r\n");
    has(text, "DTSTART:20221020T150000Z\r\n");
    has(text, "DTEND:20221020T163000Z\r\n");
    has(text, "SUMMARY:Introductory webinar\\; part 1\\, or: how it begins\r\n");
    has(text, "STATUS:CONFIRMED\r\n");
    for (const char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        assert_true(len <= 76);
        line += len + 1;
    }
    const char *again = NULL;
    assert_int_equal(calendar_invite_format(&invite, &arena, &again), 0);
    assert_string_equal(text, again);
}

static void ATS_P4__a_cancellation_has_the_same_uid_and_a_higher_sequence(void **state)
{
    (void)state;
    struct invite invite = an_invite();
    const char *text = NULL;
    invite.cancelled = true;
    invite.sequence = 4;
    assert_int_equal(calendar_invite_format(&invite, &arena, &text), 0);
    require(text != NULL);
    has(text, "METHOD:CANCEL\r\n");
    has(text, "STATUS:CANCELLED\r\n");
    has(text, "SEQUENCE:4\r\n");
    has(text, "UID:01020300-0000-0000-0000-000000000000@attain\r\n");
    assert_string_equal(calendar_invite_method(&invite), "CANCEL");
}

static void AST_T2__an_event_at_a_place_has_no_address_and_waits_for_an_answer(void **state)
{
    (void)state;
    struct invite invite = an_invite();
    const char *text = NULL;
    assert_int_equal(calendar_invite_format(&invite, &arena, &text), 0);
    require(text != NULL);
    has(text, "LOCATION:https://meet.example/attain?room=1\r\n");
    has(text, "URL:https://meet.example/attain?room=1\r\n");
    has(text, "PARTSTAT=ACCEPTED");
    invite.url = "";
    invite.place = "The Guildhall, Westford";
    invite.unanswered = true;
    assert_int_equal(calendar_invite_format(&invite, &arena, &text), 0);
    has(text, "LOCATION:The Guildhall\\, Westford\r\n");
    has(text, "PARTSTAT=NEEDS-ACTION");
    assert_null(strstr(text, "\nURL:"));
    char *long_place = arena_alloc(&arena, INVITE_TEXT_MAX_BYTES + 2);
    memset(long_place, 'p', INVITE_TEXT_MAX_BYTES + 1);
    long_place[INVITE_TEXT_MAX_BYTES + 1] = '\0';
    invite.place = long_place;
    assert_int_equal(calendar_invite_format(&invite, &arena, &text), E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mime__headers_are_those_of_an_automatic_mail, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(mime__every_attempt_has_the_same_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(mime__a_subject_beyond_ascii_is_encoded_in_whole_characters,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(mime__nothing_from_outside_becomes_a_header, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(mime__lines_are_short_and_survive_careless_relays, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(mime__an_invitation_is_an_alternative_and_an_attachment,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            ATS_P4__an_invitation_is_a_calendar_object_with_folded_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(
            ATS_P4__a_cancellation_has_the_same_uid_and_a_higher_sequence, setup, teardown),
        cmocka_unit_test_setup_teardown(
            AST_T2__an_event_at_a_place_has_no_address_and_waits_for_an_answer, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
