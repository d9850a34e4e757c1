/*
 * A form AST1 that came back (AST-A12): the candidate, the head or the party that pays adds what is missing of theirs, each
 * in a time of their own that ends with it (AST-A13); with the last of it whoever sends the form on is asked to send it
 * again. A letter and a signature come with the sending, and are nobody's to add before.
 */
#include <string.h>

#include "ast1_internal.h"
#include "standards.h"

/* Who adds a part. */
enum owner { CANDIDATE, HEAD, FUNDER, OWNERS, SENDER };

static const char period[] = "ast1-complete";
static const char *const owner_names[OWNERS] = {
    [CANDIDATE] = "candidate", [HEAD] = "head", [FUNDER] = "funder"};

static enum owner owner_of(Pb__MissingPart__Part part)
{
    switch (part) {
    case PB__MISSING_PART__PART__ANSWER:
        return CANDIDATE;
    case PB__MISSING_PART__PART__COMMENT:
    case PB__MISSING_PART__PART__CAREER_STAGE:
        return HEAD;
    case PB__MISSING_PART__PART__FUNDING_DECLARATION:
        return FUNDER;
    case PB__MISSING_PART__PART__COVERING_LETTER:
    case PB__MISSING_PART__PART__SIGNATURE:
    case PB__MISSING_PART__PART__PART_NONE:
    case _PB__MISSING_PART__PART_IS_INT_SIZE:
        break;
    }
    return SENDER;
}

static bool owes(Pb__MissingPart *const *parts, size_t count, enum owner owner)
{
    for (size_t i = 0; i < count; i++) {
        if (owner_of(parts[i]->part) == owner) {
            return true;
        }
    }
    return false;
}

bool ast1_lacks(const Pb__Ast1 *self)
{
    bool lacks = false;
    for (enum owner owner = 0; owner < OWNERS; owner++) {
        lacks |= owes(self->missing_parts, self->n_missing_parts, owner);
    }
    return lacks;
}

bool ast1_is_missing(Pb__MissingPart *const *parts, size_t count, Pb__MissingPart__Part part,
                     const char *standard)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i]->part == part &&
            (standard == NULL || strcmp(parts[i]->standard, standard) == 0)) {
            return true;
        }
    }
    return false;
}

static bool is_of_standard(const Pb__MissingPart *part)
{
    return part->part == PB__MISSING_PART__PART__ANSWER ||
           part->part == PB__MISSING_PART__PART__COMMENT;
}

void ast1_check_named(struct decision *d, const struct edition *ed, const char *list,
                      Pb__MissingPart *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!form_is_chosen(&pb__missing_part__part__descriptor, (int)parts[i]->part)) {
            form_wrong_element(d, "AST-A12", list, i, "part", "This is no part of the form.");
        }
        if (is_of_standard(parts[i]) && edition_standard(ed, parts[i]->standard) == NULL) {
            form_wrong_element(d, "AST-A12", list, i, "standard",
                               "There is no such standard in this edition.");
        }
    }
}

/* ---- in words ---- */

/* As its reader would call it. */
static const char *part_words(struct decision *d, const Pb__MissingPart *part)
{
    switch (part->part) {
    case PB__MISSING_PART__PART__ANSWER:
        return arena_printf(d->arena, "the candidate's answer on standard %s", part->standard);
    case PB__MISSING_PART__PART__COMMENT:
        return arena_printf(d->arena, "the headteacher's comment on standard %s", part->standard);
    case PB__MISSING_PART__PART__CAREER_STAGE:
        return "the headteacher's word on the standards of the career stage";
    case PB__MISSING_PART__PART__FUNDING_DECLARATION:
        return "the funding declaration";
    case PB__MISSING_PART__PART__COVERING_LETTER:
        return "the letter that outlines the job";
    case PB__MISSING_PART__PART__SIGNATURE:
        return "a signature";
    case PB__MISSING_PART__PART__PART_NONE:
    case _PB__MISSING_PART__PART_IS_INT_SIZE:
        break;
    }
    return "";
}

/* As "the headteacher's comment on standard 3; a signature", of what `owner` adds (OWNERS: of all); "" where free text
 * alone says it. */
static const char *missing_words(struct decision *d, Pb__MissingPart *const *parts, size_t count,
                                 enum owner owner)
{
    const char *words = "";
    for (size_t i = 0; i < count; i++) {
        if (owner == OWNERS || owner_of(parts[i]->part) == owner) {
            words = arena_printf(d->arena, "%s%s%s", words, words[0] == '\0' ? "" : "; ",
                                 part_words(d, parts[i]));
        }
    }
    return words;
}

void ast1_check_parts(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    if (ast1_lacks(self)) {
        decision_refuse(
            d, "AST-A12", "parts-missing",
            "The candidate answers, the headteacher comments, the party that pays signs; then send "
            "it again.",
            "The form came back because parts of it were missing, and these still are: %s.",
            missing_words(d, self->missing_parts, self->n_missing_parts, OWNERS));
    }
}

/* ---- it goes back ---- */

