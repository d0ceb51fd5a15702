#!/bin/bash
# One-off containers.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stack run <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: [sh, -c, 'echo its own command']
    environment: {A: own, B: own}
    ports: ["127.0.0.1:18163:80"]
    depends_on: [db]
    restart: always
  db: {rootfs: /, init: true, command: sleep infinity}
  two: {rootfs: /, command: "true", scale: 2, profiles: [many]}
  three: {rootfs: /, command: "true", deploy: {replicas: 3, resources: {limits: {pids: 77}}}, profiles: [many]}
volumes: {data: }
YAML
run() { mdcompose run --rm --no-deps "$@" 2>err; }

expect "output" "hello" "$(run web echo hello)"
expect "its own command" "its own command" "$(run web)"
expect_has "it is there before it starts" "Created Starting Started" "$(run web true; awk '/Container/ {print $NF}' err | paste -sd" ")"
expect "standard error apart" "to stderr" "$(run web sh -c 'echo to stderr >&2' >/dev/null; grep stderr err || cat err)"
expect "standard input" "from a pipe" "$(echo from a pipe | run web cat)"
expect "without standard input" "" "$(echo from a pipe | run --interactive=false web cat)"
expect "environment" "new own inherited \$HOME" "$(C=inherited run -e A=new -e C -e 'D=$HOME' web sh -c 'echo $A $B $C $D')"
echo 'A=from a file' >env
expect "environment from a file" "from a file" "$(run --env-from-file env web sh -c 'echo $A')"
expect "one of a service of two" "one" "$(run two echo one)"
expect "one of a service of three" "77" "$(run three sh -c 'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null')"
expect_status 2 mdcompose run -it web true
expect_has "no terminal" "--tty wants a terminal, and this is none" "$output"
expect "no terminal is asked for" "quiet" "$(run --tty=false web echo quiet)"
expect "user and directory" "65534 /tmp" "$(run -u 65534 -w /tmp web sh -c 'echo $(id -u) $(pwd)')"
expect "entrypoint" "as entrypoint x" "$(run --entrypoint 'echo as entrypoint' web x)"
expect "entrypoint without the service's command" "alone" "$(run --entrypoint 'echo alone' web)"
mkdir -p shared
run -v ./shared:/shared -v data:/data web sh -c 'touch /shared/file /data/file'
[ -e shared/file ] || fail "-v has not mounted the directory"
[ -e /var/lib/mdcompose/volumes/run_data/_data/file ] || fail "-v has not mounted the volume"
expect "hostname" "web-run-" "$(run web hostname | cut -c 1-8)"
expect "name" "app-task" "$(mdcompose run -d --no-deps --name app-task web sleep infinity 2>/dev/null)"
expect_has "ps -a" "app-task" "$(mdcompose ps -a)"
expect "ps without -a" "" "$(mdcompose ps -q)"

for code in 0 3 255; do expect_status $code mdcompose run --rm --no-deps web sh -c "exit $code"; done
expect_status 143 mdcompose run --rm --no-deps web sh -c 'kill -TERM $$'
expect_status 127 mdcompose run --rm --no-deps web no-such-program
expect_has "command not found" "executable file not found in PATH" "$output"
expect_status 126 mdcompose run --rm --no-deps web /etc/passwd
expect_status 1 mdcompose run nobody
expect_status 2 mdcompose run
expect_status 2 mdcompose run -v data:relative web
expect_has "a volume that is none" "the target must be an absolute path" "$output"
expect "nothing is left of those that ended" "app-task" "$(mdcompose ps -aq)"
mdcompose kill >/dev/null 2>&1
expect_has "kill means the services' own containers" "Up" "$(mdcompose ps -a)"

expect_status 0 mdcompose run --rm web true
expect "dependencies run" "run-db-1" "$(mdcompose ps -q)"
expect_status 4 mdcompose run web sh -c 'exit 4'
expect_has "without --rm it is kept" "Exited (4)" "$(mdcompose ps -a)"

