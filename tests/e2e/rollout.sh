#!/bin/bash
# Rolling updates: in batches, start-first without a refused client, stopped or taken back where the new one fails.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A server that needs 30 ms for each answer, and answers with $VERSION; $BREAK makes it fail instead.
cat >"$work/server.pl" <<'PERL'
use IO::Socket::INET;
die "cannot work like this\n" if $ENV{BREAK};
sleep 3 if $ENV{SLOW};
my $s = IO::Socket::INET->new(LocalPort => 8000, Listen => 50, ReuseAddr => 1) or die;
$SIG{CHLD} = 'IGNORE';
while (1) {
  my $c = $s->accept or next;
  next if fork;
  select undef, undef, undef, 0.03;
  print $c "$ENV{VERSION} $ENV{SLOT}\n";
  exit 0;
}
PERL
# Asks again and again until it is told to end; prints each answer, or what went wrong, with a count.
cat >"$work/client.pl" <<'PERL'
use IO::Socket::INET;
my ($port, %seen, $over) = @ARGV;
$SIG{TERM} = sub { $over = 1 };
until ($over) {
  my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 5);
  if (!$s) { $seen{"refused"}++; next }
  my $line = <$s>;
  $line = "reset" unless defined $line;
  chomp $line;
  $seen{$line}++;
}
print "$_: $seen{$_}\n" for sort keys %seen;
PERL
ask() { perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]", Timeout => 5) or die "refused\n"; my $l = <$s>; print $l // "reset\n"' "$1" 2>&1; }
containers() { mdcompose ps -q --status running | sort | tr '\n' ' '; }

roll() { # roll FILE-MODIFIER...: writes the stack file
  cat >"$work/roll/mdcompose.yaml" <<YAML
services:
  web:
    rootfs: /
    init: true
    command: perl /srv/server.pl
    environment: {VERSION: "$1", SLOT: "{{.Task.Slot}}"${2:+, $2}}
    ports: ["127.0.0.1:18165:8000"]
    volumes: ["$work:/srv:ro"]
    healthcheck: {test: [CMD, perl, -MIO::Socket::INET, -e, 'exit !IO::Socket::INET->new("127.0.0.1:8000")'], interval: 1s, retries: 2, start_period: 10s}
    deploy:
      replicas: 2
      update_config: {parallelism: 1, order: ${3:-start-first}, monitor: 200ms, delay: 100ms, failure_action: ${4:-rollback}}
YAML
}
stack roll </dev/null
roll one
expect_status 0 mdcompose up -d --wait
expect "each replica knows its number" "one 1
one 2" "$( (ask 18165; ask 18165) | sort -u)"

perl "$work/client.pl" 18165 >"$work/asked" & client=$!
perl "$work/client.pl" 18165 >"$work/asked2" & client2=$!
roll two
expect_status 0 mdcompose up -d --wait
roll three
expect_status 0 mdcompose up -d --wait
kill $client $client2
wait $client $client2
answers=$(cat "$work/asked" "$work/asked2")
echo "answers during two updates, start-first:" $answers
expect "refused clients" "" "$(echo "$answers" | grep refused)"
expect "clients that were cut" "" "$(echo "$answers" | grep reset)"
for version in one two three; do expect_has "clients have seen" "$version 1" "$answers"; done
expect "the new version serves" "three 1
three 2" "$( (ask 18165; ask 18165) | sort -u)"
expect "as many as before" 2 "$(containers | wc -w)"

roll four 'BREAK: "1"'
expect_status 1 mdcompose up -d --wait
expect_has "why" "the update of service web failed and was rolled back" "$output"
expect "nobody has noticed" "three 1
three 2" "$( (ask 18165; ask 18165) | sort -u)"

roll five 'BREAK: "1"' stop-first rollback
expect_status 1 mdcompose up -d --wait
expect_has "why" "rolled back" "$output"
eventually "the old one serves again" sh -c "'$MDCOMPOSE' ps | grep -c healthy | grep -qx 2"
expect "the version before" "three 1
three 2" "$( (ask 18165; ask 18165) | sort -u)"

roll six 'BREAK: "1"' start-first pause
expect_status 1 mdcompose up -d --wait
expect_has "why" "is paused" "$output"
expect "the others serve" "three 1
three 2" "$( (ask 18165; ask 18165) | sort -u)"

