/*
 * Commands by chance, to every aggregate of every service, in sequences of some hundred: whatever is sent,
 * by whoever, in whatever order, no promise is broken. What each decision and fold promises the stage
 * checks (domain_check.c): one answer however often it is asked, a state that its table knows, a refold
 * of equal bytes, less than 64 KiB. What is promised over all of them is checked here.
 *
 *   STEPS=1000000 SEED=7 build/asan/tests/bin/unit/random_commands    the long form
 *   TELL=1                                                            how often each command was accepted
 *
 * Commands come from the tables of routes and their bodies from the descriptors, so that a new one takes
 * part without a line here.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "application/domain/la_policy.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "case_id.h"
#include "domain_internal.h"
#include "funding/domain/accounts.h"
#include "kinds.h"
#include "random_line.h"
#include "random_message.h"
#include "str.h"

enum {
    STEPS_USUAL = 50000,
    STEPS_A_WORLD = 400,
    COMMANDS_MAX = 1000, /* routes of all services */
    RULES_MAX = 300,
    IDS_MAX = 64,
    TRIES_MAX = 5,
    LIKED_MAX = 8,
    COMMANDS_FLOOR = 35, /* different ones accepted in the usual run */
};

/* ---- what is told when it fails ---- */

static char doing[200];

static int tell_where(void **state)
{
    (void)state;
    (void)fprintf(stderr, "%s\n", doing);
    return 0;
}

/* ---- the list of rules ---- */

static char rules[RULES_MAX][16];
static size_t rule_count;

static void read_rules(void)
{
    char line[1000];
    FILE *in = fopen("services/rules.md", "r");
    rule_count = 0;
    assert_non_null(in);
    while (fgets(line, sizeof(line), in) != NULL) {
        if (rule_count < RULES_MAX && sscanf(line, "| %15[A-Z0-9-] |", rules[rule_count]) == 1 &&
            strchr(rules[rule_count], '-') != NULL) {
            rule_count++;
        }
    }
    (void)fclose(in);
    assert_true(rule_count > 100 && rule_count < RULES_MAX);
}

static bool rule_is_listed(const char *rule)
{
    for (size_t i = 0; i < rule_count; i++) {
        if (strcmp(rules[i], rule) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- the world ---- */

static struct {
    struct joined joined;
    struct random random;
    struct random_messages messages;
    struct arena arena;
    size_t checked[JOINED_SERVICES]; /* events looked at */
    uint64_t accepted[UINT16_MAX + 1];
    uint64_t refused[UINT16_MAX + 1];
    char why[UINT16_MAX + 1][160]; /* the last refusal */
    struct arena kept;             /* over all sequences */
    struct liked {
        struct bytes body;
        struct actor actor;
    } liked[UINT16_MAX + 1][LIKED_MAX]; /* accepted ones, to be varied */
    size_t liked_count[UINT16_MAX + 1];
    uint64_t steps;
} all;

static const char *text_of(struct id id)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&all.arena, id_format(id, text));
}

/* "Ast1" as "ast1_id", "RegisterEntry" as "register_entry_id". */
static const char *id_name(const struct aggregate *aggregate)
{
    char name[64];
    size_t len = 0;
    for (const char *c = aggregate->name; *c != '\0' && len < 50; c++) {
        bool upper = *c >= 'A' && *c <= 'Z';
        if (upper && len > 0) {
            name[len++] = '_';
        }
        name[len++] = (char)(upper ? *c - 'A' + 'a' : *c);
    }
    (void)snprintf(name + len, sizeof(name) - len, "_id");
    return arena_strdup(all.messages.arena, name);
}

/* ---- what holds for every event ---- */

static void check_wire(const struct event *event)
{
    const struct message_type *type = message_by_number(event->type);
    ProtobufCMessage *decoded = NULL;
    if (message_decode(type, message_encode(event->body, &all.arena), &all.arena, &decoded) != 0) {
        fail_msg("event %s does not keep its bounds", type->name);
    }
}

static const struct domain_case *case_of(const struct domain *w, struct id id)
{
    for (size_t i = 0; i < w->case_count; i++) {
        if (id_equal(w->cases[i]->id, id)) {
            return w->cases[i];
        }
    }
    return NULL;
}

/* A deadline moves by ending and being set, never by standing twice; its day is what the period says. */
static void check_deadline(const struct domain *w, const struct event *event)
{
    const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)event->body;
    const struct domain_case *c = case_of(w, event->case_id);
    size_t open = 0;
    if (c == NULL || set->n_recipients == 0) {
        return; /* a timer */
    }
    for (size_t i = 0; i < c->deadline_count; i++) {
        open += !c->ended[i] && strcmp(c->deadlines[i].rule, set->rule) == 0 &&
                strcmp(c->deadlines[i].item, set->item) == 0;
    }
    if (open > 1) {
        fail_msg("%s: %zu deadlines of %s \"%s\" stand open at once", c->aggregate->name, open,
                 set->rule, set->item);
    }
    if (!rule_is_listed(set->rule)) {
        fail_msg("a deadline by %s, which is no rule", set->rule);
    }
}

