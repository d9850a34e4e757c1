/*
 * One pass down the pages: a block of text is laid out to the width, and its lines are set one by one, with
 * a new page wherever the next line would not fit. Invariants: nothing is asked of a clock, so that a paper
 * fetched twice is the same; a page is begun only for a line that is set on it, so that the count is that of
 * the pages which are there; each block is tagged, so that a screen reader can follow it.
 */
#include "assessment/paper.h"

#include <pango/pangocairo.h>
#include <string.h>

#include <cairo/cairo-pdf.h>

#include "assessment/domain/review.h"

#define PAGE_WIDTH 595.28 /* A4, in points */
#define PAGE_HEIGHT 841.89
#define MARGIN 57.0
#define BODY_FONT "Liberation Sans 10.5"
#define HEAD_FONT "Liberation Sans Bold 14"
#define GAP 8.0

enum { PDF_FIRST_BYTES = 16 << 10 };

struct sheet {
    struct arena *arena;
    cairo_t *cairo;
    double y;
    uint32_t pages;
    uint8_t *pdf;
    size_t len;
    size_t room;
};

static cairo_status_t write_pdf(void *arg, const unsigned char *data, unsigned int len)
{
    struct sheet *sheet = arg;
    if (sheet->len + len > sheet->room) {
        size_t room = 2 * (sheet->room + len) + PDF_FIRST_BYTES;
        uint8_t *more = arena_alloc(sheet->arena, room);
        if (sheet->len > 0) {
            memcpy(more, sheet->pdf, sheet->len);
        }
        sheet->pdf = more;
        sheet->room = room;
    }
    memcpy(sheet->pdf + sheet->len, data, len);
    sheet->len += len;
    return CAIRO_STATUS_SUCCESS;
}

/* ---- setting ---- */

/* Sets the lines of `layout`, as many as PAPER_PAGES_MAX pages take. */
static void set_lines(struct sheet *sheet, PangoLayout *layout, const char *tag)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    cairo_tag_begin(sheet->cairo, tag, NULL);
    do {
        PangoRectangle rectangle;
        pango_layout_iter_get_line_extents(iter, NULL, &rectangle);
        const double height = (double)rectangle.height / PANGO_SCALE;
        const double ascent =
            (double)(pango_layout_iter_get_baseline(iter) - rectangle.y) / PANGO_SCALE;
        if (sheet->y + height > PAGE_HEIGHT - MARGIN) {
            sheet->pages++;
            if (sheet->pages > PAPER_PAGES_MAX) {
                break;
            }
            cairo_tag_end(sheet->cairo, tag);
            cairo_show_page(sheet->cairo);
            cairo_tag_begin(sheet->cairo, tag, NULL);
            sheet->y = MARGIN;
        }
        cairo_move_to(sheet->cairo, MARGIN, sheet->y + ascent);
        pango_cairo_show_layout_line(sheet->cairo, pango_layout_iter_get_line_readonly(iter));
        sheet->y += height;
    } while (pango_layout_iter_next_line(iter));
    cairo_tag_end(sheet->cairo, tag);
    pango_layout_iter_free(iter);
}

/* A piece of the text, in the order of the pages. */
struct block {
    const char *font;
    const char *tag;
    const char *text;
    bool cut; /* each of its lines takes one on the page; what is too long for that ends in dots */
};

