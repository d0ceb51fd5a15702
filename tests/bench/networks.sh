#!/bin/bash
# Networks: set-up, throughput, round trips, names; beside netavark, docker-proxy, aardvark-dns and dnsmasq where they are
# installed.
#
#   networks.sh [SECONDS]     of each measurement; MDCOMPOSE: the program, build/release's by default;
#                             BENCH: where bench_network and wire are, build/bench/tests/bench by default
#
# Everything runs in namespaces of its own. Prints figures and ratios, judges nothing.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly MDCOMPOSE=${MDCOMPOSE:-$here/../../build/release/orchestrator/mdcompose}
readonly BENCH=${BENCH:-$here/../../build/bench/tests/bench}
readonly SECONDS_EACH=${1:-3}
readonly WIRE=$BENCH/wire

[ "$(id -u)" = 0 ] || { echo "networks.sh must be run as root" >&2; exit 2; }
for program in "$MDCOMPOSE" "$WIRE" "$BENCH/bench_network"; do
  [ -x "$program" ] || { echo "$program is not there, see tests/bench/CMakeLists.txt" >&2; exit 2; }
done
if [ -z "${NETWORKS_INSIDE:-}" ]; then
  NETWORKS_INSIDE=1 exec unshare --mount --net --pid --ipc --uts --fork --mount-proc "${BASH_SOURCE[0]}" "$@"
fi

mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/mdcompose
ip link set lo up
work=$(mktemp -d "${TMPDIR:-/var/tmp}/mdcompose-bench-XXXXXX")
export MDCOMPOSE_DATA_DIR=$work/data
helpers=()
finish() {
  [ ! -d "$work/stack" ] || (cd "$work/stack" && "$MDCOMPOSE" down --timeout 1 >/dev/null 2>&1)
  [ ${#helpers[@]} = 0 ] || kill "${helpers[@]}" 2>/dev/null
  cd / && rm -rf "$work"
}
trap finish EXIT
have() { command -v "$1" >/dev/null; }
find_helper() { local d; for d in /usr/lib/podman /usr/libexec/podman; do [ -x "$d/$1" ] && echo "$d/$1" && return; done; command -v "$1"; }
in_background() { "$@" >/dev/null 2>&1 & helpers+=($!); }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "?" }'; }
cpu_of() { awk '{ print ($14 + $15) / 100 }' "/proc/$1/stat"; }
namespace() { ip netns add "$1" && ip -n "$1" link set lo up; }
cable() { # NAMESPACE HOST-ADDRESS ADDRESS
  ip link add "v-$1" type veth peer name eth0 netns "$1"
  ip addr add "$2" dev "v-$1" && ip link set "v-$1" up
  ip -n "$1" addr add "$3" dev eth0 && ip -n "$1" link set eth0 up && ip -n "$1" route add default via "${2%/*}"
}

echo "== set-up, milliseconds for 1, 10, 100 containers"
ours=($("$BENCH/bench_network" --benchmark_filter=SetUp --benchmark_format=csv 2>/dev/null | awk -F, '/SetUp/ { print $3 }'))
echo "mdcompose ${ours[*]}"
netavark=$(find_helper netavark)
if [ -n "$netavark" ]; then
  theirs=()
  next=2
  for count in 1 10 100; do
    for ((i = 0; i < count; i++)); do ip netns add "n$i"; done
    start=$(date +%s%N)
    for ((i = 0; i < count; i++)); do
      address=10.88.$((next / 250)).$((next % 250 + 2)); next=$((next + 1))
      "$netavark" setup "/run/netns/n$i" >/dev/null 2>"$work/netavark" <<JSON || { cat "$work/netavark"; break 2; }
{"container_id":"c$next","container_name":"c$next","networks":{"bench":{"interface_name":"eth0","static_ips":["$address"]}},
 "network_info":{"bench":{"name":"bench","id":"$(printf '%064d' 1)","driver":"bridge","network_interface":"bench0",
 "subnets":[{"subnet":"10.88.0.0/16","gateway":"10.88.0.1"}],"ipv6_enabled":false,"internal":false,"dns_enabled":false,
 "ipam_options":{"driver":"host-local"}}}}
JSON
    done
    theirs+=("$(awk -v ns=$(($(date +%s%N) - start)) 'BEGIN { printf "%.1f", ns / 1e6 }')")
    for ((i = 0; i < count; i++)); do ip netns del "n$i"; done
  done
  echo "netavark  ${theirs[*]}"
  echo "netavark takes $(ratio "${theirs[0]:-0}" "${ours[0]}"), $(ratio "${theirs[1]:-0}" "${ours[1]}"), $(ratio "${theirs[2]:-0}" "${ours[2]}") times as long"
  ip link del bench0 2>/dev/null
fi
echo "== taking down, milliseconds for 1, 10, 100 containers"
echo "mdcompose" $("$BENCH/bench_network" --benchmark_filter=TearDown --benchmark_format=csv 2>/dev/null | awk -F, '/TearDown/ { print $3 }')

namespace outside && cable outside 198.51.100.1/24 198.51.100.2/24
ip route add default via 198.51.100.2
mkdir -p "$work/stack" && cd "$work/stack" || exit 2
cat >mdcompose.yaml <<YAML
services:
  server: {rootfs: /, init: true, command: sleep infinity, ports: ["5301:5201", "5302:7000"]}
  client: {rootfs: /, init: true, command: sleep infinity}
YAML
"$MDCOMPOSE" up -d >/dev/null 2>&1 || { echo "the stack does not come up" >&2; exit 1; }
pid_of() { grep -o '"pid": [0-9]*' "/run/mdcompose/stack/instances/$1-1/state.json" | grep -o '[0-9]*'; }
in_ns() { local pid=$1; shift; nsenter --net="/proc/$pid/ns/net" "$@"; }
server=$(pid_of server) client=$(pid_of client) gateway=$(pgrep -f '^mdcompose __gateway stack$')
address=$(in_ns "$server" ip -4 -o addr show eth0 | grep -o '10\.[0-9.]*' | head -1)
in_background in_ns "$server" iperf3 -s
in_background in_ns "$server" "$WIRE" echo 0.0.0.0 7000
in_background ip netns exec outside iperf3 -s
in_background ip netns exec outside "$WIRE" echo 0.0.0.0 7000
namespace peer && cable peer 10.77.0.1/24 10.77.0.2/24
in_background ip netns exec peer iperf3 -s
in_background ip netns exec peer "$WIRE" echo 0.0.0.0 7000
proxy=0
if have docker-proxy; then
  in_background docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 5401 -container-ip 10.77.0.2 -container-port 5201
  proxy=$!
  in_background docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 5402 -container-ip 10.77.0.2 -container-port 7000
fi
until in_ns "$client" bash -c "exec 3<>/dev/tcp/$address/5201 && exec 4<>/dev/tcp/$address/7000" 2>/dev/null; do :; done

# throughput WHERE PROXY-PID COMMAND...: gigabits per second there and back, CPU seconds of the proxy per gigabyte.
declare -A gbits cpu
throughput() {
  local name=$1 pid=$2 before=0 after=0 result way
  shift 2
  for way in "" -R; do
    [ "$pid" = 0 ] || before=$(cpu_of "$pid")
    result=$("$@" -t "$SECONDS_EACH" $way -J 2>/dev/null | perl -MJSON::PP -e 'local $/; my $r = decode_json(<STDIN>)->{end}{sum_received}; printf "%.2f %.3f", $r->{bits_per_second} / 1e9, $r->{bytes} / 1e9')
    [ "$pid" = 0 ] || after=$(cpu_of "$pid")
    gbits[$name]+="${result% *} "
    cpu[$name]+="$(awk -v s="$after" -v b="$before" -v gb="${result#* }" 'BEGIN { printf "%.3f", gb > 0 ? (s - b) / gb : 0 }') "
  done
  printf '%-34s %-14s Gbit/s   %s CPU s/GB of the proxy\n' "$name" "${gbits[$name]}" "${cpu[$name]}"
}
round_trip() { printf '%-34s %s us, with a new connection %s us\n' "$1" "$("${@:3}" "$WIRE" rr $2 "$SECONDS_EACH")" "$("${@:3}" "$WIRE" crr $2 "$SECONDS_EACH")"; }

if have iperf3; then
  echo "== throughput, to and from the server"
  throughput "container to container" 0 in_ns "$client" iperf3 -c "$address"
  throughput "host to published port" "$gateway" iperf3 -c 198.51.100.1 -p 5301
  throughput "outside to published port" "$gateway" ip netns exec outside iperf3 -c 198.51.100.1 -p 5301
  [ $proxy = 0 ] || throughput "outside to docker-proxy" "$proxy" ip netns exec outside iperf3 -c 198.51.100.1 -p 5401
  throughput "container to outside" "$gateway" in_ns "$client" iperf3 -c 198.51.100.2
  if [ $proxy != 0 ]; then
    read -r a b <<<"${gbits[outside to published port]}"; read -r c d <<<"${gbits[outside to docker-proxy]}"
    read -r e f <<<"${cpu[outside to published port]}"; read -r g h <<<"${cpu[outside to docker-proxy]}"
    echo "throughput is $(ratio "$a" "$c") and $(ratio "$b" "$d") of docker-proxy's, CPU per byte $(ratio "$e" "$g") and $(ratio "$f" "$h")"
  fi
fi
echo "== round trip of one byte"
round_trip "container to container" "$address 7000" in_ns "$client"
round_trip "outside to published port" "198.51.100.1 5302" ip netns exec outside
[ $proxy = 0 ] || round_trip "outside to docker-proxy" "198.51.100.1 5402" ip netns exec outside
round_trip "container to outside" "198.51.100.2 7000" in_ns "$client"

echo "== names, answers per second"
declare -A names
answers() { names[$1]=$("${@:2}" 2>/dev/null || echo 0); printf '%-34s %s\n' "$1" "${names[$1]}"; }
answers mdcompose in_ns "$client" "$WIRE" dns 127.0.0.11 53 server "$SECONDS_EACH"
if have dnsmasq; then
  in_background dnsmasq -k --no-resolv --no-hosts --host-record=server,10.0.0.1 -p 5354 --listen-address=127.0.0.1 --bind-interfaces --pid-file
  sleep 0.5
  answers dnsmasq "$WIRE" dns 127.0.0.1 5354 server "$SECONDS_EACH"
fi
aardvark=$(find_helper aardvark-dns)
if [ -n "$aardvark" ]; then
  mkdir -p "$work/aardvark"
  printf '127.0.0.1\n%064d 10.0.0.1  server\n' 1 >"$work/aardvark/bench"
  in_background "$aardvark" --config "$work/aardvark" --port 5355 run
  sleep 0.5
  answers aardvark-dns "$WIRE" dns 127.0.0.1 5355 server "$SECONDS_EACH"
fi
for other in dnsmasq aardvark-dns; do
  [ -z "${names[$other]:-}" ] || echo "$(ratio "${names[mdcompose]}" "${names[$other]}") times as many as $other"
done
