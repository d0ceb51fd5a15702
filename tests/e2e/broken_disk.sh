#!/bin/bash
# What cannot be removed is told, and is the end of nobody: the supervisor goes on, and the next command does it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
stack broken <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, stop_grace_period: 1s}
  other: {rootfs: /, init: true, command: sleep infinity, stop_grace_period: 1s}
YAML
data=${MDCOMPOSE_DATA_DIR:-/var/lib/mdcompose}/projects/broken/web-1

for verb in down "rm -fs web"; do
  expect_status 0 mdcompose up -d
  mkdir "$data/upper/held" && mount -t tmpfs tmpfs "$data/upper/held"
  expect_status 1 timeout 30 "$MDCOMPOSE" $verb
  expect_has "why, by $verb" "resource busy" "$output"
  expect_has "of whom, by $verb" "container broken-web-1" "$output"
  # Nobody has to start a supervisor, or to wait for one.
  expect_status 0 timeout 30 "$MDCOMPOSE" up -d other
  expect "who runs" "broken-other-1" "$(mdcompose ps -q)"
  umount "$data/upper/held"
  expect_status 0 timeout 30 "$MDCOMPOSE" down
  expect "what is left" "" "$(ls -d "$data" 2>/dev/null)"
done
