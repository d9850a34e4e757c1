#!/bin/bash
# Brings up the whole of docker-compose.yml with a real engine and looks at what runs.
#
# Needs root, Docker's engine, docker-compose and mmdebstrap; where root or the engine is missing it
# prints SKIP and passes. As root with the engine installed nothing is skipped: what is missing then
# is a failure. The engine is started here, with its own folder and socket, and stopped again by its
# process id; images stay in that folder (var/containers) so that the next run is quick.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH=$PATH:/usr/sbin:/sbin

if [ "$(id -u)" -ne 0 ] || ! command -v dockerd >/dev/null; then
    echo "SKIP containers: root and an installed Docker engine are needed"
    exit 0
fi
deploy/local/setup.sh containers

folder=${ATTAIN_CONTAINERS:-$PWD/var/containers}
mkdir -p "$folder"
export DOCKER_HOST=unix://$folder/docker.sock DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
export COMPOSE_PROJECT_NAME=attain-check ATTAIN_PORT=${ATTAIN_PORT:-18443} COMPOSE_INTERACTIVE_NO_CLI=1
services='application assessment funding notification gateway'
engine=

fail() {
    printf 'containers: %s\n' "$*" >&2
    exit 1
}

compose() {
    docker-compose --env-file var/secrets/env "$@"
}

finish() {
    local rc=$?
    if [ $rc -ne 0 ] && [ -n "$engine" ]; then
        compose ps >&2 || true
        compose logs --no-color --tail=20 >&2 || true
    fi
    if [ -n "$engine" ]; then
        compose down --volumes --timeout 10 >"$folder/down.log" 2>&1 || true
        kill "$engine" 2>/dev/null || true
        wait "$engine" 2>/dev/null || true
    fi
    exit $rc
}
trap finish EXIT

# Waits until "$@" succeeds, at most $1 seconds.
within() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.2
    done
}

start_engine() {
    local before
    # One that an interrupted run has left, by the id that it wrote itself.
    before=$(cat "$folder/pid" 2>/dev/null || true)
    if [ -n "$before" ] && grep -q dockerd "/proc/$before/comm" 2>/dev/null; then
        kill "$before"
        within 30 test ! -e "/proc/$before" || fail "an engine of an earlier run does not stop"
    fi
    rm -f "$folder/pid"
    dockerd --data-root "$folder/data" --exec-root "$folder/exec" -H "$DOCKER_HOST" \
        --pidfile "$folder/pid" >"$folder/dockerd.log" 2>&1 &
    engine=$!
    within 30 docker version >/dev/null 2>&1 || { tail -n 20 "$folder/dockerd.log" >&2; fail "the engine does not start"; }
}

# The one image that would be pulled is made from Debian's packages instead.
make_base() {
    docker image inspect debian:bookworm-slim >/dev/null 2>&1 && return
    echo "containers: making the base image"
    mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$folder/base.tar"
    docker import "$folder/base.tar" debian:bookworm-slim >/dev/null
    rm -f "$folder/base.tar"
}

container() { compose ps -q "$1"; }
healthy() { [ "$(docker inspect -f '{{.State.Health.Status}}' "$(container "$1")" 2>/dev/null)" = healthy ]; }
one_more_start() { [ "$(docker inspect -f '{{.RestartCount}}' "$(container "$1")")" -gt "$2" ]; }

# No root, no capability, nothing writable, bounded: as the kernel sees the first process.
looked_at() {
    local name=$1 id pid status
    id=$(container "$name")
    pid=$(docker inspect -f '{{.State.Pid}}' "$id")
    status=$(cat "/proc/$pid/status")
    awk '/^Uid:/ && $2 == 0 { exit 1 }' <<<"$status" || fail "$name runs as root"
    awk '/^Cap(Eff|Prm|Bnd):/ && $2 !~ /^0+$/ { exit 1 }' <<<"$status" || fail "$name has capabilities"
    awk '/^NoNewPrivs:/ && $2 != 1 { exit 1 }' <<<"$status" || fail "$name may gain privileges"
    [ "$(docker inspect -f '{{.HostConfig.ReadonlyRootfs}}' "$id")" = true ] || fail "$name can write its file system"
    [ "$(docker inspect -f '{{.HostConfig.Memory}}' "$id")" -gt 0 ] || fail "$name has no bound on memory"
    [ "$(docker inspect -f '{{.HostConfig.PidsLimit}}' "$id")" -gt 0 ] || fail "$name has no bound on processes"
    if docker inspect -f '{{json .Config.Env}}' "$id" | grep -qF "$(cat var/secrets/pg_admin)"; then
        fail "$name has a password in its environment"
    fi
}

ask() {
    curl -fsS --max-time 5 --cacert var/secrets/tls.crt "https://127.0.0.1:$ATTAIN_PORT$1"
}

start_engine
make_base
deploy/containers/secrets.sh
compose down --volumes >/dev/null 2>&1 || true
echo "containers: building and starting"
compose up -d --build >"$folder/up.log" 2>&1 || { tail -n 40 "$folder/up.log" >&2; fail "docker-compose up failed"; }
for name in postgres mail $services; do
    within 90 healthy "$name" || fail "$name is not healthy"
    looked_at "$name"
done
ask /v1/openapi.json | jq -e '.openapi' >/dev/null || fail "the gateway does not describe its API"

# A process that dies comes back by itself, and the gateway is ready again with it.
for name in application gateway; do
    starts=$(docker inspect -f '{{.RestartCount}}' "$(container "$name")")
    kill -9 "$(docker inspect -f '{{.State.Pid}}' "$(container "$name")")"
    within 30 one_more_start "$name" "$starts" || fail "$name is not started again"
    within 60 healthy "$name" || fail "$name is not healthy again"
done
within 30 ask /v1/openapi.json >/dev/null 2>&1 || fail "the gateway does not answer after its restart"
echo "containers: seven containers, healthy, unprivileged, restarted after a kill"
