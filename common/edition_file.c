/*
 * The form of edition files, as a schema for libcyaml. A key that a release adds is OPTIONAL here, and edition_check() asks
 * for it: what was stored before can be read for ever. What the schema does not name is refused, and so
 * are unknown words and wrong types, with the line. Everything read lives in the caller's arena: the
 * library allocates from it and its frees do nothing.
 */
#include "edition_file.h"

#include <stdio.h>
#include <string.h>

#include <cyaml/cyaml.h>

#include "err.h"

enum { CODE_MAX = 40, LINE_BYTES = 300, TEXT_MAX = 1000, LIST_MAX = 200, PROBLEM_MAX = 2000 };

#define REQUIRED CYAML_FLAG_DEFAULT
#define OPTIONAL CYAML_FLAG_OPTIONAL
#define LIST(key, flags, type, member, count, entry)                                               \
    CYAML_FIELD_SEQUENCE_COUNT(key, (flags) | CYAML_FLAG_POINTER, type, member, count, entry, 0,   \
                               LIST_MAX)
#define WORD(key, flags, type, member) CYAML_FIELD_STRING_PTR(key, flags, type, member, 1, CODE_MAX)
#define TEXT(key, flags, type, member) CYAML_FIELD_STRING_PTR(key, flags, type, member, 1, TEXT_MAX)
#define FLAG(key, flags, type, member)                                                             \
    CYAML_FIELD_ENUM(key, (flags) | CYAML_FLAG_STRICT, type, member, flag_words, COUNT(flag_words))
#define UNIT(key, type, member, words)                                                             \
    CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT, type, member, words, COUNT(words))

/* clang-format off */
static const cyaml_strval_t flag_words[] = {{"false", false}, {"true", true}};

static const cyaml_strval_t scheme_words[] = {
    {"ast", SCHEME_AST}, {"ats", SCHEME_ATS}, {"iat", SCHEME_IAT},
};

static const cyaml_strval_t unit_words[] = {
    {"working_days", PERIOD_WORKING_DAYS}, {"days", PERIOD_DAYS}, {"weeks", PERIOD_WEEKS},
    {"working_weeks", PERIOD_WORKING_WEEKS}, {"months", PERIOD_MONTHS}, {"years", PERIOD_YEARS},
    {"month_end", PERIOD_MONTH_END},
};

static const cyaml_strval_t reminder_unit_words[] = {
    {"working_days", PERIOD_WORKING_DAYS}, {"days", PERIOD_DAYS},
};

static const cyaml_schema_value_t word_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CODE_MAX),
};
static const cyaml_schema_value_t text_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_MAX),
};

static const cyaml_schema_field_t reminder_fields[] = {
    CYAML_FIELD_INT("n", REQUIRED, struct edition_reminder, n),
    UNIT("unit", struct edition_reminder, unit, reminder_unit_words),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t reminder_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_reminder, reminder_fields),
};

static const cyaml_schema_field_t length_fields[] = {
    CYAML_FIELD_INT("n", REQUIRED, struct period, n),
    UNIT("unit", struct period, unit, unit_words),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t period_fields[] = {
    WORD("code", REQUIRED, struct edition_period, code),
    WORD("rule", REQUIRED, struct edition_period, rule),
    TEXT("title", REQUIRED, struct edition_period, title),
    TEXT("act", OPTIONAL, struct edition_period, act),
    FLAG("notice", OPTIONAL, struct edition_period, notice),
    CYAML_FIELD_MAPPING("period", REQUIRED, struct edition_period, period, length_fields),
    FLAG("counted_back", OPTIONAL, struct edition_period, counted_back),
    CYAML_FIELD_INT("from_month", OPTIONAL, struct edition_period, from_month),
    LIST("reminders", REQUIRED, struct edition_period, reminders, reminder_count, &reminder_entry),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t period_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_period, period_fields),
};

static const cyaml_schema_field_t standard_fields[] = {
    WORD("code", REQUIRED, struct edition_standard, code),
    TEXT("title", REQUIRED, struct edition_standard, title),
    LIST("points", REQUIRED, struct edition_standard, points, point_count, &text_entry),
    FLAG("carried_over", OPTIONAL, struct edition_standard, carried_over),
    FLAG("in_writing", OPTIONAL, struct edition_standard, in_writing),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t standard_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_standard, standard_fields),
};

static const cyaml_schema_field_t funding_fields[] = {
    WORD("source", REQUIRED, struct edition_funding, source),
    CYAML_FIELD_INT("first_year", REQUIRED, struct edition_funding, first_year),
    CYAML_FIELD_INT("last_year", REQUIRED, struct edition_funding, last_year),
    WORD("nation", REQUIRED, struct edition_funding, nation),
    FLAG("through_la", REQUIRED, struct edition_funding, through_la),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t funding_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_funding, funding_fields),
};

static const cyaml_schema_field_t grant_fields[] = {
    WORD("source", REQUIRED, struct edition_grant, source),
    CYAML_FIELD_INT("year", REQUIRED, struct edition_grant, year),
    CYAML_FIELD_INT("outreach_pence", REQUIRED, struct edition_grant, outreach_pence),
    CYAML_FIELD_INT("salary_pence", REQUIRED, struct edition_grant, salary_pence),
    CYAML_FIELD_INT("coordination_pence", REQUIRED, struct edition_grant, coordination_pence),
    CYAML_FIELD_INT("coordination_least_pence", REQUIRED, struct edition_grant,
                    coordination_least_pence),
    CYAML_FIELD_INT("department_permille", REQUIRED, struct edition_grant, department_permille),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t grant_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_grant, grant_fields),
};

static const cyaml_schema_field_t career_fields[] = {
    WORD("nation", REQUIRED, struct edition_career, nation),
    CYAML_FIELD_INT("from_year", REQUIRED, struct edition_career, from_year),
    CYAML_FIELD_INT("from_month", REQUIRED, struct edition_career, from_month),
    WORD("code", REQUIRED, struct edition_career, code),
    TEXT("title", REQUIRED, struct edition_career, title),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t career_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_career, career_fields),
};

static const cyaml_schema_field_t spine_fields[] = {
    WORD("area", REQUIRED, struct edition_spine, area),
    CYAML_FIELD_INT("from_year", REQUIRED, struct edition_spine, from_year),
    CYAML_FIELD_INT("from_month", REQUIRED, struct edition_spine, from_month),
    CYAML_FIELD_INT("points", REQUIRED, struct edition_spine, points),
    CYAML_FIELD_INT("lowest_pence", OPTIONAL, struct edition_spine, lowest_pence),
    CYAML_FIELD_INT("highest_pence", OPTIONAL, struct edition_spine, highest_pence),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t spine_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_spine, spine_fields),
};

static const cyaml_schema_field_t salary_fields[] = {
    WORD("area", REQUIRED, struct edition_salary, area),
    CYAML_FIELD_INT("year", REQUIRED, struct edition_salary, year),
    CYAML_FIELD_INT("point", REQUIRED, struct edition_salary, point),
    CYAML_FIELD_INT("pence", REQUIRED, struct edition_salary, pence),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t salary_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_salary, salary_fields),
};

static const cyaml_schema_field_t pay_fields[] = {
    CYAML_FIELD_INT("range_points", OPTIONAL, struct edition_pay, range_points),
    CYAML_FIELD_INT("review_month", OPTIONAL, struct edition_pay, review_month),
    CYAML_FIELD_INT("large_rise", OPTIONAL, struct edition_pay, large_rise),
    CYAML_FIELD_INT("threshold_point", OPTIONAL, struct edition_pay, threshold_point),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t exception_fields[] = {
    WORD("kind", REQUIRED, struct edition_exception, kind),
    FLAG("school_mark", OPTIONAL, struct edition_exception, school_mark),
    FLAG("counts_inreach", OPTIONAL, struct edition_exception, counts_inreach),
    FLAG("new_in_post", OPTIONAL, struct edition_exception, new_in_post),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t exception_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_exception, exception_fields),
};

static const cyaml_schema_field_t outreach_fields[] = {
    CYAML_FIELD_INT("share_permille", OPTIONAL, struct edition_outreach, share_permille),
    FLAG("shortfall_needs_exception", REQUIRED, struct edition_outreach, shortfall_needs_exception),
    CYAML_FIELD_INT("subject_weight", REQUIRED, struct edition_outreach, subject_weight),
    CYAML_FIELD_INT("key_stage_weight", REQUIRED, struct edition_outreach, key_stage_weight),
    CYAML_FIELD_INT("strength_weight", REQUIRED, struct edition_outreach, strength_weight),
    CYAML_FIELD_INT("district_weight", REQUIRED, struct edition_outreach, district_weight),
    LIST("exceptions", REQUIRED, struct edition_outreach, exceptions, exception_count, &exception_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t activity_fields[] = {
    WORD("code", REQUIRED, struct edition_activity, code),
    TEXT("title", REQUIRED, struct edition_activity, title),
    CYAML_FIELD_INT("month", REQUIRED, struct edition_activity, month),
    CYAML_FIELD_INT("year_offset", REQUIRED, struct edition_activity, year_offset),
    FLAG("required", REQUIRED, struct edition_activity, required),
    FLAG("by_mentor", OPTIONAL, struct edition_activity, by_mentor),
    WORD("evidence", OPTIONAL, struct edition_activity, evidence),
    WORD("rule", REQUIRED, struct edition_activity, rule),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t activity_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_activity, activity_fields),
};

static const cyaml_schema_field_t criterion_fields[] = {
    WORD("code", REQUIRED, struct edition_criterion, code),
    TEXT("text", REQUIRED, struct edition_criterion, text),
    FLAG("essential", REQUIRED, struct edition_criterion, essential),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t criterion_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_criterion, criterion_fields),
};

