#!/bin/bash
# What a disk does not let go of or does not take is told, and is the end of nobody: the supervisor goes on.
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

# What is not in the log is missed by nobody who only looks there.
stack broken <<'YAML'
services:
  web: {rootfs: /, network_mode: none, command: [perl, -e, 'print "$$_ ", "." x 1000, "\n" for 1..1000']}
YAML
expect_status 0 mdcompose create
log=${MDCOMPOSE_DATA_DIR:-/var/lib/mdcompose}/projects/broken/web-1/log
mkdir -p "$log" && mount -t tmpfs -o size=256k tmpfs "$log"
expect_status 0 mdcompose up
expect_has "that output is dropped" "warning: the log of container broken-web-1 cannot be written, output is dropped: No space left on device" "$output"
expect_has "how much" "bytes of this log could not be written" "$(mdcompose logs)"
expect_has "what there was room for" "web-1  | 1 ..." "$(mdcompose logs)"
umount "$log"
expect_status 0 mdcompose down
