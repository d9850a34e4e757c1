#pragma once
/*
 * What a process shows to the machine that runs it, never to the outside: whether it lives
 * (/healthz), whether it can be given work (/readyz), and its figures (/metrics, Prometheus's text).
 * Plain HTTP on an address that only the operator's network reaches; it changes nothing and names
 * nobody.
 */
#include "http_server.h"

struct process;

struct inside {
    struct http_server http;
    bool listens;
};

/**
 * Begins to serve `process` at `address` ("127.0.0.1:7151"), on `uv`, after the bus was made; "" serves
 * nothing. Errors: as http_server_start().
 */
MUST_USE int inside_start(struct inside *inside, uv_loop_t *uv, const char *address,
                          struct process *process) NONNULL(1, 2, 3, 4);

/** Stops serving; its handles are closed when the loop has run. */
void inside_stop(struct inside *inside) NONNULL(1);

/** Frees what it held; the loop has run since inside_stop(). */
void inside_fini(struct inside *inside) NONNULL(1);
