/*
 * Loads editions and answers from them. A set is loaded whole or not at all: each file, merged with its
 * overlay, passes edition_check whole, no two editions of a scheme share a day, and no overlay is without its
 * edition. The revision names the bytes of file and overlay, so that two processes agree on it exactly
 * when they read the same, and those bytes alone are what is stored: they need neither folder to be read again.
 */
#include "edition.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "edition_file.h"
#include "err.h"

enum { FILE_MAX_BYTES = 256 * 1024, REVISION_DIGITS = 16 };

/* A revision that is not current. It is parsed once, when it is first asked for. */
struct edition_kept {
    const char *revision;
    struct bytes source;
    struct arena arena; /* of what was parsed */
    bool tried;
    const struct edition *edition; /* NULL: not tried, or it cannot be read */
    const char *problem;           /* why it cannot */
};

/* One load under way. */
struct loading {
    struct arena *arena;
    struct arena *files; /* of what is read from them, until it is joined */
    const char *dir;
    const char *overlay_dir; /* or NULL */
    bool stored;             /* by an earlier release perhaps, which asked for less */
    const char **ret_problem;
    struct edition *list;
    size_t count;
    struct bytes *digests; /* one an edition, in the order of `list` */
    size_t digest_count;
};

static void file_close(FILE **file)
{
    if (*file) {
        (void)fclose(*file);
    }
}

static void dir_close(DIR **dir)
{
    if (*dir) {
        (void)closedir(*dir);
    }
}

static int system_fault(const struct loading *l, const char *dir, const char *name)
{
    *l->ret_problem = arena_printf(l->arena, "%s/%s: %s", dir, name, strerror(errno));
    return E_EDITION;
}

/* The whole file; an absent one is empty when `optional`. */
static int read_file(const struct loading *l, const char *dir, const char *name, bool optional,
                     struct bytes *ret)
{
    const char *path = arena_printf(l->arena, "%s/%s", dir, name);
    CLEANUP(file_close) FILE *file = fopen(path, "re");
    if (!file) {
        if (optional && errno == ENOENT) {
            *ret = (struct bytes){NULL, 0};
            return 0;
        }
        return system_fault(l, dir, name);
    }
    struct stat status;
    if (fstat(fileno(file), &status)) {
        return system_fault(l, dir, name);
    }
    const bool fits = status.st_size > 0 && status.st_size <= FILE_MAX_BYTES;
    const size_t size_bytes = fits ? (size_t)status.st_size : 1;
    uint8_t *data = arena_alloc(l->files, size_bytes);
    const size_t len = fits ? fread(data, 1, size_bytes, file) : 0;
    if (ferror(file)) {
        return system_fault(l, dir, name);
    }
    if (len == 0 || memchr(data, '\0', len)) {
        *l->ret_problem =
            arena_printf(l->arena, "%s: empty, over %d bytes, or not a text", name, FILE_MAX_BYTES);
        return E_EDITION;
    }
    *ret = (struct bytes){data, len};
    return 0;
}

static int name_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the YAML files in `dir`, in the order of the alphabet. */
static int list_files(const struct loading *l, const char *dir, const char ***ret,
                      size_t *ret_count)
{
    CLEANUP(dir_close) DIR *handle = opendir(dir);
    if (!handle) {
        return system_fault(l, dir, "");
    }
    const char **names = NULL;
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(handle)) != NULL;) {
        const size_t len = strlen(entry->d_name);
        if (entry->d_name[0] != '.' && len > 5 && strcmp(entry->d_name + len - 5, ".yaml") == 0) {
            *ARENA_PUSH(l->arena, names, count) = arena_strdup(l->arena, entry->d_name);
        }
    }
    if (count > 1) {
        qsort(names, count, sizeof(names[0]), name_order);
    }
    *ret = names;
    *ret_count = count;
    return 0;
}

