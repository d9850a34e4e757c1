#pragma once
/*
 * Editions: what differs by year, as data. A file is validated whole at start; what it lacks an
 * operator's overlay adds; what nobody gives is named when a step needs it. Immutable once loaded.
 * Codes are short lower-case words that appear in cases, such as "head-comment" or "self-assessment".
 *
 * The files say which editions are current: under those cases open. A case is decided by the revision under which
 * it opened (GEN-10), also when the files say something else by now: revisions that once were current are
 * kept by the service (unit_lease.c) and given back here as they were stored, file and overlay together. They are
 * parsed when the first case asks for them. What a release asks of editions that its forerunners did not, such a revision
 * may lack: a period that is not there, a sum of 0, an empty list.
 */
#include "workday.h"

enum edition_scheme { SCHEME_AST, SCHEME_ATS, SCHEME_IAT };

/** When a reminder goes, relative to the deadline's day; negative is before. */
struct edition_reminder {
    int n;
    enum period_unit unit; /* PERIOD_DAYS or PERIOD_WORKING_DAYS */
};

/** A period that starts a deadline. */
struct edition_period {
    const char *code;  /* as "head-comment" */
    const char *rule;  /* as "AST-A4" */
    const char *title; /* what is to be done, as a person would say it */
    const char *
        act; /* who does what: what a reminder says after "What to do:"; NULL for what the title says */
    bool notice; /* a day to be known of, on which nothing falls due */
    struct period period;
    bool counted_back; /* from a day that is still to come, as the interviews' */
    int from_month; /* counted from the first day of this month, which counts too; 0: from a fact */
    const struct edition_reminder *reminders;
    size_t reminder_count;
};

struct edition_standard {
    const char *code;
    const char *title;
    const char *const *points; /* sub-points or advanced criteria, in our own words */
    size_t point_count;
    bool carried_over; /* from the edition before (AST-A3) */
    bool in_writing;   /* its evidence must be in writing (AST-A10) */
};

/** A funding source allowed in some financial years of some nations (AST-P5). */
struct edition_funding {
    const char *source; /* as the enum FundingSource in lower case: "local_formula" */
    int first_year;     /* financial year 2012 is 2012-13 */
    int last_year;
    const char *nation; /* "england", "wales" or "any" */
    bool through_la;    /* the LA pays: its coordinator confirms, its budget is reserved (AST-P6) */
};

/** The standards of the current career stage that a head first confirms in a nation from a month on (AST-A6). */
struct edition_career {
    const char *nation; /* "england" or "wales" */
    int from_year;
    int from_month;
    const char *code;
    const char *title;
};

/**
 * How a grant is reckoned in one financial year (AST-F1); what a post gets is both sums, on average. The
 * authority gets a coordination sum on top, for each post, and at least the floor.
 */
struct edition_grant {
    const char *source; /* as the enum FundingSource in lower case: "standards_fund" */
    int year;
    int64_t outreach_pence;
    int64_t salary_pence;
    int64_t coordination_pence;
    int64_t coordination_least_pence;
    int department_permille; /* the Department's part of all of it; the authority pays the rest */
};

/**
 * The AST pay spine of one pay area from the first day of a month on (AST-T3). A sum that the sources do
 * not give is 0: whoever needs it names what is missing.
 */
struct edition_spine {
    const char *area; /* as the enum PayArea in lower case: "outer_london" */
    int from_year;
    int from_month;
    int points;
    int64_t lowest_pence; /* of the first point, a year */
    int64_t highest_pence;
};

/** What the pay of one point is in one pay year, as an operator's overlay gives it (AST-T3). */
struct edition_salary {
    const char *area;
    int year; /* in whose September the pay year begins */
    int point;
    int64_t pence; /* a year */
};

/** How pay is set and reviewed (AST-T3, T5). */
struct edition_pay {
    int range_points;    /* consecutive points of one range */
    int review_month;    /* of the yearly review, whose first day begins the year under review */
    int large_rise;      /* points in one review from which a new range is suggested */
    int threshold_point; /* of the main scale, without which a pass alone crosses no threshold */
};