static void check_letter(const struct event *event)
{
    const Pb__Told *told = (const Pb__Told *)event->body;
    char path[256];
    (void)snprintf(path, sizeof(path), "services/notification/templates/%s.txt", told->template_);
    if (access(path, R_OK) != 0) {
        fail_msg("there is no letter %s", path);
    }
    if (!rule_is_listed(told->rule)) {
        fail_msg("a letter by %s, which is no rule", told->rule);
    }
}

static void check_entry(const struct event *event)
{
    const Pb__Posted *posted = (const Pb__Posted *)event->body;
    int64_t sum_pence = 0;
    for (size_t i = 0; i < posted->n_postings; i++) {
        sum_pence += posted->postings[i]->pence;
    }
    if (sum_pence != 0 || posted->n_postings < 2 || !rule_is_listed(posted->rule)) {
        fail_msg("the entry \"%s\" by %s comes to %" PRId64 " pence", posted->narrative,
                 posted->rule, sum_pence);
    }
}

static void check_events(void)
{
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        const struct domain *w = &all.joined.of[i];
        for (; all.checked[i] < w->log_count; all.checked[i]++) {
            const struct event *event = &w->log[all.checked[i]];
            check_wire(event);
            random_remember(&all.messages, event->body);
            if (event->type == MSG_DEADLINE_SET) {
                check_deadline(w, event);
            } else if (event->type == MSG_TOLD) {
                check_letter(event);
            } else if (event->type == MSG_POSTED) {
                check_entry(event);
            }
        }
    }
}

/* ---- what holds at the end of a sequence ---- */

static int64_t balance_pence(const struct domain *w, const char *account)
{
    int64_t sum_pence = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        const Pb__Posted *posted = (const Pb__Posted *)w->log[i].body;
        for (size_t k = 0; w->log[i].type == MSG_POSTED && k < posted->n_postings; k++) {
            if (strcmp(posted->postings[k]->account, account) == 0) {
                sum_pence += posted->postings[k]->pence;
            }
        }
    }
    return sum_pence;
}

static int64_t sum_of_year(Pb__YearSum *const *sums, size_t count, int year)
{
    int64_t pence = 0;
    for (size_t i = 0; i < count; i++) {
        pence += sums[i]->financial_year == year ? sums[i]->amount->pence : 0;
    }
    return pence;
}

/* What the lines of an authority and year come to: paid by whichever stream, less what was reversed. */
static int64_t lines_pence(const struct domain *w, struct id la_id, int year)
{
    int64_t pence = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type == MSG_STREAM_PAID) {
            const Pb__StreamPaid *paid = (const Pb__StreamPaid *)w->log[i].body;
            if (id_equal(field_id(paid->la_id), la_id)) {
                pence += paid->financial_year == year ? paid->line->amount->pence : 0;
                pence += sum_of_year(paid->carried, paid->n_carried, year);
            }
        } else if (w->log[i].type == MSG_LINE_REVERSED) {
            const Pb__LineReversed *reversed = (const Pb__LineReversed *)w->log[i].body;
            if (id_equal(field_id(reversed->la_id), la_id)) {
                pence -= sum_of_year(reversed->sums, reversed->n_sums, year);
            }
        }
    }
    return pence;
}

