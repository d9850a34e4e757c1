#pragma once
/*
 * The one table of the public API: which method and path stands for which message to which service.
 * The gateway answers by it, and the OpenAPI document is made from it and the descriptors, so that
 * neither knows a route that the other does not. Who may send a command is not said here: the service
 * that decides it has its own table (law 7).
 */
#include "attain/v1/envelope.pb-c.h"
#include "id.h"
#include "kinds.h"
#include "message.h"

enum api_action {
    API_CREATE,  /* command that opens a case; its id follows from the idempotency key */
    API_BULK,    /* a file of commands that each open a case */
    API_PLAN,    /* a list of commands to the cases that it names, taken whole or not at all */
    API_COMMAND, /* command to the case in the path */
    API_GET,     /* one case: GetCase */
    API_LIST,    /* cases of a kind: ListCases */
    API_QUERY,   /* another question */
    API_OWN,     /* the gateway answers it by itself */
};

struct api_route {
    const char *method;
    const char *path; /* as "/v1/posts/{id}/agree"; what is in braces is an id, or a `word` */
    bool word;        /* it is a word, as an edition's name */
    enum api_action action;
    uint16_t message;    /* command or query; 0 where the gateway answers without one */
    uint16_t reply;      /* message of the answer; 0 for "accepted" and for the document itself */
    Pb__Service service; /* SERVICE_NONE with API_QUERY: all that hold cases, answers joined */
    uint16_t kind;       /* enum kind; 0 where none is expected */
    /** With API_CREATE, the case of which there is one for what the body is about; NULL: a new one each time. */
    struct id (*case_of)(const ProtobufCMessage *body);
    bool paged;          /* takes `after` and `limit`, where no query message says so */
    bool csv;            /* answered as CSV, whole: no page is asked for */
    uint32_t roles;      /* who may, where the gateway decides it; 0: the service does */
    const char *name;    /* operation id */
    const char *summary; /* NULL: the message's own comment */
};

enum { API_PATH_IDS_MAX = 2, API_WORD_MAX_BYTES = 80 };

/** What a request line was found to mean. */
struct api_match {
    const struct api_route *route;
    struct id ids[API_PATH_IDS_MAX]; /* in the order of the path */
    size_t ids_count;
    char word[API_WORD_MAX_BYTES + 1]; /* where the path has one, else empty */
    char allowed[32];                  /* with API_OTHER_METHOD: for the header Allow */
};

enum api_found { API_FOUND, API_NO_SUCH_PATH, API_OTHER_METHOD };

/** All routes; `*ret_count` is their number. */
const struct api_route *api_routes(size_t *ret_count) NONNULL(1);

/** Looks up `method` (HEAD as GET) and `path`. A path whose id is no UUID is no such path. */
enum api_found api_route_match(const char *method, const char *path, struct api_match *ret)
    NONNULL(1, 2, 3);

/** Summary of `route`: its own, or the comment of its message. */
const char *api_route_summary(const struct api_route *route) NONNULL(1);

/** The message that the state of a case of `kind` is, or NULL. */
const struct message_type *api_state_of(uint32_t kind);

/** Name of `kind` in JSON, as "ats_application"; "unknown" for another number. */
const char *api_kind_text(uint32_t kind);
