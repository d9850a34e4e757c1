/*
 * Editions: those that ship hold the sources' figures, every kind of fault in a file is refused with
 * its place, overlays change what they may, and the revision follows the bytes.
 */
#include "edition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "err.h"

#define SHIPPED "common/editions"
#define OVERLAYS "deploy/local/editions"

enum { FILE_MAX = 64 * 1024 };

/* A scratch folder with a folder of overlays in it. */
static char folder[] = "/tmp/attain-edition-XXXXXX";
static char overlays[sizeof(folder) + 16];
static struct editions editions;
static const char *problem;

static void read_text(const char *path, char ret[FILE_MAX])
{
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    const size_t len = fread(ret, 1, FILE_MAX - 1, file);
    ret[len] = '\0';
    assert_int_equal(fclose(file), 0);
}

static void write_text(const char *dir, const char *name, const char *text)
{
    char path[200];
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* The shipped file `name` with the first `from` in it made `to`, in the scratch folder. */
static void write_changed(const char *name, const char *from, const char *to)
{
    static char text[FILE_MAX];
    static char changed[FILE_MAX + 1000];
    char path[200];
    (void)snprintf(path, sizeof(path), "%s/%s", SHIPPED, name);
    read_text(path, text);
    const char *at = strstr(text, from);
    if (!at) {
        fail_msg("%s does not hold \"%s\"", name, from);
        return;
    }
    (void)snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text, to,
                   at + strlen(from));
    write_text(folder, name, changed);
}

static void forget(const char *dir, const char *name)
{
    char path[200];
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    (void)unlink(path);
}

static int setup(void **state)
{
    (void)state;
    if (!overlays[0]) {
        if (!mkdtemp(folder)) {
            return -1;
        }
        (void)snprintf(overlays, sizeof(overlays), "%s/overlays", folder);
        if (mkdir(overlays, 0700)) {
            return -1;
        }
    }
    problem = NULL;
    return 0;
}

static int clean(void **state)
{
    (void)state;
    static const char *const names[] = {"ast-2013.yaml", "ats-2022.yaml", "ast-2014.yaml"};
    for (size_t i = 0; i < COUNT(names); i++) {
        forget(folder, names[i]);
        forget(overlays, names[i]);
    }
    return 0;
}

static int remove_folders(void **state)
{
    (void)state;
    return rmdir(overlays) || rmdir(folder);
}

static void load_shipped(void)
{
    const int err = editions_load(SHIPPED, OVERLAYS, &editions, &problem);
    if (err) {
        fail_msg("%s", problem);
    }
}

/* Loading the scratch folder fails, and the problem holds `words`. */
static void expect_problem(const char *words)
{
    assert_int_equal(editions_load(folder, overlays, &editions, &problem), E_EDITION);
    if (!strstr(problem, words)) {
        fail_msg("\"%s\" does not say \"%s\"", problem, words);
    }
    editions_fini(&editions);
}

static void expect_fault(const char *name, const char *from, const char *to, const char *words)
{
    write_changed(name, from, to);
    expect_problem(words);
    forget(folder, name);
}

static void expect_period(const struct edition *ed, const char *code, const char *rule, int n,
                          enum period_unit unit)
{
    const struct edition_period *period = edition_period(ed, code);
    assert_string_equal(period->rule, rule);
    assert_int_equal(period->period.n, n);
    assert_int_equal(period->period.unit, unit);
    assert_true(period->reminder_count >= 3);
    assert_true(period->reminders[0].n < 0);
    assert_true(period->reminders[period->reminder_count - 1].n > 0);
}

static void edition__ast_2013_has_the_periods_of_the_sources(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *ed = editions_find(&editions, "ast-2013");
    assert_non_null(ed);
    expect_period(ed, "head-comment", "AST-A4", 20, PERIOD_WORKING_DAYS);
    expect_period(ed, "funding-reply", "AST-P6", 10, PERIOD_WORKING_DAYS);
    expect_period(ed, "assessment-by", "AST-S1", 6, PERIOD_WEEKS);
    expect_period(ed, "decision-letter", "AST-S6", 3, PERIOD_WORKING_DAYS);
    expect_period(ed, "feedback", "AST-S6", 15, PERIOD_WORKING_DAYS);
    expect_period(ed, "ast2", "AST-T1", 2, PERIOD_WEEKS);
    assert_true(ed->both_lessons_excellent);
    assert_true(ed->la_gets_copy_only);
    assert_string_equal(ed->agency_email, "AST@babcock.co.uk");
    editions_fini(&editions);
}