/** A kind of exception from the share of outreach (AST-O2). */
struct edition_exception {
    const char *kind;    /* as the enum OutreachExceptionKind in lower case */
    bool school_mark;    /* the school must carry the mark of this name */
    bool counts_inreach; /* help at home counts to the share while it lasts (AST-O8) */
    bool new_in_post;    /* from the start in post, no longer than the period "outreach-build-up" */
};

/** Outreach (AST-O1, O2, O4). Weights rank teachers for a request; a zero share asks for none. */
struct edition_outreach {
    int share_permille;             /* of the contracted time */
    bool shortfall_needs_exception; /* without one a shortfall is refused, else it is marked */
    int subject_weight;
    int key_stage_weight;
    int strength_weight; /* for each that is asked for and offered */
    int district_weight;
    const struct edition_exception *exceptions;
    size_t exception_count;
};

/** One line of a programme's timeline (ATS-P2). */
struct edition_activity {
    const char *code;
    const char *title;
    int month;       /* 1 to 12; due at the end of its last day */
    int year_offset; /* 0 the year in which the cohort starts, 1 the next */
    bool required; /* done or excused before the portfolio goes in (ATS-P10); all have reminders */
    bool by_mentor;
    const char *evidence; /* evidence kind, or NULL */
    const char *rule;
};

struct edition_criterion {
    const char *code;
    const char *text;
    bool essential;
};

/**
 * A fee and how it may be paid (ATS-A7); pence. The first payment follows the period "fee-first", the
 * instalments after it the operator's dates: `instalment_on_count` is 0 until an overlay gives them,
 * else it equals `instalments`, and they hold for the cohort of `instalment_cohort` alone.
 */
struct edition_fee {
    int64_t total_pence;
    int64_t first_pence; /* with instalments */
    int instalments;     /* after the first payment */
    int64_t instalment_pence;
    int instalment_cohort;
    const struct date *instalment_on;
    size_t instalment_on_count;
};

/** Something that is named by its code in cases and by its title to people, such as a ground for review. */
struct edition_item {
    const char *code;
    const char *title;
};

/** Whether a meeting of the assessment day may be left out (AST-S3). */
enum edition_need {
    NEED_ALWAYS,    /* never */
    NEED_NORMALLY,  /* with a reason */
    NEED_WHERE_APT, /* with a reason where the candidate worked across schools, else freely */
    NEED_IDEALLY,   /* freely */
};

/** One meeting of the assessment day (AST-S3). A bound of 0 is none. */
struct edition_meeting {
    const char *code;
    const char *title;
    enum edition_need need;
    int times; /* how often it is held */
    int order; /* normally not before any of a lower order */
    int minutes_min, minutes_max;
    int people_min, people_max;
    bool contributors; /* with people whom the candidate names and arranges (AST-S4) */
    bool lesson;       /* a lesson is observed */
};

/** Points by which candidates for an assessment are ranked (AST-S2): for a match, and off for each day taken. */
struct edition_allocation {
    int phase;
    int subject;
    int region;
    int load;
};

