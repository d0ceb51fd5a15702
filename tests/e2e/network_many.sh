#!/bin/bash
# Several networks per service, fixed addresses, driver options, IPv6, names of interfaces, ports that take turns.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
stack many <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: perl -MSocket -MIO::Socket::IP -e 'my $$s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 8000, Listen => 5, ReuseAddr => 1, V6Only => 0) or die; while (my $$c = $$s->accept) { print $$c "$$ENV{HOSTNAME} sees " . $$c->peerhost . "\n"; close $$c }'
    ports: ["18093:8000"]
    scale: 2
    networks: {front: {aliases: [www]}}
  client:
    rootfs: /
    init: true
    command: sleep infinity
    hostname: me
    domainname: example.test
    links: ["web:legacy"]
    networks:
      back: {priority: 100, mac_address: "02:42:aa:bb:cc:dd", link_local_ips: [169.254.8.8]}
      front: {ipv4_address: 10.201.3.3, ipv6_address: "fd00:201::33", interface_name: lan0, gw_priority: 5}
  apart:
    rootfs: /
    init: true
    command: sleep infinity
    scale: 2
    networks: [island]
networks:
  front:
    enable_ipv6: true
    ipam:
      config:
        - {subnet: 10.201.0.0/16, gateway: 10.201.0.254, ip_range: 10.201.128.0/17, aux_addresses: {printer: 10.201.128.1}}
        - {subnet: "fd00:201::/64"}
    driver_opts: {com.docker.network.driver.mtu: 1400}
  back: {internal: true}
  island:
    driver_opts: {com.docker.network.bridge.enable_icc: "false"}
YAML
in_client() { mdcompose exec -T client "$@"; }
talk() { perl -MIO::Socket::IP -e 'my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2) or exit 1; print <$s>' "$1" "$2"; }

expect_status 0 mdcompose up -d --wait
addresses=$(in_client ip -o address)
expect_has "the network of highest priority comes first" "eth0    inet 10." "$addresses"
expect_has "the fixed IPv4 address" "lan0    inet 10.201.3.3/16" "$addresses"
expect_has "the fixed IPv6 address" "lan0    inet6 fd00:201::33/64" "$addresses"
expect_has "the link-local address" "inet 169.254.8.8/16" "$addresses"
expect_has "the MAC address" "02:42:aa:bb:cc:dd" "$(in_client ip link show eth0)"
expect_has "the MTU" "mtu 1400" "$(in_client ip link show lan0)"
expect_has "the default route goes through the network of highest gw_priority" "default via 10.201.0.254 dev lan0" "$(in_client ip route)"
expect_has "the host's name in /etc/hosts" "10.201.3.3	me.example.test me" "$(in_client cat /etc/hosts)"
expect "addresses come from the range" 2 "$(in_client getent ahostsv4 web | grep -c 'STREAM.*10\.201\.\(12[89]\|1[3-9]\|2\)\|10\.201\.\(12[89]\|1[3-9]\|2\)[0-9.]* *STREAM')"
expect "IPv6 addresses too" 2 "$(in_client getent ahostsv6 web | grep -c 'fd00:201:.*STREAM')"
addresses_of() { in_client getent ahosts "$1" | cut -d' ' -f1 | sort -u; }  # whichever comes first
expect "an alias, a link and the name are the same" "$(addresses_of web)" "$(addresses_of www)"
expect_has "a link" "10.201." "$(in_client getent hosts -s dns legacy; in_client getent ahostsv4 legacy)"
expect_has "an address has a name" "many-web-" "$(in_client getent hosts "$(in_client getent ahostsv4 web-1 | head -1 | cut -d' ' -f1)")"
expect_has "IPv6 between containers" "sees fd00:201::33" "$(in_client perl -MIO::Socket::IP -e 'my $s = IO::Socket::IP->new(PeerHost => "web", PeerPort => 8000, Family => AF_INET6) or die $@; print <$s>')"
seen=$(for _ in 1 2 3 4; do talk 127.0.0.1 18093 | cut -d' ' -f1; done | sort -u | tr '\n' ' ')
expect "containers of a service take turns at its port" "web-1 web-2 " "$seen"
expect_has "a port is there by IPv6" "sees" "$(talk ::1 18093)"
apart=$(mdcompose exec -T --index 2 apart hostname -I 2>/dev/null | cut -d' ' -f1)
mdcompose exec -T --index 1 apart ping -c1 -W1 "$apart" >/dev/null 2>&1 && fail "containers of an island reach each other"
before=$(addresses_of web)
expect_status 0 mdcompose up -d --force-recreate --wait
expect "addresses survive recreated containers" "$before" "$(addresses_of web)"
expect_status 0 mdcompose down

