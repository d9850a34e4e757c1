/*
 * The unit runner on a real database, alone in its process: what is committed once, refused, halved,
 * claimed and bounded. Each test has a database of its own.
 */
#include "unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "runner.h"

static struct runner r;

static int begin(void **state)
{
    (void)state;
    runner_open(&r, &trial_producer);
    return 0;
}

static int end(void **state)
{
    (void)state;
    runner_verify(&r);
    runner_stop(&r);
    return 0;
}

static void expect(size_t at, Pb__Status status)
{
    assert_int_equal(r.answers[at].count, 1);
    assert_int_equal(r.answers[at].status, status);
}

/* ---- who may see a case ---- */

static void GEN_6__who_is_no_party_any_more_sees_the_case_no_more(void **state)
{
    (void)state;
    (void)runner_send(&r,
                      &(struct runner_ask){
                          .key = "k1", .case_name = "a", .name = "one", .organisation = "first"});
    runner_settle(&r);
    assert_int_equal(runner_number(&r, "select count(*) from case_party"), 1);
    (void)runner_send(&r,
                      &(struct runner_ask){
                          .key = "k2", .case_name = "a", .name = "two", .organisation = "second"});
    runner_settle(&r);
    assert_int_equal(runner_number(&r, "select count(*) from case_party"), 1);
    char sql[128];
    char text[ID_TEXT_BYTES];
    (void)snprintf(sql, sizeof(sql), "select count(*) from case_party where party_id = '%s'",
                   id_format(trial_id("second"), text));
    assert_int_equal(runner_number(&r, sql), 1);
}

/* ---- GEN-10: an edition that is nowhere ---- */

static void put_under(const char *edition)
{
    char sql[128];

    (void)snprintf(
        sql, sizeof(sql),
        "with u as (update case_state set edition = '%s' returning 1) select count(*) from u",
        edition);
    assert_int_equal(runner_number(&r, sql), 1);
}

static size_t revoke_as(const char *key, const char *case_name, Pb__Role role, const char *acts_for)
{
    return runner_send(&r, &(struct runner_ask){.key = key,
                                                .case_name = case_name,
                                                .name = "revoke",
                                                .type = MSG_REVOKE_TOKEN,
                                                .role = role,
                                                .acts_for = acts_for});
}

static void GEN_10_GEN_6__whose_case_it_is_is_asked_before_its_edition_is_missed(void **state)
{
    (void)state;
    (void)runner_send(&r,
                      &(struct runner_ask){
                          .key = "k1", .case_name = "a", .name = "one", .organisation = "school"});
    runner_settle(&r);
    put_under("ast-2013@0123456789abcdef");
    size_t stranger = revoke_as("k2", "a", PB__ROLE__SCHOOL, "elsewhere");
    size_t unknown = revoke_as("k3", "nowhere", PB__ROLE__SCHOOL, "elsewhere");
    size_t own = revoke_as("k4", "a", PB__ROLE__SCHOOL, "school");
    size_t agency = revoke_as("k5", "a", PB__ROLE__ADMINISTRATOR, NULL);

    runner_settle(&r);
    expect(unknown, PB__STATUS__NOT_FOUND);
    expect(stranger, PB__STATUS__NOT_FOUND);
    assert_string_equal(r.answers[stranger].code, "");
    expect(own, PB__STATUS__REFUSED);
    expect(agency, PB__STATUS__REFUSED);
    assert_string_equal(r.answers[own].rule, "GEN-10");
    assert_string_equal(r.answers[agency].code, "edition-missing");
    put_under("");
    size_t again = revoke_as("k4", "a", PB__ROLE__SCHOOL, "school");

    runner_settle(&r);
    expect(again, PB__STATUS__OK);
}

/* What a case that is only named was decided by is missed by whoever needs it, and by no other. */
static void GEN_10__the_edition_of_a_case_that_is_named_is_not_needed_by_all(void **state)
{
    (void)state;
    (void)runner_issue(&r, "k1", "there", "one");
    runner_settle(&r);
    put_under("ast-2013@0123456789abcdef");
    size_t at = runner_issue(&r, "k2", "b", "wait:there");

    runner_settle(&r);
    expect(at, PB__STATUS__OK);
    assert_int_equal(
        runner_number(&r, "with u as (update case_state set edition = '' returning 1) select 1"),
        1);
}

