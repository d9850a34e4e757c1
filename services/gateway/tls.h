#pragma once
/*
 * The certificate and its key, from the files that are set. Who sets either wants TLS: whatever keeps it
 * from being served is an error, and never plain HTTP.
 */
#include "http_server.h"

enum { TLS_FILE_MAX_BYTES = 64 << 10 };

/**
 * Reads the files at `certificate` and `key`, both "" for no TLS, into `arena` and `ret`. Errors: E_CONFIG, told on
 * standard error: one of the two without the other, a file that cannot be read, is empty, or is larger than
 * TLS_FILE_MAX_BYTES.
 */
MUST_USE int tls_read(const char *certificate, const char *key, struct arena *arena,
                      struct http_config *ret) NONNULL(1, 2, 3, 4);
