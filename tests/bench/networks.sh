#!/bin/bash
# Networks: set-up, throughput, round trips, names; beside docker, netavark, docker-proxy, aardvark-dns and dnsmasq where
# they are installed.
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
  [ -z "${DOCKER:-}" ] || docker kill c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 >/dev/null
  [ ${#helpers[@]} = 0 ] || kill "${helpers[@]}" 2>/dev/null
  wait
  cd / && umount -R "$work/docker" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
have() { command -v "$1" >/dev/null; }
find_helper() { local d; for d in /usr/lib/podman /usr/libexec/podman; do [ -x "$d/$1" ] && echo "$d/$1" && return; done; command -v "$1"; }
in_background() { "$@" >/dev/null 2>&1 3>/dev/null & helpers+=($!); }  # docker-proxy reports to descriptor 3
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "?" }'; }
cpu_of() { awk '{ print ($14 + $15) / 100 }' "/proc/$1/stat"; }
namespace() { ip netns add "$1" && ip -n "$1" link set lo up; }
cable() { # NAMESPACE HOST-ADDRESS ADDRESS
  ip link add "v-$1" type veth peer name eth0 netns "$1"
  ip addr add "$2" dev "v-$1" && ip link set "v-$1" up
  ip -n "$1" addr add "$3" dev eth0 && ip -n "$1" link set eth0 up && ip -n "$1" route add default via "${2%/*}"
}

milliseconds() { awk -v ns=$(($(date +%s%N) - $1)) 'BEGIN { printf "%.1f", ns / 1e6 }'; }
# beside WHAT NAME TIMES...: a line, and how many times ours that is.
beside() {
  local -n mine=$1
  printf '%-10s %s   %s times ours\n' "$2" "${*:3}" "$(ratio "$3" "${mine[0]}"), $(ratio "$4" "${mine[1]}"), $(ratio "$5" "${mine[2]}")"
}

# dockerd with two small containers' worth of an image; DOCKER is empty where there is none.
docker_api() { curl -sf --unix-socket /run/docker.sock -H 'Content-Type: application/json' -o /dev/null "$@"; }
start_docker() {
  have dockerd && have curl && have busybox || return
  mkdir -p "$work/image/bin" /run/docker
  cp "$(command -v busybox)" "$work/image/bin/"
  ldd "$(command -v busybox)" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do cp --parents -L "$library" "$work/image"; done
  in_background dockerd --data-root "$work/docker" --exec-root /run/docker --pidfile /run/docker.pid -H unix:///run/docker.sock --storage-driver vfs
  for _ in $(seq 300); do docker_api http://d/_ping && break; sleep 0.1; done
  tar -C "$work/image" -c . | docker import - bench:1 >/dev/null 2>&1 && docker network create base >/dev/null && docker network create bench >/dev/null || return
  for i in $(seq 0 9); do docker run -d --name "c$i" --network base bench:1 /bin/busybox sleep 100000 >/dev/null || return; done
  DOCKER=yes
}
DOCKER=
start_docker 2>/dev/null
# docker_networks connect|disconnect COUNT: for running containers, ten at a time, the way back not measured; milliseconds.
# Making the network is part of it, as with the others.
docker_networks() {
  local total=0 back=disconnect start i round
  if [ "$1" = connect ]; then
    docker_api -X DELETE http://d/networks/bench
    start=$(date +%s%N)
    docker_api -X POST http://d/networks/create -d '{"Name":"bench"}'
    total=$(($(date +%s%N) - start))
  else
    back=connect
  fi
  for ((round = 0; round < $2; round += 10)); do
    start=$(date +%s%N)
    for ((i = 0; i < 10 && round + i < $2; i++)); do docker_api -X POST http://d/networks/bench/"$1" -d "{\"Container\":\"c$i\"}"; done
    total=$((total + $(date +%s%N) - start))
    for ((i = 0; i < 10 && round + i < $2; i++)); do docker_api -X POST http://d/networks/bench/$back -d "{\"Container\":\"c$i\"}"; done
  done
  awk -v ns=$total 'BEGIN { printf "%.1f", ns / 1e6 }'
}
netavark=$(find_helper netavark)
netavark() { # setup|teardown NUMBER
  local number=$(($2 + 2))
  "$netavark" "$1" "/run/netns/n$2" >/dev/null <<JSON
{"container_id":"c$2","container_name":"c$2","networks":{"bench":{"interface_name":"eth0","static_ips":["10.88.$((number / 250)).$((number % 250))"]}},
 "network_info":{"bench":{"name":"bench","id":"$(printf '%064d' 1)","driver":"bridge","network_interface":"bench0",
 "subnets":[{"subnet":"10.88.0.0/16","gateway":"10.88.255.1"}],"ipv6_enabled":false,"internal":false,"dns_enabled":false,
 "ipam_options":{"driver":"host-local"}}}}
JSON
}

in_process() { "$BENCH/bench_network" --benchmark_filter="$1" --benchmark_format=csv 2>/dev/null | awk -F, '/_median/ { print $3 }'; }
echo "== set-up, milliseconds for 1, 10, 100 containers"
ours=($(in_process SetUp)) gone=($(in_process TearDown))
echo "mdcompose  ${ours[*]}"
if [ -n "$netavark" ]; then
  up=() down=()
  for count in 1 10 100; do
    for ((i = 0; i < count; i++)); do ip netns add "n$i"; done
    start=$(date +%s%N); for ((i = 0; i < count; i++)); do netavark setup $i || break; done; up+=("$(milliseconds "$start")")
    start=$(date +%s%N); for ((i = 0; i < count; i++)); do netavark teardown $i || break; done; down+=("$(milliseconds "$start")")
    for ((i = 0; i < count; i++)); do ip netns del "n$i"; done
  done
  beside ours netavark "${up[@]}"
fi
if [ -n "$DOCKER" ]; then
  up_docker=() down_docker=()
  for count in 1 10 100; do up_docker+=("$(docker_networks connect $count)"); done
  for ((i = 0; i < 10; i++)); do docker_api -X POST http://d/networks/bench/connect -d "{\"Container\":\"c$i\"}"; done
  for count in 1 10 100; do down_docker+=("$(docker_networks disconnect $count)"); done
  beside ours docker "${up_docker[@]}"
fi
echo "== taking down, milliseconds for 1, 10, 100 containers"
echo "mdcompose  ${gone[*]}"
[ -z "$netavark" ] || beside gone netavark "${down[@]}"
[ -z "$DOCKER" ] || beside gone docker "${down_docker[@]}"

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
# docker-proxy's container is behind a bridge, as ours.
namespace peer && cable peer 10.77.0.1/24 10.77.0.2/24
ip addr del 10.77.0.1/24 dev v-peer && ip link add bench-bridge type bridge && ip link set v-peer master bench-bridge
ip addr add 10.77.0.1/24 dev bench-bridge && ip link set bench-bridge up
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
    cpu[$name]+="$(awk -v s="$after" -v b="$before" -v gb="${result#* }" 'BEGIN { printf "%.3f", (gb > 0 ? (s - b) / gb : 0) }') "
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

# The same by the kernel: where the host forwards and lets it pass, `up` finds out. The gateway would take what is refused.
echo 1 >/proc/sys/net/ipv4/ip_forward
! have iptables || iptables -P FORWARD ACCEPT
"$MDCOMPOSE" up -d >/dev/null 2>&1
is_refused() { ! in_ns "$client" bash -c "exec 3<>/dev/tcp/198.51.100.2/9" 2>/dev/null; }
for _ in $(seq 50); do is_refused && break; sleep 0.1; done
echo "== the way out by the kernel"
if is_refused; then
  ! have iperf3 || throughput "container to outside, kernel" 0 in_ns "$client" iperf3 -c 198.51.100.2
  round_trip "container to outside, kernel" "198.51.100.2 7000" in_ns "$client"
else
  echo "not carried here"
fi

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
if [ -n "$DOCKER" ]; then
  inside=$(docker inspect -f '{{.State.Pid}}' c0)
  answers dockerd in_ns "$inside" "$WIRE" dns 127.0.0.11 53 c1 "$SECONDS_EACH"
fi
for other in dnsmasq aardvark-dns dockerd; do
  [ -z "${names[$other]:-}" ] || echo "$(ratio "${names[mdcompose]}" "${names[$other]}") times as many as $other"
done
