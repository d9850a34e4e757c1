/*
 * The producer's side of the feed on a real log: from memory and from the table, held until there is
 * something, and never past what was told.
 */
#include "feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runner.h"

enum { ANSWERS = FEED_WAITERS_MAX + 8 };

static struct runner r;
static struct feed *feed;
static struct pg *reader;

static struct answer {
    int count;
    Pb__Status status;
    uint64_t up_to;
    size_t events;
    uint64_t first;
    uint64_t last;
    struct hash hash;
} answers[ANSWERS];

static void on_reply(void *arg, const struct bus_address *to, struct bytes bytes)
{
    struct answer *a = &answers[to->number];
    Pb__Reply *reply = pb__reply__unpack(NULL, bytes.len, bytes.data);

    (void)arg;
    assert_non_null(reply);
    a->count++;
    a->status = reply->status;
    if (reply->status == PB__STATUS__OK) {
        Pb__Fetched *fetched = pb__fetched__unpack(NULL, reply->body.len, reply->body.data);

        assert_non_null(fetched);
        assert_int_equal(fetched->hash.len, sizeof(a->hash));
        memcpy(a->hash.b, fetched->hash.data, sizeof(a->hash.b));
        a->up_to = fetched->up_to;
        a->events = fetched->n_events;
        if (a->events > 0) {
            a->first = fetched->events[0]->position;
            a->last = fetched->events[a->events - 1]->position;
        }
        pb__fetched__free_unpacked(fetched, NULL);
    }
    pb__reply__free_unpacked(reply, NULL);
}

static int begin(void **state)
{
    struct hash none = {{0}};

    (void)state;
    memset(answers, 0, sizeof(answers));
    runner_open(&r, &trial_producer);
    reader = runner_reader(&r);
    feed = feed_new(&r.uv, reader, on_reply, NULL);
    feed_reset(feed, 0, none);
    return 0;
}

static int end(void **state)
{
    (void)state;
    feed_free(&feed);
    pg_free(&reader);
    runner_stop(&r);
    return 0;
}

static void fetch_as(uint64_t number, uint64_t after, uint32_t max, uint32_t wait_ms,
                     const struct hash *hash, uint32_t type, bool may_gather)
{
    struct bus_address from = {.number = number};
    Pb__Fetch ask;
    Pb__Request request;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pb__fetch__init(&ask);
    pb__request__init(&request);
    ask.after = after;
    ask.max = max;
    ask.wait_ms = wait_ms;
    ask.types = &type;
    ask.n_types = type != 0;
    ask.may_gather = may_gather;
    if (hash != NULL) {
        ask.hash =
            (ProtobufCBinaryData){sizeof(hash->b), arena_copy(&arena, hash->b, sizeof(hash->b))};
    }
    struct bytes body = message_encode(&ask.base, &arena);

    request.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    feed_fetch(feed, &from, &request);
}

static void fetch(uint64_t number, uint64_t after, uint32_t max, uint32_t wait_ms,
                  const struct hash *hash, uint32_t type)
{
    fetch_as(number, after, max, wait_ms, hash, type, /* may_gather= */ false);
}

static struct hash commit(int count)
{
    struct hash hash;
    char key[24];

    for (int i = 0; i < count; i++) {
        (void)snprintf(key, sizeof(key), "key %zu", r.sent);
        (void)runner_issue(&r, key, key, "one");
    }
    runner_settle(&r);
    (void)unit_head(r.unit, &hash);
    return hash;
}

static void feed__what_was_committed_without_being_told_reaches_those_who_wait(void **state)
{
    (void)state;
    fetch(0, 0, 100, 60000, NULL, 0);
    fetch(1, 0, 100, 60000, NULL, MSG_TOKEN_REVOKED);
    assert_int_equal(answers[0].count, 0);
    struct hash hash = commit(5); /* as after a commit whose acknowledgement was lost */

    feed_reset(feed, 5, hash);
    RUNNER_UNTIL(&r, answers[0].count > 0 && answers[1].count > 0);
    assert_int_equal(answers[0].status, PB__STATUS__OK);
    assert_int_equal(answers[0].events, 5);
    assert_int_equal(answers[0].first, 1);
    assert_int_equal(answers[0].up_to, 5);
    assert_true(hash_equal(answers[0].hash, hash));
    assert_int_equal(answers[1].events, 0);
    assert_int_equal(answers[1].up_to, 5);
}

static void feed__a_page_of_the_table_ends_where_it_says(void **state)
{
    (void)state;
    struct hash hash = commit(9);

    feed_reset(feed, 9, hash);
    fetch(0, 2, 4, 0, NULL, 0);
    fetch(1, 9, 4, 0, &hash, 0);
    fetch(2, 2, 4, 0, &hash, 0); /* a hash of somewhere else */
    fetch(3, 10, 4, 0, NULL, 0); /* ahead of the log */
    fetch(4, 9, 4, 0, &answers[5].hash, 0);
    RUNNER_UNTIL(&r, answers[0].count > 0 && answers[2].count > 0);
    assert_int_equal(answers[0].events, 4);
    assert_int_equal(answers[0].first, 3);
    assert_int_equal(answers[0].last, 6);
    assert_int_equal(answers[0].up_to, 6);
    assert_int_equal(answers[1].status, PB__STATUS__OK);
    assert_int_equal(answers[1].events, 0);
    assert_int_equal(answers[2].status, PB__STATUS__DIVERGED);
    assert_int_equal(answers[3].status, PB__STATUS__DIVERGED);
    assert_int_equal(answers[4].status, PB__STATUS__DIVERGED);
    fetch(5, 6, 100, 0, &answers[0].hash, 0); /* goes on from its own hash */
    RUNNER_UNTIL(&r, answers[5].count > 0);
    assert_int_equal(answers[5].first, 7);
    assert_int_equal(answers[5].up_to, 9);
}

