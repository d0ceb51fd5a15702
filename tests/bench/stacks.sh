#!/bin/bash
# `up -d` and `down` of three services, beside docker-compose and podman-compose where they are installed.
#
#   stacks.sh [ROUNDS]      MDCOMPOSE: the program; build/release's by default
#
# Every engine gets the same busybox tree and the same three services, in turn. Everything runs in namespaces of its
# own with its own docker daemon, so neither the machine's engines nor its network are touched. Prints figures, judges nothing.
. "$(dirname "$0")/engines.sh"
readonly ROUNDS=${1:-5}

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
  have docker-compose && start_docker || return
  stack docker "image: $image"
  up[docker]="docker-compose up -d" down[docker]="docker-compose down -t 1"
  engines+=(docker)
}

add_podman() {
  have podman-compose && prepare_podman || return
  stack podman "image: localhost/$image"
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
