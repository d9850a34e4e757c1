/*
 * Invitations from the register: to what, by whom, and to whom; one letter to each in however many pages; and one to
 * each of those, and to nobody else, when the event does not take place.
 */
#include "assessment/domain/invitation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "assessment/domain/authority_notice.h"
#include "assessment/service.h"
#include "attain/v1/application.pb-c.h"
#include "domain.h"

#define TODAY "2012-09-03"
#define THE_EVENT "2012-10-12"

static void note(struct domain *w, const char *name, Pb__Organisation__Kind kind)
{
    Pb__OrganisationRegistered *body =
        DOMAIN_NEW(w, OrganisationRegistered, organisation_registered);
    body->organisation = DOMAIN_NEW(w, Organisation, organisation);
    body->organisation->kind = kind;
    domain_consume(w, PB__SERVICE__APPLICATION, name, MSG_ORGANISATION_REGISTERED, &body->base);
}

static void as_agency(struct domain *w)
{
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", "agency");
}

static int given_authorities(void **state)
{
    static struct domain w;
    domain_start(&w, &assessment_service, NULL, TODAY);
    note(&w, "westshire", PB__ORGANISATION__KIND__LA);
    note(&w, "eastshire", PB__ORGANISATION__KIND__LA);
    note(&w, "school", PB__ORGANISATION__KIND__SCHOOL);
    as_agency(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Invitation *invitation(const struct domain *w)
{
    const Pb__Invitation *state = (const Pb__Invitation *)domain_state(w, "event");
    require(state != NULL);
    return state;
}

static int64_t ten_on(const char *on)
{
    return date_time_us((struct date){domain_day(on)}, 10 * 60);
}

static Pb__InviteFromRegister *an_event(struct domain *w)
{
    Pb__InviteFromRegister *body = DOMAIN_NEW(w, InviteFromRegister, invite_from_register);
    body->title = arena_strdup(&w->arena, "Teaching across schools");
    body->starts_at_us = ten_on(THE_EVENT);
    body->minutes = 360;
    body->place = arena_strdup(&w->arena, "The Guildhall, Westford");
    body->link = arena_strdup(&w->arena, "https://events.example/across");
    body->words = arena_strdup(&w->arena, "A day on outreach that works, with time to talk.");
    body->reply_by_on = domain_day("2012-09-28");
    return body;
}

static void invite(struct domain *w, const Pb__InviteFromRegister *body)
{
    domain_send(w, "event", MSG_INVITE_FROM_REGISTER, &body->base);
}

/* A page of people "NAME 0" to "NAME count-1". */
static void send_page(struct domain *w, const char *after, const char *reached, const char *name,
                      size_t count, bool last)
{
    Pb__SendInvitations *body = DOMAIN_NEW(w, SendInvitations, send_invitations);
    body->after = arena_strdup(&w->arena, after);
    body->reached = arena_strdup(&w->arena, reached);
    body->last = last;
    for (size_t i = 0; i < count; i++) {
        *ARENA_PUSH(&w->arena, body->person_ids, body->n_person_ids) =
            domain_field(w, arena_printf(&w->arena, "%s %zu", name, i));
    }
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, "event", MSG_SEND_INVITATIONS, &body->base);
    domain_accepted(w);
}

static void tell_page(struct domain *w, uint64_t after, uint64_t reached, const char *name,
                      size_t count, bool last)
{
    Pb__TellWithdrawn *body = DOMAIN_NEW(w, TellWithdrawn, tell_withdrawn);
    body->after = after;
    body->reached = reached;
    body->last = last;
    for (size_t i = 0; i < count; i++) {
        *ARENA_PUSH(&w->arena, body->person_ids, body->n_person_ids) =
            domain_field(w, arena_printf(&w->arena, "%s %zu", name, i));
    }
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, "event", MSG_TELL_WITHDRAWN, &body->base);
    domain_accepted(w);
}

static void withdraw(struct domain *w, const char *reason)
{
    Pb__WithdrawInvitation *body = DOMAIN_NEW(w, WithdrawInvitation, withdraw_invitation);
    body->reason = arena_strdup(&w->arena, reason);
    as_agency(w);
    domain_send(w, "event", MSG_WITHDRAW_INVITATION, &body->base);
}

/* ---- the event ---- */

