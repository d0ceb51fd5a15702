#!/bin/bash
# examples/devenv: a root filesystem that the stack file declares, built by the first `up`.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export DEVENV_PORT=18162
# Kept between runs: building takes half a minute.
export MDCOMPOSE_DATA_DIR=${MDCOMPOSE_E2E_CACHE:-/var/cache/mdcompose-e2e}
cp -r "$root/examples/devenv" "$work/devenv"
cd "$work/devenv" || exit 2
chown -R 1000:1000 project
stacks+=("$work/devenv")

expect_status 0 mdcompose up -d --wait
expect "the user that a step has made" "1000(dev)" "$(mdcompose exec shell id | grep -o '1000(dev)' | head -n 1)"
expect_status 0 mdcompose exec shell make
expect "what was built inside is seen outside" "built inside" "$(sed -n 2p project/site/index.html)"
expect_has "and served" "built inside" "$(curl -sS --max-time 5 "http://127.0.0.1:$DEVENV_PORT/site/index.html")"
expect_has "what it is made from" "bookworm+make+python3" "$(mdcompose ps shell)"
expect_status 0 mdcompose down

before=$(date +%s%N)
expect_status 0 mdcompose up -d shell
[ $((($(date +%s%N) - before) / 1000000)) -lt 3000 ] || fail "it was built a second time"
expect_status 0 mdcompose down

stack broken-step <<'YAML'
services:
  web:
    rootfs: {build: {packages: [make, python3], steps: ["echo why it fails; exit 4"]}}
    command: "true"
YAML
expect_status 1 mdcompose up -d
expect_has "the step that failed" 'mdcompose.yaml:3:13: services.web.rootfs: step "echo why it fails; exit 4" failed (4): why it fails' "$output"
expect "nothing half made" "" "$(find "$MDCOMPOSE_DATA_DIR/roots" -maxdepth 1 -name '*.new')"
