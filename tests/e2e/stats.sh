#!/bin/bash
# What containers use, with limits and without.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stack stats <<'YAML'
services:
  free: {rootfs: /, network_mode: none, command: perl -e '$$x = "x" x 30_000_000; sleep 1000'}
  limited: {rootfs: /, network_mode: none, mem_limit: 100m, pids_limit: 50, command: sh -c 'sleep 1000 & while :; do :; done'}
  talks: {rootfs: /, command: sleep infinity}
  done: {rootfs: /, network_mode: none, command: "true"}
YAML
expect_status 0 mdcompose up -d
# FIELD SERVICE: of the last look
field() { echo "$output" | sed -n "/stats-$2-1/s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | tail -1; }
eventually "memory is taken" sh -c "'$MDCOMPOSE' stats --no-stream free | grep -qE ' [2-9][0-9][.0-9]*MiB / '"
status mdcompose stats --no-stream --format json
expect "of how much" "100MiB" "$(field MemUsage limited | sed 's,.* / ,,')"
expect "two processes" "2" "$(field PIDs limited)"
expect "and one" "1" "$(field PIDs free)"
case $(field CPUPerc limited) in [1-9]*) ;; *) fail "what runs in a circle uses CPU time: $(field CPUPerc limited)" ;; esac
expect "whoever sleeps does not" "0.00%" "$(field CPUPerc free)"
expect "those that run" "3" "$(echo "$output" | grep -c Name)"
expect "all" "4" "$(mdcompose stats --no-stream --all --format json | grep -c Name)"
expect "the one that is named" "stats-talks-1" "$(mdcompose stats --no-stream talks | awk 'NR == 2 {print $1}')"
expect_status 1 mdcompose stats --no-stream nobody
expect_status 0 mdcompose down --timeout 0
