/*
 * What term dates decide of a form AST1: none is taken after the last summer term of the scheme, and
 * before enough whole terms have passed since an assessment that was not met a reason is asked for. Term
 * dates are the authority's; where they are not set, the answer names them and what waits for them.
 */
#include "ast1_internal.h"

/* ---- the end of the scheme (AST-A11) ---- */

void ast1_check_closing(struct decision *d, const struct edition *ed)
{
    const struct date today = ast1_handed_on(d->given);
    if (ed->last_summer == 0) {
        return;
    }
    int year = ed->last_summer - 1; /* the school year is named by the year in which it begins */
    const Pb__Term *summer =
        terms_term(ast1_terms_of_post(d->given), year, PB__TERM__SEASON__SUMMER);
    if (summer != NULL && today.days > summer->ends_on) {
        decision_refuse(
            d, "AST-A11", "scheme-closed",
            "Forms handed in before go on; no further ones are taken.",
            "No form AST1 is taken after the end of the summer term of %d, which was %s by "
            "the dates of the post's local authority.",
            ed->last_summer, form_day(summer->ends_on, d->arena));
    }
    const struct date unsure = date_of(ed->last_summer, ed->last_summer_unsure, 1);
    if (summer == NULL && date_compare(today, unsure) >= 0) {
        decision_refuse(
            d, "AST-A11", "no-term-dates",
            "The local authority's coordinator sets the term dates; then send it again.",
            "No form AST1 is taken after the end of the summer term of %d, and the post's "
            "local authority has not set its term dates of %s, so that the day is not "
            "known.",
            ed->last_summer, terms_year_words(year, d->arena));
    }
}

/* ---- applying again (AST-S8) ---- */

/* Why a reason is asked for, or NULL when enough whole terms have passed. */
static const char *too_early(struct decision *d, const struct edition *ed, struct date assessed_on)
{
    const struct terms terms = ast1_terms_of_school(d->given);
    const struct date today = ast1_handed_on(d->given);
    int missing = 0;
    if (terms_whole_between(terms, assessed_on, today) >= ed->reapply_terms) {
        return NULL;
    }
    if (!terms_cover(terms, assessed_on, today, &missing)) {
        return arena_printf(
            d->arena,
            "whether %d whole terms have passed is not known: the local authority of "
            "your school has not set its term dates of %s",
            ed->reapply_terms, terms_year_words(missing, d->arena));
    }
    return arena_printf(d->arena, "%d whole terms have not passed", ed->reapply_terms);
}

void ast1_check_again(struct decision *d, const struct edition *ed, const Pb__SubmitAst1 *asked)
{
    const Pb__AstStanding *standing = ast1_standing(d->given);
    if (standing == NULL || standing->not_met_on == 0) {
        return;
    }
    const Pb__Reapplication *again = asked->reapplication;
    if (again == NULL || !form_is_filled(again->points_addressed)) {
        decision_refuse(d, "AST-S8", "points-not-addressed",
                        "Say how each point of the earlier report is addressed.",
                        "The standards were not met at your assessment of %s. Who applies again "
                        "addresses the points of its report.",
                        form_day(standing->not_met_on, d->arena));
        decision_field(d, "reapplication.pointsAddressed",
                       "Say how each point of the earlier report is addressed.");
    }
    const char *why = too_early(d, ed, (struct date){standing->not_met_on});
    if (why != NULL && (again == NULL || !form_is_filled(again->early_reason))) {
        decision_refuse(
            d, "AST-S8", "early-without-reason", "Give the reason and send it again.",
            "Since your assessment of %s %s. Applying again before then needs a reason.",
            form_day(standing->not_met_on, d->arena), why);
        decision_field(d, "reapplication.earlyReason", "Say why you apply again so soon.");
    }
}
