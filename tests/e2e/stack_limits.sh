#!/bin/bash
# Limits of the whole stack: one group above all containers; out of memory and pressure are told while they happen.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# limit CONTROLLER FILE: of the stack's group, wherever this host keeps it
limit() {
  local directory
  for directory in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/"$1" /sys/fs/cgroup/*,"$1" /sys/fs/cgroup/"$1",*; do
    cat "$directory/mdcompose/limits/$2" 2>/dev/null && return
  done
}
# one VALUE...: what it is on v2 or on v1
one() { printf '%s' "$*" | head -1; }
running() { mdcompose ps -q --status running | grep -c .; }

limits() {
  cat >"$work/limits/mdcompose.yaml" <<YAML
x-mdcompose: {limits: {$1}}
services:
  steady: {rootfs: /, network_mode: none, init: true, command: sleep infinity}
  hog: {rootfs: /, network_mode: none, profiles: [hog], command: [perl, -e, "my @all; push @all, 'x' x (1 << 20) for 1 .. 300"]}
  child:
    rootfs: /
    network_mode: none
    profiles: [child]
    init: true
    command: sh -c 'perl -e "my @all; push @all, q(x) x (1 << 20) for 1 .. 300"; echo survived; exec sleep infinity'
  many: {rootfs: /, network_mode: none, profiles: [many], init: true, command: "sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do sleep 60 & done; echo forked all; wait'"}
  busy: {rootfs: /, network_mode: none, profiles: [busy], init: true, cpus: 4, command: "sh -c 'timeout 8 sh -c \"while :; do :; done\" & timeout 8 sh -c \"while :; do :; done\" & wait; exec sleep infinity'"}
YAML
}
stack limits </dev/null
limits 'cpus: 0.5, memory: 128m, pids: 24'
expect_status 0 mdcompose up -d
expect "no warning" "" "$(echo "$output" | grep -i 'not enforced\|warn')"
expect "memory" 134217728 "$(limit memory memory.max; limit memory memory.limit_in_bytes)"
expect "pids" 24 "$(limit pids pids.max)"
case $(limit cpu cpu.max; limit cpu cpu.cfs_quota_us) in
  "50000 100000" | 50000) ;;
  *) fail "cpu: $(limit cpu cpu.max; limit cpu cpu.cfs_quota_us)" ;;
esac

mdcompose events --json >"$work/events" 2>"$work/notes" & events=$!
mdcompose --profile hog up -d hog >/dev/null 2>&1
eventually "who takes too much dies" sh -c "'$MDCOMPOSE' ps -a hog | grep -q 'out of memory'"
expect_has "by the limit of all" "the stack's limit of 128 MiB" "$(mdcompose why hog)"
expect "the others live" 1 "$(running)"
eventually "the event" grep -q '"action":"oom".*"service":"hog"' "$work/events"

expect_status 0 mdcompose --profile child up -d child
eventually "a child dies, the container does not" sh -c "'$MDCOMPOSE' logs child | grep -q survived"
eventually "the event of a child" grep -q '"action":"oom".*"service":"child"' "$work/events"
expect "nor of others" "" "$(grep '"action":"oom".*"service":"steady"' "$work/events")"
expect "nobody has ended" "" "$(grep '"action":"die".*"service":"child"' "$work/events")"

expect_status 0 mdcompose --profile many up -d many
eventually "no more processes than all may have" sh -c "'$MDCOMPOSE' logs many 2>&1 | grep -q 'Cannot fork'"
expect "not all were forked" "" "$(mdcompose logs many 2>&1 | grep 'forked all')"

expect_status 0 mdcompose --profile busy up -d busy
expect "a service may not have more than all" "" "$(echo "$output" | grep 'not enforced')"
if grep -q 'pressure is not reported' "$work/notes"; then
  expect "the note comes once" 1 "$(grep -c pressure "$work/notes")"
else
  eventually "pressure is told" grep -q '"action":"pressure".*"resource":"cpu"' "$work/events"
fi
kill $events
wait $events 2>/dev/null

limits 'cpus: 0.25, memory: 256m'
expect_status 2 mdcompose plan steady
expect "the plan" 'change stack limits
    x-mdcompose.limits.cpus: "0.5" -> "0.25"  (mdcompose.yaml:1:30)
    x-mdcompose.limits.memory: 134217728 -> 268435456  (mdcompose.yaml:1:44)
    x-mdcompose.limits.pids: 24 -> nothing  (mdcompose.yaml:1:23)
1 to change, 1 unchanged' "$output"
expect_status 0 mdcompose up -d
expect_status 0 mdcompose plan steady
expect "changed while it runs" 268435456 "$(limit memory memory.max; limit memory memory.limit_in_bytes)"
limits 'cpus: 0.25'
expect_status 0 mdcompose up -d
memory=$(limit memory memory.max; limit memory memory.limit_in_bytes)
limits ''
expect_status 0 mdcompose up -d
expect "one is taken away, or all" "$memory" "$(limit memory memory.max; limit memory memory.limit_in_bytes)"
case $(limit memory memory.max; limit memory memory.limit_in_bytes) in
  max | 9223372036854771712) ;;
  *) fail "limits are not taken away: $(limit memory memory.max; limit memory memory.limit_in_bytes)" ;;
esac
expect_status 0 mdcompose down
expect "no group is left" "" "$(find /sys/fs/cgroup -type d -path '*mdcompose/limits*')"

# Limits of which nobody has got into the group, since they came when all ran already.
limits ''
expect_status 0 mdcompose up -d
limits 'cpus: 0.25, memory: 256m'
expect_status 0 mdcompose up -d
expect_status 0 mdcompose down
expect "no group is left of late limits either" "" "$(find /sys/fs/cgroup -type d -path '*mdcompose/limits*')"
