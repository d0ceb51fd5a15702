# Sourced by the end-to-end tests: a stack in a directory of its own, assertions that say what was expected, and an end
# that takes everything down. MDCOMPOSE is the program under test.
set -u
export LC_ALL=C NO_COLOR=1
unset COMPOSE_PROJECT_NAME COMPOSE_FILE COMPOSE_PROFILES
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${MDCOMPOSE:?the program under test}"
work=$(mktemp -d "${TMPDIR:-/tmp}/mdcompose-e2e-XXXXXX")
chmod 755 "$work"
failures=0

mdcompose() { "$MDCOMPOSE" "$@"; }

# stack NAME: reads a stack file from standard input and makes it the current one.
stack() {
  mkdir -p "$work/$1"
  cd "$work/$1" || exit 2
  cat >mdcompose.yaml
  stacks+=("$work/$1")
}
stacks=()

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}
# expect WHAT EXPECTED ACTUAL
expect() { [ "$2" = "$3" ] || fail "$1: expected <$2>, got <$3>"; }
# expect_has WHAT PART TEXT
expect_has() { case $3 in *"$2"*) ;; *) fail "$1: expected to find <$2> in <$3>" ;; esac; }
# status COMMAND...: its exit status; output is in $output
status() {
  output=$("$@" 2>&1)
  echo $? >"$work/status"
}
expect_status() {
  status "${@:2}"
  expect "exit status of ${*:2} (it said: $output)" "$1" "$(cat "$work/status")"
}
# eventually WHAT COMMAND...: within ten seconds
eventually() {
  local what=$1 end=$((SECONDS + 10))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { fail "$what did not come true: $*"; return 1; }
    sleep 0.05
  done
}

# The oldest of its name: until its execve a child that enters a container has the same command line.
supervisor_of() { pgrep -of "^mdcompose __supervise .* $1\$"; }
health_of() { mdcompose ps -a --format json "$1" | sed 's/.*"Health":"\([a-z]*\)".*/\1/'; }
is_health() { [ "$(health_of "$1")" = "$2" ]; }

# make_namespace VARIABLE: a network namespace, held by the process that the variable names.
make_namespace() {
  unshare --net sleep infinity >/dev/null 2>&1 &
  printf -v "$1" %s $!
  until [ "$(readlink "/proc/$!/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do :; done
}
# A neighbour of the host behind the link mdc-e2e-v: 198.51.100.2 and fd00:77::2; the host is .1 and ::1 to it. (The first
# of the networks for documentation, 192.0.2.0/24, is in use on some virtual machines.)
neighbour_appears() {
  make_namespace lan
  ip link add mdc-e2e-v type veth peer name eth0 netns "$lan"
  ip addr add 198.51.100.1/24 dev mdc-e2e-v && ip -6 addr add fd00:77::1/64 dev mdc-e2e-v nodad && ip link set mdc-e2e-v up
  in_lan ip link set lo up
  in_lan ip addr add 198.51.100.2/24 dev eth0
  in_lan ip -6 addr add fd00:77::2/64 dev eth0 nodad
  in_lan ip link set eth0 up
}
in_lan() { nsenter --net="/proc/$lan/ns/net" "$@"; }
neighbour_leaves() {
  ip link del mdc-e2e-v
  kill $lan
}

finish() {
  local directory
  for directory in "${stacks[@]}"; do
    (cd "$directory" && [ -f mdcompose.yaml ] && "$MDCOMPOSE" down --volumes --timeout 1 >/dev/null 2>&1)
  done
  cd /
  rm -rf "$work"
  [ "$failures" = 0 ] || { echo "$failures expectations failed" >&2; exit 1; }
}
trap finish EXIT