roll seven 'BREAK: "1"' stop-first continue
expect_status 1 mdcompose up -d --wait
expect_has "that it went on" "went on although 2 of 2 containers failed" "$output"
roll eight
expect_status 0 mdcompose up -d --wait
expect "it recovers" "eight 1
eight 2" "$( (ask 18165; ask 18165) | sort -u)"
mdcompose logs --no-log-prefix >/dev/null || fail "logs do not work after an update"
expect_status 0 mdcompose exec -T web true

# A supervisor that is killed while both are there: the new one takes over, or is given up.
roll nine 'SLOW: "1"'
mdcompose up -d --wait >/dev/null 2>&1 & up=$!
eventually "both are there" sh -c "'$MDCOMPOSE' ps -q | wc -l | grep -qx 3"
kill -9 $(supervisor_of roll)
wait $up
expect "the update goes on" 0 $?
expect "with all containers" 2 "$(containers | wc -w)"
expect "and the new version" "nine 1
nine 2" "$( (ask 18165; ask 18165) | sort -u)"
expect_status 0 mdcompose down

# What was wrong with the container before is not held against the one that takes its place.
mend() { # mend NUMBER HEALTHY: writes the stack file
  cat >"$work/mend/mdcompose.yaml" <<YAML
services:
  ill:
    rootfs: /
    init: true
    command: sleep infinity
    environment: {NUMBER: "$1"}
    healthcheck: {test: [CMD, "/bin/$2"], interval: 100ms, retries: 1}
    deploy: {update_config: {order: stop-first, failure_action: rollback, monitor: 100ms}}
  restless:
    rootfs: /
    init: true
    command: sh -c '[ "$1" != 1 ] || [ -e /been/once ] || { touch /been/once; exit 1; }; exec sleep infinity'
    environment: {NUMBER: "$1"}
    restart: always
    volumes: [been:/been]
    deploy: {update_config: {order: stop-first, failure_action: rollback, monitor: 100ms}}
volumes: {been: {}}
YAML
}
stack mend </dev/null
mend 1 false
expect_status 0 mdcompose up -d
eventually "it is ill" sh -c "'$MDCOMPOSE' ps ill | grep -q unhealthy"
eventually "the other has been started again" sh -c "'$MDCOMPOSE' ps restless | grep -q 'Up'"
mend 2 true
expect_status 0 mdcompose up -d --wait
expect "the new ones are there" "2 2" "$(mdcompose exec -T ill printenv NUMBER) $(mdcompose exec -T restless printenv NUMBER)"

# Anonymous volumes are kept by who takes the old one's place, unless they are to be new.
stack anonymous <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: sleep infinity
    environment: {A: "${A:-1}"}
    volumes: [/kept]
    deploy: {update_config: {monitor: 100ms}}
YAML
expect_status 0 mdcompose up -d
mdcompose exec -T web touch /kept/file
expect_status 0 env A=2 "$MDCOMPOSE" up -d
expect_status 0 mdcompose exec -T web test -e /kept/file
expect_status 0 env A=3 "$MDCOMPOSE" up -d --renew-anon-volumes
expect_status 1 mdcompose exec -T web test -e /kept/file
expect_status 0 mdcompose down --timeout 1

# A container that has taken over is one like all others: it can be stopped and changed, made anew and rolled back to.
stack later <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: sh -c '[ "$$V" != bad ] || { sleep 0.1; exit 3; }; exec sleep infinity'
    environment: {V: "${V:-1}"}
    deploy: {update_config: {order: start-first, monitor: 500ms, failure_action: rollback}}
YAML
says() { mdcompose exec -T web printenv V; }
expect_status 0 env V=1 "$MDCOMPOSE" up -d
expect_status 0 env V=2 "$MDCOMPOSE" up -d
expect_status 0 mdcompose stop --timeout 1 web
expect_status 0 env V=3 "$MDCOMPOSE" up -d
expect "after a stop" 3 "$(says)"
expect_status 0 env V=4 "$MDCOMPOSE" up -d
expect_status 0 env V=4 "$MDCOMPOSE" up -d --force-recreate
expect "made anew" 4 "$(says)"
expect_status 1 env V=bad "$MDCOMPOSE" up -d
expect "rolled back to" 4 "$(says)"
expect "how many there are" 1 "$(mdcompose ps -aq | wc -l)"
expect_status 0 mdcompose down --timeout 1
