#!/bin/bash
# Makes the cluster on the first start and then becomes PostgreSQL. The login roles of each service get
# their passwords here, from the mounted secrets; what they may do is granted by `attain migrate`.
# A cluster that was half made (power cut in the middle) is begun again: it holds nothing yet.
set -euo pipefail

services='application assessment funding notification gateway'
secrets=/run/secrets

# One statement a line, as single-user mode wants it. Nothing listens while the passwords are set.
statements() {
    local service password
    printf "alter role postgres password '%s';\n" "$(cat $secrets/pg_admin)"
    for service in $services; do
        password=$(cat "$secrets/pg_$service")
        printf "create role attain_%s login password '%s';\n" "$service" "$password"
        printf "create role attain_%s_read login password '%s';\n" "$service" "$password"
    done
    printf 'create database attain;\n'
}

if [ ! -e "$PGDATA/made" ]; then
    rm -rf "$PGDATA"
    initdb --pgdata="$PGDATA" --username=postgres --encoding=UTF8 --locale=C.UTF-8 --data-checksums \
           --auth-local=reject --auth-host=scram-sha-256
    {
        echo 'host all all all scram-sha-256'
    } >>"$PGDATA/pg_hba.conf"
    statements | postgres --single -D "$PGDATA" -c log_statement=none -c log_min_error_statement=panic postgres >/dev/null
    touch "$PGDATA/made"
    sync
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories='' \
    -c password_encryption=scram-sha-256 -c max_connections=100 -c shared_buffers=128MB "$@"
