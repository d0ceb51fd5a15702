#!/bin/bash
# A script that starts a server for itself alone, as images of databases do to fill them, and then becomes the program.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stack filled <<'YAML'
services:
  db:
    rootfs: /
    command: sh -c 'touch /tmp/ready; sleep 0.8; rm /tmp/ready; sleep 0.5; touch /state/filled /tmp/ready; exec sleep infinity'
    volumes: ["state:/state"]
    healthcheck: {test: [CMD, test, -e, /tmp/ready], interval: 30s}
    stop_grace_period: 0s
  inside:
    rootfs: /
    init: true
    command: sh -c 'touch /tmp/ready; sleep 0.8; rm /tmp/ready; sleep 0.5; touch /state/inside /tmp/ready; exec sleep infinity'
    volumes: ["state:/state"]
    healthcheck: {test: [CMD, test, -e, /tmp/ready], interval: 30s}
  web:
    rootfs: /
    command: test -e /state/filled -a -e /state/inside
    volumes: ["state:/state"]
    depends_on: {db: {condition: service_healthy}, inside: {condition: service_healthy}}
volumes: {state: {}}
YAML
begin=$SECONDS
expect_status 0 mdcompose up -d --wait
[ $((SECONDS - begin)) -lt 25 ] || fail "it is healthy only when the schedule says so"
has_ended() { mdcompose ps -a web | grep -q Exited; }
eventually "who depends on it ends" has_ended
expect_has "and finds it filled" "Exited (0)" "$(mdcompose ps -a web)"
expect_status 0 mdcompose down -v

# A shell that stays is healthy as well, and long before the interval has passed.
stack stays <<'YAML'
services:
  shell:
    rootfs: /
    command: sh -c 'trap "exit 0" TERM; sleep infinity & wait'
    healthcheck: {test: [CMD, "true"], interval: 60s}
YAML
begin=$SECONDS
expect_status 0 mdcompose up -d --wait
[ $((SECONDS - begin)) -lt 40 ] || fail "a shell is healthy only when the schedule says so"
expect_status 0 mdcompose down

# Busybox is a shell, and many other programs that do not wait to be another one.
stack applet <<'YAML'
services:
  sleeps: {rootfs: /, command: busybox sleep infinity, stop_grace_period: 0s, healthcheck: {test: [CMD, "true"], interval: 60s}}
YAML
begin=${EPOCHREALTIME/./}
expect_status 0 mdcompose up -d --wait
[ $((${EPOCHREALTIME/./} - begin)) -lt 1900000 ] || fail "it is not healthy at once"
expect_status 0 mdcompose down
