#!/bin/bash
# `make test`: everything that is checked. Sets up what it needs, builds, runs, and ends with the plain
# line `N passed, N failed`; the exit status is 0 when none failed. A part that cannot run here says SKIP
# and why. What fails is shown in full.
#
#   tests/run.sh [WORD...]   only parts whose name contains a word, as `unit` or `system/ast`
#
# Every C test program runs from the ASan and UBSan build, and so do the five processes of the stacks that
# are named below (`sanitized`) and of the crash run; each part has its own limit of time. One part is one
# line: how many tests passed, how long it took, its name; its output is kept in build/test/.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
started=$EPOCHREALTIME
wanted=("$@")
passed=0 failed=0 skipped=0
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
logs=build/test
rm -rf "$logs"
mkdir -p "$logs"

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }

is_wanted() {
    local word
    [ ${#wanted[@]} -gt 0 ] || return 0
    for word in "${wanted[@]}"; do
        [[ $1 != *"$word"* ]] || return 0
    done
    return 1
}

# tell NAME LOG BEGAN PASSED FAILED SKIPPED: one line, and the whole log when something failed.
tell() {
    local word=ok
    [ "$5" -eq 0 ] || word=FAIL
    passed=$((passed + $4)) failed=$((failed + $5)) skipped=$((skipped + $6))
    printf '%-4s %4d passed %7s s  %s%s\n' "$word" "$4" "$(seconds_since "$3")" "$1" \
        "$([ "$6" -eq 0 ] || printf ' (%d SKIP)' "$6")"
    if [ "$5" -gt 0 ]; then
        sed 's/^/    /' "$2"
    fi
    if [ "$6" -gt 0 ]; then
        grep -E '# *SKIP|^SKIP|# skip' "$2" | sed 's/^/     /'
    fi
}

log_of() { printf '%s/%s.log' "$logs" "${1//\//-}"; }

# A cmocka program: what it planned and did not tell has failed, and so has a bad end.
cmocka() { # name, program
    local name=$1 log began=$EPOCHREALTIME rc ok bad skip plan
    log=$(log_of "$name")
    is_wanted "$name" || return 0
    CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 10 300 "$2" >"$log" 2>&1
    rc=$?
    ok=$(grep -cE '^ok ' "$log")
    bad=$(grep -cE '^not ok ' "$log")
    skip=$(grep -cE '^(not )?ok .*# *SKIP' "$log")
    plan=$(sed -nE 's/^1\.\.([0-9]+)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    if [ "$plan" -gt $((ok + bad)) ]; then
        bad=$((plan - ok))
        printf 'ended with status %d before all of its tests\n' "$rc" >>"$log"
    elif [ $rc -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
        printf 'ended with status %d\n' "$rc" >>"$log"
    elif [ $((ok + bad)) -eq 0 ]; then
        bad=1
        printf 'told of no test\n' >>"$log"
    fi
    tell "$name" "$log" "$began" $((ok - skip)) "$bad" "$skip"
}

# A file of node's test runner.
node_tests() { # name, file
    local name=$1 log began=$EPOCHREALTIME rc ok bad skip
    log=$(log_of "$name")
    is_wanted "$name" || return 0
    timeout -k 10 900 node --test --test-reporter=tap "$2" >"$log" 2>&1
    rc=$?
    ok=$(sed -nE 's/^# pass ([0-9]+)$/\1/p' "$log" | tail -n 1)
    bad=$(sed -nE 's/^# (fail|cancelled) ([0-9]+)$/\2/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    skip=$(sed -nE 's/^# (skipped|todo) ([0-9]+)$/\2/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    if [ $rc -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
        printf 'ended with status %d\n' "$rc" >>"$log"
    fi
    tell "$name" "$log" "$began" "${ok:-0}" "$bad" "$skip"
}

# Anything else: passes with status 0. A line that begins with SKIP says that it could not be done here.
check() { # name, limit in seconds, command...
    local name=$1 limit=$2 log began=$EPOCHREALTIME rc
    log=$(log_of "$name")
    shift 2
    is_wanted "$name" || return 0
    timeout -k 30 "$limit" "$@" >"$log" 2>&1
    rc=$?
    if [ $rc -ne 0 ]; then
        printf 'ended with status %d\n' "$rc" >>"$log"
        tell "$name" "$log" "$began" 0 1 0
    elif grep -q '^SKIP' "$log"; then
        tell "$name" "$log" "$began" 0 0 1
    else
        tell "$name" "$log" "$began" 1 0 0
    fi
}

missing() { # name, what is not there
    is_wanted "$1" || return 0
    printf 'SKIP %s: there is no %s\n' "$1" "$2"
    skipped=$((skipped + 1))
}

# What a step of the building says is shown only when it fails.
build() { # title, make's words...
    local began=$EPOCHREALTIME log=$logs/build.log
    printf 'building %s' "$1"
    shift
    if ! make -j"$(nproc)" "$@" >"$log" 2>&1; then
        printf '\n'
        grep -vE '^  (CC|LD|AR) ' "$log"
        printf '0 passed, 1 failed\n'
        exit 1
    fi
    printf ', %s s\n' "$(seconds_since "$began")"
}

packages_of() {
    make -s "$1/node_modules/.package-lock.json"
}
holidays() {
    packages_of tests/checks/holidays && node tests/checks/holidays/holidays.mjs build/release/tests/bin/checks/holidays/dump
}
openapi() {
    packages_of tests/checks/openapi && VARIANT=asan node tests/checks/openapi/openapi.mjs
}
# What `timeout` starts is a program: a function goes to it through a shell of its own.
export -f packages_of holidays openapi

deploy/local/setup.sh test || { printf '0 passed, 1 failed\n'; exit 1; }
tiers='unit golden store bus flow fuzz'
programs=()
for tier in $tiers; do
    for source in tests/"$tier"/*.c; do
        [ -e "$source" ] && programs+=("${source#tests/}")
    done
done
programs=("${programs[@]%.c}")
build "release" all build/release/tests/bin/checks/holidays/dump
build "with ASan and UBSan" VARIANT=asan all "${programs[@]/#/build/asan/tests/bin/}"

packages_of tests/checks/openapi || printf 'no packages for tests/checks/openapi: what needs them fails\n'
for program in "${programs[@]}"; do
    cmocka "$program" "build/asan/tests/bin/$program"
done
check checks/lint 1500 make -s lint
check checks/rules 60 make -s rules
check checks/readme 60 node tests/checks/readme.mjs
check checks/feeds 60 node tests/checks/feeds.mjs
check checks/holidays 300 bash -c holidays
check checks/openapi 300 bash -c openapi
check checks/mutate 900 make -s mutate SAMPLE=40 SEED=1
sanitized=' ast ats bad_input inside '
for file in tests/system/*.mjs; do
    if grep -q "from 'node:test'" "$file"; then
        name=$(basename "$file" .mjs)
        variant=release
        [[ $sanitized != *" $name "* ]] || variant=asan
        VARIANT=$variant node_tests "system/$name" "$file"
    fi
done
if [ -e deploy/local/demo.mjs ]; then
    check demo 300 bash -o pipefail -c 'node deploy/local/demo.mjs | tee /dev/stderr | tail -n 1 | jq -e .ok'
else
    missing demo deploy/local/demo.mjs
fi
check checks/run 600 tests/checks/run.sh
if [ -e tests/crash/crash.mjs ]; then
    check crash 900 bash -o pipefail -c 'VARIANT=asan KILLS=40 node tests/crash/crash.mjs | tee /dev/stderr | tail -n 1 | jq -e .ok'
else
    missing crash tests/crash/crash.mjs
fi
check containers 1200 tests/checks/containers.sh

printf '\nin %s s%s\n' "$(seconds_since "$started")" "$([ $skipped -eq 0 ] || printf '; %d skipped, see SKIP above' "$skipped")"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
