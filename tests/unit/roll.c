/*
 * Who belongs where, so that a call reaches them and nobody else: a school's teachers while they teach there, an
 * authority's schools while they are its own; by what each entry said last, in whatever order that arrives.
 */
#include "application/domain/roll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/amend.pb-c.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

/* ---- given ---- */

static const char *id_name(struct domain *w, struct id id)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(id, text));
}

static const Pb__Roll *roll(struct domain *w, struct id roll_id)
{
    return (const Pb__Roll *)domain_state(w, id_name(w, roll_id));
}

/* Which of the members `name` is; -1 for none. */
static int place_in(const Pb__Roll *roll, const char *name)
{
    for (size_t i = 0; roll != NULL && i < roll->n_member_ids; i++) {
        if (id_equal(field_id(roll->member_ids[i]), domain_id(name))) {
            return (int)i;
        }
    }
    return -1;
}

static void grant(struct domain *w, const char *person, Pb__Role role, const char *at)
{
    Pb__GrantPosition *body = DOMAIN_NEW(w, GrantPosition, grant_position);
    body->role = role;
    body->organisation_id = domain_field(w, at);
    ast_as_caseworker(w);
    domain_send(w, person, MSG_GRANT_POSITION, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void end(struct domain *w, const char *person, Pb__Role role, const char *at)
{
    Pb__EndPosition *body = DOMAIN_NEW(w, EndPosition, end_position);
    body->role = role;
    body->organisation_id = domain_field(w, at);
    body->reason = arena_strdup(&w->arena, "Works elsewhere now.");
    ast_as_caseworker(w);
    domain_send(w, person, MSG_END_POSITION, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

/* The name of a further authority. */
static const char *other_la(struct domain *w)
{
    Pb__RegisterOrganisation *body = DOMAIN_NEW(w, RegisterOrganisation, register_organisation);
    body->kind = PB__ORGANISATION__KIND__LA;
    body->name = arena_strdup(&w->arena, "Southshire");
    ast_as_caseworker(w);
    domain_send(w, "other-la", MSG_REGISTER_ORGANISATION, &body->base);
    domain_accepted(w);
    return "other-la";
}

static void move_school(struct domain *w, const char *school, const char *la)
{
    Pb__AmendOrganisation *body = DOMAIN_NEW(w, AmendOrganisation, amend_organisation);
    body->kind = PB__ORGANISATION__KIND__SCHOOL;
    body->from_on = domain_day("2012-09-01");
    body->reason = arena_strdup(&w->arena, "The boundary moved.");
    if (la == NULL) {
        body->challenging = PB__MARK__YES;
    } else {
        body->la_id = domain_field(w, la);
    }
    ast_as_caseworker(w);
    domain_send(w, school, MSG_AMEND_ORGANISATION, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

/* How many letters about the call `name`, made now by `by` to `scope`, go to `reader` in `role`. */
static size_t letters(struct domain *w, const char *name, const char *by, Pb__Call__Scope scope,
                      const char *reader, Pb__Role role)
{
    Pb__IssueCall *body = DOMAIN_NEW(w, IssueCall, issue_call);
    body->organisation_id = domain_field(w, by);
    body->scope = scope;
    body->title = arena_strdup(&w->arena, "ASTs in science");
    body->invitation = arena_strdup(&w->arena, "Apply for posts from January, all who can.");
    body->closes_on = domain_day("2012-09-28");
    const size_t before = w->log_count;
    const bool own = scope == PB__CALL__SCOPE__OWN_SCHOOL;
    domain_as(w, own ? PB__ROLE__HEADTEACHER : PB__ROLE__LA_COORDINATOR, "caller", by);
    domain_send(w, name, MSG_ISSUE_CALL, &body->base);
    domain_accepted(w);
    domain_settle(w);
    size_t count = 0;
    for (size_t i = before; i < w->log_count; i++) {
        const Pb__Told *told = (const Pb__Told *)w->log[i].body;
        count += w->log[i].type == MSG_TOLD && strcmp(told->template_, "call-open") == 0 &&
                 domain_tells(told, reader, role);
    }
    return count;
}

static size_t school_letters(struct domain *w, const char *name, const char *teacher)
{
    return letters(w, name, "school", PB__CALL__SCOPE__OWN_SCHOOL, teacher, PB__ROLE__CANDIDATE);
}

static size_t la_letters(struct domain *w, const char *name, const char *la, const char *school)
{
    return letters(w, name, la, PB__CALL__SCOPE__ALL_TEACHERS, school, PB__ROLE__HEADTEACHER);
}

/* ---- people ---- */

static void AST_P13__who_no_longer_teaches_at_a_school_is_called_no_more(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "own", PB__ROLE__CANDIDATE, "school");
    ast_given_person(w, "leaver", PB__ROLE__CANDIDATE, "school");
    domain_settle(w);
    assert_int_equal(school_letters(w, "before", "leaver"), 1);
    end(w, "leaver", PB__ROLE__CANDIDATE, "school");
    assert_int_equal(school_letters(w, "after", "leaver"), 0);
    assert_int_equal(school_letters(w, "after too", "own"), 1);
    assert_int_equal(((const Pb__Call *)domain_state(w, "after"))->invited, 1);
    grant(w, "leaver", PB__ROLE__CANDIDATE, "school");
    assert_int_equal(school_letters(w, "again", "leaver"), 1);
    assert_int_equal(place_in(roll(w, roll_of_teachers(domain_id("school"))), "leaver"), 1);
}

static void AST_P13__who_teaches_there_in_another_position_still_is_called(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "own", PB__ROLE__CANDIDATE, "school");
    domain_settle(w);
    grant(w, "own", PB__ROLE__LINE_MANAGER, "school");
    grant(w, "own", PB__ROLE__CANDIDATE, "academy");
    grant(w, "own", PB__ROLE__GOVERNING_BODY, "school");
    end(w, "own", PB__ROLE__CANDIDATE, "school");
    assert_int_equal(school_letters(w, "manager", "own"), 1);
    end(w, "own", PB__ROLE__GOVERNING_BODY, "school");
    assert_int_equal(school_letters(w, "manager still", "own"), 1);
    end(w, "own", PB__ROLE__LINE_MANAGER, "school");
    assert_int_equal(school_letters(w, "none", "own"), 0);
    assert_int_equal(place_in(roll(w, roll_of_teachers(domain_id("academy"))), "own"), 0);
}

static void AST_P13__a_position_that_is_no_teachers_ends_and_nobody_leaves(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "own", PB__ROLE__CANDIDATE, "school");
    domain_settle(w);
    end(w, "head", PB__ROLE__HEADTEACHER, "school");
    assert_int_equal(roll(w, roll_of_teachers(domain_id("school")))->n_former, 0);
    assert_int_equal(school_letters(w, "call", "own"), 1);
}

/* ---- schools ---- */

static void AST_P13__a_school_is_called_by_the_authority_that_it_belongs_to(void **state)
{
    struct domain *w = *state;
    const char *other = other_la(w);
    domain_settle(w);
    move_school(w, "academy", other);
    assert_int_equal(la_letters(w, "left", "la", "academy"), 0);
    assert_int_equal(la_letters(w, "left by one", "la", "school"), 1);
    assert_int_equal(la_letters(w, "joined", other, "academy"), 1);
    move_school(w, "academy", "la");
    assert_int_equal(la_letters(w, "back", "la", "academy"), 1);
    assert_int_equal(la_letters(w, "left again", other, "academy"), 0);
}

static void AST_P13__a_school_that_changes_otherwise_stays(void **state)
{
    struct domain *w = *state;
    domain_settle(w);
    const size_t before = w->log_count;
    move_school(w, "academy", NULL);
    move_school(w, "academy", "la");
    for (size_t i = before; i < w->log_count; i++) {
        assert_int_not_equal(w->log[i].type, MSG_ROLL_JOINED);
        assert_int_not_equal(w->log[i].type, MSG_ROLL_LEFT);
    }
    assert_int_equal(place_in(roll(w, roll_of_schools(domain_id("la"))), "academy"), 1);
}

/* ---- in whatever order ---- */

struct word {
    bool joins;
    uint64_t seq;
};

static void say(struct domain *w, const char *la, const char *member, struct word word)
{
    Pb__JoinRoll *join = DOMAIN_NEW(w, JoinRoll, join_roll);
    Pb__LeaveRoll *leave = DOMAIN_NEW(w, LeaveRoll, leave_roll);
    join->organisation_id = leave->organisation_id = domain_field(w, la);
    join->member_id = leave->member_id = domain_field(w, member);
    join->member_seq = leave->member_seq = word.seq;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, id_name(w, roll_of_schools(domain_id(la))),
                word.joins ? MSG_JOIN_ROLL : MSG_LEAVE_ROLL,
                word.joins ? &join->base : &leave->base);
    domain_accepted(w);
}

/* All orders of four words, each said twice over: what counts is the last of the entry. */
static void AST_P13__the_last_word_of_an_entry_counts_in_whatever_order_it_comes(void **state)
{
    struct domain *w = *state;
    static const struct word words[] = {{true, 1}, {false, 2}, {true, 4}, {false, 5}};
    enum { WORDS = COUNT(words), ORDERS = WORDS * WORDS * WORDS * WORDS };
    for (int order = 0; order < ORDERS; order++) {
        const char *la = arena_printf(&w->arena, "authority %d", order);
        uint64_t last = 0;
        bool belongs = false;
        for (int i = 0, rest = order; i < WORDS; i++, rest /= WORDS) {
            const struct word word = words[rest % WORDS];
            belongs = word.seq > last ? word.joins : belongs;
            last = word.seq > last ? word.seq : last;
            say(w, la, "one", word);
            say(w, la, "one", word);
            assert_int_equal(w->answer.event_count, 0);
        }
        const Pb__Roll *self = roll(w, roll_of_schools(domain_id(la)));
        assert_int_equal(place_in(self, "one"), belongs ? 0 : -1);
        assert_int_equal(self->n_member_ids + self->n_former, 1);
        assert_int_equal(self->n_member_ids, self->n_member_seqs);
    }
}

static void AST_P13__others_keep_their_order_when_one_leaves(void **state)
{
    struct domain *w = *state;
    static const char *const names[] = {"one", "two", "three"};
    for (size_t i = 0; i < COUNT(names); i++) {
        say(w, "new", names[i], (struct word){true, i + 1});
    }
    say(w, "new", "two", (struct word){false, 9});
    const Pb__Roll *self = roll(w, roll_of_schools(domain_id("new")));
    assert_int_equal(place_in(self, "one"), 0);
    assert_int_equal(place_in(self, "three"), 1);
    assert_int_equal(self->member_seqs[1], 3);
    say(w, "new", "three", (struct word){false, 2}); /* older than its joining */
    assert_int_equal(w->answer.event_count, 0);
}

/* ---- the bound ---- */

/* A roll that `members` joined and `former` left, each under a name of its own. */
static Pb__Roll *a_roll(struct domain *w, int members, int former)
{
    Pb__Roll *self = DOMAIN_NEW(w, Roll, roll);
    Pb__RollJoined *joined = DOMAIN_NEW(w, RollJoined, roll_joined);
    const struct event join = {.type = MSG_ROLL_JOINED, .body = &joined->base};
    joined->organisation_id = domain_field(w, "la");
    joined->member_seq = 1000;
    for (int i = 0; i < members; i++) {
        joined->member_id = domain_field(w, arena_printf(&w->arena, "member %d", i));
        roll_aggregate.evolve(&self->base, &join, &w->arena);
    }
    for (int i = 0; i < former; i++) {
        Pb__RollLeft *left = DOMAIN_NEW(w, RollLeft, roll_left);
        left->member_id = domain_field(w, arena_printf(&w->arena, "former %d", i));
        left->organisation_id = joined->organisation_id;
        left->member_seq = 1000;
        const struct event leave = {.type = MSG_ROLL_LEFT, .body = &left->base};
        roll_aggregate.evolve(&self->base, &leave, &w->arena);
    }
    return self;
}

/* How many events follow when `member` joins or leaves `self`. */
static size_t follow(struct domain *w, const Pb__Roll *self, bool joins, const char *member)
{
    Pb__JoinRoll *join = DOMAIN_NEW(w, JoinRoll, join_roll);
    Pb__LeaveRoll *leave = DOMAIN_NEW(w, LeaveRoll, leave_roll);
    join->member_id = leave->member_id = domain_field(w, member);
    join->member_seq = leave->member_seq = 2000;
    const struct command command = {.type = joins ? MSG_JOIN_ROLL : MSG_LEAVE_ROLL,
                                    .body = joins ? &join->base : &leave->base};
    const struct world world = {.now_us = w->now_us};
    const struct given given = {.state = &self->base, .command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w->arena, &given);
    (joins ? roll_join : roll_leave)(&given, &d);
    return d.event_count;
}

static void AST_P13__a_roll_has_a_bound(void **state)
{
    struct domain *w = *state;
    const Pb__Roll *full = a_roll(w, ROLL_MEMBERS_MAX, 0);
    assert_true(protobuf_c_message_get_packed_size(&full->base) < 41 << 10);
    assert_int_equal(follow(w, full, true, "one more"), 0);
    assert_int_equal(follow(w, full, false, "one more"), 0);
    assert_int_equal(follow(w, full, false, "member 7"), 1);
    const Pb__Roll *room = a_roll(w, ROLL_MEMBERS_MAX - 1, 0);
    assert_int_equal(follow(w, room, true, "one more"), 1);
    assert_int_equal(follow(w, room, false, "one more"), 1);
}

/* Who left first is forgotten first, and takes nobody's place. */
static void AST_P13__who_left_is_remembered_while_there_is_room(void **state)
{
    struct domain *w = *state;
    const Pb__Roll *left = a_roll(w, 0, ROLL_MEMBERS_MAX + 1);
    assert_int_equal(left->n_former, ROLL_MEMBERS_MAX);
    assert_true(id_equal(field_id(left->former[0]->member_id), domain_id("former 1")));
    assert_true(protobuf_c_message_get_packed_size(&left->base) < 53 << 10);
    Pb__Roll *mixed = a_roll(w, ROLL_MEMBERS_MAX - 1, 1);
    Pb__RollJoined *joined = DOMAIN_NEW(w, RollJoined, roll_joined);
    joined->member_id = domain_field(w, "one more");
    const struct event join = {.type = MSG_ROLL_JOINED, .body = &joined->base};
    roll_aggregate.evolve(&mixed->base, &join, &w->arena);
    assert_int_equal(mixed->n_member_ids, ROLL_MEMBERS_MAX);
    assert_int_equal(mixed->n_former, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P13__who_no_longer_teaches_at_a_school_is_called_no_more),
        TEST(AST_P13__who_teaches_there_in_another_position_still_is_called),
        TEST(AST_P13__a_position_that_is_no_teachers_ends_and_nobody_leaves),
        TEST(AST_P13__a_school_is_called_by_the_authority_that_it_belongs_to),
        TEST(AST_P13__a_school_that_changes_otherwise_stays),
        TEST(AST_P13__the_last_word_of_an_entry_counts_in_whatever_order_it_comes),
        TEST(AST_P13__others_keep_their_order_when_one_leaves),
        TEST(AST_P13__a_roll_has_a_bound),
        TEST(AST_P13__who_left_is_remembered_while_there_is_room),
    };
    return cmocka_run_group_tests_name("roll", tests, NULL, NULL);
}
