/*
 * Three kinds of reader, no fourth: who sees all, who sees what is of their person or organisation, and
 * who sees what is of their person alone.
 */
#include "role.h"

static const uint32_t roles_that_see_all =
    MAY(CASEWORKER) | MAY(REVIEW_COORDINATOR) | MAY(REVIEW_OFFICER) | MAY(REVIEWER) |
    MAY(MODERATOR) | MAY(LEAD_MODERATOR) | MAY(PARTICIPANT_MANAGER) | MAY(FUNDING_OFFICER) |
    MAY(ADMINISTRATOR) | MAY(AUDITOR) | MAY(SYSTEM);

/* A colleague's form, pay or address is not theirs, although they work at the same school. */
static const uint32_t roles_of_a_person =
    MAY(CANDIDATE) | MAY(ASSESSOR) | MAY(VIVA_PANEL) | MAY(MENTOR) | MAY(FACULTY_FELLOW);

bool role_is_in(Pb__Role role, uint32_t roles)
{
    return (roles & (UINT32_C(1) << role)) != 0;
}

bool role_sees_all(Pb__Role role)
{
    return role_is_in(role, roles_that_see_all);
}

bool role_is_personal(Pb__Role role)
{
    return role_is_in(role, roles_of_a_person);
}
