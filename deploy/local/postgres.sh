#!/bin/sh
# A private PostgreSQL cluster in a folder of one's own:
#
#     postgres.sh init|start|stop|status DIR PORT
#
# Everything is under DIR: data/, the socket, the log. It listens on PORT of 127.0.0.1 and on the
# socket, whose superuser is `postgres` without a password: only the owner of DIR can reach the
# socket, and over TCP nobody comes in without one. Never asks anything. Root gives DIR to the system user `postgres` and
# runs the server as that user, because the server refuses root; anybody else runs it directly.
# init and start do nothing when it is done already; start waits until connections are accepted.
set -eu

usage() {
    echo "usage: postgres.sh init|start|stop|status DIR PORT" >&2
    exit 2
}
