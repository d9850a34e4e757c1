/*
 * Builds calendar objects by libical, which escapes texts, folds lines and orders properties. Nothing
 * of libical's leaves this file: its memory is released before the text, copied into the arena, is
 * returned. Invariant: the same invite gives the same bytes.
 */
#include "calendar_invite.h"

#include <string.h>

#include <libical/ical.h>

#include "date.h"
#include "err.h"

static void free_component(icalcomponent **component)
{
    if (*component != NULL) {
        icalcomponent_free(*component);
    }
}

static void free_text(char **text)
{
    icalmemory_free_buffer(*text);
}

static struct icaltimetype utc(int64_t at_us)
{
    return icaltime_from_timet_with_zone((time_t)(at_us / US_PER_SECOND), 0,
                                         icaltimezone_get_utc_timezone());
}

static bool fits(const char *text)
{
    return strlen(text) <= INVITE_TEXT_MAX_BYTES;
}

const char *calendar_invite_method(const struct invite *invite)
{
    return invite->cancelled ? "CANCEL" : "REQUEST";
}

static icalproperty *organiser(const struct invite *invite, struct arena *arena)
{
    icalproperty *property =
        icalproperty_new_organizer(arena_printf(arena, "mailto:%s", invite->organiser_address));
    icalproperty_add_parameter(property, icalparameter_new_cn(invite->organiser_name));
    return property;
}

static icalproperty *attendee(const struct invite *invite, struct arena *arena)
{
    icalproperty *property =
        icalproperty_new_attendee(arena_printf(arena, "mailto:%s", invite->attendee_address));
    icalproperty_add_parameter(property, icalparameter_new_cn(invite->attendee_name));
    icalproperty_add_parameter(property, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
    icalproperty_add_parameter(property, icalparameter_new_partstat(invite->unanswered
                                                                        ? ICAL_PARTSTAT_NEEDSACTION
                                                                        : ICAL_PARTSTAT_ACCEPTED));
    icalproperty_add_parameter(property, icalparameter_new_rsvp(ICAL_RSVP_FALSE));
    return property;
}

static icalcomponent *event_of(const struct invite *invite, struct arena *arena)
{
    char text[ID_TEXT_BYTES];
    const char *uid = arena_printf(arena, "%s@attain", id_format(invite->event_id, text));
    int64_t ends_at_us = invite->starts_at_us + (int64_t)invite->minutes * 60 * US_PER_SECOND;
    icalcomponent *event = icalcomponent_vanew(
        ICAL_VEVENT_COMPONENT, icalproperty_new_uid(uid),
        icalproperty_new_sequence((int)invite->sequence),
        icalproperty_new_dtstamp(utc(invite->stamp_us)),
        icalproperty_new_dtstart(utc(invite->starts_at_us)),
        icalproperty_new_dtend(utc(ends_at_us)), icalproperty_new_summary(invite->summary),
        icalproperty_new_description(invite->description),
        icalproperty_new_location(invite->place[0] == '\0' ? invite->url : invite->place),
        icalproperty_new_status(invite->cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED),
        organiser(invite, arena), attendee(invite, arena), (void *)0);
    if (invite->url[0] != '\0') {
        icalcomponent_add_property(event, icalproperty_new_url(invite->url));
    }
    return event;
}

int calendar_invite_format(const struct invite *invite, struct arena *arena, const char **ret)
{
    if (!fits(invite->summary) || !fits(invite->description) || !fits(invite->url) ||
        !fits(invite->place) || !fits(invite->organiser_name) || !fits(invite->attendee_name) ||
        invite->sequence > INT32_MAX) {
        return E_LIMIT;
    }
    CLEANUP(free_component)
    icalcomponent *calendar = icalcomponent_vanew(
        ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
        icalproperty_new_prodid("-//Attain//Notification//EN"),
        icalproperty_new_method(invite->cancelled ? ICAL_METHOD_CANCEL : ICAL_METHOD_REQUEST),
        (void *)0);
    require(calendar != NULL);
    icalcomponent_add_component(calendar, event_of(invite, arena));
    CLEANUP(free_text) char *text = icalcomponent_as_ical_string_r(calendar);
    require(text != NULL);
    *ret = arena_strdup(arena, text);
    return 0;
}
