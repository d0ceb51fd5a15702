#!/bin/bash
# Health checks: commands and native probes, what they cost, what follows from them.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

stack native <<'YAML'
x-server: &server
  rootfs: /
  init: true
  healthcheck: {interval: 60s}
services:
  tcp:
    <<: *server
    command: busybox httpd -f -p 5432 -h /srv
    tmpfs: /srv
    x-mdcompose: {probe: {tcp: 5432}}
  web:
    <<: *server
    command: busybox httpd -f -p 127.0.0.1:8000 -h /srv
    tmpfs: /srv
    x-mdcompose: {probe: {http: {port: 8000, path: /none, status: 404}}}
  file:
    <<: *server
    command: sh -c 'sleep 0.3; ln -s /proc/1/root/tmp/there /tmp/ready; touch /tmp/there; exec sleep infinity'
    x-mdcompose: {probe: {file: /tmp/there}}
  line:
    <<: *server
    command: sh -c 'echo starting; sleep 0.3; echo "ready to accept connections"; exec sleep infinity'
    x-mdcompose: {probe: {log: "ready .*connections"}}
  notify:
    <<: *server
    command:
      - perl
      - -MIO::Socket::UNIX
      - -e
      - 'IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => $$ENV{NOTIFY_SOCKET})->send("STATUS=up\nREADY=1"); sleep'
    x-mdcompose: {probe: {notify: true}}
  unix:
    <<: *server
    command:
      - perl
      - -MIO::Socket::UNIX
      - -e
      - 'our @socket = IO::Socket::UNIX->new(Local => "/run/app.sock", Listen => 1); sleep'
    x-mdcompose: {probe: {unix: /run/app.sock}}
YAML
before=$(milliseconds)
expect_status 0 mdcompose up -d --wait
took=$(($(milliseconds) - before))
[ $took -lt 20000 ] || fail "native probes with an interval of a minute took $took ms"
for service in tcp web file line notify unix; do expect "health of $service" healthy "$(health_of $service)"; done

# A new incarnation starts from nothing: the line of the old one does not count.
mdcompose exec line sh -c 'kill -9 2' >/dev/null 2>&1
expect_status 0 mdcompose restart line notify
eventually "healthy again" is_health line healthy
eventually "ready again" is_health notify healthy
expect_status 0 mdcompose down

stack not-ready <<'YAML'
x-fast: &fast {interval: 100ms, retries: 2}
services:
  tcp: {rootfs: /, init: true, command: sleep infinity, healthcheck: *fast, x-mdcompose: {probe: {tcp: 5432}}}
  web: {rootfs: /, init: true, command: busybox httpd -f -p 8000 -h /tmp, healthcheck: *fast, x-mdcompose: {probe: {http: ":8000/none"}}}
  file: {rootfs: /, init: true, command: sleep infinity, healthcheck: *fast, x-mdcompose: {probe: {file: /tmp/ready}}}
  line: {rootfs: /, init: true, command: sleep infinity, healthcheck: *fast, x-mdcompose: {probe: {log: ready}}}
  unix: {rootfs: /, init: true, command: sleep infinity, healthcheck: *fast, x-mdcompose: {probe: {unix: /run/app.sock}}}
  notify: {rootfs: /, init: true, command: sleep infinity, healthcheck: *fast, x-mdcompose: {probe: {notify: true}}}
YAML
expect_status 1 mdcompose up -d --wait
for service in tcp web file line unix notify; do eventually "$service is unhealthy" is_health $service unhealthy; done
probes() { cat "/run/mdcompose/not-ready/instances/$1-1/state.json"; }
expect_has "why tcp" "connect to 127.0.0.1:5432: Connection refused" "$(probes tcp)"
expect_has "why web" "GET /none: HTTP/1.1 404 Not Found" "$(probes web)"
expect_has "why file" "open /tmp/ready: No such file or directory" "$(probes file)"
expect_has "why unix" "open /run/app.sock: No such file or directory" "$(probes unix)"
expect_has "why line" "no line of output matches" "$(probes line)"
expect_has "why notify" "READY=1 has not come" "$(probes notify)"
expect_status 0 mdcompose down --timeout 1

# Whatever a server does with the connection; the supervisor is not held up, and keeps nothing of it.
stack servers <<'YAML'
x-server: &server
  rootfs: /
  init: true
  healthcheck: {interval: 100ms, timeout: 300ms, retries: 2}
services:
  six:
    <<: *server
    command: [perl, "-MSocket=:all", -e, 'socket(S, PF_INET6, SOCK_STREAM, 0); bind(S, pack_sockaddr_in6(8000, inet_pton(AF_INET6, "::1"))); listen(S, 5); sleep']
    x-mdcompose: {probe: {tcp: 8000}}
  silent:
    <<: *server
    command: [perl, -MIO::Socket::IP, -e, 'our $$s = IO::Socket::IP->new(LocalPort => 8000, Listen => 500); sleep']
    x-mdcompose: {probe: {http: ":8000/"}}
  strange:
    <<: *server
    command: [perl, -MIO::Socket::IP, -e, 'my $$s = IO::Socket::IP->new(LocalPort => 8000, Listen => 5); while (my $$c = $$s->accept) { print $$c "hello\r\n"; close $$c }']
    x-mdcompose: {probe: {http: ":8000/"}}
  slow:
    <<: *server
    command: [perl, -MIO::Socket::IP, -e, '$$SIG{PIPE} = "IGNORE"; my $$s = IO::Socket::IP->new(LocalPort => 8000, Listen => 5); while (my $$c = $$s->accept) { <$$c>; for (split //, "HTTP/1.1 204 No Content\r\n\r\n") { syswrite $$c, $$_; select undef, undef, undef, 0.002 } }']
    x-mdcompose: {probe: {http: ":8000/"}}
YAML
expect_status 0 mdcompose up -d
for service in six slow; do eventually "$service is healthy" is_health $service healthy; done
for service in silent strange; do eventually "$service is unhealthy" is_health $service unhealthy; done
probes() { cat "/run/mdcompose/servers/instances/$1-1/state.json"; }
expect_has "what is said of silence" "Health check exceeded timeout (0.3s)" "$(probes silent)"
expect_has "what is said of another protocol" "GET /: the answer is not HTTP" "$(probes strange)"
open_files() { ls "/proc/$(supervisor_of servers)/fd" | wc -l; }
before=$(open_files)
sleep 2
[ "$(open_files)" -le $((before + 3)) ] || fail "the supervisor had $before descriptors and has $(open_files)"
expect_status 0 mdcompose down --timeout 0

# A server that listens on one address only is found, whatever kind it is of and whoever has it: the container, the one
# whose network it shares, or the host.
ip addr add 198.51.100.78/32 dev lo 2>/dev/null
trap 'ip addr del 198.51.100.78/32 dev lo 2>/dev/null; finish' EXIT
stack own-address <<'YAML'
x-server: &server
  rootfs: /
  init: true
  healthcheck: {interval: 1s}
x-listen:
  - &four 'my $$a = @ARGV ? $$ARGV[0] : (split " ", `ip -o -4 addr show dev eth0`)[3]; $$a =~ s|/.*||; socket(S, PF_INET, SOCK_STREAM, 0); bind(S, pack_sockaddr_in(8078, inet_pton(AF_INET, $$a))) or die $$!; listen(S, 5); sleep'
  - &six '(my $$a = (split " ", `ip -o -6 addr show dev eth0 scope global`)[3]) =~ s|/.*||; socket(S, PF_INET6, SOCK_STREAM, 0); bind(S, pack_sockaddr_in6(8079, inet_pton(AF_INET6, $$a))) or die $$!; listen(S, 5); sleep'
services:
  four: {<<: *server, command: [perl, "-MSocket=:all", -e, *four], networks: [both], x-mdcompose: {probe: {tcp: 8078}}}
  six: {<<: *server, command: [perl, "-MSocket=:all", -e, *six], networks: [both], x-mdcompose: {probe: {tcp: 8079}}}
  guest: {<<: *server, command: [perl, "-MSocket=:all", -e, *four], network_mode: "service:six", x-mdcompose: {probe: {tcp: 8078}}}
  host: {<<: *server, command: [perl, "-MSocket=:all", -e, *four, 198.51.100.78], network_mode: host, x-mdcompose: {probe: {tcp: 8078}}}
networks:
  both: {enable_ipv6: true, ipam: {config: [{subnet: "fd00:78::/64"}]}}
YAML
expect_status 0 mdcompose up -d --wait
for service in four six guest host; do expect "health of $service" healthy "$(health_of $service)"; done
expect_status 0 mdcompose down --timeout 0

stack whole-probe <<'YAML'
services:
  slow:
    rootfs: /
    init: true
    command: sleep infinity
    healthcheck: {test: "yes | head -c 200000; sleep 4711 & sleep 4711", interval: 200ms, timeout: 300ms, retries: 2}
    x-mdcompose: {eager_probes: false}
  eager:
    rootfs: /
    init: true
    command: sh -c 'sleep 0.5; touch /tmp/ready; exec sleep infinity'
    healthcheck: {test: [CMD, test, -e, /tmp/ready], interval: 60s}
YAML
expect_status 1 mdcompose up -d --wait
eventually "the slow one is unhealthy" is_health slow unhealthy
expect_has "what it said" "Health check exceeded timeout (0.3s): y" "$(cat /run/mdcompose/whole-probe/instances/slow-1/state.json)"
expect "health of the eager one" healthy "$(health_of eager)"
mdcompose pause slow
nobody_probes() { ! pgrep -f 'sleep 4711' >/dev/null; }
eventually "the whole probe is dead" nobody_probes
sleep 0.7
nobody_probes || fail "a paused container is probed"
mdcompose unpause slow
eventually "probes go on" pgrep -f 'sleep 4711'
expect_status 0 mdcompose down

# The successor of a killed supervisor goes on counting failures.
stack streak <<'YAML'
services:
  failing:
    rootfs: /
    init: true
    command: sleep infinity
    healthcheck: {test: "echo probe >>/tmp/probes; exit 1", interval: 500ms, retries: 5}
    x-mdcompose: {eager_probes: false}
YAML
expect_status 0 mdcompose up -d
failed_probes() { sed -n 's/.*"failed_probes": \([0-9]*\).*/\1/p' /run/mdcompose/streak/instances/failing-1/state.json; }
has_failed() { [ "$(failed_probes)" -ge "$1" ]; }
for times in 2 4; do
  eventually "it has failed $times times" has_failed $times
  kill -9 "$(supervisor_of streak)"
done
eventually "it is unhealthy" is_health failing unhealthy
probes=$(mdcompose exec failing sh -c 'wc -l </tmp/probes')
[ "$probes" -le 7 ] || fail "unhealthy after $probes failures, not after 5"
expect_status 0 mdcompose down

# Entered anew for each, a container needs one group for all its probes, as long as each leaves it empty.
stack one-group <<'YAML'
# The limit forbids a process that is kept for them.
x-server: &server {rootfs: /, init: true, command: sleep infinity, pids_limit: 100}
services:
  tidy:
    <<: *server
    healthcheck: {test: "cat /proc/self/cgroup >>/tmp/groups", interval: 100ms}
  untidy:
    <<: *server
    healthcheck: {test: "sleep 1 & cat /proc/self/cgroup >>/tmp/groups", interval: 100ms}
  piles:
    <<: *server
    healthcheck: {test: "sleep 300 & echo probe >>/tmp/probes", interval: 50ms}
  once:
    <<: *server
    healthcheck: {test: "[ -e /tmp/once ] || { touch /tmp/once; sleep 4712 & }", interval: 100ms}
YAML
expect_status 0 mdcompose up -d --wait
groups_of() { mdcompose exec "$1" grep -o 'run\.[0-9.]*' /tmp/groups; }
probed() { [ "$(groups_of "$1" | wc -l)" -ge "$2" ]; }
different() { groups_of "$1" | sort -u | wc -l; }
eventually "it is probed again and again" probed tidy 4
expect "groups of probes that leave nothing behind" 1 "$(different tidy)"
eventually "the other one as well" probed untidy 4
[ "$(different untidy)" -ge 4 ] || fail "a group with processes inside is used again"
groups_left() { find /sys/fs/cgroup -type d -path "*/one-group/$1-1.g*/run.*" | wc -l; }
eventually "it is probed often" probed untidy 30
[ "$(groups_left untidy)" -le 20 ] || fail "$(groups_left untidy) groups are left, though those inside have ended"
# What goes on keeps no descriptors of the supervisor's.
probed_piles() { [ "$(mdcompose exec piles sh -c 'wc -l </tmp/probes')" -ge "$1" ]; }
files_of() { ls "/proc/$(supervisor_of one-group)/fd" | wc -l; }
eventually "one leaves processes for good" probed_piles 25
before=$(files_of)
eventually "and more of them" probed_piles 60
[ "$(files_of)" -le $((before + 8)) ] || fail "the supervisor had $before descriptors and has $(files_of)"
# RabbitMQ's first command, whichever it is, starts the daemon that its server uses.
pgrep -f 'sleep 4712' >/dev/null || fail "what the first probe has started is not there any more"
remove_group() { rmdir "$(find /sys/fs/cgroup -type d -path '*/one-group/tidy-1.g*/run.*')" 2>/dev/null; }
eventually "its group is removed between two probes" remove_group
got_another() { [ "$(different tidy)" -ge 2 ]; }
eventually "it gets another one" got_another
expect "health after that" healthy "$(health_of tidy)"
for times in 1 2 3 4; do
  probes=$(groups_of tidy | wc -l)
  kill -9 "$(supervisor_of one-group)"
  eventually "the next supervisor probes" probed tidy $((probes + 2))
done
groups=$(find /sys/fs/cgroup -type d -path '*/one-group/tidy-1.g*/run.*' | wc -l)
# One may have been in use when its supervisor died.
[ "$groups" -le 2 ] || fail "$groups groups of killed supervisors' probes are left"
expect_status 0 mdcompose down

stack unfit <<'YAML'
x-sick: &sick
  rootfs: /
  init: true
  command: sh -c 'echo begins; exec sleep infinity'
  healthcheck: {test: [CMD, "false"], interval: 100ms, retries: 2}
services:
  again: {<<: *sick, x-mdcompose: {on_unhealthy: restart}}
  ends: {<<: *sick, x-mdcompose: {on_unhealthy: stop}}
  stays: {<<: *sick}
YAML
expect_status 0 mdcompose up -d
eventually "it is restarted" sh -c "[ \$('$MDCOMPOSE' logs again | grep -c begins) -ge 2 ]"
eventually "it is stopped" sh -c "'$MDCOMPOSE' ps -a ends | grep -q Exited"
eventually "it is unhealthy" is_health stays unhealthy
expect "no restart without on_unhealthy" 1 "$(mdcompose logs stays | grep -c begins)"
expect "no restart after on_unhealthy: stop" 1 "$(mdcompose logs ends | grep -c begins)"
expect_status 0 mdcompose down

# A supervisor that is killed while it stops who must not go on has a successor that knows why he ends.
stack unfit-killed <<'YAML'
x-sick: &sick
  rootfs: /
  command: sh -c 'trap "" TERM; while :; do sleep 0.05; done'
  healthcheck: {test: [CMD, "false"], interval: 100ms, retries: 1}
  stop_grace_period: 3s
services:
  ends: {<<: *sick, x-mdcompose: {on_unhealthy: stop}}
YAML
expect_status 0 mdcompose up -d
eventually "it is told to end" sh -c "'$MDCOMPOSE' ps ends | grep -q Stopping"
kill -9 "$(supervisor_of unfit-killed)"
eventually "it has ended" sh -c "'$MDCOMPOSE' ps -a ends | grep -q Exited"
expect_has "why" "because it was unhealthy" "$(mdcompose why ends)"
sleep 0.5
expect "and is not started again" "" "$(mdcompose ps -q)"
expect "the network is told of once" 1 "$(grep -c 'Network unfit-killed_default Created' /run/mdcompose/unfit-killed/activity.log)"
expect_status 0 mdcompose down

# Who waits hears of the first time, although it is started again.
stack unfit-wait <<'YAML'
services:
  again:
    rootfs: /
    init: true
    command: sh -c 'echo begins; exec sleep infinity'
    healthcheck: {test: [CMD, "false"], interval: 200ms, retries: 1}
    x-mdcompose: {on_unhealthy: restart}
YAML
for turn in 1 2 3; do
  expect_status 1 mdcompose up -d --wait
  expect_has "why, in turn $turn" "container unfit-wait-again-1 is unhealthy" "$output"
  expect "how often it was told" 1 "$(grep -c 'Unhealthy' <<<"$output")"
  expect_status 0 mdcompose down --timeout 0
done
