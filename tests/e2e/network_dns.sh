#!/bin/bash
# Names: what the stack's are, what is asked elsewhere, by glibc, by busybox, by hand.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A name server of ours on the host: a.example exists, big.example only over TCP, refused.example is refused, all
# others do not exist for ten seconds. It writes down what it was asked, and a second address never answers.
cat >"$work/server.pl" <<'PERL'
use strict; use Socket; use IO::Select; use IO::Handle;
open my $log, '>>', "$ENV{WORK}/asked" or die; $log->autoflush(1);
my ($udp, $silent, $tcp);
for ([\$udp, $ARGV[0], SOCK_DGRAM], [\$silent, $ARGV[1], SOCK_DGRAM], [\$tcp, $ARGV[0], SOCK_STREAM]) {
  my ($socket, $address, $type) = @$_;
  socket($$socket, AF_INET, $type, 0) or die; setsockopt($$socket, SOL_SOCKET, SO_REUSEADDR, 1);
  bind($$socket, pack_sockaddr_in(53, inet_aton($address))) or die "bind $address: $!";
}
listen($tcp, 8);
sub answer {
  my ($query, $over_tcp) = @_;
  my ($id, $flags, @counts) = unpack('n6', $query);
  my $at = 12; my @labels;
  while (my $size = ord(substr($query, $at, 1))) { push @labels, substr($query, $at + 1, $size); $at += $size + 1 }
  my $question = substr($query, 12, $at + 5 - 12);
  my ($name, $type) = (lc join('.', @labels), unpack('n', substr($query, $at + 1, 2)));
  print $log "$name $type ", $over_tcp ? 'tcp' : 'udp', "\n";
  my $soa = pack('nnnNn', 0xc00c, 6, 1, 10, 24) . pack('nnN5', 0xc00c, 0xc00c, 1, 1, 1, 1, 10);
  my $a = sub { pack('nnnNn', 0xc00c, 1, 1, 60, 4) . inet_aton($_[0]) };
  my ($rcode, @answers, @authority) = (0);
  my $truncated = 0;
  if ($name eq 'a.example') { $type == 1 ? push(@answers, $a->('192.0.2.7')) : push(@authority, $soa) }
  elsif ($name eq 'big.example') { $over_tcp ? push(@answers, map { $a->("192.0.2.$_") } 1 .. 100) : ($truncated = 0x200) }
  elsif ($name eq 'refused.example') { $rcode = 5 }
  else { $rcode = 3; push @authority, $soa }
  return pack('n6', $id, 0x8180 | $truncated | $rcode, 1, scalar @answers, scalar @authority, 0) . $question . join('', @answers, @authority);
}
print $log "ready\n";
my $select = IO::Select->new($udp, $silent, $tcp);
while (1) {
  for my $socket ($select->can_read) {
    if ($socket == $tcp) {
      accept(my $client, $tcp) or next;
      sysread($client, my $length, 2); sysread($client, my $query, unpack('n', $length));
      my $said = answer($query, 1); syswrite($client, pack('n', length $said) . $said); close $client;
      next;
    }
    my $from = recv($socket, my $query, 4096, 0); next if $socket == $silent;
    send($udp, answer($query, 0), 0, $from);
  }
}
PERL
WORK=$work perl "$work/server.pl" 127.0.0.53 127.0.0.52 & server=$!
trap 'kill $server; finish' EXIT
eventually "the name server" grep -q ready "$work/asked"

stack dns <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity, scale: 3, networks: {front: {aliases: [www, api]}, back: {}}}
  pair: {rootfs: /, init: true, command: sleep infinity, scale: 2, networks: [front]}
  client: {rootfs: /, init: true, command: sleep infinity, dns: [127.0.0.53], dns_search: [corp.example, example], dns_opt: [timeout:3], networks: [front], links: ["web:legacy"]}
  slow: {rootfs: /, init: true, command: sleep infinity, dns: [127.0.0.52, 127.0.0.53], networks: [front]}
  db: {rootfs: /, init: true, command: sleep infinity, networks: [back], dns: [127.0.0.53]}
  sick:
    rootfs: /
    init: true
    command: sleep infinity
    networks: [front]
    healthcheck: {test: [CMD, test, -e, /tmp/well], interval: 100ms}
    x-mdcompose: {resolve: healthy}
networks:
  front: {enable_ipv6: true}
  back: {internal: true}
YAML
expect_status 0 mdcompose up -d
in_() { mdcompose exec -T "$@"; }
# The other resolver there is, in a program of its own.
cat >"$work/musl.c" <<'C'
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
int main(int argc, char** argv) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all;
  int error = getaddrinfo(argv[1], "80", &hints, &all);
  if (error) return fprintf(stderr, "%s\n", gai_strerror(error)), 1;
  for (char text[64]; all; all = all->ai_next)
    if (!getnameinfo(all->ai_addr, all->ai_addrlen, text, sizeof text, 0, 0, NI_NUMERICHOST)) puts(text);
}
C
musl-gcc -static -o "$work/musl" "$work/musl.c" || fail "musl-gcc does not compile"
for service in client db; do in_ $service sh -c 'cat >/musl && chmod +x /musl' <"$work/musl"; done
asked() { grep -c "^$1 " "$work/asked"; }

expect "resolv.conf" "nameserver 127.0.0.11
search corp.example example
options timeout:3 ndots:0" "$(in_ client cat /etc/resolv.conf)"
expect "nobody but the container itself can ask its resolver" "0B00007F" "$(in_ client awk 'FNR > 1 { sub(":.*", "", $2); print $2 }' /proc/net/udp /proc/net/tcp | sort -u)"
expect "all instances" 3 "$(in_ client getent ahostsv4 web | grep -c STREAM)"
expect "of both families" 6 "$(in_ client getent ahosts web | grep -c STREAM)"
expect "busybox sees them, too" 6 "$(in_ client busybox nslookup web. | grep -c '^Address.*\(10\.\|fd\)')"
expect "musl does" 6 "$(in_ client /musl web | sort -u | wc -l)"
expect "without waiting where a family is missing" 3 "$(in_ db /musl web 2>&1 | sort -u | wc -l)"
expect "names have no case" "$(in_ client getent ahostsv4 web | cut -d' ' -f1 | sort -u)" "$(in_ client getent ahostsv4 WEB | cut -d' ' -f1 | sort -u)"
expect "round robin gives everybody his turn" 3 "$(for _ in $(seq 30); do in_ client getent ahostsv4 web | head -1 | cut -d' ' -f1; done | sort -u | wc -l)"
expect "also of two, where both families are asked for" 2 "$(for _ in $(seq 8); do in_ client /musl pair | grep -m 1 '^10'; done | sort -u | wc -l)"
expect_has "an alias" "10." "$(in_ client getent hosts api; in_ client getent ahostsv4 api)"
expect_has "a link" "10." "$(in_ client getent ahostsv4 legacy)"
expect "a link is the linking service's alone" 2 "$(in_ slow getent ahostsv4 legacy >/dev/null; echo $?)"
expect_has "an instance" "10." "$(in_ client getent ahostsv4 dns-web-2)"
expect_has "who is behind an address" "dns-web-1.dns_front" "$(in_ client getent hosts "$(in_ client getent ahostsv4 web-1 | head -1 | cut -d' ' -f1)")"
expect_has "of IPv6, too" "dns-web-1.dns_front" "$(in_ client getent hosts "$(in_ client getent ahostsv6 web-1 | head -1 | cut -d' ' -f1)")"
expect "nobody else was asked for names of the stack" 0 "$(grep -c '^\(web\|api\|dns-web-2\) ' "$work/asked")"
expect "a name of another network only" 2 "$(in_ client getent ahosts db >/dev/null; echo $?)"

expect_has "a foreign name" "192.0.2.7" "$(in_ client getent ahostsv4 a.example)"
expect_has "by a search domain" "192.0.2.7" "$(in_ client getent ahostsv4 a)"
expect "a name that does not exist" 2 "$(in_ client getent ahostsv4 none.example >/dev/null; echo $?)"
before=$(asked none.example)
in_ client getent ahostsv4 none.example >/dev/null
expect "it is remembered that it does not exist" "$before" "$(asked none.example)"
expect "a large answer comes over TCP" 100 "$(in_ client getent ahostsv4 big.example | grep -c STREAM)"
start=$(date +%s%N)
in_ client busybox nslookup -type=aaaa refused.example >/dev/null 2>&1
[ $((($(date +%s%N) - start) / 1000000)) -lt 2000 ] || fail "a refusal keeps the client waiting"
expect_has "the second server answers where the first is silent" "192.0.2.7" "$(in_ slow getent ahostsv4 a.example)"
before=$(wc -l <"$work/asked")
expect "who has no way out asks nobody" 2 "$(in_ db getent ahosts a.example >/dev/null; echo $?)"
expect "indeed nobody" "$before" "$(wc -l <"$work/asked")"

