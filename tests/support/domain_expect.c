/*
 * What a test says after the act: the answer of the stage, its events and letters, and golden files.
 * Reads the stage and never changes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain.h"

static const char *const status_text[] = {
    [DOMAIN_ACCEPTED] = "accepted",   [DOMAIN_REFUSED] = "refused",
    [DOMAIN_WAITS] = "waits",         [DOMAIN_FORBIDDEN] = "forbidden to the role",
    [DOMAIN_NOT_FOUND] = "not found",
};

const ProtobufCMessage *domain_event(const struct domain *w, uint16_t type)
{
    for (size_t i = 0; i < w->answer.event_count; i++) {
        if (w->answer.events[i].type == type) {
            return w->answer.events[i].body;
        }
    }
    return NULL;
}

const Pb__Told *domain_told(const struct domain *w, const char *template_name)
{
    for (size_t i = 0; i < w->answer.event_count; i++) {
        const struct event *event = &w->answer.events[i];
        if (event->type == MSG_TOLD) {
            const Pb__Told *told = (const Pb__Told *)event->body;
            if (strcmp(told->template_, template_name) == 0) {
                return told;
            }
        }
    }
    return NULL;
}

static const Pb__Recipient *told_to(const Pb__Told *told, const char *name, Pb__Role role)
{
    for (size_t i = 0; i < told->n_recipients; i++) {
        const Pb__Recipient *to = told->recipients[i];
        if (to->role == role && id_equal(field_id(to->id), domain_id(name))) {
            return to;
        }
    }
    return NULL;
}

bool domain_tells(const Pb__Told *told, const char *name, Pb__Role role)
{
    return told_to(told, name, role) != NULL;
}

int domain_tells_phase(const Pb__Told *told, const char *la)
{
    const Pb__Recipient *to = told_to(told, la, PB__ROLE__LA_COORDINATOR);
    return to == NULL ? -1 : (int)to->phase;
}

const char *domain_fact(const Pb__Told *told, const char *name)
{
    for (size_t i = 0; i < told->n_facts; i++) {
        if (strcmp(told->facts[i]->name, name) == 0) {
            return told->facts[i]->value;
        }
    }
    return NULL;
}

bool domain_tells_text(const Pb__Told *told, const char *name)
{
    for (size_t i = 0; i < told->n_facts; i++) {
        if (strcmp(told->facts[i]->name, name) == 0) {
            return told->facts[i]->text != NULL;
        }
    }
    return false;
}

void domain_accepted(const struct domain *w)
{
    const Pb__Refusal *refusal = w->answer.refusal;
    if (refusal != NULL) {
        for (size_t i = 0; i < refusal->n_errors; i++) {
            print_error("%s: %s\n", refusal->errors[i]->field, refusal->errors[i]->problem);
        }
        fail_msg("refused by %s (%s): %s", refusal->rule, refusal->code, refusal->detail);
    }
    if (w->answer.status != DOMAIN_ACCEPTED) {
        fail_msg("%s", status_text[w->answer.status]);
    }
}

void domain_refused(const struct domain *w, const char *rule, const char *code)
{
    if (w->answer.status != DOMAIN_REFUSED) {
        fail_msg("%s, though %s %s should refuse it", status_text[w->answer.status], rule, code);
    }
    assert_string_equal(w->answer.refusal->rule, rule);
    assert_string_equal(w->answer.refusal->code, code);
}

void domain_refused_field(const struct domain *w, const char *field)
{
    if (w->answer.status != DOMAIN_REFUSED) {
        fail_msg("%s", status_text[w->answer.status]);
    }
    for (size_t i = 0; i < w->answer.refusal->n_errors; i++) {
        if (strcmp(w->answer.refusal->errors[i]->field, field) == 0) {
            return;
        }
    }
    fail_msg("the refusal does not name the field %s: %s", field, w->answer.refusal->detail);
}

void domain_refused_only(const struct domain *w, const char *field)
{
    domain_refused_field(w, field);
    assert_int_equal(w->answer.refusal->n_errors, 1);
}

void domain_refused_with(const struct domain *w, const char *words)
{
    if (w->answer.status != DOMAIN_REFUSED) {
        fail_msg("%s", status_text[w->answer.status]);
    }
    if (strstr(w->answer.refusal->detail, words) == NULL &&
        strstr(w->answer.refusal->next, words) == NULL) {
        fail_msg("the refusal does not say \"%s\": %s %s", words, w->answer.refusal->detail,
                 w->answer.refusal->next);
    }
}

void domain_golden(const char *name, const char *text)
{
    enum { GOLDEN_MAX_BYTES = 1024 * 1024 };
    char path[256];
    if (getenv("GOLDEN_SKIP") != NULL) {
        return; /* make mutate: a golden file notices every change and proves none */
    }
    (void)snprintf(path, sizeof path, "%s%s", strchr(name, '/') == NULL ? "tests/golden/" : "",
                   name);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        FILE *out = fopen(path, "w");
        if (out == NULL || fputs(text, out) == EOF || fclose(out) != 0) {
            fail_msg("%s cannot be written", path);
        }
        return;
    }
    FILE *in = fopen(path, "r");
    if (in == NULL) {
        fail_msg("%s is not there: run with GOLDEN_UPDATE=1 and read the difference", path);
        return;
    }
    char *stored = test_malloc(GOLDEN_MAX_BYTES);
    size_t len = fread(stored, 1, GOLDEN_MAX_BYTES - 1, in);
    stored[len] = '\0';
    (void)fclose(in);
    bool same = strcmp(stored, text) == 0;
    test_free(stored);
    if (!same) {
        fail_msg("%s differs from the table: run with GOLDEN_UPDATE=1 and read the difference",
                 path);
    }
}