static void edition__ast_2006_differs_where_the_guidance_does(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *ed = editions_find(&editions, "ast-2006");
    assert_non_null(ed);
    expect_period(ed, "head-comment", "AST-A4", 20, PERIOD_WORKING_DAYS);
    expect_period(ed, "assessment-by", "AST-S1", 6, PERIOD_WEEKS);
    expect_period(ed, "review-outcome", "AST-R5", 40, PERIOD_WORKING_DAYS);
    assert_int_equal(edition_period(ed, "review-request")->period.n, 40);
    assert_int_equal(edition_period(ed, "review-request")->period.unit, PERIOD_WORKING_DAYS);
    assert_false(ed->both_lessons_excellent);
    assert_false(ed->la_gets_copy_only);
    assert_null(ed->agency_email);
    assert_int_equal(ed->channel_count, 1);
    assert_string_equal(ed->channels[0], "hard_copy");
    assert_int_equal(ed->standard_count, 6);
    for (size_t i = 0; i < ed->standard_count; i++) {
        assert_false(ed->standards[i].carried_over);
    }
    assert_non_null(edition_funding(ed, "standards_fund", 2005, "england"));
    assert_null(edition_funding(ed, "standards_fund", 2006, "england"));
    assert_non_null(edition_funding(ed, "school_development_grant", 2006, "england"));
    assert_null(edition_funding(ed, "school_development_grant", 2008, "england"));
    editions_fini(&editions);
}

static void AST_T3__the_spine_changes_in_september_2006(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *ed = editions_find(&editions, "ast-2006");
    assert_int_equal(edition_spine(ed, "national", date_of(2006, 8, 31))->points, 27);
    const struct edition_spine *spine = edition_spine(ed, "inner_london", date_of(2006, 9, 1));
    assert_int_equal(spine->points, 18);
    assert_int_equal(spine->lowest_pence, 4052700);
    assert_int_equal(spine->highest_pence, 5826600);
    assert_null(edition_spine(ed, "national", date_of(2005, 3, 31)));
    assert_null(edition_spine(ed, "the_moon", date_of(2006, 9, 1)));
    assert_int_equal(edition_salary(ed, "fringe", date_of(2006, 9, 1), 1), 3502500);
    assert_int_equal(edition_salary(ed, "fringe", date_of(2007, 8, 31), 18), 5276100);
    assert_int_equal(edition_salary(ed, "fringe", date_of(2007, 8, 31), 17), 0);
    assert_int_equal(edition_salary(ed, "fringe", date_of(2007, 9, 1), 18), 0);
    assert_int_equal(edition_salary(ed, "fringe", date_of(2006, 8, 31), 1), 0);
    editions_fini(&editions);
}

static void AST_T3__an_operator_loads_the_pay_of_a_point(void **state)
{
    (void)state;
    write_changed("ast-2013.yaml", "Surrey", "Surrey");
    write_text(overlays, "ast-2013.yaml",
               "salaries:\n  - { area: national, year: 2012, point: 4, pence: 4100000 }\n");
    assert_int_equal(editions_load(folder, overlays, &editions, &problem), 0);
    const struct edition *ed = editions_find(&editions, "ast-2013");
    assert_int_equal(edition_salary(ed, "national", date_of(2013, 8, 31), 4), 4100000);
    assert_int_equal(edition_salary(ed, "national", date_of(2013, 9, 1), 4), 0);
    assert_int_equal(edition_salary(ed, "inner_london", date_of(2013, 8, 31), 4), 0);
    editions_fini(&editions);
}

static void AST_O2__the_exceptions_are_the_editions(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *before = editions_find(&editions, "ast-2006");
    const struct edition *ed = editions_find(&editions, "ast-2013");
    assert_null(edition_exception(before, "challenging"));
    assert_true(edition_exception(ed, "challenging")->school_mark);
    assert_true(edition_exception(before, "special_measures")->counts_inreach);
    assert_true(edition_exception(before, "new_teacher")->new_in_post);
    assert_false(before->outreach.shortfall_needs_exception);
    assert_true(ed->outreach.shortfall_needs_exception);
    assert_int_equal(ed->outreach.share_permille, 200);
    assert_int_equal(edition_period(ed, "outreach-build-up")->period.unit, PERIOD_YEARS);
    editions_fini(&editions);
}

static void AST_A3__six_standards_are_carried_over_and_marked(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *ed = editions_find(&editions, "ast-2013");
    static const size_t points[] = {4, 4, 3, 6, 2, 8};
    assert_int_equal(ed->standard_count, COUNT(points));
    for (size_t i = 0; i < COUNT(points); i++) {
        char code[2] = {(char)('1' + i), '\0'};
        const struct edition_standard *standard = edition_standard(ed, code);
        assert_non_null(standard);
        assert_true(standard->carried_over);
        assert_int_equal(standard->point_count, points[i]);
    }
    assert_null(edition_standard(ed, "7"));
    editions_fini(&editions);
}

