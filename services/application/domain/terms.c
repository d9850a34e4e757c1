/*
 * Plain walks over at most a dozen school years of three terms. A year is set whole or not at all (la_policy.c sees
 * to it), so that "not set" is one answer and never half of one.
 */
#include "terms.h"

enum { YEAR_BEGINS_IN = 9 };

int terms_year_of(struct date on)
{
    const struct civil civil = date_civil(on);
    return civil.month >= YEAR_BEGINS_IN ? civil.year : civil.year - 1;
}

const char *terms_year_words(int first_year, struct arena *arena)
{
    return arena_printf(arena, "%d-%02d", first_year, (first_year + 1) % 100);
}

const Pb__SchoolYear *terms_year(struct terms terms, int first_year)
{
    for (size_t i = 0; terms.policy != NULL && i < terms.policy->n_years; i++) {
        if (terms.policy->years[i]->first_year == first_year) {
            return terms.policy->years[i];
        }
    }
    return NULL;
}

const Pb__Term *terms_term(struct terms terms, int first_year, Pb__Term__Season season)
{
    const Pb__SchoolYear *year = terms_year(terms, first_year);
    for (size_t i = 0; year != NULL && i < year->n_terms; i++) {
        if (year->terms[i]->season == season) {
            return year->terms[i];
        }
    }
    return NULL;
}

const Pb__Term *terms_at(struct terms terms, struct date on)
{
    const Pb__SchoolYear *year = terms_year(terms, terms_year_of(on));
    for (size_t i = 0; year != NULL && i < year->n_terms; i++) {
        if (year->terms[i]->begins_on <= on.days && on.days <= year->terms[i]->ends_on) {
            return year->terms[i];
        }
    }
    return NULL;
}

bool terms_cover(struct terms terms, struct date on, struct date until, int *ret_missing)
{
    for (int year = terms_year_of(on); year <= terms_year_of(until); year++) {
        if (terms_year(terms, year) == NULL) {
            *ret_missing = year;
            return false;
        }
    }
    return true;
}

static int whole_in(const Pb__SchoolYear *year, struct date after, struct date until)
{
    int count = 0;
    for (size_t i = 0; i < year->n_terms; i++) {
        count += year->terms[i]->begins_on > after.days && year->terms[i]->ends_on <= until.days;
    }
    return count;
}

int terms_whole_between(struct terms terms, struct date after, struct date until)
{
    int count = 0;
    for (size_t i = 0; terms.policy != NULL && i < terms.policy->n_years; i++) {
        count += whole_in(terms.policy->years[i], after, until);
    }
    return count;
}

static bool is_school_day(const Pb__Term *term, const struct calendar *cal, int32_t day)
{
    bool half_term = term->half_term_begins_on <= day && day <= term->half_term_ends_on;
    return !half_term && workday_is(cal, (struct date){day});
}

int terms_school_days(const Pb__Term *term, const struct calendar *cal)
{
    int count = 0;
    for (int32_t day = term->begins_on; day <= term->ends_on; day++) {
        count += is_school_day(term, cal, day);
    }
    return count;
}

int terms_school_weeks(const Pb__Term *term, const struct calendar *cal)
{
    int count = 0;
    int32_t counted = 0; /* Monday of the last week that was counted; day 0 is none */
    for (int32_t day = term->begins_on; day <= term->ends_on; day++) {
        const int32_t monday = day - (int32_t)date_weekday((struct date){day});
        if (monday != counted && is_school_day(term, cal, day)) {
            count++;
            counted = monday;
        }
    }
    return count;
}
