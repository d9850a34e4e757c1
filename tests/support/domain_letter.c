/*
 * A letter as its reader gets it, from the facts that a decision really tells, against its golden text in
 * tests/golden/letters/told/. Names are made up: no event holds any.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "domain.h"
#include "notification/letter.h"

static const char templates_dir[] = "services/notification/templates";

/* The facts of `told`; those that are records have some words. */
static Pb__Fact **facts_of(const Pb__Told *told, struct arena *arena)
{
    Pb__Fact **facts = ARENA_ARRAY(arena, told->n_facts + 1, Pb__Fact *);
    for (size_t i = 0; i < told->n_facts; i++) {
        facts[i] = arena_copy(arena, told->facts[i], sizeof(*told->facts[i]));
        if (facts[i]->text != NULL) {
            facts[i]->value = arena_strdup(arena, "What was written about it.");
        }
    }
    return facts;
}

void domain_letter(const struct domain *w, const Pb__Told *told)
{
    struct arena arena;
    struct templates templates;
    const char *problem = "";
    struct mail mail = {0};
    Pb__Message message;
    assert_non_null(told);
    arena_init(&arena);
    if (templates_load(templates_dir, &templates, &problem) != 0) {
        fail_msg("%s", problem);
    }
    const struct letter_office office = {&templates, "The assessment agency", "help@attain.example",
                                         "no-reply@attain.example", &w->editions};
    const struct template *t = templates_find(&templates, told->template_);
    assert_non_null(t);
    const struct letter_names names = {
        .recipient = "Alex Morgan",
        .about = told->about_person_id.len > 0 ? "Robin Hale" : "",
        .matter = strstr(t->body, "- Request: ") != NULL
                      ? "outreach in mathematics, at Meadow School"
                      : "AST mathematics, at Hillside School",
    };
    pb__message__init(&message);
    message.template_ = told->template_;
    message.rule = told->rule;
    message.message_id = arena_strdup(&arena, "<letter@attain>");
    message.facts = facts_of(told, &arena);
    message.n_facts = told->n_facts;
    if (letter_compose(&office, &message, &names, "alex@school.example", &arena, &mail, &problem) !=
        0) {
        fail_msg("%s: %s", told->template_, problem);
    }
    (void)mkdir("tests/golden/letters/told", 0777);
    domain_golden(arena_printf(&arena, "tests/golden/letters/told/%s.txt", told->template_),
                  arena_printf(&arena, "Subject: %s\n\n%s", mail.subject, mail.text));
    templates_fini(&templates);
    arena_fini(&arena);
}
