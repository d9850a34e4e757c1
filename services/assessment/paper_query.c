/*
 * case and texts -> names, asked of application -> the paper. It is rendered when it is asked for: it is stored
 * nowhere twice. What has not been sent is not there; while application is away the question is answered as by a
 * process that is not active, and whoever asked asks again.
 */
#include "assessment/paper_query.h"

#include "assessment/paper.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/paper.pb-c.h"
#include "kinds.h"

static struct process *process;

void paper_query_use(struct process *with)
{
    process = with;
}

/* What is put together, callback by callback. */
struct making {
    Pb__CaseView *view;
    struct paper paper;
};

static uint16_t kind_asked(const struct query *q)
{
    return q->type == MSG_GET_REVIEW_PAPER ? KIND_REVIEW : KIND_ASSESSMENT;
}

static void on_case(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    struct making *making = q->state;
    query_refuse(q, PB__STATUS__NOT_FOUND);
    if (err == 0 && PQntuples(result) == 1) {
        Pb__CaseView *view = query_case_view(q, result, 0);
        making->view = view->kind == kind_asked(q) ? view : NULL;
    }
    query_done(q, err);
}

/* ---- what is sent ---- */

/* The paper of an assessment into `ret`; false while it has not been sent. */
static bool paper_of_assessment(struct query *q, const Pb__CaseView *view, struct paper *ret)
{
    const Pb__Assessment *self =
        pb__assessment__unpack(&q->arena.protobuf, view->state.len, view->state.data);
    const bool decision = q->type == MSG_GET_DECISION_PAPER;
    const Pb__Text *text = self == NULL ? NULL : decision ? self->decision : self->feedback;
    if (text == NULL) {
        return false;
    }
    *ret = (struct paper){
        .kind = decision ? PAPER_DECISION : PAPER_FEEDBACK,
        .assessment = self,
        .text = text->text,
        .areas = self->areas,
        .area_count = decision ? 0 : self->n_areas,
        .sent_on = decision ? self->decided_on : self->feedback_on,
        .review_by_on = self->review_by_on,
    };
    if (decision && self->certified_by_review) {
        ret->sent_on = self->certified_on;
    }
    return true;
}

static bool paper_of_review(struct query *q, const Pb__CaseView *view, struct paper *ret)
{
    const Pb__Review *self =
        pb__review__unpack(&q->arena.protobuf, view->state.len, view->state.data);
    if (self == NULL || self->reasons == NULL) {
        return false;
    }
    *ret = (struct paper){.kind = PAPER_REVIEW,
                          .review = self,
                          .text = self->reasons->text,
                          .sent_on = self->decided_on};
    return true;
}

/* ---- whom it is about ---- */

static void answer(struct query *q, const struct paper *paper)
{
    struct bytes pdf;
    Pb__Paper *shown = ARENA_NEW(&q->arena, Pb__Paper);
    pb__paper__init(shown);
    shown->pages = paper_render(paper, &q->arena, &pdf);
    shown->pdf = (ProtobufCBinaryData){pdf.len, (uint8_t *)(uintptr_t)pdf.data};
    query_answer(q, MSG_PAPER, &shown->base);
}

static void on_names(struct query *q, const Pb__Contacts *names)
{
    struct paper *paper = &((struct making *)q->state)->paper;
    paper->names = (struct paper_names){.candidate = names->contacts[0]->name,
                                        .school = names->matters[0]->title,
                                        .post = names->matters[1]->title,
                                        .post_school = names->matters[1]->school};
    answer(q, paper);
}

static void ask_names(struct query *q, ProtobufCBinaryData candidate_id,
                      ProtobufCBinaryData school_id, ProtobufCBinaryData post_id)
{
    Pb__GetContacts *asked = ARENA_NEW(&q->arena, Pb__GetContacts);
    Pb__Recipient *candidate = ARENA_NEW(&q->arena, Pb__Recipient);
    pb__recipient__init(candidate);
    candidate->id = candidate_id;
    candidate->role = PB__ROLE__CANDIDATE;
    pb__get_contacts__init(asked);
    *ARENA_PUSH(&q->arena, asked->recipients, asked->n_recipients) = candidate;
    *ARENA_PUSH(&q->arena, asked->matters, asked->n_matters) = school_id;
    *ARENA_PUSH(&q->arena, asked->matters, asked->n_matters) = post_id;
    query_contacts(q, &process->peers[PB__SERVICE__APPLICATION], asked, on_names);
}

/* Asks for the names on what has been sent. */
static void go_on(struct query *q, const PGresult *result)
{
    struct making *making = q->state;
    Pb__CaseView *view = making->view;
    struct paper *paper = &making->paper;
    query_fill_texts(q, &view, 1, result);
    const bool sent = kind_asked(q) == KIND_REVIEW ? paper_of_review(q, view, paper)
                                                   : paper_of_assessment(q, view, paper);
    paper->edition = editions_find(&process->editions, view->edition);
    if (!sent || paper->edition == NULL) {
        return;
    }
    if (paper->kind == PAPER_REVIEW) {
        ask_names(q, paper->review->candidate_id, paper->review->candidate_school_id,
                  paper->review->post_id);
    } else {
        ask_names(q, paper->assessment->candidate_id, paper->assessment->candidate_school_id,
                  paper->assessment->post_id);
    }
}

static void on_texts(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const struct making *making = q->state;
    if (err == 0 && q->err == 0 && making->view != NULL) {
        go_on(q, result);
    }
    query_done(q, err);
}

void paper_query_ask(struct query *q)
{
    /* Every such question names the case in its first field alone. */
    const struct id case_id =
        field_id(((const Pb__GetDecisionPaper *)(const void *)q->body)->assessment_case_id);
    struct making *making = ARENA_NEW(&q->arena, struct making);
    struct pg_params p;
    q->state = making;
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, case_id);
    query_send(q, "read_case", &p, on_case);
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, &case_id, 1);
    query_send(q, "read_texts", &p, on_texts);
}