static const cyaml_schema_field_t fee_fields[] = {
    CYAML_FIELD_INT("total_pence", REQUIRED, struct edition_fee, total_pence),
    CYAML_FIELD_INT("first_pence", REQUIRED, struct edition_fee, first_pence),
    CYAML_FIELD_INT("instalments", REQUIRED, struct edition_fee, instalments),
    CYAML_FIELD_INT("instalment_pence", REQUIRED, struct edition_fee, instalment_pence),
    CYAML_FIELD_END,
};

static const cyaml_strval_t need_words[] = {
    {"always", NEED_ALWAYS}, {"normally", NEED_NORMALLY}, {"where_apt", NEED_WHERE_APT}, {"ideally", NEED_IDEALLY},
};
static const cyaml_schema_field_t meeting_fields[] = {
    WORD("code", REQUIRED, struct edition_meeting, code),
    TEXT("title", REQUIRED, struct edition_meeting, title),
    UNIT("need", struct edition_meeting, need, need_words),
    CYAML_FIELD_INT("times", REQUIRED, struct edition_meeting, times),
    CYAML_FIELD_INT("order", REQUIRED, struct edition_meeting, order),
    CYAML_FIELD_INT("minutes_min", OPTIONAL, struct edition_meeting, minutes_min),
    CYAML_FIELD_INT("minutes_max", OPTIONAL, struct edition_meeting, minutes_max),
    CYAML_FIELD_INT("people_min", OPTIONAL, struct edition_meeting, people_min),
    CYAML_FIELD_INT("people_max", OPTIONAL, struct edition_meeting, people_max),
    FLAG("contributors", OPTIONAL, struct edition_meeting, contributors),
    FLAG("lesson", OPTIONAL, struct edition_meeting, lesson),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t meeting_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_meeting, meeting_fields),
};
static const cyaml_schema_field_t item_fields[] = {
    WORD("code", REQUIRED, struct edition_item, code),
    TEXT("title", REQUIRED, struct edition_item, title),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t item_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct edition_item, item_fields),
};
static const cyaml_schema_field_t allocation_fields[] = {
    CYAML_FIELD_INT("phase", REQUIRED, struct edition_allocation, phase),
    CYAML_FIELD_INT("subject", REQUIRED, struct edition_allocation, subject),
    CYAML_FIELD_INT("region", REQUIRED, struct edition_allocation, region),
    CYAML_FIELD_INT("load", REQUIRED, struct edition_allocation, load),
    CYAML_FIELD_END,
};

