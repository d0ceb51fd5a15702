#!/bin/bash
# Bad input: one clear sentence, the right exit status, nothing left behind.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# refused NAME STATUS SENTENCE, the stack file on standard input
refused() {
  local name=$1 status=$2 sentence=$3
  stack "$name"
  expect_status "$status" mdcompose up -d
  expect_has "$name" "$sentence" "$output"
  mdcompose down >/dev/null 2>&1
  [ ! -e "/run/mdcompose/$name" ] || fail "$name has left a runtime directory"
}

refused unknown-key 2 'mdcompose.yaml:4:5: services.web: unknown key "comand"' <<'YAML'
services:
  web:
    rootfs: /
    comand: [true]
YAML
expect_has "a suggestion" 'did you mean "command"?' "$output"

refused images 2 'mdcompose.yaml:3:10: services.cache has no rootfs; images are not supported by this version' <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity}
  cache: {image: redis}
  db: {image: postgres}
YAML
expect_has "all of them" "mdcompose.yaml:4:7: services.db has no rootfs" "$output"
stack images-aside <<'YAML'
services:
  web: {rootfs: /, init: true, command: sleep infinity}
  db: {image: postgres}
YAML
expect_status 0 mdcompose up -d web
expect_status 0 mdcompose up -d --scale db=0
expect_status 1 mdcompose plan
expect_status 2 mdcompose run --rm db true
expect_status 0 mdcompose down

refused circle 2 'dependencies go in a circle: a -> b -> a' <<'YAML'
services:
  a: {rootfs: /, command: "true", depends_on: [b]}
  b: {rootfs: /, command: "true", depends_on: [a]}
YAML

refused unknown-service 2 'service "bd" is not defined' <<'YAML'
services:
  web: {rootfs: /, command: "true", depends_on: [bd]}
  db: {rootfs: /, command: "true"}
YAML

refused wrong-type 2 'services.web.tty' <<'YAML'
services:
  web: {rootfs: /, command: "true", tty: [1]}
YAML

refused no-root 2 'services.web has neither a rootfs nor an image' <<'YAML'
services:
  web: {command: "true"}
YAML

refused missing-rootfs 1 'mdcompose.yaml:2:17: services.web.rootfs: /no/such/root: No such file or directory' <<'YAML'
services:
  web: {rootfs: /no/such/root, command: "true"}
YAML

refused unknown-user 1 'unable to find user nobody-at-all: no matching entry in passwd file' <<'YAML'
services:
  web: {rootfs: /, command: "true", user: nobody-at-all}
YAML

refused no-command 1 'services.web.command: is missing' <<'YAML'
services:
  web: {rootfs: /}
YAML

stack not-found <<'YAML'
services:
  web: {rootfs: /, command: [no-such-program]}
YAML
expect_status 1 mdcompose up -d
expect_has "command not found" "run no-such-program: executable file not found in PATH" "$output"
expect_has "its exit code" "(127)" "$(mdcompose ps -a)"
mdcompose down >/dev/null 2>&1

stack not-set <<'YAML'
services:
  web: {rootfs: /, network_mode: none, command: cat /run/secrets/key, secrets: [key]}
secrets:
  key: {environment: MDC_E2E_NOT_SET}
YAML
expect_status 1 mdcompose up -d
expect_has "a secret of a variable that is not set" 'mdcompose.yaml:4:8: secret "key": the environment has no variable MDC_E2E_NOT_SET' "$output"
expect_status 0 mdcompose down

stack not-executable <<'YAML'
services:
  web: {rootfs: /, command: [/etc/passwd]}
YAML
expect_status 1 mdcompose up -d
expect_has "not executable" "run /etc/passwd: Permission denied" "$output"
expect_has "its exit code" "(126)" "$(mdcompose ps -a)"
mdcompose down >/dev/null 2>&1

refused port-twice 2 'services.two.ports[0]: port 127.0.0.1:18160 (tcp) is already published by services.one' <<'YAML'
services:
  one: {rootfs: /, command: "true", ports: ["127.0.0.1:18160:80"]}
  two: {rootfs: /, command: "true", ports: ["127.0.0.1:18160:80"]}
YAML

stack port-in-use <<'YAML'
services:
  one: {rootfs: /, init: true, command: sleep infinity, ports: ["127.0.0.1:18160:80"]}
YAML
perl -MIO::Socket::INET -e '$| = 1; my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:18160", Listen => 1, ReuseAddr => 1) or die; print "open\n"; sleep 60' >listening &
listener=$!
eventually "the port is taken" grep -q open listening
expect_status 1 mdcompose up -d
expect_has "port in use" "port 18160" "$output"
expect_has "by whom" "perl" "$output"
kill $listener
mdcompose down >/dev/null 2>&1

# A stack file that was broken while its stack runs.
stack breaks <<'YAML'
services: {web: {rootfs: /, init: true, command: sleep infinity}}
YAML
expect_status 0 mdcompose up -d
sed -i 's/init: true/&, stop_signal: SIGFOO/' mdcompose.yaml
expect_status 2 mdcompose up -d
for command in ps "logs web" "stop --timeout 1"; do
  expect_status 0 mdcompose $command
done
sed -i 's/command/comand/' mdcompose.yaml
for command in ps stop down "-f $PWD/mdcompose.yaml down"; do
  expect_status 2 mdcompose $command
  expect_has "what is wrong" "unknown key" "$output"
  expect_has "what can be done" "needs no stack file where it is named: mdcompose --project-name breaks" "$output"
done
expect_status 0 mdcompose --project-name breaks down
expect_status 2 mdcompose down
expect "nothing is there any more" "" "$(grep project-name <<<"$output")"
echo 'services: {web: {rootfs: /, command: "true"}}' >mdcompose.yaml

expect_status 2 mdcompose kill --signal BOO
expect "an unknown signal" 'mdcompose: unknown signal "BOO"' "$output"
expect_status 2 mdcompose no-such-command
expect_status 2 mdcompose up --no-such-option
cd "$work" || exit 2
expect_status 2 mdcompose ps
expect_has "no stack file" "no stack file found" "$output"

cd "$work/circle" || exit 2
echo 'services: {web: {rootfs: /, command: "true"}}' >mdcompose.yaml
output=$(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all env MDCOMPOSE_RUNTIME_DIR="$work/none" MDCOMPOSE_DATA_DIR="$work/none" "$MDCOMPOSE" up -d 2>&1)
expect "exit status without privilege" 1 $?
expect_has "not root" "needs root" "$output"

# Nothing is looked for, or removed, above our directories. They are our own here, deep in the test's: whoever breaks
# this must not lose his machine's.
mkdir -p "$work/above/run" "$work/above/data" "$work/above/etc"
touch "$work/above/etc/passwd"
for name in .. ../etc . a/b; do
  for command in ps down "down --volumes"; do
    expect_status 2 env MDCOMPOSE_RUNTIME_DIR="$work/above/run" MDCOMPOSE_DATA_DIR="$work/above/data" \
      "$MDCOMPOSE" --project-name "$name" $command
    expect_has "--project-name $name" "invalid project name \"$name\"" "$output"
    [ -e "$work/above/etc/passwd" ] || fail "--project-name $name $command has removed somebody else's files"
  done
done
