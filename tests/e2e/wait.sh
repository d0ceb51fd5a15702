#!/bin/bash
# wait: until services have ended, with their exit codes, and with --down-project the end of everything else.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
stack waiting <<'YAML'
services:
  job: {rootfs: /, init: true, command: "sh -c 'until [ -e /gate/open ]; do sleep 0.05; done; exit 3'", volumes: ["./gate:/gate"]}
  second: {rootfs: /, init: true, command: "sh -c 'until [ -e /gate/second ]; do sleep 0.05; done; exit 4'", volumes: ["./gate:/gate"]}
  web: {rootfs: /, init: true, command: sleep infinity, volumes: ["data:/data"]}
volumes: {data: {}}
YAML
runs() { mdcompose ps --services --status running | sort | xargs; }
# What `wait` says goes to files; it is in the background.
wait_for() { "$MDCOMPOSE" wait "$@" >"$work/says" 2>"$work/warns" & waiting=$!; }
is_waiting() { kill -0 $waiting 2>/dev/null; }
ends_with() { # WHAT STATUS
  local status=0
  wait $waiting || status=$?
  expect "exit status of $1 (it said: $(cat "$work/says" "$work/warns"))" "$2" "$status"
}

expect_status 2 mdcompose wait
expect_has "what it wants" "at least one service" "$output"
expect_status 1 mdcompose wait job
expect_has "nothing to wait for" "there is no container of job" "$output"
expect_status 1 mdcompose wait jbo
expect_has "a service that is not there" "no such service: jbo" "$output"
expect_status 0 mdcompose up -d
wait_for job second
touch gate/open
eventually "the first has ended" sh -c "'$MDCOMPOSE' ps -a job | grep -q 'Exited (3)'"
is_waiting || fail "it did not wait for both: $(cat "$work/says")"
touch gate/second
ends_with "a wait for two" 4
expect "their exit codes" "3 4" "$(xargs <"$work/says")"
expect "who goes on" "web" "$(runs)"

rm gate/*
expect_status 0 mdcompose up -d
wait_for --down-project job
eventually "all run" sh -c "[ \"\$('$MDCOMPOSE' ps --services --status running | sort | xargs)\" = 'job second web' ]"
is_waiting || fail "it did not wait: $(cat "$work/says")"
touch gate/open
ends_with "a wait that takes the project down" 3
expect "the exit code" "3" "$(cat "$work/says")"
expect "who is known then" "" "$(mdcompose ps -aq)"
[ ! -e /run/mdcompose/waiting ] || fail "it has left $(ls /run/mdcompose/waiting)"
[ -d /var/lib/mdcompose/volumes/waiting_data ] || fail "the volume was not kept"

# Of what has ended already it tells at once, and takes the project down as well.
expect_status 0 mdcompose up -d
eventually "the job has ended" sh -c "'$MDCOMPOSE' ps -a job | grep -q 'Exited (3)'"
wait_for --down-project job
ends_with "a wait for what has ended" 3
expect "who is known then" "" "$(mdcompose ps -aq)"

# `up --wait` waits for a job to complete also where nobody has to be started after it.
stack jobs <<'YAML'
services:
  migration: {rootfs: /, command: "sh -c 'sleep 0.3; exit $STATUS'"}
  app: {rootfs: /, init: true, command: sleep infinity, depends_on: {migration: {condition: service_completed_successfully}}}
YAML
expect_status 0 env STATUS=0 "$MDCOMPOSE" up -d --wait
expect_status 1 env STATUS=4 "$MDCOMPOSE" up -d --wait
expect_has "why" "exited (4)" "$output"
expect_status 0 env STATUS=0 "$MDCOMPOSE" up -d --wait
expect_status 0 mdcompose down --timeout 1

# Where any end of it will do for whoever waits for it, it will do for `up` as well.
stack any-end <<'YAML'
services:
  fill: {rootfs: /, command: "sh -c 'exit 3'"}
  app:
    rootfs: /
    init: true
    command: sh -c 'sleep 0.5; exit 5'
    depends_on: [fill]
    x-mdcompose: {depends_on: {fill: {condition: service_completed}}}
YAML
expect_status 0 mdcompose up -d --wait
for option in --abort-on-container-exit --abort-on-container-failure; do
  expect_status 5 mdcompose up $option
  expect_has "who ended" "aborting: container any-end-app-1 exited (5)" "$output"
done
expect_status 0 mdcompose down --timeout 1

# Who starts and fails at once was not up.
stack short-lived <<'YAML'
services:
  failing: {rootfs: /, init: true, command: sh -c 'sleep 0.1; exit 3'}
  steady: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 1 mdcompose up -d --wait failing
expect_has "who" "container short-lived-failing-1 exited (3)" "$output"
expect_status 0 mdcompose up -d --wait steady
expect_status 0 mdcompose up -d --wait --wait-timeout 1 steady
expect_status 1 mdcompose up -d --wait
expect_status 1 mdcompose start --wait failing
expect_status 0 mdcompose down --timeout 1
