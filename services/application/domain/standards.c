/*
 * One check for the candidate's answers and the head's comments: both are one text a standard, as the
 * edition lists them. All faults are named at once, so that a form is corrected in one go.
 */
#include "standards.h"

#include <string.h>

static bool is_given_before(Pb__StandardText *const *texts, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(texts[i]->standard, texts[index]->standard) == 0) {
            return true;
        }
    }
    return false;
}

bool standards_has(Pb__StandardText *const *texts, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(texts[i]->standard, code) == 0) {
            return true;
        }
    }
    return false;
}

void standards_check_given(struct decision *d, const char *rule, const struct edition *ed,
                           const char *list, Pb__StandardText *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (edition_standard(ed, texts[i]->standard) == NULL) {
            form_wrong_element(d, rule, list, i, "standard",
                               "There is no such standard in this edition.");
        } else if (is_given_before(texts, i)) {
            form_wrong_element(d, rule, list, i, "standard", "This standard is there twice.");
        }
        if (!form_is_filled(texts[i]->text)) {
            form_wrong_element(d, rule, list, i, "text", "This text is empty.");
        }
    }
}

void standards_check(struct decision *d, const char *rule, const struct edition *ed,
                     const char *list, Pb__StandardText *const *texts, size_t count)
{
    standards_check_given(d, rule, ed, list, texts, count);
    for (size_t i = 0; i < ed->standard_count; i++) {
        const struct edition_standard *standard = &ed->standards[i];
        if (!standards_has(texts, count, standard->code)) {
            form_wrong(d, rule, list,
                       arena_printf(d->arena, "Standard %s (%s) is missing.", standard->code,
                                    standard->title));
        }
    }
}

Pb__StandardRecord **standards_record(struct decision *d, Pb__StandardText *const *texts,
                                      size_t count)
{
    Pb__StandardRecord **records = ARENA_ARRAY(d->arena, count, Pb__StandardRecord *);
    for (size_t i = 0; i < count; i++) {
        records[i] = FORM_NEW(d->arena, StandardRecord, standard_record);
        records[i]->standard = texts[i]->standard;
        records[i]->text = decision_text(d, texts[i]->text);
    }
    return records;
}
