#!/bin/bash
# Installs what Attain needs on Debian 12. Run as root or as a user with sudo.
#
#   deploy/local/setup.sh [build|run|test|containers]     (default: test)
#
# Each word includes the ones before it, `containers` excepted: it stands for itself alone.
# Safe to run at any time: when all is there it changes nothing and ends within a second. It waits
# for another apt to finish, and never asks. It leaves nothing besides packages, and its log when it
# fails.
set -euo pipefail

wanted=${1:-test}
lock_wait_s=900

# One entry a line. `a|b`: either will do, `a` is installed. `command:package`: installed only where
# the command is missing, because a machine may have it from elsewhere in a package that conflicts.
build_needs='
    build-essential
    pkg-config
    ca-certificates
    tzdata
    protobuf-compiler
    protobuf-c-compiler
    libprotobuf-dev
    libprotobuf-c-dev
    libuv1-dev
    libzmq3-dev
    libpq-dev
    libsodium-dev
    libssl-dev
    libmicrohttpd-dev
    libjansson-dev
    libcyaml-dev
    libyaml-dev
    libcsv-dev
    libical-dev
    libcurl4-openssl-dev|libcurl4-gnutls-dev
    libpango1.0-dev
    fonts-liberation
'
run_needs='
    postgresql
    openssl
    curl:curl
    jq:jq
    setpriv:util-linux
    pgrep:procps
    node:nodejs
'
test_needs='
    libcmocka-dev
    python3-aiosmtpd
    python3-icalendar
    clang
    clang-format
    clang-tidy
    libclang-rt-14-dev
    npm:npm
'
containers_needs='
    dockerd:docker.io
    docker-compose:docker-compose
    mmdebstrap:mmdebstrap
'

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

case $wanted in
    build)      needs=$build_needs ;;
    run)        needs="$build_needs $run_needs" ;;
    test)       needs="$build_needs $run_needs $test_needs" ;;
    containers) needs=$containers_needs ;;
    *)          die "unknown word '$wanted': build, run, test or containers" ;;
esac

# Prints the packages still to be installed.
missing() {
    local entry installed
    installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
                  awk '$1 == "installed" { printf "%s ", $2 }')"
    for entry in $needs; do
        case $entry in
            *:*)
                command -v "${entry%%:*}" >/dev/null || printf '%s\n' "${entry#*:}"
                ;;
            *"|"*)
                [[ $installed == *" ${entry%%|*} "* || $installed == *" ${entry#*|} "* ]] ||
                    printf '%s\n' "${entry%%|*}"
                ;;
            *)
                [[ $installed == *" $entry "* ]] || printf '%s\n' "$entry"
                ;;
        esac
    done
}

PATH=$PATH:/usr/sbin:/sbin
mapfile -t packages < <(missing)
if [ ${#packages[@]} -eq 0 ]; then
    exit 0
fi

command -v apt-get >/dev/null ||
    die "this is no Debian; install by your own means what matches: ${packages[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "not root and no sudo; as root: apt-get install ${packages[*]}"
    # A password may be typed at a terminal; where there is none, sudo must do without.
    if ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && sudo -v; }; then
        die "sudo wants a password; as root: apt-get install ${packages[*]}"
    fi
    as_root=(sudo)
fi

apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 NEEDRESTART_MODE=l \
        apt-get -q -y -o DPkg::Lock::Timeout=$lock_wait_s -o Acquire::Retries=3 \
        -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# The lock on the package lists is not covered by DPkg::Lock::Timeout, so it is waited for here.
# A machine that has the lists already can go on without fresh ones.
refresh_lists() {
    local until=$((SECONDS + lock_wait_s))
    until apt update >>"$log" 2>&1; do
        if tail -n 5 "$log" | grep -q 'Could not get lock' && [ $SECONDS -lt $until ]; then
            say "another apt is at work; waiting"
            sleep 5
            continue
        fi
        say "the package lists could not be refreshed; going on with those at hand"
        return 0
    done
}

# apt reports `dlstatus|pmstatus:what:percent:sentence` on descriptor 3; one line each tenth is enough.
show_progress() {
    awk -F: '
        $1 == "dlstatus" { what = "downloaded" }
        $1 == "pmstatus" { what = "installed" }
        $1 ~ /status$/ {
            tenth = int($3 / 10)
            if (what == before_what && tenth <= before) { next }
            if (tenth > 0) { printf "setup: %3d %% %s\n", tenth * 10, what; fflush() }
            before = tenth
            before_what = what
        }'
}

log=$(mktemp "${TMPDIR:-/tmp}/attain-setup.XXXXXX")
say "${#packages[@]} packages to install: ${packages[*]}"
say "refreshing the package lists"
refresh_lists

# Attain has its own private database cluster. Debian would make and start another on installation;
# that is held off while this runs, and the machine's own setting is left as it was.
held_off=
if [[ " ${packages[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.d/attain.conf ]]; then
    held_off=/etc/postgresql-common/createcluster.d/attain.conf
    "${as_root[@]}" mkdir -p "${held_off%/*}"
    printf 'create_main_cluster = false\n' | "${as_root[@]}" tee "$held_off" >/dev/null
    trap '"${as_root[@]}" rm -f "$held_off"' EXIT
fi

started=$SECONDS
if ! { apt -o APT::Status-Fd=3 install --no-install-recommends "${packages[@]}" \
           3>&1 >>"$log" 2>>"$log" | show_progress; }; then
    tail -n 20 "$log" >&2
    die "the installation failed; its log is $log"
fi

mapfile -t packages < <(hash -r; missing)
[ ${#packages[@]} -eq 0 ] || die "still missing after the installation: ${packages[*]}; see $log"
rm -f "$log"
say "done in $((SECONDS - started)) s"
