#!/bin/bash
# The kernel's own way out and in: where the host forwards, where a FORWARD rule comes and goes, `outbound:`, `publish: nat`, and
# what is left of it after down and after kill -9. The host is one of its own, as far as networks go: whether it forwards and where its
# default routes lead is not for a test to change.
[ "${1:-}" = apart ] || exec unshare --net "$0" apart
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
ip link set lo up
neighbour_appears
trap 'kill $server $pouring; neighbour_leaves; finish' EXIT
ip route add default via 198.51.100.2; ip -6 route add default via fd00:77::2
serve='my $s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 8000, Listen => 5, ReuseAddr => 1, V6Only => 0) or die; while (my $c = $s->accept) { print $c "$ENV{HOSTNAME} sees " . $c->peerhost . "\n"; close $c }'
ask='my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2) or die "not connected: $!\n"; print <$s>'
HOSTNAME=neighbour nsenter --net="/proc/$lan/ns/net" perl -MIO::Socket::IP -e "$serve" >/dev/null 2>&1 &
server=$!
pour='my $s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 8001, Listen => 5, ReuseAddr => 1, V6Only => 0) or die; while (my $c = $s->accept) { print $c "x" x 100000; close $c }'
nsenter --net="/proc/$lan/ns/net" perl -MIO::Socket::IP -e "$pour" >/dev/null 2>&1 & pouring=$!
for address in 198.51.100.2 fd00:77::2; do
  eventually "the neighbour serves $address" perl -MIO::Socket::IP -e "$ask" $address 8000
done
forwards() { echo "$1" >/proc/sys/net/ipv4/ip_forward; echo "$1" >/proc/sys/net/ipv6/conf/all/forwarding; }
host_state() {
  ip -o link show | sed 's/^[0-9]*: //'; ip -o address show | sed 's/^[0-9]*: //; s/ tentative//'; ip route; ip -6 route; ip rule; nft list ruleset
  grep . /proc/sys/net/ipv4/conf/*/*forwarding /proc/sys/net/ipv6/conf/*/*forwarding /proc/sys/net/ipv4/ip_forward
}
is_as_before() { [ "$(host_state)" = "$before" ] || fail "$1: $(diff <(echo "$before") <(host_state))"; }
out() { mdcompose exec -T web perl -MIO::Socket::IP -e "$ask" "$@" 2>&1; }
from_lan() { in_lan perl -MIO::Socket::IP -e "$ask" "$@" 2>&1; }
# Nobody is there; the gateway would have accepted.
is_exact() { [ "$(out 198.51.100.2 9)" = "not connected: Connection refused" ]; }
is_of_the_gateway() { [ -z "$(out 198.51.100.2 9)" ]; }

definition() {
  cat <<YAML
services:
  web:
    rootfs: /
    init: true
    scale: ${2:-1}
    command: perl -MIO::Socket::IP -e '${serve//\$/\$\$}'
    ports: ["18140:8000"]
    networks: [default, inside]
  apart: {rootfs: /, init: true, command: sleep infinity, networks: [other]}
  locked: {rootfs: /, init: true, command: sleep infinity, networks: [inside]}
networks:
  default: {enable_ipv6: true}
  other: {}
  inside: {internal: true}
x-mdcompose: {$1}
YAML
}

forwards 0
before=$(host_state)
stack e2e-uplink < <(definition "")
expect_status 0 mdcompose up -d
expect_has "without forwarding the gateway is the way out" "neighbour sees ::ffff:198.51.100.1" "$(out 198.51.100.2 8000)"
expect_has "for IPv6 as well" "neighbour sees fd00:77::1" "$(out fd00:77::2 8000)"
expect "and the host has no link of ours" 0 "$(ip -o link | grep -c mdu)"
forwards 1
expect_status 0 mdcompose up -d
eventually "a host that forwards by now is found at the next up" is_exact
forwards 0
eventually "and one that does not any more at once" is_of_the_gateway
expect_status 0 mdcompose down
is_as_before "and nothing is left"

