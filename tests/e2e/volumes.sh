#!/bin/bash
# Volumes of a stack, as far as they are there.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stack volumes <<'YAML'
services:
  db: {rootfs: /, network_mode: none, command: "true", volumes: ["data:/data", "/anonymous"]}
  web: {rootfs: /, network_mode: none, command: "true", volumes: ["cache:/cache", "named:/named"]}
volumes: {data: {}, cache: {}, named: {name: other}}
YAML
expect "nothing is there yet" "" "$(mdcompose volumes -q)"
expect_status 0 mdcompose up -d
eventually "all have been made" sh -c "[ \$('$MDCOMPOSE' volumes -q | wc -l) = 3 ]"
expect "full names" "other volumes_cache volumes_data" "$(mdcompose volumes -q | tr '\n' ' ' | sed 's/ $//')"
expect "of one service" "volumes_data" "$(mdcompose volumes -q db)"
expect_has "as a table" "local    volumes_data" "$(mdcompose volumes)"
expect_has "as JSON" '"Name":"volumes_data"' "$(mdcompose volumes --format json db)"
expect_status 1 mdcompose volumes nobody
expect_status 0 mdcompose down
expect "they stay" 3 "$(mdcompose volumes -q | wc -l)"
expect_status 0 mdcompose down --volumes
expect "until they are removed" "" "$(mdcompose volumes -q)"

# What the local driver is told: a directory of the host, and the owner of one of ours.
stack volumes_local <<'YAML'
services:
  one: {rootfs: /, network_mode: none, user: "65534", command: "sh -c 'echo here >/data/file; echo there >/scratch/file'", volumes: ["data:/data", "scratch:/scratch"]}
  two: {rootfs: /, network_mode: none, command: "cat /data/file /scratch/file", volumes: ["data:/data", "scratch:/scratch"], depends_on: {one: {condition: service_completed_successfully}}}
  lost: {rootfs: /, network_mode: none, command: "true", volumes: ["lost:/data"], profiles: [lost]}
volumes:
  data: {driver: local, driver_opts: {type: none, o: bind, device: ./data}}
  scratch: {driver_opts: {type: tmpfs, device: tmpfs, o: "uid=65534,mode=700"}}
  lost: {driver_opts: {type: none, o: bind, device: /no/such/place}}
YAML
mkdir data && chmod 777 data
expect_status 0 mdcompose up -d
eventually "both are read by another one" sh -c "[ \"\$('$MDCOMPOSE' logs --no-log-prefix two | tr '\n' ' ')\" = 'here there ' ]"
expect "in the directory of the host" "here" "$(cat data/file)"
expect "both are volumes" 2 "$(mdcompose volumes -q | wc -l)"
expect_status 1 mdcompose --profile lost up -d lost
expect_has "a directory that is not there" "there is no directory /no/such/place" "$output"
expect_status 0 mdcompose --profile lost down --volumes
expect "the host keeps what is its own" "here" "$(cat data/file)"
expect "nothing else is left" "" "$(mdcompose volumes -q)"

# Volumes of no project.
stack volumes_external <<'YAML'
services:
  one: {rootfs: /, network_mode: none, init: true, command: "sh -c 'echo kept >>/data/file; sleep infinity'", volumes: ["data:/data"]}
volumes: {data: {name: mdc-e2e-shelf, external: true}}
YAML
expect_status 1 mdcompose up -d
expect_has "says what to do" 'external volume "mdc-e2e-shelf" not found; "mdcompose volume create mdc-e2e-shelf" makes it' "$output"
expect "its name" "mdc-e2e-shelf" "$(mdcompose volume create mdc-e2e-shelf)"
expect_status 0 mdcompose volume create mdc-e2e-shelf
expect_status 2 mdcompose volume create ../etc
expect_has "it is listed" "mdc-e2e-shelf" "$(mdcompose volume ls -q)"
expect_status 0 mdcompose up -d
expect_status 1 mdcompose volume rm mdc-e2e-shelf
expect "not while it is mounted" 'mdcompose: volume "mdc-e2e-shelf" is in use by project volumes_external' "$output"
expect_status 0 mdcompose down --volumes
expect "no down removes it" "kept" "$(cat /var/lib/mdcompose/volumes/mdc-e2e-shelf/_data/file)"
expect_status 0 mdcompose volume rm mdc-e2e-shelf
expect_status 1 mdcompose volume rm mdc-e2e-shelf
expect "it is gone" 'mdcompose: there is no volume "mdc-e2e-shelf"' "$output"
