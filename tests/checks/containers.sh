#!/bin/bash
# Brings up the whole of docker-compose.yml with a real engine, uses it, and looks at what runs.
#
# Needs root, Docker's engine, docker-compose and mmdebstrap; where root or the engine is missing it
# prints SKIP and passes. As root with the engine installed nothing is skipped: what is missing then
# is a failure. The engine is started here, with its own folder and socket, and stopped again by its
# process id; the base and the images stay in that folder (var/containers), so that the next run
# compiles what has changed and no more.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH=$PATH:/usr/sbin:/sbin

if [ "$(id -u)" -ne 0 ] || ! command -v dockerd >/dev/null; then
    echo "SKIP containers: root and an installed Docker engine are needed"
    exit 0
fi
deploy/local/setup.sh containers

folder=${ATTAIN_CONTAINERS:-$PWD/var/containers}
secrets=var/secrets
mkdir -p "$folder"
export DOCKER_HOST=unix://$folder/docker.sock DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
export COMPOSE_PROJECT_NAME=attain-check ATTAIN_PORT=${ATTAIN_PORT:-18443} COMPOSE_INTERACTIVE_NO_CLI=1
export ATTAIN_SANDBOX=true
services='application assessment funding notification gateway'
engine=

say() { printf 'containers: %3d s  %s\n' "$SECONDS" "$*"; }

fail() {
    printf 'containers: %s\n' "$*" >&2
    exit 1
}

compose() {
    docker-compose --env-file $secrets/env "$@"
}

finish() {
    local rc=$?
    trap '' INT TERM HUP
    if [ $rc -ne 0 ] && [ -n "$engine" ]; then
        compose ps >&2 || true
        compose logs --no-color --tail=20 >&2 || true
    fi
    if [ -n "$engine" ]; then
        compose down --volumes --remove-orphans --timeout 10 >"$folder/down.log" 2>&1 || true
        kill "$engine" 2>/dev/null || true
        wait "$engine" 2>/dev/null || true
    fi
    exit $rc
}
trap finish EXIT
trap 'exit 143' INT TERM HUP

# Waits until "$@" succeeds, at most $1 seconds.
within() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.2
    done
}

# ---- engine and images ----

start_engine() {
    local before
    # One that an interrupted run has left, by the id that it wrote itself.
    before=$(cat "$folder/pid" 2>/dev/null || true)
    if [ -n "$before" ] && grep -q dockerd "/proc/$before/comm" 2>/dev/null; then
        kill "$before"
        within 30 test ! -e "/proc/$before" || fail "an engine of an earlier run does not stop"
    fi
    rm -f "$folder/pid"
    # A session of its own: who stops this script does not stop the engine before the containers.
    setsid dockerd --data-root "$folder/data" --exec-root "$folder/exec" -H "$DOCKER_HOST" \
        --pidfile "$folder/pid" >"$folder/dockerd.log" 2>&1 &
    engine=$!
    within 30 docker version >/dev/null 2>&1 || { tail -n 20 "$folder/dockerd.log" >&2; fail "the engine does not start"; }
}

# The one image that would be pulled is made from Debian's packages instead.
make_base() {
    docker image inspect debian:bookworm-slim >/dev/null 2>&1 && return
    if [ ! -s "$folder/base.tar" ]; then
        say "making the base image"
        mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$folder/base.new.tar"
        mv "$folder/base.new.tar" "$folder/base.tar"
    fi
    docker import "$folder/base.tar" debian:bookworm-slim >/dev/null
}

# ---- what runs ----

container() { docker ps -aq --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False; }
inspect() { docker inspect -f "$2" "$(container "$1")"; }
inside() { local name=$1; shift; docker exec "$(container "$name")" "$@"; }
healthy() { [ "$(inspect "$1" '{{.State.Health.Status}}' 2>/dev/null)" = healthy ]; }
one_more_start() { [ "$(inspect "$1" '{{.RestartCount}}')" -gt "$2" ]; }

