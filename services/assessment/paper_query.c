/*
 * A paper is rendered when it is asked for, from the case and its texts: it is stored nowhere twice. What
 * has not been sent is not there.
 */
#include "assessment/paper_query.h"

#include "assessment/paper.h"
#include "attain/v1/paper.pb-c.h"
#include "kinds.h"

static const struct editions *editions;

void paper_query_use(const struct editions *with)
{
    editions = with;
}

static void on_case(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    query_refuse(q, PB__STATUS__NOT_FOUND);
    if (err == 0 && PQntuples(result) == 1) {
        Pb__CaseView *view = query_case_view(q, result, 0);
        q->state = view->kind == KIND_ASSESSMENT ? view : NULL;
    }
    query_done(q, err);
}

static void answer(struct query *q, const Pb__Assessment *self, const struct edition *edition)
{
    const bool decision = q->type == MSG_GET_DECISION_PAPER;
    const Pb__Text *text = decision ? self->decision : self->feedback;
    if (text == NULL || edition == NULL) {
        return; /* not sent yet */
    }
    const struct paper paper = {
        .kind = decision ? PAPER_DECISION : PAPER_FEEDBACK,
        .assessment = self,
        .edition = edition,
        .text = text->text,
        .areas = self->areas,
        .area_count = decision ? 0 : self->n_areas,
        .sent_on = decision ? self->decided_on : self->feedback_on,
    };
    struct bytes pdf;
    Pb__Paper *shown = ARENA_NEW(&q->arena, Pb__Paper);
    pb__paper__init(shown);
    shown->pages = paper_render(&paper, &q->arena, &pdf);
    shown->pdf = (ProtobufCBinaryData){pdf.len, (uint8_t *)(uintptr_t)pdf.data};
    query_answer(q, MSG_PAPER, &shown->base);
}

static void on_texts(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__CaseView *view = q->state;
    if (err == 0 && q->err == 0 && view != NULL) {
        query_fill_texts(q, &view, 1, result);
        const Pb__Assessment *self =
            pb__assessment__unpack(&q->arena.protobuf, view->state.len, view->state.data);
        if (self != NULL) {
            answer(q, self, editions_find(editions, view->edition));
        }
    }
    query_done(q, err);
}

void paper_query_ask(struct query *q)
{
    /* Both questions name the case in their first field alone. */
    const struct id case_id =
        field_id(((const Pb__GetDecisionPaper *)(const void *)q->body)->assessment_case_id);
    struct pg_params p;
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, case_id);
    query_send(q, "read_case", &p, on_case);
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, &case_id, 1);
    query_send(q, "read_texts", &p, on_texts);
}
