# Sourced by the benchmarks of whole stacks: what one engine takes from `up` until all is healthy, at idle and for `down`, and
# the table of all engines. An engine is measured by its functions up_ENGINE, healthy_ENGINE and down_ENGINE, run in
# $work/ENGINE, and by containers_ENGINE, the control group above its containers.
. "$(dirname "${BASH_SOURCE[0]}")/engines.sh"
declare -A figure
engines=()

# group_seconds GROUP: the processor time of everything that has ever run in it, wherever this host keeps it
group_seconds() {
  local file
  for file in /sys/fs/cgroup/{,unified/}"$1"/cpu.stat /sys/fs/cgroup/cpuacct/"$1"/cpuacct.usage /sys/fs/cgroup/*,cpuacct/"$1"/cpuacct.usage; do
    case $file in
      *cpu.stat) awk '$1 == "usage_usec" { print $2 / 1e6 }' "$file" 2>/dev/null ;;
      *) awk '{ print $1 / 1e9 }' "$file" 2>/dev/null ;;
    esac
  done | sort -n | awk '{ most = $1 } END { printf "%.6f\n", most }'
}

# spent ENGINE [engine]: seconds of processor time in this box, and those of them inside of containers
spent() { echo "$(box_seconds ${2:+"$2"}) $(group_seconds "$("containers_$1")")"; }

# since ENGINE KEY BOX CONTAINERS [engine]: what has been spent since then, all of it and outside of containers
since() {
  local box containers
  read -r box containers < <(spent "$1" ${5:+"$5"})
  figure[$1.$2.all]=$(difference "$box" "$3")
  figure[$1.$2.engine]=$(awk -v b="$box" -v c="$containers" -v bb="$3" -v cc="$4" 'BEGIN { printf "%.6f", b - bb - (c - cc) }')
}

# measure ENGINE IDLE-SECONDS: fills figure[ENGINE.*]
measure() {
  local engine=$1 idle=$2 began seconds living
  cd "$work/$engine" || return 1
  began=$(wall_ns) seconds=$(spent "$engine")
  "up_$engine" >"$work/output" 2>&1 || { echo "$engine: up failed: $(tail -n 1 "$work/output")"; return 1; }
  figure[$engine.up]=$(difference "$(wall_ns)" "$began")
  # podman checks health by timers of systemd only, which a box does not have.
  if [ "$engine" != podman ]; then
    "healthy_$engine" >"$work/output" 2>&1 || { echo "$engine: not healthy: $(tail -n 1 "$work/output")"; return 1; }
    figure[$engine.healthy]=$(difference "$(wall_ns)" "$began")
  fi
  # shellcheck disable=SC2086 # two words
  since "$engine" cpu $seconds
  sleep 3
  seconds=$(spent "$engine" engine)
  living=$(engine_seconds)
  sleep "$idle"
  figure[$engine.idle.living]=$(difference "$(engine_seconds)" "$living")
  # shellcheck disable=SC2086
  since "$engine" idle $seconds engine
  figure[$engine.memory]=$(engine_memory)
  figure[$engine.processes]=$(engine_processes | wc -l)
  began=$(wall_ns)
  "down_$engine" >"$work/output" 2>&1 || echo "$engine: down failed: $(tail -n 1 "$work/output")"
  figure[$engine.down]=$(difference "$(wall_ns)" "$began")
  engines+=("$engine")
}

# row NAME KEY DIVISOR: beside each figure how many times that of the first engine it is
row() {
  local engine value
  printf '%-46s' "$1"
  for engine in "${engines[@]}"; do
    value=${figure[$engine.$2]:-}
    if [ -z "$value" ]; then printf '%22s' -; continue; fi
    printf '%12s %8sx' "$(awk -v v="$value" -v d="$3" 'BEGIN { printf "%.3f", v / d }')" \
      "$(quotient "$value" "${figure[${engines[0]}.$2]:-0}")"
  done
  printf '\n'
}

# table TITLE IDLE-SECONDS
table() {
  local percent
  percent=$(awk -v s="$2" 'BEGIN { print s / 100 }')
  [ ${#engines[@]} -gt 0 ] || exit 1
  printf '%-46s' "$1"
  printf '%22s' "${engines[@]}"
  printf '\n'
  row "up -d, seconds" up 1e9
  row "until all are healthy, seconds" healthy 1e9
  row "processor until then, seconds" cpu.all 1
  row "  of it outside of containers" cpu.engine 1
  row "down, seconds" down 1e9
  row "engine's memory (PSS), MiB" memory 1
  row "engine's processes" processes 1
  row "processor, % of one, over $2 s idle" idle.all "$percent"
  row "  of it outside of containers" idle.engine "$percent"
  row "  of it by the engine's processes that stay" idle.living "$percent"
}
