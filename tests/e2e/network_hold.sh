#!/bin/bash
# Clients that wait: over restarts and recreates (hold), and for a service that starts when they come (on-demand).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
ask() { perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]", Timeout => 5) or die "refused\n"; my $l = <$s>; die "reset\n" unless defined $l; print $l' "$1" 2>&1; }

stack hold <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'sleep 2; my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { print $$c "served\n"; close $$c }'
    ports: ["127.0.0.1:18096:8000"]
    x-mdcompose: {hold: true}
  rude:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'sleep 2; my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { print $$c "served\n"; close $$c }'
    ports: ["127.0.0.1:18097:8000"]
  swift:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 50, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { my $$l = <$$c>; print $$c "got $$l" if defined $$l; close $$c }'
    ports: ["127.0.0.1:18103:8000"]
    x-mdcompose: {hold: true}
YAML
expect_status 0 mdcompose up -d
expect "without hold a client is turned away" "reset" "$(ask 18097 | sed 's/refused/reset/')"
expect "with it, he waits until the service listens" "served" "$(ask 18096)"
mdcompose restart >/dev/null 2>&1 &
restart=$!
for _ in 1 2 3 4 5; do
  expect "a client waits while the service restarts" "served" "$(ask 18096)"
  sleep 0.1
done
wait $restart
mdcompose up -d --force-recreate >/dev/null 2>&1 &
recreate=$!
expect "a client waits while the container is recreated" "served" "$(ask 18096)"
wait $recreate
talk='my ($at, $end) = @ARGV; my $n = 0;
for (; !-e $end; ++$n) {
  my $s = IO::Socket::INET->new(PeerAddr => $at, Timeout => 5) or die "refused\n";
  print $s "$n\n";
  my $answer = <$s>; die "cut off\n" unless defined $answer; die "got another\x27s\n" if $answer ne "got $n\n";
}
print $n > 10 ? "all served\n" : "served $n only\n"'
clients=()
for client in 1 2; do perl -MIO::Socket::INET -e "$talk" 127.0.0.1:18103 "$work/end" >"$work/client$client" 2>&1 & clients+=($!); done
for _ in 1 2 3; do
  expect_status 0 mdcompose restart swift
  sleep 0.3
  expect_status 0 mdcompose up -d --force-recreate swift
  sleep 0.3
done
touch "$work/end"
wait "${clients[@]}"
expect "who is being served when a container is told to end" "all served all served" "$(cat "$work"/client? | tr '\n' ' ' | sed 's/ $//')"
expect_status 0 mdcompose stop web
expect "a stopped service refuses" "refused" "$(ask 18096)"
expect_status 0 mdcompose down

stack demand <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { print $$c "served\n"; close $$c }'
    ports: ["127.0.0.1:18098:8000"]
    depends_on: {db: {condition: service_healthy}}
    healthcheck: {test: [CMD, perl, -MIO::Socket::INET, -e, 'exit !IO::Socket::INET->new("127.0.0.1:8000")'], interval: 1s, start_period: 10s, start_interval: 100ms}
    x-mdcompose: {activation: on-demand, idle_timeout: 2s}
  db:
    rootfs: /
    init: true
    command: sh -c 'sleep 0.5; touch /tmp/ready; exec sleep infinity'
    healthcheck: {test: [CMD, test, -e, /tmp/ready], interval: 1s, start_period: 10s, start_interval: 100ms}
    x-mdcompose: {activation: on-demand}
  inetd:
    rootfs: /
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; my $$c = $$s->accept; print $$c "served once\n"; close $$c'
    ports: ["127.0.0.1:18099:8000"]
    x-mdcompose: {activation: on-demand}
  slow:
    rootfs: /
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; my $$c = $$s->accept; print $$c "served slowly\n"; close $$c; sleep 1'
    ports: ["127.0.0.1:18102:8000"]
    x-mdcompose: {activation: on-demand}
YAML
running() { grep -l '"pid": [1-9]' /run/mdcompose/demand/instances/*/state.json 2>/dev/null | sed 's|.*/instances/||; s|-1/.*||' | tr '\n' ' '; }
expect_status 0 mdcompose up -d --wait
expect "nobody runs" "" "$(running)"
expect_has "ps says so" "Asleep" "$(mdcompose ps web)"
expect_has "and where it listens" "127.0.0.1:18098->8000/tcp" "$(mdcompose ps web)"
expect "the first client is served" "served" "$(ask 18098)"
expect "and has woken what it needs" "db web " "$(running)"
eventually "idle, it goes to sleep" sh -c "grep -q '\"pid\": 0' /run/mdcompose/demand/instances/web-1/state.json"
expect "the next one is served, too" "served" "$(ask 18098)"
expect "one that ends by itself" "served once" "$(ask 18099)"
eventually "has gone" sh -c "grep -q '\"pid\": 0' /run/mdcompose/demand/instances/inetd-1/state.json"
sleep 0.5
expect "and is not started for nobody" 0 "$(grep -o '"pid": [0-9]*' /run/mdcompose/demand/instances/inetd-1/state.json | grep -o '[0-9]*$')"
expect "but for the next client" "served once" "$(ask 18099)"
eventually "who has served him has gone" sh -c "grep -q '\"pid\": 0' /run/mdcompose/demand/instances/inetd-1/state.json"
expect "ends that keep the next client waiting" 0 "$(grep -o '"failures": [0-9]*' /run/mdcompose/demand/instances/inetd-1/state.json | grep -o '[0-9]*$')"
supervisor() { supervisor_of demand; }
kill -9 "$(supervisor)"
expect "a supervisor that is killed" "served once" "$(ask 18099)"
expect "a slow one" "served slowly" "$(ask 18102)"
kill -STOP "$(supervisor)"
slow=$(grep -o '"pid": [0-9]*' /run/mdcompose/demand/instances/slow-1/state.json | grep -o '[0-9]*$')
has_ended() { ! [ -d "/proc/$slow" ] || grep -q '^State:.*Z' "/proc/$slow/status"; }
eventually "it ends while nobody looks" has_ended
kill -9 "$(supervisor)"
expect "one that has ended when nobody looked" "served slowly" "$(ask 18102)"
# Between the end of a service and of its last client's connection it is not asleep yet.
eventually "it is asleep again" grep -q '"asleep": true' /run/mdcompose/demand/instances/slow-1/state.json
kill -STOP "$(supervisor)"
sed -i 's/"asleep": true/"asleep": false/' /run/mdcompose/demand/instances/slow-1/state.json
kill -9 "$(supervisor)"
expect "one that was not asleep yet" "served slowly" "$(ask 18102)"
expect_status 0 mdcompose stop
expect "a user's stop is a stop" "refused" "$(ask 18098)"
expect_status 0 mdcompose down
:
