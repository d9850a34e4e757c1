#pragma once
/* Notification's own projection: which messages belong to which case of another service (OPS-3). */
#include "unit.h"

extern const struct store notification_store;
