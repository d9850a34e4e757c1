#!/bin/sh
# Settings of one process of a local stack, as shell assignments to be evaluated:
#
#     eval "$(deploy/local/env.sh FOLDER BASE_PORT SERVICE [INSTANCE])"
#
# FOLDER holds everything that the stack keeps (PostgreSQL, keys, mail); ports count up from BASE_PORT.
# INSTANCE 1 is the default; 2 is a standby. SERVICE `operator` gives what the command `attain` needs.
set -eu
folder=$1 base=$2 service=$3 instance=${4:-1}
names="application assessment funding notification gateway"

port_of() { # service, instance
    n=1
    for name in $names; do
        [ "$name" = "$1" ] && break
        n=$((n + 1))
    done
    echo $((base + n + ($2 - 1) * 10))
}

peers=
for name in $names; do
    for i in 1 ${STANDBYS:+2}; do
        peers="$peers$name=tcp://127.0.0.1:$(port_of "$name" "$i") "
    done
done
pg="host=$folder/pg dbname=attain"
set_to() {
    printf "export %s='%s'\n" "$1" "$2"
}
set_to ATTAIN_PEERS "${peers% }"
set_to ATTAIN_KEYS "$folder/keys"
if [ "$service" = operator ]; then
    set_to ATTAIN_PG "$pg user=postgres port=$((base + 32))"
    set_to ATTAIN_DIGEST_KEY "$folder/keys/digest.key"
    exit 0
fi
set_to ATTAIN_PG "$pg user=attain_$service port=$((base + 32))"
set_to ATTAIN_PG_READ "$pg user=attain_${service}_read port=$((base + 32))"
set_to ATTAIN_BUS "tcp://127.0.0.1:$(port_of "$service" "$instance")"
set_to ATTAIN_EDITIONS common/editions
set_to ATTAIN_EDITIONS_OVERLAY deploy/local/editions
set_to ATTAIN_INSTANCE "$service-$instance"
set_to ATTAIN_DIGEST_KEY "$folder/keys/digest.key"
set_to ATTAIN_SANDBOX "${SANDBOX:-1}"
set_to ATTAIN_INSIDE "127.0.0.1:$(($(port_of "$service" "$instance") + 50))"
case $service in
    notification)
        set_to ATTAIN_TEMPLATES services/notification/templates
        set_to ATTAIN_MAILDIR "$folder/mail"
        set_to ATTAIN_SMTP "${SMTP:-}"
        ;;
    gateway)
        set_to ATTAIN_HTTP "127.0.0.1:$((base + 80 + instance - 1))"
        set_to ATTAIN_RATE_PER_S "${RATE:-0}"
        if [ -z "${PLAIN:-}" ]; then
            set_to ATTAIN_TLS_CERT "$folder/keys/tls.crt"
            set_to ATTAIN_TLS_KEY "$folder/keys/tls.key"
        fi
        ;;
esac
