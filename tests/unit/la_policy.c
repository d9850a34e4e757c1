/*
 * What an authority lays down for its posts: its own coordinator sets it, everybody sees it, and its
 * term dates answer what other rules ask.
 */
#include "application/domain/la_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/terms.h"
#include "ast_given.h"
#include "case_id.h"
#include "kinds.h"
#include "la_given.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    ast_as_coordinator(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__LaPolicy *policy(struct domain *w)
{
    return (const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
}

static struct terms terms(struct domain *w)
{
    return (struct terms){policy(w)};
}

static struct date day(const char *on)
{
    return (struct date){domain_day(on)};
}

/* ---- the policy ---- */

static void AST_P7__an_authority_sets_its_own_policy_and_everybody_sees_it(void **state)
{
    struct domain *w = *state;
    la_send_policy(w, la_policy(w));
    domain_accepted(w);
    assert_int_equal(policy(w)->n_caps, 2);
    assert_int_equal(policy(w)->caps[0]->posts, 1);
    assert_int_equal(policy(w)->caps[1]->posts, 3);
    assert_string_equal(policy(w)->needs[0]->subject, "science");
    assert_string_equal(policy(w)->deadlines[0]->title, "Bids for posts from January");
    assert_true(
        id_equal(field_id(policy(w)->coordinators[0]->person_id), domain_id("coordinator")));
    assert_true(id_equal(field_id(policy(w)->grants_contact_id), domain_id("head")));
    assert_non_null(policy(w)->protocol);
    assert_non_null(policy(w)->outreach_time);
    assert_non_null(policy(w)->outreach_place);
    struct case_index index = domain_index(w, la_policy_name(w));
    assert_true(index.open_to_all);
    assert_true(id_equal(index.la_id, domain_id("la")));
}

static void AST_P7__the_coordinators_contact_is_shown_with_the_policy(void **state)
{
    struct domain *w = *state;
    Pb__SetLaPolicy *body = la_policy(w);
    body->coordinators[0]->name = arena_strdup(&w->arena, " ");
    body->coordinators[0]->email = arena_strdup(&w->arena, "");
    body->coordinators[0]->telephone = arena_strdup(&w->arena, "");
    la_send_policy(w, body);
    domain_refused_field(w, "coordinators[0].name");
    domain_refused_field(w, "coordinators[0].email");
    body->coordinators[0]->name = arena_strdup(&w->arena, "Cora Dinator");
    body->coordinators[0]->telephone = arena_strdup(&w->arena, "01632 960001");
    la_send_policy(w, body);
    domain_accepted(w);
    const Pb__PhaseCoordinator *kept = policy(w)->coordinators[0];
    assert_non_null(kept->contact);
    assert_string_equal(kept->name, "");
    assert_string_equal(kept->telephone, "");
    Pb__LaPolicy copy = *policy(w);
    domain_as(w, PB__ROLE__CANDIDATE, "teacher", NULL);
    la_policy_aggregate.veil(&copy.base, &w->actor, &w->arena);
    assert_non_null(copy.coordinators[0]->contact);
}

/* What is kept of a coordinator with that address and number, as it is shown. */
static const char *contact_of(struct domain *w, const char *email, const char *telephone)
{
    Pb__SetLaPolicy *body = la_policy(w);
    body->coordinators[0]->email = arena_strdup(&w->arena, email);
    body->coordinators[0]->telephone = arena_strdup(&w->arena, telephone);
    const struct seen_case seen[] = {
        {.kind = KIND_ORGANISATION, .state = domain_state(w, "la")},
        {.kind = KIND_PERSON, .state = domain_state(w, "coordinator")},
        {.kind = KIND_PERSON, .state = domain_state(w, "head")},
    };
    static const uint8_t key[32] = {1};
    const struct world world = {.actor = w->actor,
                                .digest_key = {key, sizeof(key)},
                                .seen = seen,
                                .seen_count = COUNT(seen)};
    const struct command command = {.case_id = case_id_la_policy(field_id(body->la_id)),
                                    .type = MSG_SET_LA_POLICY,
                                    .body = &body->base};
    const struct given given = {.command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w->arena, &given);
    la_policy_set(&given, &d);
    assert_null(d.refusal);
    return d.records[0].text;
}

static void AST_P7__a_contact_is_the_name_and_each_way_there_is(void **state)
{
    struct domain *w = *state;
    assert_string_equal(contact_of(w, "cora@la.example", "01632 960001"),
                        "Cora Dinator, cora@la.example, 01632 960001");
    assert_string_equal(contact_of(w, "cora@la.example", " "), "Cora Dinator, cora@la.example");
    assert_string_equal(contact_of(w, " ", "01632 960001"), "Cora Dinator, 01632 960001");
}

static void AST_P7__a_policy_set_again_is_replaced_whole(void **state)
{
    struct domain *w = *state;
    la_send_policy(w, la_policy(w));
    la_send_terms(w, la_terms_2012(w));
    Pb__SetLaPolicy *body = la_policy(w);
    body->n_caps = 0;
    body->n_needs = 0;
    la_send_policy(w, body);
    domain_accepted(w);
    assert_int_equal(policy(w)->n_caps, 0);
    assert_int_equal(policy(w)->n_needs, 0);
    assert_int_equal(policy(w)->revision, 2);
    assert_int_equal(policy(w)->n_years, 1);
}

static void AST_P7__no_authority_sets_anothers_policy(void **state)
{
    struct domain *w = *state;
    domain_as(w, PB__ROLE__LA_COORDINATOR, "stranger", "other-la");
    la_send_policy(w, la_policy(w));
    domain_refused(w, "GEN-6", "not-found");
    ast_as_coordinator(w);
    la_send_policy(w, la_policy(w));
    domain_as(w, PB__ROLE__LA_COORDINATOR, "stranger", "other-la");
    la_send_terms(w, la_terms_2012(w));
    domain_refused(w, "GEN-6", "not-found");
    ast_as_head(w);
    la_send_policy(w, la_policy(w));
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
}

static void AST_P7__a_policy_is_an_authoritys_and_under_its_own_name(void **state)
{
    struct domain *w = *state;
    ast_as_caseworker(w);
    Pb__SetLaPolicy *body = la_policy(w);
    domain_send(w, "elsewhere", MSG_SET_LA_POLICY, &body->base);
    domain_refused_field(w, "laId");
    body->la_id = domain_field(w, "school");
    domain_send(w, la_policy_name(w), MSG_SET_LA_POLICY, &body->base);
    domain_refused_field(w, "laId");
}

static void AST_P7__what_is_wrong_in_a_policy_is_named(void **state)
{
    struct domain *w = *state;
    Pb__SetLaPolicy *body = la_policy(w);
    body->caps[1]->phase = PB__ORGANISATION__PHASE__PRIMARY;
    body->needs[0]->subject = arena_strdup(&w->arena, " ");
    body->deadlines[0]->title = arena_strdup(&w->arena, "");
    body->deadlines[0]->due_on = 0;
    body->coordinators[0]->person_id = domain_field(w, "nobody");
    body->coordinators[0]->phase = PB__ORGANISATION__PHASE__PHASE_NONE;
    body->grants_contact_id = domain_field(w, "nobody");
    la_send_policy(w, body);
    domain_refused_field(w, "caps[1].phase");
    domain_refused_field(w, "needs[0].subject");
    domain_refused_field(w, "deadlines[0].title");
    domain_refused_field(w, "deadlines[0].dueOn");
    domain_refused_field(w, "coordinators[0].personId");
    domain_refused_field(w, "coordinators[0].phase");
    domain_refused_field(w, "grantsContactId");
    body = la_policy(w);
    body->caps[0]->phase = PB__ORGANISATION__PHASE__PHASE_NONE;
    la_send_policy(w, body);
    domain_refused_field(w, "caps[0].phase");
}

static void AST_P7__a_policy_names_as_many_people_as_there_are_or_none(void **state)
{
    struct domain *w = *state;
    Pb__SetLaPolicy *body = la_policy(w);
    Pb__PhaseCoordinator *second = DOMAIN_NEW(w, PhaseCoordinator, phase_coordinator);
    second->phase = PB__ORGANISATION__PHASE__PRIMARY;
    second->person_id = domain_field(w, "nobody");
    *ARENA_PUSH(&w->arena, body->coordinators, body->n_coordinators) = second;
    la_send_policy(w, body);
    domain_refused_field(w, "coordinators[1].personId");
    second->person_id = domain_field(w, "head");
    second->name = arena_strdup(&w->arena, "Hedley Head");
    second->email = arena_strdup(&w->arena, "head@school.example");
    la_send_policy(w, body);
    domain_accepted(w);
    assert_int_equal(policy(w)->n_coordinators, 2);
    body->n_coordinators = 0;
    body->grants_contact_id = (ProtobufCBinaryData){0, NULL};
    la_send_policy(w, body);
    domain_accepted(w);
    assert_int_equal(policy(w)->grants_contact_id.len, 0);
    assert_null(policy(w)->grants_contact);
}

static void AST_P7__the_grants_contact_is_shown_with_name_and_address(void **state)
{
    struct domain *w = *state;
    Pb__SetLaPolicy *body = la_policy(w);
    body->grants_contact_name = arena_strdup(&w->arena, " ");
    body->grants_contact_email = arena_strdup(&w->arena, "");
    la_send_policy(w, body);
    domain_refused(w, "AST-P7", "wrong-field");
    domain_refused_field(w, "grantsContactName");
    domain_refused_field(w, "grantsContactEmail");
    la_send_policy(w, la_policy(w));
    domain_accepted(w);
    assert_int_equal(policy(w)->grants_contact->record_id.len, 16);
    assert_int_equal(policy(w)->n_advisers, 0);
}

static void AST_O6__an_adviser_is_named_for_each_phase_and_can_be_reached(void **state)
{
    struct domain *w = *state;
    Pb__SetLaPolicy *body = la_policy(w);
    Pb__PhaseCoordinator *adviser = DOMAIN_NEW(w, PhaseCoordinator, phase_coordinator);
    adviser->person_id = domain_field(w, "nobody");
    *ARENA_PUSH(&w->arena, body->advisers, body->n_advisers) = adviser;
    la_send_policy(w, body);
    domain_refused_field(w, "advisers[0].phase");
    domain_refused_field(w, "advisers[0].personId");
    domain_refused_field(w, "advisers[0].name");
    domain_refused_field(w, "advisers[0].email");
    adviser->phase = PB__ORGANISATION__PHASE__PRIMARY;
    adviser->person_id = domain_field(w, "head");
    adviser->name = arena_strdup(&w->arena, "Ada Viser");
    adviser->telephone = arena_strdup(&w->arena, "01632 960002");
    la_send_policy(w, body);
    domain_accepted(w);
    assert_int_equal(policy(w)->n_advisers, 1);
    assert_true(id_equal(field_id(policy(w)->advisers[0]->person_id), domain_id("head")));
    assert_int_equal(policy(w)->advisers[0]->phase, PB__ORGANISATION__PHASE__PRIMARY);
    assert_int_equal(policy(w)->advisers[0]->contact->record_id.len, 16);
}

static void AST_P7__the_coordinator_of_the_posts_phase_is_written_to(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    body->arrangements_seen = 1;
    la_send_policy(w, la_policy(w));
    domain_accepted(w);
    ast_as_head(w);
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "post-to-confirm");
    assert_non_null(told);
    assert_int_equal(told->recipients[0]->role, PB__ROLE__LA_COORDINATOR);
    assert_int_equal(told->recipients[0]->phase, PB__ORGANISATION__PHASE__SECONDARY);
}

