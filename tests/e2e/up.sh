#!/bin/bash
# The options of up, one by one.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

pid_of() { sed -n 's/^ "pid": \([0-9]*\),$/\1/p' "/run/mdcompose/$1/instances/$2/state.json"; }
running() { mdcompose ps -q | tr '\n' ' '; }

stack deps <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, depends_on: [db], volumes: [/kept]}
  db: {rootfs: /, init: true, command: sleep infinity, labels: {x: "${LABEL:-1}"}}
  other: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 0 mdcompose up -d --no-deps web
expect_status 0 mdcompose up -d --no-deps --build --pull never --quiet-pull --yes web
expect "--no-deps" "deps-web-1 " "$(running)"
expect_status 0 mdcompose up -d web
expect "what it depends on" "deps-db-1 deps-web-1 " "$(running)"
web=$(pid_of deps web-1) db=$(pid_of deps db-1)
mdcompose exec -T web touch /kept/file

expect_status 0 mdcompose up -d --force-recreate web
[ "$(pid_of deps web-1)" != "$web" ] || fail "--force-recreate web has not recreated web"
expect "--force-recreate web leaves db alone" "$db" "$(pid_of deps db-1)"
expect_status 0 mdcompose exec -T web test -e /kept/file

expect_status 0 mdcompose up -d --always-recreate-deps web
[ "$(pid_of deps db-1)" != "$db" ] || fail "--always-recreate-deps has not recreated db"
db=$(pid_of deps db-1)
expect_status 0 env LABEL=2 "$MDCOMPOSE" up -d --no-recreate
expect "--no-recreate" "$db" "$(pid_of deps db-1)"
expect "up without names" "deps-db-1 deps-other-1 deps-web-1 " "$(running)"

expect_status 0 mdcompose up -d -V web
expect_status 1 mdcompose exec -T web test -e /kept/file
expect_status 0 mdcompose up -d --scale other=3 --scale db=0
expect "--scale" "deps-other-1 deps-other-2 deps-other-3 deps-web-1 " "$(running)"
expect_status 0 mdcompose scale other=1 db=1
expect "scale" "deps-db-1 deps-other-1 deps-web-1 " "$(running)"
expect_status 1 mdcompose up -d --scale nobody=2
expect_has "a service that is not there" "no such service: nobody" "$output"
expect_status 1 mdcompose up -d wbe
expect_has "a service that is not there" 'no such service: wbe; did you mean "web"?' "$output"

sed -i '/^  other/d' mdcompose.yaml
expect_status 0 mdcompose up -d
expect_has "orphans" "found orphan containers (deps-other-1)" "$output"
for command in "up -d" "down"; do
  expect_status 0 env COMPOSE_IGNORE_ORPHANS=true "$MDCOMPOSE" $command
  expect "nothing is said of orphans" "" "$(grep -i orphan <<<"$output")"
done
expect "down leaves orphans" "deps-other-1 " "$(running)"
expect_status 2 env COMPOSE_IGNORE_ORPHANS=1 "$MDCOMPOSE" up -d --remove-orphans
echo COMPOSE_REMOVE_ORPHANS=True >.env
expect_status 0 mdcompose up -d --remove-orphans=false
expect "the option counts more" "deps-db-1 deps-other-1 deps-web-1 " "$(running)"
expect_status 0 mdcompose down
expect "down removes them" "" "$(running)"
rm .env
sed 's/^  web/  other: {rootfs: \/, init: true, command: sleep infinity}\n&/' mdcompose.yaml >with-other.yaml
expect_status 0 mdcompose -f with-other.yaml up -d other
expect_status 0 mdcompose up -d --remove-orphans
expect "--remove-orphans" "deps-db-1 deps-web-1 " "$(running)"
expect_status 0 mdcompose down db
expect "down of a service takes its dependants" "" "$(mdcompose ps -aq)"
expect_status 0 mdcompose down

stack no-start <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 0 mdcompose up --no-start
expect_has "--no-start" "Created" "$(mdcompose ps -a)"
expect_status 0 mdcompose start --wait
expect_has "start" "Up" "$(mdcompose ps)"
expect_status 2 mdcompose up --no-start --wait
expect_status 0 mdcompose down
# Also what runs and has changed, or is not wanted any longer, is only made anew, or gone, when the command has ended.
expect_status 0 mdcompose up -d --scale web=2
sed -i 's/sleep infinity/sleep 1000000/' mdcompose.yaml
expect_status 0 mdcompose up --no-start
expect_has "--no-start" "Created" "$(mdcompose ps -a web)"
expect "--no-start" "no-start-web-1" "$(mdcompose ps -aq)"
expect_status 0 mdcompose plan --no-start
expect_status 0 mdcompose up -d
expect "up" "no-start-web-1 " "$(running)"
expect_status 0 mdcompose down
# What a service depends on is started with it.
cat >>mdcompose.yaml <<'YAML'
  needs: {rootfs: /, init: true, command: sleep infinity, depends_on: {job: {condition: service_completed_successfully}, web: {condition: service_started}}}
  job: {rootfs: /, command: "sh -c 'echo ran'"}