static const Pb__Recipient *recipient_of(struct decision *d, enum owner owner)
{
    return owner == CANDIDATE ? ast1_candidate(d) : owner == HEAD ? ast1_head(d) : ast1_funder(d);
}

/* Each round has a time for each. */
static const char *part_item(struct decision *d, enum owner owner, uint32_t round)
{
    return arena_printf(d->arena, "%s-%u-%s", period, (unsigned)round, owner_names[owner]);
}

static bool is_same(const Pb__Recipient *a, const Pb__Recipient *b)
{
    return a->role == b->role && id_equal(field_id(a->id), field_id(b->id));
}

static void tell_part(struct decision *d, const struct fsm_row *row, const Pb__Recipient *owner,
                      const char *words, const Pb__Text *missing)
{
    const Pb__Recipient *to[] = {owner};
    decision_tell(d, row->rule, "ast1-part-missing", to, COUNT(to), "missing", words, "due-on",
                  form_due(d), NULL);
    decision_tell_text(d, "missing-text", missing);
}

/* The candidate is told of all that is missing, the others of their own; who sends the form is asked for the whole. */
static void ask_for_parts(struct decision *d, const struct fsm_row *row,
                          Pb__MissingPart *const *parts, size_t count, const Pb__Text *missing)
{
    for (enum owner owner = 0; owner < OWNERS; owner++) {
        const Pb__Recipient *to[] = {recipient_of(d, owner)};
        if (!owes(parts, count, owner) || is_same(to[0], ast1_sender(d))) {
            continue;
        }
        decision_deadline(d, decision_period(d, d->given->world->edition, period),
                          d->given->world->today, part_item(d, owner, ast1_round(d) + 1), to,
                          COUNT(to));
        if (owner != CANDIDATE) {
            tell_part(d, row, to[0], missing_words(d, parts, count, owner), missing);
        }
    }
}

void ast1_send_back(struct decision *d, const struct fsm_row *row, Pb__MissingPart **parts,
                    size_t count, Pb__Text *missing)
{
    Pb__Ast1Returned *event = FORM_NEW(d->arena, Ast1Returned, ast1_returned);
    event->missing = missing;
    event->parts = parts;
    event->n_parts = count;
    event->returned_on = d->given->world->today.days;
    decision_emit(d, row->emit, &event->base);
    ask_for_parts(d, row, parts, count, missing);
    const Pb__Recipient *candidate[] = {ast1_candidate(d)};
    const Pb__Recipient *sender[] = {ast1_sender(d)};
    ast1_chase(d, period, ast1_round(d) + 1, sender[0]);
    const char *due = form_due(d);
    const char *words = missing_words(d, parts, count, OWNERS);
    decision_tell(d, row->rule, "ast1-returned", candidate, COUNT(candidate), "missing", words,
                  "due-on", due, NULL);
    decision_tell_text(d, "missing-text", missing);
    decision_tell(d, row->rule, "ast1-to-complete", sender, COUNT(sender), "missing", words,
                  "due-on", due, NULL);
    decision_tell_text(d, "missing-text", missing);
}

/* ---- what was missing comes in ---- */

void ast1_part_added(struct decision *d, uint16_t type, const ProtobufCMessage *body)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    const struct event event = {.type = type, .body = body};
    Pb__Ast1 after = *self;
    ast1_aggregate.evolve(&after.base, &event, d->arena);
    for (enum owner owner = 0; owner < OWNERS; owner++) {
        if (!owes(after.missing_parts, after.n_missing_parts, owner)) {
            decision_period_met(d, period, part_item(d, owner, ast1_round(d)));
        }
    }
    if (ast1_lacks(&after)) {
        return;
    }
    const Pb__Recipient *sender[] = {ast1_sender(d)};
    ast1_chased(d, period);
    ast1_chase(d, "ast1-forward", ast1_round(d), sender[0]);
    decision_tell(d, "AST-A12", "ast1-completed", sender, COUNT(sender), "due-on", form_due(d),
                  NULL);
}

void ast1_answer(const struct given *given, struct decision *d)
{
    const Pb__AnswerAst1 *asked = (const Pb__AnswerAst1 *)given->command->body;
    const Pb__Ast1 *self = ast1_of(given);
    const struct edition *ed = given->world->edition;
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    standards_check_given(d, row->rule, ed, "answers", asked->answers, asked->n_answers);
    for (size_t i = 0; i < asked->n_answers; i++) {
        const char *standard = asked->answers[i]->standard;
        if (edition_standard(ed, standard) != NULL &&
            !ast1_is_missing(self->missing_parts, self->n_missing_parts,
                             PB__MISSING_PART__PART__ANSWER, standard)) {
            form_wrong_element(d, row->rule, "answers", i, "standard",
                               "The answer on this standard is not among what is missing.");
        }
    }
    Pb__Ast1Answered *event = FORM_NEW(d->arena, Ast1Answered, ast1_answered);
    event->answers = standards_record(d, asked->answers, asked->n_answers);
    event->n_answers = asked->n_answers;
    decision_emit(d, row->emit, &event->base);
    ast1_part_added(d, row->emit, &event->base);
}
