#!/bin/bash
# restart: true holds where the supervisor is killed between a dependency and who follows it, alone or with the command that
# it worked for: who is to start again does, once.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

starts() { mdcompose logs --no-log-prefix "$1" | grep -c begins; }
has_started() { [ "$(starts "$1")" = "$2" ]; }
generation_of() { sed -n 's/^ "generation": \([0-9]*\),$/\1/p' "/run/mdcompose/$1/instances/$2-1/state.json"; }
phase_of() { sed -n 's/^ "phase": "\([a-z]*\)",$/\1/p' "/run/mdcompose/$1/instances/$2-1/state.json"; }
is_running_as() { [ "$(generation_of "$1" "$2")" = "$3" ] && [ "$(phase_of "$1" "$2")" = running ]; }
# The command has no time to ask the next supervisor.
lose_both() {
  kill -STOP "$command"
  kill -9 "$(supervisor_of "$1")"
  kill -9 "$command"
  wait "$command" 2>/dev/null
}
lose_supervisor() {
  kill -9 "$(supervisor_of "$1")"
  wait "$command"
  expect "how the command ends (it said: $(cat "$work/said"))" 0 $?
}
begin() {
  "$MDCOMPOSE" "$@" >"$work/said" 2>&1 &
  command=$!
}
# settled SERVICE TIMES: also a while later, and after an up that has nothing to do
settled() {
  eventually "$1 starts again" has_started "$1" "$2"
  sleep 1.5
  expect_status 0 mdcompose up -d
  expect "how often $1 has started" "$2" "$(starts "$1")"
}

stack unfinished-update <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: "sh -c 'echo begins; exec sleep infinity'"}
services:
  db: {<<: *runs, labels: {x: "${LABEL}"}, deploy: {update_config: {monitor: 3s, order: "${ORDER}"}}}
  web: {<<: *runs, depends_on: {db: {condition: service_started, restart: true}}}
  api: {<<: *runs, depends_on: {web: {condition: service_started, restart: true}}}
  other: {<<: *runs, depends_on: [db]}
YAML
export LABEL=0 ORDER=stop-first
expect_status 0 mdcompose up -d
# updating LOSE TIMES COMMAND...: the supervisor is lost when the dependency has been made anew and has started so often
updating() {
  LABEL=$(($2 - 1))
  begin "${@:3}"
  eventually "the dependency is new" is_running_as unfinished-update db "$2"
  "$1" unfinished-update
}
updating lose_supervisor 2 up -d
settled web 2
settled api 2
updating lose_supervisor 3 up -d db
settled web 3
updating lose_both 4 up -d
settled web 4
settled api 4
updating lose_both 5 up -d --no-deps db
sleep 1.5
expect "who was to be left alone" 4 "$(starts web)"
LABEL=5 ORDER=start-first
begin up -d
eventually "the dependency has taken over" test -e /run/mdcompose/unfinished-update/instances/db-1b/state.json
lose_both unfinished-update
settled web 5
settled api 5
expect "who does not follow" 1 "$(starts other)"
expect_status 0 mdcompose down --timeout 1

stack unfinished-restart <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: "sh -c 'echo begins; exec sleep infinity'"}
services:
  slow: {<<: *runs, volumes: ["./state:/state"], healthcheck: {test: [CMD, test, -e, /state/ok], interval: 1s, retries: 99}, restart: always, labels: {x: "${LABEL}"}}
  web: {<<: *runs, depends_on: {slow: {condition: service_healthy, restart: true}}}
YAML
mkdir state
touch state/ok
LABEL=0
expect_status 0 mdcompose up -d
# restarting LOSE TIMES COMMAND...: the supervisor is lost when the dependency has started so often and is not ready yet
restarting() {
  rm state/ok
  begin "${@:3}"
  eventually "the dependency runs again" is_running_as unfinished-restart slow "$2"
  expect "who follows waits" "$(($2 - 1))" "$(starts web)"
  local lost
  lost=$(supervisor_of unfinished-restart)
  (while [ "$(supervisor_of unfinished-restart)" = "$lost" ]; do sleep 0.05; done; touch state/ok) &
  "$1" unfinished-restart
  settled web "$2"
  expect "how often the dependency has started" "$2" "$(generation_of unfinished-restart slow)"
}
restarting lose_both 2 restart slow
restarting lose_supervisor 3 restart slow
LABEL=1
restarting lose_both 4 up -d
LABEL=2
restarting lose_supervisor 5 up -d
mdcompose exec slow sh -c 'kill -9 2' >/dev/null 2>&1
eventually "it is back after a crash" is_running_as unfinished-restart slow 6
kill -9 "$(supervisor_of unfinished-restart)"
sleep 1.5
expect "a crash is no command" 5 "$(starts web)"
expect_status 0 mdcompose down --timeout 1

# A dependency that is on its way out is not started as it was before, to be replaced at once.
stack unfinished-stop <<'YAML'
services:
  db: {rootfs: /, command: "sh -c 'trap \"sleep 1; exit 0\" TERM; while :; do sleep 0.05; done'", labels: {x: "${LABEL}"}}
  web: {rootfs: /, init: true, command: "sh -c 'echo begins; exec sleep infinity'", depends_on: {db: {condition: service_started, restart: true}}}
YAML
is_stopping() { [ "$(phase_of unfinished-stop db)" = stopping ]; }
LABEL=0
expect_status 0 mdcompose up -d
LABEL=1
begin up -d
eventually "the dependency is told to end" is_stopping
lose_supervisor unfinished-stop
expect "it has started once again" 2 "$(generation_of unfinished-stop db)"
settled web 2
begin restart db
eventually "the dependency is told to end" is_stopping
lose_both unfinished-stop
settled web 3
expect "it has started once again" 3 "$(generation_of unfinished-stop db)"
expect_status 0 mdcompose down --timeout 1