static void AST_P5__sources_depend_on_year_and_nation(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *ed = editions_find(&editions, "ast-2013");
    const struct edition_funding *row = edition_funding(ed, "local_formula", 2012, "england");
    assert_non_null(row);
    assert_true(row->through_la);
    assert_null(edition_funding(ed, "local_formula", 2013, "england"));
    assert_non_null(edition_funding(ed, "local_formula", 2013, "wales"));
    assert_non_null(edition_funding(ed, "la_retained", 2013, "england"));
    assert_null(edition_funding(ed, "la_retained", 2012, "england"));
    assert_null(edition_funding(ed, "standards_fund", 2012, "england"));
    row = edition_funding(ed, "school_funded", 2013, "wales");
    assert_non_null(row);
    assert_false(row->through_la);
    editions_fini(&editions);
}

static void AST_S3__parents_are_normal_in_2006_and_ideal_in_2013(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *old = editions_find(&editions, "ast-2006");
    const struct edition *ed = editions_find(&editions, "ast-2013");
    assert_int_equal(edition_meeting(old, "parents")->need, NEED_NORMALLY);
    assert_int_equal(edition_meeting(ed, "parents")->need, NEED_IDEALLY);
    assert_int_equal(edition_meeting(ed, "lesson")->times, 2);
    assert_int_equal(edition_meeting(ed, "pupils")->people_min, 4);
    assert_int_equal(edition_meeting(ed, "pupils")->people_max, 8);
    assert_int_equal(edition_meeting(ed, "feedback")->minutes_min, 15);
    assert_int_equal(edition_meeting(ed, "feedback")->minutes_max, 30);
    assert_null(edition_meeting(ed, "lunch"));
    editions_fini(&editions);
}

static void AST_R2__only_2013_also_counts_from_the_assessment(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *old = editions_find(&editions, "ast-2006");
    const struct edition *ed = editions_find(&editions, "ast-2013");
    assert_null(edition_period_find(old, "review-from-assessment"));
    assert_int_equal(edition_period(ed, "review-from-assessment")->period.unit, PERIOD_DAYS);
    assert_int_equal(edition_period(ed, "review-from-assessment")->period.n, 40);
    assert_int_equal(edition_period(ed, "review-request")->period.unit, PERIOD_WORKING_DAYS);
    assert_int_equal(ed->review_ground_count, 3);
    assert_non_null(edition_review_ground(old, "bias"));
    assert_null(edition_review_ground(old, "unlucky"));
    editions_fini(&editions);
}

static void edition__a_case_opens_under_the_edition_of_its_day(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *ast = editions_find(&editions, "ast-2013");
    assert_ptr_equal(editions_on(&editions, SCHEME_AST, date_of(2012, 9, 1)), ast);
    assert_ptr_equal(editions_on(&editions, SCHEME_AST, date_of(2013, 8, 31)), ast);
    const struct edition *before = editions_find(&editions, "ast-2006");
    assert_ptr_equal(editions_on(&editions, SCHEME_AST, date_of(2012, 8, 31)), before);
    assert_ptr_equal(editions_on(&editions, SCHEME_AST, date_of(2005, 4, 1)), before);
    assert_null(editions_on(&editions, SCHEME_AST, date_of(2005, 3, 31)));
    assert_null(editions_on(&editions, SCHEME_AST, date_of(2013, 9, 1)));
    assert_null(editions_on(&editions, SCHEME_ATS, date_of(2013, 8, 31)));
    assert_null(editions_on(&editions, SCHEME_IAT, date_of(2013, 8, 31)));
    editions_fini(&editions);
}

static void edition__is_found_by_id_or_by_revision(void **state)
{
    (void)state;
    load_shipped();
    const struct edition *ed = editions_find(&editions, "ast-2013");
    assert_int_equal(strlen(ed->revision), strlen("ast-2013@") + 16);
    assert_ptr_equal(editions_find(&editions, ed->revision), ed);
    assert_null(editions_find(&editions, ""));
    assert_null(editions_find(&editions, "ast-20"));
    assert_null(editions_find(&editions, "ast-20@0000000000000000"));
    editions_fini(&editions);
}

static void GEN_10__a_revision_that_is_not_there_is_never_another_of_its_edition(void **state)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    (void)state;
    arena_init(&arena);
    load_shipped();
    assert_null(editions_find(&editions, "ast-2013@0000000000000000"));
    assert_string_equal(editions_why_not(&editions, "ast-2013@0000000000000000", &arena),
                        "the edition ast-2013@0000000000000000 is neither among the files of this "
                        "service nor among those that it has stored");
    editions_fini(&editions);
}

/* What was loaded with an overlay is loaded again from what was stored of it, with neither folder. */
static void GEN_10__a_kept_revision_is_what_it_was_with_its_overlay(void **state)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    (void)state;
    arena_init(&arena);
    load_shipped();
    const struct edition *then = editions_find(&editions, "ats-2022");
    const char *revision = arena_strdup(&arena, then->revision);
    const struct bytes source = {arena_copy(&arena, then->source.data, then->source.len),
                                 then->source.len};
    const size_t instalments = then->fee.instalment_on_count;
    assert_true(instalments > 0);
    editions_fini(&editions);

    assert_int_equal(editions_load(SHIPPED, NULL, &editions, &problem), 0);
    assert_null(editions_find(&editions, revision));
    assert_int_equal(editions_keep(&editions, revision, source), 0);
    assert_int_equal(editions_keep(&editions, revision, source), 0);
    assert_int_equal(editions.kept_count, 1);
    const struct edition *kept = editions_find(&editions, revision);
    assert_non_null(kept);
    assert_string_equal(kept->revision, revision);
    assert_int_equal(kept->fee.instalment_on_count, instalments);
    assert_ptr_equal(editions_find(&editions, revision), kept);
    assert_int_equal(editions_find(&editions, "ats-2022")->fee.instalment_on_count, 0);
    assert_ptr_equal(editions_on(&editions, SCHEME_ATS, kept->valid_from),
                     editions_find(&editions, "ats-2022"));
    editions_fini(&editions);
}

static void GEN_10__what_was_stored_is_its_revision_or_is_not_taken(void **state)
{
    static const uint8_t other[] = "id: ast-2013\n\0";
    const struct bytes source = {other, sizeof(other) - 1};
    (void)state;
    load_shipped();
    const struct edition *ed = editions_find(&editions, "ast-2013");
    assert_int_equal(editions_keep(&editions, "ast-2013@0000000000000000", source), E_EDITION);
    assert_int_equal(editions_keep(&editions, "ast-2013@0000000000000000", ed->source), E_EDITION);
    assert_int_equal(editions_keep(&editions, ed->revision, ed->source), 0); /* it is current */
    assert_int_equal(editions.kept_count, 0);
    editions_fini(&editions);
}

static void GEN_10__a_kept_revision_that_this_release_cannot_read_says_so(void **state)
{
    static const uint8_t old[] = "id: ast-1999\n\0";
    const struct bytes source = {old, sizeof(old) - 1};
    CLEANUP(arena_fini) struct arena arena = {0};
    char text[HASH_TEXT_BYTES];
    (void)state;
    arena_init(&arena);
    load_shipped();
    const char *revision =
        arena_printf(&arena, "ast-1999@%.16s", hash_format(hash_sha256(&source, 1), text));
    assert_int_equal(editions_keep(&editions, revision, source), 0);
    assert_null(editions_find(&editions, revision));
    assert_null(editions_find(&editions, revision));
    const char *why = editions_why_not(&editions, revision, &arena);
    assert_non_null(strstr(why, "this release cannot read the edition ast-1999@"));
    assert_non_null(strstr(why, "ast-1999.yaml"));
    editions_fini(&editions);
}

