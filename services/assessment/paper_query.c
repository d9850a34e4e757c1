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

enum { NAMES_TIMEOUT_MS = 3000 };

static struct process *process;

void paper_query_use(struct process *with)
{
    process = with;
}

/* What is put together, callback by callback. */
struct making {
    struct query *q;
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

/* The names in a reply of application, or NULL. */
static const Pb__Contacts *read_names(struct query *q, int err, struct bytes bytes)
{
    const Pb__Reply *reply =
        err != 0 ? NULL : pb__reply__unpack(&q->arena.protobuf, bytes.len, bytes.data);
    const Pb__Contacts *names =
        reply == NULL || reply->status != PB__STATUS__OK
            ? NULL
            : pb__contacts__unpack(&q->arena.protobuf, reply->body.len, reply->body.data);
    const bool whole = names != NULL && names->n_contacts == 1 && names->n_matters == 2;
    return whole ? names : NULL;
}

static void on_names(void *arg, int err, struct bytes bytes)
{
    struct making *making = arg;
    struct query *q = making->q;
    if (err == UV_ECANCELED) {
        query_drop(q);
        return;
    }
    const Pb__Contacts *names = read_names(q, err, bytes);
    if (names == NULL) {
        peer_rotate(&process->peers[PB__SERVICE__APPLICATION]);
        query_refuse(q, PB__STATUS__NOT_ACTIVE);
    } else {
        making->paper.names = (struct paper_names){.candidate = names->contacts[0]->name,
                                                   .school = names->matters[0]->title,
                                                   .post = names->matters[1]->title,
                                                   .post_school = names->matters[1]->school};
        answer(q, &making->paper);
    }
    query_done(q, 0);
}

static int ask_names(struct making *making, ProtobufCBinaryData candidate_id,
                     ProtobufCBinaryData school_id, ProtobufCBinaryData post_id)
{
    struct query *q = making->q;
    ProtobufCBinaryData matters[] = {school_id, post_id};
    Pb__Recipient candidate;
    Pb__Recipient *recipients[] = {&candidate};
    Pb__GetContacts asked;
    Pb__Request request;
    Pb__Actor actor;
    pb__recipient__init(&candidate);
    candidate.id = candidate_id;
    candidate.role = PB__ROLE__CANDIDATE;
    pb__get_contacts__init(&asked);
    asked.recipients = recipients;
    asked.n_recipients = COUNT(recipients);
    asked.matters = matters;
    asked.n_matters = COUNT(matters);
    const struct bytes packed = message_encode(&asked.base, &q->arena);
    pb__request__init(&request);
    pb__actor__init(&actor);
    actor.role = PB__ROLE__SYSTEM;
    request.actor = &actor;
    request.type = MSG_GET_CONTACTS;
    request.body = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    return peer_send(&process->peers[PB__SERVICE__APPLICATION],
                     message_encode(&request.base, &q->arena), NAMES_TIMEOUT_MS, on_names, making);
}

/* Whether the names are asked for, so that the question goes on with them. */
static bool goes_on(struct making *making, const PGresult *result)
{
    struct query *q = making->q;
    Pb__CaseView *view = making->view;
    struct paper *paper = &making->paper;
    query_fill_texts(q, &view, 1, result);
    const bool sent = kind_asked(q) == KIND_REVIEW ? paper_of_review(q, view, paper)
                                                   : paper_of_assessment(q, view, paper);
    paper->edition = editions_find(&process->editions, view->edition);
    if (!sent || paper->edition == NULL) {
        return false;
    }
    const int err =
        paper->kind == PAPER_REVIEW
            ? ask_names(making, paper->review->candidate_id, paper->review->candidate_school_id,
                        paper->review->post_id)
            : ask_names(making, paper->assessment->candidate_id,
                        paper->assessment->candidate_school_id, paper->assessment->post_id);
    if (err != 0) {
        query_refuse(q, PB__STATUS__NOT_ACTIVE);
    }
    return err == 0;
}

static void on_texts(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    struct making *making = q->state;
    if (err == 0 && q->err == 0 && making->view != NULL && goes_on(making, result)) {
        return; /* counted as come when the names are here */
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
    making->q = q;
    q->state = making;
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, case_id);
    query_send(q, "read_case", &p, on_case);
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, &case_id, 1);
    query_send(q, "read_texts", &p, on_texts);
}
