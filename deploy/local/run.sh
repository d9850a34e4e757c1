#!/bin/bash
# `make run`: all of Attain on this machine, as a sandbox to try things out. Everything that it keeps is
# under var/: PostgreSQL (pg), keys, mails (mail), logs (log). Ctrl-C stops all of it; the next run goes
# on with the same data. The first run also loads a small demonstration.
#
#   BASE_PORT=7100   the first of about 150 ports of 127.0.0.1; the API is at BASE_PORT + 80
#   FOLDER=var       where it is kept
#
# The processes have sessions of their own, so that a Ctrl-C reaches this script alone, which then ends
# them in order: supervisors first, else they would start again what has been stopped.
set -euo pipefail
cd "$(dirname "$0")/../.."
base=${BASE_PORT:-7100}
mkdir -p "${FOLDER:-var}"
folder=$(cd "${FOLDER:-var}" && pwd)
bin=build/release/bin
services='application assessment funding notification gateway'
url=https://127.0.0.1:$((base + 80))

say() { printf 'run: %s\n' "$*"; }
die() { printf 'run: %s\n' "$*" >&2; exit 1; }

# ---- install and build ----

deploy/local/setup.sh run
printf 'run: building'
make -j"$(nproc)" all 2>&1 | awk '
    /^  (CC|LD)/ { if (++n % 20 == 0) { printf "."; fflush() } next }
    /error:|\*\*\*/ { print "" ; print }
    END { printf " %d steps\n", n }'

# ---- one at a time, and nothing left of one that was killed ----

# A supervisor or a process that an interrupted run has left, by the id that it wrote itself.
end_leftovers() {
    local file pid
    for file in "$folder"/run/*.pid; do
        [ -e "$file" ] || continue
        pid=$(cat "$file")
        if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "$PWD/$bin/\|deploy/local/supervise.sh"; then
            kill -KILL "$pid" 2>/dev/null || true
        fi
        rm -f "$file"
    done
}

mkdir -p "$folder/run" "$folder/log"
exec 9>"$folder/run/lock"
flock -n 9 || die "it runs already in $folder"
end_leftovers
if (exec 3<>"/dev/tcp/127.0.0.1/$((base + 80))") 2>/dev/null; then
    die "port $((base + 80)) is taken; choose others with BASE_PORT=..."
fi

# ---- ends ----

supervisors=()
finish() {
    local rc=$? until
    trap '' INT TERM
    printf '\n'
    say "stopping"
    if [ ${#supervisors[@]} -gt 0 ]; then
        kill -TERM "${supervisors[@]}" 2>/dev/null || true
        until=$((SECONDS + 10))
        while kill -0 "${supervisors[@]}" 2>/dev/null && [ $SECONDS -lt $until ]; do
            sleep 0.1
        done
    fi
    end_leftovers
    deploy/local/postgres.sh stop "$folder/pg" $((base + 32)) 9>&- || true
    say "stopped; everything is kept in $folder"
    [ "$rc" -ne 130 ] && [ "$rc" -ne 143 ] || rc=0
    exit $rc
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- PostgreSQL, keys, migrations ----

say "PostgreSQL, keys, migrations"
deploy/local/prepare.sh "$folder" "$base" "$bin" 9>&- >"$folder/log/prepare.log" 2>&1 ||
    { cat "$folder/log/prepare.log" >&2; exit 1; }

# As root the processes run as the user whom PostgreSQL runs as, who alone may enter its folder;
# where that user cannot come here (a home that is closed), they run as root.
as=()
if [ "$(id -u)" -eq 0 ]; then
    drop=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    if "${drop[@]}" test -x "$bin/gateway" && "${drop[@]}" test -r "$folder/pg/data/PG_VERSION"; then
        as=("${drop[@]}")
        chown -R postgres:postgres "$folder/keys" "$folder/mail"
        chmod 0755 "$folder/keys"
    else
        say "the processes run as root: the user postgres cannot come to $PWD"
    fi
fi
attain() {
    (eval "$(deploy/local/env.sh "$folder" "$base" operator)" && exec "${as[@]}" "$bin/attain" "$@" 9>&-)
}

# ---- the five processes ----

for service in $services; do
    setsid deploy/local/supervise.sh "$folder" "$base" "$service" "$bin" "${as[@]}" 9>&- &
    supervisors+=($!)
done

# Prints what a process says of itself: active, stands by, or nothing.
standing() {
    local n=1 name
    for name in $services; do
        [ "$name" = "$1" ] && break
        n=$((n + 1))
    done
    curl -s --max-time 2 "http://127.0.0.1:$((base + n + 50))/readyz" || true
}
printf 'run: starting'
until=$((SECONDS + 60))
for service in $services; do
    while [ "$(standing "$service")" != active ]; do
        [ $SECONDS -lt $until ] || { tail -n 5 "$folder/log/$service.log" >&2; die "$service does not become active"; }
        sleep 0.1
    done
    printf ' %s' "$service"
done
printf '\n'

# ---- what a newcomer sees ----

admin=$(attain token --role administrator --name "local administrator" --hours 720)
facts=$folder/demonstration.json
if [ ! -e "$facts" ]; then
    say "loading the demonstration: it moves the sandbox's clock"
    if ! node deploy/local/load.mjs "$url" "$admin" "$facts" 9>&-; then
        say "the demonstration could not be loaded whole; the system runs without it"
    fi
fi
if [ -e "$facts" ] && [ "$(jq .whole "$facts")" != true ]; then
    say "the demonstration is not whole; without $folder the next run begins anew"
fi
fact() { jq -r ".$1 // empty" "$facts" 2>/dev/null || true; }

cat <<TEXT

This is a sandbox: its clock stands where it was moved to and nothing leaves the machine.
  mails     $folder/mail        logs  $folder/log
  document  $url/v1/openapi.json

For a shell, as README.md uses them; a token is sent as Authorization: Bearer TOKEN and holds for 30 days:
URL='$url'
CA='$folder/keys/tls.crt'
# of the agency's administrator
ADMIN='$admin'
TEXT
if [ -e "$facts" ]; then
    coordinator=$(attain token --role la_coordinator --name "local coordinator" --hours 720 \
        --person "$(fact coordinator)" --organisation "$(fact la)")
    candidate=$(attain token --role candidate --name "local candidate" --hours 720 \
        --person "$(fact candidate)" --organisation "$(fact school)")
    cat <<TEXT
# of an authority's coordinator, of a candidate
TOKEN='$coordinator'
CANDIDATE='$candidate'
# the authority, and a post of it
LA='$(fact la)'
POST='$(fact post)'
TEXT
fi
printf '\nCtrl-C stops it.\nAttain is at %s\n' "$url"
while kill -0 "${supervisors[@]}" 2>/dev/null; do
    wait -n "${supervisors[@]}" || true
done
die "a supervisor has ended; see $folder/log"
