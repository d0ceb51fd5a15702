#!/bin/bash
# Rolling updates that fail or are interrupted: how many may fail and until when, and what is there afterwards.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

write() { # write UPDATE-CONFIG COMMAND [LINE]: the stack file; the command may look at $SLOT
  cat >mdcompose.yaml <<YAML
services:
  web:
    rootfs: /
    init: true
    command: sh -c '$2 exec sleep infinity'
    environment: {SLOT: "{{.Task.Slot}}"}
    ${3:-scale: 3}
    deploy:
      update_config: {$1}
      rollback_config: {parallelism: 0}
YAML
}
states() { mdcompose ps -a --format '{{.Name}} {{.State}}' | sort | tr '\n' ' '; }

stack failures </dev/null
write "parallelism: 0, monitor: 2s" ""
expect_status 0 mdcompose up -d

# One may fail: the others are still looked at.
write "parallelism: 0, monitor: 2s, max_failure_ratio: 0.4, failure_action: rollback" \
  '[ $$SLOT = 1 ] && exit 3; [ $$SLOT = 2 ] && sleep 0.5 && exit 4;'
expect_status 1 mdcompose up -d
expect_has "more than may fail" "failed and was rolled back: 2 of 3 containers failed" "$output"
expect "all are back" "failures-web-1 running failures-web-2 running failures-web-3 running " "$(states)"

write "parallelism: 0, monitor: 500ms, max_failure_ratio: 0.4, failure_action: rollback" '[ $$SLOT = 1 ] && exit 3;'
expect_status 1 mdcompose up -d --wait
expect_has "no more than may fail" "went on although 1 of 3 containers failed: container failures-web-1 exited (3)" "$output"

# Each is looked at for as long as `monitor` says, and not while others are replaced.
write "parallelism: 1, monitor: 100ms, delay: 400ms, failure_action: rollback" '[ $$SLOT = 1 ] && sleep 0.7 && exit 9;'
expect_status 0 mdcompose up -d
expect_has "the first has ended later" "failures-web-1 exited" "$(states)"

# A rollback is a roll-out as well.
write "parallelism: 0, monitor: 100ms" ""
expect_status 0 mdcompose up -d
write "parallelism: 0, monitor: 500ms, failure_action: rollback" 'exit 5;'
sed -i 's/rollback_config:.*/rollback_config: {parallelism: 1, delay: 700ms}/' mdcompose.yaml
begin=${EPOCHREALTIME/./}
expect_status 1 mdcompose up -d
[ $((${EPOCHREALTIME/./} - begin)) -ge 1400000 ] || fail "the rollback of three did not wait for its delay"

# There are as many as before where the update of a service that was to have more is taken back.
write "monitor: 500ms, failure_action: rollback" 'sleep 0.1; exit 5;' "scale: 5"
expect_status 1 mdcompose up -d
expect "as many as before" "failures-web-1 running failures-web-2 running failures-web-3 running " "$(states)"
expect_status 0 mdcompose down --timeout 1

# An update that is interrupted keeps nobody waiting who wants something else.
stack abandoned </dev/null
heal() { # heal NUMBER FILE: writes the stack file; it is healthy where the file is there
  cat >mdcompose.yaml <<YAML
services:
  web:
    rootfs: /
    init: true
    command: sleep infinity
    environment: {NUMBER: "$1"}
    healthcheck: {test: [CMD, test, -e, "$2"], interval: 5m, start_period: 5m, start_interval: 100ms}
    deploy: {update_config: {order: start-first, monitor: 0s}}
YAML
}
heal 1 /bin
expect_status 0 mdcompose up -d --wait
heal 2 /nowhere
expect_status 1 mdcompose up -d --wait --wait-timeout 1
expect_has "it has taken too long" "not up within the time allowed: container abandoned-web-1 is not healthy" "$output"
expect "both are there" 2 "$(mdcompose ps -q | wc -l)"
expect_status 1 mdcompose up -d --wait --wait-timeout 1
expect_has "what it waits for" "to finish an update that was interrupted" "$output"
expect_has "nor is it the second time" "not up within the time allowed: container abandoned-web-1 is not healthy" "$output"
heal 3 /etc
expect_status 0 mdcompose up -d --wait
expect "what is wanted by now" 3 "$(mdcompose exec -T web printenv NUMBER)"
expect "one is left" 1 "$(mdcompose ps -aq | wc -l)"
expect_status 0 mdcompose down --timeout 1

# How long an old one may take to end is what this command says, not an earlier one.
stack unhurried <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: perl /srv/server.pl
    environment: {NUMBER: "${NUMBER:-1}"}
    ports: ["127.0.0.1:18177:8000"]
    volumes: [".:/srv:ro"]
    stop_grace_period: 1500ms
    x-mdcompose: {probe: {tcp: 8000}}
    deploy: {update_config: {order: start-first, monitor: 0s}}
YAML
cat >server.pl <<'PERL'
use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalPort => 8000, Listen => 50, ReuseAddr => 1) or die;
$SIG{CHLD} = 'IGNORE';
while (1) {
  my $c = $s->accept or next;
  next if fork;
  1 while sysread $c, my $word, 100;
  exit 0;
}
PERL
expect_status 0 mdcompose up -d --wait --timeout 0
exec 3<>/dev/tcp/127.0.0.1/18177
sleep 0.2
begin=${EPOCHREALTIME/./}
expect_status 0 env NUMBER=2 "$MDCOMPOSE" up -d
[ $((${EPOCHREALTIME/./} - begin)) -ge 1400000 ] || fail "a client that stays was not waited for as long as the stack file says"
exec 3<&-
expect_status 0 mdcompose down --timeout 1
