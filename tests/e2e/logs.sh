#!/bin/bash
# What containers print: every flag of `logs`, rotation, the drivers, and a log that needs no supervisor.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
stack logs <<'YAML'
services:
  both:
    rootfs: /
    init: true
    command: [sh, -c, 'echo to out; sleep 0.1; echo to err >&2; sleep 0.1; printf unfinished; exec sleep infinity']
  turns:
    rootfs: /
    init: true
    scale: 2
    command: [sh, -c, 'for i in 1 2 3 4 5; do echo turn $$i; sleep 0.05; done; exec sleep infinity']
    depends_on: [both]
YAML
plain() { mdcompose logs --no-log-prefix "$@" 2>&1; }
printed() { [ "$(plain turns | grep -c turn)" = 10 ] && plain both | grep -q err; }

expect_status 0 mdcompose up -d
eventually "all is printed" printed
expect "both of its streams on one, for grep" "to err to out" "$(mdcompose logs --no-log-prefix both 2>/dev/null | sort | xargs)"
expect "a line without its end is not shown yet" "" "$(plain both | grep unfinished)"
expect "a container's name in front" "both-1  | to out" "$(mdcompose logs both | grep out)"
expect "one of two" 5 "$(mdcompose logs --index 2 turns | grep -c '^turns-2  |')"
expect "no more than that one" 5 "$(mdcompose logs --index 2 turns | wc -l)"
expect_status 1 mdcompose logs --index 9 turns
expect_has "one that is not there" "there is no container 9" "$output"
expect "the last lines of each" "turn 4 turn 4 turn 5 turn 5" "$(plain -n 2 turns | sort | xargs)"
expect "none" "" "$(plain --tail 0)"
expect "one order over all services" "$(mdcompose logs -t 2>&1 | sed 's/^[^|]*| //' | cut -d' ' -f1 | sort)" \
  "$(mdcompose logs -t 2>&1 | sed 's/^[^|]*| //' | cut -d' ' -f1)"
expect "no colours" 0 "$(mdcompose --ansi always logs --no-color | grep -c $'\033')"
expect "colours" 12 "$(mdcompose --ansi always logs 2>&1 | grep -c $'\033')"

third=$(mdcompose logs -t --no-log-prefix --index 1 turns | sed -n 3p | cut -d' ' -f1)
expect "since" "turn 3 turn 4 turn 5" "$(plain --since "$third" --index 1 turns | xargs)"
expect "until" "turn 1 turn 2 turn 3" "$(plain --until "$third" --index 1 turns | xargs)"
expect "since and until" "turn 3" "$(plain --since "$third" --until "$third" --index 1 turns)"
expect "a time ago" 10 "$(plain --since 10m turns | wc -l)"
expect "a time ago that is too short" 0 "$(sleep 1; plain --since 10ms turns | wc -l)"
expect "follow up to a time" 10 "$(timeout 10 "$MDCOMPOSE" logs -f --no-log-prefix --until "$(date -u -d '+1 second' +%FT%T.%NZ)" turns | wc -l)"
expect "follow up to a time that is over" 3 "$(timeout 10 "$MDCOMPOSE" logs -f --no-log-prefix --until "$third" --index 1 turns | wc -l)"
expect_status 2 mdcompose logs --since yesterday
expect_status 1 mdcompose logs no-such-service

# Readable without a supervisor.
supervisor=$(supervisor_of logs)
keeper=$(pgrep -f '^mdc-keeper .*/logs ')
kill -STOP "$keeper" && kill -9 "$supervisor"
expect "lines without a supervisor" 10 "$(plain turns | wc -l)"
kill -CONT "$keeper"
expect_status 0 mdcompose stop
expect_has "the unfinished line, once its writer has ended" "unfinished" "$(plain both)"
expect "lines of a stack that is stopped" 10 "$(plain turns | wc -l)"
# Nothing runs: --follow ends.
expect "follow a stack that is stopped" 10 "$(timeout 10 "$MDCOMPOSE" logs -f --no-log-prefix turns | wc -l)"
expect_status 0 mdcompose down

# What waits in both streams is written down in the order in which it was printed.
stack in-order <<'YAML'
services:
  speaks:
    rootfs: /
    command: [sh, -c, 'until [ -e /told/go ]; do sleep 0.02; done; echo first >&2; echo second; touch /told/done; exec sleep infinity']
    volumes: ["./told:/told"]
YAML
mkdir told
expect_status 0 mdcompose up -d
supervisor=$(supervisor_of in-order)
kill -STOP "$supervisor"
touch told/go
eventually "it has spoken" test -e told/done
kill -CONT "$supervisor"
printed() { [ "$(plain | wc -l)" = 2 ]; }
eventually "both lines are kept" printed
expect "their order" "first second" "$(plain | xargs)"
expect_status 0 mdcompose down --timeout 0

# Restarts, a recreation and new containers are followed.
stack renewed <<'YAML'
services:
  web: {rootfs: /, init: true, command: sh -c 'echo begins $$WHO; exec sleep infinity', environment: {WHO: "${WHO:-one}"}}
