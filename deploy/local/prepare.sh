#!/bin/sh
# Makes what a local stack needs before its processes start: PostgreSQL, the database, keys, migrations.
#
#     prepare.sh FOLDER BASE_PORT BINARIES
#
# Does nothing that is done already; running it again brings migrations up to date.
set -eu
folder=$1 base=$2 bin=$3
here=$(dirname "$0")
mkdir -p "$folder/mail"
"$here/postgres.sh" init "$folder/pg" $((base + 32))
"$here/postgres.sh" start "$folder/pg" $((base + 32))
eval "$("$here/env.sh" "$folder" "$base" operator)"
"$bin/attain" keys "$folder/keys"
umask 077
[ -s "$folder/keys/digest.key" ] || head -c 32 /dev/urandom > "$folder/keys/digest.key"
if [ ! -s "$folder/keys/tls.crt" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
        -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
        -keyout "$folder/keys/tls.key" -out "$folder/keys/tls.crt" 2> /dev/null
fi
admin="host=$folder/pg port=$((base + 32)) user=postgres"
psql -qAt "$admin dbname=postgres" -c "select 1 from pg_database where datname = 'attain'" | grep -q 1 ||
    psql -q "$admin dbname=postgres" -c 'create database attain'
"$bin/attain" migrate
