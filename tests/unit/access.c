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

#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "attain/v1/outreach.pb-c.h"
#include "domain.h"
#include "domain_internal.h"
#include "kinds.h"
#include "query.h"
#include "random_line.h"
#include "random_message.h"
#include "reading.h"

enum { ROLES = READING_ROLES };

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

/* "when agreed or advertised", or nothing when it is so in every state that is among `in`. */
static const char *when_words(const struct reading *r, uint32_t in, struct arena *arena)
{
    const char *text = "";
    if (in == (UINT32_C(1) << r->state_count) - 1) {
        return text;
    }
    for (size_t i = 0; i < r->state_count; i++) {
        if ((in & (UINT32_C(1) << i)) != 0) {
            char *state = arena_strdup(arena, r->states[i]);
            for (char *c = state; *c != '\0'; c++) {
                *c = *c == '_' ? ' ' : *c;
            }
            text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? " (when " : ", ", state);
        }
    }
    return arena_printf(arena, "%s)", text);
}

/* In which states `actor` reads the case whole, or in part. */
static uint32_t states_read(const struct reading *r, const struct actor *actor,
                            enum reading_part part)
{
    uint32_t in = 0;
    for (size_t i = 0; i < r->state_count; i++) {
        in |= reading_cell(r, i, actor) == part ? UINT32_C(1) << i : 0;
    }
    return in;
}

static const char *part_words(const struct reading *r, const struct actor *actor, const char *field,
                              enum reading_part part, const char *text, struct arena *arena)
{
    const uint32_t in = states_read(r, actor, part);
    const struct actor nobody = reading_actor(actor->role, NULL, false);
    if (in == 0 || in == states_read(r, &nobody, part)) {
        return text; /* not, or not more than whoever is signed in */
    }
    return arena_printf(arena, "%s%s%s%s%s", text, text[0] == '\0' ? "" : ", ", field,
                        part == READING_IN_PART ? " in part" : "", when_words(r, in, arena));
}

/* By which fields `role` reads such a case, and when. */
static const char *reads_as(const struct reading *r, Pb__Role role, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < r->path_count; i++) {
        const struct reading_path *path = &r->paths[i];
        for (int person = 1; person >= 0; person--) {
            const struct actor actor = reading_actor(role, path, person == 1);
            const char *field = arena_printf(
                arena, "`%s`%s", path->name,
                path->of_person && path->of_office && person == 0 ? " of an organisation" : "");
            if (person == 1 ? path->of_person : path->of_office) {
                text = part_words(r, &actor, field, READING_WHOLE, text, arena);
                text = part_words(r, &actor, field, READING_IN_PART, text, arena);
            }
        }
    }
    return text;
}

static const char *open_words(const struct reading *r, struct arena *arena)
{
    const struct actor stranger = reading_actor(PB__ROLE__CANDIDATE, NULL, false);
    const uint32_t whole = states_read(r, &stranger, READING_WHOLE);
    const uint32_t part = states_read(r, &stranger, READING_IN_PART);
    if ((whole | part) == 0) {
        return "";
    }
    return arena_printf(arena, "| *read*%s%s | whoever is signed in |\n",
                        part != 0 ? " in part" : "", when_words(r, whole | part, arena));
}

/* A line for those who read alike. */
static const char *readers(const struct aggregate *aggregate, struct arena *arena)
{
    struct reading r;
    const char *as[ROLES] = {NULL};
    reading_of(aggregate, arena, &r);
    const char *text = open_words(&r, arena);
    for (int role = 1; role < ROLES; role++) {
        as[role] = role_sees_all((Pb__Role)role) ? "" : reads_as(&r, (Pb__Role)role, arena);
    }
    for (int role = 1; role < ROLES; role++) {
        uint32_t alike = 0;
        for (int other = role; other < ROLES && as[role][0] != '\0'; other++) {
            if (other == role || strcmp(as[other], as[role]) == 0) {
                alike |= UINT32_C(1) << other;
            }
        }
        if (alike != 0) {
            text = arena_printf(arena, "%s| *read* as %s | %s |\n", text, as[role],
                                roles_words(alike, arena));
        }
        for (int other = ROLES - 1; other >= role; other--) {
            as[other] = (alike & (UINT32_C(1) << other)) != 0 ? "" : as[other];
        }
    }
    return text;
}