static void AST_P7__each_authority_has_one_policy_of_its_own(void **state)
{
    struct domain *w = *state;
    /* An authority that is not there has none, nor has a school, even by its own coordinator's word. */
    static const char *const others[] = {"ghost", "school"};
    for (size_t i = 0; i < COUNT(others); i++) {
        Pb__SetLaPolicy *body = la_policy(w);
        body->la_id = domain_field(w, others[i]);
        char name[ID_TEXT_BYTES];
        domain_as(w, PB__ROLE__LA_COORDINATOR, "coordinator", others[i]);
        domain_send(w, id_format(case_id_la_policy(field_id(body->la_id)), name), MSG_SET_LA_POLICY,
                    &body->base);
        domain_refused(w, "AST-P7", "wrong-field");
        domain_refused_field(w, "laId");
    }
}

static void AST_P7__posts_supported_are_shown_to_their_own_authority_alone(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__Role role;
        const char *organisation;
        size_t shown;
    } readers[] = {
        {PB__ROLE__LA_COORDINATOR, "la", 1},       {PB__ROLE__LA_FINANCE, "la", 1},
        {PB__ROLE__LA_COORDINATOR, "other-la", 0}, {PB__ROLE__HEADTEACHER, "la", 0},
        {PB__ROLE__HEADTEACHER, "school", 0},      {PB__ROLE__CANDIDATE, NULL, 0},
    };
    Pb__SupportedPost post;
    pb__supported_post__init(&post);
    Pb__SupportedPost *posts[] = {&post};
    for (size_t i = 0; i < COUNT(readers); i++) {
        Pb__LaPolicy *shown = DOMAIN_NEW(w, LaPolicy, la_policy);
        shown->la_id = domain_field(w, "la");
        shown->supported = posts;
        shown->n_supported = COUNT(posts);
        domain_as(w, readers[i].role, "coordinator", readers[i].organisation);
        assert_int_equal(la_policy_aggregate.veil(&shown->base, &w->actor, &w->arena),
                         readers[i].shown == 0);
        assert_int_equal(shown->n_supported, readers[i].shown);
    }
}

