/*
 * Givens of funding's tests. Every reading of a balance walks the whole log and holds each entry to
 * GEN-4, so that no test of money passes over an entry that does not balance.
 */
#include "funding_given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "case_id.h"
#include "funding/service.h"

void funding_start(struct domain *w, const char *on)
{
    domain_start(w, &funding_service, NULL, on);
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
}

static const char *text_of(struct domain *w, struct id id)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(id, text));
}

const char *funding_budget_from(struct domain *w, const char *la, int year,
                                Pb__FundingSource source)
{
    return text_of(w, case_id_budget(domain_id(la), year, (int)source));
}

const char *funding_budget(struct domain *w, const char *la, int year)
{
    return funding_budget_from(w, la, year, PB__FUNDING_SOURCE__LOCAL_FORMULA);
}

const char *funding_of_post(struct domain *w, const char *post)
{
    return text_of(w, case_id_post_funding(domain_id(post)));
}

const char *funding_run(struct domain *w, int stream)
{
    const struct id budget =
        case_id_budget(domain_id("la"), 2012, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    return text_of(w, case_id_stream_run(budget, stream));
}

Pb__Money *funding_money(struct domain *w, int64_t pence)
{
    Pb__Money *money = DOMAIN_NEW(w, Money, money);
    money->pence = pence;
    money->currency = arena_strdup(&w->arena, "GBP");
    return money;
}

Pb__SetBudget *funding_budget_body(struct domain *w, int64_t per_post_pence, int64_t total_pence)
{
    static const char *const days[] = {"2012-06-15", "2012-09-14", "2012-12-14", "2013-03-15"};
    Pb__SetBudget *body = DOMAIN_NEW(w, SetBudget, set_budget);
    body->la_id = domain_field(w, "la");
    body->financial_year = 2012;
    body->funding_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    body->per_post = funding_money(w, per_post_pence);
    body->total = funding_money(w, total_pence);
    body->forum_consulted_on = domain_day("2012-02-01");
    for (size_t i = 0; i < COUNT(days); i++) {
        *ARENA_PUSH(&w->arena, body->stream_on, body->n_stream_on) = domain_day(days[i]);
    }
    return body;
}

void funding_set(struct domain *w, const Pb__SetBudget *body)
{
    const struct id id =
        case_id_budget(field_id(body->la_id), body->financial_year, (int)body->funding_source);
    domain_send(w, text_of(w, id), MSG_SET_BUDGET, &body->base);
}

Pb__PostFundingConfirmed *funding_confirmation(struct domain *w, const char *post)
{
    Pb__PostFundingConfirmed *body = DOMAIN_NEW(w, PostFundingConfirmed, post_funding_confirmed);
    body->post_id = domain_field(w, post);
    body->la_id = domain_field(w, "la");
    body->school_id = domain_field(w, "school");
    body->headteacher_id = domain_field(w, "head");
    body->funding_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    body->financial_year = 2012;
    body->school_type = PB__ORGANISATION__SCHOOL_TYPE__MAINTAINED;
    body->nation = PB__ORGANISATION__NATION__ENGLAND;
    return body;
}

void funding_confirm(struct domain *w, const Pb__PostFundingConfirmed *body)
{
    domain_consume(w, PB__SERVICE__APPLICATION, "post", MSG_POST_FUNDING_CONFIRMED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

void funding_enter(struct domain *w, const char *post, const char *person, const char *starts_on)
{
    Pb__RegisterEntered *body = DOMAIN_NEW(w, RegisterEntered, register_entered);
    body->person_id = domain_field(w, person);
    body->post_id = domain_field(w, post);
    body->school_id = domain_field(w, "school");
    body->la_id = domain_field(w, "la");
    body->starts_on = domain_day(starts_on);
    body->headteacher_id = domain_field(w, "head");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "entry", MSG_REGISTER_ENTERED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

void funding_leave(struct domain *w, const char *post, const char *person, const char *left_on)
{
    Pb__PostVacated *body = DOMAIN_NEW(w, PostVacated, post_vacated);
    body->person_id = domain_field(w, person);
    body->starts_on = domain_day("2012-04-01");
    body->left_on = domain_day(left_on);
    domain_consume(w, PB__SERVICE__APPLICATION, post, MSG_POST_VACATED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

void funding_close(struct domain *w, const char *post)
{
    Pb__PostClosed *body = DOMAIN_NEW(w, PostClosed, post_closed);
    body->money_reserved = true;
    domain_consume(w, PB__SERVICE__APPLICATION, post, MSG_POST_CLOSED, &body->base);
    domain_settle(w);
}

void funding_on(struct domain *w, const char *on)
{
    domain_on(w, on);
    domain_settle(w);
}

const ProtobufCMessage *funding_last(const struct domain *w, uint16_t type)
{
    for (size_t i = w->log_count; i > 0; i--) {
        if (w->log[i - 1].type == type) {
            return w->log[i - 1].body;
        }
    }
    return NULL;
}

const Pb__Told *funding_told(const struct domain *w, const char *template_name)
{
    for (size_t i = w->log_count; i > 0; i--) {
        const Pb__Told *told = (const Pb__Told *)w->log[i - 1].body;
        if (w->log[i - 1].type == MSG_TOLD && strcmp(told->template_, template_name) == 0) {
            return told;
        }
    }
    return NULL;
}

size_t funding_count(const struct domain *w, uint16_t type)
{
    size_t count = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        count += w->log[i].type == type;
    }
    return count;
}

int64_t funding_balance(const struct domain *w, const char *account)
{
    int64_t balance_pence = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type != MSG_POSTED) {
            continue;
        }
        const Pb__Posted *posted = (const Pb__Posted *)w->log[i].body;
        int64_t sum_pence = 0;
        for (size_t k = 0; k < posted->n_postings; k++) {
            sum_pence += posted->postings[k]->pence;
            if (strcmp(posted->postings[k]->account, account) == 0) {
                balance_pence += posted->postings[k]->pence;
            }
        }
        if (sum_pence != 0 || posted->n_postings < 2) {
            fail_msg("entry \"%s\" does not balance", posted->narrative);
        }
    }
    return balance_pence;
}

int64_t funding_la_balance(struct domain *w, const char *which)
{
    return funding_balance(
        w, arena_printf(&w->arena, "la:%s:2012:%s", text_of(w, domain_id("la")), which));
}
