/*
 * The fields that are shown are copied one by one: what a request gains later is hidden until it is named here.
 */
#include "outreach_overview.h"

#include "access.h"
#include "form.h"

enum { FIRST_YEAR = 2004, LAST_YEAR = 2035 };

bool outreach_overview_is_for(Pb__Role role)
{
    const struct actor actor = {.role = role};
    return access_is_school_side(&actor) || role == PB__ROLE__LA_COORDINATOR ||
           role == PB__ROLE__OUTREACH_ADVISER || role == PB__ROLE__CASEWORKER ||
           role == PB__ROLE__ADMINISTRATOR || role == PB__ROLE__AUDITOR;
}

int64_t outreach_overview_from_us(uint32_t year)
{
    const uint32_t known = year < FIRST_YEAR ? FIRST_YEAR : year > LAST_YEAR ? LAST_YEAR : year;
    return date_start_us(date_of((int)known, 9, 1));
}

Pb__OutreachAtWork *outreach_overview(const Pb__OutreachRequest *request, struct id request_id,
                                      struct arena *arena)
{
    Pb__OutreachAtWork *work = FORM_NEW(arena, OutreachAtWork, outreach_at_work);
    work->request_id = id_field(request_id, arena);
    work->school_id = request->school_id;
    work->subject = request->subject;
    work->key_stage = request->key_stage;
    work->state = request->state;
    for (size_t i = 0; i < request->n_members; i++) {
        work->half_days += request->members[i]->half_days;
    }
    return work;
}