# The secrets that a container is meant to see, by their names under /run/secrets.
secrets_of() {
    case $1 in
        postgres) echo pg_admin pg_application pg_assessment pg_funding pg_gateway pg_notification ;;
        mail)     ;;
        gateway)  echo digest_key pg_gateway tls_certificate tls_key ;;
        *)        echo digest_key "pg_$1" ;;
    esac
}

# No root, no capability, nothing writable, bounded, as the kernel sees the first process; its secrets
# are files, and are its own.
looked_at() {
    local name=$1 id pid status seen
    id=$(container "$name")
    pid=$(docker inspect -f '{{.State.Pid}}' "$id")
    status=$(cat "/proc/$pid/status")
    awk '/^[UG]id:/ && ($2 == 0 || $3 == 0) { exit 1 }' <<<"$status" || fail "$name runs as root"
    [ "$(docker exec "$id" id -u)" != 0 ] || fail "a command in $name runs as root"
    awk '/^Cap(Eff|Prm|Bnd):/ && $2 !~ /^0+$/ { exit 1 }' <<<"$status" || fail "$name has capabilities"
    awk '/^NoNewPrivs:/ && $2 != 1 { exit 1 }' <<<"$status" || fail "$name may gain privileges"
    [ "$(docker inspect -f '{{.HostConfig.ReadonlyRootfs}}' "$id")" = true ] || fail "$name can write its file system"
    awk '$2 == "/" && $4 !~ /^ro(,|$)/ { exit 1 }' "/proc/$pid/mounts" || fail "the root of $name is mounted for writing"
    [ "$(docker inspect -f '{{.HostConfig.Memory}}' "$id")" -gt 0 ] || fail "$name has no bound on memory"
    [ "$(docker inspect -f '{{.HostConfig.PidsLimit}}' "$id")" -gt 0 ] || fail "$name has no bound on processes"
    [ "$(docker inspect -f '{{.HostConfig.NanoCpus}}' "$id")" -gt 0 ] || fail "$name has no bound on processor"

    seen=$(docker exec "$id" sh -c 'cd /run/secrets 2>/dev/null && echo *' || true)
    [ "$seen" = "$(secrets_of "$name")" ] || fail "$name sees the secrets '$seen'"
    if [ "$name" != postgres ] && [ "$name" != mail ]; then
        seen=$(docker exec "$id" sh -c 'cd /keys && echo *.secret')
        [ "$seen" = "$name.secret" ] || fail "$name sees the keys '$seen'"
    fi
    # One pattern a line; an empty file would match everything, and fail.
    seen=$(docker inspect "$id"; tr '\0' '\n' <"/proc/$pid/environ"; tr '\0' '\n' <"/proc/$pid/cmdline")
    if grep -qF -f <(cat "$secrets"/pg_* "$secrets"/keys/*.secret) <<<"$seen"; then
        fail "$name has a secret in its settings, environment or command"
    fi
}

# Every login has a SCRAM password, and none comes in without.
passwords_hold() {
    local without
    # shellcheck disable=SC2016 # the container's shell reads the secret
    without=$(inside postgres sh -c 'PGPASSWORD=$(cat /run/secrets/pg_admin) psql -h 127.0.0.1 -U postgres -d attain -qAtc \
        "select rolname from pg_authid where rolcanlogin and coalesce(rolpassword, '"''"') not like '"'SCRAM-SHA-256%'"'"') ||
        fail "the operator cannot ask the database"
    [ -z "$without" ] || fail "roles without a SCRAM password: $without"
    ! inside postgres psql -w -h 127.0.0.1 -U attain_funding -d attain -qAtc 'select 1' >/dev/null 2>&1 ||
        fail "the database lets in who has no password"
}

# ---- the API, as a client sees it ----

# ask STATUS METHOD PATH [BODY]: prints the answer's body; another status is an error.
ask() {
    local wanted=$1 method=$2 path=$3 answer
    answer=$(curl -sS --max-time 40 --cacert $secrets/tls.crt -X "$method" -w '\n%{http_code}' \
        ${token:+-H "Authorization: Bearer $token"} ${4:+-H 'Content-Type: application/json' --data "$4"} \
        -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" "https://127.0.0.1:$ATTAIN_PORT$path") || return 1
    if [ "${answer##*$'\n'}" != "$wanted" ]; then
        printf '%s %s: %s\n' "$method" "$path" "$answer" >&2
        return 1
    fi
    printf '%s\n' "${answer%$'\n'*}"
}

described() { [ "$(ask 200 GET /v1/openapi.json | jq -r '.openapi != null')" = true ]; }
operator() { compose run --rm --no-deps -T operator "$@" 2>>"$folder/up.log"; }
created() { ask 201 POST "/v1/$1" "$2" | jq -er .id; }
clock_at() { [ "$(ask 200 POST /v1/sandbox/clock "{\"at\":\"$1\"}" | jq -r .reached)" = true ]; }
mailed_to() { inside mail grep -rqi "^To:.*$1" /mail/box/new 2>/dev/null; }

# An organisation comes back as it was entered; an application is confirmed by mail.
used() {
    local college person criteria
    token=
    ask 401 GET /v1/organisations >/dev/null || fail "the gateway answers who has no token"
    token=$(operator token --role administrator --name check) || fail "no token can be issued"
    clock_at 2022-06-06T09:00:00Z || within 30 clock_at 2022-06-06T09:00:00Z || fail "the clock does not move"
    college=$(created organisations '{"kind":"college","name":"Eastbrook College"}') || fail "no organisation is made"
    [ "$(ask 200 GET "/v1/organisations/$college" | jq -r .name)" = "Eastbrook College" ] || fail "it is not read back"
    person=$(created people "{\"name\":\"Pat Participant\",\"email\":\"pat@ats.example\",\"setNumber\":\"SET100001\",
        \"positions\":[{\"role\":\"candidate\",\"organisationId\":\"$college\"}]}") || fail "no person is made"
    token=$(operator token --role candidate --person "$person" --organisation "$college") || fail "no token for a candidate"
    criteria=$(jq -cn '["set-member", "teacher-education", "advanced-level", "testimonies", "teaching-hours",
        "maths-english-level-3"] | map({criterion: ., met: true, evidence: "Certificate and letter."})')
    created ats-applications "{\"cohort\":2022,\"employerId\":\"$college\",\"declaresSuitability\":true,
        \"paysInInstalments\":true,\"criteria\":$criteria}" >/dev/null || fail "no application is taken"
    within 30 mailed_to pat@ats.example || fail "no mail reaches the sink"
}

start_engine
make_base
deploy/containers/secrets.sh
compose down --volumes --remove-orphans >/dev/null 2>&1 || true
say "building the images (minutes when nothing is cached)"
compose build >"$folder/build.log" 2>&1 || { tail -n 40 "$folder/build.log" >&2; fail "docker-compose build failed"; }
# What earlier runs left goes; the compiler's stage, with which the next run begins, has a name and stays.
docker tag "$(docker images -q --filter label=attain.stage=build | head -n 1)" attain-build
docker container prune -f >/dev/null
docker image prune -f >/dev/null
say "starting"
compose up -d >"$folder/up.log" 2>&1 || { tail -n 40 "$folder/up.log" >&2; fail "docker-compose up failed"; }
for name in postgres mail $services; do
    within 90 healthy "$name" || fail "$name is not healthy"
    looked_at "$name"
done
passwords_hold
say "healthy, unprivileged, read-only; secrets are files, each container has its own"

described || fail "the gateway does not describe its API"
used
say "a token, an organisation, an application over TLS; its mail is in the sink"

# A process that dies comes back by itself, and the gateway is ready again with it.
for name in application gateway; do
    starts=$(inspect "$name" '{{.RestartCount}}')
    kill -9 "$(inspect "$name" '{{.State.Pid}}')"
    within 30 one_more_start "$name" "$starts" || fail "$name is not started again"
    within 60 healthy "$name" || fail "$name is not healthy again"
done
within 30 described 2>/dev/null || fail "the gateway does not answer after its restart"
proof=$(operator verify) || fail "the logs are not whole: ${proof:-no answer}"
say "restarted after a kill; the logs are whole: $proof"

compose down --volumes --remove-orphans --timeout 10 >"$folder/down.log" 2>&1 || fail "docker-compose down failed"
say "stopped"