YAML
expect_status 0 mdcompose create
expect_status 0 mdcompose start --dry-run needs
expect_has "a dry run" "3 to start" "$output"
expect_status 0 mdcompose start needs
expect "start" "no-start-needs-1 no-start-web-1 " "$(running)"
expect_status 0 mdcompose stop
expect_status 0 mdcompose start needs
expect "start" "no-start-needs-1 no-start-web-1 " "$(running)"
expect_status 0 mdcompose stop
expect_status 0 mdcompose start
expect "a job that is done is not run again" 1 "$(mdcompose logs job | grep -c ran)"
expect_status 0 mdcompose start job
expect "but where it is named" 2 "$(mdcompose logs job | grep -c ran)"
expect_status 0 mdcompose down
expect_status 0 mdcompose create
expect_has "create" "Created" "$(mdcompose ps -a)"
expect_has "what it would run" '"sleep infinity"' "$(mdcompose ps -a needs)"
expect_status 0 mdcompose down

stack wait <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, healthcheck: {test: ["CMD", "${TEST:-true}"], interval: 300ms, retries: 1}, depends_on: {job: {condition: service_completed_successfully}}}
  job: {rootfs: /, command: "true"}
YAML
expect_status 0 mdcompose up --wait
expect_has "--wait" "(healthy)" "$(mdcompose ps)"
expect_status 1 env TEST=false "$MDCOMPOSE" up --wait
expect_has "--wait" "is unhealthy" "$output"
sed -i 's/300ms/60s/' mdcompose.yaml
before=$SECONDS
expect_status 1 env TEST=false "$MDCOMPOSE" up --wait --wait-timeout 1
[ $((SECONDS - before)) -lt 6 ] || fail "--wait-timeout 1 took $((SECONDS - before)) s"
expect_has "what was missing" "the stack was not up within the time allowed: container wait-web-1 is not healthy, its last probe failed with code 1" "$output"
expect_has "why" "its last health probe failed with code 1" "$(mdcompose why web)"
expect_status 0 mdcompose up --wait --wait-timeout 0
expect_status 0 mdcompose down

stack abort <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity}
  ok: {rootfs: /, command: sh -c 'sleep 0.3; exit 0', depends_on: {job: {condition: service_completed_successfully}}}
  bad: {rootfs: /, command: sh -c 'sleep 1; exit 7', profiles: [bad]}
  job: {rootfs: /, command: "true"}
YAML
expect_status 0 mdcompose up --abort-on-container-exit
expect_has "who ended" "aborting: container abort-ok-1 exited (0)" "$output"
expect "everything is stopped" "" "$(running)"
expect_status 7 mdcompose --profile bad up --abort-on-container-failure
expect_has "who failed" "aborting: container abort-bad-1 exited (7)" "$output"
expect_status 143 mdcompose up --exit-code-from web
expect_status 1 mdcompose up --exit-code-from nobody
expect_status 0 mdcompose --profile '*' down

# A foreground up holds what it was asked for and what it has started for that; it ends when the former has ended.
stack up-hold <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: sleep infinity}
services:
  before: *runs
  named: {<<: *runs, depends_on: [before, along, shared]}
  along: *runs
  shared: *runs
  other: {<<: *runs, depends_on: [shared]}
  test: {rootfs: /, command: sh -c 'sleep 0.2; exit 3', depends_on: [along]}
YAML
are_up() { [ "$(running)" = "$1" ]; }
expect_status 0 mdcompose up -d before
"$MDCOMPOSE" up named >"$work/hold.log" 2>&1 &
command=$!
eventually "it is up" are_up "up-hold-along-1 up-hold-before-1 up-hold-named-1 up-hold-shared-1 "
expect_status 0 mdcompose up -d other
kill -INT $command
wait $command
expect "the end of the foreground" 130 $?
expect "what others want stays" "up-hold-before-1 up-hold-other-1 up-hold-shared-1 " "$(running)"
expect_status 0 mdcompose up test
expect "what it has started goes with it" "up-hold-before-1 up-hold-other-1 up-hold-shared-1 " "$(running)"
expect_status 0 mdcompose down --timeout 1

# What has not been built stays so where that is asked for.
stack up-unbuilt <<'YAML'
services:
  built: {rootfs: {build: {packages: [never-built]}}, command: "true"}
  other: {rootfs: /, init: true, command: sleep infinity}
YAML
for command in "up -d" create; do
  # shellcheck disable=SC2086
  expect_status 1 mdcompose $command --no-build
  expect_has "$command --no-build" "mdcompose.yaml:2:19: services.built.rootfs: it has not been built" "$output"
done
expect "nothing was made" "" "$(mdcompose ps -aq)"
expect_status 0 mdcompose up -d --no-build --quiet-build --menu=false other
expect_status 2 mdcompose up -d --build --no-build
expect_status 0 mdcompose down --timeout 1

# Who has forgotten to enable a profile is told.
stack up-nobody <<'YAML'
services:
  tool: {rootfs: /, command: "true", profiles: [tools]}
YAML
for command in "up -d" up create "up --dry-run" plan; do
  # shellcheck disable=SC2086
  expect_status 1 mdcompose $command
  expect_has "$command without a service" "no service selected: all belong to profiles that are not active" "$output"
