#!/bin/bash
# Dependencies that hold while the stack runs: conditions, crashes, shared namespaces, a killed supervisor.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

starts() { mdcompose logs --no-log-prefix "$1" | grep -c begins; }
has_started() { [ "$(starts "$1")" -ge "$2" ]; }
says() { mdcompose ps -a "$1" | grep -q "$2"; }
lose_supervisor() {
  kill -9 "$(supervisor_of "$1")"
  eventually "there is another supervisor" supervisor_of "$1"
}
crash() { mdcompose exec "$1" sh -c 'kill -9 2' >/dev/null 2>&1; }

stack conditions <<'YAML'
services:
  line:
    rootfs: /
    init: true
    command: sh -c 'sleep 0.3; date +%s%N >/log/line; echo accepting connections; exec sleep infinity'
    volumes: ["./log:/log"]
  job: {rootfs: /, command: "sh -c 'sleep 0.3; date +%s%N >/log/job; exit 3'", volumes: ["./log:/log"]}
  optional: {rootfs: /, command: "sh -c 'exit 1'"}
  web:
    rootfs: /
    init: true
    command: sh -c 'date +%s%N >/log/web; exec sleep infinity'
    volumes: ["./log:/log"]
    depends_on: {optional: {condition: service_completed_successfully, required: false}}
    x-mdcompose:
      depends_on:
        line: {log: "^accepting"}
        job: {condition: service_completed}
YAML
expect_status 0 mdcompose up -d
eventually "it has started" test -s log/web
[ "$(cat log/line)" -lt "$(cat log/web)" ] && [ "$(cat log/job)" -lt "$(cat log/web)" ] || fail "wrong order of start"
expect_has "the optional one is a warning" "optional service \"optional\" didn't complete successfully: exit 1" "$output"
expect_status 0 mdcompose down --timeout 1

# What it has said counts as long as it lives, also when the line is gone from its log and another supervisor asks.
stack said <<'YAML'
services:
  db:
    rootfs: /
    init: true
    command: sh -c 'echo accepting connections; until [ -e /state/talk ]; do sleep 0.05; done; seq 1 20000; exec sleep infinity'
    volumes: ["./state:/state"]
    logging: {driver: local, options: {max-size: 20k, max-file: "2"}}
  web:
    rootfs: /
    init: true
    command: sh -c 'echo begins; exec sleep infinity'
    restart: always
    x-mdcompose: {depends_on: {db: {log: "^accepting"}}}
YAML
mkdir state
expect_status 0 mdcompose up -d
touch state/talk
is_gone() { [ "$(mdcompose logs --no-log-prefix -n 1 db)" = 20000 ] && ! mdcompose logs db | grep -q accepting; }
eventually "the line is gone" is_gone
lose_supervisor said
crash web
eventually "who waited for it starts again" has_started web 2
expect_status 0 mdcompose down --timeout 1

# Nobody waits for one that is paused: it goes on when somebody says so.
stack paused <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: "sh -c 'echo begins; exec sleep infinity'"}
services:
  db: *runs
  web: {<<: *runs, depends_on: [db], restart: always}
YAML
expect_status 0 mdcompose up -d db
expect_status 0 mdcompose pause db
expect_status 1 mdcompose up -d web
expect_has "why not" "container paused-db-1 is paused; mdcompose unpause db lets it go on" "$output"
expect_status 0 mdcompose unpause db
expect_status 0 mdcompose up -d web
expect_status 0 mdcompose pause db
crash web
eventually "who starts by a policy waits" says web Restarting
expect_status 0 mdcompose unpause db
eventually "and goes on with it" has_started web 2
expect_status 0 mdcompose down --timeout 1

# Who was started without what it depends on does not wait for it later.
stack alone <<'YAML'
services:
  db: {rootfs: /, init: true, command: sleep infinity, healthcheck: {test: [CMD, "false"], interval: 10s}}
  web:
    rootfs: /
    init: true
    command: sh -c 'echo begins; exec sleep infinity'
    restart: always
    depends_on: {db: {condition: service_healthy}}
YAML
expect_status 0 mdcompose up -d db
expect_status 0 mdcompose up -d --no-deps web
lose_supervisor alone
crash web
eventually "it starts again by itself" has_started web 2
expect_status 0 mdcompose down --timeout 1

