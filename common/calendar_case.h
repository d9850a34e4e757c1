#pragma once
/*
 * The bank holidays that an operator adds (GEN-1), as a case. Application's is the one that is commanded;
 * the other services keep a copy, which follows from its events, so that each decides by days that its own
 * log holds. The runner reckons with the days of its service's case from the commit that adds one.
 */
#include "aggregate.h"

/** The calendar's case in `service` ("application"): the same in every installation. */
struct id calendar_case_id(const char *service) NONNULL(1);

/**
 * AddHoliday and NoteHoliday. A day outside 2005 to 2035, one that is known already, one that is no
 * working day anyway and one more than 100 are refused (GEN-1); a note of a known day changes nothing.
 */
void calendar_add_holiday(const struct given *given, struct decision *d) NONNULL(1, 2);
void calendar_note_holiday(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The note that follows in the service called `service` from HolidayAdded; one command, as reactions return it. */
size_t calendar_follow(const struct event *event, const char *service, struct arena *arena,
                       struct reaction_command *ret) NONNULL(1, 2, 3, 4);

/** Adds the event's day to the state. */
void calendar_evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
    NONNULL(1, 2, 3);

/** Open to whoever is signed in. */
void calendar_index(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
    NONNULL(1, 2, 3);

/* A service's own aggregate: its kind is its number's thousand and 50. */
#define CALENDAR_AGGREGATE(number)                                                                 \
    {                                                                                              \
        .kind = (number), .name = "Calendar", .state = &pb__calendar__descriptor,                  \
        .fold_version = 1, .evolve = calendar_evolve, .index = calendar_index                      \
    }