/* ---- places ---- */

static void take_place(struct domain *w, const char *post)
{
    Pb__TakePlace *body = DOMAIN_NEW(w, TakePlace, take_place);
    body->la_id = domain_field(w, "la");
    body->post_id = domain_field(w, post);
    body->school_id = domain_field(w, "school");
    body->phase = PB__ORGANISATION__PHASE__PRIMARY;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, la_policy_name(w), MSG_TAKE_PLACE, &body->base);
    domain_accepted(w);
}

static void give_place(struct domain *w, const char *post)
{
    Pb__GivePlace *body = DOMAIN_NEW(w, GivePlace, give_place);
    body->post_id = domain_field(w, post);
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, la_policy_name(w), MSG_GIVE_PLACE, &body->base);
    domain_accepted(w);
}

static void AST_P7__a_post_has_one_place_however_often_it_asks(void **state)
{
    struct domain *w = *state;
    take_place(w, "post");
    assert_string_equal(domain_index(w, la_policy_name(w)).state, "unset");
    ast_as_coordinator(w);
    la_send_policy(w, la_policy(w)); /* with one place a primary school */
    domain_accepted(w);
    assert_string_equal(domain_index(w, la_policy_name(w)).state, "set");
    take_place(w, "post");
    assert_non_null(domain_event(w, MSG_PLACE_TAKEN));
    assert_int_equal(policy(w)->n_supported, 1);
    take_place(w, "second");
    assert_non_null(domain_event(w, MSG_PLACE_REFUSED));
    give_place(w, "second");
    assert_int_equal(w->answer.event_count, 0); /* it never had one */
    give_place(w, "post");
    assert_int_equal(policy(w)->n_supported, 0);
    take_place(w, "second");
    assert_non_null(domain_event(w, MSG_PLACE_TAKEN));
}