stack crashes <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: "sh -c 'echo begins; exec sleep infinity'"}
services:
  db: {<<: *runs, restart: always}
  follows: {<<: *runs, depends_on: [db], x-mdcompose: {on_dependency: restart}}
  ends: {<<: *runs, depends_on: [db], x-mdcompose: {on_dependency: stop}}
  stays: {<<: *runs, depends_on: {db: {condition: service_started, restart: true}}}
YAML
expect_status 0 mdcompose up -d
crash db
eventually "the database is back" has_started db 2
eventually "who follows it as well" has_started follows 2
eventually "who ends with it has ended" says ends Exited
expect_has "why" "was stopped because a dependency has ended" "$(cat /run/mdcompose/crashes/instances/ends-1/state.json)"
expect "who stays was not touched" 1 "$(starts stays)"
expect_status 0 mdcompose restart db
eventually "a command takes who says so along" has_started stays 2
expect "and nobody else" 2 "$(starts follows)"
sed -i 's/^  db: {/  db: {environment: ["A=$\{A:-\}"], /' mdcompose.yaml
expect_status 0 mdcompose up -d db
expect "who says so starts again with a new one, whoever is named" 3 "$(starts stays)"
expect_status 0 env A=1 "$MDCOMPOSE" up -d --no-deps db
expect "not where nobody else is to be touched" 3 "$(starts stays)"
follows=$(starts follows)

# A database that crashes while no supervisor lives.
supervisor=$(supervisor_of crashes)
kill -STOP "$supervisor"
crash db
kill -9 "$supervisor"
eventually "who follows it starts again" has_started follows $((follows + 1))
expect_status 0 mdcompose down

# After a crash of its own a service waits until what it depends on has recovered.
stack patience <<'YAML'
services:
  db:
    rootfs: /
    init: true
    command: sh -c 'exec sleep infinity'
    volumes: ["./state:/state"]
    healthcheck: {test: [CMD, test, "!", -e, /state/sick], interval: 200ms, retries: 1}
  web:
    rootfs: /
    init: true
    command: sh -c 'echo begins; exec sleep infinity'
    restart: always
    depends_on: {db: {condition: service_healthy}}
YAML
mkdir state
expect_status 0 mdcompose up -d
touch state/sick
eventually "the database is unhealthy" says db unhealthy
crash web
eventually "it waits" says web Restarting
sleep 1
expect "starts while the database is unhealthy" 1 "$(starts web)"
rm state/sick
eventually "it starts again" has_started web 2
# Who ran beside it can be restarted beside it: a restart is no reason for it to be down.
touch state/sick
eventually "the database is unhealthy again" says db unhealthy
expect_status 0 mdcompose restart --timeout 1 web
expect_has "with a warning" "container ${PWD##*/}-web-1 starts all the same: dependency failed to start: container ${PWD##*/}-db-1 is unhealthy" "$output"
expect "it runs" 3 "$(starts web)"
expect_status 0 mdcompose down

# Certificates are made by a service that is healthy when they are there, and ends when all are up: its end is no failure of theirs.
stack setup <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: "sh -c 'echo begins; exec sleep infinity'"}
services:
  setup:
    rootfs: /
    command: sh -c 'touch /state/certificates; until [ -e /state/over ]; do sleep 0.05; done'
    volumes: ["./state:/state"]
    healthcheck: {test: [CMD, test, -e, /state/certificates], interval: 200ms}
  node: {<<: *runs, restart: always, depends_on: {setup: {condition: service_healthy}}}
  late: {<<: *runs, profiles: [late], depends_on: {setup: {condition: service_healthy}}}
YAML
mkdir state
expect_status 0 mdcompose up -d
touch state/over
eventually "what makes the certificates has ended" says setup "Exited (0)"
crash node
eventually "who needs them starts again after a crash" has_started node 2
expect_status 0 mdcompose restart node
expect "and by a command" 3 "$(starts node)"
kill -9 "$(supervisor_of setup)"
crash node
eventually "and with another supervisor" has_started node 4
sed -i 's/test, -e, .state.certificates/"false"/' mdcompose.yaml
status mdcompose up -d late
expect_has "for the first time it is a failure" "dependency failed to start: container setup-setup-1 exited (0)" "$output"
expect_status 0 mdcompose down

