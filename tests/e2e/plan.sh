#!/bin/bash
# What a plan says, that it says the same as `up` does, and that --dry-run does nothing.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

pid_of() { sed -n 's/^ "pid": \([0-9]*\),$/\1/p' "/run/mdcompose/$1/instances/$2/state.json"; }
# planned STATUS TEXT: what `plan` prints, and its exit status
planned() {
  output=$(mdcompose plan 2>&1)
  expect "exit status of plan (it said: $output)" "$1" $?
  expect "the plan" "$2" "$output"
}

stack plan <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: sleep infinity
    environment:
      A: "${VALUE:-1}"
    secrets: [key]
    depends_on: [db]
  db: {rootfs: /, init: true, command: sleep infinity, volumes: ["data:/data"]}
volumes: {data: }
secrets:
  key: {file: ./key}
YAML
echo one >key
planned 2 "create network plan_default
create volume plan_data
create container plan-db-1
create container plan-web-1
4 to create"
[ ! -e /run/mdcompose/plan ] || fail "plan has started something"
expect_status 0 mdcompose up -d --dry-run
expect_has "a dry run" "create container plan-web-1" "$output"
[ ! -e /run/mdcompose/plan ] || fail "up --dry-run has started something"

expect_status 0 mdcompose up -d
planned 0 "nothing to do"
web=$(pid_of plan web-1) db=$(pid_of plan db-1)

export VALUE=2
planned 2 'recreate container plan-web-1
    environment.A: "1" -> "2"  (mdcompose.yaml:7:10)
1 to recreate, 1 unchanged'
json=$(mdcompose plan --format json)
expect "exit status of plan --format json" 2 $?
expect_has "the change as JSON" \
  '{"after":"\"2\"","before":"\"1\"","column":10,"file":"mdcompose.yaml","key":"environment.A","line":7}' "$json"
expect_status 0 mdcompose --dry-run up
expect_status 0 mdcompose restart --dry-run
expect_has "a dry run of restart" "restart container plan-web-1" "$output"
expect_status 0 mdcompose down --dry-run -v
expect_has "a dry run of down" "remove volume plan_data" "$output"
expect_status 0 mdcompose down --dry-run db
expect_has "a dry run of down, whoever depends on it" "remove container plan-web-1" "$output"
for command in stop start restart "rm -f" down; do
  # shellcheck disable=SC2086
  expect_status 1 mdcompose $command --dry-run nothing-like-this
done
expect_status 2 mdcompose --dry-run kill
expect "nobody was touched by dry runs" "$web $db" "$(pid_of plan web-1) $(pid_of plan db-1)"
expect_status 0 mdcompose up -d
[ "$(pid_of plan web-1)" != "$web" ] || fail "what changed was not recreated"
expect "what did not change runs on" "$db" "$(pid_of plan db-1)"
planned 0 "nothing to do"

echo two >key
planned 2 'recreate container plan-web-1
    secrets.key: other content  (mdcompose.yaml:13:8)
1 to recreate, 1 unchanged'
expect_status 0 mdcompose up -d
expect "the new secret" two "$(mdcompose exec web cat /run/secrets/key)"

# Without anybody who supervises, from the files alone.
kill -9 "$(pgrep -f '^mdc-keeper .*/plan ')" "$(supervisor_of plan)"
planned 0 "nothing to do"
mdcompose kill db
planned 2 "start container plan-db-1: exited (137)
1 to start, 1 unchanged"
expect_status 0 mdcompose up -d

sed -i 's/^  db: .*/  db: {rootfs: \/, init: true, command: sleep infinity, deploy: {replicas: 2}, profiles: []}/' mdcompose.yaml
planned 2 'recreate container plan-db-1
    volumes[/data]: {create_host_path: true, source: "data", target: "/data", type: "volume"} -> nothing  (mdcompose.yaml:10:7)
create container plan-db-2
    deploy.replicas: 1 -> 2  (mdcompose.yaml:10:75)
1 to create, 1 to recreate, 1 unchanged'
expect_status 0 mdcompose down -v
expect_status 1 mdcompose plan nothing-like-this
expect_status 1 mdcompose plan --no-such-option
echo 'services: {web: {comand: x}}' >mdcompose.yaml
expect_status 1 mdcompose plan

# Who lives in a namespace of what is recreated is told, and starts again, though only the other was asked for.
stack guests <<'YAML'
services:
  vpn: {rootfs: /, init: true, command: sleep infinity, hostname: "${NAME:-a}"}
  guest: {rootfs: /, init: true, command: sleep infinity, network_mode: "service:vpn"}
YAML
expect_status 0 mdcompose up -d
before=$(pid_of guests guest-1)
expect_status 2 env NAME=b "$MDCOMPOSE" plan vpn
expect_has "the guest" "restart container guests-guest-1: vpn, whose namespace it shares, is new" "$output"
expect_status 0 env NAME=b "$MDCOMPOSE" up -d vpn
[ "$(pid_of guests guest-1)" != "$before" ] || fail "the guest of a recreated container was not started again"
expect "one network" "$(mdcompose exec -T vpn readlink /proc/self/ns/net)" "$(mdcompose exec -T guest readlink /proc/self/ns/net)"
expect_status 0 mdcompose down

# Unpacked archives are kept: this one goes with the test.
export MDCOMPOSE_DATA_DIR=$work/data
stack archive <<'YAML'
services:
  web: {rootfs: ./root.tar, command: sleep infinity, init: true}
YAML
mkdir root && (cd root && mkdir -p bin proc sys dev && cp "$(command -v busybox)" bin/busybox && ln -s busybox bin/sleep)
tar -cf root.tar -C root .
expect_status 0 mdcompose up -d
planned 0 "nothing to do"
touch root.tar
planned 0 "nothing to do"
echo >root/more && tar -cf root.tar -C root .
planned 2 'recreate container archive-web-1
    rootfs: other content  (mdcompose.yaml:2:17)
1 to recreate'
expect_status 0 mdcompose down
