#pragma once
/*
 * From path and query string to the question a service understands. The parameters that a route takes
 * are the fields of its query message, by their JSON names, but for those that the path or the route
 * itself fills.
 */
#include "gateway/api/routes.h"

struct api_param {
    const char *name;
    const char *value; /* NULL: there was a zero byte in it, or in its name */
};

/**
 * Whether each of `count` `params` is UTF-8 and comes once, which all below rest on; faults as
 * api_query_read(). Errors: E_DECODE.
 */
MUST_USE int api_params_check(const struct api_param *params, size_t count, struct arena *arena,
                              Pb__FieldError ***ret_errors, size_t *ret_count) NONNULL(3, 4, 5);

/**
 * The query message of `match`, in `arena`, from the ids in its path and `count` `params`. Each fault
 * is told with the parameter's name; see json_decode(). Errors: E_DECODE.
 */
MUST_USE int api_query_read(const struct api_match *match, const struct api_param *params,
                            size_t count, struct arena *arena, ProtobufCMessage **ret,
                            Pb__FieldError ***ret_errors, size_t *ret_count) NONNULL(1, 4, 5, 6, 7);

/** What is asked for of a list that the gateway keeps. */
struct api_page {
    uint64_t after;
    uint32_t limit; /* 1 to API_PAGE_MAX */
};

enum { API_PAGE_DEFAULT = 100, API_PAGE_MAX = 500 };

/** The page that `count` `params` (`after`, `limit`) ask for; faults as api_query_read(). Errors: E_DECODE. */
MUST_USE int api_page_read(const struct api_param *params, size_t count, struct arena *arena,
                           struct api_page *ret, Pb__FieldError ***ret_errors, size_t *ret_count)
    NONNULL(3, 4, 5, 6);

/** Whether field number `index` of the query message of `route` is a parameter of its query string. */
bool api_query_takes(const struct api_route *route, size_t index) NONNULL(1);
