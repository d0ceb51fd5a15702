#!/bin/bash
# Commands that come at once: one after the other, never half done.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

environment_of() { tr '\0' '\n' <"/proc/$(sed -n 's/^ "pid": \([0-9]*\),$/\1/p' "/run/mdcompose/$1/instances/$2/state.json")/environ" | sed -n 's/^VALUE=//p'; }
gone() { [ ! -e "/run/mdcompose/$1" ] || fail "$1 has left a runtime directory: $(ls "/run/mdcompose/$1")"; }

stack both <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, environment: {VALUE: "${VALUE:-0}"}, depends_on: [db]}
  db: {rootfs: /, init: true, command: sleep infinity, environment: {VALUE: "${VALUE:-0}"}}
YAML
for round in 1 2 3 4 5; do
  VALUE=a$round "$MDCOMPOSE" up -d >one 2>&1 & one=$!
  VALUE=b$round "$MDCOMPOSE" up -d >two 2>&1 & two=$!
  wait $one || fail "one of two ups has failed: $(cat one)"
  wait $two || fail "one of two ups has failed: $(cat two)"
  web=$(environment_of both web-1) db=$(environment_of both db-1)
  expect "both services are of the same up" "$web" "$db"
  case $web in [ab]$round) ;; *) fail "the stack is of neither up: $web" ;; esac
done
expect_status 0 mdcompose down
gone both

stack interrupted <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, depends_on: {db: {condition: service_healthy}}}
  db: {rootfs: /, init: true, command: sleep infinity, healthcheck: {test: ["CMD", "false"], interval: 60s, start_period: 60s}}
YAML
"$MDCOMPOSE" up -d >up 2>&1 & up=$!
eventually "the dependency runs" sh -c "'$MDCOMPOSE' ps db | grep -q Up"
"$MDCOMPOSE" up -d >second 2>&1 & second=$!
eventually "the second up waits" grep -q 'waiting for another command' second
expect_status 0 mdcompose down
wait $up
expect "exit status of an up that was interrupted" 1 $?
expect_has "why it ended" "interrupted by another command" "$(cat up)"
wait $second
expect "exit status of an up that waited" 1 $?
gone interrupted

# Who leaves gives up his turn.
"$MDCOMPOSE" up -d >up 2>&1 & up=$!
eventually "the dependency runs" sh -c "'$MDCOMPOSE' ps db | grep -q Up"
sed -i 's/false/true/; s/60s/100ms/g' mdcompose.yaml
"$MDCOMPOSE" up -d >second 2>&1 & second=$!
eventually "the second up waits" grep -q 'waiting for another command' second
kill -9 $up
wait $second || fail "the up that waited has failed: $(cat second)"
planned=$(mdcompose plan) || fail "what was changed in between is not what runs: $planned"
wait $up 2>/dev/null
expect_status 0 mdcompose down
gone interrupted

stack slow-end <<'YAML'
services:
  web: {rootfs: /, command: "sh -c 'trap \"\" TERM; while :; do sleep 0.05; done'", stop_grace_period: 1s}
YAML
expect_status 0 mdcompose up -d
"$MDCOMPOSE" down >down 2>&1 & down=$!
eventually "it is on its way down" grep -q Stopping down
expect_status 0 mdcompose up -d
wait $down || fail "down has failed: $(cat down)"
expect_has "up after down" "Up" "$(mdcompose ps web)"
expect_status 0 mdcompose down -t 0
gone slow-end

# A second down that allows less time does not wait for as long as the first one would.
stack two-downs <<'YAML'
services:
  web: {rootfs: /, command: "sh -c 'trap \"\" TERM; while :; do sleep 0.05; done'", stop_grace_period: 30s}
YAML
expect_status 0 mdcompose up -d
"$MDCOMPOSE" down >down 2>&1 & down=$!
eventually "it is on its way down" grep -q Stopping down
before=$SECONDS
expect_status 0 mdcompose down --timeout 0
wait $down || fail "down has failed: $(cat down)"
[ $((SECONDS - before)) -lt 10 ] || fail "down --timeout 0 during a down took $((SECONDS - before)) s"
gone two-downs

# Whatever comes, in whatever order: the last one holds.
stack races-storm <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, environment: {VALUE: "${VALUE:-0}"}, depends_on: [db], deploy: {replicas: 2}}
  db: {rootfs: /, init: true, command: sleep infinity}
YAML
for round in 1 2 3 4; do
  commands=()
  for command in "up -d" "stop" "restart" "up -d --scale web=3" "down" "up -d --force-recreate" "kill" "scale web=1"; do
    # shellcheck disable=SC2086
    VALUE=$round "$MDCOMPOSE" $command >/dev/null 2>&1 & commands+=($!)
  done
  for command in "${commands[@]}"; do
    wait "$command"
    [ $? -lt 2 ] || fail "a command ended with $?"
  done
  expect_status 0 env VALUE=$round "$MDCOMPOSE" up -d
  planned=$(VALUE=$round mdcompose plan) || fail "after the storm something is left to do: $planned"
  expect "containers that run" 3 "$(mdcompose ps -q | wc -l)"
done
expect_status 0 mdcompose down
gone races-storm
