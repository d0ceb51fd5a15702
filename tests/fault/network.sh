#!/bin/bash
# kill -9 of everything of a stack: in the host's namespace nothing is left, and the next `up` finds nothing in its way. What
# is compared: links, addresses, routes, rules of all families, nf_tables, listeners, the forwarding sysctls.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
stack remains <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, scale: 2, ports: ["18110:80", "18111:81/udp", "8000"], networks: [front, back]}
  six: {rootfs: /, init: true, command: sleep infinity, ports: ["[::1]:18112:80"], networks: [front]}
networks:
  front: {enable_ipv6: true}
  back: {internal: true}
YAML
host_state() {
  ip -o link show | sed 's/^[0-9]*: //'
  ip -o address show | sed 's/^[0-9]*: //'
  ip route show table all; ip -6 route show table all; ip rule show; ip -6 rule show
  nft list ruleset 2>/dev/null
  cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/*/forwarding /proc/sys/net/ipv6/conf/*/forwarding
  awk '$4 == "0A" { print $2 }' /proc/net/tcp /proc/net/tcp6 | sort
  awk 'NR > 1 && $2 !~ /:0000$/ { print $2 }' /proc/net/udp | sort
  ls /run/netns 2>/dev/null
}
everybody() {
  pgrep -f '^mdc-keeper .*/remains '; supervisor_of remains; pgrep -f '^mdcompose __gateway remains$'
  grep -ho '"pid": [1-9][0-9]*' /run/mdcompose/remains/instances/*/state.json | grep -o '[0-9]*'
}
before=$(host_state)
for round in 1 2 3; do
  expect_status 0 mdcompose up -d
  [ "$(host_state | wc -l)" -gt "$(echo "$before" | wc -l)" ] || fail "round $round: ports are not open"
  kill -9 $(everybody)
  gone() { [ "$(host_state)" = "$before" ]; }
  eventually "round $round: nothing is left" gone || diff <(echo "$before") <(host_state)
done
expect_status 0 mdcompose up -d
kill -9 "$(pgrep -f '^mdcompose __gateway remains$')"
port_is_open() { perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new("127.0.0.1:18110")'; }
eventually "a killed gateway's ports come back" port_is_open
expect_status 0 mdcompose down
eventually "after down" gone
:
