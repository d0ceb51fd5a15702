#!/bin/bash
# `up -d` and `down` of three services, beside docker-compose and podman-compose where they are installed.
#
#   stacks.sh [ROUNDS]      MDCOMPOSE: the program; build/release's by default
#
# Every engine gets the same busybox tree and the same three services, in turn. Everything runs in namespaces of its
# own with its own docker daemon, so neither the machine's engines nor its network are touched. Prints figures, judges nothing.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly MDCOMPOSE=${MDCOMPOSE:-$here/../../build/release/orchestrator/mdcompose}
readonly ROUNDS=${1:-5}

[ "$(id -u)" = 0 ] || { echo "stacks.sh must be run as root" >&2; exit 2; }
[ -x "$MDCOMPOSE" ] || { echo "$MDCOMPOSE is not there: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
if [ -z "${STACKS_INSIDE:-}" ]; then
  STACKS_INSIDE=1 exec unshare --mount --net --pid --ipc --uts --fork --mount-proc "${BASH_SOURCE[0]}" "$@"
fi

mount -t tmpfs tmpfs /run
ip link set lo up
work=$(mktemp -d "${TMPDIR:-/var/tmp}/mdcompose-bench-XXXXXX")
daemon=
finish() {
  [ -z "$daemon" ] || { kill "$daemon"; wait "$daemon" 2>/dev/null; }
  cd /
  # podman leaves its store mounted.
  awk -v below="$work/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r | xargs -r umount
  rm -rf "$work"
  find /sys/fs/cgroup -mindepth 1 -maxdepth 3 -type d \( -name docker -o -name libpod_parent \) -exec rmdir {} + 2>/dev/null
}
trap finish EXIT

mkdir -p "$work/root/bin" "$work/data"
cp "$(command -v busybox)" "$work/root/bin/busybox"
for applet in sh sleep; do ln -s busybox "$work/root/bin/$applet"; done
export MDCOMPOSE_DATA_DIR=$work/data

# stack DIRECTORY ROOT: ROOT is the line that says what the services are made of.
stack() {
  local name
  mkdir -p "$work/$1"
  { printf 'version: "3.8"\nservices:\n'
    for name in one two three; do
      printf '  %s:\n    %s\n    init: true\n    command: [/bin/sleep, "1000"]\n' "$name" "$2"
      [ "$name" = one ] || printf '    depends_on: [one]\n'
    done
  } >"$work/$1/compose.yaml"
  cp "$work/$1/compose.yaml" "$work/$1/docker-compose.yml"
}
declare -A up down
engines=()

add_mdcompose() {
  stack mdcompose "rootfs: $work/root"
  sed -i 1d "$work/mdcompose/compose.yaml"
  rm "$work/mdcompose/docker-compose.yml"
  up[mdcompose]="$MDCOMPOSE up -d" down[mdcompose]="$MDCOMPOSE down"
  engines+=(mdcompose)
}

add_docker() {
  command -v docker-compose >/dev/null && command -v dockerd >/dev/null || return
  export DOCKER_HOST=unix:///run/docker.sock
  dockerd --data-root "$work/docker" --exec-root /run/docker --pidfile /run/docker.pid -H "$DOCKER_HOST" >"$work/dockerd.log" 2>&1 &
  daemon=$!
  local tries
  for tries in $(seq 100); do docker info >/dev/null 2>&1 && break; sleep 0.1; done
  docker info >/dev/null 2>&1 || { echo "docker-compose: left out, no docker daemon starts here"; return; }
  tar -C "$work/root" -c . | docker import - mdcompose-bench:1 >/dev/null
  stack docker "image: mdcompose-bench:1"
  up[docker]="docker-compose up -d" down[docker]="docker-compose down -t 1"
  engines+=(docker)
}

add_podman() {
  command -v podman-compose >/dev/null && command -v podman >/dev/null || return
  mkdir -p "$work/podman"
  printf '[storage]\ndriver = "overlay"\nrunroot = "/run/containers"\ngraphroot = "%s"\n' "$work/podman" >"$work/storage.conf"
  export CONTAINERS_STORAGE_CONF=$work/storage.conf
  tar -C "$work/root" -c . | podman import - mdcompose-bench:1 >/dev/null 2>&1
  stack podman "image: localhost/mdcompose-bench:1"
  up[podman]="podman-compose up -d" down[podman]="podman-compose down -t 1"
  engines+=(podman)
}

# took COMMAND: its milliseconds; nothing where it fails
took() {
  local before after
  before=$(date +%s%N)
  $1 >"$work/output" 2>&1 || return 1
  after=$(date +%s%N)
  echo "$(((after - before) / 1000))"
}
# figures ENGINE VERB: minimum and median in milliseconds
figures() {
  sort -n "$work/$1.$2" | awk '{ value[NR] = $1 } END { printf "%.1f %.1f", value[1] / 1000, value[int((NR + 1) / 2)] / 1000 }'
}

add_mdcompose
add_docker
add_podman
for round in $(seq 0 "$ROUNDS"); do
  for engine in "${engines[@]}"; do
    cd "$work/$engine" || exit 2
    for verb in up down; do
      [ $verb = up ] && command=${up[$engine]} || command=${down[$engine]}
      if time=$(took "$command"); then
        # The first round warms caches.
        [ "$round" = 0 ] || echo "$time" >>"$work/$engine.$verb"
      else
        echo "$engine: $command failed: $(tail -n 1 "$work/output")"
      fi
    done
  done
done

printf '%-10s %-5s %10s %10s %10s\n' engine verb "min ms" "median ms" ratio
for verb in up down; do
  read -r _ ours < <(figures mdcompose $verb; echo)
  for engine in "${engines[@]}"; do
    [ -s "$work/$engine.$verb" ] || continue
    read -r least median < <(figures "$engine" $verb; echo)
    printf '%-10s %-5s %10s %10s %9.1fx\n' "$engine" $verb "$least" "$median" "$(awk -v a="$median" -v b="$ours" 'BEGIN { print a / b }')"
  done
done
