#!/bin/bash
# Staying with a container: its output, input, signals, and its exit code.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# It blocks SIGTERM to read it; so does the shell's child for a moment before its execve.
takes_signals() {
  local program
  read -r -d '' program <"/proc/$1/cmdline"
  [ "$program" = "$MDCOMPOSE" ] && grep -q '^SigBlk:.*[4-7c-f][0-9a-f][0-9a-f][0-9a-f]$' "/proc/$1/status"
}

stack attach <<'YAML'
services:
  echo: {rootfs: /, network_mode: none, stdin_open: true, command: "sh -c 'echo before; while read line; do echo got $$line; [ $$line = end ] && exit 5; done'"}
  trap: {rootfs: /, network_mode: none, command: "sh -c 'trap \"echo stopped; exit 6\" TERM; echo ready; while :; do sleep 0.05; done'"}
  steady: {rootfs: /, network_mode: none, init: true, command: sleep infinity}
YAML
expect_status 0 mdcompose up -d
eventually "it speaks" sh -c "'$MDCOMPOSE' logs echo | grep -q before"
output=$(printf 'one\nend\n' | mdcompose attach echo)
expect "its exit code" 5 $?
expect "what it prints from now on" "got one
got end" "$output"
expect_status 1 mdcompose attach echo
expect_has "it does not run" "is not running" "$output"

eventually "it is ready" sh -c "'$MDCOMPOSE' logs trap | grep -q ready"
"$MDCOMPOSE" attach trap </dev/null >"$work/trap" & attached=$!
eventually "it takes signals" takes_signals $attached
kill -TERM $attached
wait $attached
expect "signals go to the container" 6 $?
expect "and it answers" "stopped" "$(cat "$work/trap")"

"$MDCOMPOSE" attach --sig-proxy=false --no-stdin steady & attached=$!
eventually "it takes signals" takes_signals $attached
kill -TERM $attached
expect_has "which it keeps" "Up" "$(mdcompose ps steady)"
mdcompose kill -s KILL steady >/dev/null 2>&1
wait $attached
expect "an end by others" 137 $?
expect_status 2 mdcompose attach
expect_status 0 mdcompose down
