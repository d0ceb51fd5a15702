#!/bin/bash
# A machine without a controller, or without control groups at all: services run, and what cannot hold is said once each.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
if [ "${1:-}" != inside ]; then
  unshare --mount --propagation private "$0" inside
  exit
fi

stack limited <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, mem_limit: 64m, pids_limit: 50}
YAML

# Of one tree only the whole can be taken away; of several, that of memory.
without_memory() {
  local controllers=/sys/fs/cgroup/cgroup.controllers
  [ -e $controllers ] && return 1
  while umount /sys/fs/cgroup/memory 2>/dev/null; do :; done
}
if without_memory; then
  expect_status 0 mdcompose up -d
  expect "one warning" 1 "$(grep -c 'memory limit is not enforced: this host has no usable memory controller' <<<"$output")"
  expect_has "it runs" "Up" "$(mdcompose ps)"
  expect_status 0 mdcompose down
fi

umount -R /sys/fs/cgroup
expect_status 0 mdcompose up -d
expect_has "memory" "memory limit is not enforced: this host has no usable memory controller" "$output"
expect_has "processes" "process limit is not enforced: this host has no usable pids controller" "$output"
expect_has "devices" "device access is not limited: this host has no usable devices controller" "$output"
expect_has "it runs" "Up" "$(mdcompose ps)"
expect_status 0 mdcompose exec -T web true
expect_status 0 mdcompose restart --timeout 1
expect_status 0 mdcompose down --timeout 1
