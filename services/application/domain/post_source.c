/*
 * Who pays for a post: what an edition allows in a year and nation, and settling another source than the draft's. A year
 * for which the authority's money is reserved stays the authority's, so that no day is paid twice; what is settled is
 * the years after it. Forms that are under way keep the funding party that they were handed in under.
 */
#include <string.h>

#include "access.h"
#include "form.h"
#include "kinds.h"
#include "la_policy.h"
#include "post.h"
#include "post_parts.h"

enum { REF_PARTNER = 0, REF_POLICY, REF_SCHOOL };

const char *post_year_words(int32_t year, struct arena *arena)
{
    return arena_printf(arena, "%d-%02d", (int)year, (int)((year + 1) % 100));
}

/* A financial year begins on 1 April. */
static int32_t year_of(int32_t on)
{
    const struct civil day = date_civil((struct date){on});
    return day.month < 4 ? day.year - 1 : day.year;
}

static const char *source_text(Pb__FundingSource source, struct arena *arena)
{
    return message_enum_text(&pb__funding_source__descriptor, (int)source, arena);
}

static const char *nation_text(Pb__Organisation__Nation nation, struct arena *arena)
{
    return message_enum_text(&pb__organisation__nation__descriptor, (int)nation, arena);
}

/* The sources that the edition allows in that year and nation, in words. */
static const char *allowed_sources(const struct edition *ed, int32_t year,
                                   Pb__Organisation__Nation nation, struct arena *arena)
{
    const char *list = NULL;
    for (size_t i = 0; ed != NULL && i < ed->funding_count; i++) {
        const struct edition_funding *row = &ed->funding[i];
        if (edition_funding(ed, row->source, year, nation_text(nation, arena)) != row) {
            continue;
        }
        char *words = arena_strdup(arena, row->source);
        for (char *c = strchr(words, '_'); c != NULL; c = strchr(c, '_')) {
            *c = ' ';
        }
        list = list == NULL ? words : arena_printf(arena, "%s, %s", list, words);
    }
    return list == NULL ? "none" : list;
}

/* ---- what is asked of a source, in a draft and later ---- */

void post_check_chosen(struct decision *d, Pb__FundingSource source)
{
    if (!form_is_chosen(&pb__funding_source__descriptor, (int)source)) {
        form_wrong(d, "AST-P5", "fundingSource", "Say who pays for the post.");
    }
}

void post_check_partner(struct decision *d, Pb__FundingSource source,
                        ProtobufCBinaryData partner_id, size_t ref)
{
    const Pb__Organisation *partner =
        (const Pb__Organisation *)form_seen(d, ref, KIND_ORGANISATION);
    if (source != PB__FUNDING_SOURCE__PARTNER) {
        if (form_is_named(partner_id)) {
            form_wrong(d, "AST-F8", "partnerId",
                       "Only where the source is a partner organisation is one named.");
        }
        return;
    }
    if (partner == NULL || partner->kind != PB__ORGANISATION__KIND__PROVIDER) {
        form_wrong(d, "AST-F8", "partnerId",
                   "Name the partner organisation that pays and signs the declaration; the agency "
                   "enters it as a provider.");
    }
}

const struct edition_funding *post_check_source(struct decision *d, Pb__FundingSource source,
                                                int32_t year, Pb__Organisation__Nation nation,
                                                const struct edition *ed)
{
    const struct edition_funding *row =
        edition_funding(ed, source_text(source, d->arena), year, nation_text(nation, d->arena));
    if (row != NULL) {
        return row;
    }
    const char *allowed = allowed_sources(ed, year, nation, d->arena);
    const char *words = post_year_words(year, d->arena);
    decision_refuse(
        d, "AST-P5", "source-not-allowed",
        arena_printf(d->arena, "Choose a source allowed in %s: %s.", words, allowed),
        "In the financial year %s a post at a school in %s cannot be paid from this source (%s).",
        words, nation == PB__ORGANISATION__NATION__WALES ? "Wales" : "England",
        form_words(&pb__funding_source__descriptor, (int)source, d->arena));
    decision_field(d, "fundingSource", "Allowed in %s: %s.", words, allowed);
    return NULL;
}

/* By any edition: which one a post was drafted under says nothing of a later year. */
static bool is_allowed(const struct decision *d, int32_t year)
{
    const Pb__Post *self = post_of(d->given);
    const struct editions *editions = d->given->world->editions;
    const char *source = source_text(self->funding_source, d->arena);
    const char *nation = nation_text(self->nation, d->arena);
    bool allowed = false;
    for (size_t i = 0; i < editions->count; i++) {
        allowed |= edition_funding(&editions->list[i], source, year, nation) != NULL;
    }
    return allowed;
}

void post_check_still_allowed(struct decision *d, int32_t on)
{
    const Pb__Post *self = post_of(d->given);
    const struct world *world = d->given->world;
    const int32_t year = year_of(on) > self->financial_year ? year_of(on) : self->financial_year;
    if (!self->through_la || is_allowed(d, year)) {
        return;
    }
    const char *words = post_year_words(year, d->arena);
    decision_refuse(
        d, "AST-P5", "source-not-allowed",
        arena_printf(d->arena, "Settle first who pays for the post from %s on; allowed are: %s.",
                     words,
                     allowed_sources(editions_on(world->editions, SCHEME_AST, world->today), year,
                                     self->nation, d->arena)),
        "The local authority pays for this post from a source that is not allowed in the financial "
        "year %s (%s).",
        words, form_words(&pb__funding_source__descriptor, (int)self->funding_source, d->arena));
}

/* ---- settling another one ---- */