static int parse_day(const struct loading *l, const char *name, const char *field, const char *text,
                     struct date *ret)
{
    if (date_parse(text, ret)) {
        *l->ret_problem =
            arena_printf(l->arena, "%s: %s: \"%s\" is not a day as 2012-09-01", name, field, text);
        return E_EDITION;
    }
    return 0;
}

static int month_number(const struct edition_activity *activity)
{
    return activity->year_offset * 12 + activity->month;
}

/* Puts `added` after every row that is not later than it. */
static void insert_activity(struct edition_activity *rows, size_t *count,
                            const struct edition_activity *added)
{
    size_t at = *count;
    while (at > 0 && month_number(&rows[at - 1]) > month_number(added)) {
        rows[at] = rows[at - 1];
        at--;
    }
    rows[at] = *added;
    (*count)++;
}

/* Rows of the overlay replace those of the same code, or are new. */
static void merge_activities(struct arena *arena, const struct edition_overlay *overlay,
                             struct edition *ed)
{
    struct edition_activity *rows =
        ARENA_ARRAY(arena, ed->activity_count + overlay->activity_count, struct edition_activity);
    size_t count = 0;
    for (size_t i = 0; i < ed->activity_count; i++) {
        bool replaced = false;
        for (size_t k = 0; k < overlay->activity_count; k++) {
            replaced = replaced || strcmp(ed->activities[i].code, overlay->activities[k].code) == 0;
        }
        if (!replaced) {
            rows[count++] = ed->activities[i];
        }
    }
    for (size_t k = 0; k < overlay->activity_count; k++) {
        insert_activity(rows, &count, &overlay->activities[k]);
    }
    ed->activities = rows;
    ed->activity_count = count;
}

static int merge_instalments(const struct loading *l, const char *name,
                             const struct edition_overlay *overlay, struct edition *ed)
{
    struct date *on = ARENA_ARRAY(l->arena, overlay->instalment_on_count, struct date);
    for (size_t i = 0; i < overlay->instalment_on_count; i++) {
        const char *field = arena_printf(l->arena, "instalments.on[%zu]", i);
        if (parse_day(l, name, field, overlay->instalment_on[i], &on[i])) {
            return E_EDITION;
        }
    }
    ed->fee.instalment_cohort = overlay->instalment_cohort;
    ed->fee.instalment_on = on;
    ed->fee.instalment_on_count = overlay->instalment_on_count;
    return 0;
}

static int merge(const struct loading *l, const char *name, struct bytes text, struct edition *ed)
{
    struct edition_overlay *overlay = NULL;
    const char *shown = arena_printf(l->arena, "%s/%s", l->overlay_dir, name);
    if (edition_overlay_parse(shown, text, l->arena, &overlay, l->ret_problem)) {
        return E_EDITION;
    }
    if (overlay->activity_count > 0) {
        merge_activities(l->arena, overlay, ed);
    }
    if (overlay->standard_count > 0) {
        ed->standards = overlay->standards;
        ed->standard_count = overlay->standard_count;
    }
    if (overlay->salary_count > 0) {
        ed->salaries = overlay->salaries;
        ed->salary_count = overlay->salary_count;
    }
    return overlay->instalment_cohort == 0 ? 0 : merge_instalments(l, shown, overlay, ed);
}

/* A text holds no NUL, so the border between the two is plain. */
static struct bytes join(struct arena *arena, struct bytes file, struct bytes overlay)
{
    uint8_t *both = arena_alloc(arena, file.len + 1 + overlay.len);
    memcpy(both, file.data, file.len);
    if (overlay.len > 0) {
        memcpy(both + file.len + 1, overlay.data, overlay.len);
    }
    return (struct bytes){both, file.len + 1 + overlay.len};
}

