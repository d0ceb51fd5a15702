#!/bin/bash
# A small stack is brought up, restarted or taken down, and one of our processes is killed at one of its system calls,
# or that call finds no resources left: the command goes on or fails with a sentence, the stack can be brought up
# afterwards, and one `down` leaves nothing.
#
#   every_call.sh COMMAND VICTIM FAULT FIRST STEP
#
# COMMAND: up, restart, down; VICTIM: command, supervisor, keeper; FAULT: kill, exhaust, exhaust:CALL, as killat says.
# The FIRST-th call, then STEP calls later, and so on until the victim makes no more. Everything happens in namespaces
# of our own, so that whatever is left is ours. MDCOMPOSE and KILLAT are the programs.
set -u
export LC_ALL=C NO_COLOR=1
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 2
: "${MDCOMPOSE:?the program under test}" "${KILLAT:?the program that kills}"

if [ "${1:-}" != inside ]; then
  exec unshare --mount --net --ipc --uts --pid --fork --kill-child --mount-proc --propagation private \
    "$PWD/${0##*/}" inside "$@"
fi
shift
command=$1 victim=$2 fault=$3 first=$4 step=$5
project=fault-$command-$victim-${fault/:/-}

mkdir -p /run /var/lib/mdcompose
mount -t tmpfs run /run
mount -t tmpfs lib /var/lib
mount -t tmpfs tmp /tmp
ip link set lo up
mkdir "/tmp/$project"
cd "/tmp/$project" || exit 2
cat >mdcompose.yaml <<'YAML'
services:
  db: {rootfs: /, init: true, command: sleep infinity, volumes: ["data:/data"], healthcheck: {test: [CMD, "true"], interval: 20ms}}
  web: {rootfs: /, init: true, command: sleep infinity, depends_on: {db: {condition: service_healthy}}, ports: ["127.0.0.1:18167:80"]}
volumes: {data: {}}
YAML

points=0 failures=0
fail() {
  echo "FAILED: $command, $fault $victim at call $number ($report): $*" >&2
  failures=$((failures + 1))
}

# What this test must not leave. In this namespace every process but our own is one that was started for the stack.
list_left() {
  find /run/mdcompose /var/lib/mdcompose 2>/dev/null
  find /sys/fs/cgroup -type d -path "*mdcompose/$project*" 2>/dev/null
  awk '{ print "mount", $1 }' /proc/self/mountinfo
  ip -o link show
  ! command -v nft >/dev/null || nft list ruleset
  local file pid name rest
  for file in /proc/[0-9]*/stat; do
    { read -r pid name rest <"$file"; } 2>/dev/null || continue
    case $name in "(every_call.sh)") ;; *) echo "process $pid $name" ;; esac
  done
}
readonly NOTHING=$(list_left)

# What a kill has interrupted in the kernel may need a moment to be gone. What has gone is nothing of ours: a mount of
# the machine goes here too when its directory is removed there.
nothing_left() {
  local found end=$((SECONDS + 5))
  while found=$(list_left); found=$(comm -13 <(sort <<<"$NOTHING") <(sort <<<"$found")); [ -n "$found" ]; do
    [ $SECONDS -lt $end ] || { head -8 <<<"$found" >&2; return 1; }
    sleep 0.02
  done
}

# try WHAT STATUS ARGUMENT...: must end in time and with this status.
try() {
  local what=$1 wanted=$2 output got
  shift 2
  output=$(timeout -s KILL 30 "$MDCOMPOSE" "$@" 2>&1)
  got=$?
  [ $got = "$wanted" ] || fail "$what: exit status $got, it said: $output"
}

supervisor() { pgrep -of "^mdcompose __supervise .* $project\$"; }
keeper() { pgrep -f "^mdc-keeper .*/$project "; }
who() {
  case $command-$victim in
    *-command) echo self ;;
    up-supervisor) echo exec:__supervise ;;
    up-keeper) echo exec:mdc-keeper ;;
    *) echo "pid:$($victim)" ;;
  esac
}

arguments() {
  case $command in
    up) echo up -d ;;
    restart) echo restart --timeout 5 ;;
    down) echo down --volumes ;;
  esac
}

for ((number = first; ; number += step)); do
  report="preparing"
  [ "$command" = up ] || try "up before" 0 up -d
  report=$("$KILLAT" "$(who)" "$fault" "$number" "$MDCOMPOSE" $(arguments) 2>/tmp/output)
  read -r hit call status <<<"$report"
  case $hit in hit) points=$((points + 1)) ;; missed) ;; *) fail "killat: $(cat /tmp/output)"; break ;; esac
  # A command is done in spite of the death of others, but for a stack that has not begun to live.
  case $status in
    0) ;;
    137) [ $victim-$fault = command-kill ] || fail "the command was killed" ;;
    1) [ $command-$fault != restart-kill ] && [ $command-$fault != down-kill ] && grep -q . /tmp/output ||
      fail "the command failed: $(cat /tmp/output)" ;;
    # The dynamic loader's own ways to end without memory, before there is anything of ours; a static program has none.
    127) grep -q "error while loading shared libraries\|^out of memory" /tmp/output || fail "the command: $(cat /tmp/output)" ;;
    139) [ "$call" = mmap ] && ldd "$MDCOMPOSE" >/dev/null 2>&1 && [ ! -s /tmp/output ] || fail "the command crashed: $(cat /tmp/output)" ;;
    *) fail "the command: $status: $(cat /tmp/output)" ;;
  esac
  try "ps" 0 ps -a
  find /run/mdcompose /var/lib/mdcompose -name '*.bad' -o -name '*.tmp*' 2>/dev/null | grep . && fail "half a file"
  if [ $((number / step % 2)) = 0 ]; then
    try "up again" 0 up -d
    [ "$("$MDCOMPOSE" ps --services | sort | tr '\n' ' ')" = "db web " ] || fail "not both are up: $("$MDCOMPOSE" ps -a)"
  fi
  try "down" 0 down --volumes
  nothing_left || fail "something is left"
  try "down when nothing is there" 0 down --volumes
  nothing_left || fail "something has come"
  [ "$hit" = missed ] && break
  [ $failures -lt 5 ] || break
done
echo "$command, $fault $victim: $points calls of $call, $failures failures, $SECONDS s"
[ $failures = 0 ]
