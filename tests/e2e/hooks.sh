#!/bin/bash
# Hooks: what runs before a container starts, when it has started, and before it ends.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

lines() { [ -f "$1" ] && wc -l <"$1" || echo 0; }
has_lines() { [ "$(lines "$1")" -ge "$2" ]; }

stack inside <<'YAML'
services:
  web:
    rootfs: /
    init: true
    user: "65534"
    working_dir: /tmp
    command: sh -c 'trap "exit 0" TERM; echo "web begins" >>/log/order; while :; do sleep 0.05; done'
    environment: {WHO: service}
    volumes: ["./log:/log"]
    restart: always
    post_start:
      - {command: [sh, -c, 'sleep 0.3; echo "first $$WHO" >>/log/order; echo said; echo "to stderr" >&2'], environment: {WHO: hook}}
      - {command: sh -c 'echo "second $$WHO $$(id -u) $$(pwd)" >>/log/order', user: root, working_dir: /var}
      - {command: sh -c 'grep CapEff /proc/self/status >/log/capabilities; (sleep 0.6; echo left >>/log/left) &', user: root, privileged: true}
    pre_stop:
      - {command: sh -c 'echo "leaves $$(id -u)" >>/log/order; echo goodbye'}
  after: {rootfs: /, init: true, command: "sh -c 'echo after >>/log/order; exec sleep infinity'", volumes: ["./log:/log"], depends_on: [web]}
YAML
mkdir -m 777 log
expect_status 0 mdcompose up -d
eventually "who depends on it has begun" grep -q after log/order
expect "in order, before who depends on it" "web begins
first hook
second service 0 /var
after" "$(cat log/order)"
expect_has "with privileges" "CapEff:	000001ff" "$(cat log/capabilities)"
expect_has "what it says is in the log" said "$(mdcompose logs web 2>&1)"
expect "what it says to stderr" 1 "$(cat /var/lib/mdcompose/projects/*/web-1/log/*.log | grep -c ' stderr F to stderr$')"
eventually "what it leaves in the background goes on" has_lines log/left 1
mdcompose exec --user root web pkill -9 -P 1 -x sh >/dev/null 2>&1
eventually "after a restart by policy as well" has_lines log/order 7
expect "again" "web begins
first hook
second service 0 /var" "$(tail -n 3 log/order)"
expect_status 0 mdcompose restart --timeout 5 web
expect "before the end, and after the start" "leaves 65534
web begins
first hook
second service 0 /var" "$(tail -n 4 log/order)"
supervisor=$(supervisor_of inside)
kill -9 "$supervisor"
eventually "the next supervisor is there" mdcompose exec web true
expect_status 0 mdcompose stop --timeout 5
expect "not again for another supervisor" "first hook
second service 0 /var
leaves 65534" "$(tail -n 3 log/order)"
expect_has "its last words" goodbye "$(mdcompose logs web 2>&1)"
expect_status 0 mdcompose start
expect_status 0 mdcompose kill web
expect "who is killed has no time" 2 "$(grep -c leaves log/order)"
expect_status 0 mdcompose down --timeout 1

stack failing <<'YAML'
services:
  start:
    rootfs: /
    init: true
    command: sleep infinity
    post_start: [{command: "sh -c 'echo on stdout; echo no such table >&2; exit 3'"}, {command: touch /tmp/never}]
  needs: {rootfs: /, init: true, command: sleep infinity, depends_on: [start]}
  stop:
    rootfs: /
    init: true
    command: sleep infinity
    pre_stop: [{command: "sh -c 'echo not now; exit 4'"}]
  missing: {rootfs: /, init: true, command: sleep infinity, post_start: [{command: [/no/such/program]}]}
