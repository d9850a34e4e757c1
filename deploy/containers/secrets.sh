#!/bin/bash
# Makes what the containers need to know and nobody else: database passwords, the bus's CURVE keys, the key
# that signs checkpoints, the secret of the records' digests, a certificate for the gateway. Missing ones are
# made, present ones stay.
#
#   deploy/containers/secrets.sh [FOLDER]     (default: var/secrets, which docker-compose.yml mounts)
#
# The folder is closed to other users (0700). Inside, passwords are readable because the database runs
# under a user of its own; all other secrets are readable by their owner alone (a service refuses a
# CURVE secret that is not), so the services run as the owner: user 10001 when root makes them, else
# whoever calls (ATTAIN_UID in FOLDER/env, for `docker-compose --env-file`).
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-var/secrets}
services='application assessment funding notification gateway'
owner=$(id -u)
[ "$owner" -ne 0 ] || owner=10001

umask 077
mkdir -p "$folder" "$folder/keys"

# Thirty-two bytes on standard input as forty characters (ZeroMQ's Z85).
z85() {
    local alphabet='0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'
    local a b c d value text
    while read -r a b c d; do
        value=$(((a << 24) | (b << 16) | (c << 8) | d))
        text=
        for _ in 1 2 3 4 5; do
            text=${alphabet:$((value % 85)):1}$text
            value=$((value / 85))
        done
        printf '%s' "$text"
    done < <(od -An -v -tu1 -w4)
    printf '\n'
}

# A CURVE pair is an X25519 pair, one that signs Ed25519; the last 32 bytes of either encoding are the bare key.
key_pair() {
    local name=$1 pem
    [ ! -e "$folder/keys/$name.secret" ] || return 0
    pem=$(openssl genpkey -algorithm "$2")
    openssl pkey -pubout -outform DER <<<"$pem" | tail -c 32 | z85 >"$folder/keys/$name.public"
    openssl pkey -outform DER <<<"$pem" | tail -c 32 | z85 >"$folder/keys/$name.secret"
}

for name in admin $services; do
    [ -e "$folder/pg_$name" ] || openssl rand -hex 24 >"$folder/pg_$name"
done
for name in $services operator; do
    key_pair "$name" X25519
done
key_pair checkpoint Ed25519

# What each container sees: its own secret and all public keys.
for name in $services operator; do
    mkdir -p "$folder/keys.$name"
    rm -f "$folder/keys.$name"/*.secret
    cp -f "$folder"/keys/*.public "$folder/keys/$name.secret" "$folder/keys.$name/"
    chown -R "$owner" "$folder/keys.$name"
done
install -m 400 -o "$owner" "$folder/keys/checkpoint.secret" "$folder/keys.operator/"
mkdir -p "$folder/checkpoints"
chown "$owner" "$folder/checkpoints"

if [ ! -e "$folder/tls.crt" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 \
        -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,DNS:gateway,IP:127.0.0.1' \
        -keyout "$folder/tls.key" -out "$folder/tls.crt" 2>/dev/null
fi
[ -s "$folder/digest.key" ] || head -c 32 /dev/urandom >"$folder/digest.key"
chmod 444 "$folder"/pg_* "$folder/tls.crt"
chmod 400 "$folder/tls.key" "$folder/digest.key"
chown "$owner" "$folder/tls.key" "$folder/digest.key"
printf 'ATTAIN_UID=%s\n' "$owner" >"$folder/env"
