# Sourced by the benchmarks that set mdcompose beside other engines: a box of namespaces and directories of its own for all
# of them, one root filesystem, one docker daemon, and what processes cost. Neither the machine's engines nor its network
# are touched. MDCOMPOSE is the program; build/release's by default.
set -u
export LC_ALL=C NO_COLOR=1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly MDCOMPOSE=${MDCOMPOSE:-$here/../../build/release/orchestrator/mdcompose}

[ "$(id -u)" = 0 ] || { echo "${0##*/} must be run as root" >&2; exit 2; }
[ -x "$MDCOMPOSE" ] || { echo "$MDCOMPOSE is not there: cmake --preset release && cmake --build --preset release" >&2; exit 2; }
if [ -z "${ENGINES_INSIDE:-}" ]; then
  ENGINES_INSIDE=1 exec unshare --mount --net --pid --ipc --uts --fork --mount-proc bash "$0" "$@"
fi

mount -t tmpfs tmpfs /run && mkdir -p /run/mdcompose
ip link set lo up
work=$(mktemp -d "${TMPDIR:-/var/tmp}/mdcompose-bench-XXXXXX")
export MDCOMPOSE_DATA_DIR=$work/data
daemon=
stop_docker() {
  [ -n "$daemon" ] || return
  kill "$daemon" && wait "$daemon" 2>/dev/null
  daemon=
}
finish() {
  [ ! -d "$work/mdcompose" ] || (cd "$work/mdcompose" && "$MDCOMPOSE" down --timeout 0 >/dev/null 2>&1)
  stop_docker
  cd /
  # podman leaves its store mounted.
  awk -v below="$work/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r | xargs -r umount --lazy
  rm -rf "$work"
  find /sys/fs/cgroup -mindepth 1 -maxdepth 3 -type d \( -name docker -o -name libpod_parent \) -exec rmdir {} + 2>/dev/null
}
trap finish EXIT

have() { command -v "$1" >/dev/null; }

# What every engine's containers are made of: busybox, and nothing else.
mkdir -p "$work/root/bin" "$work/data"
cp "$(command -v busybox)" "$work/root/bin/busybox"
for applet in sh sleep usleep cat true touch; do ln -s busybox "$work/root/bin/$applet"; done

# With the same root filesystem as image $image; fails where there is no docker.
image=mdcompose-bench:1
start_docker() {
  have docker && have dockerd || { echo "docker: left out, it is not installed"; return 1; }
  export DOCKER_HOST=unix:///run/docker.sock
  dockerd --data-root "$work/docker" --exec-root /run/docker --pidfile /run/docker.pid -H "$DOCKER_HOST" >"$work/dockerd.log" 2>&1 &
  daemon=$!
  local tries
  for tries in $(seq 100); do docker info >/dev/null 2>&1 && break; sleep 0.1; done
  docker info >/dev/null 2>&1 || { echo "docker: left out, no daemon starts here"; return 1; }
  tar -C "$work/root" -c . | docker import - $image >/dev/null
}
prepare_podman() {
  have podman || { echo "podman: left out, it is not installed"; return 1; }
  mkdir -p "$work/podman"
  printf '[storage]\ndriver = "overlay"\nrunroot = "/run/containers"\ngraphroot = "%s"\n' "$work/podman" >"$work/storage.conf"
  export CONTAINERS_STORAGE_CONF=$work/storage.conf
  tar -C "$work/root" -c . | podman import - $image >/dev/null 2>&1
}

# The processes of the engine that is being measured: all of the box but those in the pid namespaces of containers, where
# only the process that keeps a health check's command is the engine's, and this script.
engine_processes() {
  local own pid program
  own=$(readlink /proc/self/ns/pid)
  for pid in /proc/[0-9]*; do
    program=$(readlink "$pid/exe" 2>/dev/null)
    [ "$(readlink "$pid/ns/pid" 2>/dev/null)" = "$own" ] || [[ $program = /memfd:mdc-repeat* ]] || continue
    case $program in '' | */bash | */awk | */mawk | */gawk) ;; *) echo "${pid#/proc/}" ;; esac
  done
}
# Seconds of processor time that the living processes of the engine have taken so far.
engine_seconds() {
  local pid
  for pid in $(engine_processes); do cat "/proc/$pid/task"/*/schedstat 2>/dev/null; done |
    awk '{ ns += $1 } END { printf "%.6f\n", ns / 1e9 }'
}
# MiB, every shared page counted once.
engine_memory() {
  local pid
  for pid in $(engine_processes); do cat "/proc/$pid/smaps_rollup" 2>/dev/null; done |
    awk '/^Pss:/ { kb += $2 } END { printf "%.1f\n", kb / 1024 }'
}
# Seconds of processor time of everything in this box so far, the dead included, but for those that nobody waits for; with
# `engine`, without what this script and its own commands have taken. Of the living the threads are counted in nanoseconds,
# and in ticks where threads have died.
box_seconds() {
  grep -s '' /proc/[0-9]*/stat /proc/[0-9]*/task/[0-9]*/schedstat | awk -v script="${1:+$$}" '
    { name = substr($0, 1, index($0, ":") - 1); split(name, path, "/"); pid = path[3] }
    path[4] == "stat" {
      if (script != "" && (pid == script || $0 ~ /\((bash|cat|grep|[mg]?awk)\) /)) { skip[pid] = 1; next }
      sub(/^.*\) /, ""); own[pid] = ($12 + $13) / 100; waited += ($14 + $15) / 100; next
    }
    !(pid in skip) { sub(/^[^:]*:/, ""); threads[pid] += $1 / 1e9 }
    END {
      for (pid in own) total += own[pid] - threads[pid] > 0.02 ? own[pid] : threads[pid]
      printf "%.6f\n", total + waited
    }'
}
wall_ns() { date +%s%N; }
difference() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.6f", a - b }'; }
quotient() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.1f", a / b; else printf "?" }'; }