static void AST_P7__an_authority_supports_a_bounded_number_of_posts(void **state)
{
    enum { PLACES = 1000 };
    struct domain *w = *state;
    take_place(w, "first");
    Pb__LaPolicy *full = (Pb__LaPolicy *)(uintptr_t)policy(w);
    for (int i = 1; i < PLACES - 1; i++) {
        Pb__PlaceTaken *taken = DOMAIN_NEW(w, PlaceTaken, place_taken);
        taken->la_id = domain_field(w, "la");
        taken->post_id = domain_field(w, arena_printf(&w->arena, "post-%d", i));
        const struct event event = {.type = MSG_PLACE_TAKEN, .body = &taken->base};
        la_policy_aggregate.evolve(&full->base, &event, &w->arena);
    }
    struct event last = {.type = MSG_PLACE_TAKEN};
    for (int i = 0; i < 2; i++) {
        Pb__TakePlace *asked = DOMAIN_NEW(w, TakePlace, take_place);
        asked->la_id = domain_field(w, "la");
        asked->post_id = domain_field(w, i == 0 ? "last" : "one too many");
        const struct command command = {.type = MSG_TAKE_PLACE, .body = &asked->base};
        const struct world world = {0};
        const struct given given = {.state = &full->base, .command = &command, .world = &world};
        struct decision d;
        decision_init(&d, &w->arena, &given);
        la_policy_take_place(&given, &d);
        assert_int_equal(d.event_count, 1);
        assert_int_equal(d.events[0].type, i == 0 ? MSG_PLACE_TAKEN : MSG_PLACE_REFUSED);
        last.body = d.events[0].body;
        if (i == 0) {
            la_policy_aggregate.evolve(&full->base, &last, &w->arena);
            assert_int_equal(full->n_supported, PLACES);
        }
    }
    assert_non_null(strstr(((const Pb__PlaceRefused *)last.body)->detail, "1000 posts"));
}

