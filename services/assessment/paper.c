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

static void set(struct sheet *sheet, const char *font, const char *tag, const char *text)
{
    if (sheet->pages > PAPER_PAGES_MAX || text[0] == '\0') {
        return;
    }
    PangoLayout *layout = pango_cairo_create_layout(sheet->cairo);
    /* A unit of the page is a point; by default a layout takes 96 to the inch. */
    pango_cairo_context_set_resolution(pango_layout_get_context(layout), 72.0);
    pango_layout_context_changed(layout);
    PangoFontDescription *description = pango_font_description_from_string(font);
    pango_layout_set_font_description(layout, description);
    pango_layout_set_width(layout, (int)((PAGE_WIDTH - 2 * MARGIN) * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text, -1);
    set_lines(sheet, layout, tag);
    sheet->y += GAP;
    pango_font_description_free(description);
    g_object_unref(layout);
}

/* ---- what a paper says ---- */

static const char *title_of(const struct paper *paper)
{
    return paper->kind == PAPER_DECISION
               ? "Decision on an assessment for Advanced Skills Teacher"
               : "Written feedback on an assessment for Advanced Skills Teacher";
}

/* A piece of the text, in the order of the pages. */
struct block {
    const char *font;
    const char *tag;
    const char *text;
};

struct blocks {
    struct arena *arena;
    struct block *list;
    size_t count;
};

static void say(struct blocks *blocks, const char *text)
{
    *ARENA_PUSH(blocks->arena, blocks->list, blocks->count) = (struct block){BODY_FONT, "P", text};
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

static void say_paper(struct blocks *blocks, const struct paper *paper)
{
    struct arena *arena = blocks->arena;
    const Pb__Assessment *self = paper->assessment;
    const struct edition *ed = paper->edition;
    say(blocks, arena_printf(arena, "%s\n%s", ed->agency_name, ed->agency_address));
    say(blocks, date_words((struct date){paper->sent_on}, arena));
    *ARENA_PUSH(arena, blocks->list, blocks->count) =
        (struct block){HEAD_FONT, "H1", title_of(paper)};
    say(blocks, arena_printf(arena, "Assessment on %s. Subject: %s. The standards are %s.",
                             date_words((struct date){self->assessment_on}, arena),
                             self->subject[0] == '\0' ? "not given" : self->subject,
                             self->met && !self->certified_by_review ? "met" : "not all met"));
    say(blocks, paper->text);
    say_areas(blocks, paper);
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
        set(sheet, blocks.list[i].font, blocks.list[i].tag, blocks.list[i].text);
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

static uint32_t measure(const struct given *given, struct paper *paper, struct arena *arena)
{
    struct bytes pdf;
    paper->assessment = (const Pb__Assessment *)given->state;
    paper->edition = given->world->edition;
    paper->sent_on = given->world->today.days;
    return paper_render(paper, arena, &pdf);
}

uint32_t paper_measure_decision(const struct given *given, struct arena *arena)
{
    const Pb__SendDecision *asked = (const Pb__SendDecision *)given->command->body;
    struct paper paper = {.kind = PAPER_DECISION, .text = asked->letter};
    return measure(given, &paper, arena);
}

uint32_t paper_measure_feedback(const struct given *given, struct arena *arena)
{
    const Pb__SendFeedback *asked = (const Pb__SendFeedback *)given->command->body;
    struct paper paper = {.kind = PAPER_FEEDBACK,
                          .text = asked->feedback,
                          .areas = asked->areas,
                          .area_count = asked->n_areas};
    return measure(given, &paper, arena);
}
