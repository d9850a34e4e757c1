#pragma once
/*
 * One libuv loop a process: signals that end it in order, and timers that owners embed. Knows neither
 * bus nor database.
 */
#include <uv.h>

#include "base.h"

struct loop {
    uv_loop_t *uv;
    uv_signal_t on_int;
    uv_signal_t on_term;
    void (*stop)(void *arg); /* asked once, at the first SIGINT or SIGTERM */
    void *arg;
    bool stopping;
};

/** Makes the process's loop on `uv_default_loop()`; `stop(arg)` is called once at SIGINT or SIGTERM. */
void loop_init(struct loop *loop, void (*stop)(void *arg), void *arg) NONNULL(1, 2);

/** Runs until nothing is left to do. */
void loop_run(struct loop *loop) NONNULL(1);

/** Closes the signal handles, so that the loop can end; called by the owner's `stop`. */
void loop_end(struct loop *loop) NONNULL(1);

/** Closes the loop; every handle must be closed. */
void loop_fini(struct loop *loop) NONNULL(1);