/* ---- law 5: at most once ---- */

static void unit__one_message_twice_in_a_batch_has_one_effect_and_one_answer(void **state)
{
    (void)state;
    size_t one = runner_issue(&r, "k1", "a", "first");
    size_t two = runner_issue(&r, "k1", "a", "first");

    runner_settle(&r);
    expect(one, PB__STATUS__OK);
    expect(two, PB__STATUS__OK);
    assert_int_equal(r.commits, 1);
    assert_int_equal(r.answers[one].seen, r.answers[two].seen);
    assert_int_equal(r.answers[two].version, 1);
    assert_int_equal(runner_number(&r, "select count(*) from event"), 1);
    assert_int_equal(unit_figures(r.unit).repeats, 1);
}

static void unit__one_message_twice_across_batches_gets_the_stored_answer(void **state)
{
    (void)state;
    size_t one = runner_issue(&r, "k1", "a", "first");

    runner_settle(&r);
    size_t other = runner_issue(&r, "k2", "a", "second");

    runner_settle(&r);
    size_t two = runner_issue(&r, "k1", "a", "first");

    runner_settle(&r);
    expect(two, PB__STATUS__OK);
    assert_int_equal(r.answers[two].version, r.answers[one].version);
    assert_int_equal(r.answers[two].seen, r.answers[one].seen);
    assert_int_equal(r.answers[other].version, 2);
    assert_int_equal(runner_number(&r, "select count(*) from event"), 2);
}

static void unit__a_refusal_is_answered_again_even_if_it_would_now_be_accepted(void **state)
{
    (void)state;
    size_t holder = runner_issue(&r, "k0", "h", "claim:x");
    size_t one = runner_issue(&r, "k1", "a", "claim:x:a");

    runner_settle(&r);
    expect(holder, PB__STATUS__OK);
    expect(one, PB__STATUS__REFUSED);
    assert_string_equal(r.answers[one].code, "taken");
    assert_int_equal(runner_number(&r, "with gone as (delete from claim returning 1) select 1"), 1);
    size_t two = runner_issue(&r, "k1", "a", "claim:x:a");

    runner_settle(&r);
    expect(two, PB__STATUS__REFUSED);
    assert_string_equal(r.answers[two].code, "taken");
    assert_int_equal(runner_number(&r, "select count(*) from claim"), 0);
}

static void unit__another_body_under_the_key_is_refused_in_a_batch_and_across(void **state)
{
    (void)state;
    const struct runner_ask other = {.key = "k1", .case_name = "a", .name = "second"};
    size_t one = runner_issue(&r, "k1", "a", "first");
    size_t two = runner_send(&r, &other);

    runner_settle(&r);
    size_t three = runner_send(&r, &other);

    runner_settle(&r);
    expect(one, PB__STATUS__OK);
    expect(two, PB__STATUS__KEY_REUSED);
    expect(three, PB__STATUS__KEY_REUSED);
    assert_int_equal(runner_number(&r, "select count(*) from event"), 1);
    assert_int_equal(runner_number(&r, "select count(*) from reply"), 1);
}

static void unit__what_is_no_answer_of_a_rule_is_not_stored(void **state)
{
    (void)state;
    size_t missing = runner_send(
        &r, &(struct runner_ask){
                .key = "k1", .case_name = "none", .name = "", .type = MSG_REVOKE_TOKEN});
    size_t forbidden = runner_send(
        &r, &(struct runner_ask){
                .key = "k2", .case_name = "a", .name = "x", .role = PB__ROLE__CANDIDATE});
    size_t no_role = runner_send(
        &r, &(struct runner_ask){.key = "k3", .case_name = "a", .name = "x", .role = (Pb__Role)77});

    runner_settle(&r);
    expect(missing, PB__STATUS__NOT_FOUND);
    expect(forbidden, PB__STATUS__FORBIDDEN);
    expect(no_role, PB__STATUS__FORBIDDEN);
    assert_int_equal(runner_number(&r, "select count(*) from reply"), 0);
}

