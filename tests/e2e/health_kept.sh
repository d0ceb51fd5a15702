#!/bin/bash
# The command of a health check is kept ready by a small process inside: it says the same as one that is started anew for
# every probe, and nobody has to know of it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

said() { cat "/run/mdcompose/kept/instances/$1-1/state.json"; }
# The process that keeps the command of SERVICE.
helper_of() {
  local pid
  for pid in $(pgrep -f '^mdc-repeat '); do grep -q "/kept/$1-1\.g" "/proc/$pid/cgroup" && echo "$pid"; done
}
is_kept() { [ "$(helper_of "$1" | wc -l)" = 1 ]; }
is_not_kept() { [ -z "$(helper_of "$1")" ]; }
probes_of() { mdcompose exec "$1" sh -c 'wc -l </tmp/probes'; }
# At least three more probes of SERVICE.
probed_on() { [ "$(probes_of "$1")" -ge $((probes + 3)) ]; }
goes_on() {
  probes=$(probes_of "$1")
  eventually "probes of $1 go on" probed_on "$1"
}
inside() { mdcompose exec -T "$@" || fail "$*"; }

stack kept <<'YAML'
x-server: &server {rootfs: /, init: true, command: sleep infinity}
x-often: &often {interval: 100ms, timeout: 500ms, retries: 2}
services:
  plain:
    <<: *server
    environment: {SIDE: inside}
    user: "65534"
    working_dir: /tmp
    stop_grace_period: 1s
    healthcheck:
      <<: *often
      test: 'echo probe >>probes; [ -e sick ] && { echo "$$SIDE $$(id -u) $$(pwd)"; exit 3; }; [ -e hangs ] && sleep 4713; [ -e leaves ] && { sleep 4714 & }; [ -e loud ] && yes | head -c 200000; true'
  few: {<<: *server, pids_limit: 50, healthcheck: {<<: *often, test: "echo probe >>/tmp/probes"}}
  young: {<<: *server, healthcheck: {<<: *often, start_period: 60s, start_interval: 100ms, test: "echo probe >>/tmp/probes; false"}}
  host: {<<: *server, init: false, pid: host, healthcheck: {<<: *often, test: "echo probe >>/tmp/probes"}}
  looks: {<<: *server, healthcheck: {<<: *often, test: [CMD, pgrep, -f, "sleep 4715"]}}
  killed: {<<: *server, healthcheck: {<<: *often, test: "echo probe >>/tmp/probes; [ -e /tmp/suicide ] && { kill -9 $$PPID; sleep 4717; }; true"}}
YAML
expect_status 0 mdcompose up -d
for service in plain host killed; do
  eventually "$service is healthy" is_health $service healthy
  eventually "the command of $service is kept" is_kept $service
done
first=$(helper_of plain)
goes_on plain
expect "it is the same one for all probes" "$first" "$(helper_of plain)"
for service in few young; do
  goes_on $service
  is_not_kept $service || fail "the command of $service is kept, though there is a limit or it is starting"
done

# What it says counts as ever.
inside plain touch /tmp/sick
eventually "a failed probe counts" is_health plain unhealthy
expect_has "in its own world" "inside 65534 /tmp" "$(said plain)"
expect_has "its exit code" '"exit_code": 3' "$(said plain)"
inside plain rm /tmp/sick
eventually "and one that succeeds" is_health plain healthy
inside plain touch /tmp/loud
goes_on plain
expect "more than a pipe holds" healthy "$(health_of plain)"
inside plain rm /tmp/loud
expect "always the same one" "$first" "$(helper_of plain)"

# Timeouts end the whole probe.
inside plain touch /tmp/hangs
eventually "one that hangs fails" is_health plain unhealthy
expect_has "what is said of it" "Health check exceeded timeout (0.5s)" "$(said plain)"
mdcompose pause plain
nobody_hangs() { ! pgrep -f 'sleep 4713' >/dev/null; }
eventually "nothing of it is left" nobody_hangs
mdcompose unpause plain
groups_of() { find /sys/fs/cgroup -type d -path "*/kept/$1-1.g*/run.*" | wc -l; }
[ "$(groups_of plain)" -le 1 ] || fail "$(groups_of plain) groups of probes that exceeded their time are left"
inside plain rm /tmp/hangs
eventually "it recovers" is_health plain healthy
eventually "the command is kept once more" is_kept plain

# A successor keeps its own; that of a dead supervisor ends.
first=$(helper_of plain)
kill -9 "$(supervisor_of kept)"
is_another() { is_kept plain && [ "$(helper_of plain)" != "$first" ]; }
eventually "the next supervisor has its own" is_another
goes_on plain

# What a check leaves behind goes on; it is started anew for every probe from then on.
inside plain touch /tmp/leaves
eventually "its command is not kept" is_not_kept plain
inside plain rm /tmp/leaves
goes_on plain
is_not_kept plain || fail "the command of a check that leaves processes is kept"
pgrep -f 'sleep 4714' >/dev/null || fail "what it has left is dead"
expect "health after all" healthy "$(health_of plain)"

# A check that looks for a process by its command line does not find itself.
inside -d looks sleep 4715
eventually "it finds who is there" is_health looks healthy
eventually "and its command is kept" is_kept looks
inside looks pkill -f "sleep 4715"
eventually "it does not find itself" is_health looks unhealthy
is_kept looks || fail "its command is not kept any more"

# Whoever kills it inside does not change what is true.
first=$(helper_of killed)
kill -9 "$first"
goes_on killed
expect "health of the one whose helper was killed" healthy "$(health_of killed)"
is_kept killed || fail "a container that lets it work has no other one"
expect_has "no probe has failed" '"failed_probes": 0' "$(cat /run/mdcompose/kept/instances/killed-1/state.json)"
inside killed touch /tmp/suicide
eventually "a probe that kills it fails" is_health killed unhealthy
inside killed rm /tmp/suicide
nobody_goes_on() { ! pgrep -f 'sleep 4717' >/dev/null; }
eventually "and does not go on" nobody_goes_on
eventually "and those after it do not" is_health killed healthy

expect_status 0 mdcompose stop host
is_not_kept host || fail "it outlives its container"
expect_status 0 mdcompose down
for service in plain host killed; do is_not_kept $service || fail "the helper of $service is left"; done
