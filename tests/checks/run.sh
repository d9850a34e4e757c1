#!/bin/bash
# `make run` as a newcomer has it, in a folder and at ports of its own: it comes up and ends with the address; README's
# lines for a shell do what they say, word for word, with what it printed; Ctrl-C leaves nothing running; the next run
# takes seconds and goes on with the same data.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
work=$(mktemp -d)
pattern=$(mktemp)
folder=$work/var
base=$((${BASE_PORT:-21000} + 2400))
url=https://127.0.0.1:$((base + 80))
out=$work/out
pid=
chmod 0711 "$work" # PostgreSQL's own user has to pass
printf '%s' "$folder" >"$pattern"

fail() {
    printf 'run: %s\n' "$*"
    tail -n 30 "$out" | sed 's/^/    /'
    exit 1
}

# Processes that have the folder in their environment or their command.
left() {
    grep -lsFf "$pattern" /proc/[0-9]*/environ /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -u | tr '\n' ' '
}

# As a terminal's Ctrl-C: to every process of its foreground.
interrupt() {
    kill -INT -- "-$pid"
    timeout 60 tail --pid="$pid" -f /dev/null || fail "does not end on Ctrl-C"
    wait "$pid" || true
    pid=
}

finish() {
    local rc=$?
    [ -z "$pid" ] || { kill -INT -- "-$pid"; timeout 60 tail --pid="$pid" -f /dev/null; }
    rm -rf "$work" "$pattern"
    exit $rc
}
trap finish EXIT

# start SECONDS: returns when the address is printed; what is to be assigned is.
start() {
    local began=$SECONDS
    set -m # a group of its own
    FOLDER=$folder BASE_PORT=$base make run </dev/null >"$out" 2>&1 &
    pid=$!
    set +m
    timeout "$1" grep -qm 1 '^Attain is at ' < <(tail -n +1 -f --pid="$pid" "$out") || fail "no address within $1 s"
    printf 'run: up after %d s\n' $((SECONDS - began))
    eval "$(grep -E "^[A-Z]+='[^']*'$" "$out")"
    [ "$(tail -n 1 "$out")" = "Attain is at $url" ] && [ "$URL" = "$url" ] || fail "does not end with the address $url"
}

posts() { curl -sS --fail-with-body --cacert "$CA" -H "Authorization: Bearer $TOKEN" "$URL/v1/posts?laId=$LA" | jq -r '.cases[].id'; }

# What README shows, in a folder of its own; a curl that is answered 400 or above is a failure.
readme() {
    awk '/^## / { on = /^## A first question/ } /^```/ { code = on && /^```sh/; next } on && code' README.md >"$work/readme.sh"
    [ "$(grep -c '^curl ' "$work/readme.sh")" -ge 5 ] || fail "README's lines are not found"
    mkdir "$work/there"
    (
        cd "$work/there"
        curl() { command curl --fail-with-body -w '\n' "$@"; }
        set -e
        # shellcheck source=/dev/null
        . "$work/readme.sh"
    ) >"$work/answers" 2>&1 || { cat "$work/answers"; fail "a line of README is not answered as it says"; }
}

start 300
first=$POST
[ -n "$(left)" ] || fail "none of its processes is seen"
posts | grep -qx "$POST" || fail "the post of the demonstration is not listed"
readme
listed=$(posts | wc -l)
interrupt
[ -z "$(left)" ] || fail "left running: $(left)"
if (exec 3<>"/dev/tcp/127.0.0.1/$((base + 80))") 2>/dev/null; then
    fail "something answers at $url still"
fi

start 15
[ "$POST" = "$first" ] && posts | grep -qx "$first" || fail "the same post is not there"
[ "$(posts | wc -l)" = "$listed" ] || fail "there are other posts than before"
interrupt
[ -z "$(left)" ] || fail "left running: $(left)"
cd "$root"