struct edition {
    const char *id;       /* "ast-2013" */
    const char *revision; /* id, "@", and 16 hexadecimal characters of the SHA-256 of `source` */
    struct bytes source;  /* the file, a NUL, and the overlay, which may be empty */
    enum edition_scheme scheme;
    const char *title;
    struct date valid_from; /* first and last day on which a case opens under it */
    struct date valid_to;
    const char *agency_name;
    const char *agency_address;
    const char *agency_email; /* NULL where the sources give none */
    const struct edition_period *periods;
    size_t period_count;
    const struct edition_standard *standards;
    size_t standard_count;
    const struct edition_funding *funding;
    size_t funding_count;
    const struct edition_grant *grants;
    size_t grant_count;
    const char *const *channels; /* lower-case names of enum Channel */
    size_t channel_count;
    int reapply_terms; /* whole terms that normally lie before another assessment (AST-S8) */
    int last_summer;   /* no form after the end of this year's summer term; 0: no end (AST-A11) */
    int last_summer_unsure; /* the month of it from which the end must be known */
    const struct edition_career *careers;
    size_t career_count;
    const struct edition_spine *spines; /* in order of time within an area */
    size_t spine_count;
    /* AST */
    const struct edition_meeting *programme;
    size_t programme_count;
    const char *const *primary_lessons; /* one lesson in a primary school is normally of these */
    size_t primary_lesson_count;
    const struct edition_item *review_grounds;
    size_t review_ground_count;
    struct edition_allocation allocation;
    const struct edition_salary *salaries; /* an overlay's alone */
    size_t salary_count;
    struct edition_pay pay;
    struct edition_outreach outreach;
    /* ATS */
    int window_from_month, window_from_day, window_to_month,
        window_to_day; /* in the cohort's year; both included */
    int cohort_start_month;
    int confirm_month, confirm_day; /* by when places are confirmed (ATS-A6) */
    const struct edition_activity *activities;
    size_t activity_count;
    const struct edition_reminder *activity_reminders;
    size_t activity_reminder_count;
    const struct edition_criterion *criteria;
    size_t criterion_count;
    const char *const *evidence_kinds;
    size_t evidence_kind_count;
    int mentor_meetings; /* at least (ATS-P3) */
    struct edition_fee fee;
    bool both_lessons_excellent; /* AST-S5 */
    bool la_gets_copy_only;      /* where the LA funds: copy (2013) or through it (2006), AST-A7 */
};

/** How many revisions that are not current a process keeps: the newest. */
enum { EDITIONS_KEPT_MAX = 200 };

struct edition_kept;

/** The current editions of a process, by id, and the revisions that were; lives as long as the process. */
struct editions {
    struct arena arena;
    const struct edition *list;
    size_t count;
    struct hash revision; /* of all the current ones: services whose sets differ are not ready */
    struct edition_kept **kept;
    size_t kept_count;
};

/**
 * Loads every `*.yaml` in `dir`, each with its overlay of the same name in `overlay_dir` (may be NULL).
 * An overlay gives instalments their days and points of the spine their pay, adds or replaces rows of the
 * timeline, replaces the standards.
 * `ret` is initialised in either case and is given back by editions_fini().
 * Errors: E_EDITION, with file, line and field in `*ret_problem` (in `ret->arena`).
 */
MUST_USE int editions_load(const char *dir, const char *overlay_dir, struct editions *ret,
                           const char **ret_problem) NONNULL(1, 3, 4);

/** Gives back everything. */
void editions_fini(struct editions *editions) NONNULL(1);

/**
 * Keeps `source`, as it was stored under `revision`, so that editions_find() has it from now on; nothing when it has it
 * already, or EDITIONS_KEPT_MAX others. Errors: E_EDITION when the revision is not that of the bytes.
 */
MUST_USE int editions_keep(struct editions *editions, const char *revision, struct bytes source)
    NONNULL(1, 2);

/**
 * The current edition of `editions` with `id`, or, when `id` holds an "@", the one, current or kept, whose revision text
 * is `id`; never another one of its id. NULL without any, and for a kept one that this release cannot read.
 */
const struct edition *editions_find(const struct editions *editions, const char *id) NONNULL(1, 2);

/** Why editions_find() has none for `id`, in words for an operator, in `arena`. */
MUST_USE const char *editions_why_not(const struct editions *editions, const char *id,
                                      struct arena *arena) NONNULL(1, 2, 3);

/**
 * In what the current editions of two processes differ, in words in `arena`: `theirs` are the `count` revisions of
 * the process called `peer`. NULL when they do not.
 */
MUST_USE const char *editions_difference(const struct editions *editions, const char *peer,
                                         const char *const *theirs, size_t count,
                                         struct arena *arena) NONNULL(1, 2, 5);

