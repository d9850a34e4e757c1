#pragma once
/*
 * One request with its answer, between libmicrohttpd's callbacks and the handler. Only http_server.c
 * includes this besides http_exchange.c.
 */
#include "http_server.h"

/** libmicrohttpd's hook for the beginning and the end of a connection; `arg` is the server. */
void exchange_line(void *arg, struct MHD_Connection *connection, void **context,
                   enum MHD_ConnectionNotificationCode code);

/** libmicrohttpd's hook for the request line; makes the exchange. `arg` is the server. */
void *exchange_begin(void *arg, const char *uri, struct MHD_Connection *connection);

/** libmicrohttpd's handler; `arg` is the server. */
enum MHD_Result exchange_access(void *arg, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_bytes, void **context);

/** libmicrohttpd's hook for the end of a request; `arg` is the server. */
void exchange_completed(void *arg, struct MHD_Connection *connection, void **context,
                        enum MHD_RequestTerminationCode code);

/** Answers what is with the handler of `server` for too long at `now_us`, and cuts off who is too slow. */
void exchange_expire(struct http_server *server, int64_t now_us) NONNULL(1);

/** Answers 503 to everything that is with the handler of `server`. */
void exchange_stop(struct http_server *server) NONNULL(1);

/** Gives back the memory of those exchanges of `server` that wait to be used again. */
void exchange_give_memory_back(struct http_server *server) NONNULL(1);

/** Frees what the exchanges of `server` held; none may be open. */
void exchange_fini(struct http_server *server) NONNULL(1);
