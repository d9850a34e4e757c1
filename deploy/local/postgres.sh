#!/bin/sh
# A private PostgreSQL cluster in a folder of one's own:
#
#     postgres.sh init|start|stop|status DIR PORT
#
# All is under DIR: data/, log and the socket. Over the socket the superuser is `postgres`, without a
# password, since only the owner of DIR and root can reach it; it also listens on PORT of 127.0.0.1,
# where nobody comes in without a password that was set. Nothing is ever asked.
# The server refuses root: as root it runs as the system user `postgres`, to whom DIR is given; where
# that user may not go (a home), DIR becomes a link to a folder of his under /var/lib. init and start
# do nothing when it is done already; start returns when connections are accepted.
set -eu

say() {
    echo "postgres.sh: $*" >&2
}

if [ $# -ne 3 ]; then
    say "usage: postgres.sh init|start|stop|status DIR PORT"
    exit 2
fi
command=$1 port=$3
case $2 in
    /*) dir=$2 ;;
    *) dir=$PWD/$2 ;;
esac
bindir=$(pg_config --bindir)
user=postgres

# Runs a command as whoever the server is.
as_server() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && exec setpriv --reuid="$user" --regid="$user" --clear-groups "$@")
    else
        "$@"
    fi
}

make_dir() {
    mkdir -p "${dir%/*}"
    if [ "$(id -u)" -ne 0 ]; then
        mkdir -p "$dir"
    elif as_server test -x "${dir%/*}"; then
        mkdir -p "$dir"
        chown "$user:$user" "$dir"
    else
        place=/var/lib/attain/postgres-$(printf %s "$dir" | cksum | cut -d ' ' -f 1)
        mkdir -p "$place"
        chown "$user:$user" "$place"
        [ -e "$dir" ] || ln -s "$place" "$dir"
    fi
    chmod 0700 "$dir/."
}

# The server's own path to DIR, which a link may hide.
real_dir() {
    readlink -f "$dir"
}

is_running() {
    [ -e "$dir/data/PG_VERSION" ] &&
        as_server "$bindir/pg_ctl" -D "$(real_dir)/data" status >/dev/null 2>&1
}

init() {
    [ ! -e "$dir/data/PG_VERSION" ] || return 0
    make_dir
    # Made beside and moved, so that an interrupted init is begun again.
    as_server rm -rf "$(real_dir)/data.new"
    if ! made=$(as_server "$bindir/initdb" -D "$(real_dir)/data.new" -U postgres -E UTF8 \
                    --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 2>&1); then
        say "initdb failed: $made"
        exit 1
    fi
    as_server mv "$(real_dir)/data.new" "$(real_dir)/data"
}

# What a server of its own gets of the machine: an eighth of the memory for pages, within bounds, and log enough that
# a busy minute does not end in a checkpoint. Nothing here touches what is durable.
settings() {
    awk '/^MemTotal:/ { mb = int($2 / 1024 / 8); mb = mb < 128 ? 128 : mb > 1024 ? 1024 : mb
                        printf "-c shared_buffers=%dMB -c max_wal_size=4GB -c checkpoint_timeout=15min", mb }' /proc/meminfo
}

start() {
    init
    ! is_running || return 0
    real=$(real_dir)
    if [ ${#real} -gt 85 ]; then
        say "the path $real is too long for a socket"
        exit 1
    fi
    if ! as_server "$bindir/pg_ctl" -D "$real/data" -l "$real/log" -w -t 60 -s \
            -o "-p $port -k '$real' -h 127.0.0.1 $(settings)" start </dev/null; then
        say "the server did not start; the end of $dir/log:"
        tail -n 5 "$real/log" >&2
        exit 1
    fi
}

stop() {
    ! is_running || as_server "$bindir/pg_ctl" -D "$(real_dir)/data" -m fast -w -s stop
}

status() {
    if is_running; then
        echo "running: host=$(real_dir) port=$port"
    else
        echo "stopped"
        return 3
    fi
}

case $command in
    init | start | stop | status) "$command" ;;
    *) say "unknown command $command"; exit 2 ;;
esac