static void AST_T2__the_agency_invites_those_on_the_register_to_an_event(void **state)
{
    struct domain *w = *state;
    invite(w, an_event(w));
    domain_accepted(w);
    const Pb__Invitation *self = invitation(w);
    assert_string_equal(domain_state_name(w, "event"), "sending");
    assert_string_equal(self->title, "Teaching across schools");
    assert_true(self->starts_at_us == ten_on(THE_EVENT));
    assert_int_equal(self->minutes, 360);
    assert_string_equal(self->place, "The Guildhall, Westford");
    assert_string_equal(self->link, "https://events.example/across");
    assert_string_equal(self->words, "A day on outreach that works, with time to talk.");
    assert_int_equal(self->reply_by_on, domain_day("2012-09-28"));
    assert_int_equal(self->n_la_ids, 0);
    assert_false(self->also_left);
    assert_int_equal(self->invited, 0);
    assert_string_equal(self->reached, "");
    const struct case_index index = domain_index(w, "event");
    assert_string_equal(index.label, "Teaching across schools");
    assert_true(id_is_zero(index.la_id) && id_is_zero(index.person_ids[0]) &&
                id_is_zero(index.organisation_ids[0]) && !index.open_to_all);
    const struct open_deadline *timer = domain_deadline(w, "event", "AST-T2", "");
    require(timer != NULL);
    assert_true(timer->due_at_us == date_start_us((struct date){domain_day(THE_EVENT)}));
    assert_null(domain_event(w, MSG_TOLD));
}

static void AST_T2__nobody_but_the_agency_invites_or_withdraws(void **state)
{
    struct domain *w = *state;
    for (int role = PB__ROLE__CANDIDATE; role <= PB__ROLE__SYSTEM; role++) {
        const bool agency = role == PB__ROLE__CASEWORKER || role == PB__ROLE__ADMINISTRATOR;
        const char *name = arena_printf(&w->arena, "event %d", role);
        domain_as(w, (Pb__Role)role, "somebody", "westshire");
        domain_send(w, name, MSG_INVITE_FROM_REGISTER, &an_event(w)->base);
        assert_int_equal(w->answer.status, agency ? DOMAIN_ACCEPTED : DOMAIN_FORBIDDEN);
    }
    as_agency(w);
    invite(w, an_event(w));
    domain_accepted(w);
    for (int role = PB__ROLE__CANDIDATE; role <= PB__ROLE__SYSTEM; role++) {
        Pb__WithdrawInvitation *body = DOMAIN_NEW(w, WithdrawInvitation, withdraw_invitation);
        if (role != PB__ROLE__CASEWORKER && role != PB__ROLE__ADMINISTRATOR) {
            domain_as(w, (Pb__Role)role, "somebody", "westshire");
            domain_send(w, "event", MSG_WITHDRAW_INVITATION, &body->base);
            assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
        }
    }
}

