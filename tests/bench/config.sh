#!/bin/bash
# `config` of a usual stack, beside docker-compose and podman-compose where they are installed, and of larger and larger
# ones.
#
#   config.sh [ROUNDS]      MDCOMPOSE: the program; build/release's by default
#
# Every tool reads the same file, in turn. Needs no privilege. Prints figures, judges nothing.
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly MDCOMPOSE=${MDCOMPOSE:-$here/../../build/release/orchestrator/mdcompose}
readonly ROUNDS=${1:-15}
[ -x "$MDCOMPOSE" ] || { echo "$MDCOMPOSE is not there: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/mdcompose-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

# services NUMBER: a file with so many of them.
services() {
  local i
  printf 'version: "3.8"\nx-common: &common\n  restart: unless-stopped\n  environment: {LEVEL: "${LEVEL:-info}"}\nservices:\n'
  for ((i = 0; i < $1; i++)); do
    printf '  s%d:\n    <<: *common\n    image: registry.example/app:${TAG:-1.%d}\n    ports: ["127.0.0.1:%d:80"]\n' $i $i $((10000 + i))
    printf '    volumes: ["data:/data", "./conf:/etc/app:ro"]\n    healthcheck: {test: [CMD, "true"], interval: 10s}\n'
    [ $i = 0 ] || printf '    depends_on: [s%d]\n' $((i - 1))
  done
  printf 'volumes:\n  data: {}\n'
}

# milliseconds COMMAND...: of one run, with three decimals
milliseconds() {
  local start=$EPOCHREALTIME end
  "$@" >/dev/null 2>&1 || { echo failed; return; }
  end=$EPOCHREALTIME
  echo $(((${end/./} - ${start/./}))) | sed 's/\(.*\)\(...\)$/\1.\2/; s/^\./0./'
}
median() { sort -n | sed -n "$((($1 + 1) / 2))p"; }

services 12 >docker-compose.yml
tools=("$MDCOMPOSE")
for peer in docker-compose podman-compose; do
  command -v $peer >/dev/null && tools+=($peer) || echo "$peer is not installed"
done
for ((round = 0; round < ROUNDS; round++)); do
  for i in "${!tools[@]}"; do milliseconds "${tools[$i]}" config >>"$i.times"; done
done
echo "config of 12 services, milliseconds in $ROUNDS rounds, load average $(cut -d' ' -f1 /proc/loadavg):"
ours=$(median "$ROUNDS" <0.times)
for i in "${!tools[@]}"; do
  name=$(basename "${tools[$i]}")
  if grep -q failed "$i.times"; then
    echo "  $name has no config"
  else
    sort -n "$i.times" | awk -v name="$name" -v middle=$(((ROUNDS + 1) / 2)) -v ours="$ours" '
      NR == 1 { best = $1 }
      NR == middle { printf "  %-16s best %9.2f  median %9.2f  %6.1f times ours\n", name, best, $1, $1 / ours }'
  fi
done

echo "larger stacks, mdcompose alone, best of 5:"
for number in 100 1000 2000 5000; do
  services $number >large.yaml
  for round in 1 2 3 4 5; do milliseconds "$MDCOMPOSE" -f large.yaml config; done >large.times
  sort -n large.times | head -1 | awk -v n=$number '{printf "  %5d services %9.2f ms  %6.1f us each\n", n, $1, $1 * 1000 / n}'
done