/** The edition of `scheme` under which a case opens on `date`, or NULL. */
const struct edition *editions_on(const struct editions *editions, enum edition_scheme scheme,
                                  struct date date) NONNULL(1);

/** The period with `code` of a current edition; a missing one is a bug, since load checks that all of its scheme are there.
 *  Of a case's edition, which may be older than what is asked for today, decision_period() gives it. */
const struct edition_period *edition_period(const struct edition *ed, const char *code)
    NONNULL(1, 2);

/** The period with `code`, or NULL where the edition has none such. */
const struct edition_period *edition_period_find(const struct edition *ed, const char *code)
    NONNULL(1, 2);

/** What a reminder asks for: a sentence or two that says who does what, and whether it is but a day to know of. */
struct edition_act {
    const char *text; /* "" where the edition says nothing */
    bool is_notice;
};

/**
 * What a reminder asks for where a deadline of `rule` is called `title`: what the period says of it. Nothing for an
 * activity, whose title says what to do. Source: ATS-P5.
 */
struct edition_act edition_act(const struct edition *ed, const char *rule, const char *title)
    NONNULL(1, 2, 3);

/**
 * The day on which `period` ends, or from which it is counted back, when what it is counted from is on `on`; of one that is
 * counted from a month, `on` is that month's first day. Errors: E_CALENDAR_RANGE. Source: GEN-2; explanation GEN-3.
 */
MUST_USE int edition_period_due(const struct calendar *cal, const struct edition_period *period,
                                struct date on, struct arena *arena, struct due *ret)
    NONNULL(1, 2, 4, 5);

/** The meeting of the assessment day with `code`, or NULL. Source: AST-S3. */
const struct edition_meeting *edition_meeting(const struct edition *ed, const char *code)
    NONNULL(1, 2);

/** The ground for a review with `code`, or NULL. Source: AST-R1. */
const struct edition_item *edition_review_ground(const struct edition *ed, const char *code)
    NONNULL(1, 2);

/** The standard, activity or criterion with `code`, or NULL. */
const struct edition_standard *edition_standard(const struct edition *ed, const char *code)
    NONNULL(1, 2);
const struct edition_activity *edition_activity(const struct edition *ed, const char *code)
    NONNULL(1, 2);
const struct edition_criterion *edition_criterion(const struct edition *ed, const char *code)
    NONNULL(1, 2);

/** What a head first confirms in `nation` on `date`, or NULL when `ed` asks for nothing. Source: AST-A6. */
const struct edition_career *edition_career(const struct edition *ed, const char *nation,
                                            struct date date) NONNULL(1, 2);

/** The pay spine of `area` (lower-case name) in force on `date`, or NULL when `ed` has none. Source: AST-T3. */
const struct edition_spine *edition_spine(const struct edition *ed, const char *area,
                                          struct date date) NONNULL(1, 2);

/**
 * Yearly pence of `point` of the spine of `area` on `date`: the operator's, or what the sources print of its
 * ends; 0 while neither says it. Source: AST-T3.
 */
int64_t edition_salary(const struct edition *ed, const char *area, struct date date, int point)
    NONNULL(1, 2);

/** The kind of exception called `kind` (lower-case name), or NULL where `ed` knows no such. Source: AST-O2. */
const struct edition_exception *edition_exception(const struct edition *ed, const char *kind)
    NONNULL(1, 2);

/** The row that allows `source` (lower-case name) in the financial year and nation, or NULL. Source: AST-P5. */
const struct edition_funding *edition_funding(const struct edition *ed, const char *source,
                                              int financial_year, const char *nation)
    NONNULL(1, 2, 4);

/** How the grant `source` (lower-case name) is reckoned in `financial_year`, or NULL when `ed` has no figures. Source: AST-F1. */
const struct edition_grant *edition_grant(const struct edition *ed, const char *source,
                                          int financial_year) NONNULL(1, 2);
