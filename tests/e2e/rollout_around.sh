#!/bin/bash
# What a rolling update does to those around it: who shares namespaces of the service, and who depends on it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

around() { # around NUMBER: writes the stack file
  cat >"$work/around/mdcompose.yaml" <<YAML
services:
  vpn:
    rootfs: /
    init: true
    command: sleep infinity
    environment: {NUMBER: "$1"}
    deploy: {update_config: {order: start-first, monitor: 0s}}
  guest: {rootfs: /, init: true, command: sleep infinity, network_mode: "service:vpn"}
  tracer: {rootfs: /, init: true, command: sleep infinity, pid: "service:vpn"}
YAML
}
namespace_of() { mdcompose exec -T "$1" readlink "/proc/self/ns/$2"; }

stack around </dev/null
around 1
expect_status 0 mdcompose up -d
for number in 2 3; do
  around "$number"
  expect_status 0 mdcompose up -d
  expect "the network after update $number" "$(namespace_of vpn net)" "$(namespace_of guest net)"
  expect "the processes after update $number" "$(namespace_of vpn pid)" "$(namespace_of tracer pid)"
  expect "guests start once more after update $number" 1 "$(echo "$output" | grep -c 'around-guest-1  Started')"
  expect "how many there are" 3 "$(mdcompose ps -q | wc -l)"
done
expect_status 0 mdcompose down --timeout 1

# Each says when it starts, so the order is in the log.
stack affected </dev/null
order() { # order NUMBER ORDER [COMMAND]: writes the stack file
  cat >"$work/affected/mdcompose.yaml" <<YAML
services:
  db:
    rootfs: /
    init: true
    command: sh -c 'echo db $1; ${3:-} exec sleep infinity'
    environment: {NUMBER: "$1"}
    scale: 2
    deploy: {update_config: {order: $2, monitor: 200ms, failure_action: rollback}}
  app: {rootfs: /, init: true, command: "sh -c 'echo app; exec sleep infinity'", depends_on: {db: {condition: service_started, restart: true}}}
  changed:
    rootfs: /
    init: true
    command: sh -c 'echo changed $1; exec sleep infinity'
    environment: {NUMBER: "$1"}
    depends_on: [db]
YAML
}
said() { mdcompose logs --no-log-prefix --no-color --timestamps | sort | cut -d' ' -f2-; }
for order in stop-first start-first; do
  order 1 $order
  expect_status 0 mdcompose up -d
  order 2 $order
  expect_status 0 mdcompose up -d
  expect "who depends on it starts when the update is through ($order)" "app changed 2" \
    "$(said | tail -2 | sort | tr '\n' ' ' | sed 's/ $//')"
  expect "and once ($order)" 2 "$(said | grep -c app)"
  order 3 $order "sleep 0.1; exit 3;"
  expect_status 1 mdcompose up -d
  expect_has "why" "failed and was rolled back" "$output"
  expect "what depends on it is as before ($order)" "changed 2" "$(said | grep changed)"
  expect "how many there are ($order)" 4 "$(mdcompose ps -q | wc -l)"
  expect_status 0 mdcompose down --timeout 1
done

# One whose own update was to come next starts again as it is.
stack next <<'YAML'
services:
  db:
    rootfs: /
    init: true
    command: sh -c '[ "$$NUMBER" != 2 ] || exit 3; exec sleep infinity'
    environment: {NUMBER: "${NUMBER:-1}"}
    deploy: {update_config: {failure_action: rollback, monitor: 200ms}}
  app:
    rootfs: /
    init: true
    command: sh -c 'echo app $$NUMBER; exec sleep infinity'
    environment: {NUMBER: "${NUMBER:-1}"}
    depends_on: {db: {condition: service_started, restart: true}}
    deploy: {update_config: {monitor: 0s}}
YAML
expect_status 0 mdcompose up -d
expect_status 1 env NUMBER=2 "$MDCOMPOSE" up -d
eventually "it starts again" sh -c "'$MDCOMPOSE' logs --no-log-prefix app | grep -c 'app 1' | grep -qx 2"
expect "as it was" "" "$(mdcompose logs --no-log-prefix app | grep 'app 2')"
expect_status 0 mdcompose down --timeout 1
