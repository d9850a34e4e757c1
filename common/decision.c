/*
 * Fills a decision. The latch: once it is refused or waits, whatever else is decided has no effect, so
 * that decide() need not test after each step. Every id here derives from the message or from what the
 * thing is, never from chance, so that deciding the same message again gives the same decision.
 * Deadlines, which need the calendar, are in decision_deadline.c.
 */
#include "decision.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

/* Printf into the arena from a list of arguments already begun. */
static PRINTF(2, 0) char *format_list(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    require(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1);
    (void)vsnprintf(text, (size_t)len + 1, format, args);
    return text;
}

/* The id of the index-th thing of its kind that the message brings about. */
static struct id derived_id(const struct decision *d, const char *purpose, size_t index)
{
    const struct id message = d->given->command->message_id;
    const uint8_t number[4] = {(uint8_t)index, (uint8_t)(index >> 8), (uint8_t)(index >> 16),
                               (uint8_t)(index >> 24)};
    const struct bytes parts[] = {{message.b, sizeof(message.b)}, {number, sizeof(number)}};
    return id_derive(purpose, parts, COUNT(parts));
}

void decision_init(struct decision *d, struct arena *arena, const struct given *given)
{
    *d = (struct decision){.arena = arena, .given = given};
}

void decision_refuse(struct decision *d, const char *rule, const char *code, const char *next,
                     const char *detail, ...)
{
    if (decision_is_over(d)) {
        return;
    }
    Pb__Refusal *refusal = ARENA_NEW(d->arena, Pb__Refusal);
    pb__refusal__init(refusal);
    refusal->rule = arena_strdup(d->arena, rule);
    refusal->code = arena_strdup(d->arena, code);
    refusal->next = arena_strdup(d->arena, next);
    va_list args;
    va_start(args, detail);
    refusal->detail = format_list(d->arena, detail, args);
    va_end(args);
    d->refusal = refusal;
}

void decision_field(struct decision *d, const char *field, const char *problem, ...)
{
    if (d->wait) {
        return;
    }
    require(d->refusal);
    if (d->refusal->n_errors >= MESSAGE_LIST_MAX) {
        return;
    }
    Pb__FieldError *error = ARENA_NEW(d->arena, Pb__FieldError);
    pb__field_error__init(error);
    error->field = arena_strdup(d->arena, field);
    va_list args;
    va_start(args, problem);
    error->problem = format_list(d->arena, problem, args);
    va_end(args);
    Pb__Refusal *longer = arena_copy(d->arena, d->refusal, sizeof(*longer));
    *ARENA_PUSH(d->arena, longer->errors, longer->n_errors) = error;
    d->refusal = longer;
}

/* ---- what an operator has to mend (GEN-10) ---- */

/* The refusal just made is not kept, unless an earlier one stands. */
static void refuse_for_now(struct decision *d, const char *code, const char *next,
                           const char *detail)
{
    if (!decision_is_over(d)) {
        d->passing = true;
        decision_refuse(d, "GEN-10", code, next, "%s", detail);
    }
}

void decision_lacks_edition(struct decision *d, const char *revision)
{
    refuse_for_now(d, "edition-missing",
                   "Start the service once with the files of that edition, which it then keeps.",
                   arena_printf(d->arena, "Nothing can be decided: %s.",
                                editions_why_not(d->given->world->editions, revision, d->arena)));
}

void decision_lacks(struct decision *d, const struct edition *ed, const char *what)
{
    refuse_for_now(d, "edition-lacks",
                   arena_printf(d->arena,
                                "Ask the agency, whose operator puts what is decided by it under a "
                                "revision that does: attain move --from %s --to %s.",
                                ed->revision, ed->id),
                   arena_printf(d->arena,
                                "The edition %s, by which this is decided, does not say %s.",
                                ed->revision, what));
}

