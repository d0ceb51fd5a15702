#!/bin/bash
# Dependencies, health, restarts, jobs, foreground.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stack order <<'YAML'
services:
  last:
    rootfs: /
    init: true
    command: sh -c 'date +%s%N > /log/last; exec sleep infinity'
    volumes: ["./log:/log"]
    depends_on: {job: {condition: service_completed_successfully}, first: {condition: service_healthy}}
  job:
    rootfs: /
    command: sh -c 'sleep 0.2; date +%s%N > /log/job'
    volumes: ["./log:/log"]
    depends_on: [first]
  first:
    rootfs: /
    init: true
    command: sh -c 'date +%s%N > /log/first; sleep 0.3; touch /tmp/ready; exec sleep infinity'
    volumes: ["./log:/log"]
    healthcheck: {test: [CMD, test, -e, /tmp/ready], interval: 1s}
YAML
expect_status 0 mdcompose up -d --wait
eventually "the last one has begun" test -s log/last
[ "$(cat log/first)" -lt "$(cat log/job)" ] && [ "$(cat log/job)" -lt "$(cat log/last)" ] || fail "wrong order of start"
expect_has "a job that is done" "Exited (0)" "$(mdcompose ps -a job)"
expect_status 0 mdcompose down

stack failing-dependency <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, depends_on: {job: {condition: service_completed_successfully}}}
  job: {rootfs: /, command: sh -c 'exit 3'}
YAML
expect_status 1 mdcompose up -d
expect_has "why" "service \"job\" didn't complete successfully: exit 3" "$output"
mdcompose down >/dev/null 2>&1

stack restarts <<'YAML'
services:
  flaky: {rootfs: /, command: "sh -c 'echo start; exit 1'", restart: "on-failure:2"}
  steady: {rootfs: /, init: true, command: sleep infinity, restart: always}
YAML
expect_status 0 mdcompose up -d
eventually "three starts" sh -c "[ \$('$MDCOMPOSE' logs flaky | grep -c start) = 3 ]"
sleep 0.5
expect "no fourth start" 3 "$(mdcompose logs flaky | grep -c start)"
mdcompose exec steady sh -c 'kill -9 2'
eventually "it runs again" sh -c "'$MDCOMPOSE' exec steady true"
expect_status 0 mdcompose kill steady
eventually "always means after a kill, too" sh -c "'$MDCOMPOSE' exec steady true"
expect_status 0 mdcompose stop steady
expect_has "a stop is one" "Exited" "$(mdcompose ps -a steady)"
expect_status 0 mdcompose down

stack foreground <<'YAML'
services:
  app: {rootfs: /, command: "sh -c 'trap \"echo app ends; exit 0\" TERM; echo app starts; while :; do sleep 0.05; done'", depends_on: [db]}
  db: {rootfs: /, command: "sh -c 'trap \"echo db ends; exit 0\" TERM; echo db starts; while :; do sleep 0.05; done'"}
YAML
"$MDCOMPOSE" up >out 2>err &
up=$!
eventually "output in the foreground" grep -q 'app-1 *| app starts' out
kill -INT $up
wait $up
expect "exit status after Ctrl-C" 130 $?
expect_has "ends in reverse order" "app ends db ends" "$(grep -o '[a-z]* ends' out | tr '\n' ' ')"
expect_status 0 mdcompose down

stack stubborn <<'YAML'
services:
  app: {rootfs: /, command: "sh -c 'trap : TERM; echo up; while :; do sleep 0.05; done'", stop_grace_period: 60s}
YAML
"$MDCOMPOSE" up >out 2>err &
up=$!
eventually "it is up" grep -q up out
kill -INT $up
sleep 0.3
kill -INT $up
before=$SECONDS
wait $up
[ $((SECONDS - before)) -lt 5 ] || fail "the second Ctrl-C did not kill at once"
expect_status 0 mdcompose down

stack exit-code <<'YAML'
services:
  test: {rootfs: /, command: "sh -c 'echo tested; exit 5'", depends_on: [db]}
  db: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 5 mdcompose up --exit-code-from test
expect_status 0 mdcompose down

# The first end counts, whatever follows it; and one that has no part in this `up` has no code.
stack exit-code-of-what-runs <<'YAML'
services:
  test: {rootfs: /, command: "sh -c 'exit 5'", restart: always}
  db: {rootfs: /, init: true, command: sleep infinity}
  late: {rootfs: /, command: "sh -c 'sleep 0.5; exit 6'", restart: on-failure}
