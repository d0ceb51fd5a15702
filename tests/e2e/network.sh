#!/bin/bash
# Names, published ports, the way out, isolation.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
stack net <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { print $$c "hello from web to " . $$c->peerhost . "\n"; close $$c }'
    ports: ["127.0.0.1:18092:8000"]
    networks: {front: {aliases: [www]}}
    healthcheck: {test: [CMD, perl, -MIO::Socket::INET, -e, 'exit !IO::Socket::INET->new("127.0.0.1:8000")'], interval: 5s}
  client: {rootfs: /, init: true, command: sleep infinity, networks: [front, back], depends_on: {web: {condition: service_healthy}}}
  lonely: {rootfs: /, init: true, command: sleep infinity, networks: [back]}
  none: {rootfs: /, init: true, command: sleep infinity, network_mode: none}
  host: {rootfs: /, init: true, command: sleep infinity, network_mode: host}
networks:
  front: {}
  back: {internal: true}
YAML
talk() { perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 2) or exit 1; print <$s>' "$1"; }

expect_status 0 mdcompose up -d --wait
expect_has "the published port" "hello from web" "$(talk 127.0.0.1:18092)"
expect_has "a service's name" "web" "$(mdcompose exec client getent hosts web)"
expect "an alias leads to the same" "$(mdcompose exec client getent hosts web | cut -d' ' -f1)" "$(mdcompose exec client getent hosts www | cut -d' ' -f1)"
expect "a name nobody has" 2 "$(mdcompose exec client getent hosts nobody >/dev/null; echo $?)"
expect "names of other networks are not told" 2 "$(mdcompose exec lonely getent hosts web >/dev/null; echo $?)"
expect_has "by name" "hello from web" "$(mdcompose exec client perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new("web:8000") or die; print <$s>')"
expect "no interface but lo" "lo" "$(mdcompose exec none ls /sys/class/net)"
expect "the host's interfaces" "$(ls /sys/class/net | sort | tr '\n' ' ')" "$(mdcompose exec host ls /sys/class/net | sort | tr '\n' ' ')"
address=$(mdcompose exec client getent hosts web | cut -d' ' -f1)
mdcompose exec lonely perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 1)' "$address:8000" && fail "networks are not isolated"
before=$address
expect_status 0 mdcompose up -d --force-recreate --no-deps web
expect "the address survives a recreated container" "$before" "$(mdcompose exec client getent hosts web | cut -d' ' -f1)"
eventually "and answers" sh -c "'$MDCOMPOSE' exec client perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(\"web:8000\")'"
expect_status 0 mdcompose down
talk 127.0.0.1:18092 >/dev/null && fail "the port is still open"

# A network that has become otherwise is so for everybody who is made anew, and goes on for the others until they are.
stack net-changed <<'YAML'
services:
  web:
    rootfs: /
    command: busybox httpd -f -p 8000 -h /etc
    ports: ["127.0.0.1:18092:8000"]
    networks: [n]
  client: {rootfs: /, init: true, command: sleep infinity, networks: [n]}
networks:
  n:
    internal: ${INTERNAL:-false}
    driver_opts: {com.docker.network.driver.mtu: "${MTU:-1400}"}
    ipam: {config: [{subnet: "${SUBNET:-10.209.1.0/24}"}]}
YAML
fetches() { mdcompose exec -T client curl -sS --max-time 2 -o /dev/null http://web:8000/hostname; }
published() { curl -sS --max-time 2 -o /dev/null http://127.0.0.1:18092/hostname; }
interface() { mdcompose exec -T "$1" sh -c 'echo $(cat /sys/class/net/eth0/mtu) $(ip -4 -o address show eth0 | grep -o "10\.209\.[0-9]*")'; }
way_out() { mdcompose exec -T client ip route | grep -c default; }
works() { eventually "$1: the neighbour is reached" fetches && eventually "$1: the port is open" published; }
expect_status 0 mdcompose up -d
expect "as it is at first" "1400 10.209.1" "$(interface web)"
works "at first"
export MTU=1300
expect_status 0 mdcompose up -d client
expect "who was asked for" "1300 10.209.1" "$(interface client)"
expect "who was not" "1400 10.209.1" "$(interface web)"
works "between"
export SUBNET=10.209.2.0/24
expect_status 0 mdcompose up -d
expect "one" "1300 10.209.2" "$(interface client)"
expect "the other" "1300 10.209.2" "$(interface web)"
works "in another subnet"
expect "the way out" 1 "$(way_out)"
expect_status 0 mdcompose plan
kill -9 "$(supervisor_of net-changed)"
works "with the next supervisor"
export INTERNAL=true
expect_status 0 mdcompose up -d
expect "no way out" 0 "$(way_out)"
eventually "the neighbour is reached" fetches
expect_status 0 mdcompose down --timeout 1
