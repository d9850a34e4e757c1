/*
 * GEN-6 whole: role x record x action, derived from the tables of routes and from what each aggregate's
 * index says of its parties, so that a new command or record takes part by itself. The table is written to
 * tests/golden/access.md for people to read. Then every cell that refuses is tried: on real cases, along
 * the main line of a post, a stranger in every role that may send a command is told that there is no such
 * case. What the roles see is tried under row security by tests/store/visibility.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain_internal.h"
#include "kinds.h"
#include "query.h"
#include "random_line.h"
#include "random_message.h"

enum { ROLES = PB__ROLE__SYSTEM + 1, PARTIES_MAX = 9 };

/* Roles that act for the agency or for the programme, on whatever case: nobody is a stranger in them. */
static const uint32_t agency = MAY(CASEWORKER) | MAY(ADMINISTRATOR) | MAY(FUNDING_OFFICER) |
                               MAY(REVIEW_COORDINATOR) | MAY(REVIEW_OFFICER) | MAY(REVIEWER) |
                               MAY(MODERATOR) | MAY(LEAD_MODERATOR) | MAY(PARTICIPANT_MANAGER) |
                               MAY(AUDITOR) | MAY(SYSTEM);

/* What anybody in the role may do, to whichever case, because the act is about the actor alone. */
static const uint16_t open_to_the_role[] = {
    MSG_BOOK_WEBINAR,     /* for oneself */
    MSG_EXPRESS_INTEREST, /* for oneself */
};

/* ---- the table, to be read ---- */

static const char *role_words(int role, struct arena *arena)
{
    char *text = arena_strdup(arena, message_enum_text(&pb__role__descriptor, role, arena));
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    return text;
}

static const char *roles_words(uint32_t roles, struct arena *arena)
{
    const char *text = "";
    for (int role = 1; role < ROLES; role++) {
        if ((roles & (UINT32_C(1) << role)) != 0) {
            text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ",
                                role == PB__ROLE__SYSTEM ? "*the services themselves*"
                                                         : role_words(role, arena));
        }
    }
    return text;
}

/* A field of ids gets the id that its path means, "recipient.id", so that the index tells which are parties. */
static void name_id(ProtobufCMessage *state, const ProtobufCFieldDescriptor *f, const char *path,
                    struct arena *arena)
{
    uint8_t *at = (uint8_t *)state + f->offset;
    ProtobufCBinaryData field = id_field(domain_id(path), arena);
    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        ProtobufCBinaryData *items = arena_copy(arena, &field, sizeof(field));
        size_t count = 1;
        memcpy(at, &items, sizeof(items));
        memcpy((uint8_t *)state + f->quantifier_offset, &count, sizeof(count));
    } else {
        memcpy(at, &field, sizeof(field));
    }
}

/* Names every id of `state`; numbers are 1, from which some count. Returns the paths. */
static const char **name_ids(ProtobufCMessage *state, const char *before, struct arena *arena,
                             const char **paths, size_t *count)
{
    for (unsigned i = 0; i < state->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &state->descriptor->fields[i];
        const char *path = arena_printf(arena, "%s%s", before, f->name);
        uint8_t *at = (uint8_t *)state + f->offset;
        bool single = f->label != PROTOBUF_C_LABEL_REPEATED;
        if (f->type == PROTOBUF_C_TYPE_UINT32 && single) {
            memcpy(at, &(uint32_t){1}, sizeof(uint32_t));
        } else if (f->type == PROTOBUF_C_TYPE_BYTES) {
            name_id(state, f, path, arena);
            *ARENA_PUSH(arena, paths, *count) = path;
        } else if (f->type == PROTOBUF_C_TYPE_MESSAGE && single && before[0] == '\0') {
            ProtobufCMessage *part = message_new(f->descriptor, arena);
            memcpy(at, &part, sizeof(part));
            paths = name_ids(part, arena_printf(arena, "%s.", path), arena, paths, count);
        }
    }
    return paths;
}

static size_t parties_of(const struct case_index *index, struct id *ret)
{
    size_t count = 0;
    ret[count++] = index->la_id;
    for (size_t i = 0; i < COUNT(index->organisation_ids); i++) {
        ret[count++] = index->organisation_ids[i];
    }
    for (size_t i = 0; i < index->further_count && count < PARTIES_MAX - COUNT(index->person_ids);
         i++) {
        ret[count++] = index->further_ids[i];
    }
    for (size_t i = 0; i < COUNT(index->person_ids); i++) {
        ret[count++] = index->person_ids[i];
    }
    return count;
}

/* The fields of a state whose person or organisation may read the case. */
static const char *readers(const struct aggregate *aggregate, struct arena *arena)
{
    const char *text = "";
    ProtobufCMessage *state = message_new(aggregate->state, arena);
    struct case_index index = {.state = "", .label = ""};
    struct id parties[PARTIES_MAX];
    size_t path_count = 0;
    const char **paths = name_ids(state, "", arena, NULL, &path_count);
    aggregate->index(state, arena, &index);
    size_t count = parties_of(&index, parties);
    for (size_t i = 0; i < path_count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (id_equal(parties[k], domain_id(paths[i]))) {
                text = arena_printf(arena, "%s%s`%s`", text, text[0] == '\0' ? "" : ", ", paths[i]);
                break;
            }
        }
    }
    if (index.open_to_all) {
        return "whoever is signed in";
    }
    return text[0] == '\0' ? "nobody else" : arena_printf(arena, "whoever is named as %s", text);
}