YAML
expect_status 1 mdcompose up -d needs
expect_has "which one and how" "post_start[0] hook exited with status 3" "$output"
expect_has "what it said" "no such table" "$output"
expect_has "the container goes on" Up "$(mdcompose ps start)"
mdcompose exec start test -e /tmp/never && fail "a hook ran after one that failed"
expect "who depends on it does not start" "" "$(mdcompose ps -q needs)"
expect_status 0 mdcompose up -d needs
expect_has "a running container is none to be started, its hooks none to be run" Up "$(mdcompose ps needs)"
expect_status 1 mdcompose up -d missing
expect_has "a command that is not there" "post_start[0] hook failed" "$output"
expect_status 0 mdcompose up -d stop
for command in stop restart down; do
  expect_status 1 mdcompose $command stop
  expect_has "why it does not end" "pre_stop[0] hook exited with status 4" "$output"
  expect_has "it goes on" Up "$(mdcompose ps stop)"
done
echo "services: {other: {rootfs: /, command: \"true\"}}" >other.yaml
for one_less in "up -d --scale stop=0 stop" "create --scale stop=0 stop" "--file other.yaml up -d --remove-orphans other"; do
  expect_status 1 mdcompose $one_less
  expect_has "why it is not removed" "container failing-stop-1: pre_stop[0] hook exited with status 4" "$output"
  expect_has "it goes on" Up "$(mdcompose ps stop)"
done
expect_status 0 mdcompose kill stop
expect_has "force ends it" "(137)" "$(mdcompose ps -a stop)"
expect_status 0 mdcompose down --remove-orphans --timeout 1

# How a container ends is no failure of its hooks, however early it does: they are cut off, or do not run.
stack brief <<'YAML'
services:
  at_once: {rootfs: /, command: "true", post_start: [{command: touch /tmp/1}, {command: touch /tmp/2}, {command: touch /tmp/3}]}
  soon: {rootfs: /, command: sleep 0.02, post_start: [{command: touch /tmp/1}, {command: touch /tmp/2}, {command: touch /tmp/3}]}
  between: {rootfs: /, command: sleep 0.3, post_start: [{command: sleep 776}]}
  host: {rootfs: /, pid: host, command: sleep 0.01, post_start: [{command: touch /tmp/1}, {command: touch /tmp/2}, {command: touch /tmp/3}]}
  after: {rootfs: /, command: "true", depends_on: {between: {condition: service_completed_successfully}}}
YAML
for run in 1 2 3 4 5; do
  expect_status 0 mdcompose up -d
  expect "nobody failed" "" "$(grep Error <<<"$output")"
  expect_has "what became of it" "warning: container brief-between-1: post_start[0] hook was cut off: its container had ended" "$output"
  expect_status 0 mdcompose down
done

# Where hooks and steps take their time, one can see it.
stack taking <<'YAML'
services:
  greets: {rootfs: /, init: true, command: sleep infinity, post_start: [{command: sleep 773}]}
  prepares: {rootfs: /, init: true, command: sleep infinity, pre_start: [{command: sleep 774}]}
YAML
"$MDCOMPOSE" up >"$work/taking.log" 2>&1 &
foreground=$!
why_says() { mdcompose why "$1" | grep -q "$2"; }
eventually "a hook" why_says greets "it waits for its hook post_start\[0\], since"
eventually "a step" why_says prepares "it waits for its step pre_start\[0\], since"
kill -INT $foreground
wait $foreground
expect "nobody failed" "" "$(grep Error "$work/taking.log")"
expect "nobody waits" "" "$(mdcompose why greets | grep waits; mdcompose why prepares | grep waits)"
expect_status 0 mdcompose down