/* ---- term dates ---- */

static void AST_P7__term_dates_are_three_terms_in_order(void **state)
{
    struct domain *w = *state;
    la_send_policy(w, la_policy(w));
    Pb__SetTermDates *body = la_terms_2012(w);
    body->n_terms = 2;
    la_send_terms(w, body);
    domain_refused_field(w, "terms");
    body = la_terms_2012(w);
    body->terms[0]->season = PB__TERM__SEASON__SPRING;
    la_send_terms(w, body);
    domain_refused_field(w, "terms[0].season");
    body = la_terms_2012(w);
    body->terms[1]->begins_on = body->terms[0]->ends_on;
    la_send_terms(w, body);
    domain_refused_field(w, "terms[1].beginsOn");
    body = la_terms_2012(w);
    body->terms[0]->begins_on = domain_day("2012-08-31");
    la_send_terms(w, body);
    domain_refused_field(w, "terms[0].beginsOn");
    body = la_terms_2012(w);
    body->terms[2]->ends_on = domain_day("2013-09-01");
    la_send_terms(w, body);
    domain_refused_field(w, "terms[2].endsOn");
    body = la_terms_2012(w);
    body->terms[2]->half_term_ends_on = body->terms[2]->ends_on;
    la_send_terms(w, body);
    domain_refused_field(w, "terms[2].halfTermBeginsOn");
    body = la_terms_2012(w);
    body->first_year = 1066;
    la_send_terms(w, body);
    domain_refused_field(w, "firstYear");
    assert_int_equal(policy(w)->n_years, 0);
}