static const char *record_table(const struct service *service, const struct aggregate *aggregate,
                                struct arena *arena)
{
    const char *text = arena_printf(
        arena, "\n## %s\n\n| Action | Who |\n|---|---|\n| *read* | %s; %s%s |\n", aggregate->name,
        "whoever reads all", readers(aggregate, arena), aggregate->veil == NULL ? "" : ", in part");
    for (const struct route *r = service->routes; r->command != 0; r++) {
        if (r->aggregate == aggregate) {
            text = arena_printf(arena, "%s| %s | %s |\n", text, message_by_number(r->command)->name,
                                roles_words(r->roles, arena));
        }
    }
    return text;
}

static void GEN_6__the_table_of_role_record_and_action_is_as_it_was_read(void **state)
{
    (void)state;
    struct arena arena;
    uint32_t all = 0;
    arena_init(&arena);
    for (int role = 1; role < PB__ROLE__SYSTEM; role++) {
        all |= role_sees_all((Pb__Role)role) ? UINT32_C(1) << role : 0;
    }
    const char *text = arena_printf(
        &arena,
        "# Who may do what\n\nEvery record, every action, every role (GEN-6), from the tables of routes and "
        "the indexes of cases. A role\nthat is not named may not; one that is may, on its own cases alone: a "
        "school's on the school's, an\nauthority's on the authority's, a candidate's on the candidate's, an "
        "assessor's on those given to them.\nAnybody else is told that there is no such case.\n\n"
        "Reads all, changes only what is listed: %s.\n",
        roles_words(all, &arena));
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        const struct aggregate *const *list = joined_services[i]->aggregates;
        for (size_t k = 0; list[k] != NULL; k++) {
            text = arena_printf(&arena, "%s%s", text,
                                record_table(joined_services[i], list[k], &arena));
        }
    }
    domain_golden("access.md", text);
    arena_fini(&arena);
}

static void GEN_6__an_auditor_changes_nothing(void **state)
{
    (void)state;
    assert_true(role_sees_all(PB__ROLE__AUDITOR));
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        for (const struct route *r = joined_services[i]->routes; r->command != 0; r++) {
            assert_int_equal(r->roles & (MAY(AUDITOR) | MAY(ROLE_NONE)), 0);
            assert_int_not_equal(r->roles, 0);
        }
    }
}

/* ---- every cell, by a stranger ---- */

static struct {
    struct joined joined;
    struct random random;
    struct random_messages messages;
    size_t tried;
    bool tried_command[UINT16_MAX + 1];
} all;

static bool is_open_to_the_role(uint16_t command)
{
    for (size_t i = 0; i < COUNT(open_to_the_role); i++) {
        if (open_to_the_role[i] == command) {
            return true;
        }
    }
    return false;
}

static void try_as_stranger(struct domain *w, const struct domain_case *c,
                            const struct route *route, Pb__Role role)
{
    const struct message_type *type = message_by_number(route->command);
    char text[ID_TEXT_BYTES];
    domain_as(w, role, "a stranger", "elsewhere");
    domain_send(w, id_format(c->id, text), route->command, random_message(&all.messages, type));
    all.tried++;
    all.tried_command[route->command] = true;
    if (w->answer.status != DOMAIN_REFUSED || strcmp(w->answer.refusal->rule, "GEN-6") != 0) {
        fail_msg("%s by a stranger as %s to a case %s is not answered as if it were not there: %s",
                 type->name, role_words(role, &w->arena), domain_state_name(w, text),
                 w->answer.refusal == NULL ? "accepted" : w->answer.refusal->detail);
    }
}

static void try_case(const struct service *service, struct domain *w, const struct domain_case *c)
{
    for (const struct route *r = service->routes; r->command != 0; r++) {
        if (r->aggregate != c->aggregate || r->creates || is_open_to_the_role(r->command)) {
            continue;
        }
        for (int role = 1; role < ROLES; role++) {
            if ((r->roles & ~agency & (UINT32_C(1) << role)) != 0) {
                try_as_stranger(w, c, r, (Pb__Role)role);
            }
        }
    }
}

static void try_all(void)
{
    for (size_t i = 0; i < JOINED_SERVICES; i++) {
        struct domain *w = &all.joined.of[i];
        size_t count = w->case_count;
        for (size_t k = 0; k < count; k++) {
            try_case(joined_services[i], w, w->cases[k]);
        }
    }
}

static void GEN_6__a_stranger_in_any_role_is_told_that_there_is_no_such_case(void **state)
{
    (void)state;
    all.random = random_of(1);
    line_begin(&all.joined, LINE_BEGINS);
    all.messages = (struct random_messages){
        .arena = &all.joined.of[0].arena,
        .random = &all.random,
        .editions = &all.joined.of[0].editions,
        .today = instant_date(all.joined.of[0].now_us),
    };
    try_all();
    for (int n = 0; line_step(&all.joined, n); n++) {
        try_all();
    }
    assert_true(all.tried > 200);
    assert_true(all.tried_command[MSG_AGREE_POST] && all.tried_command[MSG_JUDGE_ASSESSMENT]);
    joined_stop(&all.joined);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(GEN_6__the_table_of_role_record_and_action_is_as_it_was_read),
        cmocka_unit_test(GEN_6__an_auditor_changes_nothing),
        cmocka_unit_test(GEN_6__a_stranger_in_any_role_is_told_that_there_is_no_such_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
