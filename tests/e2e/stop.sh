#!/bin/bash
# Ways to an end: politely, by force, frozen, stopped, and where nothing helps.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

milliseconds() { echo $(($(date +%s%N) / 1000000)); }
# within WHAT MILLISECONDS COMMAND...: succeeds and takes no longer
within() {
  local what=$1 most=$2 before
  before=$(milliseconds)
  shift 2
  expect_status 0 "$@"
  [ $(($(milliseconds) - before)) -lt "$most" ] || fail "$what took longer than $most ms"
}
pid_of() { grep -o '"pid": [0-9]*' "/run/mdcompose/$1/instances/$2-1/state.json" | grep -o '[0-9]*'; }
group_of() { grep -o '"cgroup_unified": "[^"]*"' "/run/mdcompose/$1/instances/$2-1/state.json" | cut -d'"' -f4; }

stack signals <<'YAML'
services:
  deaf: {rootfs: /, command: "sh -c 'trap : TERM; while :; do sleep 0.05; done'", stop_grace_period: 500ms}
  slow: {rootfs: /, command: "sh -c 'trap \"sleep 0.7; exit 0\" TERM; while :; do sleep 0.05; done'", stop_grace_period: 100ms}
  picky: {rootfs: /, command: "sh -c 'trap \"echo interrupted; exit 0\" INT; while :; do sleep 0.05; done'", stop_signal: SIGINT}
YAML
expect_status 0 mdcompose up -d
within "the end of who ignores the signal" 5000 mdcompose stop deaf
expect_has "killed" "(137)" "$(mdcompose ps -a deaf)"
within "the end without a limit" 5000 mdcompose stop --timeout -1 slow
expect_has "not killed" "Exited (0)" "$(mdcompose ps -a slow)"
within "the end by its own signal" 5000 mdcompose stop picky
expect_has "the signal" interrupted "$(mdcompose logs picky)"
expect_status 0 mdcompose start deaf
expect_status 0 mdcompose kill deaf
expect "what kill says" "Container signals-deaf-1 Killing Container signals-deaf-1 Killed" "$(xargs <<<"$output")"
expect_status 0 mdcompose down

stack sleepers <<'YAML'
x-polite: &polite {rootfs: /, command: "sh -c 'trap \"exit 0\" TERM; while :; do sleep 0.05; done'", stop_grace_period: 60s}
services:
  paused: {<<: *polite}
  frozen: {<<: *polite}
  stopped: {<<: *polite}
  child: {rootfs: /, init: true, command: "sh -c 'trap \"exit 0\" TERM; while :; do sleep 0.05; done'", stop_grace_period: 60s}
YAML
expect_status 0 mdcompose up -d
expect_status 0 mdcompose pause paused
group=$(group_of sleepers frozen)
[ -z "$group" ] || echo 1 >"$group/cgroup.freeze"
kill -STOP "$(pid_of sleepers stopped)"
kill -STOP "$(pgrep -P "$(pid_of sleepers child)" | head -1)"
within "the end of those who sleep" 10000 mdcompose stop
for service in paused frozen stopped child; do expect_has "$service has ended politely" "Exited (0)" "$(mdcompose ps -a $service)"; done
expect_status 0 mdcompose down

# A process in an uninterruptible system call: a write to a frozen file system.
image=$work/disk.img
mounted=$work/disk
truncate -s 16M "$image"
mkdir "$mounted"
if mkfs.ext4 -q "$image" 2>/dev/null && mount -o loop "$image" "$mounted" 2>/dev/null; then
  stack stuck <<YAML
services:
  writer: {rootfs: /, command: "sh -c 'while :; do echo x >>/disk/file; sleep 0.05; done'", volumes: ["$mounted:/disk"], depends_on: [db], stop_grace_period: 1s}
  db: {rootfs: /, init: true, command: sleep infinity}
YAML
  expect_status 0 mdcompose up -d
  eventually "it writes" test -s "$mounted/file"
  fsfreeze -f "$mounted"
  eventually "it is stuck" sh -c "grep -q '^State:.D' /proc/$(pid_of stuck writer)/status"
  before=$(milliseconds)
  expect_status 1 mdcompose down
  [ $(($(milliseconds) - before)) -lt 20000 ] || fail "down waited for who cannot die"
  expect_has "why" "does not die: process" "$output"
  expect "the others are gone" "" "$(mdcompose ps -aq db)"
  expect_has "the record of the one that stays" stuck-writer-1 "$(mdcompose ps -aq)"
  fsfreeze -u "$mounted"
  gone() { [ -z "$(mdcompose ps -aq)" ]; }
  eventually "it is gone when it can" gone
  expect_status 0 mdcompose down
  umount "$mounted"
