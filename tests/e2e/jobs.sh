#!/bin/bash
# Jobs: run once, at intervals, at their times, and made up for where they were missed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

lines() { [ -f "$1" ] && wc -l <"$1" || echo 0; }
has_lines() { [ "$(lines "$1")" -ge "$2" ]; }
state_of() { echo "/run/mdcompose/$1/instances/$2-1/state.json"; }
has_ended() { grep -q '"phase": "exited"' "$(state_of "$1" "$2")"; }

stack once <<'YAML'
x-job: &job {rootfs: /, volumes: ["./log:/log"]}
services:
  once: {<<: *job, command: "sh -c 'echo ran >>/log/once'", x-mdcompose: {oneshot: once}}
  fails: {<<: *job, command: "sh -c 'echo ran >>/log/fails; exit 3'", x-mdcompose: {oneshot: once}}
  allowed: {<<: *job, command: "sh -c 'echo ran >>/log/allowed; exit 3'", x-mdcompose: {oneshot: once, success_exit_codes: [3]}}
  plain: {<<: *job, command: "sh -c 'echo ran >>/log/plain'"}
  needed: {<<: *job, command: "sh -c 'echo ran >>/log/needed'"}
  always: {<<: *job, command: "sh -c 'echo ran >>/log/always'", x-mdcompose: {oneshot: always}}
  web:
    rootfs: /
    init: true
    command: sleep infinity
    depends_on: {needed: {condition: service_completed_successfully}, always: {condition: service_completed_successfully}}
YAML
for i in 1 2 3; do
  expect_status 0 mdcompose up -d
  for service in once fails allowed plain needed always; do
    eventually "$service has ended" has_ended once $service
  done
done
expect "a job that is done" 1 "$(lines log/once)"
expect "a job that failed" 3 "$(lines log/fails)"
expect "a job that is done by its own words" 1 "$(lines log/allowed)"
expect "one that never said to be a job" 3 "$(lines log/plain)"
expect "a job by what depends on it" 1 "$(lines log/needed)"
expect "a job that says otherwise" 3 "$(lines log/always)"
expect_status 0 mdcompose up -d --force-recreate once
eventually "it runs again when it is made anew" has_lines log/once 2
eventually "once has ended" has_ended once once
expect_status 0 mdcompose stop
expect_status 0 mdcompose up -d
expect "a job that was done when everything was stopped" "2 1" "$(lines log/once) $(lines log/needed)"
expect_status 0 mdcompose down --timeout 1

stack interval <<'YAML'
services:
  job: {rootfs: /, command: "sh -c 'echo ran; exit 1'", x-mdcompose: {schedule: 1s}}
  web: {rootfs: /, init: true, command: sleep infinity, depends_on: [job]}
YAML
runs() { mdcompose logs --no-log-prefix job | grep -c ran; }
has_run() { [ "$(runs)" -ge "$1" ]; }
before=$(date +%s)
expect_status 0 mdcompose up -d --wait
expect_has "who depends on it does not wait for its time" Up "$(mdcompose ps web)"
expect_has "what it waits for" "next run in" "$(mdcompose ps -a job)"
eventually "it runs, and runs again after a failure" has_run 3
[ $(($(date +%s) - before)) -ge 2 ] || fail "three runs at intervals of a second took less than two"
expect_status 0 mdcompose stop job
before=$(runs)
sleep 2.5
expect "runs while it is stopped" "$before" "$(runs)"
expect_status 0 mdcompose start job
eventually "it runs again" has_run $((before + 1))
kill -9 "$(supervisor_of interval)"
before=$(runs)
eventually "and goes on with the next supervisor" has_run $((before + 2))
expect_status 0 mdcompose down

# A long way off; while no supervisor lives the record comes to say that the time has come and gone.
stack missed <<'YAML'
services:
  makes_up: {rootfs: /, command: "sh -c 'echo ran >>/log/makes_up'", volumes: ["./log:/log"], x-mdcompose: {schedule: "0 0 1 1 *"}}
  skips: {rootfs: /, command: "sh -c 'echo ran >>/log/skips'", volumes: ["./log:/log"], x-mdcompose: {schedule: {cron: "@yearly", missed: skip}}}
YAML
expect_status 0 mdcompose up -d
expect_has "it waits" "next run in" "$(mdcompose ps -a makes_up)"
expect_status 0 mdcompose up -d
expect_has "how up finds it" "missed-makes_up-1  Scheduled" "$output"
expect "nothing has run" 0 "$(lines log/makes_up)"
supervisor=$(supervisor_of missed)
kill -STOP "$supervisor"
for service in makes_up skips; do
  sed -i -E 's/"next_run_ns": [0-9]+/"next_run_ns": 1000000000/' "$(state_of missed $service)"
done
kill -9 "$supervisor"
eventually "what was missed is made up for" has_lines log/makes_up 1
waits() { mdcompose ps -a "$1" | grep -q 'next run in'; }
eventually "it waits for the next time" waits makes_up
expect_has "what may be missed waits" "next run in" "$(mdcompose ps -a skips)"
expect "made up for once" 1 "$(lines log/makes_up)"
expect "what may be missed" 0 "$(lines log/skips)"
expect_status 0 mdcompose down

stack jobs-wrong <<'YAML'
services: {job: {rootfs: /, command: "true", x-mdcompose: {schedule: "61 * * * *"}}}
YAML
expect_status 2 mdcompose create
expect_has "the reason" '"61" is no minute' "$output"
expect_has "the place" "mdcompose.yaml:1:" "$output"

# A run that fails is tried again as `restart:` says, every run as often as the first; one that succeeds is done until its next time.
stack retried <<'YAML'
services:
  fails: {rootfs: /, command: sh -c 'echo ran >>/log/fails; exit 1', volumes: ["./log:/log"], restart: on-failure:1, x-mdcompose: {schedule: 2s}}
  done: {rootfs: /, command: sh -c 'echo ran >>/log/done', volumes: ["./log:/log"], restart: always, x-mdcompose: {schedule: 1h}}
  once: {rootfs: /, command: sh -c 'echo ran >>/log/once', volumes: ["./log:/log"], restart: always, x-mdcompose: {oneshot: once}}
YAML
expect_status 0 mdcompose up -d
eventually "each run of two is tried twice" has_lines log/fails 4
expect "one that is never tried again" 1 "$(lines log/once)"
[ "$(lines log/done)" -le 1 ] || fail "a job that succeeds was run again at once"
expect_status 0 mdcompose down

# A time of day is the machine's, wherever the shell lives from which the supervisor was started.
stack zones <<'YAML'
services: {job: {rootfs: /, command: "true", x-mdcompose: {schedule: "0 0 1 1 *"}}}
YAML
expect_status 0 env TZ=XYZ-5:30 "$MDCOMPOSE" up -d
due=$(grep -o '"next_run_ns": [0-9]*' "$(state_of zones job)" | grep -o '[0-9]*$')
expect "the new year" "$(env -u TZ date -d "$(($(env -u TZ date +%Y) + 1))-01-01" +%s)000000000" "$due"
expect_status 0 mdcompose down