/* Reads the edition whose file is called `name` from the joined texts of file and overlay. */
static int parse_source(const struct loading *l, const char *name, struct bytes source,
                        struct edition *ret)
{
    const uint8_t *border = memchr(source.data, '\0', source.len);
    require(border != NULL);
    const struct bytes text = {source.data, (size_t)(border - source.data)};
    const struct bytes overlay = {border + 1, source.len - text.len - 1};
    struct edition_file *file = NULL;
    if (edition_file_parse(name, text, l->arena, &file, l->ret_problem)) {
        return E_EDITION;
    }
    struct edition *ed = &file->edition;
    if (parse_day(l, name, "valid_from", file->valid_from, &ed->valid_from) ||
        parse_day(l, name, "valid_to", file->valid_to, &ed->valid_to) ||
        (overlay.len > 0 && merge(l, name, overlay, ed))) {
        return E_EDITION;
    }
    const char *problem = edition_check(ed, name, !l->stored, l->arena);
    if (problem) {
        *l->ret_problem = overlay.len == 0 ? problem
                                           : arena_printf(l->arena, "%s (with its overlay in %s)",
                                                          problem, l->overlay_dir);
        return E_EDITION;
    }
    ed->source = source;
    *ret = *ed;
    return 0;
}

static const char *revision_of(const char *id, struct hash hash, struct arena *arena)
{
    char text[HASH_TEXT_BYTES];
    return arena_printf(arena, "%s@%.*s", id, REVISION_DIGITS, hash_format(hash, text));
}

static int load_one(struct loading *l, const char *name)
{
    struct bytes text;
    struct bytes overlay = {NULL, 0};
    struct edition ed;
    if (read_file(l, l->dir, name, false, &text) ||
        (l->overlay_dir && read_file(l, l->overlay_dir, name, true, &overlay)) ||
        parse_source(l, name, join(l->arena, text, overlay), &ed)) {
        return E_EDITION;
    }
    const struct hash hash = hash_sha256(&ed.source, 1);
    ed.revision = revision_of(ed.id, hash, l->arena);
    *ARENA_PUSH(l->arena, l->digests, l->digest_count) =
        (struct bytes){arena_copy(l->arena, hash.b, sizeof(hash.b)), sizeof(hash.b)};
    *ARENA_PUSH(l->arena, l->list, l->count) = ed;
    return 0;
}

static int check_overlaps(const struct loading *l)
{
    for (size_t i = 0; i < l->count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct edition *a = &l->list[i];
            const struct edition *b = &l->list[k];
            if (a->scheme == b->scheme && date_compare(a->valid_from, b->valid_to) <= 0 &&
                date_compare(b->valid_from, a->valid_to) <= 0) {
                *l->ret_problem = arena_printf(
                    l->arena, "%s.yaml: valid_from: days that %s has too", a->id, b->id);
                return E_EDITION;
            }
        }
    }
    return 0;
}

/* An overlay whose name no edition has would be ignored without a word. */
static int check_strays(const struct loading *l, const char *const *names, size_t count)
{
    const char **overlays = NULL;
    size_t overlay_count = 0;
    if (list_files(l, l->overlay_dir, &overlays, &overlay_count)) {
        return E_EDITION;
    }
    for (size_t i = 0; i < overlay_count; i++) {
        bool found = false;
        for (size_t k = 0; k < count; k++) {
            found = found || strcmp(overlays[i], names[k]) == 0;
        }
        if (!found) {
            *l->ret_problem = arena_printf(l->arena, "%s/%s: there is no edition of this name",
                                           l->overlay_dir, overlays[i]);
            return E_EDITION;
        }
    }
    return 0;
}

static int load_all(struct loading *l)
{
    const char **names = NULL;
    size_t count = 0;
    if (list_files(l, l->dir, &names, &count)) {
        return E_EDITION;
    }
    if (count == 0) {
        *l->ret_problem = arena_printf(l->arena, "%s: no edition files", l->dir);
        return E_EDITION;
    }
    for (size_t i = 0; i < count; i++) {
        if (load_one(l, names[i])) {
            return E_EDITION;
        }
    }
    if (check_overlaps(l)) {
        return E_EDITION;
    }
    return l->overlay_dir ? check_strays(l, names, count) : 0;
}

int editions_load(const char *dir, const char *overlay_dir, struct editions *ret,
                  const char **ret_problem)
{
    CLEANUP(arena_fini) struct arena files = {0};
    *ret = (struct editions){.count = 0};
    arena_init(&ret->arena);
    arena_init(&files);
    struct loading loading = {
        .arena = &ret->arena,
        .files = &files,
        .dir = dir,
        .overlay_dir = overlay_dir,
        .ret_problem = ret_problem,
    };
    if (load_all(&loading)) {
        return E_EDITION;
    }
    ret->list = loading.list;
    ret->count = loading.count;
    ret->revision = hash_sha256(loading.digests, loading.digest_count);
    return 0;
}

void editions_fini(struct editions *editions)
{
    for (size_t i = 0; i < editions->kept_count; i++) {
        arena_fini(&editions->kept[i]->arena);
    }
    editions->list = NULL;
    editions->count = 0;
    editions->kept = NULL;
    editions->kept_count = 0;
    arena_fini(&editions->arena);
}

/* ---- revisions that were current once ---- */

static struct edition_kept *kept_of(const struct editions *editions, const char *revision)
{
    for (size_t i = 0; i < editions->kept_count; i++) {
        if (strcmp(editions->kept[i]->revision, revision) == 0) {
            return editions->kept[i];
        }
    }
    return NULL;
}

static const struct edition *current_of(const struct editions *editions, const char *id)
{
    const bool is_revision = strchr(id, '@') != NULL;
    for (size_t i = 0; i < editions->count; i++) {
        const struct edition *ed = &editions->list[i];
        if (strcmp(is_revision ? ed->revision : ed->id, id) == 0) {
            return ed;
        }
    }
    return NULL;
}

int editions_keep(struct editions *editions, const char *revision, struct bytes source)
{
    const char *id = arena_printf(&editions->arena, "%.*s", (int)strcspn(revision, "@"), revision);
    const struct hash hash = hash_sha256(&source, 1);
    if (strcmp(revision_of(id, hash, &editions->arena), revision) != 0 || source.len == 0 ||
        memchr(source.data, '\0', source.len) == NULL) {
        return E_EDITION;
    }
    if (current_of(editions, revision) || kept_of(editions, revision) ||
        editions->kept_count == EDITIONS_KEPT_MAX) {
        return 0;
    }
    struct edition_kept *kept = ARENA_NEW(&editions->arena, struct edition_kept);
    kept->revision = arena_strdup(&editions->arena, revision);
    kept->source =
        (struct bytes){arena_copy(&editions->arena, source.data, source.len), source.len};
    *ARENA_PUSH(&editions->arena, editions->kept, editions->kept_count) = kept;
    return 0;
}

static void parse_kept(struct edition_kept *kept)
{
    kept->tried = true;
    arena_init(&kept->arena);
    const struct loading loading = {.arena = &kept->arena,
                                    .overlay_dir = kept->revision,
                                    .stored = true,
                                    .ret_problem = &kept->problem};
    const char *name =
        arena_printf(&kept->arena, "%.*s.yaml", (int)strcspn(kept->revision, "@"), kept->revision);
    struct edition *ed = ARENA_NEW(&kept->arena, struct edition);
    if (parse_source(&loading, name, kept->source, ed) == 0) {
        ed->revision = kept->revision;
        kept->edition = ed;
    }
}

const struct edition *editions_find(const struct editions *editions, const char *id)
{
    const struct edition *current = current_of(editions, id);
    struct edition_kept *kept = current ? NULL : kept_of(editions, id);
    if (kept && !kept->tried) {
        parse_kept(kept);
    }
    return kept ? kept->edition : current;
}

