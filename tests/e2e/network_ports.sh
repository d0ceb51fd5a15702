#!/bin/bash
# Published ports: who the client is, the host's firewall, ranges, turns, what is in use, addresses of projects.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# A neighbour of the host, 198.51.100.2 and fd00:77::2; the host is .1 and ::1 to it.
neighbour_appears
trap 'nft delete table inet mdc-e2e 2>/dev/null; neighbour_leaves; finish' EXIT

stack ports <<'YAML'
services:
  web:
    rootfs: /
    init: true
    scale: 2
    command: perl -MIO::Socket::IP -e 'my $$s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 8000, Listen => 5, ReuseAddr => 1, V6Only => 0) or die; while (my $$c = $$s->accept) { print $$c "$$ENV{HOSTNAME} sees " . $$c->peerhost . "\n"; close $$c }'
    ports: ["18120:8000", "18121-18129:8000", "8000"]
  echo:
    rootfs: /
    init: true
    command: perl -MSocket=:all -e 'socket(my $$s, AF_INET6, SOCK_DGRAM, 0); bind($$s, pack_sockaddr_in6(8000, IN6ADDR_ANY)) or die; while (my $$from = recv($$s, my $$data, 2000, 0)) { my ($$port, $$ip) = unpack_sockaddr_in6($$from); send($$s, "$$data from " . inet_ntop(AF_INET6, $$ip), 0, $$from) }'
    ports: ["18120:8000/udp"]
networks:
  default: {enable_ipv6: true}
YAML
tcp='my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2) or die "refused\n"; print <$s>'
udp='my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1], Proto => "udp"); $SIG{ALRM} = sub { die "no answer\n" }; alarm 2; send($s, "hello", 0); recv($s, my $r, 2000, 0); print "$r\n"'
talk() { perl -MIO::Socket::IP -e "$tcp" "$@" 2>&1; }
neighbour() { in_lan perl -MIO::Socket::IP -e "$1" "${@:2}" 2>&1; }
expect_status 0 mdcompose up -d
takers_of_turns() { for _ in 1 2 3 4; do talk 127.0.0.1 18120; done | grep -o '^web-[12] sees' | sort -u | wc -l; }
both_answer() { [ "$(takers_of_turns)" = 2 ]; }
eventually "both listen" both_answer

expect_has "a neighbour is seen as himself" "sees ::ffff:198.51.100.2" "$(neighbour "$tcp" 198.51.100.1 18120)"
expect_has "over UDP, too" "hello from ::ffff:198.51.100.2" "$(neighbour "$udp" 198.51.100.1 18120)"
expect_has "a port is there by IPv6" "sees" "$(neighbour "$tcp" fd00:77::1 18120)"
expect_has "also over UDP" "hello from" "$(neighbour "$udp" fd00:77::1 18120)"
expect "two containers take turns" 2 "$(takers_of_turns)"
expect_has "of a range each takes one" ":18121" "$(mdcompose port --index 1 web 8000)$(mdcompose port --index 2 web 8000)"
expect_has "and the other the next" ":18122" "$(mdcompose port --index 1 web 8000)$(mdcompose port --index 2 web 8000)"
first=$(mdcompose port --index 2 web 8000 | grep -o ':1812[1-9]$')
expect_has "behind which is that container" "web-2 sees" "$(talk 127.0.0.1 "${first#:}")"
free=$(mdcompose port --index 1 web 8000 | grep -vE ':1812[0-9]$')
expect_has "a port that the kernel chose" "web-1 sees" "$(talk 127.0.0.1 "${free##*:}")"

# The host's firewall decides, as for every program of the host.
nft -f - <<'NFT'
table inet mdc-e2e {
  chain input { type filter hook input priority 0; policy accept; iifname "mdc-e2e-v" tcp dport 18120 reject with tcp reset; iifname "mdc-e2e-v" udp dport 18120 drop; }
}
NFT
expect "INPUT closes a port" "refused" "$(neighbour "$tcp" 198.51.100.1 18120)"
expect "also of UDP" "no answer" "$(neighbour "$udp" 198.51.100.1 18120)"
expect_has "to the neighbour only" "sees" "$(talk 127.0.0.1 18120)"
nft delete table inet mdc-e2e
nft add table inet mdc-e2e; nft 'add chain inet mdc-e2e forward { type filter hook forward priority 0; policy drop; }'
expect_has "a FORWARD policy of others stops nothing" "sees" "$(neighbour "$tcp" 198.51.100.1 18120)"
nft delete table inet mdc-e2e

stack second <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, ports: ["18120:80"]}
YAML
expect_status 1 mdcompose up -d
expect_has "a port in use says by whom" "port 18120 (tcp) on every address is in use by the project ports" "$output"
expect_status 0 mdcompose down
cd "$work/ports" && expect_status 0 mdcompose down

# Two copies of one stack, each at an address of its own, with names; /etc/hosts is a copy here.
copies='
mount --bind "$work/hosts" /etc/hosts
for copy in one two; do cd "$work/$copy" && "$MDCOMPOSE" up -d >/dev/null 2>&1 || echo "copy $copy does not come up"; done
for copy in one two; do perl -MIO::Socket::IP -e "$tcp" "web.$copy.localhost" 18130; done
cd "$work/one" && "$MDCOMPOSE" port web 8000
"$MDCOMPOSE" down >/dev/null 2>&1; grep -c mdcompose /etc/hosts
cd "$work/two" && "$MDCOMPOSE" down >/dev/null 2>&1; cmp "$work/hosts" "$work/hosts.before" && echo "as before"'
for copy in one two; do
  stack $copy <<'YAML'
x-mdcompose: {publish_address: auto}
services:
  web:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { print $$c `hostname -I`; close $$c }'
    ports: ["18130:8000"]
    x-mdcompose: {hold: true}
YAML
done
cp /etc/hosts "$work/hosts"; cp /etc/hosts "$work/hosts.before"
export work tcp MDCOMPOSE
said=$(unshare --mount --propagation private bash -c "$copies" 2>&1)
expect_has "both copies answer" "10." "$(echo "$said" | sed -n 1p)"
expect_has "by their names" "10." "$(echo "$said" | sed -n 2p)"
expect_has "at an address of the project" "127." "$(echo "$said" | sed -n 3p)"
expect "which is not everybody's" 0 "$(echo "$said" | sed -n 3p | grep -c '127\.0\.0\.1:')"
expect "the other's names stay" 1 "$(echo "$said" | sed -n 4p)"
expect "in the end nothing is left" "as before" "$(echo "$said" | sed -n 5p)"
:
