/*
 * Days and pence of a post's year. Spells stand in the order of their first days; a day on which two of
 * them meet counts for the first, and all are cut to the financial year. At most one is open: whoever is in post. The
 * pence of a part year follow from the number of days alone, so that the last stream makes
 * the year's sum exact to the penny whatever the streams before have rounded.
 */
#include "entitlement.h"

#include "money.h"

/* Days from `from_on` to `to_on`, both included; none when they are the other way round. */
struct stretch {
    int32_t from_on;
    int32_t to_on;
};

static int32_t quarter_end(int year, int stream)
{
    require(stream >= 1);
    require(stream <= FIGURES_STREAMS);
    return date_month_end(date_of(year, 3 + 3 * stream, 1)).days;
}

/* Spell number `index`, cut to the year, to `last_on` and to the days that no earlier one has. */
static struct stretch stretch_of(const Pb__PostFunding *self, size_t index, int32_t last_on)
{
    const Pb__Spell *spell = self->spells[index];
    const int32_t first_on = figures_year_first(self->financial_year).days;
    struct stretch part = {spell->starts_on, last_on};
    if (part.from_on < first_on) {
        part.from_on = first_on;
    }
    if (spell->ends_on != 0 && spell->ends_on < last_on) {
        part.to_on = spell->ends_on;
    }
    for (size_t i = 0; i < index; i++) {
        const int32_t end_on = self->spells[i]->ends_on;
        const int32_t taken_on = end_on == 0 ? last_on : end_on;
        if (part.from_on <= taken_on) {
            part.from_on = taken_on + 1;
        }
    }
    return part;
}

static int days_in(struct stretch part)
{
    return part.to_on < part.from_on ? 0 : part.to_on - part.from_on + 1;
}

static bool is_whole_year(const Pb__PostFunding *self)
{
    const int32_t last_on = figures_year_last(self->financial_year).days;
    const int year_days = figures_year_days(self->financial_year);
    for (size_t i = 0; i < self->n_spells; i++) {
        if (days_in(stretch_of(self, i, last_on)) == year_days) {
            return true;
        }
    }
    return false;
}

struct entitlement entitlement_to(const Pb__PostFunding *self, int stream)
{
    const int year = self->financial_year;
    const int64_t yearly_pence = figures_pence(self->yearly_amount);
    struct entitlement owed = {.whole_year = is_whole_year(self)};
    for (size_t i = 0; i < self->n_spells; i++) {
        owed.days += days_in(stretch_of(self, i, quarter_end(year, stream)));
    }
    if (owed.whole_year) {
        for (int i = 0; i < stream; i++) {
            owed.pence += money_share(yearly_pence, FIGURES_STREAMS, i);
        }
        return owed;
    }
    const struct date first = figures_year_first(year);
    owed.pence = money_part_year(yearly_pence, first, date_add_days(first, owed.days - 1),
                                 figures_year_days(year));
    return owed;
}

int64_t entitlement_quarter_pence(const Pb__PostFunding *self, int stream)
{
    const int64_t before_pence = stream > 1 ? entitlement_to(self, stream - 1).pence : 0;
    return entitlement_to(self, stream).pence - before_pence;
}

int64_t entitlement_reserved_pence(const Pb__PostFunding *self)
{
    return figures_pence(self->reserved == NULL ? self->yearly_amount : self->reserved);
}

/* The last day that a line has paid for, or 0. */
static int32_t covered_to(const Pb__PostFunding *self)
{
    int32_t on = 0;
    for (size_t i = 0; i < self->n_lines; i++) {
        const Pb__StreamLine *line = self->lines[i];
        if (line->reversed) {
            continue;
        }
        if (line->days < 0) { /* what was taken back is not paid for */
            on = line->from_on - 1;
        } else if (line->to_on > on) {
            on = line->to_on;
        }
    }
    return on;
}