static void AST_T2__an_event_is_on_a_day_to_come_and_within_two_years(void **state)
{
    struct domain *w = *state;
    static const struct {
        const char *on, *reply_by;
        bool right_day, right_answer;
    } cases[] = {
        {"2012-09-02", "2012-09-03", false, false}, {"2012-09-03", "2012-09-03", false, false},
        {"2012-09-04", "2012-09-03", true, true},   {"2012-09-04", "2012-09-04", true, false},
        {"2012-10-12", "2012-09-02", true, false},  {"2012-10-12", "2012-10-11", true, true},
        {"2012-10-12", "2012-10-12", true, false},  {"2014-09-03", "2012-10-12", true, true},
        {"2014-09-04", "2012-10-12", false, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__InviteFromRegister *body = an_event(w);
        body->starts_at_us = ten_on(cases[i].on);
        body->reply_by_on = domain_day(cases[i].reply_by);
        domain_send(w, arena_printf(&w->arena, "event %zu", i), MSG_INVITE_FROM_REGISTER,
                    &body->base);
        if (cases[i].right_day && cases[i].right_answer) {
            domain_accepted(w);
            continue;
        }
        domain_refused(w, "AST-T2", "wrong-field");
        if (!cases[i].right_day) {
            domain_refused_field(w, "startsAt");
        }
        if (!cases[i].right_answer) {
            domain_refused_field(w, "replyByOn");
        }
        assert_int_equal(w->answer.refusal->n_errors, !cases[i].right_day + !cases[i].right_answer);
    }
}

/* One field made wrong, and the only one that is named. */
static void wrong(struct domain *w, const Pb__InviteFromRegister *body, const char *field)
{
    invite(w, body);
    domain_refused(w, "AST-T2", "wrong-field");
    domain_refused_field(w, field);
    assert_int_equal(w->answer.refusal->n_errors, 1);
}

static void AST_T2__what_an_invitation_says_of_its_event_is_whole(void **state)
{
    struct domain *w = *state;
    Pb__InviteFromRegister *body = an_event(w);
    body->title = arena_strdup(&w->arena, " ");
    wrong(w, body, "title");
    body = an_event(w);
    body->words = arena_strdup(&w->arena, "\n");
    wrong(w, body, "words");
    body = an_event(w);
    body->place = body->link = arena_strdup(&w->arena, "");
    wrong(w, body, "place");
    body = an_event(w);
    body->link = arena_strdup(&w->arena, "http://events.example/across");
    wrong(w, body, "link");
    static const uint32_t minutes[] = {0, 14, 721};
    for (size_t i = 0; i < COUNT(minutes); i++) {
        body = an_event(w);
        body->minutes = minutes[i];
        wrong(w, body, "minutes");
    }
    body = an_event(w);
    body->minutes = 15;
    body->place = arena_strdup(&w->arena, "");
    domain_send(w, "by link", MSG_INVITE_FROM_REGISTER, &body->base);
    domain_accepted(w);
    body = an_event(w);
    body->minutes = 720;
    body->link = arena_strdup(&w->arena, "");
    domain_send(w, "at a place", MSG_INVITE_FROM_REGISTER, &body->base);
    domain_accepted(w);
}

static void AST_T2__it_is_for_authorities_that_there_are(void **state)
{
    struct domain *w = *state;
    Pb__InviteFromRegister *body = an_event(w);
    *ARENA_PUSH(&w->arena, body->la_ids, body->n_la_ids) = domain_field(w, "westshire");
    *ARENA_PUSH(&w->arena, body->la_ids, body->n_la_ids) = domain_field(w, "school");
    wrong(w, body, "laIds[1]");
    body->la_ids[1] = domain_field(w, "nowhere");
    wrong(w, body, "laIds[1]");
    body->la_ids[1] = domain_field(w, "eastshire");
    body->also_left = true;
    wrong(w, body, "alsoLeft");
    body->also_left = false;
    invite(w, body);
    domain_accepted(w);
    assert_int_equal(invitation(w)->n_la_ids, 2);
    assert_true(id_equal(field_id(invitation(w)->la_ids[1]), domain_id("eastshire")));
    body = an_event(w);
    body->also_left = true;
    domain_send(w, "with those who left", MSG_INVITE_FROM_REGISTER, &body->base);
    domain_accepted(w);
}

static void AST_T2__an_authority_is_noted_once(void **state)
{
    struct domain *w = *state;
    char text[ID_TEXT_BYTES];
    const char *name =
        arena_strdup(&w->arena, id_format(authority_notice_id(domain_id("westshire")), text));
    const Pb__AuthorityNotice *self = (const Pb__AuthorityNotice *)domain_state(w, name);
    require(self != NULL);
    assert_true(id_equal(field_id(self->la_id), domain_id("westshire")));
    assert_string_equal(domain_state_name(w, name), "known");
    assert_string_equal(domain_index(w, name).label, "Authority");
    note(w, "westshire", PB__ORGANISATION__KIND__LA);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
}

/* ---- who is written to ---- */

static void AST_T2__each_page_of_the_register_is_written_to_once_and_in_turn(void **state)
{
    struct domain *w = *state;
    invite(w, an_event(w));
    send_page(w, "", "AST0000017", "first", 2, false);
    const Pb__Told *told = domain_told(w, "event-invitation");
    require(told != NULL);
    assert_int_equal(told->n_recipients, 2);
    assert_true(domain_tells(told, "first 0", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "first 1", PB__ROLE__CANDIDATE));
    assert_true(id_equal(field_id(told->event_id), domain_id("event")));
    assert_string_equal(domain_fact(told, "title"), "Teaching across schools");
    assert_string_equal(domain_fact(told, "starts"), "Friday 12 October 2012, 10:00");
    assert_string_equal(domain_fact(told, "starts-at"), "2012-10-12T09:00:00Z");
    assert_string_equal(domain_fact(told, "minutes"), "360");
    assert_string_equal(domain_fact(told, "place"), "The Guildhall, Westford");
    assert_string_equal(domain_fact(told, "link"), "https://events.example/across");
    assert_string_equal(domain_fact(told, "words"),
                        "A day on outreach that works, with time to talk.");
    assert_string_equal(domain_fact(told, "answer-by"), "Friday 28 September 2012");
    assert_string_equal(domain_fact(told, "sequence"), "0");
    domain_letter(w, told);
    assert_string_equal(domain_state_name(w, "event"), "sending");
    send_page(w, "", "AST0000017", "first", 2, false); /* brought again, after a crash */
    assert_int_equal(w->answer.event_count, 0);
    send_page(w, "AST0000016", "AST0000040", "second", 1, true); /* out of turn */
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(invitation(w)->invited, 2);
    send_page(w, "AST0000017", "AST0000040", "second", 1, true);
    assert_int_equal(invitation(w)->invited, 3);
    assert_string_equal(invitation(w)->reached, "AST0000040");
    assert_string_equal(domain_state_name(w, "event"), "sent");
    send_page(w, "AST0000040", "AST0000050", "third", 1, true);
    assert_int_equal(w->answer.event_count, 0);
}

static void AST_T2__a_register_with_nobody_to_invite_ends_it_without_a_letter(void **state)
{
    struct domain *w = *state;
    invite(w, an_event(w));
    send_page(w, "", "", "nobody", 0, true);
    assert_string_equal(domain_state_name(w, "event"), "sent");
    assert_null(domain_event(w, MSG_TOLD));
    assert_int_equal(w->answer.event_count, 1);
}

static void AST_T2__a_hundred_thousand_leave_events_and_state_small(void **state)
{
    struct domain *w = *state;
    char longest[1001];
    memset(longest, 'w', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    Pb__InviteFromRegister *body = an_event(w);
    body->words = arena_strdup(&w->arena, longest);
    invite(w, body);
    for (size_t page = 0; page < 3; page++) {
        send_page(w, invitation(w)->reached, arena_printf(&w->arena, "AST%07zu", page + 1),
                  arena_printf(&w->arena, "page %zu", page), INVITATION_PAGE_MAX, false);
        for (size_t i = 0; i < w->answer.event_count; i++) {
            assert_true(protobuf_c_message_get_packed_size(w->answer.events[i].body) < 10 << 10);
        }
    }
    assert_int_equal(invitation(w)->invited, 3 * INVITATION_PAGE_MAX);
    assert_true(protobuf_c_message_get_packed_size(&invitation(w)->base) < 2 << 10);
}

/* ---- the end ---- */

static void AST_T2__whoever_was_invited_is_told_that_it_is_withdrawn_and_nobody_else(void **state)
{
    struct domain *w = *state;
    invite(w, an_event(w));
    send_page(w, "", "AST0000017", "first", 2, false);
    withdraw(w, "The Guildhall is closed after the flood.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "event"), "withdrawing");
    assert_string_equal(invitation(w)->reason, "The Guildhall is closed after the flood.");
    assert_int_equal(domain_deadline_count(w, "event"), 0);
    assert_null(domain_event(w, MSG_TOLD));
    send_page(w, "AST0000017", "AST0000040", "second", 1, true);
    assert_int_equal(w->answer.event_count, 0); /* nobody is invited from now on */
    tell_page(w, 0, 3, "first", 2, false);
    const Pb__Told *told = domain_told(w, "event-withdrawn");
    require(told != NULL);
    assert_int_equal(told->n_recipients, 2);
    assert_true(domain_tells(told, "first 1", PB__ROLE__CANDIDATE));
    assert_true(id_equal(field_id(told->event_id), domain_id("event")));
    assert_string_equal(domain_fact(told, "reason"), "The Guildhall is closed after the flood.");
    assert_string_equal(domain_fact(told, "sequence"), "1");
    domain_letter(w, told);
    assert_string_equal(domain_state_name(w, "event"), "withdrawing");
    tell_page(w, 0, 3, "first", 2, false);
    assert_int_equal(w->answer.event_count, 0); /* told already */
    tell_page(w, 3, 3, "nobody", 0, true);
    assert_string_equal(domain_state_name(w, "event"), "withdrawn");
    assert_int_equal(invitation(w)->told, 2);
    assert_int_equal(invitation(w)->told, invitation(w)->invited);
    tell_page(w, 3, 5, "third", 1, false);
    assert_int_equal(w->answer.event_count, 0);
    withdraw(w, "Once more.");
    domain_refused(w, "AST-T2", "withdrawn-already");
}

static void AST_T2__it_is_withdrawn_with_a_reason_until_the_day_before(void **state)
{
    struct domain *w = *state;
    invite(w, an_event(w));
    send_page(w, "", "AST0000017", "first", 2, true);
    withdraw(w, " ");
    domain_refused(w, "AST-T2", "wrong-field");
    domain_refused_field(w, "reason");
    tell_page(w, 0, 3, "first", 2, false); /* of one that stands nobody is told that it does not */
    assert_int_equal(w->answer.event_count, 0);
    domain_on(w, "2012-10-11");
    const int64_t day_before_us = w->now_us;
    w->now_us = date_start_us((struct date){domain_day(THE_EVENT)}); /* its timer still to come */
    withdraw(w, "The speaker is ill.");
    domain_refused(w, "AST-T2", "too-late");
    w->now_us = day_before_us;
    withdraw(w, "The speaker is ill.");
    domain_accepted(w);
    withdraw(w, "The speaker is ill.");
    domain_refused(w, "AST-T2", "withdrawn-already");
}

static void AST_T2__from_the_day_of_the_event_on_nobody_is_invited(void **state)
{
    struct domain *w = *state;
    invite(w, an_event(w));
    send_page(w, "", "AST0000017", "first", 2, false);
    domain_on(w, THE_EVENT);
    assert_string_equal(domain_state_name(w, "event"), "over");
    assert_int_equal(domain_deadline_count(w, "event"), 0);
    send_page(w, "AST0000017", "AST0000040", "second", 1, true);
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(invitation(w)->invited, 2);
    withdraw(w, "It rains.");
    domain_refused(w, "AST-T2", "too-late");
}

static void AST_T2__one_that_went_to_everybody_is_over_with_its_day(void **state)
{
    struct domain *w = *state;
    invite(w, an_event(w));
    send_page(w, "", "AST0000017", "first", 2, true);
    domain_on(w, "2012-10-11");
    assert_string_equal(domain_state_name(w, "event"), "sent");
    domain_on(w, THE_EVENT);
    assert_string_equal(domain_state_name(w, "event"), "over");
}

static void AST_T2__an_invitation_names_no_more_authorities_than_are_read_with_it(void **state)
{
    struct domain *w = *state;
    struct id refs[REFS_MAX + 1];
    Pb__InviteFromRegister *body = an_event(w);
    const struct command command = {.type = MSG_INVITE_FROM_REGISTER, .body = &body->base};
    assert_int_equal(invitation_open_refs(&command, refs), 0);
    for (size_t i = 0; i < REFS_MAX; i++) {
        *ARENA_PUSH(&w->arena, body->la_ids, body->n_la_ids) = domain_field(w, "westshire");
    }
    assert_int_equal(invitation_open_refs(&command, refs), REFS_MAX);
    *ARENA_PUSH(&w->arena, body->la_ids, body->n_la_ids) = domain_field(w, "eastshire");
    assert_int_equal(invitation_open_refs(&command, refs), REFS_MAX);
    assert_true(id_equal(refs[REFS_MAX - 1], authority_notice_id(domain_id("westshire"))));
    const struct message_type *type = message_by_number(MSG_INVITE_FROM_REGISTER);
    for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
        if (strcmp(type->fields[i].json, "laIds") == 0) {
            assert_int_equal(type->fields[i].max, REFS_MAX);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_authorities, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_T2__the_agency_invites_those_on_the_register_to_an_event),
        TEST(AST_T2__nobody_but_the_agency_invites_or_withdraws),
        TEST(AST_T2__an_event_is_on_a_day_to_come_and_within_two_years),
        TEST(AST_T2__what_an_invitation_says_of_its_event_is_whole),
        TEST(AST_T2__it_is_for_authorities_that_there_are),
        TEST(AST_T2__an_authority_is_noted_once),
        TEST(AST_T2__each_page_of_the_register_is_written_to_once_and_in_turn),
        TEST(AST_T2__a_register_with_nobody_to_invite_ends_it_without_a_letter),
        TEST(AST_T2__a_hundred_thousand_leave_events_and_state_small),
        TEST(AST_T2__whoever_was_invited_is_told_that_it_is_withdrawn_and_nobody_else),
        TEST(AST_T2__it_is_withdrawn_with_a_reason_until_the_day_before),
        TEST(AST_T2__from_the_day_of_the_event_on_nobody_is_invited),
        TEST(AST_T2__one_that_went_to_everybody_is_over_with_its_day),
        TEST(AST_T2__an_invitation_names_no_more_authorities_than_are_read_with_it),
    };
    return cmocka_run_group_tests_name("invitation", tests, NULL, NULL);
}
