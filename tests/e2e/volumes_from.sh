#!/bin/bash
# What containers take over from others, and what they read: volumes_from, stdin_open, and files with similar names.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
mkdir -p "$work/borrow/host"
echo "of the host" >"$work/borrow/host/file"

stack borrow <<'YAML'
services:
  data:
    rootfs: /
    init: true
    command: [sh, -c, 'echo named >/named/file; echo anonymous >/srv/file; exec sleep infinity']
    volumes: ["named:/named", /srv, ./host:/host, "named:/mnt"]
    healthcheck: {test: [CMD, test, -s, /srv/file], interval: 1s}
  reader:
    rootfs: /
    command: [sh, -c, 'cat /named/file /srv/file /host/file; cat /mnt/file; echo x >/named/other || echo cannot write']
    volumes_from: ["data:ro"]
    tmpfs: /mnt
    depends_on: {data: {condition: service_healthy}}
  writer:
    rootfs: /
    command: [sh, -c, 'echo written >/srv/written']
    volumes_from: ["container:borrow-data-1"]
    depends_on: {data: {condition: service_healthy}}
volumes: {named: {}}
YAML
mdcompose up -d >/dev/null 2>&1
has_ended() { mdcompose ps -a "$1" | grep -q "Exited ($2)"; }
eventually "the reader has read" has_ended reader 0
printed=$(mdcompose logs --no-log-prefix reader 2>&1)
expect_has "a named volume" "named" "$printed"
expect_has "an anonymous one" "anonymous" "$printed"
expect_has "a directory of the host" "of the host" "$printed"
expect_has "its own tmpfs hides a volume of the other" "/mnt/file: No such file" "$printed"
expect_has "read-only" "cannot write" "$printed"
expect "what a container named has is written to" "written" "$(mdcompose exec -T data cat /srv/written)"

# Who takes volumes over finds those that the other one has now.
stack borrow-anew <<'YAML'
services:
  lender: {rootfs: /, init: true, command: sleep infinity, volumes: ["named:${TARGET:-/srv/a}", /mnt]}
  borrower: {rootfs: /, init: true, command: sleep infinity, volumes_from: [lender]}
volumes: {named: {}}
YAML
expect_status 0 mdcompose up -d
expect_status 0 mdcompose exec -T lender touch /srv/a/named /mnt/anonymous
expect_status 0 mdcompose exec -T borrower ls /srv/a/named /mnt/anonymous
expect_status 0 env TARGET=/srv/b "$MDCOMPOSE" up -d
expect_status 0 mdcompose exec -T borrower ls /srv/b/named /mnt/anonymous
expect_status 1 mdcompose exec -T borrower test -e /srv/a/named
expect_status 0 env TARGET=/srv/b "$MDCOMPOSE" up -d -V lender
expect_status 0 mdcompose exec -T lender touch /mnt/new
expect_status 0 mdcompose exec -T borrower ls /mnt/new
expect_status 0 env TARGET=/srv/b "$MDCOMPOSE" plan

stack lender-is-missing <<'YAML'
services:
  web: {rootfs: /, command: "true", volumes_from: ["container:nobody"]}
YAML
expect_status 1 mdcompose up -d
expect_has "whose volumes" "services.web.volumes_from: there is no container of container:nobody" "$output"

stack input <<'YAML'
services:
  open: {rootfs: /, command: cat, stdin_open: true}
  closed: {rootfs: /, command: cat}
YAML
expect_status 0 mdcompose up -d
eventually "who reads nothing has ended" has_ended closed 0
expect_has "who may be talked to still runs" "Up" "$(mdcompose ps open)"

stack alike <<'YAML'
services:
  web:
    rootfs: /
    command: [cat, /srv/a/b, /srv/a-b]
    configs: [{source: one, target: /srv/a/b}, {source: two, target: /srv/a-b}]
    volumes: [/srv/c/d, /srv/c-d]
configs: {one: {content: "first "}, two: {content: second}}
YAML
expect_status 0 mdcompose up --no-log-prefix
expect_has "each path has its own file" "first second" "$output"