/* The first day in post after `after_on` and the last one of the quarter. */
static struct stretch newly_owed(const Pb__PostFunding *self, int stream, int32_t after_on)
{
    const int32_t last_on = quarter_end(self->financial_year, stream);
    struct stretch whole = {0, 0};
    for (size_t i = 0; i < self->n_spells; i++) {
        const struct stretch part = stretch_of(self, i, last_on);
        if (days_in(part) == 0) {
            continue;
        }
        whole.to_on = part.to_on;
        if (whole.from_on == 0 && part.to_on > after_on) {
            whole.from_on = part.from_on > after_on ? part.from_on : after_on + 1;
        }
    }
    return whole;
}

Pb__StreamLine *entitlement_line(const Pb__PostFunding *self, int stream, struct arena *arena)
{
    const struct entitlement owed = entitlement_to(self, stream);
    int days = owed.days;
    for (size_t i = 0; i < self->n_lines; i++) {
        days -= self->lines[i]->reversed ? 0 : self->lines[i]->days;
    }
    Pb__StreamLine *line = FORM_NEW(arena, StreamLine, stream_line);
    line->stream = (uint32_t)stream;
    line->days = days;
    line->amount = figures_money(owed.pence - figures_pence(self->paid), arena);
    const struct stretch part = newly_owed(self, stream, covered_to(self));
    if (days > 0) {
        line->from_on = part.from_on; /* none where all are days before what was paid for */
        line->to_on = part.from_on == 0 ? 0 : part.to_on;
    } else if (days < 0) { /* taken back: the days after the last one in post */
        line->from_on = part.to_on + 1;
        line->to_on = covered_to(self);
    }
    return line;
}

const char *entitlement_inputs(const Pb__PostFunding *self, int stream, struct arena *arena)
{
    const struct entitlement owed = entitlement_to(self, stream);
    const char *yearly = money_format(figures_pence(self->yearly_amount), arena);
    const char *paid = money_format(figures_pence(self->paid), arena);
    if (owed.whole_year) {
        return arena_printf(arena, "%d of %d quarters of %s, less %s already paid", stream,
                            FIGURES_STREAMS, yearly, paid);
    }
    return arena_printf(arena, "%d of %d days of %s, less %s already paid", owed.days,
                        figures_year_days(self->financial_year), yearly, paid);
}

/* ---- spells ---- */

Pb__Spell *entitlement_spell(ProtobufCBinaryData person_id, int32_t starts_on, int32_t ends_on,
                             struct arena *arena)
{
    Pb__Spell *spell = FORM_NEW(arena, Spell, spell);
    spell->person_id = person_id;
    spell->starts_on = starts_on;
    spell->ends_on = ends_on;
    return spell;
}

/* A copy whose spells may be changed; with room for one more. */
static Pb__PostFunding *copy_of(const Pb__PostFunding *self, struct arena *arena)
{
    Pb__PostFunding *copy = arena_copy(arena, self, sizeof(*self));
    copy->spells = ARENA_ARRAY(arena, self->n_spells + 1, Pb__Spell *);
    for (size_t i = 0; i < self->n_spells; i++) {
        copy->spells[i] = arena_copy(arena, self->spells[i], sizeof(*self->spells[i]));
    }
    return copy;
}

static const Pb__Spell *open_spell(const Pb__PostFunding *self)
{
    for (size_t i = 0; i < self->n_spells; i++) {
        if (self->spells[i]->ends_on == 0) {
            return self->spells[i];
        }
    }
    return NULL;
}

bool entitlement_is_occupied(const Pb__PostFunding *self)
{
    return open_spell(self) != NULL;
}

bool entitlement_goes_on(const Pb__PostFunding *self)
{
    const int32_t last = figures_year_last(self->financial_year).days;
    for (size_t i = 0; i < self->n_spells; i++) {
        if (self->spells[i]->ends_on == 0 || self->spells[i]->ends_on > last) {
            return true;
        }
    }
    return false;
}

