#!/bin/bash
# Shows what mdcompose does: installs what is missing, builds, brings two stacks up, uses them, takes them down.
# Needs Debian 12 and root; leaves nothing behind but the build, the packages and the root filesystems' cache.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/prepare.sh

need_debian_12_and_root "examples/demo.sh"
install_missing $PACKAGES $RELEASE_PACKAGES

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() {
  printf '\033[36m$ %s\033[0m\n' "$*"
  "$@"
}

step "Build: one static program"
cmake --preset release >build-release.log
cmake --build --preset release --parallel "$(nproc)" >>build-release.log || { tail -30 build-release.log >&2; exit 1; }
rm -f build-release.log
PATH=$PWD/build/release/orchestrator:$PATH
run ls -lh build/release/orchestrator/mdcompose

current=
finish() { [ -z "$current" ] || mdcompose --project-directory "$current" -f "$current/mdcompose.yaml" down --volumes; }
trap finish EXIT

step "Three services on the machine's own programs: nothing to download"
cd examples/hello
current=$PWD
time run mdcompose up --detach
sleep 2
run mdcompose ps
run mdcompose logs --tail 3
run mdcompose exec greeter sh -c 'echo "process $$ on $(hostname)"'
run mdcompose down --volumes
current=
cd ../..

step "nginx, a Python application, PostgreSQL 15 and redis, each in its own root filesystem"
cd examples/webstack
run ./build-rootfs.sh
current=$PWD
time run mdcompose up --detach --wait
run mdcompose ps
page=http://127.0.0.1:${WEBSTACK_PORT:-8080}/
run curl -sS "$page"
run curl -sS "$page"

step "The application's process dies; the supervisor starts it again"
run mdcompose exec app sh -c 'kill -9 2'
until curl -sS --max-time 2 "$page" 2>/dev/null | grep '^visit'; do sleep 0.1; done
run mdcompose ps app

step "The supervisor is killed; the containers do not notice"
supervisor=$(pgrep -f '^mdcompose __supervise .* webstack$')
run kill -9 "$supervisor"
run curl -sS "$page"
run mdcompose ps --quiet

step "Down and up again: the volume has kept the visits"
run mdcompose down
run mdcompose up --detach --wait
run curl -sS "$page"
run mdcompose down --volumes
current=
step "Done"
