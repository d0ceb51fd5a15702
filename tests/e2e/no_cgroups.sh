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

  # Strict limits that change hold all together or not at all.
  stack whole <<'YAML'
x-mdcompose: {limits: {pids: 50}, strict_limits: true}
services:
  web: {rootfs: /, init: true, command: sleep infinity}
YAML
  pids() { cat /sys/fs/cgroup/pids/mdcompose/whole/pids.max /sys/fs/cgroup/unified/mdcompose/whole/pids.max 2>/dev/null; }
  expect_status 0 mdcompose up -d
  expect "a limit" 50 "$(pids)"
  sed -i 's/pids: 50/pids: 60, memory: 64m/' mdcompose.yaml
  expect_status 1 mdcompose up -d
  expect_has "what is missing" "stack whole: memory limit is not enforced" "$output"
  expect "the others are as they were" 50 "$(pids)"
  expect_status 0 mdcompose down
  cd "$work/limited" || exit 2
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

# Who says that limits are strict gets an error where the others get a warning.
stack strict <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, mem_limit: 64m, pids_limit: 50, x-mdcompose: {strict_limits: true}}
  lax: {rootfs: /, init: true, command: sleep infinity, mem_limit: 64m}
YAML
expect_status 1 mdcompose up -d
expect_has "memory" "container strict-web-1: memory limit is not enforced: this host has no usable memory controller" "$output"
expect_has "processes" "; process limit is not enforced: this host has no usable pids controller" "$output"
expect_has "others are warned" "container strict-lax-1: memory limit is not enforced" "$output"
expect "who is not limited does not run" "lax" "$(mdcompose ps --services --status running)"
expect_has "why" "memory limit is not enforced" "$(mdcompose why web)"
expect_status 0 mdcompose down --timeout 1

stack together <<'YAML'
x-mdcompose: {limits: {memory: 64m}, strict_limits: true}
services:
  web: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 1 mdcompose up -d
expect_has "of all" "stack together: memory limit is not enforced: this host has no usable memory controller" "$output"
expect_status 0 mdcompose down --timeout 1