const struct edition_period *decision_period(struct decision *d, const struct edition *ed,
                                             const char *code)
{
    static const struct edition_period none = {.code = "", .rule = "", .title = ""};
    const struct edition_period *found = edition_period_find(ed, code);

    if (found == NULL) {
        decision_lacks(d, ed, arena_printf(d->arena, "the period \"%s\"", code));
    }
    return found == NULL ? &none : found;
}

void decision_wait(struct decision *d)
{
    if (!decision_is_over(d)) {
        d->wait = true;
    }
}

bool decision_is_over(const struct decision *d)
{
    return d->refusal || d->wait;
}

/* "AWAITING_FUNDING" as "awaiting funding". */
static char *state_words(const struct fsm *fsm, int state, struct arena *arena)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(fsm->states, state);
    char *text = arena_strdup(arena, value ? value->name : "unknown");
    for (char *c = text; *c; c++) {
        *c = *c == '_' ? ' ' : (char)tolower((unsigned char)*c);
    }
    return text;
}

/* The states from which some row accepts `on`, in words, or NULL; `ret_rule` is the first such row's rule. */
static const char *accepting_states(const struct fsm *fsm, uint16_t on, struct arena *arena,
                                    const char **ret_rule)
{
    const char *text = NULL;
    uint32_t set = 0;
    for (size_t i = 0; i < fsm->row_count; i++) {
        const struct fsm_row *row = &fsm->rows[i];
        if (row->on == on && !row->refuse) {
            *ret_rule = set == 0 ? row->rule : *ret_rule;
            set |= row->from;
        }
    }
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        const int state = fsm->states->values[i].value;
        if (set & AT(state)) {
            const char *name = state_words(fsm, state, arena);
            text = text ? arena_printf(arena, "%s or %s", text, name) : name;
        }
    }
    return text;
}

/* No row answers: says where the case stands and where it would have to stand. */
static void refuse_wrong_state(struct decision *d, const struct fsm *fsm, int state)
{
    const struct command *command = d->given->command;
    const char *asked = command->body ? command->body->descriptor->short_name : "this";
    const char *rule = "GEN-7";
    const char *when = accepting_states(fsm, command->type, d->arena, &rule);
    const char *next = when ? arena_printf(d->arena, "It is possible while the case is: %s.", when)
                            : "Look at the case for what is possible now.";
    if (state < 0) {
        decision_refuse(d, rule, "wrong-state", next, "There is no %s case yet for %s.", fsm->name,
                        asked);
        return;
    }
    decision_refuse(d, rule, "wrong-state", next, "%s is not possible: the %s case is %s.", asked,
                    fsm->name, state_words(fsm, state, d->arena));
}

const struct fsm_row *decision_step(struct decision *d, const struct fsm *fsm, int state)
{
    if (decision_is_over(d)) {
        return NULL;
    }
    const struct fsm_row *row = fsm_step(fsm, state, d->given->command->type, d->given);
    if (!row) {
        refuse_wrong_state(d, fsm, state);
        return NULL;
    }
    if (row->refuse) {
        decision_refuse(d, row->rule, row->refuse, row->next ? row->next : "", "%s", row->why);
        return NULL;
    }
    return row;
}

void decision_emit(struct decision *d, uint16_t type, const ProtobufCMessage *body)
{
    if (decision_is_over(d)) {
        return;
    }
    struct decided_event *event = ARENA_PUSH(d->arena, d->events, d->event_count);
    event->type = type;
    event->body = body;
}

Pb__Text *decision_text(struct decision *d, const char *text)
{
    if (!text || text[0] == '\0') {
        return NULL;
    }
    Pb__Text *reference = ARENA_NEW(d->arena, Pb__Text);
    pb__text__init(reference);
    if (decision_is_over(d)) {
        return reference;
    }
    const struct id record_id = derived_id(d, "record", d->record_count);
    struct decided_record *record = ARENA_PUSH(d->arena, d->records, d->record_count);
    record->record_id = record_id;
    record->text = arena_strdup(d->arena, text);
    record->digest = hash_keyed(d->given->world->digest_key, text_bytes(text));
    reference->record_id = id_field(record_id, d->arena);
    reference->digest.data = arena_copy(d->arena, record->digest.b, sizeof(record->digest.b));
    reference->digest.len = sizeof(record->digest.b);
    return reference;
}

