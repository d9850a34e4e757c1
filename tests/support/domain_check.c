/*
 * What every decision and every fold promises, checked whatever the test is about: purity, bodies that
 * are what their number says, private texts that stay in records, explained deadlines, folds that
 * agree with the table and with a refold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain_internal.h"

enum { CORE_EVENT_LAST = 109, STATE_MAX_BYTES = 64 * 1024 };

static void check_deadline(const Pb__DeadlineSet *set)
{
    if (set->title[0] == '\0' && set->n_recipients == 0 && set->n_reminders == 0) {
        return; /* a timer (decision_timer): it concerns nobody but its case */
    }
    struct date due_on = {set->due_on};
    if (set->due_at_us != date_end_us(due_on)) {
        fail_msg("%s: the deadline does not end with its day", set->rule);
    }
    if (set->arithmetic[0] == '\0' || set->title[0] == '\0' || set->n_recipients == 0) {
        fail_msg("%s: a deadline without title, arithmetic or anybody it concerns", set->rule);
    }
    for (size_t i = 1; i < set->n_reminders; i++) {
        if (set->reminders[i]->ordinal <= set->reminders[i - 1]->ordinal) {
            fail_msg("%s: reminders out of order", set->rule);
        }
    }
}

static void check_letter(const Pb__Told *told)
{
    if (told->template_[0] == '\0' || told->n_recipients == 0) {
        fail_msg("%s: a letter without template or recipient", told->rule);
    }
    for (const char *c = told->template_; *c != '\0'; c++) {
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-')) {
            fail_msg("%s: the template's name is not of kebab-case: %s", told->rule,
                     told->template_);
        }
    }
    for (size_t i = 0; i < told->n_recipients; i++) {
        if (told->recipients[i]->role == PB__ROLE__ROLE_NONE) {
            fail_msg("%s: letter %s to nobody in particular", told->rule, told->template_);
        }
    }
}

/* Law 9: what stands in a record stands in no event. */
static void check_private(const struct decision *d, struct bytes body, uint16_t type)
{
    enum { TOO_SHORT_TO_TELL_BYTES = 6 };
    for (size_t i = 0; i < d->record_count; i++) {
        const char *text = d->records[i].text;
        size_t len = strlen(text);
        if (len >= TOO_SHORT_TO_TELL_BYTES && body.len >= len &&
            memmem(body.data, body.len, text, len) != NULL) {
            fail_msg("event %u tells the text of a record: %s", (unsigned)type, text);
        }
    }
}

void domain_check_decided(struct domain *w, const struct decision *d)
{
    for (size_t i = 0; i < d->event_count; i++) {
        const struct decided_event *decided = &d->events[i];
        const struct message_type *type = message_by_number(decided->type);
        if (type == NULL || decided->body->descriptor != type->descriptor) {
            fail_msg("event %u has another body than its number says", (unsigned)decided->type);
        }
        check_private(d, message_encode(decided->body, &w->arena), decided->type);
        if (decided->type == MSG_DEADLINE_SET) {
            check_deadline((const Pb__DeadlineSet *)decided->body);
        } else if (decided->type == MSG_TOLD) {
            check_letter((const Pb__Told *)decided->body);
        }
    }
}

/* decide() is pure: asked twice it answers the same. */
void domain_check_repeatable(struct domain *w, const struct decision *first,
                             const struct decision *second)
{
    if ((first->refusal == NULL) != (second->refusal == NULL) ||
        first->event_count != second->event_count) {
        fail_msg("decide() answers differently when asked twice");
    }
    for (size_t i = 0; i < first->event_count; i++) {
        struct bytes a = message_encode(first->events[i].body, &w->arena);
        struct bytes b = message_encode(second->events[i].body, &w->arena);
        if (a.len != b.len || (a.len > 0 && memcmp(a.data, b.data, a.len) != 0)) {
            fail_msg("decide() gives event %u another body when asked twice",
                     (unsigned)first->events[i].type);
        }
    }
}

/* Number in the state's field "state", or -1 without one. */
int domain_state_number(const struct domain_case *c)
{
    if (c == NULL) {
        return -1;
    }
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(c->aggregate->state, "state");
    if (field == NULL) {
        return -1;
    }
    int value;
    memcpy(&value, (const char *)c->state + field->offset, sizeof value);
    return value;
}

/* Folding all events again gives the same bytes. */
void domain_check_refold(struct domain *w, const struct domain_case *c)
{
    ProtobufCMessage *again = message_new(c->aggregate->state, &w->arena);
    for (size_t i = 0; i < w->log_count; i++) {
        if (id_equal(w->log[i].case_id, c->id) && w->log[i].type > CORE_EVENT_LAST) {
            c->aggregate->evolve(again, &w->log[i], &w->arena);
        }
    }
    struct bytes a = message_encode(c->state, &w->arena);
    struct bytes b = message_encode(again, &w->arena);
    if (a.len != b.len || (a.len > 0 && memcmp(a.data, b.data, a.len) != 0)) {
        fail_msg("%s: a refold gives another state", c->aggregate->name);
    }
    if (a.len > STATE_MAX_BYTES) {
        fail_msg("%s: the state is larger than 64 KiB", c->aggregate->name);
    }
}

void domain_check_table(const struct domain_case *c, const struct fsm_row *row, int before,
                        size_t events)
{
    if (row == NULL || events == 0) {
        return;
    }
    if (row->refuse != NULL) {
        fail_msg("%s: accepted what row %s refuses", c->aggregate->name, row->refuse);
    }
    int to = row->to == STAYS ? before : row->to;
    if (domain_state_number(c) != to) {
        fail_msg("%s: the fold leads to state %d, the table to %d (%s)", c->aggregate->name,
                 domain_state_number(c), to, row->why);
    }
}

void domain_check_refusal(const Pb__Refusal *refusal)
{
    if (refusal->rule[0] == '\0' || refusal->code[0] == '\0' || refusal->detail[0] == '\0' ||
        refusal->next == NULL || refusal->next[0] == '\0') {
        fail_msg("refusal %s %s lacks its reason or what to do next", refusal->rule, refusal->code);
    }
}

void domain_check_new_deadline(const struct domain_case *c, const Pb__DeadlineSet *set)
{
    for (size_t i = 0; i < c->deadline_count; i++) {
        if (id_equal(c->deadlines[i].deadline_id, field_id(set->deadline_id))) {
            fail_msg("%s: deadline %s is set again under the id of an ended one: give it an item",
                     c->aggregate->name, set->rule);
        }
    }
}
