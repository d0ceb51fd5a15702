#!/bin/bash
# network_mode: none, host, bridge, service:NAME, container:NAME, also of another project; the way out.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
serve='my $s = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; $| = 1; print "ready\n"; while (my $c = $s->accept) { print $c "from " . $c->peerhost . "\n"; close $c }'
ask='my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 2) or die "refused\n"; print <$s>'
stack modes <<'YAML'
services:
  web:
    rootfs: /
    init: true
    hostname: www
    domainname: example.org
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { print $$c "from web\n"; close $$c }'
    ports: ["127.0.0.1:18100:9000"]
    extra_hosts: ["here=host-gateway"]
  sidecar:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 9000, Listen => 5, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { print $$c "from sidecar\n"; close $$c }'
    network_mode: service:web
  bridge: {rootfs: /, init: true, command: sleep infinity, network_mode: bridge}
  none: {rootfs: /, init: true, command: sleep infinity, network_mode: none}
  whole: {rootfs: /, init: true, command: sleep infinity, hostname: db.example.org}
  host: {rootfs: /, init: true, command: sleep infinity, network_mode: host}
  named: {rootfs: /, init: true, command: sleep infinity, network_mode: host, hostname: other, extra_hosts: ["db.local:127.0.0.9", "here=host-gateway"]}
  elsewhere: {rootfs: ./root, command: /bin/busybox sleep 1000, init: true, network_mode: host, extra_hosts: ["db.local:127.0.0.9"]}
  locked: {rootfs: /, init: true, command: sleep infinity, networks: [inside]}
networks:
  inside: {internal: true}
YAML
mkdir -p root/bin root/etc && cp "$(command -v busybox)" root/bin/busybox
in_() { mdcompose exec -T "$@"; }
expect_status 0 mdcompose up -d
eventually "the sidecar listens" mdcompose exec -T web perl -MIO::Socket::INET -e "$ask" 127.0.0.1:9000
expect "a sidecar is where its service is" "from web" "$(in_ sidecar perl -MIO::Socket::INET -e "$ask" 127.0.0.1:8000)"
expect "it is reached through its service's port" "from sidecar" "$(perl -MIO::Socket::INET -e "$ask" 127.0.0.1:18100)"
expect "and has its names" "$(in_ web cat /etc/hosts)" "$(in_ sidecar cat /etc/hosts)"
expect "it is called as its service is" "www www www example.org" "$(in_ sidecar sh -c 'echo "$(cat /etc/hostname) $HOSTNAME $(uname -n) $(cat /proc/sys/kernel/domainname)"')"
whole_and_bare() { in_ "$1" sed -n 's/^[0-9.]*\t\(.*example.org.*\)/\1/p' /etc/hosts; }
expect "the whole name and the bare one, out of two parts" "www.example.org www" "$(whole_and_bare web)"
expect "and out of one" "db.example.org db" "$(whole_and_bare whole)"
expect "and its resolver" "$(in_ web cat /etc/resolv.conf)" "$(in_ sidecar cat /etc/resolv.conf)"
expect "who has no network has only lo" "lo" "$(in_ none ls /sys/class/net)"
expect_has "network_mode: bridge is the default network" "from web" "$(in_ bridge perl -MIO::Socket::INET -e "$ask" web:8000)"
expect "the host's interfaces" "$(ls /sys/class/net | sort | tr '\n' ' ')" "$(in_ host ls /sys/class/net | sort | tr '\n' ' ')"
expect_has "the host's name servers" "$(grep nameserver /etc/resolv.conf)" "$(in_ host cat /etc/resolv.conf)"
expect "the host's name" "$(uname -n) $(uname -n)" "$(in_ host sh -c 'echo "$HOSTNAME $(uname -n)"')"
expect "a name of its own" "other other other" "$(in_ named sh -c 'echo "$HOSTNAME $(uname -n) $(cat /etc/hostname)"')"
expect "the host's hosts and those of the service" "$(cat /etc/hosts; printf '127.0.0.9\tdb.local\n127.0.0.1\there\n')" "$(in_ named cat /etc/hosts)"
expect "also where the image has none" "$(cat /etc/hosts; printf '127.0.0.9\tdb.local\n')" "$(in_ elsewhere /bin/busybox cat /etc/hosts)"
expect "and the host's name" "$(uname -n)" "$(in_ elsewhere /bin/busybox cat /etc/hostname)"

# The way out: the host itself, by its names; not for who is locked in.
ip addr add 198.51.100.77/32 dev lo 2>/dev/null
perl -MIO::Socket::INET -e "$serve" 198.51.100.77 >"$work/ready" & server=$!
trap 'kill $server; ip addr del 198.51.100.77/32 dev lo 2>/dev/null; finish' EXIT
eventually "the host's server" grep -q ready "$work/ready"
expect_has "an address outside" "from 198.51.100.77" "$(in_ web perl -MIO::Socket::INET -e "$ask" 198.51.100.77:8000)"
expect "not for an internal network" "refused" "$(in_ locked perl -MIO::Socket::INET -e "$ask" 198.51.100.77:8000 2>&1)"
expect_has "ping goes out" "1 received" "$(in_ web busybox ping -c1 -W2 198.51.100.77 | sed 's/packets //g')"
expect_has "nobody answers for who is not there" "0 received" "$(in_ web busybox ping -c1 -W1 198.51.100.99 | sed 's/packets //g')"
expect_has "and not from an internal network" "0 received" "$(in_ locked busybox ping -c1 -W1 198.51.100.77 2>&1 | sed 's/packets //g; s/.*unreachable/0 received/')"
expect_has "host-gateway is the host" "169.254.1.2	here" "$(in_ web cat /etc/hosts)"

stack modes-guest <<'YAML'
services:
  guest: {rootfs: /, init: true, command: sleep infinity, network_mode: "container:modes-web-1"}
  lost: {rootfs: /, init: true, command: sleep infinity, network_mode: "container:nobody", restart: "no"}
YAML
expect_status 0 mdcompose up -d guest
expect "another project's container" "from web" "$(in_ guest perl -MIO::Socket::INET -e "$ask" 127.0.0.1:8000)"
expect_has "and its names" "www" "$(in_ guest cat /etc/hosts)"
expect_status 1 mdcompose up -d lost
expect_has "one that is not there" "shares the network namespace of nobody, which is not running" "$output"
expect_status 0 mdcompose down
cd "$work/modes" && expect_status 0 mdcompose down
:
