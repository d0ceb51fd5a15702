#!/bin/bash
# The gateway is killed at random while clients talk through it, from the host and out of a container, and names are asked for:
# who is answered is answered right, nobody hangs, each time a successor is there at once. Then supervisor and keeper are
# killed as well. The seed is printed; GATEWAY_SEED repeats a run, GATEWAY_KILLS makes it longer.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
readonly KILLS=${GATEWAY_KILLS:-8}
seed=${GATEWAY_SEED:-$((SRANDOM % 32768))}
RANDOM=$seed
stack gateway <<'YAML'
services:
  web:
    rootfs: /
    init: true
    scale: 2
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 50, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { my $$l = <$$c>; print $$c "got $$l" if defined $$l; close $$c }'
    ports: ["127.0.0.1:18150:8000"]
  client: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 0 mdcompose up -d
gateway() { pgrep -f '^mdcompose __gateway gateway$'; }
supervisor() { supervisor_of gateway; }
keeper() { pgrep -f '^mdc-keeper .*/gateway '; }
talk='alarm 20; $SIG{PIPE} = "IGNORE"; my ($at, $end) = @ARGV; my %seen; my $n = 0;
while (!-e $end) {
  my $s = IO::Socket::INET->new(PeerAddr => $at, Timeout => 5); my $answer;
  if ($s) { ++$n; print $s "$n\n"; $answer = <$s> }
  my $kind = !defined $answer ? "cut off" : $answer eq "got $n\n" ? "right" : "WRONG";
  ++$seen{$kind}; alarm 20; select undef, undef, undef, 0.01;
}
print join(", ", map { "$_ $seen{$_}" } sort keys %seen), "\n"'
ask='alarm 20; my %seen; my $right = join " ", sort @ARGV[1 .. $#ARGV];
while (!-e $ARGV[0]) {
  my ($error, @found) = Socket::getaddrinfo("web", "", {socktype => SOCK_STREAM, family => AF_INET});
  my $kind = $error ? "not told" : join(" ", sort map { inet_ntoa((unpack_sockaddr_in($_->{addr}))[1]) } @found) eq $right ? "right" : "WRONG";
  ++$seen{$kind}; alarm 20; select undef, undef, undef, 0.01;
}
print join(", ", map { "$_ $seen{$_}" } sort keys %seen), "\n"'
in_client() { nsenter --target "$(grep -o '"pid": [0-9]*' /run/mdcompose/gateway/instances/client-1/state.json | grep -o '[0-9]*$')" --net "$@"; }
addresses=$(mdcompose exec -T client getent ahostsv4 web | awk '/STREAM/ { print $1 }')
for address in $addresses; do
  eventually "web listens at $address" in_client perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => "$ARGV[0]:8000", Timeout => 2)' "$address"
done
perl -MIO::Socket::INET -e "$talk" 127.0.0.1:18150 "$work/end" >"$work/host" 2>&1 & clients=($!)
in_client perl -MIO::Socket::INET -e "$talk" "$(echo "$addresses" | head -1):8000" "$work/end" >"$work/inside" 2>&1 & clients+=($!)
mdcompose exec -T client perl -MSocket=:all -e "$ask" /tmp/end $addresses >"$work/names" 2>&1 & clients+=($!)

is_another() { [[ "$($1)" =~ ^[0-9]+$ && "$($1)" != "$2" ]]; }
serves() { perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:18150", Timeout => 2) or exit 1; print $s "x\n"; exit(<$s> ne "got x\n")'; }
kill_one() { # WHOM
  local pid; pid=$($1)
  kill -9 "$pid"
  eventually "another $1 (seed $seed)" is_another "$1" "$pid"
  eventually "the port is served after a kill of the $1 (seed $seed)" serves
  eventually "names are known after a kill of the $1 (seed $seed)" mdcompose exec -T client getent ahostsv4 web
}
for _ in $(seq "$KILLS"); do
  sleep "0.$((RANDOM % 6))$((RANDOM % 10))"
  kill_one gateway
done
kill_one supervisor
# Its successor has taken over before the keeper dies: of both together nobody is left to start the other.
expect_status 0 mdcompose up -d
kill_one keeper
kill_one gateway
touch "$work/end"; mdcompose exec -T client touch /tmp/end
wait "${clients[@]}"
for where in host inside names; do
  expect_has "$where, answers (seed $seed)" "right" "$(cat "$work/$where")"
  expect "$where, wrong ones (seed $seed)" 0 "$(grep -c 'WRONG\|Alarm' "$work/$where")"
done
expect "between containers the gateway does not matter" 0 "$(grep -c 'cut off' "$work/inside")"
expect_status 0 mdcompose down
echo "gateway: seed $seed; host: $(cat "$work/host"); between containers: $(cat "$work/inside"); names: $(cat "$work/names")"
