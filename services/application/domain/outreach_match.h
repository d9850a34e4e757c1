#pragma once
/*
 * How well a teacher suits a request for outreach, in points that are shown one by one. Advises whoever
 * directs and decides nothing. Pure.
 */
#include "attain/v1/outreach.pb-c.h"
#include "edition.h"
#include "id.h"

/** The fit of the appointment `self`, with the id `appointment_id`, to `request` by the weights of `ed`; in `arena`. Source: AST-O4. */
MUST_USE Pb__OutreachFit *outreach_match(const Pb__Appointment *self, struct id appointment_id,
                                         const Pb__OutreachRequest *request,
                                         const struct edition *ed, struct arena *arena)
    NONNULL(1, 3, 4, 5);

/** Puts the best of `count` `fits` first, those who cannot be asked last; equal ones stand by their ids. */
void outreach_match_sort(Pb__OutreachFit **fits, size_t count);