stack namespaces <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: "sh -c 'echo begins; exec sleep infinity'"}
services:
  vpn: {<<: *runs, restart: always}
  guest: {<<: *runs, network_mode: "service:vpn"}
  server: {rootfs: /, command: busybox httpd -f -p 8000 -h /etc, network_mode: "service:vpn"}
  client: {<<: *runs}
  main: {<<: *runs, restart: always}
  pid: {<<: *runs, pid: "service:main"}
  ipc: {<<: *runs, ipc: "service:main"}
YAML
expect_status 0 mdcompose up -d
network_of() { mdcompose exec "$1" readlink /proc/self/ns/net; }
address_of() { mdcompose exec "$1" ip -4 -o address show eth0 | grep -o '10\.[0-9.]*/'; }
reaches() { mdcompose exec client curl -sS --max-time 2 -o /dev/null http://vpn:8000/hostname; }
before=$(network_of vpn)
address=$(address_of vpn)
expect "one network" "$before" "$(network_of guest)"
reaches || fail "the guest's server is not reached by its host's name"
crash vpn
eventually "the owner of the network is back" has_started vpn 2
expect "the same network" "$before" "$(network_of vpn)"
expect "the same address" "$address" "$(address_of vpn)"
expect "for its guest as well" "$before" "$(network_of guest)"
expect "which has not noticed" 1 "$(starts guest)"
reaches || fail "the guest's server is not reached after its host has crashed"
mdcompose exec guest busybox nslookup client >/dev/null 2>&1 || fail "the guest resolves no names after its host has crashed"
kill -9 "$(supervisor_of namespaces)"
eventually "the next supervisor knows the network" reaches
crash vpn
eventually "the owner is back again" has_started vpn 3
expect "still the same network" "$before" "$(network_of vpn)"
crash main
eventually "the owner of the namespaces is back" has_started main 2
eventually "who lives in its pid namespace" has_started pid 2
eventually "who lives in its ipc namespace" has_started ipc 2
eventually "together" mdcompose exec pid true
mdcompose exec main sh -c 'echo in memory >/dev/shm/shared'
eventually "who lives in its ipc namespace is there again" mdcompose exec ipc true
expect "one shared memory" "in memory" "$(mdcompose exec ipc cat /dev/shm/shared)"
expect "which is nobody else's" "" "$(mdcompose exec client ls /dev/shm)"
expect "one pid namespace" "$(mdcompose exec main readlink /proc/self/ns/pid)" "$(mdcompose exec pid readlink /proc/self/ns/pid)"

# Stopped by a command, the owner takes along who lives in its pid namespace, also across the death of a supervisor.
pids=$(starts pid) ipcs=$(starts ipc)
expect_status 0 mdcompose stop main
is_told() { mdcompose why "$1" | grep -q "it waits for $2, since"; }
eventually "who lives in it waits" is_told pid "namespaces-main-1 to run"
expect_status 1 mdcompose up -d --no-deps pid
expect_has "nobody starts without the namespace" "container namespaces-main-1, whose namespace it shares, is not running" "$output"
mdcompose exec ipc true || fail "who lives in the other namespace has ended"
expect_status 0 mdcompose start main pid
eventually "it starts with its owner" has_started pid $((pids + 1))
eventually "the other one as well" has_started ipc $((ipcs + 1))
expect_status 0 mdcompose stop main
eventually "it waits again" is_told pid "namespaces-main-1 to run"
kill -9 "$(supervisor_of namespaces)"
eventually "also in the next supervisor" is_told pid "namespaces-main-1 to run"
expect_status 0 mdcompose start main
eventually "which starts it with its owner" mdcompose exec pid true
expect_status 0 mdcompose down

# The owner of a namespace may end between the readiness of who shares it and the joining: that one waits for the next life.
stack between <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: "sh -c 'echo begins; exec sleep infinity'"}
x-again: &again {restart_policy: {condition: any, delay: 2s}}
x-step: &step [{command: "sh -c 'touch /state/step; while [ -e /state/step ]; do sleep 0.02; done'"}]
services:
  main: {<<: *runs, deploy: *again}
  ipc: {<<: *runs, ipc: "service:main", pre_start: *step, volumes: ["./ipc:/state"]}
  network: {<<: *runs, network_mode: "service:main", pre_start: *step, volumes: ["./network:/state"]}