done
expect_status 0 mdcompose --profile tools up -d
expect_status 0 mdcompose down

stack up-attach <<'YAML'
services:
  web: {rootfs: /, command: sh -c 'sleep 0.2; echo from web', depends_on: [db]}
  db: {rootfs: /, command: sh -c 'sleep 0.2; echo from db'}
  quiet: {rootfs: /, command: sh -c 'sleep 0.2; echo from quiet', attach: false}
YAML
lines() { mdcompose up "$@" 2>/dev/null | sed -n 's/.*from \([a-z]*\)$/\1/p' | sort | tr '\n' ' '; }
expect "output of all" "db web " "$(lines)"
expect "output of the services named" "web " "$(lines web)"
expect "--attach-dependencies" "db web " "$(lines --attach-dependencies web)"
expect "--attach" "quiet " "$(lines --attach quiet)"
expect "--no-attach" "web " "$(lines --no-attach db)"
expect_status 1 mdcompose up --attach wbe
expect_has "--attach" 'no such service: wbe; did you mean "web"?' "$output"
expect_status 1 mdcompose up --no-attach wbe
expect_status 1 mdcompose up db --attach web
expect_has "--attach" "--attach web: this up does not bring up service web" "$output"
expect "--no-log-prefix" "from web" "$(mdcompose up --no-log-prefix --attach web 2>/dev/null | grep '^from')"
mdcompose up --timestamps --attach web 2>/dev/null | grep -Eq '^web-1 +\| [0-9-]{10}T[0-9:.]+Z from web$' || fail "--timestamps"
expect_status 0 mdcompose down

stack timeout <<'YAML'
services:
  web: {rootfs: /, command: "sh -c 'trap : TERM; while :; do sleep 0.05; done'", environment: {A: "${A:-1}"}}
YAML
expect_status 0 mdcompose up -d
before=$SECONDS
expect_status 0 env A=2 "$MDCOMPOSE" up -d --timeout 1
[ $((SECONDS - before)) -lt 6 ] || fail "--timeout 1 took $((SECONDS - before)) s"
expect_status 0 mdcompose down --timeout 0

for conflict in "--force-recreate --no-recreate" "-V --no-recreate" "--always-recreate-deps --no-recreate" \
  "--abort-on-container-exit --abort-on-container-failure" "-d --abort-on-container-exit" "-d --attach web" \
  "--wait --abort-on-container-failure" "--attach web --attach-dependencies" "-d --exit-code-from web" "--wait-timeout -1"; do
  # shellcheck disable=SC2086
  expect_status 2 mdcompose up $conflict
done
[ ! -e /run/mdcompose/timeout ] || fail "a command line that contradicts itself has started something"

# A container has the same ID as long as it is the same, whatever happens to it, and another one when it is made anew.
stack identity <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, labels: {x: "${LABEL:-1}"}}
  other: {rootfs: /, init: true, command: sleep infinity}
YAML
id_of() { mdcompose ps -a --format '{{.ID}}' "$1"; }
expect_status 0 mdcompose up -d
web=$(id_of web) other=$(id_of other)
expect "what it looks like" "$web" "$(grep -x '[0-9a-f]\{12\}' <<<"$web")"
[ "$web" != "$other" ] || fail "two containers have one ID"
expect "as JSON" "$web" "$(mdcompose ps --format json web | sed 's/.*"ID":"\([^"]*\)".*/\1/')"
for same in "up -d" "restart -t 1" "stop -t 1" "start" "kill" "start"; do
  expect_status 0 mdcompose $same
  expect "after $same" "$web" "$(id_of web)"
done
kill -9 "$(supervisor_of identity)"
expect_status 0 mdcompose up -d
expect "after the death of its supervisor" "$web" "$(id_of web)"
seen=$web
for anew in "up -d --force-recreate web" "rm -sf web" "down -t 1"; do
  expect_status 0 mdcompose $anew
  expect_status 0 mdcompose up -d
  case $seen in *$(id_of web)*) fail "it has an ID of before after $anew" ;; esac
  seen="$seen $(id_of web)"
done
expect_status 0 env LABEL=2 "$MDCOMPOSE" up -d
case $seen in *$(id_of web)*) fail "it has an ID of before where its definition has changed" ;; esac
expect "of the one that nobody touched" 1 "$(mdcompose events --json --since 1m --until 0s other | grep -c "$(id_of other).*create\|create.*$(id_of other)")"
expect "what has become of the one before" "destroy create start" "$(mdcompose events --json --since 1m --until 0s web |
  grep -o '"action":"[a-z]*"' | cut -d'"' -f4 | tail -3 | xargs)"
web=$(id_of web)
stack identity-guest <<YAML
services: {guest: {rootfs: /, init: true, command: sleep infinity, network_mode: "container:$web"}}
YAML
expect_status 0 mdcompose up -d
expect "its network" "$(mdcompose -p identity exec -T web readlink /proc/self/ns/net)" "$(mdcompose exec -T guest readlink /proc/self/ns/net)"
expect_status 0 mdcompose down -t 1