#define EDITION struct edition_file
static const cyaml_schema_field_t agency_fields[] = {
    TEXT("name", REQUIRED, struct edition, agency_name),
    TEXT("address", REQUIRED, struct edition, agency_address),
    TEXT("email", OPTIONAL, struct edition, agency_email),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t window_fields[] = {
    CYAML_FIELD_INT("from_month", REQUIRED, struct edition, window_from_month),
    CYAML_FIELD_INT("from_day", REQUIRED, struct edition, window_from_day),
    CYAML_FIELD_INT("to_month", REQUIRED, struct edition, window_to_month),
    CYAML_FIELD_INT("to_day", REQUIRED, struct edition, window_to_day),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t confirm_fields[] = {
    CYAML_FIELD_INT("month", REQUIRED, struct edition, confirm_month),
    CYAML_FIELD_INT("day", REQUIRED, struct edition, confirm_day),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t edition_fields[] = {
    WORD("id", REQUIRED, EDITION, edition.id),
    UNIT("scheme", EDITION, edition.scheme, scheme_words),
    TEXT("title", REQUIRED, EDITION, edition.title),
    WORD("valid_from", REQUIRED, EDITION, valid_from),
    WORD("valid_to", REQUIRED, EDITION, valid_to),
    /* The parts below are groups in the file and plain members in C. */
    CYAML_FIELD_MAPPING("agency", REQUIRED, EDITION, edition, agency_fields),
    LIST("periods", REQUIRED, EDITION, edition.periods, edition.period_count, &period_entry),
    LIST("standards", REQUIRED, EDITION, edition.standards, edition.standard_count, &standard_entry),
    LIST("funding", OPTIONAL, EDITION, edition.funding, edition.funding_count, &funding_entry),
    LIST("grants", OPTIONAL, EDITION, edition.grants, edition.grant_count, &grant_entry),
    CYAML_FIELD_INT("reapply_terms", OPTIONAL, EDITION, edition.reapply_terms),
    CYAML_FIELD_INT("last_summer", OPTIONAL, EDITION, edition.last_summer),
    CYAML_FIELD_INT("last_summer_unsure", OPTIONAL, EDITION, edition.last_summer_unsure),
    LIST("career_stages", OPTIONAL, EDITION, edition.careers, edition.career_count, &career_entry),
    LIST("pay_spines", OPTIONAL, EDITION, edition.spines, edition.spine_count, &spine_entry),
    CYAML_FIELD_MAPPING("pay", OPTIONAL, EDITION, edition.pay, pay_fields),
    CYAML_FIELD_MAPPING("outreach", OPTIONAL, EDITION, edition.outreach, outreach_fields),
    LIST("channels", OPTIONAL, EDITION, edition.channels, edition.channel_count, &word_entry),
    FLAG("both_lessons_excellent", OPTIONAL, EDITION, edition.both_lessons_excellent),
    FLAG("la_gets_copy_only", OPTIONAL, EDITION, edition.la_gets_copy_only),
    LIST("programme", OPTIONAL, EDITION, edition.programme, edition.programme_count, &meeting_entry),
    LIST("primary_lessons", OPTIONAL, EDITION, edition.primary_lessons, edition.primary_lesson_count, &word_entry),
    LIST("review_grounds", OPTIONAL, EDITION, edition.review_grounds, edition.review_ground_count, &item_entry),
    CYAML_FIELD_MAPPING("allocation", OPTIONAL, EDITION, edition.allocation, allocation_fields),
    CYAML_FIELD_MAPPING("window", OPTIONAL, EDITION, edition, window_fields),
    CYAML_FIELD_INT("cohort_start_month", OPTIONAL, EDITION, edition.cohort_start_month),
    CYAML_FIELD_MAPPING("confirm", OPTIONAL, EDITION, edition, confirm_fields),
    LIST("activities", OPTIONAL, EDITION, edition.activities, edition.activity_count, &activity_entry),
    LIST("activity_reminders", OPTIONAL, EDITION, edition.activity_reminders,
         edition.activity_reminder_count, &reminder_entry),
    LIST("criteria", OPTIONAL, EDITION, edition.criteria, edition.criterion_count, &criterion_entry),
    LIST("evidence_kinds", OPTIONAL, EDITION, edition.evidence_kinds, edition.evidence_kind_count,
         &word_entry),
    CYAML_FIELD_INT("mentor_meetings", OPTIONAL, EDITION, edition.mentor_meetings),
    CYAML_FIELD_MAPPING("fee", OPTIONAL, EDITION, edition.fee, fee_fields),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t edition_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, EDITION, edition_fields),
};

#define OVERLAY struct edition_overlay
static const cyaml_schema_field_t instalment_fields[] = {
    CYAML_FIELD_INT("cohort", REQUIRED, OVERLAY, instalment_cohort),
    LIST("on", REQUIRED, OVERLAY, instalment_on, instalment_on_count, &word_entry),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t overlay_fields[] = {
    {.key = "instalments", .data_offset = 0,
     .value = {CYAML_VALUE_MAPPING(OPTIONAL, OVERLAY, instalment_fields)}},
    LIST("activities", OPTIONAL, OVERLAY, activities, activity_count, &activity_entry),
    LIST("standards", OPTIONAL, OVERLAY, standards, standard_count, &standard_entry),
    LIST("salaries", OPTIONAL, OVERLAY, salaries, salary_count, &salary_entry),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t overlay_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, OVERLAY, overlay_fields),
};
/* clang-format on */

/* Every piece is preceded by its size, so that growing one can copy it. */
union piece_head {
    size_t size_bytes;
    max_align_t align;
};

static void *memory(void *ctx, void *ptr, size_t size_bytes)
{
    if (size_bytes == 0) {
        return NULL;
    }
    union piece_head *piece = arena_alloc(ctx, sizeof(*piece) + size_bytes);
    piece->size_bytes = size_bytes;
    if (ptr) {
        const union piece_head *old = (const union piece_head *)ptr - 1;
        memcpy(piece + 1, ptr, old->size_bytes < size_bytes ? old->size_bytes : size_bytes);
    }
    return piece + 1;
}

struct problem {
    struct arena *arena;
    const char *text; /* "" until the first line */
};

static PRINTF(3, 0) void collect(cyaml_log_t level, void *ctx, const char *format, va_list args)
{
    (void)level;
    struct problem *problem = ctx;
    char line[LINE_BYTES];
    (void)vsnprintf(line, sizeof(line), format, args);
    const char *text = strncmp(line, "Load: ", 6) == 0 ? line + 6 : line;
    text += strspn(text, " ");
    const int len = (int)strcspn(text, "\n");
    if (len == 0 || strncmp(text, "Backtrace:", 10) == 0 ||
        strlen(problem->text) + (size_t)len > PROBLEM_MAX) {
        return;
    }
    problem->text = arena_printf(problem->arena, "%s%s%.*s", problem->text,
                                 problem->text[0] ? "; " : "", len, text);
}

/* The first "line: N" in the library's words, or 0. */
static int line_told(const char *words)
{
    const char *at = strstr(words, "line: ");
    int line = 0;
    for (at = at ? at + 6 : ""; *at >= '0' && *at <= '9' && line < 1000000; at++) {
        line = line * 10 + (*at - '0');
    }
    return line;
}

/* The library tells a key that it refuses by the place before it: the line on which it stands. */
static int line_of_key(struct bytes text, int from, const char *key, size_t key_len)
{
    int line = 1;
    for (size_t i = 0; i + key_len < text.len; i++) {
        const bool begins = i == 0 || strchr(" \n{,", text.data[i - 1]) != NULL;
        if (line >= from && begins && memcmp(text.data + i, key, key_len) == 0 &&
            text.data[i + key_len] == ':') {
            return line;
        }
        line += text.data[i] == '\n';
    }
    return from;
}

/* "name:line: problem", the line left out where none is known. */
static const char *problem_with_line(const char *name, struct bytes text,
                                     const struct problem *problem)
{
    static const char *const before_key[] = {"Unexpected key: ", "Mapping field already seen: "};
    int line = line_told(problem->text);
    for (size_t i = 0; line > 0 && i < COUNT(before_key); i++) {
        const size_t skip = strlen(before_key[i]);
        if (strncmp(problem->text, before_key[i], skip) == 0) {
            const char *key = problem->text + skip;
            line = line_of_key(text, line, key, strcspn(key, ";"));
        }
    }
    return line == 0 ? arena_printf(problem->arena, "%s: %s", name, problem->text)
                     : arena_printf(problem->arena, "%s:%d: %s", name, line, problem->text);
}

static int parse(const char *name, struct bytes text, const cyaml_schema_value_t *schema,
                 struct arena *arena, void **ret, const char **ret_problem)
{
    struct problem problem = {.arena = arena, .text = ""};
    const cyaml_config_t config = {
        .log_fn = collect,
        .log_ctx = &problem,
        .mem_fn = memory,
        .mem_ctx = arena,
        .log_level = CYAML_LOG_WARNING,
        .flags = CYAML_CFG_DEFAULT,
    };
    cyaml_data_t *data = NULL;
    const cyaml_err_t err = cyaml_load_data(text.data, text.len, &config, schema, &data, NULL);
    if (err != CYAML_OK || !data) {
        if (problem.text[0] == '\0') {
            problem.text = cyaml_strerror(err);
        }
        *ret_problem = problem_with_line(name, text, &problem);
        return E_EDITION;
    }
    *ret = data;
    return 0;
}

int edition_file_parse(const char *name, struct bytes text, struct arena *arena,
                       struct edition_file **ret, const char **ret_problem)
{
    void *data = NULL;
    const int err = parse(name, text, &edition_schema, arena, &data, ret_problem);
    if (err) {
        return err;
    }
    *ret = data;
    return 0;
}

int edition_overlay_parse(const char *name, struct bytes text, struct arena *arena,
                          struct edition_overlay **ret, const char **ret_problem)
{
    void *data = NULL;
    const int err = parse(name, text, &overlay_schema, arena, &data, ret_problem);
    if (err) {
        return err;
    }
    *ret = data;
    return 0;
}