/* The shipped file of ast-2013 with `from` made `to`, as if it had been stored once: what became of it, or NULL. */
static const struct edition *find_stored(const char *from, const char *to, const char **ret_why,
                                         struct arena *arena)
{
    static char text[FILE_MAX];
    char hash_text[HASH_TEXT_BYTES];
    read_text(SHIPPED "/ast-2013.yaml", text);
    const char *at = strstr(text, from);
    assert_non_null(at);
    const char *changed =
        arena_printf(arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    const struct bytes source = {(const uint8_t *)changed, strlen(changed) + 1};
    const char *revision =
        arena_printf(arena, "ast-2013@%.16s", hash_format(hash_sha256(&source, 1), hash_text));
    assert_int_equal(editions_keep(&editions, revision, source), 0);
    const struct edition *found = editions_find(&editions, revision);
    *ret_why = editions_why_not(&editions, revision, arena);
    return found;
}

/* What today's files must have is not asked of what was stored before it was asked for. */
static void GEN_10__a_kept_revision_may_lack_what_is_asked_for_today(void **state)
{
    static const struct {
        const char *from;
        const char *to;
    } lacks[] = {
        {"code: feedback", "code: feedback-of-old"},
        {"channels: [online, e_mail, post]", ""},
        {"share_permille: 200", "share_permille: 0"},
        {"load: 5", "load: 0"},
        {"e_mail", "pigeon"},
    };
    CLEANUP(arena_fini) struct arena arena = {0};
    const char *why;
    (void)state;
    arena_init(&arena);
    load_shipped();
    const struct edition *ed = find_stored(lacks[0].from, lacks[0].to, &why, &arena);
    if (!ed) {
        fail_msg("%s", why);
        return;
    }
    assert_null(edition_period_find(ed, "feedback"));
    assert_non_null(edition_period_find(ed, "decision-letter"));
    for (size_t i = 1; i < COUNT(lacks); i++) {
        if (!find_stored(lacks[i].from, lacks[i].to, &why, &arena)) {
            fail_msg("%s: %s", lacks[i].to, why);
        }
    }
    editions_fini(&editions);
}

static void GEN_10__a_kept_revision_that_nothing_can_be_reckoned_with_is_not_read(void **state)
{
    static const struct {
        const char *from;
        const char *to;
        const char *why;
    } unsafe[] = {
        {"n: 20,", "n: -20,", "periods[0].period.n: -20"},
        {"from_month: 4", "from_month: 13", "from_month: no month"},
        {"review_month: 9", "review_month: 13", "pay.review_month: 13 is not a month"},
        {"id: ast-2013", "id: ast-2014", "id: \"ast-2014\" is not the file's name"},
        {"times: 2", "times: 9", "times: 9 is not from 1 to 4"},
    };
    CLEANUP(arena_fini) struct arena arena = {0};
    const char *why;
    (void)state;
    arena_init(&arena);
    load_shipped();
    for (size_t i = 0; i < COUNT(unsafe); i++) {
        assert_null(find_stored(unsafe[i].from, unsafe[i].to, &why, &arena));
        if (!strstr(why, unsafe[i].why)) {
            fail_msg("\"%s\" does not say \"%s\"", why, unsafe[i].why);
        }
    }
    editions_fini(&editions);
}

static void edition__the_difference_of_two_sets_is_named(void **state)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    (void)state;
    arena_init(&arena);
    load_shipped();
    const char *theirs[8];
    const size_t count = editions.count;
    for (size_t i = 0; i < count; i++) {
        theirs[i] = editions.list[i].revision;
    }
    assert_null(editions_difference(&editions, "funding", theirs, count, &arena));
    theirs[1] = "ast-2013@0123456789abcdef";
    const char *words = editions_difference(&editions, "funding", theirs, count, &arena);
    assert_string_equal(words, arena_printf(&arena,
                                            "edition ast-2013 is %s here and "
                                            "ast-2013@0123456789abcdef in funding",
                                            editions.list[1].revision));
    assert_non_null(strstr(editions_difference(&editions, "funding", theirs, 1, &arena),
                           " here and none in funding"));
    theirs[1] = editions.list[1].revision;
    theirs[count] = "iat-2030@0123456789abcdef";
    assert_string_equal(editions_difference(&editions, "funding", theirs, count + 1, &arena),
                        "edition iat-2030@0123456789abcdef of funding is none here");
    editions_fini(&editions);
}

static void edition__revision_follows_file_and_overlay(void **state)
{
    (void)state;
    char first[64];
    struct hash all;
    write_changed("ats-2022.yaml", "cohorts of 2022 and 2023", "cohorts of 2022 and 2023");
    assert_int_equal(editions_load(folder, overlays, &editions, &problem), 0);
    (void)snprintf(first, sizeof(first), "%s", editions.list[0].revision);
    all = editions.revision;
    editions_fini(&editions);

    assert_int_equal(editions_load(folder, overlays, &editions, &problem), 0);
    assert_string_equal(editions.list[0].revision, first);
    assert_true(hash_equal(editions.revision, all));
    editions_fini(&editions);

    write_text(overlays, "ats-2022.yaml",
               "instalments: { cohort: 2023, on: [2023-11-01, 2023-12-01, 2024-01-01, 2024-02-01, "
               "2024-03-01, 2024-04-01] }\n");
    assert_int_equal(editions_load(folder, overlays, &editions, &problem), 0);
    assert_string_not_equal(editions.list[0].revision, first);
    assert_false(hash_equal(editions.revision, all));
    editions_fini(&editions);
}