# What is wrong is said before anything is made.
stack wrong <<'YAML'
services:
  a: {rootfs: /, command: sleep 1, ports: ["18094:80"], networks: {front: {ipv4_address: 10.9.9.9}}}
  b: {rootfs: /, command: sleep 1, ports: ["18094:81"], networks: {front: {interface_name: much-too-long-a-name}}}
networks:
  front: {ipam: {config: [{subnet: 10.202.0.0/16}]}}
  back: {ipam: {config: [{subnet: 10.202.5.0/24}]}}
  other: {external: true, name: not-there}
YAML
expect_status 2 mdcompose up -d
expect_has "an address outside" "mdcompose.yaml:2:90: services.a.networks.front.ipv4_address: address 10.9.9.9 is outside of the subnet 10.202.0.0/16" "$output"
expect_has "a port twice" "services.b.ports[0]: port 18094 (tcp) is already published by services.a" "$output"
expect_has "a long name" "is no name for an interface: at most 15 characters" "$output"
expect_has "overlapping subnets" "networks.front.ipam.config[0].subnet: subnet 10.202.0.0/16 overlaps 10.202.5.0/24 of networks.back" "$output"
expect_has "an external network that is not there" 'network "not-there" is external, but does not exist' "$output"
expect "nothing has been made" "" "$(mdcompose ps -aq)"
wrong() { stack wrong; expect_status 2 "${@:2}" "$MDCOMPOSE" up -d; expect_has "$1" "$1" "$output"; expect "nothing has been made: $1" "" "$(mdcompose ps -aq)"; }
wrong "address 10.203.0.9 is already that of services.a" <<'YAML'
services:
  a: {rootfs: /, command: sleep 1, networks: {front: {ipv4_address: 10.203.0.9}}}
  b: {rootfs: /, command: sleep 1, networks: {front: {ipv4_address: 10.203.0.9}}}
networks: {front: {ipam: {config: [{subnet: 10.203.0.0/16}]}}}
YAML
wrong "nowhere" <<'YAML'
services: {a: {rootfs: /, command: sleep 1, networks: [nowhere]}}
YAML
wrong "70000" <<'YAML'
services: {a: {rootfs: /, command: sleep 1, ports: ["70000:80"]}}
YAML
wrong "port 81 needs a privilege: net.ipv4.ip_unprivileged_port_start is 1024" setpriv --bounding-set=-net_bind_service <<'YAML'
services: {a: {rootfs: /, command: sleep 1, ports: ["81:80"]}}
YAML

# A network that is there takes another subnet.
stack subnet <<'YAML'
services: {a: {rootfs: /, init: true, command: sleep infinity, networks: [front]}}
networks: {front: {ipam: {config: [{subnet: 10.204.0.0/24}]}}}
YAML
expect_status 0 mdcompose up -d
expect_status 0 mdcompose up -d
case $output in *warning*) fail "nothing has changed: $output" ;; esac
sed -i 's/10\.204\.0/10.205.0/' mdcompose.yaml
expect_status 0 mdcompose up -d
expect_has "the new one" " 10.205.0." " $(mdcompose exec -T a hostname -I)"
expect_status 0 mdcompose down
