#pragma once
/*
 * What outreach runs in an authority, as far as a school elsewhere in it may know: which subject, where, how far and
 * how much. Never what the need is, nor who is asked. Pure.
 */
#include "attain/v1/outreach.pb-c.h"
#include "id.h"

/** Whether `role` may ask: a school, who directs for the authority, and the agency. Source: AST-O6, GEN-6. */
bool outreach_overview_is_for(Pb__Role role);

/** The first instant of the school year that begins in `year`; of the nearest one that is known. Source: AST-O6. */
int64_t outreach_overview_from_us(uint32_t year);

/** What is shown of `request`, whose id is `request_id`, in `arena`. Source: AST-O6. */
MUST_USE Pb__OutreachAtWork *outreach_overview(const Pb__OutreachRequest *request,
                                               struct id request_id, struct arena *arena)
    NONNULL(1, 3);
