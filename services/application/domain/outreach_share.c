/*
 * Sums are kept exact, contracted time in fifths of a half-day (a contract's half-days a week are spread
 * over five days), and divided once, at the end. A teacher's days are those in post, each by the time that was agreed for
 * it; a session outside the authority's terms counts to none of them, since nothing is contracted there.
 */
#include "outreach_share.h"

#include "form.h"
#include "outreach.h"
#include "terms.h"

enum { TERMS = 3, WEEK_DAYS = 5, PERMILLE = 1000 };

/* Sums of one term, or of the year. */
struct sums {
    int64_t half_days;
    int64_t inreach;
    int64_t fifths; /* of contracted half-days */
};

struct tally {
    struct sums terms[TERMS];
};

static struct sums sums_add(struct sums a, struct sums b)
{
    return (struct sums){a.half_days + b.half_days, a.inreach + b.inreach, a.fifths + b.fifths};
}

static bool is_in(const Pb__Outreach__Session *session, const Pb__Term *term)
{
    return term->begins_on <= session->held_on && session->held_on <= term->ends_on;
}

/* The last day for which the time number `index` holds. */
static int32_t last_day(const Pb__Outreach *self, size_t index)
{
    if (self->agreed[index]->to_on > 0) {
        return self->agreed[index]->to_on;
    }
    return index + 1 < self->n_agreed ? self->agreed[index + 1]->from_on - 1 : INT32_MAX;
}

/* The part of the term for which the time number `index` holds. */
static Pb__Term held_for(const Pb__Outreach *self, size_t index, const Pb__Term *term)
{
    Pb__Term part = *term;
    if (part.begins_on < self->agreed[index]->from_on) {
        part.begins_on = self->agreed[index]->from_on;
    }
    const int32_t last_on = last_day(self, index);
    if (part.ends_on > last_on) {
        part.ends_on = last_on;
    }
    return part;
}

static struct sums term_sums(const Pb__Outreach *self, const Pb__Term *term,
                             const struct calendar *cal)
{
    struct sums sums = {0};
    for (size_t i = 0; i < self->n_agreed; i++) {
        const Pb__Term part = held_for(self, i, term);
        sums.fifths +=
            (int64_t)terms_school_days(&part, cal) * self->agreed[i]->time->contracted_half_days;
    }
    for (size_t i = 0; i < self->n_sessions; i++) {
        sums.half_days += is_in(self->sessions[i], term) ? self->sessions[i]->half_days : 0;
    }
    for (size_t i = 0; i < self->n_inreach; i++) {
        const Pb__Outreach__Session *session = self->inreach[i];
        if (is_in(session, term)) {
            sums.inreach += session->half_days;
            sums.half_days += session->counts ? session->half_days : 0;
        }
    }
    return sums;
}

static Pb__OutreachPart *part_of(struct sums sums, Pb__Term__Season season, struct arena *arena)
{
    Pb__OutreachPart *part = FORM_NEW(arena, OutreachPart, outreach_part);
    part->season = season;
    part->half_days = (uint32_t)sums.half_days;
    part->inreach_half_days = (uint32_t)sums.inreach;
    part->contracted_half_days =
        (uint32_t)((2 * sums.fifths + WEEK_DAYS) / (INT64_C(2) * WEEK_DAYS));
    part->share_permille =
        sums.fifths == 0
            ? 0
            : (uint32_t)(sums.half_days * (PERMILLE * (int64_t)WEEK_DAYS) / sums.fifths);
    return part;
}

static void fill(Pb__OutreachShare *share, const struct tally *tally, struct arena *arena)
{
    struct sums year = {0};
    for (int i = 0; i < TERMS; i++) {
        *ARENA_PUSH(arena, share->terms, share->n_terms) =
            part_of(tally->terms[i], (Pb__Term__Season)(i + 1), arena);
        year = sums_add(year, tally->terms[i]);
    }
    share->year = part_of(year, PB__TERM__SEASON__SEASON_NONE, arena);
}

/* What has to be there before the share can be told, or NULL. */
static const char *missing(const struct outreach_year *year, struct arena *arena)
{
    const Pb__Outreach *self = year->outreach;
    if (terms_year((struct terms){year->policy}, (int)self->year) == NULL) {
        return arena_printf(arena, "The authority's term dates of %s are not set.",
                            terms_year_words((int)self->year, arena));
    }
    const bool ended = self->state == PB__OUTREACH__STATE__ENDED;
    return (ended ? self->n_agreed > 0 : outreach_has_time(self))
               ? NULL
               : "The time for outreach is not agreed.";
}

static bool count_teacher(const struct outreach_year *year, const struct calendar *cal,
                          struct tally *ret)
{
    const struct terms terms = {year->policy};
    *ret = (struct tally){0};
    for (int i = 0; i < TERMS; i++) {
        const Pb__Term *term =
            terms_term(terms, (int)year->outreach->year, (Pb__Term__Season)(i + 1));
        if (term == NULL) {
            return false;
        }
        ret->terms[i] = term_sums(year->outreach, term, cal);
    }
    return true;
}

static void tally_add(struct tally *to, const struct tally *add)
{
    for (int i = 0; i < TERMS; i++) {
        to->terms[i] = sums_add(to->terms[i], add->terms[i]);
    }
}

/* The tally of the teacher's school, made when it is not there yet. */
static struct tally *school_tally(Pb__OutreachShares *shares, struct tally *tallies,
                                  ProtobufCBinaryData school_id, struct arena *arena)
{
    for (size_t i = 0; i < shares->n_schools; i++) {
        if (id_equal(field_id(shares->schools[i]->school_id), field_id(school_id))) {
            return &tallies[i];
        }
    }
    Pb__OutreachShare *school = FORM_NEW(arena, OutreachShare, outreach_share);
    school->school_id = school_id;
    *ARENA_PUSH(arena, shares->schools, shares->n_schools) = school;
    return &tallies[shares->n_schools - 1];
}

Pb__OutreachShares *outreach_shares(const struct outreach_year *years, size_t count,
                                    const struct calendar *cal, struct arena *arena)
{
    Pb__OutreachShares *shares = FORM_NEW(arena, OutreachShares, outreach_shares);
    struct tally *tallies = ARENA_ARRAY(arena, count, struct tally);
    struct tally total = {0};
    for (size_t i = 0; i < count; i++) {
        const Pb__Outreach *self = years[i].outreach;
        Pb__OutreachShare *teacher = FORM_NEW(arena, OutreachShare, outreach_share);
        teacher->outreach_id =
            id_field(outreach_id(field_id(self->appointment_id), self->year), arena);
        teacher->person_id = self->person_id;
        teacher->school_id = self->school_id;
        *ARENA_PUSH(arena, shares->teachers, shares->n_teachers) = teacher;
        const char *what = missing(&years[i], arena);
        struct tally tally;
        if (what != NULL || !count_teacher(&years[i], cal, &tally)) {
            teacher->missing =
                arena_strdup(arena, what != NULL ? what : "A term of the year is not set.");
            continue;
        }
        fill(teacher, &tally, arena);
        tally_add(school_tally(shares, tallies, self->school_id, arena), &tally);
        tally_add(&total, &tally);
    }
    for (size_t i = 0; i < shares->n_schools; i++) {
        fill(shares->schools[i], &tallies[i], arena);
    }
    shares->total = FORM_NEW(arena, OutreachShare, outreach_share);
    fill(shares->total, &total, arena);
    return shares;
}
