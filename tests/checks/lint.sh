#!/bin/bash
# `make lint`: everything that can be seen in the sources without running them. Prints nothing and
# exits 0 when all is clean; otherwise each failing check with what it found. What a check prints is
# what is wrong, so a check that prints anything has failed.
#
#   DEEP=1   also gcc's -fanalyzer, which takes minutes
#   TIMES=1  how long each check took, on standard error
set -u
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
failed=0
jobs=$(nproc)

check() {
    local title=$1 out rc started=$EPOCHREALTIME
    shift
    out=$("$@" 2>&1)
    rc=$?
    if [ $rc -ne 0 ] || [ -n "$out" ]; then
        printf -- '-- %s\n%s\n' "$title" "${out:-exit status $rc}"
        failed=1
    fi
    if [ -n "${TIMES:-}" ]; then
        awk -v a="$started" -v b="$EPOCHREALTIME" -v t="$title" \
            'BEGIN { printf "%7.1f s  %s\n", b - a, t }' >&2
    fi
}

# Sources of ours by git's patterns, new ones included, deleted ones not.
ours() {
    git ls-files --cached --others --exclude-standard --deduplicate "$@" |
        while IFS= read -r path; do [ -e "$path" ] && printf '%s\n' "$path"; done
}

format() {
    ours '*.c' '*.h' | xargs -r -n 16 -P "$jobs" clang-format --dry-run -Werror 2>&1 |
        sed -nE 's/^([^: ]+):[0-9]+:[0-9]+: error.*/\1/p' | sort | uniq -c |
        awk '{ printf "%s: %d places\n", $2, $1 }'
}

# A name that says nothing of what is inside.
file_names() {
    ours common proto services tests deploy |
        grep -iE '(^|[/_.-])(util|helper|manager|misc)s?[_.-][^/]*$'
    true
}

# What domain/ sees, through every header it reaches: nothing that does I/O or reads a clock.
# The dependency files come from the clang build, which therefore goes first.
domain_includes() {
    local source deps header
    ours 'services/*/domain/*.c' | while IFS= read -r source; do
        deps=build/clang/${source%.c}.d
        [ -e "$deps" ] || continue
        for header in $(sed 's/^[^:]*://; s/\\$//' "$deps"); do
            [ -e "$header" ] || continue
            case $header in
                common/clock.h|common/bus.h|common/pg.h|common/unit.h|common/loop.h|common/feed.h|\
                common/conf.h|common/log.h)
                    printf '%s: reaches %s, which is not pure\n' "$source" "$header" ;;
                common/*|services/*)
                    grep -HnE '^ *# *include *<(uv|zmq|libpq-fe|curl/|microhttpd|unistd|sys/)' "$header" |
                        sed "s|^|$source: reaches |" ;;
            esac
        done
    done | sort -u
}

# The messages compile, their wire numbers are each used once, and what is on record still stands.
record=tests/golden/proto.txt
messages() {
    local set
    set=$(mktemp) || return 1
    protoc -Iproto -I/usr/include --descriptor_set_out="$set" proto/attain/v1/*.proto &&
        protoc -Iproto -I/usr/include --decode=google.protobuf.FileDescriptorSet \
               google/protobuf/descriptor.proto proto/attain/v1/options.proto <"$set" |
        awk -f tests/checks/proto.awk | sort
    rm -f "$set"
}
protocol() {
    local now
    now=$(mktemp) || return 1
    messages >"$now" || { cat "$now"; rm -f "$now"; return 1; }
    awk '$1 == "number" { print $3 }' "$now" | sort | uniq -d | sed 's/^/wire number used twice: /'
    if [ -e "$record" ]; then
        comm -23 "$record" "$now" | sed 's/^/gone or changed, though once released: /'
        comm -13 "$record" "$now" | sed 's/^/new, to be recorded with `make proto-record`: /'
    else
        printf '%s is missing; `make proto-record` writes it\n' "$record"
    fi
    rm -f "$now"
}

if [ "${1:-}" = record ]; then
    mkdir -p "${record%/*}"
    { cat "$record" 2>/dev/null; messages; } | sort -u >"$record.new" && mv "$record.new" "$record"
    exit
fi

# What make builds it announces as `  CC   file`; that is no finding.
each() {
    make -s -k -j "$jobs" --no-print-directory "$@" 2>&1 | grep -vE '^  [A-Z]{2,5} +[^ ]+$'
    return "${PIPESTATUS[0]}"
}

# What it says when all is well is no finding.
openapi() {
    local folder=tests/checks/openapi program=build/clang/tests/bin/unit/openapi
    each VARIANT=clang "$program" "$folder/node_modules/.package-lock.json" &&
        VARIANT=clang node "$folder/openapi.mjs" >/dev/null
}

check "format (clang-format -i puts it right)" format
check "banned calls" node tests/checks/banned.mjs
check "names that say nothing" file_names
check "public functions without a comment" node tests/checks/headers.mjs
check "rules that are not in services/rules.md" node tests/checks/rules.mjs --unknown
check "protocol" protocol
check "clang without a warning" each VARIANT=clang objects
check "what domain/ may include" domain_includes
check "clang-tidy" each VARIANT=clang tidy
check "OpenAPI" openapi
if [ -n "${DEEP:-}" ]; then
    check "gcc -fanalyzer" each VARIANT=release B=build/deep CC="gcc -fanalyzer" objects
fi
exit $failed
