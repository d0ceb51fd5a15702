#!/bin/bash
# Output of a container: how many bytes of it an engine writes down with a second of processor time; beside docker and
# podman, and beside a program that does nothing but copy them from a pipe to a file. Rotation at 10 MB, five files.
#
#   logs.sh [MEGABYTES] [LINE-LENGTH...]     128; 64, 200 and 2000 bytes, and slowly
#
# Counted is what all processes of the engine take while a container prints; slowly: 3000 lines of 100 bytes, each by
# itself and about a millisecond after the one before, as servers log. Prints figures and ratios, judges nothing.
. "$(dirname "$0")/engines.sh"
readonly MEGABYTES=${1:-128}
lengths=("${@:2}")
[ ${#lengths[@]} -gt 0 ] || lengths=(64 200 2000 slowly)

mkdir "$work/shared"
# Prints when it is told to, says that it has, and stays: its end is no part of the measurement.
readonly PRINT='until [ -e /shared/go ]; do sleep 0.05; done; . /shared/print; touch /shared/done; exec sleep 100000'

start_mdcompose() {
  mkdir -p "$work/mdcompose" && cd "$work/mdcompose" || return 1
  cat >compose.yaml <<YAML
services:
  printer:
    rootfs: $work/root
    command: [/bin/sh, -c, "$PRINT"]
    volumes: ["$work/shared:/shared"]
    logging: {driver: local, options: {max-size: 10m, max-file: "5"}}
YAML
  "$MDCOMPOSE" up -d
}
stop_mdcompose() { "$MDCOMPOSE" down --timeout 0; }
start_container() { # ENGINE OPTION...
  "$1" run -d --name printer --network none -v "$work/shared:/shared" "${@:2}" "$image" /bin/sh -c "$PRINT"
}
start_docker_json() { start_container docker --log-driver json-file --log-opt max-size=10m --log-opt max-file=5; }
start_docker_local() { start_container docker --log-driver local --log-opt max-size=10m --log-opt max-file=5; }
stop_docker_json() { docker rm -f printer; }
stop_docker_local() { docker rm -f printer; }
start_podman() { start_container podman --log-driver k8s-file --log-opt max-size=10m; }
stop_podman() { podman rm -f -t 0 printer; }

settle() { # until the engine has nothing more to do
  local before= now
  until [ "$before" = "$(now=$(engine_seconds); printf '%.2f' "$now")" ]; do
    before=$(printf '%.2f' "$(engine_seconds)")
    sleep 0.5
  done
}

# measure ENGINE LENGTH: bytes per second of processor time, in $rate, and seconds on the clock, in $took
measure() {
  local before began
  rm -f "$work/shared/go" "$work/shared/done"
  "start_$1" >"$work/output" 2>&1 || { echo "$1: does not start: $(tail -n 1 "$work/output")"; return 1; }
  settle
  before=$(engine_seconds)
  began=$(wall_ns)
  touch "$work/shared/go"
  until [ -e "$work/shared/done" ]; do sleep 0.02; done
  took=$(difference "$(wall_ns)" "$began")
  settle
  rate=$(quotient "$(stat -c %s "$work/shared/lines")" "$(difference "$(engine_seconds)" "$before")")
  "stop_$1" >"$work/output" 2>&1 || echo "$1: does not stop: $(tail -n 1 "$work/output")"
}

# Without records and without rotation.
measure_copying() {
  local TIMEFORMAT='%U %S %R' user system seconds
  read -r user system seconds < <({ "$work/root/bin/cat" "$work/shared/lines" | { time dd bs=256K of="$work/copied" status=none; }; } 2>&1)
  took=$(awk -v s="$seconds" 'BEGIN { print s * 1e9 }')
  rate=$(quotient "$(stat -c %s "$work/copied")" "$(awk -v u="$user" -v s="$system" 'BEGIN { print u + s }')")
  rm "$work/copied"
}

lines_of() { # LENGTH
  local length=$1 bytes=$((MEGABYTES << 20))
  echo 'cat /shared/lines' >"$work/shared/print"
  if [ "$1" = slowly ]; then
    length=100 bytes=300000
    echo 'while read -r line; do echo "$line"; usleep 1000; done </shared/lines' >"$work/shared/print"
  fi
  awk -v length_="$length" -v bytes="$bytes" 'BEGIN {
    line = sprintf("%" length_ - 1 "s", ""); gsub(/ /, "x", line)
    for (n = 0; n < bytes; n += length_) print line
  }' >"$work/shared/lines"
}

run() { # ENGINE...: one table row per engine and length
  local engine length
  for engine in "$@"; do
    for length in "${lengths[@]}"; do
      lines_of "$length"
      case $engine/$length in
        copying/slowly) continue ;;
        copying/*) measure_copying ;;
        *) measure "$engine" || continue ;;
      esac
      [ -n "${ours[$length]:-}" ] || ours[$length]=$rate
      printf '%-14s %6s %12.1f %10.2f %9.1fx\n' "$engine" "$length" "$(awk -v r="$rate" 'BEGIN { print r / 1e6 }')" \
        "$(awk -v t="$took" 'BEGIN { print t / 1e9 }')" "$(quotient "${ours[$length]}" "$rate")"
    done
  done
}
declare -A ours
printf '%-14s %6s %12s %10s %10s\n' engine line "MB/CPU s" "seconds" "ours/its"
run mdcompose copying
if start_docker; then run docker_json docker_local; stop_docker; fi
if prepare_podman; then image=localhost/$image run podman; fi
