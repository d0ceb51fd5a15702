#!/bin/bash
# Events: first what is, then everything that happens, as text and as JSON, from the past, across supervisors.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# actions FILE SERVICE: what has happened to it, in order
actions() {
  perl -MJSON::PP -ne '$e = decode_json($_); push @a, $e->{action} if $e->{service} eq "'"$2"'"; END { print "@a" }' "$1"
}
happened() { [ "$(actions "$1" "$2")" = "$3" ]; }

stack events <<'YAML'
services:
  web:
    rootfs: /
    network_mode: none
    init: true
    command: sleep infinity
    healthcheck: {test: [CMD, "true"], interval: 60s}
  job: {rootfs: /, network_mode: none, command: "sh -c 'sleep 0.2; exit 4'"}
YAML
begin=$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)
expect_status 0 mdcompose up -d --wait web
mdcompose events --json >"$work/now" 2>"$work/stderr" &
events=$!
eventually "what is" happened "$work/now" web state
expect_status 0 mdcompose pause web
expect_status 0 mdcompose unpause web
expect_status 0 mdcompose up -d job
eventually "the end of a job" happened "$work/now" job "create start die"
expect_status 0 mdcompose restart web
eventually "a restart" happened "$work/now" web "state pause unpause die start health_status: healthy"

keeper_child() { supervisor_of events; }
kill -9 $(keeper_child)
eventually "the command ends with its supervisor, or goes on" sh -c "'$MDCOMPOSE' ps -q web | grep -q web"
expect_status 0 mdcompose stop web
past=$(mdcompose events --json --since "$begin" --until 0s)
expect_status 2 mdcompose events --since yesterday
expect_has "what is wrong" "mdcompose: --since wants a time such as" "$output"
echo "$past" >"$work/past"
expect "the past of web" "create start health_status: healthy pause unpause die start health_status: healthy die" \
  "$(actions "$work/past" web)"
expect_has "by whom" '"by":"command"' "$(tail -1 "$work/past")"
expect_has "as text" "container die events-job-1 (exitCode=4)" "$(mdcompose events --since "$begin" --until 0s job)"
expect "only what was asked for" "" "$(mdcompose events --since "$begin" --until 0s job | grep web)"
kill $events 2>/dev/null
wait $events 2>/dev/null

mdcompose events --json >"$work/end" 2>&1 &
events=$!
eventually "it listens" happened "$work/end" web state
expect_status 0 mdcompose down
wait $events
expect "the end of the command that listened" 0 $?
expect "until the end" "state destroy" "$(actions "$work/end" web)"

# Supervisors are killed one after the other while things happen: whoever listens hears of everything, once.
stack untold <<'YAML'
services:
  turns: {rootfs: /, network_mode: none, command: "true", restart: always, deploy: {restart_policy: {delay: 50ms}}}
YAML
begin=$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)
expect_status 0 mdcompose up -d
mdcompose events --json --since "$begin" >"$work/heard" 2>&1 &
events=$!
eventually "it listens" test -s "$work/heard"
for i in 1 2 3; do
  sleep 0.5
  kill -9 "$(supervisor_of untold)"
done
sleep 1
expect_status 0 mdcompose stop
last=$(mdcompose events --json --since "$begin" --until 0s | tail -1)
eventually "it hears of the last" grep -qF "$last" "$work/heard"
kill $events
wait $events 2>/dev/null
mdcompose events --json --since "$begin" --until 0s >"$work/written"
expect "what was heard is what is written down" "$(md5sum <"$work/written")" "$(md5sum <"$work/heard")"
expect_status 0 mdcompose down
