#pragma once
/*
 * The embedded transport: writes each mail into a maildir, to be read there. Used where no mail server
 * is configured. The same contract as smtp.h.
 */
#include <uv.h>

#include "mime.h"

enum { MAILDIR_JOBS_MAX = 64, MAILDIR_PATH_BYTES = 1024, MAILDIR_NAME_BYTES = 48 };

struct maildir;

struct maildir_job {
    uv_work_t work;
    struct maildir *maildir;
    struct arena arena;
    char name[MAILDIR_NAME_BYTES];
    struct bytes bytes;
    int err;
    bool busy;
    mail_done_fn *done;
    void *arg;
};

struct maildir {
    uv_loop_t *loop;
    char path[MAILDIR_PATH_BYTES];
    struct maildir_job jobs[MAILDIR_JOBS_MAX];
};

/** Makes `maildir` at `path`, with the folders tmp, new and cur where they lack; `loop` is borrowed. Errors: errno's, E_LIMIT. */
MUST_USE int maildir_init(struct maildir *maildir, uv_loop_t *loop, const char *path)
    NONNULL(1, 2, 3);

/** Waits for nothing: no mail may be under way. */
void maildir_fini(struct maildir *maildir) NONNULL(1);

/**
 * Writes `mail`, whose memory is borrowed for the call only, under a name that derives from its Message-ID:
 * a repeat replaces the file by the same bytes. `done(arg, ...)` comes exactly once.
 * Errors, and then `done` never comes: E_BUS_BUSY when MAILDIR_JOBS_MAX are under way, E_PARSE as mime_build.
 */
MUST_USE int maildir_send(struct maildir *maildir, const struct mail *mail, mail_done_fn *done,
                          void *arg) NONNULL(1, 2, 3);

/** The file name that `message_id` derives, in `ret`; returns `ret`. */
char *maildir_name(const char *message_id, char ret[MAILDIR_NAME_BYTES]) NONNULL(1, 2);
