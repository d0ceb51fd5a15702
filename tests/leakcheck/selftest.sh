#!/bin/bash
# The leak checker finds what it must find: one leak of each kind is planted, must be reported, and must be gone
# from the report once it is undone. Everything happens in namespaces of our own, so that the machine stays as it is.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

if [ "${1:-}" != inside ]; then
  exec unshare --mount --net --ipc --uts --pid --fork --mount-proc --propagation private "$PWD/selftest.sh" inside
fi

export LEAKCHECK_SETTLE=2
mount -t tmpfs scratch /tmp
mount -t tmpfs run /run
mount -t tmpfs shm /dev/shm
mkdir -p /run/netns /run/mdcompose
ip link set lo up
ip netns add first && ip netns delete first   # the first one ever also mounts /run/netns on itself
readonly SNAPSHOT=/tmp/snapshot
failures=0

cgroup_root() {
  awk '{ dash = 7; while ($dash != "-") dash++; if ($(dash + 1) ~ /^cgroup/) print $(dash + 1), $5 }' /proc/self/mountinfo |
    sort -r | awk 'NR == 1 { print $2 }'
}
CGROUP=$(cgroup_root)/mdcompose-planted-$$-$RANDOM

# Starts something that lasts until the plant is undone; its pid is in $planted.
start() { "$@" & planted=$!; }
stop() { kill -9 "$planted"; wait "$planted" 2>/dev/null; return 0; }
# Waits until the command succeeds, as things that were started need a moment.
until_true() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.02; done; }

plant_mount() { mkdir -p /tmp/m && mount -t tmpfs planted /tmp/m; }
undo_mount() { umount /tmp/m; }
plant_cgroup() { mkdir "$CGROUP"; }
undo_cgroup() { rmdir "$CGROUP"; }
plant_namespace_of_a_process() { start unshare --uts sleep 60; until_true different_uts; }
different_uts() { [ "$(readlink /proc/$planted/ns/uts)" != "$(readlink /proc/$$/ns/uts)" ]; }
undo_namespace_of_a_process() { stop; }
plant_namespace_of_a_descriptor() {
  unshare --uts sleep 60 & planted=$!
  until_true different_uts
  exec 7</proc/$planted/ns/uts
  stop
}
undo_namespace_of_a_descriptor() { exec 7<&-; }
plant_netns() { ip netns add mdcompose-planted; }
undo_netns() { ip netns delete mdcompose-planted; }
plant_link() { ip link add mdc-a type veth peer name mdc-b; }
undo_link() { ip link delete mdc-a; }
plant_address() { ip address add 127.9.9.9/32 dev lo; }
undo_address() { ip address delete 127.9.9.9/32 dev lo; }
plant_route() { ip route add blackhole 198.51.100.0/24; }
undo_route() { ip route delete blackhole 198.51.100.0/24; }
plant_rule() { ip rule add from 198.51.100.0/24 table 99; }
undo_rule() { ip rule delete from 198.51.100.0/24 table 99; }
plant_nft() { nft add table inet mdcompose_planted; }
undo_nft() { nft delete table inet mdcompose_planted; }
plant_process_of_ours() { cp "$(command -v sleep)" /tmp/mdcompose && start /tmp/mdcompose 60; }
undo_process_of_ours() { stop; }
plant_process_in_a_container() { start unshare --mount sleep 60; until_true different_mounts; }
different_mounts() { [ "$(readlink /proc/$planted/ns/mnt)" != "$(readlink /proc/$$/ns/mnt)" ]; }
undo_process_in_a_container() { stop; }
plant_zombie() { start perl -e 'if (fork) { sleep 60 }'; until_true grep -q '(perl) Z' /proc/[0-9]*/stat; }
# Nobody reaps here but this shell, which is process 1 of the namespace.
undo_zombie() { stop; sleep 0.1; }
plant_tcp_socket() {
  start perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:39123", Listen => 1); sleep 60'
  until_true grep -q ' 0A ' /proc/net/tcp
}
undo_tcp_socket() { stop; }
plant_udp_socket() {
  start perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:39123", Proto => "udp"); sleep 60'
  until_true grep -q 0100007F:98D3 /proc/net/udp
}
undo_udp_socket() { stop; }
plant_unix_socket() {
  start perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Local => "\0mdcompose-planted", Listen => 1); sleep 60'
  until_true grep -q mdcompose-planted /proc/net/unix
}
undo_unix_socket() { stop; }
plant_fifo() { mkfifo /run/mdcompose/planted; }
undo_fifo() { rm /run/mdcompose/planted; }
plant_shared_memory_file() { : >/dev/shm/planted; }
undo_shared_memory_file() { rm /dev/shm/planted; }
plant_sysv() { segment=$(ipcmk --shmem 4096 | grep -o '[0-9]*$'); }
undo_sysv() { ipcrm --shmem-id "$segment"; }
plant_loop() { truncate -s 1M /tmp/image && loop=$(losetup --find --show /tmp/image); }
undo_loop() { losetup --detach "$loop"; }
plant_sysctl() { old=$(cat /proc/sys/net/ipv4/ip_default_ttl); echo 65 >/proc/sys/net/ipv4/ip_default_ttl; }
undo_sysctl() { echo "$old" >/proc/sys/net/ipv4/ip_default_ttl; }
# Something of the machine that a program has taken away.
plant_missing_address() { ip address delete 127.0.0.1/8 dev lo; }
undo_missing_address() { ip address add 127.0.0.1/8 dev lo; }

# NAME KIND: the report must name the kind while the plant is there, and nothing once it is undone.
expect() {
  local name=$1 kind=$2 report
  ./leakcheck snapshot "$SNAPSHOT"
  if ! "plant_$name"; then
    echo "not ok: $name cannot be planted on this machine"
    failures=$((failures + 1))
    return
  fi
  report=$(LEAKCHECK_SETTLE=0 ./leakcheck diff "$SNAPSHOT")
  if ! cut -f2 <<<"$report" | grep -qx "$kind"; then
    echo "not ok: $name is not reported as $kind: ${report:-nothing reported}"
    failures=$((failures + 1))
  fi
  "undo_$name"
  if report=$(./leakcheck diff "$SNAPSHOT"); then
    echo "ok: $name"
  else
    echo "not ok: $name is still reported after it was undone: $report"
    failures=$((failures + 1))
  fi
}

expect mount mount
expect cgroup cgroup
expect namespace_of_a_process namespace
expect namespace_of_a_descriptor namespace
expect netns netns
expect link link
expect address address
expect route route
expect rule rule
expect nft nft
expect process_of_ours process
expect process_in_a_container process
expect zombie process
expect tcp_socket socket
expect udp_socket socket
expect unix_socket socket
expect fifo file
expect shared_memory_file file
expect sysv sysv
expect sysctl sysctl
expect missing_address address
if [ -e /dev/loop-control ]; then expect loop loop; else echo "skipped: loop, this machine has no loop devices"; fi

echo "$failures failures"
[ "$failures" = 0 ]