void decision_release(struct decision *d, uint16_t kind, struct id key)
{
    if (!decision_is_over(d)) {
        struct decided_release *release = ARENA_PUSH(d->arena, d->releases, d->release_count);
        release->kind = kind;
        release->key = key;
    }
}

void decision_root(struct decision *d, struct id root_id)
{
    if (!decision_is_over(d)) {
        d->root_id = root_id;
    }
}

void decision_edition(struct decision *d, const struct edition *edition)
{
    if (!decision_is_over(d)) {
        d->edition = edition;
    }
}

/* "ast" of "ast-2013@…". */
static bool is_of_scheme_of(const char *revision, const char *other)
{
    const size_t len = strcspn(revision, "-");
    return strncmp(revision, other, len) == 0 && other[len] == '-';
}

void decision_move_edition(const struct given *given, struct decision *d)
{
    const Pb__MoveToEdition *command =
        (const Pb__MoveToEdition *)(const void *)given->command->body;
    const struct world *world = given->world;
    if (world->revision[0] == '\0' || !is_of_scheme_of(world->revision, command->revision)) {
        decision_refuse(
            d, "GEN-10", "another-scheme", "Name a revision of the scheme that the case is under.",
            "The case is under \"%s\", and cannot be put under \"%s\".",
            world->revision[0] == '\0' ? "no edition" : world->revision, command->revision);
        return;
    }
    if (editions_find(world->editions, command->revision) == NULL) {
        decision_refuse(d, "GEN-10", "edition-missing",
                        "Start the service with the files of that edition first.",
                        "This service does not know the revision \"%s\".", command->revision);
        return;
    }
    if (strcmp(world->revision, command->revision) == 0) {
        return;
    }
    Pb__EditionMoved *event = ARENA_NEW(d->arena, Pb__EditionMoved);
    pb__edition_moved__init(event);
    event->from = arena_strdup(d->arena, world->revision);
    event->revision = arena_strdup(d->arena, command->revision);
    event->reason = decision_text(d, command->reason);
    decision_emit(d, MSG_EDITION_MOVED, &event->base);
}

Pb__Recipient *decision_recipient(struct decision *d, struct id id, Pb__Role role)
{
    Pb__Recipient *recipient = ARENA_NEW(d->arena, Pb__Recipient);
    pb__recipient__init(recipient);
    recipient->id = id_field(id, d->arena);
    recipient->role = role;
    return recipient;
}

Pb__Recipient *decision_coordinator(struct decision *d, struct id la_id, int phase)
{
    Pb__Recipient *recipient = decision_recipient(d, la_id, PB__ROLE__LA_COORDINATOR);
    recipient->phase = (uint32_t)phase;
    return recipient;
}

static bool is_among(const Pb__Recipient *const *others, size_t count, const Pb__Recipient *one)
{
    for (size_t i = 0; i < count; i++) {
        if (others[i]->role == one->role && id_equal(field_id(others[i]->id), field_id(one->id))) {
            return true;
        }
    }
    return false;
}

Pb__Recipient **decision_recipients(struct decision *d, const Pb__Recipient *const *recipients,
                                    size_t count, size_t *ret_count)
{
    Pb__Recipient **copies = ARENA_ARRAY(d->arena, count, Pb__Recipient *);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_among(recipients, i, recipients[i])) {
            copies[(*ret_count)++] = arena_copy(d->arena, recipients[i], sizeof(*copies[i]));
        }
    }
    return copies;
}

void decision_about(struct decision *d, struct id person_id)
{
    d->about_person_id = person_id;
}