YAML
expect_status 0 mdcompose up -d
timeout 60 "$MDCOMPOSE" logs -f --no-log-prefix >renewed & follower=$!
says() { [ "$(sort renewed | xargs)" = "$1" ]; }
eventually "the first" says "begins one"
expect_status 0 mdcompose restart --timeout 1
eventually "after a restart" says "begins one begins one"
expect_status 0 env WHO=two "$MDCOMPOSE" up -d
eventually "after a recreation" says "begins one begins one begins two"
expect_status 0 env WHO=two "$MDCOMPOSE" up -d --scale web=2
eventually "of a new one" says "begins one begins one begins two begins two"
expect_status 0 mdcompose down --timeout 1
wait $follower
expect "the end of the follower" 0 $?

# Rotation, followed over it.
stack rotation <<'YAML'
services:
  much:
    rootfs: /
    command: [sh, -c, 'sleep 0.3; seq 1 200000']
    logging: {driver: local, options: {max-size: 100k, max-file: "3"}}
YAML
expect_status 0 mdcompose up -d
timeout 60 "$MDCOMPOSE" logs -f --no-log-prefix much >followed
expect "the last line that is followed" 200000 "$(tail -n 1 followed)"
directory=/var/lib/mdcompose/projects/rotation/much-1/log
[ "$(ls $directory | wc -l)" -le 3 ] || fail "more than three files: $(ls $directory)"
[ "$(ls $directory | tail -n 1)" != 0000000001.log ] || fail "no rotation"
for file in "$directory"/*; do
  # A line that has begun in it ends in it.
  [ "$(stat -c %s "$file")" -le 102500 ] || fail "a file is larger than it may be: $(ls -l "$directory")"
done
expect "the last line" 200000 "$(plain -n 1 much)"
plain much >kept
expect "what is left is without a gap" "$(seq "$(head -n 1 kept)" 200000 | md5sum)" "$(md5sum <kept)"
expect_status 0 mdcompose down

# Drivers.
stack drivers <<'YAML'
services:
  none: {rootfs: /, command: echo kept nowhere, logging: {driver: none}}
  json: {rootfs: /, command: echo in a file, logging: {driver: json-file}}
  lossy:
    rootfs: /
    command: [sh, -c, 'seq 1 1000']
    logging: {driver: local, options: {mode: non-blocking, max-buffer-size: 4m}}
YAML
expect_status 0 mdcompose up -d
ended() { [ "$(mdcompose ps -q | wc -l)" = 0 ]; }
eventually "all have ended" ended
expect "none" "" "$(plain none)"
expect "json-file" "in a file" "$(plain json)"
expect "local, with a buffer" "$(seq 1 1000 | md5sum)" "$(plain lossy | md5sum)"
expect_status 0 mdcompose down

# A journal of our own; not where the machine has one.
if [ -e /run/systemd/journal/socket ]; then
  echo "SKIPPED: the driver journald, because this machine's journal is running" >&2
  exit 0
fi
stack no-journal <<'YAML'
services: {web: {rootfs: /, command: echo in files, logging: {driver: journald}}}
YAML
expect_status 0 mdcompose up -d
expect_has "what is missing" "warning: container no-journal-web-1: there is no journal at /run/systemd/journal/socket; its output is kept in files only" "$output"
eventually "it is in files" sh -c "'$MDCOMPOSE' logs web | grep -q 'in files'"
expect_status 0 mdcompose down
mkdir -p /run/systemd/journal
python3 - "$work/received" <<'PY' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('/run/systemd/journal/socket')
out = open(sys.argv[1], 'ab', buffering=0)
while True: out.write(s.recv(1 << 16) + b'--\n')
PY
journald=$!
eventually "a journal" test -S /run/systemd/journal/socket
stack journal <<'YAML'
services:
  journal: {rootfs: /, command: [sh, -c, 'echo in both; echo and this >&2'], logging: {driver: journald, options: {tag: "{{.Name}}"}}}
YAML
expect_status 0 mdcompose up -d
eventually "the journal has it" grep -q "MESSAGE=in both" "$work/received"
eventually "and standard error" grep -q "MESSAGE=and this" "$work/received"
eventually "logs as well" sh -c "[ \$('$MDCOMPOSE' logs journal 2>&1 | wc -l) = 2 ]"
expect "in logs" "and this in both" "$(plain journal | sort | xargs)"
expect_has "priority of standard error" "PRIORITY=3" "$(grep -a -B9 -A9 'MESSAGE=and this' "$work/received")"
expect_has "tag" "CONTAINER_TAG=journal-journal-1" "$(cat "$work/received")"
kill $journald
rm -f /run/systemd/journal/socket
expect_status 0 mdcompose down

# Where supervisor and keeper have been killed nobody writes down how a container ends.
stack orphaned <<'YAML'
services:
  waits: {rootfs: /, command: "sh -c 'echo begins; until [ -e /told/end ]; do sleep 0.05; done'", volumes: ["./told:/told"]}
YAML
mkdir told
expect_status 0 mdcompose up -d
timeout 60 "$MDCOMPOSE" logs -f --no-log-prefix >seen & follower=$!
eventually "it is followed" grep -q begins seen
keeper=$(pgrep -f '^mdc-keeper .*/orphaned ')
kill -STOP "$keeper"  # neither is to start the other again
kill -9 "$(supervisor_of orphaned)"
kill -9 "$keeper"
touch told/end
wait $follower
expect "the follower ends with it" 0 $?
expect "how it ended" "exited 255" "$(mdcompose ps -a --format '{{.State}} {{.ExitCode}}')"
expect_status 0 mdcompose down