static void ATS_A7__the_operator_gives_the_days_of_instalments(void **state)
{
    (void)state;
    load_shipped();
    const struct edition_fee *fee = &editions_find(&editions, "ats-2022")->fee;
    assert_int_equal(fee->instalment_cohort, 2022);
    assert_int_equal(fee->instalment_on_count, 6);
    assert_int_equal(fee->instalment_on[0].days, date_of(2022, 11, 1).days);
    assert_int_equal(fee->instalment_on[5].days, date_of(2023, 4, 1).days);
    editions_fini(&editions);
    assert_int_equal(editions_load(SHIPPED, NULL, &editions, &problem), 0);
    assert_int_equal(editions_find(&editions, "ats-2022")->fee.instalment_on_count, 0);
    editions_fini(&editions);
}

static void edition__overlay_adds_and_replaces_rows_of_the_timeline(void **state)
{
    (void)state;
    write_changed("ats-2022.yaml", "March 2022", "March 2022");
    write_text(overlays, "ats-2022.yaml",
               "activities:\n"
               "  - { code: conference, title: Speak at the conference, month: 4, year_offset: 1, "
               "required: false, rule: ATS-P2 }\n"
               "  - { code: reading-done, title: Complete the reading, month: 6, year_offset: 1, "
               "required: true, evidence: reading-log, rule: ATS-P2 }\n");
    assert_int_equal(editions_load(SHIPPED, NULL, &editions, &problem), 0);
    const size_t before = editions_find(&editions, "ats-2022")->activity_count;
    editions_fini(&editions);
    assert_int_equal(editions_load(folder, overlays, &editions, &problem), 0);
    const struct edition *ed = &editions.list[0];
    assert_int_equal(ed->activity_count, before + 1);
    assert_string_equal(edition_activity(ed, "conference")[-1].code, "events-spring");
    assert_string_equal(edition_activity(ed, "reading-done")->title, "Complete the reading");
    assert_string_equal(edition_activity(ed, "reading-done")[1].code, "observation-3");
    editions_fini(&editions);
}

static void AST_A3__an_operator_replaces_the_standards(void **state)
{
    (void)state;
    static char text[4000];
    size_t len = (size_t)snprintf(text, sizeof(text), "standards:\n");
    for (int i = 1; i <= 6; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len,
                                "  - { code: \"%d\", title: New %d, points: [One] }\n", i, i);
    }
    write_changed("ast-2013.yaml", "Surrey", "Surrey");
    write_text(overlays, "ast-2013.yaml", text);
    assert_int_equal(editions_load(folder, overlays, &editions, &problem), 0);
    const struct edition_standard *standard = edition_standard(&editions.list[0], "4");
    assert_string_equal(standard->title, "New 4");
    assert_int_equal(standard->point_count, 1);
    assert_false(standard->carried_over);
    editions_fini(&editions);
}

static void edition__faults_of_form_name_file_line_and_key(void **state)
{
    (void)state;
    const char *ast = "ast-2013.yaml";
    expect_fault(
        ast, "agency:", "agent: 1\nagency:", "ast-2013.yaml:14: Unexpected key: agent; in mapping");
    expect_fault(ast, "agency:", "title: Again\nagency:",
                 "ast-2013.yaml:14: Mapping field already seen: title");
    expect_fault(ast, "id: ast-2013\n", "", "Missing required mapping field: id");
    expect_fault(ast, "  name: National", "  nam: National", "Unexpected key: nam");
    expect_fault(ast, "n: 20, unit: working_days", "n: 20, unit: fortnights",
                 "ast-2013.yaml:32: Invalid ENUM value: fortnights; in mapping field 'unit'");
    expect_fault(ast, "n: -5, unit: working_days", "n: -5, unit: months",
                 "Invalid ENUM value: months");
    expect_fault(ast, "n: 20,", "n: twenty,", "Invalid INT value: 'twenty'; in mapping field 'n'");
    expect_fault(ast, "excellent: true", "excellent: perhaps", "Invalid ENUM value: perhaps");
    expect_fault(ast, "scheme: ast", "scheme: astronomy", "Invalid ENUM value: astronomy");
    expect_fault(ast, "channels: [online, e_mail, post]", "channels: online", "ast-2013.yaml:20: ");
    expect_fault(ast, "agency:", "agency: {", "ast-2013.yaml:15: ");
    expect_fault(ast, "periods:", "\tperiods:", "ast-2013.yaml:24: libyaml: ");
}