forwards 1
before=$(host_state)
expect_status 0 mdcompose up -d
eventually "where the host forwards, refusals are exact" is_exact
expect_has "the host's address is seen" "neighbour sees ::ffff:198.51.100.1" "$(out 198.51.100.2 8000)"
expect_has "by IPv6 too" "neighbour sees fd00:77::1" "$(out fd00:77::2 8000)"
expect_has "ping goes out" "1 received" "$(mdcompose exec -T web busybox ping -c1 -W2 198.51.100.2 | sed 's/packets //g')"
# The host's link to the neighbour carries less than his: what is too large for it is gone, and nobody tells him.
ip link set mdc-e2e-v mtu 1400; in_lan ip link set eth0 gso_max_segs 1
all_of_it='my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 8001, Timeout => 2) or die; alarm 5; local $/; print length(<$s>)'
expect "what the links on the way carry decides about sizes" 100000 "$(mdcompose exec -T web perl -MIO::Socket::IP -e "$all_of_it" 198.51.100.2)"
expect "of IPv6 as well" 100000 "$(mdcompose exec -T web perl -MIO::Socket::IP -e "$all_of_it" fd00:77::2)"
ip link set mdc-e2e-v mtu 1500
expect "an internal network reaches nothing" "" "$(mdcompose exec -T locked perl -MIO::Socket::IP -e "$ask" 198.51.100.2 8000 2>/dev/null)"
address=$(mdcompose exec -T web hostname -I | tr ' ' '\n' | grep -m1 '^10\.')
expect "networks stay apart" "" "$(mdcompose exec -T apart perl -MIO::Socket::IP -e "$ask" "$address" 8000 2>/dev/null)"
expect_has "the host is where it was" "sees ::ffff:198.51.100.1" "$(out host.docker.internal 18140)"
link=$(ip -o link | grep -o 'mdu[0-9a-f]*' | head -1)
uplink=$(ip -o -4 address show dev "$link" | grep -o '169\.254\.[0-9.]*' | head -1)
inside=${uplink%.*}.$((${uplink##*.} + 1))
in_lan ip route add 10.0.0.0/8 via 198.51.100.1; in_lan ip route add 169.254.0.0/16 via 198.51.100.1
expect "nobody comes in by it" "" "$(from_lan "$address" 8000 2>/dev/null | grep sees; from_lan "$inside" 8000 | grep sees)"
nft add table inet mdc-e2e; nft 'add chain inet mdc-e2e forward { type filter hook forward priority 0; policy drop; }'
eventually "under a FORWARD policy the gateway takes over" is_of_the_gateway
expect_has "and goes out" "neighbour sees ::ffff:198.51.100.1" "$(out 198.51.100.2 8000)"
nft delete table inet mdc-e2e
eventually "until the policy is gone" is_exact
kill -9 "$(supervisor_of e2e-uplink)"
eventually "a supervisor's successor knows it" mdcompose exec -T web true
eventually "and goes on with it" is_exact
expect "with one link" 1 "$(ip -o link | grep -c mdu)"
expect_status 0 mdcompose down
is_as_before "after down nothing is left"

definition "outbound: gateway" >mdcompose.yaml
expect_status 0 mdcompose up -d
expect_has "outbound: gateway" "neighbour sees" "$(out 198.51.100.2 8000)"
expect "makes no link" 0 "$(ip -o link | grep -c mdu)"
expect_status 0 mdcompose down

forwards 0
before=$(host_state)
stack e2e-nat < <(definition "publish: nat" 2)
expect_status 0 mdcompose up -d
by_kernel() { nft list table inet mdcompose-e2e-nat | grep -q 'dport 18140 dnat'; }
eventually "publish: nat is the kernel's" by_kernel
for number in 1 2; do
  eventually "container $number serves" mdcompose exec -T --index $number web perl -MIO::Socket::IP -e "$ask" 127.0.0.1 8000
done
expect_has "the client's address is kept" "sees ::ffff:198.51.100.2" "$(from_lan 198.51.100.1 18140)"
gateway=$(pgrep -f '^mdcompose __gateway e2e-nat$')
kill -STOP "$gateway"
expect_has "the gateway has no part in it" "sees ::ffff:198.51.100.2" "$(from_lan 198.51.100.1 18140)"
kill -CONT "$gateway"
expect_has "by IPv6 as well" "sees fd00:77::2" "$(from_lan fd00:77::1 18140)"
expect "containers take turns" 2 "$(for _ in $(seq 20); do from_lan 198.51.100.1 18140; done | cut -d' ' -f1 | sort -u | wc -l)"
expect_has "the host itself comes by the gateway" "sees" "$(perl -MIO::Socket::IP -e "$ask" 127.0.0.1 18140)"
expect_has "a container by the host's address too" "sees" "$(out 198.51.100.1 18140)"
expect "the host's ip_forward is untouched" 0 "$(cat /proc/sys/net/ipv4/ip_forward)"
expect "one interface forwards" 1 "$(cat /proc/sys/net/ipv4/conf/mdc-e2e-v/forwarding)"
# Nobody becomes a router's client by that.
make_namespace far
ip link add mdc-e2e-w type veth peer name eth0 netns $far
ip addr add 192.0.2.1/24 dev mdc-e2e-w; ip link set mdc-e2e-w up
nsenter --net=/proc/$far/ns/net sh -c 'ip link set lo up; ip addr add 192.0.2.2/24 dev eth0; ip link set eth0 up; ip route add default via 192.0.2.1'
in_lan ip route add 192.0.2.0/24 via 198.51.100.1
expect_has "the host forwards for nobody else" "0 received" "$(in_lan busybox ping -c1 -W1 192.0.2.2 | sed 's/packets //g')"
forwards 1
passes() { in_lan busybox ping -c1 -W1 192.0.2.2; }
eventually "unless the host does so by itself" passes
expect_status 0 mdcompose down
expect "and goes on after down" 1 "$(cat /proc/sys/net/ipv4/conf/mdc-e2e-v/forwarding)"
forwards 0
expect_status 0 mdcompose up -d
eventually "again" by_kernel
ip link del mdc-e2e-w; kill $far
expect_status 0 mdcompose down
is_as_before "after down the host is as before"

expect_status 0 mdcompose up -d
eventually "once more" by_kernel
everybody() {
  pgrep -f '^mdc-keeper .*/e2e-nat '; supervisor_of e2e-nat; pgrep -f '^mdcompose __gateway e2e-nat$'
  grep -ho '"pid": [1-9][0-9]*' /run/mdcompose/e2e-nat/instances/*/state.json | grep -o '[0-9]*'
}
kill -9 $(everybody)
forwarding='conf/mdc-e2e-v/.*forwarding'
gone() { [ "$(host_state | grep -v "$forwarding")" = "$(echo "$before" | grep -v "$forwarding")" ]; }
eventually "after kill -9 no link, address, route or rule is left" gone || diff <(echo "$before") <(host_state)
# Who has another host around him does not take our settings for his.
stack e2e-elsewhere < <(definition "publish: nat")
expect_status 0 in_lan "$MDCOMPOSE" up -d
expect_status 0 in_lan "$MDCOMPOSE" down
cd "$work/e2e-nat" || exit 2
expect_status 0 mdcompose down
is_as_before "and the next command switches forwarding off"
:
