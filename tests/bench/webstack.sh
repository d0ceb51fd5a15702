#!/bin/bash
# A real stack, that of examples/webstack: nginx, a Python application, PostgreSQL and redis, each from a root filesystem of
# Debian packages and each with a health check; from `up -d` on an empty machine until all are healthy, what that takes, and
# what is done while nothing happens; beside docker-compose.
#
#   webstack.sh [IDLE-SECONDS] [ENGINE...]     60, mdcompose docker
#
# docker gets the same trees as images, and the same file without what docker-compose 1 does not read. Prints figures and
# ratios, judges nothing.
. "$(dirname "$0")/whole_stacks.sh"
readonly IDLE=${1:-60}
wanted=("${@:2}")
[ ${#wanted[@]} -gt 0 ] || wanted=(mdcompose docker)
readonly EXAMPLE=$here/../../examples/webstack
export WEBSTACK_ROOTFS=${WEBSTACK_ROOTFS:-/var/cache/mdcompose-webstack}
[ -d "$WEBSTACK_ROOTFS/db" ] || { echo "no root filesystems: ${EXAMPLE#"$PWD"/}/build-rootfs.sh makes them" >&2; exit 2; }

containers_mdcompose() { echo "mdcompose/${PWD##*/}"; }
prepare_mdcompose() { cp -r "$EXAMPLE" "$work/mdcompose"; }
up_mdcompose() { "$MDCOMPOSE" up -d --wait; }
healthy_mdcompose() { :; }
down_mdcompose() { "$MDCOMPOSE" down --volumes; }

containers_docker() { echo docker; }
prepare_docker() {
  have docker-compose && start_docker || return
  local tree
  for tree in web app db cache; do tar -C "$WEBSTACK_ROOTFS/$tree" -c . | docker import - "webstack-$tree:1" >/dev/null || return; done
  cp -r "$EXAMPLE/." "$work/docker/"
  sed -E 's,rootfs: .*/(\w+)$,image: webstack-\1:1,; s/start_interval: 200ms,? ?//; s/^( *)start_interval:.*//' \
    "$EXAMPLE/mdcompose.yaml" >"$work/docker/docker-compose.yml"
}
# Its `up` waits for the dependencies of others, not for the last.
up_docker() { docker-compose up -d; }
healthy_docker() { until [ "$(docker ps -q --filter health=healthy | wc -l)" = 4 ]; do sleep 0.1; done; }
down_docker() { docker-compose down -v; stop_docker; }

for engine in "${wanted[@]}"; do
  "prepare_$engine" && measure "$engine" "$IDLE"
done
table "webstack" "$IDLE"