# By hand: no data is not "no such name"; EDNS; TCP; a container that opens connections starves only itself.
by_hand='use Socket; my ($name, $type, $edns) = @ARGV; socket(my $s, AF_INET, SOCK_DGRAM, 0); connect($s, pack_sockaddr_in(53, inet_aton("127.0.0.11")));
  my $q = pack("n6", 7, 0x100, 1, 0, 0, $edns ? 1 : 0) . join("", map { chr(length) . $_ } split /\./, $name) . "\0" . pack("nn", $type, 1);
  $q .= "\0" . pack("nnNn", 41, $edns, 0, 0) if $edns; send($s, $q, 0); recv($s, my $r, 4096, 0);
  my ($id, $flags, $qd, $an, $ns, $ar) = unpack("n6", $r); printf "rcode %d answers %d additional %d\n", $flags & 15, $an, $ar'
expect "HTTPS of a name that is there" "rcode 0 answers 0 additional 0" "$(in_ client perl -e "$by_hand" web 65)"
expect "a name of the stack that nobody has" "rcode 3 answers 0 additional 0" "$(in_ client perl -e "$by_hand" db 1)"
expect "EDNS is answered with EDNS" "rcode 0 answers 3 additional 1" "$(in_ client perl -e "$by_hand" Web 1 4096)"
flood='use Socket; my @all; for (1 .. 64) { socket(my $s, AF_INET, SOCK_STREAM, 0); connect($s, pack_sockaddr_in(53, inet_aton("127.0.0.11"))) or last; push @all, $s } print "open\n"; sleep 5'
in_ client perl -e "\$| = 1; $flood" >"$work/flood" & flooding=$!
eventually "the flood" grep -q open "$work/flood"
expect "others are served meanwhile, over TCP" 100 "$(in_ slow getent ahostsv4 big.example | grep -c STREAM)"
expect_has "and itself over UDP" "rcode 0" "$(in_ client perl -e "$by_hand" web 1)"
wait $flooding

expect "who is not healthy has no name" 2 "$(in_ client getent ahosts sick >/dev/null; echo $?)"
in_ sick touch /tmp/well
eventually "until he is" mdcompose exec -T client getent ahosts sick
expect_status 0 mdcompose stop web
expect "a stopped service has no name" 2 "$(in_ client getent ahosts web >/dev/null; echo $?)"
kill -9 "$(pgrep -f '^mdcompose __gateway dns$')"
eventually "a new gateway answers" mdcompose exec -T client getent ahostsv4 a.example
expect_status 0 mdcompose down

# A name server of the stack itself is asked in its network, by who asks: also where there is no way out.
stack dns_inside <<'YAML'
services:
  names:
    rootfs: /
    init: true
    command: perl /server.pl 10.53.0.53 127.0.0.52
    environment: {WORK: /run}
    volumes: ["../server.pl:/server.pl:ro"]
    networks: {lan: {ipv4_address: 10.53.0.53}}
    x-mdcompose: {probe: {file: /run/asked}}
  client: {rootfs: /, init: true, command: sleep infinity, dns: [10.53.0.53], networks: [lan], depends_on: {names: {condition: service_healthy}}}
  stranger: {rootfs: /, init: true, command: sleep infinity, dns: [10.53.0.53]}
networks:
  lan: {internal: true, ipam: {config: [{subnet: 10.53.0.0/24}]}}
YAML
expect_status 0 mdcompose up -d
expect_has "a name that the stack's server knows" "192.0.2.7" "$(in_ client getent ahostsv4 a.example)"
expect "over TCP, too" 100 "$(in_ client getent ahostsv4 big.example | grep -c STREAM)"
expect "its own names without that server" 0 "$(in_ client getent ahostsv4 names >/dev/null; echo $?)"
expect "nobody asks for names of the stack" 0 "$(in_ names grep -c '^names ' /run/asked)"
expect "who is not in its network does not reach it" 2 "$(in_ stranger getent ahostsv4 a.example >/dev/null; echo $?)"
expect_status 0 mdcompose down
:
