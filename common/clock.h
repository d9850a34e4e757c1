#pragma once
/*
 * The only reader of clocks (law 10). `clock_domain` is the time by which deadlines and reminders
 * fall due; in a sandbox it stands still until it is moved. `clock_machine` measures leases,
 * timeouts, sessions and key lifetimes, and is never moved.
 */
#include "base.h"

/** Now, for the domain: the machine's wall clock, or where a sandbox's clock was set; µs since 1970 UTC. */
int64_t clock_domain(void);

/** Wall clock of the machine; µs since 1970 UTC. */
int64_t clock_machine(void);

/** Monotonic clock of the machine, for measuring; µs from an arbitrary start. */
int64_t clock_monotonic(void);

/** Sets the sandbox's domain clock to `at_us`; from the first call on it stands where it was last set. */
void clock_set_domain(int64_t at_us);

/** Whether the domain clock has been set (a sandbox). */
bool clock_is_set(void);