/* What was paid line by line is what the ledger says was paid; nobody reserves more than there is. */
static void check_budget(const struct domain *w, const struct domain_case *c)
{
    const Pb__Budget *budget = (const Pb__Budget *)c->state;
    struct id la_id = field_id(budget->la_id);
    int64_t paid_pence = lines_pence(w, la_id, budget->financial_year);
    int64_t entered_pence =
        balance_pence(w, accounts_of_la(la_id, budget->financial_year, ACCOUNTS_PAID, &all.arena));
    int64_t available_pence = balance_pence(
        w, accounts_of_la(la_id, budget->financial_year, ACCOUNTS_AVAILABLE, &all.arena));
    if (paid_pence != entered_pence) {
        fail_msg("a budget's lines come to %" PRId64 " pence and its ledger to %" PRId64,
                 paid_pence, entered_pence);
    }
    if (available_pence < 0) {
        fail_msg("a budget has %" PRId64 " pence available", available_pence);
    }
}

static void check_money(void)
{
    const struct domain *w = &all.joined.of[2];
    for (size_t i = 0; i < w->case_count; i++) {
        if (w->cases[i]->aggregate->kind == KIND_BUDGET) {
            check_budget(w, w->cases[i]);
        }
    }
}

/* ---- one command ---- */

struct target {
    struct domain *w;
    const struct route *route;
    struct id case_id;
    const struct domain_case *c; /* NULL: to be made */
};

static const struct route *any_route(const struct service *service,
                                     const struct aggregate *aggregate)
{
    const struct route *list[COMMANDS_MAX];
    size_t count = 0;
    for (size_t i = 0; service->routes[i].command != 0; i++) {
        const struct route *route = &service->routes[i];
        bool makes = route->creates || route->opens;
        if ((route->roles & ~MAY(SYSTEM)) != 0 &&
            (aggregate == NULL ? makes : route->aggregate == aggregate && !route->creates)) {
            list[count++] = route;
        }
    }
    return count == 0 ? NULL : list[random_below(&all.random, count)];
}

static struct target any_target(void)
{
    static const uint8_t weights[] = {0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4};
    struct target target = {NULL, NULL, {{0}}, NULL};
    while (target.route == NULL) {
        size_t i = weights[random_below(&all.random, COUNT(weights))];
        target.w = &all.joined.of[i];
        target.c = target.w->case_count == 0 || random_is(&all.random, 150)
                       ? NULL
                       : target.w->cases[random_below(&all.random, target.w->case_count)];
        target.route = any_route(joined_services[i], target.c == NULL ? NULL : target.c->aggregate);
    }
    if (target.c != NULL) {
        target.case_id = target.c->id;
    } else {
        uint64_t n = ++all.messages.names;
        struct bytes part = {(const uint8_t *)&n, sizeof(n)};
        target.case_id = id_derive("random case", &part, 1);
    }
    return target;
}

static uint64_t weight_of(const struct route *route)
{
    return 8 * all.accepted[route->command] + all.refused[route->command];
}

/* Of two, the one that was tried less often: so that the rare ones are reached. */
static struct target some_target(void)
{
    struct target a = any_target();
    struct target b = any_target();
    return weight_of(a.route) <= weight_of(b.route) ? a : b;
}

static Pb__Role some_role(uint32_t roles)
{
    if (random_is(&all.random, 40)) {
        return (Pb__Role)(1 + random_below(&all.random, PB__ROLE__SYSTEM - 1));
    }
    Pb__Role list[32];
    size_t count = 0;
    for (int role = 1; role < PB__ROLE__SYSTEM; role++) {
        if ((roles & (UINT32_C(1) << role)) != 0) {
            list[count++] = (Pb__Role)role;
        }
    }
    return list[random_below(&all.random, count)];
}

static bool is_organisation(struct id id)
{
    const struct domain *w = &all.joined.of[0];
    for (size_t i = 0; i < w->case_count; i++) {
        if (id_equal(w->cases[i]->id, id)) {
            return w->cases[i]->aggregate->kind == KIND_ORGANISATION;
        }
    }
    return false;
}