else
  echo "no loop device for a file system of its own: not tested in an uninterruptible call" >&2
fi

# A later command may be less patient, with the process and with its hooks.
stack impatient <<'YAML'
services:
  deaf: {rootfs: /, command: [sh, -c, "trap '' TERM; while :; do sleep 0.1; done"], stop_grace_period: 60s}
  hangs: {rootfs: /, init: true, command: sleep infinity, pre_stop: [{command: sleep infinity}]}
YAML
expect_status 0 mdcompose up -d
timeout 60 "$MDCOMPOSE" stop >/dev/null 2>&1 & stopping=$!
eventually "both are stopping" sh -c "[ \$('$MDCOMPOSE' ps | grep -c Stopping) = 2 ]"
before=$(milliseconds)
expect_status 0 timeout 30 "$MDCOMPOSE" down --timeout 1
[ $(($(milliseconds) - before)) -lt 10000 ] || fail "a shorter time was not taken"
wait $stopping

# What is in the file and has no container is stopped already.
stack absent <<'YAML'
services:
  base: {rootfs: /, init: true, command: sleep infinity}
  web: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 0 mdcompose stop web
expect_status 0 mdcompose up -d base
for command in stop kill restart pause unpause; do
  expect_status 0 mdcompose $command web
  expect_status 1 mdcompose $command nobody
  expect_has "$command: a service of no file" "no such service: nobody" "$output"
done
expect_status 1 mdcompose start web
expect_has "start" 'service "web" has no container to start' "$output"
expect_status 0 mdcompose -f mdcompose.yaml -p absent logs web
expect_status 0 mdcompose stop web base
expect_has "the other one has stopped" "Exited" "$(mdcompose ps -a base)"
expect_status 0 mdcompose down
for command in stop kill restart; do
  expect_status 0 mdcompose $command
  expect_status 0 mdcompose $command web
done
expect_status 1 mdcompose start

# rm --stop gives the same time as stop does, with the same hooks, and does not wait for an up that waits itself.
stack cleared <<'YAML'
x-polite: &polite {rootfs: /, stop_grace_period: 20s, volumes: ["./said:/said"]}
services:
  db: {<<: *polite, command: "sh -c 'trap \"sleep 0.5; echo db >>/said/bye; exit 0\" TERM; while :; do sleep 0.05; done'", pre_stop: [{command: "sh -c 'echo hook >>/said/bye'"}]}
  web: {<<: *polite, command: "sh -c 'trap \"sleep 0.5; echo web >>/said/bye; exit 0\" TERM; while :; do sleep 0.05; done'", depends_on: [db]}
  never: {rootfs: /, init: true, command: sleep infinity, healthcheck: {test: [CMD, "false"], interval: 1s, retries: 99}, profiles: [never]}
  deaf: {rootfs: /, command: "sh -c 'trap : TERM; while :; do sleep 0.05; done'", stop_grace_period: 500ms, profiles: [never]}
  stays: {rootfs: /, init: true, command: sleep infinity, pre_stop: [{command: sh -c "exit 3"}], profiles: [never]}
YAML
mkdir -m 777 said
expect_status 0 mdcompose up -d
expect_status 0 mdcompose rm -f
expect "rm alone leaves alone what runs" 2 "$(mdcompose ps -q | wc -l)"
expect_status 0 mdcompose rm --stop --force
expect "all had their time, dependants first" "web hook db" "$(xargs <said/bye)"
expect "nothing is left" "" "$(mdcompose ps -aq)"
expect_status 0 mdcompose --profile never up -d stays
"$MDCOMPOSE" --profile never up -d --wait never >"$work/never.log" 2>&1 &
waiting=$!
eventually "it waits for its health" is_health never starting
within "rm beside an up" 8000 mdcompose --profile never rm -sf never
wait $waiting && fail "up succeeded although what it waits for was removed"
expect_status 0 mdcompose --profile never up -d deaf
expect_status 0 mdcompose --profile never rm -sf deaf
expect_status 1 mdcompose --profile never rm -sf stays
expect_has "who refuses" "pre_stop[0] hook exited with status 3" "$output"
expect "it stays" 1 "$(mdcompose ps -q stays | wc -l)"
expect_status 0 mdcompose --profile never kill stays