size_t post_settle_source_refs(const struct command *command, struct id *ret)
{
    ret[REF_PARTNER] = field_id(((const Pb__SettleFundingSource *)command->body)->partner_id);
    return 1;
}

/* What is settled is no year that is past for this post. */
static void check_year(struct decision *d, const Pb__SettleFundingSource *asked)
{
    const Pb__Post *self = post_of(d->given);
    if (self->yearly_amount != NULL && asked->financial_year <= self->financial_year) {
        decision_refuse(d, "AST-P5", "year-is-paid",
                        arena_printf(d->arena, "Settle who pays from %s on.",
                                     post_year_words(self->financial_year + 1, d->arena)),
                        "The local authority's money for %s is reserved for this post.",
                        post_year_words(self->financial_year, d->arena));
        decision_field(d, "financialYear", "The authority pays for it already.");
    } else if (asked->financial_year < self->financial_year) {
        form_wrong(d, "AST-P5", "financialYear",
                   "This year is before the one for which the post is paid.");
    }
}

/* A source binds whoever pays: the school, its group and its partner are committed by the school's side alone. Source:
 * AST-F8. */
static void check_party(struct decision *d, const struct edition_funding *funding)
{
    if (access_is_la_side(&d->given->world->actor) && !funding->through_la) {
        decision_refuse(d, "AST-F8", "not-the-authoritys-money",
                        "Ask the headteacher or the governing body to settle it.",
                        "That the school, its group or a partner pays is for the school to say.");
    }
}

/* The row by which the source is allowed, or NULL with a refusal. */
static const struct edition_funding *check_settlement(struct decision *d,
                                                      const Pb__SettleFundingSource *asked)
{
    const struct world *world = d->given->world;
    const struct edition *ed = editions_on(world->editions, SCHEME_AST, world->today);
    if (ed == NULL) {
        decision_refuse(d, "AST-P5", "no-edition", "Ask the agency which edition is in force.",
                        "No edition of the AST scheme is in force on %s.",
                        date_words(world->today, d->arena));
        return NULL;
    }
    post_check_chosen(d, asked->funding_source);
    post_check_partner(d, asked->funding_source, asked->partner_id, REF_PARTNER);
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-P10", "reason", "Say why another source pays for the post.");
    }
    check_year(d, asked);
    const struct edition_funding *funding =
        decision_is_over(d) ? NULL
                            : post_check_source(d, asked->funding_source, asked->financial_year,
                                                post_of(d->given)->nation, ed);
    if (funding == NULL) {
        return NULL;
    }
    check_party(d, funding);
    return funding->through_la && !post_takes_grant(d, REF_SCHOOL) ? NULL : funding;
}

static Pb__FundingSourceSettled *settled(struct decision *d, const Pb__SettleFundingSource *asked,
                                         const struct edition_funding *funding)
{
    const Pb__Post *self = post_of(d->given);
    const Pb__LaPolicy *policy = (const Pb__LaPolicy *)form_seen(d, REF_POLICY, KIND_LA_POLICY);
    Pb__FundingSourceSettled *event =
        FORM_NEW(d->arena, FundingSourceSettled, funding_source_settled);
    event->post_id = id_field(d->given->command->case_id, d->arena);
    event->funding_source = asked->funding_source;
    event->financial_year = asked->financial_year;
    event->through_la = funding->through_la;
    event->partner_id = asked->partner_id;
    event->reason = decision_text(d, asked->reason);
    event->beyond_cap =
        !funding->through_la && la_policy_is_full(policy, self->phase, self->school_id);
    event->la_id = self->la_id;
    *ARENA_PUSH(d->arena, event->school_ids, event->n_school_ids) = self->school_id;
    for (size_t i = 0; i < self->n_other_bases; i++) {
        *ARENA_PUSH(d->arena, event->school_ids, event->n_school_ids) =
            self->other_bases[i]->school_id;
    }
    event->money_left = self->yearly_amount != NULL;
    event->former_source = self->funding_source;
    event->former_year = self->financial_year;
    event->person_id = self->appointed_person_id;
    return event;
}

/* The coordinator, too, where the authority paid or is asked to; who is asked to confirm is told by when. Source: AST-P6. */
static void tell_settled(struct decision *d, const Pb__FundingSourceSettled *event)
{
    const Pb__Post *self = post_of(d->given);
    struct post_parties parties = post_parties_of(self);
    const char *year = post_year_words(event->financial_year, d->arena);
    const Pb__Recipient *to[POST_PARTIES_MAX];
    parties.through_la = self->through_la || event->through_la;
    size_t count = post_recipients(d, &parties, to);
    decision_tell(d, "AST-P5", "post-source-settled", to, count, "post", parties.title, "source",
                  form_words(&pb__funding_source__descriptor, (int)event->funding_source, d->arena),
                  "financial-year", year, NULL);
    if (event->through_la) {
        const Pb__Recipient *asked[] = {
            decision_coordinator(d, field_id(self->la_id), (int)self->phase)};
        decision_tell(d, "AST-P6", "post-to-confirm", asked, COUNT(asked), "post", parties.title,
                      "financial-year", year, "due-on", form_due(d), NULL);
    }
}

void post_settle_source(const struct given *given, struct decision *d)
{
    const Pb__SettleFundingSource *asked = (const Pb__SettleFundingSource *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = post_step(d);
    const struct edition_funding *funding = row == NULL ? NULL : check_settlement(d, asked);
    if (funding == NULL) {
        return;
    }
    Pb__FundingSourceSettled *event = settled(d, asked, funding);
    decision_emit(d, row->emit, &event->base);
    post_end_asking(d);
    if (event->through_la) {
        post_await_confirmation(d, given->world->edition, self->la_id, (int)self->phase,
                                self->settlements + 1);
    }
    tell_settled(d, event);
}