static void unit__a_version_that_was_passed_is_told(void **state)
{
    (void)state;
    (void)runner_issue(&r, "k1", "a", "first");
    size_t late = runner_send(
        &r, &(struct runner_ask){
                .key = "k2", .case_name = "a", .name = "second", .expected_version = 1});
    size_t later =
        runner_send(&r, &(struct runner_ask){
                            .key = "k3", .case_name = "a", .name = "third", .expected_version = 1});

    runner_settle(&r);
    expect(late, PB__STATUS__OK);
    expect(later, PB__STATUS__CHANGED);
    assert_int_equal(r.answers[later].version, 2);
}

/* ---- law 1: dense, chained, foldable ---- */

static void unit__many_commands_leave_dense_positions_a_chain_and_folds(void **state)
{
    char key[32];
    char name[32];

    (void)state;
    for (int i = 0; i < 1500; i++) {
        (void)snprintf(key, sizeof(key), "key %d", i);
        (void)snprintf(name, sizeof(name), "%s %d", i % 7 == 0 ? "refuse" : "text", i % 40);
        (void)runner_issue(&r, key, name, name);
        if (i % 100 == 99) {
            (void)uv_run(&r.uv, UV_RUN_NOWAIT);
        }
    }
    runner_settle(&r);
    assert_int_equal(runner_number(&r, "select count(*) from reply"), 1500);
    assert_int_equal(runner_number(&r, "select count(*) from event"), 1500 - 215);
    assert_int_equal(runner_number(&r, "select max(position) from event"), 1500 - 215);
    assert_int_equal(runner_number(&r, "select position from head"), 1500 - 215);
    assert_int_equal(runner_number(&r, "select count(*) from record"), 1500 - 215);
    assert_int_equal(unit_figures(r.unit).commands, 1500);
    assert_int_equal(unit_figures(r.unit).refusals, 215);
    assert_int_equal(r.events, 1500 - 215);
}

static void unit__a_case_of_another_fold_version_is_folded_anew(void **state)
{
    (void)state;
    (void)runner_issue(&r, "k1", "a", "first");
    runner_settle(&r);
    assert_int_equal(runner_number(&r, "with u as (update case_state set fold_version = 0, "
                                       "state = '\\xffff' returning 1) select count(*) from u"),
                     1);
    size_t two = runner_issue(&r, "k2", "a", "second");

    runner_settle(&r);
    expect(two, PB__STATUS__OK);
    assert_int_equal(r.answers[two].version, 2);
    assert_int_equal(runner_number(&r, "select fold_version from case_state"), 1);
}

static void unit__what_a_loaded_case_names_is_loaded_too(void **state)
{
    (void)state;
    (void)runner_issue(&r, "k1", "near", "to:far");
    (void)runner_issue(&r, "k2", "far", "first");
    (void)runner_issue(&r, "k3", "lost", "to:nowhere");
    runner_settle(&r);
    size_t found = runner_issue(&r, "k4", "a", "through:near:");
    size_t lost = runner_issue(&r, "k5", "b", "through:lost:");
    size_t none = runner_issue(&r, "k6", "c", "through:nothing:");

    runner_settle(&r);
    expect(found, PB__STATUS__OK);
    expect(lost, PB__STATUS__REFUSED);
    expect(none, PB__STATUS__REFUSED);
    assert_string_equal(r.answers[lost].code, "not-there");
    /* Both steps find what another release has folded. */
    assert_int_equal(runner_number(&r, "with u as (update case_state set fold_version = 0, "
                                       "state = '\\xffff' returning 1) select count(*) from u"),
                     4);
    found = runner_issue(&r, "k7", "a", "through:near:");
    runner_settle(&r);
    expect(found, PB__STATUS__OK);
    assert_int_equal(r.answers[found].version, 2);
    (void)runner_issue(&r, "k8", "near", "first");
    (void)runner_issue(&r, "k9", "far", "first");
    (void)runner_issue(&r, "k10", "lost", "first");
    runner_settle(&r);
}

/* ---- law 3: what cannot be stored fails alone ---- */

