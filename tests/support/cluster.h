#pragma once
/*
 * A throw-away PostgreSQL cluster for tests: its own folder, socket and port, durable as in earnest
 * (fsync on), trusted locally. It ends with the process that started it. Knows nothing of our schemas.
 */
#include <sys/types.h>

#include "base.h"

enum { CLUSTER_PATH_BYTES = 96, CLUSTER_CONNINFO_BYTES = 256 };

struct cluster {
    char folder
        [CLUSTER_PATH_BYTES]; /* data in folder/data, the log in folder/log, the socket in folder */
    char bindir[CLUSTER_PATH_BYTES];
    int port; /* of the socket, and of 127.0.0.1 */
    pid_t postmaster;
};

/** Makes a cluster and starts it; superuser `postgres`. Aborts with a message when that cannot be done. */
void cluster_start(struct cluster *cluster) NONNULL(1);

/** Stops it at once and removes its folder. */
void cluster_stop(struct cluster *cluster) NONNULL(1);

/** Kills every process of it with SIGKILL, at one instant, and waits until all are gone. */
void cluster_kill(struct cluster *cluster) NONNULL(1);

/** Starts it again on the same folder and port, after cluster_kill(). */
void cluster_restart(struct cluster *cluster) NONNULL(1);

/** Writes the libpq string for `user` at `database` over the socket into `ret`; returns `ret`. */
char *cluster_conninfo(const struct cluster *cluster, const char *user, const char *database,
                       char ret[CLUSTER_CONNINFO_BYTES]) NONNULL(1, 2, 3, 4);

/** Runs `sql`, one or more statements, as `user` at `database`; 0, or prints the error and returns -1. */
MUST_USE int cluster_sql(const struct cluster *cluster, const char *user, const char *database,
                         const char *sql) NONNULL(1, 2, 3, 4);

/** Removes `folder`, which must be under /tmp, and all in it. */
void cluster_remove_folder(const char *folder) NONNULL(1);
