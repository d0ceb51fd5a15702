#!/bin/bash
# A whole stack on a machine with nothing but cgroup v2: its limits, and that nothing is left.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"

stack v2 <<'YAML'
services:
  steady:
    rootfs: /
    init: true
    network_mode: none
    command: sleep infinity
    mem_limit: 64m
    cpus: 0.5
    pids_limit: 20
    healthcheck: {test: [CMD, "true"], interval: 1s}
  hog:
    rootfs: /
    network_mode: none
    command: [perl, -e, "my @all; push @all, 'x' x (1 << 20) for 1 .. 200"]
    mem_limit: 32m
    depends_on: {steady: {condition: service_healthy}}
YAML
expect_status 0 mdcompose up -d
group=$(echo /sys/fs/cgroup/mdcompose/v2/steady-1.g*)
expect "memory.max" 67108864 "$(cat "$group/memory.max")"
expect "memory.swap.max" 67108864 "$(cat "$group/memory.swap.max")"
expect "cpu.max" "50000 100000" "$(cat "$group/cpu.max")"
expect "pids.max" 20 "$(cat "$group/pids.max")"
expect "its own cgroup" "0::/" "$(mdcompose exec -T steady cat /proc/self/cgroup)"
eventually "the hog is killed" sh -c "'$MDCOMPOSE' ps -a hog | grep -q 'Exited (137).*(out of memory)'"
expect_status 0 mdcompose pause steady
expect "frozen" "frozen 1" "$(grep frozen "$group/cgroup.events")"
expect_status 0 mdcompose unpause steady
expect_status 0 mdcompose down
[ ! -e /sys/fs/cgroup/mdcompose ] || fail "groups are left: $(find /sys/fs/cgroup/mdcompose -type d)"
expect "files that are left" "" "$(find /run/mdcompose /var/lib/mdcompose -mindepth 1 2>/dev/null)"
