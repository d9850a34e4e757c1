#!/bin/sh
# Gives a service its database password from the mounted secret and becomes the service. libpq reads
# PGPASSWORD, so that no connection string ever holds a password.
set -eu
if [ -n "${ATTAIN_PG_PASSWORD_FILE:-}" ]; then
    PGPASSWORD=$(cat "$ATTAIN_PG_PASSWORD_FILE")
    export PGPASSWORD
fi
exec "$@"