static const char *record_table(const struct service *service, const struct aggregate *aggregate,
                                struct arena *arena)
{
    const char *text = arena_printf(
        arena, "\n## %s\n\n| Action | Who |\n|---|---|\n| *read* | whoever reads all |\n%s",
        aggregate->name, readers(aggregate, arena));
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
    uint32_t personal = 0;
    arena_init(&arena);
    for (int role = 1; role < PB__ROLE__SYSTEM; role++) {
        all |= role_sees_all((Pb__Role)role) ? UINT32_C(1) << role : 0;
        personal |= role_is_personal((Pb__Role)role) ? UINT32_C(1) << role : 0;
    }
    const char *text = arena_printf(
        &arena,
        "# Who may do what\n\nEvery record, every action, every role (GEN-6), from the tables of routes and "
        "the indexes of cases. A role\nthat is not named may not; one that is may, on its own cases alone: a "
        "school's on the school's, an\nauthority's on the authority's, a candidate's on the candidate's, an "
        "assessor's on those given to them.\nAnybody else is told that there is no such case.\n\n"
        "Reads all, changes only what is listed: %s.\n\n"
        "Reads as a person alone, so that where they work opens nothing: %s.\n\n"
        "To read a case as a field is to be the person, or to act from the organisation, that it names there. "
        "What is\nread in part is without what is not for the role, and without its history.\n",
        roles_words(all, &arena), roles_words(personal, &arena));
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

/* ---- what is shown in part ---- */

/* A case of the kind in a state with something in every field, as `role` is shown it. */
static void *shown_to(uint16_t kind, Pb__Role role, size_t state, bool *ret_in_part,
                      struct arena *arena)
{
    const struct aggregate *aggregate = NULL;
    const struct actor actor = {.role = role, .client = ""};
    struct reading r;
    for (size_t i = 0; i < JOINED_SERVICES && aggregate == NULL; i++) {
        aggregate = service_aggregate(joined_services[i], kind);
    }
    assert_non_null(aggregate);
    reading_of(aggregate, arena, &r);
    ProtobufCMessage *shown = reading_state(&r, state);
    *ret_in_part = aggregate->veil(shown, &actor, arena);
    return shown;
}

static void GEN_6__who_signs_for_the_money_sees_neither_answers_nor_comments(void **state)
{
    static const Pb__Role whole[] = {PB__ROLE__CANDIDATE, PB__ROLE__HEADTEACHER, PB__ROLE__ASSESSOR,
                                     PB__ROLE__LA_COORDINATOR, PB__ROLE__LA_PERSONNEL};
    struct arena arena;
    bool in_part;
    (void)state;
    arena_init(&arena);
    const Pb__Ast1 *form =
        shown_to(KIND_AST1, PB__ROLE__LA_FINANCE, PB__AST1__STATE__COMMENTED, &in_part, &arena);
    assert_true(in_part);
    assert_int_equal(form->state, PB__AST1__STATE__COMMENTED);
    assert_int_equal(form->n_answers + form->n_comments, 0);
    assert_true(id_equal(field_id(form->post_id), domain_id("post_id")));
    assert_true(id_equal(field_id(form->declared_by_id), domain_id("declared_by_id")));
    for (size_t i = 0; i < COUNT(whole); i++) {
        form = shown_to(KIND_AST1, whole[i], PB__AST1__STATE__COMMENTED, &in_part, &arena);
        assert_false(in_part);
        assert_int_equal(form->n_answers + form->n_comments, 2);
    }
    arena_fini(&arena);
}

static void AST_S7__who_appoints_is_told_the_outcome_and_not_what_was_judged(void **state)
{
    static const Pb__Role told[] = {PB__ROLE__GOVERNING_BODY, PB__ROLE__SCHOOL,
                                    PB__ROLE__LA_COORDINATOR, PB__ROLE__LA_PERSONNEL};
    static const Pb__Role whole[] = {PB__ROLE__CANDIDATE, PB__ROLE__HEADTEACHER,
                                     PB__ROLE__LINE_MANAGER, PB__ROLE__ASSESSOR};
    struct arena arena;
    bool in_part;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT(told); i++) {
        const Pb__Assessment *self =
            shown_to(KIND_ASSESSMENT, told[i], PB__ASSESSMENT__STATE__DECIDED, &in_part, &arena);
        assert_true(in_part);
        assert_int_equal(self->state, PB__ASSESSMENT__STATE__DECIDED);
        assert_int_equal(self->n_judgements + self->n_contributors + self->n_programme, 0);
        assert_int_equal(self->decision_pages, 0);
        assert_true(id_equal(field_id(self->candidate_id), domain_id("candidate_id")));
    }
    for (size_t i = 0; i < COUNT(whole); i++) {
        const Pb__Assessment *self =
            shown_to(KIND_ASSESSMENT, whole[i], PB__ASSESSMENT__STATE__DECIDED, &in_part, &arena);
        assert_false(in_part);
        assert_int_equal(self->n_judgements, 1);
    }
    arena_fini(&arena);
}