# Who asks for the end waits for a step that runs as for the service itself: it has its grace period, and none is left.
stack busy <<'YAML'
services: {web: {rootfs: /, command: sleep infinity, stop_grace_period: 60s, pre_start: [{command: "sh -c 'trap : TERM; while :; do sleep 0.05; done'"}]}}
YAML
"$MDCOMPOSE" up >"$work/busy.log" 2>&1 &
foreground=$!
eventually "a step" sh -c "'$MDCOMPOSE' ps -a | grep 'pre_start-0.* Up '"
"$MDCOMPOSE" stop --timeout 3 >/dev/null 2>&1 &
stopping=$!
eventually "its step is told to end" sh -c "'$MDCOMPOSE' ps -a | grep 'pre_start-0.*Stopping'"
expect "the service does not wait for it any more" "" "$(mdcompose why web | grep waits)"
wait $stopping $foreground
for command in "interrupt" "stop -t 1" "down -t 1 web" "down -t 1" "kill"; do
  "$MDCOMPOSE" up --timeout 1 >"$work/busy.log" 2>&1 &
  foreground=$!
  eventually "a step" sh -c "'$MDCOMPOSE' ps -a | grep 'pre_start-0.* Up '"
  before=$SECONDS
  if [ "$command" = interrupt ]; then
    kill -INT $foreground
    wait $foreground
  else
    expect_status 0 mdcompose $command
  fi
  [ $((SECONDS - before)) -lt 10 ] || fail "$command took $((SECONDS - before)) s"
  expect "what is left of the step after $command" "" "$(mdcompose ps -a 2>&1 | grep pre_start)"
  wait $foreground
done
expect_status 0 mdcompose down

# One that hangs is bounded by the time that somebody has said, whoever asks for the end, and is killed with what it has
# started.
stack hanging <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: sleep infinity
    pre_stop: [{command: "sh -c 'echo draining; setsid sleep 771 & sleep 772'"}, {command: touch /never}]
YAML
hangers() { pgrep -f '^sleep 77[12]$'; }
for command in "stop" "restart" "down"; do
  expect_status 0 mdcompose up -d
  before=$SECONDS
  expect_status 0 mdcompose $command --timeout 1
  [ $((SECONDS - before)) -lt 6 ] || fail "$command took $((SECONDS - before)) s"
  expect_has "what it waits for" "Container hanging-web-1  Stopping pre_stop[0], for at most 1.0 s" "$output"
  expect_has "what was done" "warning: container hanging-web-1: pre_stop[0] hook had not ended when the grace period was over, and was killed" "$output"
  expect_has "what it said" draining "$output"
  expect "nobody of the hook is left" "" "$(hangers)"
done

# Where nobody has, it has as long as it needs: what runs is told, and no time.
stack patient <<'YAML'
services: {web: {rootfs: /, init: true, command: sleep infinity, pre_stop: [{command: touch /dumped}]}}
YAML
expect_status 0 mdcompose up -d
expect_status 0 mdcompose down
expect "what it waits for" 1 "$(grep -cx ' Container patient-web-1  Stopping pre_stop\[0\]' <<<"$output")"

# Nobody waits for the end of a lease: then a hook that fails keeps nobody alive.
stack lease <<'YAML'
services: {web: {rootfs: /, init: true, command: "sh -c 'echo up; exec sleep infinity'", pre_stop: [{command: "false"}]}}
YAML
"$MDCOMPOSE" up >"$work/lease.log" 2>&1 &
foreground=$!
eventually "it runs" grep -q 'up$' "$work/lease.log"
kill -INT $foreground
wait $foreground
nobody_is_left() { [ -z "$(mdcompose ps -q)" ]; }
eventually "nobody is left" nobody_is_left
expect_status 0 mdcompose down

stack before <<'YAML'
services:
  db: {rootfs: /, command: busybox httpd -f -p 8000 -h /etc}
  web:
    rootfs: /
    init: true
    command: sh -c 'cat /data/made /cache/made; echo web >>/log/order; while :; do sleep 0.05; done'
    environment: {WHO: service, KEPT: kept}
    volumes: ["data:/data", "/cache", "./log:/log"]
    depends_on: [db]
    restart: always
    pre_start:
      - {command: sh -c 'echo "one $$WHO $$KEPT" >>/log/order; chmod 666 /log/order; echo made >/data/made; echo made too >/cache/made; touch /root/step', environment: {WHO: step}}
      - {command: sh -c 'curl -sS -o /dev/null http://db:8000/hostname && echo "two $$(pwd) $$(id -u)" >>/log/order; echo migrating', working_dir: /var, user: "65534"}
