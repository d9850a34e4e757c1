#!/bin/sh
# Gives a process its database password from the mounted secret and becomes the process. The password
# goes into a file of libpq's form on the container's memory file system, readable by this user alone: it
# stands neither in a connection string nor in an environment.
set -eu
if [ -n "${ATTAIN_PG_PASSWORD_FILE:-}" ]; then
    umask 077
    export PGPASSFILE=/tmp/pgpass
    printf '*:*:*:*:%s\n' "$(cat "$ATTAIN_PG_PASSWORD_FILE")" >"$PGPASSFILE"
    umask 022
fi
exec "$@"