YAML
expect_status 5 timeout 20 "$MDCOMPOSE" up --exit-code-from test test
expect_status 6 timeout 20 "$MDCOMPOSE" up --exit-code-from late db late
expect_status 2 mdcompose up --exit-code-from test db
expect_has "why" "--exit-code-from test: this up does not bring up service test" "$output"
expect_status 2 mdcompose up --exit-code-from test --scale test=0
expect_status 0 mdcompose down --timeout 1

# Of several the one that has ended the others, which are stopped by a signal.
stack exit-code-of-many <<'YAML'
services:
  test:
    rootfs: /
    scale: 2
    command: ["sh", "-c", "case $$(hostname) in *1) sleep 0.5; exit 7 ;; esac; exec sleep infinity"]
YAML
expect_status 7 mdcompose up --exit-code-from test --timeout 1
expect_status 0 mdcompose down

# One that fails stops what it has started; what ran before goes on.
stack fails <<'YAML'
services:
  before: {rootfs: /, init: true, command: sleep infinity}
  with: {rootfs: /, init: true, command: sleep infinity, profiles: [all]}
  broken: {rootfs: /, command: no-such-program, profiles: [all], depends_on: [with]}
YAML
expect_status 0 mdcompose up -d
expect_status 1 mdcompose --profile all up --timeout 1
expect "who goes on" before "$(mdcompose ps --services --status running)"
expect_status 0 mdcompose --profile all down --timeout 1

stack change <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, environment: {A: "${VALUE:-1}"}}
  db: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 0 mdcompose up -d
expect_status 0 env VALUE=2 "$MDCOMPOSE" up -d
expect_has "what changed is recreated" "Container change-web-1  Recreated" "$output"
expect_has "what did not change runs on" "Container change-db-1  Running" "$output"
expect "the new value" 2 "$(mdcompose exec web sh -c 'echo $A')"
expect_status 0 mdcompose up -d --scale db=2
expect "two instances" 2 "$(mdcompose ps -q db | wc -l)"
expect_status 0 mdcompose pause web
expect_has "paused" "(Paused)" "$(mdcompose ps web)"
expect_status 0 mdcompose pause web
expect_has "it is already" "Container change-web-1  Paused" "$output"
expect_status 1 mdcompose exec web true
expect_has "nobody gets in" "container change-web-1 is paused; mdcompose unpause web lets it go on" "$output"
expect_status 1 mdcompose up -d --wait
expect_has "who is paused does not run" "container change-web-1 is paused; mdcompose unpause web lets it go on" "$output"
expect_has "nor is that said" "Container change-web-1  Paused" "$output"
expect_status 0 mdcompose unpause web
expect_status 0 mdcompose unpause web
expect_has "it runs already" "Container change-web-1  Running" "$output"
expect_status 0 mdcompose down

# A limit that is not to be had is said, with what it is instead.
hard=$(ulimit -Hn)
stack ulimits <<YAML
services:
  web: {rootfs: /, command: "sh -c 'ulimit -Hn; ulimit -Sn'", ulimits: {nofile: {soft: 100, hard: $((hard + 1))}}, x-mdcompose: {strict_limits: false}}
YAML
expect_status 0 mdcompose up -d
said="container ulimits-web-1: RLIMIT_NOFILE is 100:$hard and not 100:$((hard + 1)): to raise it takes CAP_SYS_RESOURCE"
eventually "it has said its limits" sh -c "'$MDCOMPOSE' logs web | grep -q 100"
if [ "$(mdcompose logs --no-log-prefix web | head -n 1)" = "$hard" ]; then
  expect "the limit that was lowered" 1 "$(grep -cF "$said" <<<"$output")"
  sed -i 's/false/true/' mdcompose.yaml
  expect_status 1 mdcompose up -d
  expect_has "strict limits" "${said#*: }" "$output"
else
  expect "nothing is said of a limit that holds" "" "$(grep RLIMIT <<<"$output")"
fi
expect_status 0 mdcompose down
stack oom-score <<'YAML'
services:
  spared: {rootfs: /, init: true, network_mode: none, command: sleep infinity, oom_score_adj: -500}
  first: {rootfs: /, init: true, network_mode: none, command: sleep infinity, oom_score_adj: 900}
YAML
expect_status 0 mdcompose up -d
score=$(mdcompose exec -T spared cat /proc/1/oom_score_adj)
if [ "$score" = -500 ]; then
  expect "nothing is said of a score that holds" "" "$(grep oom_score_adj <<<"$output")"
else
  expect_has "a score that is not to be had" "container oom-score-spared-1: oom_score_adj is $score and not -500: to lower it takes CAP_SYS_RESOURCE" "$output"
fi
expect "nothing is said of the other" "" "$(grep 'oom-score-first-1: ' <<<"$output")"
expect_status 0 mdcompose down
