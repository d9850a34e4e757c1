/*
 * Puts a mail together from what the message carries. Invariant: nothing is asked of a clock or of
 * another case, so that a repeat after an uncertain attempt is the same mail under the same Message-ID.
 */
#include "letter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calendar_invite.h"
#include "date.h"
#include "decision.h"
#include "err.h"

static const char *fact(const Pb__Message *message, const char *name)
{
    for (size_t i = 0; i < message->n_facts; i++) {
        if (strcmp(message->facts[i]->name, name) == 0) {
            return message->facts[i]->value;
        }
    }
    return "";
}

static int read_number(const char *text, uint32_t *ret)
{
    uint64_t number = 0;
    size_t len = strspn(text, "0123456789");
    if (len == 0 || len > 9 || text[len] != '\0') {
        return E_PARSE;
    }
    for (size_t i = 0; i < len; i++) {
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    *ret = (uint32_t)number;
    return 0;
}

/* Letters that take an event out of the calendar, and those whose reader has not said yet whether they come. */
static const char *const cancelling[] = {"webinar-cancelled", "event-withdrawn"};
static const char *const asking[] = {"event-invitation", "event-withdrawn"};

static bool is_one_of(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int add_calendar(const struct letter_office *office, const Pb__Message *message,
                        const char *name, struct arena *arena, struct mail *mail)
{
    struct invite invite = {
        .event_id = field_id(message->webinar_id),
        .cancelled = is_one_of(message->template_, cancelling, COUNT(cancelling)),
        .unanswered = is_one_of(message->template_, asking, COUNT(asking)),
        .stamp_us = message->queued_at_us,
        .summary = fact(message, "title"),
        .description = mail->text,
        .url = fact(message, "link"),
        .place = fact(message, "place"),
        .organiser_name = office->agency,
        .organiser_address = office->sender_address,
        .attendee_name = name,
        .attendee_address = mail->to_address,
    };
    int err = read_number(fact(message, "sequence"), &invite.sequence);
    err = err < 0 ? err : read_number(fact(message, "minutes"), &invite.minutes);
    err = err < 0 ? err : instant_parse(fact(message, "starts-at"), &invite.starts_at_us);
    err = err < 0 ? err : calendar_invite_format(&invite, arena, &mail->calendar);
    mail->calendar_method = calendar_invite_method(&invite);
    return err;
}

const char *letter_matter(const Pb__Matter *matter, struct arena *arena)
{
    const char *school =
        matter->school[0] == '\0' ? "" : arena_printf(arena, ", at %s", matter->school);
    switch (matter->kind) {
    case PB__MATTER__KIND__POST:
        return arena_printf(arena, "%s%s", matter->title, school);
    case PB__MATTER__KIND__OUTREACH:
        return arena_printf(arena, "outreach in %s%s", matter->title, school);
    default:
        return "";
    }
}

/* What a reminder asks for, by the edition of its case; where that does not say, as the title has it. */
static struct edition_act act_of(const Pb__Message *message, const struct edition *edition)
{
    struct edition_act act = {.text = ""};
    if (strcmp(message->template_, "reminder") == 0 && edition != NULL) {
        act = edition_act(edition, message->rule, fact(message, "title"));
    }
    if (act.text[0] == '\0') {
        act.text = "please see to it now.";
    }
    return act;
}

/*
 * What is sent again may be of a time when its template said less: what it has no fact for is nothing, and the line
 * that says no more is left out.
 */
static Pb__Fact **facts_of(const Pb__Message *message, const struct template *template,
                           struct arena *arena, size_t *ret_count)
{
    Pb__Fact **facts = ARENA_ARRAY(arena, message->n_facts + template->field_count, Pb__Fact *);
    size_t count = 0;
    for (size_t i = 0; i < message->n_facts; i++) {
        facts[count++] = message->facts[i];
    }
    for (size_t i = 0; message->again > 0 && i < template->field_count; i++) {
        Pb__Fact *nothing = ARENA_NEW(arena, Pb__Fact);
        pb__fact__init(nothing);
        nothing->name = arena_strdup(arena, template->fields[i]);
        facts[count++] = nothing; /* the first of a name is meant */
    }
    *ret_count = count;
    return facts;
}

int letter_compose(const struct letter_office *office, const Pb__Message *message,
                   const struct letter_names *names, const char *address, struct arena *arena,
                   struct mail *ret, const char **ret_problem)
{
    const struct edition *edition = NULL;
    if (office->editions != NULL && message->edition[0] != '\0') {
        edition = editions_find(office->editions, message->edition);
    }
    const struct edition_act act = act_of(message, edition);
    const char *name = act.is_notice ? "reminder-notice" : message->template_;
    const struct template *template = templates_find(office->templates, name);
    if (template == NULL) {
        *ret_problem = arena_printf(arena, "there is no template %s", name);
        return E_NOT_FOUND;
    }
    char reference[ID_TEXT_BYTES] = "";
    if (!id_is_zero(field_id(message->source_case_id))) {
        (void)id_format(field_id(message->source_case_id), reference);
    }
    const struct letter_frame frame = {
        .recipient = names->recipient,
        .agency = edition != NULL ? edition->agency_name : office->agency,
        .agency_email = edition != NULL && edition->agency_email != NULL ? edition->agency_email
                                                                         : office->agency_email,
        .reference = reference,
        .candidate = names->about,
        .matter = names->matter,
        .to_do = act.text,
    };
    struct letter letter;
    const char *missing = "";
    size_t count;
    Pb__Fact **facts = facts_of(message, template, arena, &count);
    int err = template_render(template, facts, count, &frame, arena, &letter, &missing);
    if (err < 0) {
        *ret_problem =
            arena_printf(arena, "template %s lacks the fact %s", message->template_, missing);
        return err;
    }
    struct mail mail = {
        .from_name = frame.agency,
        .from_address = office->sender_address,
        .to_address = address,
        .subject = letter.subject,
        .text = letter.text,
        .html = letter.html,
        .message_id = message->message_id,
        .date_us = message->queued_at_us,
    };
    if (template->attachment != NULL) {
        mail.attachment_name = arena_printf(arena, "%s.pdf", template->attachment);
    }
    if (!id_is_zero(field_id(message->webinar_id))) {
        err = add_calendar(office, message, names->recipient, arena, &mail);
        if (err < 0) {
            *ret_problem = "the facts of the event cannot be read";
            return err;
        }
    }
    *ret = mail;
    return 0;
}
