/*
 * The standing of a person. Invariant: the first pass stands for good, and of assessments that were not
 * met the last by its day is kept, in whatever order they are told.
 */
#include "ast_standing.h"

#include "form.h"
#include "kinds.h"

struct id ast_standing_id(struct id person_id)
{
    const struct bytes part = {person_id.b, sizeof(person_id.b)};
    return id_derive("ast-standing", &part, 1);
}

static void note_pass(struct decision *d, const Pb__AstStanding *self)
{
    const Pb__NoteAstPass *note = (const Pb__NoteAstPass *)d->given->command->body;
    if (self != NULL && self->passed_on != 0) {
        return;
    }
    Pb__AstPassNoted *event = FORM_NEW(d->arena, AstPassNoted, ast_pass_noted);
    event->person_id = note->person_id;
    event->register_number = note->register_number;
    event->passed_on = note->passed_on;
    decision_emit(d, MSG_AST_PASS_NOTED, &event->base);
}

static void note_not_met(struct decision *d, const Pb__AstStanding *self)
{
    const Pb__NoteAstNotMet *note = (const Pb__NoteAstNotMet *)d->given->command->body;
    if (self != NULL && self->not_met_on > note->assessment_on) {
        return;
    }
    Pb__AstNotMetNoted *event = FORM_NEW(d->arena, AstNotMetNoted, ast_not_met_noted);
    event->person_id = note->person_id;
    event->ast1_id = note->ast1_id;
    event->assessment_on = note->assessment_on;
    decision_emit(d, MSG_AST_NOT_MET_NOTED, &event->base);
}

void ast_standing_note(const struct given *given, struct decision *d)
{
    const Pb__AstStanding *self = (const Pb__AstStanding *)given->state;
    if (given->command->type == MSG_NOTE_AST_PASS) {
        note_pass(d, self);
    } else {
        note_not_met(d, self);
    }
}

static void fold_passed(Pb__AstStanding *self, const Pb__AstPassNoted *event)
{
    self->person_id = event->person_id;
    self->register_number = event->register_number;
    self->passed_on = event->passed_on;
}

static void fold_not_met(Pb__AstStanding *self, const Pb__AstNotMetNoted *event)
{
    self->person_id = event->person_id;
    self->not_met_ast1_id = event->ast1_id;
    self->not_met_on = event->assessment_on;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    Pb__AstStanding *self = (Pb__AstStanding *)state;
    switch (event->type) {
    case MSG_AST_PASS_NOTED:
        fold_passed(self, (const Pb__AstPassNoted *)event->body);
        break;
    case MSG_AST_NOT_MET_NOTED:
        fold_not_met(self, (const Pb__AstNotMetNoted *)event->body);
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)arena;
    const Pb__AstStanding *self = (const Pb__AstStanding *)state;
    *ret = (struct case_index){
        .state = self->passed_on != 0 ? "passed" : "not_met",
        .person_ids = {field_id(self->person_id)},
        .label = "AST",
    };
}

const struct aggregate ast_standing_aggregate = {
    .kind = KIND_AST_STANDING,
    .name = "AstStanding",
    .state = &pb__ast_standing__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = MAY(CANDIDATE),
};