/* Names in `self`, which has a spell, whoever is in post; where nobody is, who came last. */
static void name_holder(Pb__PostFunding *self)
{
    const Pb__Spell *open = open_spell(self);
    const Pb__Spell *holder = open == NULL ? self->spells[self->n_spells - 1] : open;
    self->person_id = holder->person_id;
    self->starts_on = holder->starts_on;
    self->ends_on = holder->ends_on;
}

const Pb__Spell *entitlement_untold(const Pb__PostFunding *self, struct id person_id)
{
    for (size_t i = self->n_spells; i > 0; i--) {
        const Pb__Spell *spell = self->spells[i - 1];
        if ((spell->ends_on == 0 || spell->followed) &&
            id_equal(field_id(spell->person_id), person_id)) {
            return spell;
        }
    }
    return NULL;
}

Pb__PostFunding *entitlement_with_end(const Pb__PostFunding *self, struct id person_id,
                                      int32_t ends_on, struct arena *arena)
{
    Pb__PostFunding *copy = copy_of(self, arena);
    const Pb__Spell *untold = entitlement_untold(self, person_id);
    for (size_t i = 0; i < self->n_spells; i++) {
        if (self->spells[i] == untold) {
            copy->spells[i]->ends_on = ends_on;
            copy->spells[i]->followed = false;
        }
    }
    name_holder(copy);
    return copy;
}

/* Of the open spells of `self` only the last is of somebody in post; the others end before the next of them begins. */
static void close_followed(Pb__PostFunding *self)
{
    const Pb__Spell *next = NULL;
    for (size_t i = self->n_spells; i > 0; i--) {
        Pb__Spell *spell = self->spells[i - 1];
        if (spell->ends_on != 0) {
            continue;
        }
        if (next != NULL) {
            spell->ends_on = next->starts_on - 1;
            spell->followed = true;
        }
        next = spell;
    }
}

Pb__PostFunding *entitlement_with_spell(const Pb__PostFunding *self, const Pb__Spell *spell,
                                        struct arena *arena)
{
    Pb__PostFunding *copy = copy_of(self, arena);
    size_t at = copy->n_spells++;
    for (; at > 0 && copy->spells[at - 1]->starts_on > spell->starts_on; at--) {
        copy->spells[at] = copy->spells[at - 1];
    }
    copy->spells[at] = arena_copy(arena, spell, sizeof(*spell));
    close_followed(copy);
    name_holder(copy);
    return copy;
}

const Pb__PostFunding *entitlement_with_unregistered(const Pb__PostFunding *self,
                                                     struct arena *arena)
{
    const Pb__PostFunding *most = self;
    for (size_t i = 0; i < self->n_unregistered; i++) {
        most = entitlement_with_spell(most, self->unregistered[i], arena);
    }
    return most;
}

/* ---- years ---- */

Pb__PostFunding *entitlement_year(const Pb__PostFunding *self, int year, struct arena *arena)
{
    Pb__PostFunding *view = arena_copy(arena, self, sizeof(*self));
    if (self->financial_year == year) {
        return view;
    }
    for (size_t i = 0; i < self->n_earlier; i++) {
        const Pb__FundingYear *one = self->earlier[i];
        if (one->financial_year != year) {
            continue;
        }
        view->financial_year = one->financial_year;
        view->budget_id = one->budget_id;
        view->funding_source = one->funding_source;
        view->yearly_amount = one->yearly_amount;
        view->reserved = one->reserved;
        view->n_stream_on = one->n_stream_on;
        view->stream_on = one->stream_on;
        view->n_lines = one->n_lines;
        view->lines = one->lines;
        view->paid = one->paid;
        view->spent = one->spent;
        return view;
    }
    return NULL;
}

size_t entitlement_years(const Pb__PostFunding *self, struct arena *arena, int **ret)
{
    int *years = ARENA_ARRAY(arena, self->n_earlier + 1, int);
    size_t count = 0;
    for (size_t i = 0; i < self->n_earlier; i++) {
        years[count++] = self->earlier[i]->financial_year;
    }
    years[count++] = self->financial_year;
    *ret = years;
    return count;
}