static void AST_P7__a_half_term_and_a_year_have_exact_bounds(void **state)
{
    struct domain *w = *state;
    la_send_policy(w, la_policy(w));
    const Pb__SetTermDates *dates = la_terms_2012(w);
    const int32_t begins_on = dates->terms[0]->begins_on;
    const int32_t ends_on = dates->terms[0]->ends_on;
    const struct {
        int32_t begins_on;
        int32_t ends_on;
        bool within;
    } half_terms[] = {
        {0, 0, true},
        {begins_on + 1, begins_on + 1, true},
        {ends_on - 1, ends_on - 1, true},
        {begins_on, begins_on + 1, false},
        {ends_on - 1, ends_on, false},
        {begins_on + 2, begins_on + 1, false},
        {begins_on + 1, 0, false},
        {0, begins_on + 1, false},
    };
    for (size_t i = 0; i < COUNT(half_terms); i++) {
        Pb__SetTermDates *body = la_terms_2012(w);
        body->terms[0]->half_term_begins_on = half_terms[i].begins_on;
        body->terms[0]->half_term_ends_on = half_terms[i].ends_on;
        la_send_terms(w, body);
        if (half_terms[i].within) {
            domain_accepted(w);
        } else {
            domain_refused_field(w, "terms[0].halfTermBeginsOn");
        }
    }
    Pb__SetTermDates *body = la_terms(w, 2012);
    body->terms[2]->ends_on = domain_day("2013-08-31");
    la_send_terms(w, body);
    domain_accepted(w);
    body = la_terms(w, 2012);
    body->terms[0]->ends_on = body->terms[0]->begins_on;
    la_send_terms(w, body);
    domain_refused_field(w, "terms[0].endsOn");
    for (int32_t year = 2003; year <= 2035; year += year == 2004 ? 30 : 1) {
        la_send_terms(w, la_terms(w, year));
        if (year == 2004 || year == 2034) {
            domain_accepted(w);
        } else {
            domain_refused_field(w, "firstYear");
        }
    }
}

static void AST_P7__term_dates_of_a_year_are_replaced_and_bounded(void **state)
{
    struct domain *w = *state;
    la_send_policy(w, la_policy(w));
    for (int32_t year = 2010; year < 2022; year++) {
        la_send_terms(w, la_terms(w, year));
        domain_accepted(w);
    }
    Pb__SetTermDates *again = la_terms(w, 2012);
    again->terms[2]->ends_on -= 1;
    la_send_terms(w, again);
    domain_accepted(w);
    assert_int_equal(policy(w)->n_years, 12);
    assert_int_equal(terms_term(terms(w), 2012, PB__TERM__SEASON__SUMMER)->ends_on,
                     again->terms[2]->ends_on);
    la_send_terms(w, la_terms(w, 2022));
    domain_refused(w, "AST-P7", "too-many-years");
}

static void AST_P7__a_day_is_in_its_term_and_school_year(void **state)
{
    struct domain *w = *state;
    la_send_policy(w, la_policy(w));
    la_send_terms(w, la_terms_2012(w));
    assert_int_equal(terms_year_of(day("2012-08-31")), 2011);
    assert_int_equal(terms_year_of(day("2012-09-01")), 2012);
    assert_string_equal(terms_year_words(2012, &w->arena), "2012-13");
    assert_string_equal(terms_year_words(1999, &w->arena), "1999-00");
    assert_int_equal(terms_at(terms(w), day("2012-09-05"))->season, PB__TERM__SEASON__AUTUMN);
    assert_null(terms_at(terms(w), day("2012-09-04")));
    assert_int_equal(terms_at(terms(w), day("2013-07-24"))->season, PB__TERM__SEASON__SUMMER);
    assert_null(terms_at(terms(w), day("2013-07-25")));
    assert_null(terms_at(terms(w), day("2013-10-01")));
    assert_null(terms_at((struct terms){NULL}, day("2012-10-01")));
    assert_null(terms_term(terms(w), 2013, PB__TERM__SEASON__SUMMER));
}