static void edition__faults_of_sense_name_file_and_field(void **state)
{
    (void)state;
    const char *ast = "ast-2013.yaml";
    expect_fault(ast, "id: ast-2013", "id: ast-2014", "ast-2013.yaml: id: \"ast-2014\"");
    expect_fault(ast, "from: 2012-09-01", "from: 2012-09-31", "ast-2013.yaml: valid_from: ");
    expect_fault(ast, "to: 2013-08-31", "to: 2012-08-31", "valid_to: before valid_from");
    expect_fault(ast, "AST@babcock", "AST.babcock", "agency.email: ");
    expect_fault(ast, "code: feedback", "code: ast2", "periods[6].code: \"ast2\" is there already");
    expect_fault(ast, "code: feedback", "code: feedbacks", "periods: \"feedback\" is missing");
    expect_fault(ast, "code: feedback", "code: Feed back", "periods[5].code: \"Feed back\"");
    expect_fault(ast, "rule: AST-T1", "rule: T1", "periods[6].rule: \"T1\" is not a rule id");
    expect_fault(ast, "n: 20,", "n: -20,", "periods[0].period.n: -20");
    expect_fault(ast, "from_month: 4", "from_month: 13", "from_month: no month");
    expect_fault(ast, "from_month: 4", "from_month: -1", "from_month: no month");
    expect_fault(ast, "from_month: 4", "from_month: 4\n    counted_back: true",
                 "from_month: no month");
    expect_fault(ast, "from_month: 9", "from_month: 8", "\"pay-review\" is not counted from");
    expect_fault(ast, "n: 10, unit: working_days }\n  # Own", "n: 3, unit: working_days }\n  # Own",
                 "periods[0].reminders: reminders are not in order");
    expect_fault(ast, "e_mail", "pigeon", "channels[1]: \"pigeon\" is not a channel");
    expect_fault(ast, "source: partner", "source: bank", "funding[5].source: \"bank\"");
    expect_fault(ast, "nation: wales", "nation: france", "funding[1].nation: \"france\"");
    expect_fault(ast, "nation: wales", "nation: any", "\"local_formula\" is given twice");
    expect_fault(ast, "last_year: 2012,", "last_year: 2011,", "funding[0].last_year: 2012 to 2011");
    expect_fault(ast, "code: \"6\"", "code: \"5\"", "standards[5].code: \"5\" is there already");
    expect_fault(ast, "code: lesson, title: Lesson observed, need: always, times: 2",
                 "code: lesson, title: Lesson observed, need: always, times: 1",
                 "programme: 1 lessons where two are observed");
    expect_fault(ast, "people_max: 8", "people_max: 3", "programme[6].code: a least that is above");
    expect_fault(ast, "code: bias", "code: irrelevant", "review_grounds[2].code: \"irrelevant\"");
    expect_fault(ast, "load: 5", "load: 0", "allocation: points above 0 are needed");

    const char *ats = "ats-2022.yaml";
    expect_fault(ats, "to_day: 31", "to_day: 32", "window: ");
    expect_fault(ats, "from_month: 4", "from_month: 9", "window: it ends before it begins");
    expect_fault(ats, "month: 9, day: 30", "month: 9, day: 31", "confirm: ");
    expect_fault(ats, "cohort_start_month: 10", "cohort_start_month: 0", "cohort_start_month: 0");
    expect_fault(ats, "total_pence: 77500", "total_pence: 77400", "fee.total_pence: ");
    expect_fault(ats, "mentor_meetings: 3", "mentor_meetings: 0", "mentor_meetings: 0");
    expect_fault(ats, "month: 9, year_offset: 0", "month: 13, year_offset: 0",
                 "activities[0].month: 13");
    expect_fault(ats, "month: 11, year_offset: 0", "month: 9, year_offset: 0",
                 "activities[10].month: earlier than the row above");
    expect_fault(ats, "evidence: video-clip", "evidence: film",
                 "evidence: \"film\" is not among evidence_kinds");
    expect_fault(ats, "  - code: \"7\"",
                 "  - code: \"77\"\n    title: More\n    points: [One]\n"
                 "  - code: \"7\"",
                 "standards: 21 where the scheme has 20");
}

static void edition__faults_of_overlays_name_the_overlay(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } faults[] = {
        {"fee: 3\n", "overlays/ats-2022.yaml:1: Unexpected key: fee; in mapping"},
        {"instalments: { cohort: 2022, on: [soon] }\n",
         "overlays/ats-2022.yaml: instalments.on[0]: \"soon\""},
        {"instalments: { cohort: 2022, on: [2022-11-01] }\n", "instalments.on: 1 days for 6"},
        {"instalments: { cohort: 2022, on: [2022-11-01, 2022-12-01, 2022-12-01, 2023-02-01, "
         "2023-03-01, 2023-04-01] }\n",
         "instalments.on[2]: not later"},
        {"instalments: { cohort: 2020, on: [2022-11-01, 2022-12-01, 2023-01-01, 2023-02-01, "
         "2023-03-01, 2023-04-01] }\n",
         "instalments.cohort: 2020"},
    };
    write_changed("ats-2022.yaml", "March 2022", "March 2022");
    for (size_t i = 0; i < COUNT(faults); i++) {
        write_text(overlays, "ats-2022.yaml", faults[i].text);
        expect_problem(faults[i].words);
    }
    forget(overlays, "ats-2022.yaml");
    write_text(overlays, "ast-2013.yaml", "activities: []\n");
    expect_problem("overlays/ast-2013.yaml: there is no edition of this name");
}