static void unit__a_command_that_breaks_a_constraint_fails_alone(void **state)
{
    size_t at[40];
    char key[16];
    char name[16];

    (void)state;
    for (size_t i = 0; i < COUNT(at); i++) {
        (void)snprintf(key, sizeof(key), "key %zu", i);
        (void)snprintf(name, sizeof(name), "case %zu", i);
        at[i] = runner_issue(&r, key, name, i == 17 || i == 18 ? "break it" : "fine");
    }
    runner_settle(&r);
    for (size_t i = 0; i < COUNT(at); i++) {
        expect(at[i], i == 17 || i == 18 ? PB__STATUS__FAILED : PB__STATUS__OK);
    }
    assert_int_equal(runner_number(&r, "select count(*) from event"), 38);
    assert_int_equal(runner_number(&r, "select count(*) from case_state"), 38);
    assert_int_equal(runner_number(&r, "select count(*) from reply"), 38);
    assert_int_equal(unit_figures(r.unit).commands, 38);
}

/* ---- law 3: claims ---- */

static void unit__of_two_claims_in_a_batch_the_first_wins(void **state)
{
    (void)state;
    size_t one = runner_issue(&r, "k1", "a", "claim:x");
    size_t two = runner_issue(&r, "k2", "b", "claim:x");
    size_t own = runner_issue(&r, "k3", "a", "claim:x:again");

    runner_settle(&r);
    expect(one, PB__STATUS__OK);
    expect(two, PB__STATUS__REFUSED);
    expect(own, PB__STATUS__OK);
    assert_int_equal(runner_number(&r, "select count(*) from claim"), 1);
}

static void unit__a_claim_is_given_back_when_its_command_is_refused(void **state)
{
    (void)state;
    size_t one = runner_issue(&r, "k1", "a", "claim-refuse:x");

    runner_settle(&r);
    expect(one, PB__STATUS__REFUSED);
    assert_int_equal(runner_number(&r, "select count(*) from claim"), 0);
    size_t two = runner_issue(&r, "k2", "b", "claim:x");

    runner_settle(&r);
    expect(two, PB__STATUS__OK);
}

static void unit__a_claim_of_a_refused_command_goes_to_the_next_of_the_batch(void **state)
{
    char text[ID_TEXT_BYTES];
    char sql[128];

    (void)state;
    size_t one = runner_issue(&r, "k1", "a", "claim-refuse:x");
    size_t two = runner_issue(&r, "k2", "b", "claim:x");
    size_t three = runner_issue(&r, "k3", "c", "claim:x");

    runner_settle(&r);
    expect(one, PB__STATUS__REFUSED);
    expect(two, PB__STATUS__OK);
    expect(three, PB__STATUS__REFUSED);
    assert_string_equal(r.answers[three].code, "taken");
    (void)snprintf(sql, sizeof(sql), "select count(*) from claim where case_id = '%s'",
                   id_format(trial_id("b"), text));
    assert_int_equal(runner_number(&r, sql), 1);
    assert_int_equal(runner_number(&r, "select count(*) from claim"), 1);
}

/* ---- law 15: bounds ---- */

static void unit__more_than_a_batch_holds_is_answered_busy(void **state)
{
    size_t busy = 0;
    char key[16];

    (void)state;
    for (int i = 0; i < UNIT_BATCH_MAX + 10; i++) {
        (void)snprintf(key, sizeof(key), "key %d", i);
        (void)runner_issue(&r, key, key, "fine");
    }
    for (size_t i = 0; i < r.sent; i++) {
        busy += r.answers[i].count == 1 && r.answers[i].status == PB__STATUS__BUSY;
    }
    assert_int_equal(busy, 10);
    runner_settle(&r);
    assert_int_equal(runner_number(&r, "select count(*) from event"), UNIT_BATCH_MAX);
    size_t after = runner_issue(&r, "key 2050", "key 2050", "fine");

    runner_settle(&r);
    expect(after, PB__STATUS__OK);
}

