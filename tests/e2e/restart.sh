#!/bin/bash
# Ends that are followed by another start: policies, back-off, crash loops, what a killed supervisor remembers.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

starts() { mdcompose logs --no-log-prefix "$1" | grep -c begins; }
has_started() { [ "$(starts "$1")" -ge "$2" ]; }
says() { mdcompose ps -a "$1" | grep -q "$2"; }

stack policies <<'YAML'
x-dies: &dies {rootfs: /, command: "sh -c 'echo begins; exit 3'"}
services:
  never: {<<: *dies}
  twice: {<<: *dies, restart: "on-failure:2"}
  deploy: {<<: *dies, restart: "no", deploy: {restart_policy: {condition: on-failure, delay: 100ms, max_attempts: 3}}}
  none: {<<: *dies, restart: always, deploy: {restart_policy: {condition: none}}}
  success: {<<: *dies, restart: on-failure, x-mdcompose: {success_exit_codes: [3]}}
  missing: {rootfs: /, command: no-such-program, restart: always}
YAML
expect_status 1 mdcompose up -d
eventually "two more starts" has_started twice 3
eventually "three more starts" has_started deploy 4
for service in never twice deploy none success; do eventually "$service has ended" says $service 'Exited (3)'; done
sleep 1
expect "starts of never" 1 "$(starts never)"
expect "starts of twice" 3 "$(starts twice)"
expect "starts of deploy" 4 "$(starts deploy)"
expect "starts of none: deploy wins" 1 "$(starts none)"
expect "starts of success: 3 is no failure" 1 "$(starts success)"
expect_has "what is missing is not tried again" "(127)" "$(mdcompose ps -a missing)"
expect_status 0 mdcompose down

stack loop <<'YAML'
services:
  db:
    rootfs: /
    command: sh -c 'echo begins; echo no space left >&2; exit 3'
    restart: always
    healthcheck: {test: [CMD, "true"], interval: 60s}
    x-mdcompose: {eager_probes: false}
  web: {rootfs: /, init: true, command: sleep infinity, depends_on: {db: {condition: service_healthy}}}
YAML
expect_status 1 timeout 30 "$MDCOMPOSE" up -d
expect_has "why" "dependency failed to start: container loop-db-1 crashes again and again" "$output"
expect_has "its last words" "  no space left" "$output"
eventually "the crash loop is shown" says db "Crash-looping (3)"
mdcompose stop db >/dev/null 2>&1
expect_has "a stop ends the loop" "Exited (3)" "$(mdcompose ps -a db)"
before=$(starts db)
sleep 1
expect "starts after the stop" "$before" "$(starts db)"
expect_status 0 mdcompose down

# Who starts before the database does, and has "always" for that reason, is waited for.
stack early <<'YAML'
services:
  db: {rootfs: /, init: true, command: "sh -c 'sleep 4; touch /state/well; exec sleep infinity'", volumes: ["./state:/state"]}
  app:
    rootfs: /
    init: true
    command: sh -c 'echo begins; [ -e /state/well ] && exec sleep infinity; exit 1'
    volumes: ["./state:/state"]
    restart: always
    depends_on: [db]
    healthcheck: {test: [CMD, test, -e, /state/well], interval: 1s}
  web: {rootfs: /, init: true, command: sleep infinity, depends_on: {app: {condition: service_healthy}}}
YAML
mkdir state
expect_status 0 timeout 30 "$MDCOMPOSE" up -d --wait
expect "how it got there" true "$([ "$(starts app)" -gt 5 ] && echo true)"
expect_status 0 mdcompose down

stack recovers <<'YAML'
services:
  job:
    rootfs: /
    init: true
    command: sh -c 'echo begins; [ -e /state/well ] && exec sleep infinity; exit 1'
    volumes: ["./state:/state"]
    restart: always
    deploy: {restart_policy: {condition: any, window: 1s}}
YAML
mkdir state
expect_status 0 mdcompose up -d
eventually "the crash loop is shown" says job "rash-looping"
touch state/well
recovered() { mdcompose ps job | grep 'Up' | grep -vq crash; }
eventually "it is forgotten after the window" recovered
expect_has "the counter is not" '"failures": 0' "$(cat /run/mdcompose/recovers/instances/job-1/state.json)"
expect_status 0 mdcompose down

# The delay goes on where it was when the supervisor is killed, and the failures are not forgotten.
stack killed <<'YAML'
services:
  job: {rootfs: /, command: "sh -c 'echo begins; exit 1'", deploy: {restart_policy: {condition: any, delay: 3s, max_attempts: 1}}}
YAML
expect_status 0 mdcompose up -d
eventually "it waits" says job Restarting
supervisor=$(supervisor_of killed)
before=$(date +%s%N)
kill -9 "$supervisor"
eventually "it starts again" has_started job 2
took=$((($(date +%s%N) - before) / 1000000))
[ $took -gt 1000 ] || fail "a killed supervisor has shortened the delay of 3 s to $took ms"
eventually "the attempts are used up" says job 'Exited (1)'
sleep 3.5
expect "no third start" 2 "$(starts job)"
expect_status 0 mdcompose down

# Crash loops go on by themselves: `up -d` has started them, and waits for no moment at which all of them run.
stack loops <<'YAML'
services:
  one: {rootfs: /, command: "false", restart: always}
  other: {rootfs: /, command: "false", restart: always}
  late: {rootfs: /, init: true, command: sleep infinity, post_start: [{command: sleep 2}]}
YAML
expect_status 0 timeout 10 "$MDCOMPOSE" up -d
expect_status 0 timeout 10 "$MDCOMPOSE" up -d
expect_status 0 mdcompose down --timeout 0

# Who asks for a start is not kept waiting by the delay.
stack no-time-to-wait <<'YAML'
services:
  job: {rootfs: /, command: "sh -c 'echo begins; exit 1'", deploy: {restart_policy: {condition: any, delay: 60s}}}
YAML
expect_status 0 mdcompose up -d
count=1
for verb in "up -d" start restart; do
  eventually "it waits" says job Restarting
  expect_status 0 timeout 10 "$MDCOMPOSE" $verb
  eventually "it starts at once after $verb" has_started job $((++count))
done
eventually "then it waits again" says job Restarting
sleep 0.5
expect "starts of one that waits" $count "$(starts job)"
expect_status 0 mdcompose down --timeout 0