void decision_tell(struct decision *d, const char *rule, const char *template_name,
                   const Pb__Recipient *const *recipients, size_t count, ...)
{
    if (decision_is_over(d) || count == 0) {
        return;
    }
    Pb__Told *told = ARENA_NEW(d->arena, Pb__Told);
    pb__told__init(told);
    told->rule = arena_strdup(d->arena, rule);
    told->template_ = arena_strdup(d->arena, template_name);
    told->recipients = decision_recipients(d, recipients, count, &told->n_recipients);
    told->about_person_id = id_field(d->about_person_id, d->arena);
    va_list args;
    va_start(args, count);
    for (const char *name; (name = va_arg(args, const char *)) != NULL;) {
        const char *value = va_arg(args, const char *);
        require(value);
        Pb__Fact *fact = ARENA_NEW(d->arena, Pb__Fact);
        pb__fact__init(fact);
        fact->name = arena_strdup(d->arena, name);
        fact->value = arena_strdup(d->arena, value);
        *ARENA_PUSH(d->arena, told->facts, told->n_facts) = fact;
    }
    va_end(args);
    decision_emit(d, MSG_TOLD, &told->base);
}

/* The letter told last: made by decision_tell, and not given away before the decision is. */
static Pb__Told *last_told(const struct decision *d)
{
    size_t last = d->event_count;
    do {
        require(last != 0);
        last--;
    } while (d->events[last].type != MSG_TOLD);
    return (Pb__Told *)(uintptr_t)d->events[last].body;
}

void decision_tell_event(struct decision *d, struct id event_id)
{
    if (!decision_is_over(d)) {
        last_told(d)->event_id = id_field(event_id, d->arena);
    }
}

void decision_tell_text(struct decision *d, const char *name, const Pb__Text *text)
{
    if (decision_is_over(d)) {
        return;
    }
    Pb__Told *told = last_told(d);
    Pb__Fact *fact = ARENA_NEW(d->arena, Pb__Fact);
    pb__fact__init(fact);
    fact->name = arena_strdup(d->arena, name);
    fact->text = text == NULL ? NULL : arena_copy(d->arena, text, sizeof(*text));
    *ARENA_PUSH(d->arena, told->facts, told->n_facts) = fact;
}

static Pb__Posting *posting_new(struct arena *arena, const char *account, int64_t pence)
{
    Pb__Posting *posting = ARENA_NEW(arena, Pb__Posting);
    pb__posting__init(posting);
    posting->account = arena_strdup(arena, account);
    posting->pence = pence;
    return posting;
}

void decision_post(struct decision *d, const char *rule, const char *debit, const char *credit,
                   int64_t pence, const char *narrative)
{
    require(pence >= 1);
    size_t index = 0;
    for (size_t i = 0; i < d->event_count; i++) {
        index += d->events[i].type == MSG_POSTED;
    }
    Pb__Posted *posted = ARENA_NEW(d->arena, Pb__Posted);
    pb__posted__init(posted);
    posted->entry_id = id_field(derived_id(d, "entry", index), d->arena);
    posted->rule = arena_strdup(d->arena, rule);
    posted->narrative = arena_strdup(d->arena, narrative);
    posted->entered_on = d->given->world->today.days;
    posted->n_postings = 2;
    posted->postings = ARENA_ARRAY(d->arena, posted->n_postings, Pb__Posting *);
    posted->postings[0] = posting_new(d->arena, debit, pence);
    posted->postings[1] = posting_new(d->arena, credit, -pence);
    decision_emit(d, MSG_POSTED, &posted->base);
}

ProtobufCBinaryData id_field(struct id id, struct arena *arena)
{
    if (id_is_zero(id)) {
        return (ProtobufCBinaryData){0, NULL};
    }
    return (ProtobufCBinaryData){.len = sizeof(id.b),
                                 .data = arena_copy(arena, id.b, sizeof(id.b))};
}

struct id field_id(ProtobufCBinaryData field)
{
    return id_from_bytes((struct bytes){field.data, field.len});
}
