/*
 * Points for subject, key stage, each strength that is asked for and offered, and district. Words are
 * compared without regard to capitals. A teacher who is excluded keeps the points, so that whoever directs
 * sees what is forgone.
 */
#include "outreach_match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "form.h"

static bool offers(char *const *list, size_t count, const char *asked)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(list[i], asked) == 0) {
            return true;
        }
    }
    return false;
}

static bool offers_subject(const Pb__Appointment *self, const char *asked)
{
    return offers(self->subjects, self->n_subjects, asked) ||
           (self->n_subjects == 0 && strcasecmp(self->subject, asked) == 0);
}

static bool offers_key_stage(const Pb__Appointment *self, Pb__KeyStage asked)
{
    for (size_t i = 0; i < self->n_key_stages; i++) {
        if (self->key_stages[i] == asked) {
            return true;
        }
    }
    return false;
}

static const char *excluded(const Pb__Appointment *self, struct id appointment_id,
                            const Pb__OutreachRequest *request)
{
    if (self->state == PB__APPOINTMENT__STATE__LEFT ||
        self->state == PB__APPOINTMENT__STATE__NOT_TAKEN) {
        return "The teacher is not in a post.";
    }
    if (id_equal(field_id(self->school_id), field_id(request->school_id))) {
        return "It is the teacher's own school.";
    }
    for (size_t i = 0; i < request->n_members; i++) {
        if (id_equal(field_id(request->members[i]->appointment_id), appointment_id)) {
            return "The teacher has been asked already.";
        }
    }
    return "";
}

Pb__OutreachFit *outreach_match(const Pb__Appointment *self, struct id appointment_id,
                                const Pb__OutreachRequest *request, const struct edition *ed,
                                struct arena *arena)
{
    const struct edition_outreach *weights = &ed->outreach;
    Pb__OutreachFit *fit = FORM_NEW(arena, OutreachFit, outreach_fit);
    fit->appointment_id = id_field(appointment_id, arena);
    fit->person_id = self->person_id;
    fit->director = self->director;
    fit->subject = offers_subject(self, request->subject) ? weights->subject_weight : 0;
    fit->key_stage = offers_key_stage(self, request->key_stage) ? weights->key_stage_weight : 0;
    for (size_t i = 0; i < request->n_strengths; i++) {
        fit->strengths += offers(self->strengths, self->n_strengths, request->strengths[i])
                              ? weights->strength_weight
                              : 0;
    }
    fit->district =
        request->district[0] != '\0' && strcasecmp(self->district, request->district) == 0
            ? weights->district_weight
            : 0;
    fit->score = fit->subject + fit->key_stage + fit->strengths + fit->district;
    fit->excluded = arena_strdup(arena, excluded(self, appointment_id, request));
    return fit;
}

static int by_fit(const void *a, const void *b)
{
    const Pb__OutreachFit *x = *(Pb__OutreachFit *const *)a;
    const Pb__OutreachFit *y = *(Pb__OutreachFit *const *)b;
    const bool x_out = x->excluded[0] != '\0';
    const bool y_out = y->excluded[0] != '\0';
    if (x_out != y_out) {
        return x_out ? 1 : -1;
    }
    if (x->score != y->score) {
        return x->score < y->score ? 1 : -1;
    }
    const struct id x_id = field_id(x->appointment_id);
    const struct id y_id = field_id(y->appointment_id);
    return memcmp(&x_id, &y_id, sizeof(x_id));
}

void outreach_match_sort(Pb__OutreachFit **fits, size_t count)
{
    if (count > 1) {
        qsort(fits, count, sizeof(fits[0]), by_fit);
    }
}