volumes: {data: }
YAML
mkdir -m 777 log
expect_status 0 mdcompose up -d
eventually "it runs" has_lines log/order 3
expect "in order, with its volumes, networks and variables" "one step kept
two /var 65534
web" "$(cat log/order)"
expect_has "what a step has written" "made too" "$(mdcompose logs web 2>&1)"
expect_has "what a step says" migrating "$(mdcompose logs web 2>&1)"
mdcompose exec web test -e /root/step && fail "a step wrote into the service's own root"
expect "nothing is left of the steps" "before-db-1 before-web-1 " "$(mdcompose ps -aq | sort | tr '\n' ' ')"
mdcompose exec web pkill -9 -P 1 -x sh >/dev/null 2>&1
eventually "it is back" has_lines log/order 4
expect_status 0 mdcompose restart --timeout 1 web
expect_status 0 mdcompose up -d
eventually "it is back" has_lines log/order 5
expect "what has succeeded is not run again" 1 "$(grep -c one log/order)"
sed -i 's/echo migrating/echo migrating again/' mdcompose.yaml
expect_status 0 mdcompose up -d
eventually "a changed step is" has_lines log/order 8
expect "all of them" 2 "$(grep -c one log/order)"
expect_status 0 mdcompose down --volumes --timeout 1

stack steps <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: sleep infinity
    volumes: ["./log:/log"]
    scale: 3
    pre_start:
      - {command: "sh -c 'sleep 0.2; echo once >>/log/steps'"}
      - {command: "sh -c 'echo $$(hostname) >>/log/steps'", per_replica: true}
  fails:
    rootfs: /
    command: "true"
    scale: 2
    profiles: [fails]
    volumes: ["./log:/log"]
    pre_start: [{command: "sh -c 'echo tried >>/log/failed; echo bad migration >&2; exit 5'"}]
  slow:
    rootfs: /
    command: "true"
    profiles: [slow]
    volumes: ["./log:/log"]
    pre_start: [{command: "sh -c 'echo tried >>/log/slow; exec sleep 2'"}]
YAML
mkdir log
expect_status 0 mdcompose up -d
expect "once for all, and once for each" 4 "$(lines log/steps)"
expect "before the others" once "$(head -n 1 log/steps)"
expect_status 0 mdcompose up -d --scale web=4
expect "only for the new one" 5 "$(lines log/steps)"
expect_status 1 mdcompose --profile fails up -d fails
expect_has "which one and how" 'service "fails" pre_start[0] exited with code 5' "$output"
expect_has "what it said" "bad migration" "$output"
expect "tried by one" 1 "$(lines log/failed)"
expect_status 1 mdcompose --profile fails up -d fails
expect "tried again by the next command" 2 "$(lines log/failed)"

# The supervisor is killed while a step runs: the step goes on, and is not run twice.
"$MDCOMPOSE" --profile slow up -d slow >"$work/slow.log" 2>&1 &
command=$!
eventually "the step runs" has_lines log/slow 1
kill -9 "$(supervisor_of steps)"
wait $command
expect "the end of up (it said: $(cat "$work/slow.log"))" 0 $?
expect "one run" 1 "$(lines log/slow)"
# A step that is not wanted any longer ends.
has_ended() { mdcompose ps -a slow | grep -q Exited; }
eventually "the service has ended" has_ended
rm log/slow
expect_status 0 mdcompose --profile slow rm -f slow
"$MDCOMPOSE" --profile slow up -d slow >"$work/slow.log" 2>&1 &
command=$!
eventually "the step runs" has_lines log/slow 1
expect_status 0 mdcompose --profile slow down --timeout 1
wait $command && fail "up succeeded although it was taken down"
expect "nothing is left" "" "$(mdcompose ps -aq)"