# Its ports only when asked.
mdcompose run -d --no-deps --name quiet web sleep infinity >/dev/null 2>&1
expect "no port" "" "$(mdcompose ps -a | grep quiet | grep -o 18163)"
expect "the service it is like" web "$(mdcompose ps -a --format '{{.Name}} {{.Service}}' | sed -n 's/^quiet //p')"
mdcompose run -d --no-deps --name talks web sh -c 'echo talking; exec sleep infinity' >/dev/null 2>&1
eventually "it is asked for by its name" sh -c "'$MDCOMPOSE' logs talks 2>&1 | grep -q talking"
expect "logs are the services' own" 0 "$(mdcompose logs 2>&1 | grep -c talking)"
mdcompose run -d --no-deps --name loud -P web sleep infinity >/dev/null 2>&1
expect_has "its ports" "127.0.0.1:18163->80/tcp" "$(mdcompose ps -a | grep loud)"
mdcompose run -d --no-deps --name other -p 127.0.0.1:18164:81 web sleep infinity >/dev/null 2>&1
expect_has "another port" "127.0.0.1:18164->81/tcp" "$(mdcompose ps -a | grep other)"
expect "no alias" "" "$(mdcompose exec -T db getent hosts web)"
mdcompose run -d --no-deps --use-aliases --name named web sleep infinity >/dev/null 2>&1
expect_has "its service's name" "web" "$(mdcompose exec -T db getent hosts web)"

# Signals and hang-up.
"$MDCOMPOSE" run --rm --no-deps web sh -c 'trap "echo got it; exit 9" TERM; echo up; while :; do sleep 0.05; done' >out 2>/dev/null & run=$!
eventually "it runs" grep -q up out
kill -TERM $run
wait $run
expect "exit status after a signal" 9 $?
expect_has "the signal" "got it" "$(cat out)"
"$MDCOMPOSE" run --rm --no-deps --name orphan web sleep infinity >/dev/null 2>&1 & run=$!
eventually "it runs" sh -c "'$MDCOMPOSE' ps -a | grep -q 'orphan.*Up'"
kill -9 $run
eventually "who hangs up leaves nothing" sh -c "! '$MDCOMPOSE' ps -aq | grep -q orphan"

# On a terminal.
script -qec "'$MDCOMPOSE' run --rm --no-deps web sh -c 'tty; stty size; read line; echo read \$line; exit 6'" /dev/null >out 2>&1 <<<"typed" 
expect "exit status on a terminal" 6 $?
expect_has "a terminal of its own" "/dev/pts/0" "$(cat out)"
expect_has "keys" "read typed" "$(cat out)"

expect_status 0 mdcompose plan db
expect_status 0 mdcompose down -v
[ ! -e /run/mdcompose/run ] || fail "down has left a runtime directory: $(ls /run/mdcompose/run/instances)"

# With --rm nothing is left either where it is the only one, and whoever was to see to that is killed.
stack run-alone <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity}
YAML
is_gone() { [ -z "$("$MDCOMPOSE" ps -aq)" ] && [ ! -e /run/mdcompose/run-alone ]; }
expect_status 0 mdcompose run --rm --detach web sleep 0.3
eventually "who has ended by himself is gone" is_gone
"$MDCOMPOSE" run --rm --name alone web sleep infinity >/dev/null 2>&1 & run=$!
eventually "it runs" sh -c "'$MDCOMPOSE' ps -a | grep -q 'alone.*Up'"
kill -9 $run
eventually "who hangs up leaves nothing" is_gone
expect_status 0 mdcompose run --rm --detach web sleep 0.5
kill -9 "$(supervisor_of run-alone)"
eventually "another supervisor removes it" is_gone
"$MDCOMPOSE" run --rm --name alone web sh -c 'sleep 0.5; exit 7' >/dev/null 2>&1 & run=$!
eventually "it runs" sh -c "'$MDCOMPOSE' ps -a | grep -q 'alone.*Up'"
kill -9 "$(supervisor_of run-alone)"
wait $run
expect "exit status after the supervisor was killed" 7 $?
eventually "it is gone" is_gone

# Who is taken down with the stack ends as the container does.
"$MDCOMPOSE" run --name alone web sleep infinity >/dev/null 2>&1 & run=$!
eventually "it runs" sh -c "'$MDCOMPOSE' ps -a | grep -q 'alone.*Up'"
expect_status 0 mdcompose down
wait $run
expect "exit status of a run that down ended" 143 $?
