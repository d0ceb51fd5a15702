#!/bin/bash
# Why a container is as it is: how it ended and by whom, what it waits for, what its probe and its last lines say.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

why() { mdcompose why "$@"; }
says() { why "$1" | grep -q "$2"; }
# field SERVICE EXPRESSION: of the JSON, as Perl sees it
field() { why --format json "$1" | perl -MJSON::PP -e "print eval q{decode_json(<STDIN>)->$2}"; }

stack why <<'YAML'
services:
  code: {rootfs: /, network_mode: none, command: "sh -c 'echo first; echo no licence; exit 3'"}
  polite: {rootfs: /, network_mode: none, command: "sh -c 'trap \"exit 0\" TERM; echo listening; while :; do sleep 0.05; done'"}
  crash: {rootfs: /, network_mode: none, init: true, command: "sh -c 'kill -SEGV $$$$'"}
  victim: {rootfs: /, network_mode: none, command: sleep infinity}
  hog:
    rootfs: /
    network_mode: none
    mem_limit: 32m
    command: [perl, -e, "my @all; push @all, 'x' x (1 << 20) for 1 .. 200"]
  missing: {rootfs: /, network_mode: none, command: no-such-program}
  steady: {rootfs: /, network_mode: none, init: true, command: sleep infinity}
  stubborn: {rootfs: /, network_mode: none, stop_grace_period: 100ms, command: "sh -c 'trap : TERM; while :; do sleep 1; done'"}
  sick:
    rootfs: /
    network_mode: none
    init: true
    command: sleep infinity
    healthcheck: {test: "echo the database is gone; exit 7", interval: 1s, retries: 1}
  waiting:
    rootfs: /
    network_mode: none
    command: "true"
    depends_on: {slow: {condition: service_healthy}}
  slow:
    rootfs: /
    network_mode: none
    init: true
    command: sleep infinity
    healthcheck: {test: "exit 1", interval: 1s, start_period: 600s}
YAML
mdcompose up -d >/dev/null 2>&1 &
up=$!
eventually "its own code" says code "ended by itself with code 3"
expect_has "its last lines" "no licence" "$(why code)"
expect "code in JSON" 3 "$(field code "{exit}{code}")"
expect "by in JSON" itself "$(field code "{exit}{by}")"
expect "last line in JSON" "no licence" "$(field code "{last_lines}[-1]")"
eventually "a signal inside" says crash "ended by itself with code 139, as after SIGSEGV"
eventually "it runs" grep -q '"phase": "running"' /run/mdcompose/why/instances/victim-1/state.json
kill -9 "$(perl -MJSON::PP -0ne 'print decode_json($_)->{pid}' /run/mdcompose/why/instances/victim-1/state.json)"
eventually "a signal from outside" says victim "killed by SIGKILL, which none of our commands has sent"
eventually "the limit" says hog "used more memory than its limit of 32 MiB"
expect "out of memory in JSON" 33554432 "$(field hog "{exit}{memory_limit}")"
eventually "what cannot start" says missing "container why-missing-1: run no-such-program: executable file not found in PATH$"
eventually "what the probe has said" says sick "its last health probe failed with code 7: the database is gone"
eventually "what it waits for" says waiting "it waits for why-slow-1 to be healthy, since "
expect "what it waits for, in JSON" "why-slow-1 to be healthy" "$(field waiting "{waits_for}[0]")"
expect_status 1 mdcompose why nobody
expect_status 2 mdcompose why

expect_status 0 mdcompose stop steady stubborn
expect_has "who stopped it" "was stopped by a command, and ended by SIGTERM" "$(why steady)"
expect_has "who did not listen" "was stopped by a command, and was killed, at once or because it did not" "$(why stubborn)"
expect_status 0 mdcompose start steady
expect_has "what came before" "before, it was stopped by a command" "$(why steady)"
expect_status 0 mdcompose kill -s USR1 steady
eventually "which signal a command sent" says steady "killed by SIGUSR1, which a command had sent"
eventually "it listens" says polite "listening"
expect_status 0 mdcompose kill -s TERM polite
eventually "what it has ended after" says polite "it ended with success after a command had sent SIGTERM"

kill $up 2>/dev/null
wait $up
expect_status 0 mdcompose down
expect_status 1 mdcompose why code
expect_has "nothing is there" "nothing was started" "$output"
