#pragma once
/*
 * Roles as sets, for the tables that say who may do and read what (GEN-6). Knows nothing of any case.
 */
#include "attain/v1/common.pb-c.h"
#include "base.h"

/** Bit of a role in a set. */
#define MAY(role) (UINT32_C(1) << (PB__ROLE__##role))

/** Every role: for what whoever is named may read, in whatever part. */
#define ROLES_ALL (UINT32_MAX & ~MAY(ROLE_NONE))
/** Those who run a school and answer for its teachers. */
#define ROLES_OF_SCHOOLS (MAY(HEADTEACHER) | MAY(GOVERNING_BODY) | MAY(SCHOOL) | MAY(LINE_MANAGER))
/** Those of a school to whom its money is shown. */
#define ROLES_OF_SCHOOL_MONEY (MAY(HEADTEACHER) | MAY(GOVERNING_BODY) | MAY(SCHOOL))
/** Those of an authority to whom its money is shown. */
#define ROLES_OF_LA_MONEY (MAY(LA_COORDINATOR) | MAY(LA_FINANCE))
/** Those of an authority who direct outreach. */
#define ROLES_OF_LA_OUTREACH (MAY(LA_COORDINATOR) | MAY(OUTREACH_ADVISER))

/** Whether `role` is in the set `roles`. */
bool role_is_in(Pb__Role role, uint32_t roles);

/** Whether `role` sees every case, rather than those of its person and organisation. Source: GEN-6. */
bool role_sees_all(Pb__Role role);

/** Whether `role` is held for oneself: where one works opens nothing to it, as to a candidate. Source: GEN-6. */
bool role_is_personal(Pb__Role role);
