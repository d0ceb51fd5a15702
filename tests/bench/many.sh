#!/bin/bash
# Many small services at once: from `up -d` until all are healthy, what that takes of the processor, what the engine's
# processes take of the memory, and what they do while nothing happens; beside docker-compose and podman-compose.
#
#   many.sh [SERVICES] [IDLE-SECONDS] [ENGINE...]     100, 30, all that are installed
#
# One engine after the other, each alone. Every service is a sleeping busybox with a health check that runs a program in
# its container every ten seconds. Prints figures and ratios, judges nothing.
. "$(dirname "$0")/engines.sh"
readonly SERVICES=${1:-100} IDLE=${2:-30}
wanted=("${@:3}")
[ ${#wanted[@]} -gt 0 ] || wanted=(mdcompose docker podman)

# stack DIRECTORY ROOT: ROOT is the line that says what the services are made of.
stack() {
  local i
  mkdir -p "$work/$1"
  { printf 'version: "3.8"\nservices:\n'
    for ((i = 1; i <= SERVICES; i++)); do
      printf '  s%d:\n    %s\n    command: [/bin/sleep, "100000"]\n    stop_grace_period: 0s\n' "$i" "$2"
      printf '    healthcheck: {test: [CMD, /bin/true], interval: 10s, timeout: 60s, retries: 20}\n'
    done
  } >"$work/$1/docker-compose.yml"
}

prepare_mdcompose() { stack mdcompose "rootfs: $work/root" && sed -i 1d "$work/mdcompose/docker-compose.yml"; }
up_mdcompose() { "$MDCOMPOSE" up -d; }
healthy_mdcompose() { "$MDCOMPOSE" up -d --wait; }
down_mdcompose() { "$MDCOMPOSE" down; }

# A hundred of docker's containers at once are more than its client waits for by default.
export COMPOSE_HTTP_TIMEOUT=600 DOCKER_CLIENT_TIMEOUT=600
prepare_docker() { have docker-compose && start_docker && stack docker "image: $image"; }
up_docker() { docker-compose up -d; }
healthy_docker() { until [ "$(docker ps -q --filter health=healthy | wc -l)" = "$SERVICES" ]; do sleep 0.5; done; }
down_docker() { docker-compose down -t 0; stop_docker; }

prepare_podman_stack() { have podman-compose && prepare_podman && stack podman "image: localhost/$image"; }
up_podman() { podman-compose up -d; }
healthy_podman() { until [ "$(podman ps -q --filter health=healthy | wc -l)" = "$SERVICES" ]; do sleep 0.5; done; }
down_podman() { podman-compose down -t 0; }

declare -A figure
# measure ENGINE: fills figure[ENGINE.*]
measure() {
  local engine=$1 began seconds
  cd "$work/$engine" || return 1
  began=$(wall_ns) seconds=$(box_seconds)
  "up_$engine" >"$work/output" 2>&1 || { echo "$engine: up failed: $(tail -n 1 "$work/output")"; return 1; }
  figure[$engine.up]=$(difference "$(wall_ns)" "$began")
  # podman checks health by timers of systemd only, which a box does not have.
  if [ "$engine" != podman ]; then
    "healthy_$engine" >"$work/output" 2>&1 || { echo "$engine: not healthy: $(tail -n 1 "$work/output")"; return 1; }
    figure[$engine.healthy]=$(difference "$(wall_ns)" "$began")
  fi
  figure[$engine.cpu]=$(difference "$(box_seconds)" "$seconds")
  sleep 3
  seconds=$(box_seconds)
  sleep "$IDLE"
  figure[$engine.idle]=$(difference "$(box_seconds)" "$seconds")
  figure[$engine.memory]=$(engine_memory)
  figure[$engine.processes]=$(engine_processes | wc -l)
  began=$(wall_ns)
  "down_$engine" >"$work/output" 2>&1 || echo "$engine: down failed: $(tail -n 1 "$work/output")"
  figure[$engine.down]=$(difference "$(wall_ns)" "$began")
}

# row NAME KEY DIVISOR
row() {
  local engine value
  printf '%-34s' "$1"
  for engine in "${engines[@]}"; do
    value=${figure[$engine.$2]:-}
    if [ -z "$value" ]; then printf '%22s' -; continue; fi
    printf '%12s %8sx' "$(awk -v v="$value" -v d="$3" 'BEGIN { printf "%.3f", v / d }')" \
      "$(quotient "$value" "${figure[${engines[0]}.$2]:-0}")"
  done
  printf '\n'
}

engines=()
for engine in "${wanted[@]}"; do
  prepare=prepare_$engine
  [ "$engine" != podman ] || prepare=prepare_podman_stack
  $prepare && measure "$engine" && engines+=("$engine")
done
[ ${#engines[@]} -gt 0 ] || exit 1

printf '%-34s' "$SERVICES services"
printf '%22s' "${engines[@]}"
printf '\n'
row "up -d, seconds" up 1e9
row "until all are healthy, seconds" healthy 1e9
row "processor until then, seconds" cpu 1
row "down, seconds" down 1e9
row "engine's memory (PSS), MiB" memory 1
row "engine's processes" processes 1
row "processor, % of one, over ${IDLE} s idle" idle "$(awk -v s="$IDLE" 'BEGIN { print s / 100 }')"