static void unit__what_a_transaction_cannot_hold_follows_in_the_next(void **state)
{
    char key[16];

    (void)state;
    uint64_t batches = unit_figures(r.unit).batches;

    for (int i = 0; i < UNIT_BATCH_MAX; i++) {
        (void)snprintf(key, sizeof(key), "key %d", i);
        (void)runner_issue(&r, key, key, i == 7 ? "claim:one" : i == 2040 ? "claim:two" : "fine");
    }
    runner_settle(&r);
    assert_int_equal(unit_figures(r.unit).batches - batches, 2);
    for (size_t i = 0; i < r.sent; i++) {
        expect(i, PB__STATUS__OK);
    }
    assert_int_equal(r.events, UNIT_BATCH_MAX);
    assert_int_equal(runner_number(&r, "select max(position) from event"), UNIT_BATCH_MAX);
    assert_int_equal(runner_number(&r, "select count(*) from claim"), 2);
}

static void unit__what_fills_the_memory_of_a_batch_is_answered_busy(void **state)
{
    size_t busy = 0;
    char key[16];

    (void)state;
    for (int i = 0; i < 120; i++) {
        (void)snprintf(key, sizeof(key), "key %d", i);
        (void)runner_send(&r, &(struct runner_ask){
                                  .key = key, .case_name = key, .name = "fine", .bytes = 1 << 20});
        busy += r.answers[r.sent - 1].status == PB__STATUS__BUSY;
    }
    assert_in_range(busy, 1, 119);
    runner_settle(&r);
}

static void unit__an_expired_request_is_not_begun(void **state)
{
    (void)state;
    size_t late = runner_send(
        &r, &(struct runner_ask){
                .key = "k1", .case_name = "a", .name = "x", .deadline_us = clock_machine() - 1});
    size_t soon = runner_send(
        &r, &(struct runner_ask){
                .key = "k2", .case_name = "a", .name = "x", .deadline_us = clock_machine() + 300});
    int64_t from_us = clock_monotonic();

    while (clock_monotonic() - from_us < 400) {
    }
    runner_settle(&r);
    expect(late, PB__STATUS__EXPIRED);
    expect(soon, PB__STATUS__EXPIRED);
    assert_int_equal(runner_number(&r, "select count(*) from event"), 0);
}

static void GEN_9__a_state_that_would_pass_its_bound_is_refused_with_the_limit(void **state)
{
    (void)state;
    size_t fits = runner_send(
        &r, &(struct runner_ask){.key = "k1", .case_name = "a", .name = "fine", .bytes = 40000});
    size_t too_much = runner_send(
        &r, &(struct runner_ask){.key = "k2", .case_name = "a", .name = "fine", .bytes = 30000});
    size_t at_once = runner_send(
        &r, &(struct runner_ask){.key = "k3", .case_name = "b", .name = "fine", .bytes = 70000});

    runner_settle(&r);
    size_t later = runner_send(
        &r, &(struct runner_ask){.key = "k4", .case_name = "a", .name = "fine", .bytes = 30000});
    size_t little = runner_issue(&r, "k5", "a", "fine");

    runner_settle(&r);
    expect(fits, PB__STATUS__OK);
    expect(too_much, PB__STATUS__REFUSED);
    expect(at_once, PB__STATUS__REFUSED);
    expect(later, PB__STATUS__REFUSED);
    expect(little, PB__STATUS__OK);
    assert_string_equal(r.answers[too_much].rule, "GEN-9");
    assert_string_equal(r.answers[too_much].code, "too-large");
    assert_non_null(strstr(r.answers[too_much].detail, "64 KiB"));
    assert_int_equal(runner_number(&r, "select count(*) from event"), 2);
}

static void unit__what_cannot_be_read_is_invalid_and_leaves_nothing(void **state)
{
    (void)state;
    Pb__Request request;
    struct bus_address from = {.number = 0};
    struct id id = trial_id("k");
    uint8_t noise[] = {0x0a, 0x7f};
    struct hash hash = {{0}};

    pb__request__init(&request);
    request.type = MSG_ISSUE_TOKEN;
    request.id = request.case_id = (ProtobufCBinaryData){sizeof(id), id.b};
    request.body_hash = (ProtobufCBinaryData){sizeof(hash), hash.b};
    request.body = (ProtobufCBinaryData){sizeof(noise), noise};
    r.sent = 1;
    unit_request(r.unit, &from, &request);
    expect(0, PB__STATUS__INVALID);
    assert_true(unit_is_idle(r.unit));
}