/* A case can be named from now on: by its kind, and an organisation also as what it is. */
static void know(const struct domain_case *c)
{
    if (c == NULL) {
        return; /* accepted, and nothing came of it */
    }
    random_remember_id(&all.messages, id_name(c->aggregate), c->id);
    if (c->aggregate->kind == KIND_ORGANISATION) {
        bool la = ((const Pb__Organisation *)c->state)->kind == PB__ORGANISATION__KIND__LA;
        random_remember_id(&all.messages, la ? "la_id" : "school_id", c->id);
    }
}

/* Whatever is accepted, by chance or on the line, is remembered: to be varied, and for its values. */
static void hear(const struct domain *w, const struct command *command)
{
    size_t *count = &all.liked_count[command->type];
    all.accepted[command->type]++;
    know(case_of(w, command->case_id));
    random_remember(&all.messages, command->body);
    if (w->actor.role == PB__ROLE__SYSTEM) {
        return;
    }
    struct liked *liked = *count < LIKED_MAX
                              ? &all.liked[command->type][(*count)++]
                              : &all.liked[command->type][random_below(&all.random, LIKED_MAX)];
    *liked = (struct liked){message_encode(command->body, &all.kept), w->actor};
}

static const struct liked *liked_before(uint16_t command)
{
    size_t count = all.liked_count[command];
    return count == 0 || random_is(&all.random, 300)
               ? NULL
               : &all.liked[command][random_below(&all.random, count)];
}

/* Somebody who is near to the case: named by it or by the message. */
static struct actor some_actor(const struct target *target, const ProtobufCMessage *body)
{
    struct id near[2 * IDS_MAX];
    struct actor actor = {.role = some_role(target->route->roles), .client = "test"};
    size_t count = random_ids_in(body, near, IDS_MAX);
    const struct domain_case *c = target->c;
    for (size_t i = 0; c == NULL && i < count; i++) {
        c = case_of(target->w, near[i]); /* the case that the message is about */
    }
    if (c != NULL) {
        count += random_ids_in(c->state, near + count, IDS_MAX);
    }
    for (int tries = 0; tries < 8 && count > 0; tries++) {
        struct id id = near[random_below(&all.random, count)];
        if (is_organisation(id)) {
            actor.organisation_id = id;
        } else {
            actor.person_id = id;
        }
    }
    if (id_is_zero(actor.person_id) || random_is(&all.random, 100)) {
        actor.person_id = random_id(&all.messages, "person_id");
    }
    if (id_is_zero(actor.organisation_id) || random_is(&all.random, 100)) {
        actor.organisation_id = random_id(&all.messages, "organisation_id");
    }
    return actor;
}

/* Cases whose id follows from what they are about. */
static struct id case_id_for(const struct target *target, const ProtobufCMessage *body)
{
    if (target->route->command == MSG_SET_BUDGET && random_is(&all.random, 950)) {
        const Pb__SetBudget *set = (const Pb__SetBudget *)body;
        return case_id_budget(field_id(set->la_id), set->financial_year, (int)set->funding_source);
    }
    if (target->route->command == MSG_SET_LA_POLICY && random_is(&all.random, 950)) {
        return case_id_la_policy(field_id(((const Pb__SetLaPolicy *)body)->la_id));
    }
    return target->case_id;
}

static void check_answer(const struct target *target)
{
    const struct domain_answer *answer = &target->w->answer;
    if (answer->status == DOMAIN_REFUSED) {
        all.refused[target->route->command]++;
        (void)snprintf(all.why[target->route->command], sizeof(all.why[0]), "%s %s: %s %s",
                       answer->refusal->rule, answer->refusal->code, answer->refusal->detail,
                       answer->refusal->n_errors > 0 ? answer->refusal->errors[0]->field : "");
        if (!rule_is_listed(answer->refusal->rule)) {
            fail_msg("refused by %s, which is no rule", answer->refusal->rule);
        }
    }
}

