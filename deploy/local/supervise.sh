#!/bin/bash
# Keeps one process of a local stack alive: starts it again a second after it has died, and ends it on
# SIGTERM.
#
#   supervise.sh FOLDER BASE_PORT SERVICE BINARIES [COMMAND THAT CHANGES THE USER...]
set -u
folder=$1 base=$2 service=$3 bin=$4
shift 4
eval "$(deploy/local/env.sh "$folder" "$base" "$service")"
child=
stopping=
stop() {
    stopping=yes
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap stop TERM
trap '' INT
echo $$ >"$folder/run/$service.supervisor.pid"
while [ -z "$stopping" ]; do
    "$@" "$PWD/$bin/$service" </dev/null >>"$folder/log/$service.log" 2>&1 &
    child=$!
    echo "$child" >"$folder/run/$service.pid"
    # A signal ends `wait` early; the process itself is what is waited for.
    while kill -0 "$child" 2>/dev/null; do
        wait "$child"
    done
    child=
    [ -n "$stopping" ] || sleep 1
done
rm -f "$folder/run/$service.pid" "$folder/run/$service.supervisor.pid"