/* ---- law 11: a deadline ended and set anew ---- */

static void on_clock(void *arg, const Pb__Reply *reply)
{
    (void)arg;
    assert_int_equal(reply->status, PB__STATUS__OK);
}

static void unit__a_deadline_can_be_set_again_after_its_end(void **state)
{
    (void)state;
    unit_set_clock(r.unit, clock_machine(), on_clock,
                   NULL); /* it stands: the same timer has one id */
    RUNNER_UNTIL(&r, unit_is_idle(r.unit));
    (void)runner_issue(&r, "k1", "a", "timer:200:");
    (void)runner_issue(&r, "k2", "a", "again:200:");
    (void)runner_issue(&r, "k3", "a", "again:200:");
    runner_settle(&r);
    assert_int_equal(runner_number(&r, "select count(*) from deadline where standing = 0"), 1);
    size_t later = runner_issue(&r, "k4", "a", "again:200:");

    runner_settle(&r);
    expect(later, PB__STATUS__OK);
    assert_int_equal(runner_number(&r, "select count(*) from deadline"), 1);
    assert_int_equal(runner_number(&r, "select count(*) from deadline where standing = 0"), 1);
}

/* ---- law 4: a clean end gives the lease back ---- */

static void unit__a_clean_end_gives_the_lease_back(void **state)
{
    struct runner *standby = test_calloc(1, sizeof(*standby));

    (void)state;
    runner_start(standby, r.database, &trial_producer, "trial-2");
    int64_t from_us = clock_monotonic();

    unit_free(&r.unit);
    while (uv_run(&r.uv, UV_RUN_NOWAIT) != 0 && uv_loop_alive(&r.uv) && standby->actives == 0) {
        (void)uv_run(&standby->uv, UV_RUN_NOWAIT);
    }
    assert_in_range(clock_monotonic() - from_us, 0, 1500000);
    runner_stop(standby);
    test_free(standby);
    uv_close((uv_handle_t *)&r.give_up, NULL);
    assert_int_equal(uv_run(&r.uv, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&r.uv), 0);
    arena_fini(&r.arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(GEN_10_GEN_6__whose_case_it_is_is_asked_before_its_edition_is_missed),
        TEST(GEN_10__the_edition_of_a_case_that_is_named_is_not_needed_by_all),
        TEST(GEN_6__who_is_no_party_any_more_sees_the_case_no_more),
        TEST(unit__one_message_twice_in_a_batch_has_one_effect_and_one_answer),
        TEST(unit__one_message_twice_across_batches_gets_the_stored_answer),
        TEST(unit__a_refusal_is_answered_again_even_if_it_would_now_be_accepted),
        TEST(unit__another_body_under_the_key_is_refused_in_a_batch_and_across),
        TEST(unit__what_is_no_answer_of_a_rule_is_not_stored),
        TEST(unit__a_version_that_was_passed_is_told),
        TEST(unit__many_commands_leave_dense_positions_a_chain_and_folds),
        TEST(unit__a_case_of_another_fold_version_is_folded_anew),
        TEST(unit__what_a_loaded_case_names_is_loaded_too),
        TEST(unit__a_command_that_breaks_a_constraint_fails_alone),
        TEST(unit__of_two_claims_in_a_batch_the_first_wins),
        TEST(unit__a_claim_is_given_back_when_its_command_is_refused),
        TEST(unit__a_claim_of_a_refused_command_goes_to_the_next_of_the_batch),
        TEST(unit__more_than_a_batch_holds_is_answered_busy),
        TEST(unit__what_a_transaction_cannot_hold_follows_in_the_next),
        TEST(unit__what_fills_the_memory_of_a_batch_is_answered_busy),
        TEST(unit__an_expired_request_is_not_begun),
        TEST(GEN_9__a_state_that_would_pass_its_bound_is_refused_with_the_limit),
        TEST(unit__what_cannot_be_read_is_invalid_and_leaves_nothing),
        TEST(unit__a_deadline_can_be_set_again_after_its_end),
        cmocka_unit_test_setup(unit__a_clean_end_gives_the_lease_back, begin),
    };

    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