YAML
mkdir ipc network
"$MDCOMPOSE" up -d >"$work/between.log" 2>&1 &
command=$!
for guest in ipc network; do eventually "the step of $guest runs" test -e $guest/step; done
crash main
eventually "the owner has ended" says main Restarting
rm ipc/step network/step
wait $command
expect "the end of up (it said: $(cat "$work/between.log"))" 0 $?
for guest in ipc network; do expect "$guest has started once" 1 "$(starts $guest)"; done
expect "with the owner's next life" 2 "$(starts main)"
expect_status 0 mdcompose down

# Who lives in a network comes along when its owner was removed and is made again.
stack removed <<'YAML'
x-runs: &runs {rootfs: /, init: true, command: sleep infinity}
services:
  owner: *runs
  guest: {<<: *runs, network_mode: "service:owner"}
YAML
network_of() { mdcompose exec -T "$1" readlink /proc/self/ns/net; }
is_shared() { [ -n "$(network_of owner)" ] && [ "$(network_of owner)" = "$(network_of guest)" ]; }
has_address() { mdcompose exec -T "$1" grep -q eth0 /proc/net/dev; }
expect_status 0 mdcompose up -d
for i in 1 2; do
  expect_status 0 mdcompose rm --stop --force owner
  expect_status 0 mdcompose up -d
  eventually "they share a network" is_shared
  eventually "it has an address" has_address guest
done
expect_status 0 mdcompose down --timeout 1

# Who has given up because a dependency had failed for good is back when that one is started again, unless somebody has
# stopped it.
stack given-up <<'YAML'
x-runs: &runs {rootfs: /, init: true, volumes: ["./state:/state"], healthcheck: {test: [CMD, "true"], interval: 1s}}
x-simple: &simple {<<: *runs, command: "sh -c 'echo begins; exec sleep infinity'", restart: always}
services:
  db: {<<: *runs, command: "sh -c '[ -e /state/ok ] || exit 5; echo begins; exec sleep infinity'"}
  web: {<<: *simple, depends_on: {db: {condition: service_healthy}}}
  api: {<<: *simple, depends_on: {web: {condition: service_healthy}}}
  stopped: {<<: *simple, depends_on: {db: {condition: service_healthy}}}
YAML
mkdir state
touch state/ok
expect_status 0 mdcompose up -d --wait
fail_for_good() {
  crash db
  eventually "it has failed for good" says db Exited
  for service in "$@"; do
    crash "$service"
    eventually "$service gives up" says "$service" Exited
  done
}
fail_for_good web api stopped
expect_has "why" "dependency failed to start: container given-up-db-1 exited (137)" "$(mdcompose why web)"
expect_status 0 mdcompose stop stopped
rm state/ok
expect_status 1 timeout 30 "$MDCOMPOSE" start --wait db
eventually "it has given up again" says web Exited
expect_status 1 timeout 30 "$MDCOMPOSE" up -d --wait
expect_has "why" "exited (5)" "$output"
touch state/ok
expect_status 0 mdcompose start --wait db
expect "who was asked for by the up that failed is left as it was" 1 "$(starts web)"
expect_status 0 mdcompose up -d --wait web api
webs=2 apis=2 dbs=$(starts db)
for start in "start db" "up -d db" "restart db"; do
  fail_for_good web api
  expect_status 0 mdcompose $start
  eventually "web is back after $start" has_started web $((++webs))
  eventually "and who depends on it" has_started api $((++apis))
  eventually "all are well" is_health api healthy
done
expect "who was stopped stays so" 1 "$(starts stopped)"
expect_status 0 mdcompose down --timeout 1

# up --wait comes to an end where who has run already gives up meanwhile.
stack gives-up <<'YAML'
services:
  db: {rootfs: /, command: "sh -c 'sleep 1; exit 4'", healthcheck: {test: [CMD, "true"], interval: 1s}}
  web:
    rootfs: /
    command: sh -c 'sleep 2; exit 1'
    restart: always
    healthcheck: {test: [CMD, "false"], interval: 60s}
    depends_on: {db: {condition: service_healthy}}
YAML
expect_status 1 timeout 30 "$MDCOMPOSE" up -d --wait
expect_has "why" "exited (4)" "$output"
expect_status 0 mdcompose down --timeout 1