static void AST_S7__the_outcome_is_told_once_the_decision_was_sent(void **state)
{
    const struct actor coordinator = {.role = PB__ROLE__LA_COORDINATOR, .client = ""};
    const struct aggregate *aggregate = service_aggregate(joined_services[1], KIND_ASSESSMENT);
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (int32_t decided_on = 0; decided_on < 2; decided_on++) {
        Pb__Assessment self;
        pb__assessment__init(&self);
        self.met = true;
        self.decided_on = decided_on;
        assert_true(aggregate->veil(&self.base, &coordinator, &arena));
        assert_int_equal(self.met, decided_on != 0);
    }
    arena_fini(&arena);
}

static void GEN_6__who_directs_outreach_sees_no_pay(void **state)
{
    static const Pb__Role directing[] = {PB__ROLE__LA_COORDINATOR, PB__ROLE__OUTREACH_ADVISER};
    struct arena arena;
    bool in_part;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT(directing); i++) {
        const Pb__Appointment *self = shown_to(KIND_APPOINTMENT, directing[i], 0, &in_part, &arena);
        assert_true(in_part);
        assert_null(self->salary);
        assert_null(self->reversion);
        assert_int_equal(self->n_ranges + self->n_incentives, 0);
        assert_int_equal(self->n_years, 1);
        assert_int_equal(self->n_key_stages, 0); /* no ids there: as it was */
        assert_true(id_equal(field_id(self->person_id), domain_id("person_id")));
    }
    const Pb__Appointment *whole =
        shown_to(KIND_APPOINTMENT, PB__ROLE__LA_PERSONNEL, 0, &in_part, &arena);
    assert_false(in_part);
    assert_non_null(whole->salary);
    assert_int_equal(whole->n_ranges + whole->n_incentives, 2);
    arena_fini(&arena);
}

/* Texts are left out of the states above; these are the ones that a person has. */
static void GEN_6__address_and_numbers_of_a_person_are_for_the_employer_and_the_person(void **state)
{
    const struct aggregate *aggregate = service_aggregate(joined_services[0], KIND_PERSON);
    const uint32_t employers = MAY(HEADTEACHER) | MAY(SCHOOL) | MAY(LA_PERSONNEL);
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (int role = 1; role < ROLES; role++) {
        for (int own = 0; own < 2; own++) {
            Pb__Text texts[4];
            Pb__Person self;
            pb__person__init(&self);
            self.person_id = id_field(domain_id("ann"), &arena);
            self.name = &texts[0];
            self.email = &texts[1];
            self.trn = &texts[2];
            self.set_number = &texts[3];
            const struct actor actor = {(Pb__Role)role, domain_id(own == 1 ? "ann" : "ben"),
                                        domain_id("school"), ""};
            const bool kept = own == 1 || role_is_in((Pb__Role)role, employers);
            assert_int_equal(aggregate->veil(&self.base, &actor, &arena), !kept);
            assert_ptr_equal(self.name, &texts[0]);
            assert_ptr_equal(self.email, kept ? &texts[1] : NULL);
            assert_ptr_equal(self.trn, kept ? &texts[2] : NULL);
            assert_ptr_equal(self.set_number, kept ? &texts[3] : NULL);
        }
    }
    arena_fini(&arena);
}

static void AST_A10__the_assessor_reads_the_evidence_from_the_day_on(void **state)
{
    struct arena arena;
    struct reading r;
    size_t whole = 0;
    (void)state;
    arena_init(&arena);
    reading_of(service_aggregate(joined_services[0], KIND_EVIDENCE_INDEX), &arena, &r);
    for (size_t i = 0; i < r.state_count; i++) {
        const struct actor assessor = {
            .role = PB__ROLE__ASSESSOR, .person_id = domain_id("assessor_person_id"), .client = ""};
        const enum reading_part seen = reading_cell(&r, i, &assessor);
        assert_int_equal(seen == READING_WHOLE, strcmp(r.states[i], "released") == 0);
        whole += seen == READING_WHOLE;
    }
    assert_int_equal(whole, 1);
    arena_fini(&arena);
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
        cmocka_unit_test(GEN_6__who_signs_for_the_money_sees_neither_answers_nor_comments),
        cmocka_unit_test(AST_S7__who_appoints_is_told_the_outcome_and_not_what_was_judged),
        cmocka_unit_test(AST_S7__the_outcome_is_told_once_the_decision_was_sent),
        cmocka_unit_test(GEN_6__who_directs_outreach_sees_no_pay),
        cmocka_unit_test(
            GEN_6__address_and_numbers_of_a_person_are_for_the_employer_and_the_person),
        cmocka_unit_test(AST_A10__the_assessor_reads_the_evidence_from_the_day_on),
        cmocka_unit_test(GEN_6__a_stranger_in_any_role_is_told_that_there_is_no_such_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