static bool send_some(const struct target *target)
{
    enum { ONE_IN = 8 };
    const struct message_type *type = message_by_number(target->route->command);
    const struct liked *liked = liked_before(target->route->command);
    ProtobufCMessage *body = liked == NULL
                                 ? random_message(&all.messages, type)
                                 : random_variant(&all.messages, type, liked->body, ONE_IN);
    struct domain *w = target->w;
    (void)snprintf(doing + strlen(doing), sizeof(doing) - strlen(doing), " %s", type->name);
    w->actor =
        liked != NULL && random_is(&all.random, 500) ? liked->actor : some_actor(target, body);
    domain_send(w, text_of(case_id_for(target, body)), target->route->command, body);
    check_answer(target);
    return w->answer.status == DOMAIN_ACCEPTED;
}

static void step(void)
{
    if (random_is(&all.random, 30)) {
        all.steps++;
        joined_pass_days(&all.joined, 1 + (int)random_below(&all.random, 25));
        all.messages.today = instant_date(all.joined.of[0].now_us);
    } else {
        struct target target = some_target();
        bool done = false;
        for (int tries = 0; tries < TRIES_MAX && !done; tries++) {
            all.steps++;
            done = send_some(&target);
        }
    }
    joined_settle(&all.joined);
    check_events();
    arena_reset(&all.arena);
}

/* ---- sequences ---- */

static void begin(uint64_t seed)
{
    static const char *const days[] = {LINE_BEGINS,  LINE_BEGINS,  LINE_BEGINS, "2006-09-04",
                                       "2010-04-12", "2013-02-04", "2022-06-01"};
    all.random = random_of(seed);
    const char *on = days[random_below(&all.random, COUNT(days))];
    line_begin(&all.joined, on);
    memset(all.checked, 0, sizeof(all.checked));
    all.messages = (struct random_messages){
        .arena = &all.joined.of[1].arena,
        .random = &all.random,
        .editions = &all.joined.of[0].editions,
        .today = instant_date(all.joined.of[0].now_us),
        .names = seed << 32,
    };
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        all.joined.of[i].heard = hear;
    }
    for (size_t i = 0; i < all.joined.of[0].case_count; i++) {
        know(all.joined.of[0].cases[i]);
    }
    check_events();
    all.joined.misses = random_is(&all.random, 300);
    int steps = strcmp(on, LINE_BEGINS) == 0 ? (int)random_below(&all.random, 16) : 0;
    for (int n = 0; n < steps && line_step(&all.joined, n); n++) {
        check_events();
    }
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    uint64_t number = otherwise;
    if (text != NULL && str_u64_whole(text, UINT32_MAX, &number) != 0) {
        fail_msg("%s is no number: %s", name, text);
    }
    return number;
}

static size_t accepted_kinds(void)
{
    size_t count = 0;
    for (size_t i = 0; i <= UINT16_MAX; i++) {
        count += all.accepted[i] > 0;
    }
    return count;
}

static void tell_all(void)
{
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        for (const struct route *r = joined_services[i]->routes; r->command != 0; r++) {
            (void)fprintf(stderr, "%8" PRIu64 " accepted %8" PRIu64 " refused  %s  %s\n",
                          all.accepted[r->command], all.refused[r->command],
                          message_by_number(r->command)->name, all.why[r->command]);
        }
    }
}

static void GEN_3__whatever_is_sent_in_whatever_order_no_promise_is_broken(void **state)
{
    (void)state;
    uint64_t steps = setting("STEPS", STEPS_USUAL);
    uint64_t seed = setting("SEED", 1);
    read_rules();
    arena_init(&all.arena);
    arena_init(&all.kept);
    while (all.steps < steps) {
        uint64_t until = all.steps + STEPS_A_WORLD;
        begin(seed);
        while (all.steps < until) {
            (void)snprintf(doing, sizeof(doing), "sequence %" PRIu64 ", step %" PRIu64 ":", seed,
                           all.steps + STEPS_A_WORLD - until);
            step();
        }
        check_money();
        joined_stop(&all.joined);
        seed++;
    }
    arena_fini(&all.arena);
    arena_fini(&all.kept);
    if (getenv("TELL") != NULL) {
        tell_all();
    }
    if (steps >= STEPS_USUAL && accepted_kinds() < COMMANDS_FLOOR) {
        fail_msg("only %zu different commands were ever accepted", accepted_kinds());
    }
    doing[0] = '\0';
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(GEN_3__whatever_is_sent_in_whatever_order_no_promise_is_broken,
                                  tell_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