static void feed__a_held_fetch_is_answered_by_the_commit_or_at_its_end(void **state)
{
    const uint8_t encoded[] = {0x08, 0x01};
    struct committed_event event = {.position = 1,
                                    .type = MSG_TOKEN_ISSUED,
                                    .hash = {{9}},
                                    .encoded = {encoded, sizeof(encoded)}};

    (void)state;
    fetch(0, 0, 10, 60000, NULL, 0);
    fetch(1, 0, 10, 60000, NULL, MSG_TOKEN_REVOKED);
    feed_committed(feed, &event, 1);
    assert_int_equal(answers[0].count, 1);
    assert_int_equal(answers[0].events, 1);
    assert_int_equal(answers[1].count, 0); /* it concerns nobody who acts on it */
    RUNNER_UNTIL(&r, answers[1].count > 0);
    assert_int_equal(answers[1].events, 0);
    assert_int_equal(answers[1].up_to, 1);
    fetch(2, 1, 10, 1, &event.hash, 0);
    assert_int_equal(answers[2].count, 0);
    RUNNER_UNTIL(&r, answers[2].count > 0);
    assert_int_equal(answers[2].status, PB__STATUS__OK);
    assert_int_equal(answers[2].up_to, 1);
}

static void feed__what_nobody_waits_for_is_gathered_into_one_answer(void **state)
{
    const uint8_t encoded[] = {0x08, 0x01};
    struct committed_event event = {
        .type = MSG_TOKEN_ISSUED, .hash = {{9}}, .encoded = {encoded, sizeof(encoded)}};

    (void)state;
    fetch_as(0, 0, 10, 60000, NULL, 0, /* may_gather= */ true);
    fetch_as(1, 0, 2, 60000, NULL, 0, /* may_gather= */ true);
    for (event.position = 1; event.position <= 3; event.position++) {
        feed_committed(feed, &event, 1);
    }
    assert_int_equal(answers[0].count, 0);
    assert_int_equal(answers[1].count, 1); /* as many as it takes: nothing is put off */
    assert_int_equal(answers[1].up_to, 2);
    fetch_as(2, 1, 10, 60000, NULL, 0, /* may_gather= */ true);
    fetch(3, 1, 10, 60000, NULL, MSG_TOKEN_ISSUED);
    assert_int_equal(answers[2].count, 0);
    assert_int_equal(answers[3].events, 2); /* the same events are acted on at once */
    fetch_as(4, 1, 10, 0, NULL, 0, /* may_gather= */ true);
    assert_int_equal(answers[4].events, 2); /* who does not wait is not kept waiting */
    RUNNER_UNTIL(&r, answers[0].count > 0 && answers[2].count > 0);
    assert_int_equal(answers[0].events, 3);
    assert_int_equal(answers[2].events, 2);
}

static void feed__more_than_it_holds_are_told_to_come_again(void **state)
{
    (void)state;
    for (uint64_t i = 0; i <= FEED_WAITERS_MAX; i++) {
        fetch(i, 0, 10, 60000, NULL, 0);
    }
    assert_int_equal(answers[FEED_WAITERS_MAX - 1].count, 0);
    assert_int_equal(answers[FEED_WAITERS_MAX].status, PB__STATUS__BUSY);
    fetch(FEED_WAITERS_MAX + 1, 0, 0, 0, NULL, 0);
    assert_int_equal(answers[FEED_WAITERS_MAX + 1].status, PB__STATUS__INVALID);
}

static void feed__a_table_that_cannot_be_read_is_an_answer_too(void **state)
{
    (void)state;
    struct hash hash = commit(3);

    feed_reset(feed, 3, hash);
    fetch(0, 1, 10, 0, NULL, 0);
    pg_reconnect(reader);
    assert_int_equal(answers[0].status, PB__STATUS__FAILED);
    fetch(1, 1, 10, 0, NULL, 0);
    assert_int_equal(answers[1].status, PB__STATUS__FAILED);
    RUNNER_UNTIL(&r, pg_is_up(reader));
    fetch(2, 1, 10, 0, NULL, 0);
    RUNNER_UNTIL(&r, answers[2].count > 0);
    assert_int_equal(answers[2].events, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(feed__what_was_committed_without_being_told_reaches_those_who_wait),
        TEST(feed__a_page_of_the_table_ends_where_it_says),
        TEST(feed__a_held_fetch_is_answered_by_the_commit_or_at_its_end),
        TEST(feed__what_nobody_waits_for_is_gathered_into_one_answer),
        TEST(feed__more_than_it_holds_are_told_to_come_again),
        TEST(feed__a_table_that_cannot_be_read_is_an_answer_too),
    };

    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