static void edition__faults_of_the_set_are_refused(void **state)
{
    (void)state;
    expect_problem("no edition files");
    write_text(folder, "ast-2013.yaml", "");
    expect_problem("ast-2013.yaml: empty");
    static char text[FILE_MAX];
    read_text(SHIPPED "/ast-2013.yaml", text);
    write_text(folder, "ast-2013.yaml", text);
    char *id = strstr(text, "id: ast-2013");
    assert_non_null(id);
    id[strlen("id: ast-2013") - 1] = '4';
    write_text(folder, "ast-2014.yaml", text);
    expect_problem("ast-2014.yaml: valid_from: days that ast-2013 has too");
    assert_int_equal(editions_load("/nowhere", NULL, &editions, &problem), E_EDITION);
    editions_fini(&editions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(edition__ast_2013_has_the_periods_of_the_sources, setup,
                                        clean),
        cmocka_unit_test_setup_teardown(edition__ast_2006_differs_where_the_guidance_does, setup,
                                        clean),
        cmocka_unit_test_setup_teardown(AST_T3__the_spine_changes_in_september_2006, setup, clean),
        cmocka_unit_test_setup_teardown(AST_T3__an_operator_loads_the_pay_of_a_point, setup, clean),
        cmocka_unit_test_setup_teardown(AST_O2__the_exceptions_are_the_editions, setup, clean),
        cmocka_unit_test_setup_teardown(AST_A3__six_standards_are_carried_over_and_marked, setup,
                                        clean),
        cmocka_unit_test_setup_teardown(AST_P5__sources_depend_on_year_and_nation, setup, clean),
        cmocka_unit_test_setup_teardown(AST_S3__parents_are_normal_in_2006_and_ideal_in_2013, setup,
                                        clean),
        cmocka_unit_test_setup_teardown(AST_R2__only_2013_also_counts_from_the_assessment, setup,
                                        clean),
        cmocka_unit_test_setup_teardown(edition__a_case_opens_under_the_edition_of_its_day, setup,
                                        clean),
        cmocka_unit_test_setup_teardown(edition__is_found_by_id_or_by_revision, setup, clean),
        cmocka_unit_test_setup_teardown(
            GEN_10__a_revision_that_is_not_there_is_never_another_of_its_edition, setup, clean),
        cmocka_unit_test_setup_teardown(GEN_10__a_kept_revision_is_what_it_was_with_its_overlay,
                                        setup, clean),
        cmocka_unit_test_setup_teardown(GEN_10__what_was_stored_is_its_revision_or_is_not_taken,
                                        setup, clean),
        cmocka_unit_test_setup_teardown(
            GEN_10__a_kept_revision_that_this_release_cannot_read_says_so, setup, clean),
        cmocka_unit_test_setup_teardown(GEN_10__a_kept_revision_may_lack_what_is_asked_for_today,
                                        setup, clean),
        cmocka_unit_test_setup_teardown(
            GEN_10__a_kept_revision_that_nothing_can_be_reckoned_with_is_not_read, setup, clean),
        cmocka_unit_test_setup_teardown(edition__the_difference_of_two_sets_is_named, setup, clean),
        cmocka_unit_test_setup_teardown(edition__revision_follows_file_and_overlay, setup, clean),
        cmocka_unit_test_setup_teardown(ATS_A7__the_operator_gives_the_days_of_instalments, setup,
                                        clean),
        cmocka_unit_test_setup_teardown(edition__overlay_adds_and_replaces_rows_of_the_timeline,
                                        setup, clean),
        cmocka_unit_test_setup_teardown(AST_A3__an_operator_replaces_the_standards, setup, clean),
        cmocka_unit_test_setup_teardown(edition__faults_of_form_name_file_line_and_key, setup,
                                        clean),
        cmocka_unit_test_setup_teardown(edition__faults_of_sense_name_file_and_field, setup, clean),
        cmocka_unit_test_setup_teardown(edition__faults_of_overlays_name_the_overlay, setup, clean),
        cmocka_unit_test_setup_teardown(edition__faults_of_the_set_are_refused, setup, clean),
    };
    return cmocka_run_group_tests(tests, setup, remove_folders);
}
