#!/bin/bash
# Many small services at once: from `up -d` until all are healthy, what that takes of the processor, what the engine's
# processes take of the memory, and what they do while nothing happens; beside docker-compose and podman-compose.
#
#   many.sh [SERVICES] [IDLE-SECONDS] [ENGINE...]     100, 30, mdcompose native docker podman
#
# One engine after the other, each alone. Every service is a sleeping busybox with a health check that runs a program in
# its container every ten seconds; `native` is mdcompose with x-mdcompose.probe, which needs no program there. Prints
# figures and ratios, judges nothing.
. "$(dirname "$0")/whole_stacks.sh"
readonly SERVICES=${1:-100} IDLE=${2:-30}
wanted=("${@:3}")
[ ${#wanted[@]} -gt 0 ] || wanted=(mdcompose native docker podman)

readonly BY_PROGRAM='healthcheck: {test: [CMD, /bin/true], interval: 10s, timeout: 60s, retries: 20}'
readonly FROM_OUTSIDE='x-mdcompose: {probe: {file: /bin/true, interval: 10s, timeout: 60s, retries: 20}}'
# stack DIRECTORY ROOT CHECK: the lines that say what the services are made of and how they are checked
stack() {
  local i
  mkdir -p "$work/$1"
  { printf 'version: "3.8"\nservices:\n'
    for ((i = 1; i <= SERVICES; i++)); do
      printf '  s%d:\n    %s\n    command: [/bin/sleep, "100000"]\n    stop_grace_period: 0s\n    %s\n' "$i" "$2" "$3"
    done
  } >"$work/$1/docker-compose.yml"
}

prepare_mdcompose() { stack mdcompose "rootfs: $work/root" "$BY_PROGRAM" && sed -i 1d "$work/mdcompose/docker-compose.yml"; }
containers_mdcompose() { echo "mdcompose/${PWD##*/}"; }
up_mdcompose() { "$MDCOMPOSE" up -d; }
healthy_mdcompose() { "$MDCOMPOSE" up -d --wait; }
down_mdcompose() { "$MDCOMPOSE" down; }

prepare_native() { stack native "rootfs: $work/root" "$FROM_OUTSIDE" && sed -i 1d "$work/native/docker-compose.yml"; }
containers_native() { containers_mdcompose; }
up_native() { up_mdcompose; }
healthy_native() { healthy_mdcompose; }
down_native() { down_mdcompose; }

# A hundred of docker's containers at once are more than its client waits for by default.
export COMPOSE_HTTP_TIMEOUT=600 DOCKER_CLIENT_TIMEOUT=600
prepare_docker() { have docker-compose && start_docker && stack docker "image: $image" "$BY_PROGRAM"; }
containers_docker() { echo docker; }
up_docker() { docker-compose up -d; }
healthy_docker() { until [ "$(docker ps -q --filter health=healthy | wc -l)" = "$SERVICES" ]; do sleep 0.5; done; }
down_docker() { docker-compose down -t 0; stop_docker; }

prepare_podman_stack() { have podman-compose && prepare_podman && stack podman "image: localhost/$image" "$BY_PROGRAM"; }
containers_podman() { echo libpod_parent; }
up_podman() { podman-compose up -d; }
healthy_podman() { until [ "$(podman ps -q --filter health=healthy | wc -l)" = "$SERVICES" ]; do sleep 0.5; done; }
down_podman() { podman-compose down -t 0; }

for engine in "${wanted[@]}"; do
  prepare=prepare_$engine
  [ "$engine" != podman ] || prepare=prepare_podman_stack
  $prepare && measure "$engine" "$IDLE"
done
table "$SERVICES services" "$IDLE"
