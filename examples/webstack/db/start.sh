#!/bin/bash
# Makes the database on the first start; afterwards the volume has it.
set -eu
PATH=/usr/lib/postgresql/15/bin:$PATH
data=/var/lib/postgresql/data
if [ ! -s "$data/PG_VERSION" ]; then
  initdb --pgdata "$data" --username postgres --auth scram-sha-256 --pwfile <(echo "$POSTGRES_PASSWORD") \
    --encoding UTF8 --locale C.UTF-8 --no-sync
  echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp -c shared_buffers=32MB