static void AST_S8__whole_terms_are_begun_after_and_ended(void **state)
{
    struct domain *w = *state;
    int missing = 0;
    la_send_policy(w, la_policy(w));
    la_send_terms(w, la_terms_2012(w));
    /* Begun on the very day is not begun after; ended on the very day is ended. */
    assert_int_equal(terms_whole_between(terms(w), day("2012-09-04"), day("2013-03-28")), 2);
    assert_int_equal(terms_whole_between(terms(w), day("2012-09-05"), day("2013-03-28")), 1);
    assert_int_equal(terms_whole_between(terms(w), day("2012-09-04"), day("2013-03-27")), 1);
    assert_int_equal(
        terms_whole_between((struct terms){NULL}, day("2012-09-04"), day("2013-07-24")), 0);
    assert_true(terms_cover(terms(w), day("2012-09-04"), day("2013-08-31"), &missing));
    assert_false(terms_cover(terms(w), day("2012-09-04"), day("2013-09-01"), &missing));
    assert_int_equal(missing, 2013);
    assert_false(terms_cover((struct terms){NULL}, day("2012-09-04"), day("2012-09-05"), &missing));
    assert_int_equal(missing, 2012);
}

static void AST_O7__school_days_leave_out_half_term_and_bank_holidays(void **state)
{
    struct domain *w = *state;
    la_send_policy(w, la_policy(w));
    la_send_terms(w, la_terms_2012(w));
    const Pb__Term *summer = terms_term(terms(w), 2012, PB__TERM__SEASON__SUMMER);
    /* 15 April to 24 July 2013: 73 weekdays, 6 May a bank holiday, 27 to 31 May half-term. */
    assert_int_equal(terms_school_days(summer, w->calendar), 67);
    assert_int_equal(terms_school_weeks(summer, w->calendar), 14);
    /* 5 September to 21 December 2012, a Wednesday to a Friday, half-term 29 October to 2 November. */
    const Pb__Term *autumn = terms_term(terms(w), 2012, PB__TERM__SEASON__AUTUMN);
    assert_int_equal(terms_school_days(autumn, w->calendar), 73);
    assert_int_equal(terms_school_weeks(autumn, w->calendar), 15);
    /* From a Friday to a Monday there are two days, each of a week of its own. */
    Pb__Term *brief = DOMAIN_NEW(w, Term, term);
    brief->begins_on = domain_day("2012-09-07");
    brief->ends_on = domain_day("2012-09-10");
    assert_int_equal(terms_school_days(brief, w->calendar), 2);
    assert_int_equal(terms_school_weeks(brief, w->calendar), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P7__an_authority_sets_its_own_policy_and_everybody_sees_it),
        TEST(AST_P7__the_coordinators_contact_is_shown_with_the_policy),
        TEST(AST_P7__a_contact_is_the_name_and_each_way_there_is),
        TEST(AST_P7__a_policy_set_again_is_replaced_whole),
        TEST(AST_P7__no_authority_sets_anothers_policy),
        TEST(AST_P7__a_policy_is_an_authoritys_and_under_its_own_name),
        TEST(AST_P7__what_is_wrong_in_a_policy_is_named),
        TEST(AST_P7__a_policy_names_as_many_people_as_there_are_or_none),
        TEST(AST_P7__each_authority_has_one_policy_of_its_own),
        TEST(AST_P7__posts_supported_are_shown_to_their_own_authority_alone),
        TEST(AST_P7__a_post_has_one_place_however_often_it_asks),
        TEST(AST_P7__an_authority_supports_a_bounded_number_of_posts),
        TEST(AST_P7__term_dates_are_three_terms_in_order),
        TEST(AST_P7__a_half_term_and_a_year_have_exact_bounds),
        TEST(AST_P7__term_dates_of_a_year_are_replaced_and_bounded),
        TEST(AST_P7__a_day_is_in_its_term_and_school_year),
        TEST(AST_P7__the_grants_contact_is_shown_with_name_and_address),
        TEST(AST_O6__an_adviser_is_named_for_each_phase_and_can_be_reached),
        TEST(AST_P7__the_coordinator_of_the_posts_phase_is_written_to),
        TEST(AST_S8__whole_terms_are_begun_after_and_ended),
        TEST(AST_O7__school_days_leave_out_half_term_and_bank_holidays),
    };
    return cmocka_run_group_tests_name("la_policy", tests, NULL, NULL);
}