static void set(struct sheet *sheet, const struct block *block)
{
    if (sheet->pages > PAPER_PAGES_MAX || block->text[0] == '\0') {
        return;
    }
    PangoLayout *layout = pango_cairo_create_layout(sheet->cairo);
    /* A unit of the page is a point; by default a layout takes 96 to the inch. */
    pango_cairo_context_set_resolution(pango_layout_get_context(layout), 72.0);
    pango_layout_context_changed(layout);
    PangoFontDescription *description = pango_font_description_from_string(block->font);
    pango_layout_set_font_description(layout, description);
    pango_layout_set_width(layout, (int)((PAGE_WIDTH - 2 * MARGIN) * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    if (block->cut) {
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        pango_layout_set_height(layout, -1); /* lines of a paragraph */
    }
    pango_layout_set_text(layout, block->text, -1);
    set_lines(sheet, layout, block->tag);
    sheet->y += GAP;
    pango_font_description_free(description);
    g_object_unref(layout);
}

/* ---- what a paper says ---- */

static const char *title_of(const struct paper *paper)
{
    static const char *const titles[] = {
        [PAPER_DECISION] = "Decision on an assessment for Advanced Skills Teacher",
        [PAPER_FEEDBACK] = "Written feedback on an assessment for Advanced Skills Teacher",
        [PAPER_REVIEW] = "Outcome of the review of a decision",
    };
    return titles[paper->kind];
}

struct blocks {
    struct arena *arena;
    struct block *list;
    size_t count;
};

static void say(struct blocks *blocks, const char *text)
{
    *ARENA_PUSH(blocks->arena, blocks->list, blocks->count) =
        (struct block){.font = BODY_FONT, .tag = "P", .text = text};
}

static const char *day_of(const struct blocks *blocks, int32_t on)
{
    return date_words((struct date){on}, blocks->arena);
}

/* "label: what, joined where", on one line; nothing while `what` is not known. */
static const char *name_line(struct blocks *blocks, const char *label, const char *what,
                             const char *joined, const char *where)
{
    return what[0] == '\0' ? ""
                           : arena_printf(blocks->arena, "%s: %s%s%s\n", label, what,
                                          where[0] == '\0' ? "" : joined, where);
}

/* One line of text, so that no name takes two. */
static const char *on_one_line(const struct blocks *blocks, const char *name)
{
    char *copy = arena_strdup(blocks->arena, name == NULL ? "" : name);
    for (char *p = copy; *p != '\0'; p++) {
        *p = (unsigned char)*p < ' ' ? ' ' : *p;
    }
    return copy;
}

static void say_names(struct blocks *blocks, const struct paper_names *names)
{
    const char *teacher = name_line(blocks, "About", on_one_line(blocks, names->candidate),
                                    ", teacher at ", on_one_line(blocks, names->school));
    const char *post = name_line(blocks, "Post applied for", on_one_line(blocks, names->post),
                                 ", at ", on_one_line(blocks, names->post_school));
    const char *lines = arena_printf(blocks->arena, "%s%s", teacher, post);
    const size_t len = strlen(lines);
    *ARENA_PUSH(blocks->arena, blocks->list, blocks->count) = (struct block){
        .font = BODY_FONT,
        .tag = "P",
        .text = arena_printf(blocks->arena, "%.*s", (int)(len == 0 ? 0 : len - 1), lines),
        .cut = true};
}

static void say_areas(struct blocks *blocks, const struct paper *paper)
{
    struct arena *arena = blocks->arena;
    for (size_t i = 0; i < paper->area_count; i++) {
        const struct edition_standard *standard = edition_standard(paper->edition, paper->areas[i]);
        if (i == 0) {
            say(blocks, "Further evidence is needed for:");
        }
        if (standard != NULL) {
            say(blocks, arena_printf(arena, "%s. %s", standard->code, standard->title));
        }
    }
}

/* ---- the written decision and the feedback ---- */

static bool is_certified(const struct paper *paper)
{
    return paper->kind == PAPER_DECISION && paper->assessment->certified_by_review;
}

static const char *outcome_of(const struct paper *paper)
{
    const Pb__Assessment *self = paper->assessment;
    if (is_certified(paper)) {
        return "the standards are met, as a review has found";
    }
    return self->met && !self->certified_by_review ? "the standards are met"
                                                   : "the standards are not all met";
}

/* How the candidate can have a refusal looked at again. Source: AST-R1, R2. */
static void say_review(struct blocks *blocks, const struct paper *paper)
{
    const struct edition *ed = paper->edition;
    const char *text = arena_printf(
        blocks->arena,
        "If you think that the decision is wrong, you can ask us for a review until the end of %s. "
        "A review is on one or more of these grounds:",
        day_of(blocks, paper->review_by_on));
    for (size_t i = 0; i < ed->review_ground_count; i++) {
        text = arena_printf(blocks->arena, "%s\n- %s", text, ed->review_grounds[i].title);
    }
    say(blocks, text);
    say(blocks, "Ask online, at this assessment, or write to us at the address above. Name each "
                "ground, explain it, and say what evidence there is for it.");
}

static void say_assessment(struct blocks *blocks, const struct paper *paper)
{
    const Pb__Assessment *self = paper->assessment;
    const bool has_subject = self->subject[0] != '\0';
    say(blocks, arena_printf(blocks->arena, "Assessment on %s%s%s.\nOutcome: %s.",
                             day_of(blocks, self->assessment_on), has_subject ? ". Subject: " : "",
                             self->subject, outcome_of(paper)));
    if (is_certified(paper)) {
        say(blocks, arena_printf(
                        blocks->arena,
                        "A review certified on %s that the candidate meets the standards for "
                        "Advanced Skills Teacher. It is a pass in every respect. This letter takes "
                        "the place of the decision of %s. The reasons are in the outcome of the "
                        "review.",
                        day_of(blocks, self->certified_on), day_of(blocks, self->decided_on)));
        return;
    }
    say(blocks, paper->text);
    say_areas(blocks, paper);
    if (paper->kind == PAPER_DECISION && !self->met && paper->review_by_on > 0) {
        say_review(blocks, paper);
    }
}

/* ---- the outcome of a review ---- */

static void say_outcome(struct blocks *blocks, const struct paper *paper)
{
    const Pb__Review *self = paper->review;
    const bool certified = self->state == PB__REVIEW__STATE__CERTIFIED;
    say(blocks,
        arena_printf(blocks->arena, "Request for the review received on %s.\nOutcome: %s.",
                     day_of(blocks, self->received_on),
                     certified ? "certified as an Advanced Skills Teacher, a pass in every respect"
                               : "the original decision stands"));
    const char *upheld = "";
    for (size_t i = 0; i < self->n_upheld; i++) {
        const struct edition_item *ground = edition_review_ground(paper->edition, self->upheld[i]);
        upheld = arena_printf(blocks->arena, "%s\n- %s", upheld,
                              ground == NULL ? self->upheld[i] : ground->title);
    }
    say(blocks, self->n_upheld == 0 ? "None of the grounds was found to apply."
                                    : arena_printf(blocks->arena, "Found to apply:%s", upheld));
    say(blocks, arena_printf(blocks->arena, "The reasons: %s", paper->text));
}

static void say_paper(struct blocks *blocks, const struct paper *paper)
{
    struct arena *arena = blocks->arena;
    const struct edition *ed = paper->edition;
    say(blocks, arena_printf(arena, "%s\n%s", ed->agency_name, ed->agency_address));
    say(blocks, day_of(blocks, paper->sent_on));
    *ARENA_PUSH(arena, blocks->list, blocks->count) =
        (struct block){.font = HEAD_FONT, .tag = "H1", .text = title_of(paper)};
    say_names(blocks, &paper->names);
    if (paper->kind == PAPER_REVIEW) {
        say_outcome(blocks, paper);
    } else {
        say_assessment(blocks, paper);
    }
    if (ed->agency_email != NULL) {
        say(blocks, arena_printf(arena, "Questions: %s", ed->agency_email));
    }
}

const char *paper_text(const struct paper *paper, struct arena *arena)
{
    struct blocks blocks = {.arena = arena};
    const char *text = "";
    say_paper(&blocks, paper);
    for (size_t i = 0; i < blocks.count; i++) {
        text = arena_printf(arena, "%s%s%s\n", text, i == 0 ? "" : "\n", blocks.list[i].text);
    }
    return text;
}

static void set_paper(struct sheet *sheet, const struct paper *paper)
{
    struct blocks blocks = {.arena = sheet->arena};
    say_paper(&blocks, paper);
    for (size_t i = 0; i < blocks.count; i++) {
        set(sheet, &blocks.list[i]);
    }
}

uint32_t paper_render(const struct paper *paper, struct arena *arena, struct bytes *ret_pdf)
{
    struct sheet sheet = {.arena = arena, .y = MARGIN, .pages = 1};
    char day[DATE_TEXT_BYTES];
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write_pdf, &sheet, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title_of(paper));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, paper->edition->agency_name);
    cairo_pdf_surface_set_metadata(
        surface, CAIRO_PDF_METADATA_CREATE_DATE,
        arena_printf(arena, "%sT00:00:00Z", date_format((struct date){paper->sent_on}, day)));
    sheet.cairo = cairo_create(surface);
    set_paper(&sheet, paper);
    cairo_show_page(sheet.cairo);
    cairo_destroy(sheet.cairo);
    cairo_surface_finish(surface);
    require(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(surface);
    *ret_pdf = (struct bytes){sheet.pdf, sheet.len};
    return sheet.pages;
}

/* ---- what the domain is told of ---- */

/* The names are not known here, and each takes its line all the same. */
static const struct paper_names stand_in = {"A", "A", "A", "A"};

static uint32_t measure(const struct given *given, struct paper *paper, struct arena *arena)
{
    struct bytes pdf;
    paper->names = stand_in;
    paper->edition = given->world->edition;
    paper->sent_on = given->world->today.days;
    return paper_render(paper, arena, &pdf);
}

uint32_t paper_measure_decision(const struct given *given, struct arena *arena)
{
    const Pb__SendDecision *asked = (const Pb__SendDecision *)given->command->body;
    struct paper paper = {.kind = PAPER_DECISION,
                          .assessment = (const Pb__Assessment *)given->state,
                          .text = asked->letter,
                          .review_by_on = review_asked_by(given, arena)};
    return measure(given, &paper, arena);
}

uint32_t paper_measure_feedback(const struct given *given, struct arena *arena)
{
    const Pb__SendFeedback *asked = (const Pb__SendFeedback *)given->command->body;
    struct paper paper = {.kind = PAPER_FEEDBACK,
                          .assessment = (const Pb__Assessment *)given->state,
                          .text = asked->feedback,
                          .areas = asked->areas,
                          .area_count = asked->n_areas};
    return measure(given, &paper, arena);
}

uint32_t paper_measure_review(const struct given *given, struct arena *arena)
{
    const Pb__DecideReview *asked = (const Pb__DecideReview *)given->command->body;
    Pb__Review *decided = arena_copy(arena, given->state, sizeof(Pb__Review));
    decided->state = asked->certified ? PB__REVIEW__STATE__CERTIFIED : PB__REVIEW__STATE__STANDS;
    decided->upheld = asked->upheld;
    decided->n_upheld = asked->n_upheld;
    struct paper paper = {.kind = PAPER_REVIEW, .review = decided, .text = asked->reasons};
    return measure(given, &paper, arena);
}
