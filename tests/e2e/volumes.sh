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
