/*
 * Built by libical like the invitations; its memory is released here. Days have no time of day, so that
 * they need no time zone.
 */
#include "calendar_list.h"

#include <libical/ical.h>

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

static struct icaltimetype whole_day(struct date on)
{
    const struct civil civil = date_civil(on);
    struct icaltimetype day = icaltime_null_date();
    day.year = civil.year;
    day.month = civil.month;
    day.day = civil.day;
    day.is_date = 1;
    return day;
}

static icalcomponent *event_of(const struct calendar_day *day, int64_t stamp_us)
{
    const struct icaltimetype stamp = icaltime_from_timet_with_zone(
        (time_t)(stamp_us / US_PER_SECOND), 0, icaltimezone_get_utc_timezone());
    return icalcomponent_vanew(
        ICAL_VEVENT_COMPONENT, icalproperty_new_uid(day->uid), icalproperty_new_dtstamp(stamp),
        icalproperty_new_dtstart(whole_day(day->on)), icalproperty_new_summary(day->summary),
        icalproperty_new_description(day->description),
        icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT), (void *)0);
}

const char *calendar_list_format(const struct calendar_day *days, size_t count, int64_t stamp_us,
                                 struct arena *arena)
{
    CLEANUP(free_component)
    icalcomponent *calendar =
        icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
                            icalproperty_new_prodid("-//Attain//Notification//EN"),
                            icalproperty_new_method(ICAL_METHOD_PUBLISH), (void *)0);
    require(calendar != NULL);
    for (size_t i = 0; i < count; i++) {
        icalcomponent_add_component(calendar, event_of(&days[i], stamp_us));
    }
    CLEANUP(free_text) char *text = icalcomponent_as_ical_string_r(calendar);
    require(text != NULL);
    return arena_strdup(arena, text);
}
