#!/bin/bash
# kill -9 of the supervisor, and of keeper and supervisor: containers untouched, no line lost, the next command adopts.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
stack kills <<'YAML'
services:
  writer:
    rootfs: /
    init: true
    command: sh -c 'n=0; while [ $$n -lt 20000 ]; do echo line $$n; n=$$((n + 1)); done; echo end; exec sleep infinity'
  web: {rootfs: /, init: true, command: sleep infinity, depends_on: [writer]}
  dies: {rootfs: /, command: "sh -c 'sleep 1.5; exit 9'"}
YAML
supervisor() { supervisor_of kills; }
keeper() { pgrep -f '^mdc-keeper .*/kills '; }
pid_of() { grep -o '"pid": [0-9]*' "/run/mdcompose/kills/instances/$1-1/state.json" | grep -o '[0-9]*'; }

expect_status 0 mdcompose up -d
web=$(pid_of web)
for _ in 1 2 3 4 5; do
  eventually "a supervisor" supervisor
  kill -9 "$(supervisor)"
  sleep 0.1
done
eventually "the end of the output" sh -c "'$MDCOMPOSE' logs writer | grep -q '| end'"
expect "lines written, each at least once" 20000 "$(mdcompose logs --no-log-prefix writer | grep '^line' | sort -u | wc -l)"
expect "the container has not noticed" "$web" "$(pid_of web)"
eventually "an exit while the supervisor was killed" sh -c "'$MDCOMPOSE' ps -a dies | grep -q 'Exited (9)'"

eventually "a supervisor" supervisor
kill -9 "$(keeper)" "$(supervisor)"
expect_has "ps without a supervisor" "Up" "$(mdcompose ps web)"
expect_status 0 mdcompose up -d
expect "adopted, not started again" "$web" "$(pid_of web)"
expect_status 0 mdcompose exec web true
expect_status 0 mdcompose down
# Its parent is the host's init by now, which may take its time to reap.
eventually "the container's end" sh -c "! kill -0 $web"

stack kills-nobody <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 0 mdcompose up -d
expect_status 0 mdcompose stop
eventually "the end of supervisor and keeper of a stack that is stopped" sh -c "! pgrep -f '^mdc-keeper .*/kills-nobody '"
expect_status 0 mdcompose down

stack kills-keeper <<'YAML'
services:
  echo:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5) or die; my $$c = $$s->accept; while (my $$l = <$$c>) { print $$c $$l }'
    ports: ["127.0.0.1:18166:8000"]
    healthcheck: {test: "grep -q 00000000:1F40 /proc/net/tcp", interval: 100ms}
  dies: {rootfs: /, command: "sh -c 'echo last words; sleep 1; exit 9'"}
YAML
talk() { echo "$1" >&7 && read -r -t 5 answer <&7 && [ "$answer" = "$1" ]; }
our() { supervisor_of kills-keeper; }
its_keeper() { pgrep -f '^mdc-keeper .*/kills-keeper '; }
differs() { [ -n "$("$1")" ] && [ "$("$1")" != "$2" ]; }
expect_status 0 mdcompose up -d --wait echo
exec 7<>/dev/tcp/127.0.0.1/18166
talk before || fail "the connection"
expect_status 0 mdcompose up -d dies
for _ in 1 2; do
  before=$(our)
  kill -9 "$(its_keeper)"
  eventually "the next supervisor" differs our "$before"
  talk "after a kill of the keeper" || fail "the connection was cut when the keeper was killed"
done
exec 7>&-
eventually "an exit after the keeper was killed" sh -c "'$MDCOMPOSE' ps -a dies | grep -q 'Exited (9)'"
expect_status 0 mdcompose down

stack kills-down <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity}
YAML
expect_status 0 mdcompose up -d
kill -9 "$(pgrep -f '^mdc-keeper .*/kills-down ')" "$(supervisor_of kills-down)"
expect_status 0 mdcompose down
[ ! -e /run/mdcompose/kills-down ] || fail "down after both were killed has left a runtime directory"