const char *editions_why_not(const struct editions *editions, const char *id, struct arena *arena)
{
    const struct edition_kept *kept = kept_of(editions, id);
    return kept && kept->problem
               ? arena_printf(arena, "this release cannot read the edition %s: %s", id,
                              kept->problem)
               : arena_printf(arena,
                              "the edition %s is neither among the files of this service nor "
                              "among those that it has stored",
                              id);
}

/* ---- the sets of two processes ---- */

static const char *revision_among(const char *const *revisions, size_t count, const char *id)
{
    const size_t len = strlen(id);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(revisions[i], id, len) == 0 && revisions[i][len] == '@') {
            return revisions[i];
        }
    }
    return NULL;
}

const char *editions_difference(const struct editions *editions, const char *peer,
                                const char *const *theirs, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < editions->count; i++) {
        const struct edition *ours = &editions->list[i];
        const char *other = revision_among(theirs, count, ours->id);
        if (!other || strcmp(other, ours->revision) != 0) {
            return arena_printf(arena, "edition %s is %s here and %s in %s", ours->id,
                                ours->revision, other ? other : "none", peer);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!current_of(editions, theirs[i])) {
            return arena_printf(arena, "edition %s of %s is none here", theirs[i], peer);
        }
    }
    return NULL;
}

const struct edition *editions_on(const struct editions *editions, enum edition_scheme scheme,
                                  struct date date)
{
    for (size_t i = 0; i < editions->count; i++) {
        const struct edition *ed = &editions->list[i];
        if (ed->scheme == scheme && date_compare(ed->valid_from, date) <= 0 &&
            date_compare(date, ed->valid_to) <= 0) {
            return ed;
        }
    }
    return NULL;
}

const struct edition_period *edition_period_find(const struct edition *ed, const char *code)
{
    for (size_t i = 0; i < ed->period_count; i++) {
        if (strcmp(ed->periods[i].code, code) == 0) {
            return &ed->periods[i];
        }
    }
    return NULL;
}

const struct edition_period *edition_period(const struct edition *ed, const char *code)
{
    const struct edition_period *found = edition_period_find(ed, code);
    require(found);
    return found;
}

struct edition_act edition_act(const struct edition *ed, const char *rule, const char *title)
{
    for (size_t i = 0; i < ed->period_count; i++) {
        const struct edition_period *period = &ed->periods[i];
        if (strcmp(period->rule, rule) == 0 && strcmp(period->title, title) == 0) {
            return (struct edition_act){period->act == NULL ? "" : period->act, period->notice};
        }
    }
    return (struct edition_act){.text = ""};
}

/* What begins with a day has had it: a year from 1 April ends on 31 March. The end of a month is its own. */
static bool counts_first_day(const struct edition_period *period)
{
    return period->from_month != 0 && period->period.unit != PERIOD_MONTH_END;
}

int edition_period_due(const struct calendar *cal, const struct edition_period *period,
                       struct date on, struct arena *arena, struct due *ret)
{
    struct period length = period->period;
    struct due due;
    if (period->counted_back) {
        length.n = -length.n;
    }
    int err = period_due(cal, length, on, arena, &due);
    if (err != 0) {
        return err;
    }
    if (counts_first_day(period)) {
        due.on = date_add_days(due.on, -1);
        due.at_us = date_end_us(due.on);
        due.arithmetic = arena_printf(arena, "%s from %s (that day counted) end on %s",
                                      period_words(length, arena), date_words(on, arena),
                                      date_words(due.on, arena));
    }
    *ret = due;
    return 0;
}

const struct edition_meeting *edition_meeting(const struct edition *ed, const char *code)
{
    for (size_t i = 0; i < ed->programme_count; i++) {
        if (strcmp(ed->programme[i].code, code) == 0) {
            return &ed->programme[i];
        }
    }
    return NULL;
}

const struct edition_item *edition_review_ground(const struct edition *ed, const char *code)
{
    for (size_t i = 0; i < ed->review_ground_count; i++) {
        if (strcmp(ed->review_grounds[i].code, code) == 0) {
            return &ed->review_grounds[i];
        }
    }
    return NULL;
}

const struct edition_standard *edition_standard(const struct edition *ed, const char *code)
{
    for (size_t i = 0; i < ed->standard_count; i++) {
        if (strcmp(ed->standards[i].code, code) == 0) {
            return &ed->standards[i];
        }
    }
    return NULL;
}

const struct edition_activity *edition_activity(const struct edition *ed, const char *code)
{
    for (size_t i = 0; i < ed->activity_count; i++) {
        if (strcmp(ed->activities[i].code, code) == 0) {
            return &ed->activities[i];
        }
    }
    return NULL;
}

const struct edition_criterion *edition_criterion(const struct edition *ed, const char *code)
{
    for (size_t i = 0; i < ed->criterion_count; i++) {
        if (strcmp(ed->criteria[i].code, code) == 0) {
            return &ed->criteria[i];
        }
    }
    return NULL;
}

const struct edition_career *edition_career(const struct edition *ed, const char *nation,
                                            struct date date)
{
    const struct edition_career *found = NULL;
    for (size_t i = 0; i < ed->career_count; i++) {
        const struct edition_career *row = &ed->careers[i];
        if (strcmp(row->nation, nation) == 0 &&
            date_compare(date_of(row->from_year, row->from_month, 1), date) <= 0) {
            found = row;
        }
    }
    return found;
}

const struct edition_spine *edition_spine(const struct edition *ed, const char *area,
                                          struct date date)
{
    const struct edition_spine *found = NULL;
    for (size_t i = 0; i < ed->spine_count; i++) {
        const struct edition_spine *row = &ed->spines[i];
        if (strcmp(row->area, area) == 0 &&
            date_compare(date_of(row->from_year, row->from_month, 1), date) <= 0) {
            found = row;
        }
    }
    return found;
}

int64_t edition_salary(const struct edition *ed, const char *area, struct date date, int point)
{
    const struct civil day = date_civil(date);
    const int year = day.month >= ed->pay.review_month ? day.year : day.year - 1;
    for (size_t i = 0; i < ed->salary_count; i++) {
        const struct edition_salary *row = &ed->salaries[i];
        if (strcmp(row->area, area) == 0 && row->year == year && row->point == point) {
            return row->pence;
        }
    }
    const struct edition_spine *spine = edition_spine(ed, area, date);
    if (!spine || spine->from_year != year) {
        return 0;
    }
    if (point == spine->points) {
        return spine->highest_pence;
    }
    return point == 1 ? spine->lowest_pence : 0;
}

const struct edition_exception *edition_exception(const struct edition *ed, const char *kind)
{
    for (size_t i = 0; i < ed->outreach.exception_count; i++) {
        if (strcmp(ed->outreach.exceptions[i].kind, kind) == 0) {
            return &ed->outreach.exceptions[i];
        }
    }
    return NULL;
}

const struct edition_funding *edition_funding(const struct edition *ed, const char *source,
                                              int financial_year, const char *nation)
{
    for (size_t i = 0; i < ed->funding_count; i++) {
        const struct edition_funding *row = &ed->funding[i];
        if (strcmp(row->source, source) == 0 && row->first_year <= financial_year &&
            financial_year <= row->last_year &&
            (strcmp(row->nation, "any") == 0 || strcmp(row->nation, nation) == 0)) {
            return row;
        }
    }
    return NULL;
}

const struct edition_grant *edition_grant(const struct edition *ed, const char *source,
                                          int financial_year)
{
    for (size_t i = 0; i < ed->grant_count; i++) {
        const struct edition_grant *row = &ed->grants[i];
        if (row->year == financial_year && strcmp(row->source, source) == 0) {
            return row;
        }
    }
    return NULL;
}
