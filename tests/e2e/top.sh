#!/bin/bash
# The processes inside containers, as ps(1) names them on the host.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stack top <<'YAML'
services:
  two: {rootfs: /, network_mode: none, user: "65534", command: sh -c 'sleep 1000 & exec sleep 2000'}
  stranger: {rootfs: /, network_mode: none, user: "54321", command: sleep 3000}
  done: {rootfs: /, network_mode: none, command: "true"}
YAML
expect_status 0 mdcompose up -d
both_sleep() { [ "$(mdcompose top two | grep -c 'sleep [12]000')" = 2 ]; }
eventually "both processes" both_sleep
expect "who they are" "nobody nobody" "$(mdcompose top two | awk 'NR > 1 {print $3}' | paste -sd' ')"
eventually "a program has taken the place of ours" sh -c "'$MDCOMPOSE' top stranger | grep -q 'sleep 3000'"
expect "who has no name on the host" "54321" "$(mdcompose top stranger | awk 'NR > 1 {print $3}')"
pid=$(mdcompose top stranger | awk 'NR > 1 {print $4}')
expect "its number is the host's" "sleep 3000 " "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
expect "of all that run" "3" "$(mdcompose top | grep -c 'sleep [123]000')"
expect_status 1 mdcompose top nobody
expect_status 0 mdcompose down --timeout 0
