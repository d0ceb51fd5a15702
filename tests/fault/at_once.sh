#!/bin/bash
# Commands that meet: each does what it says or ends with a sentence, and what comes last decides.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
readonly SERVICE='{rootfs: /, init: true, network_mode: none, command: sleep infinity}'

# commands DIRECTORY COUNT COMMAND...: again and again; every one must succeed.
commands() {
  cd "$work/$1" || exit 2
  for _ in $(seq "$2"); do
    output=$(timeout -s KILL 60 "$MDCOMPOSE" "${@:3}" 2>&1) || { echo "${*:3} in $1: status $?: $output"; exit 1; }
  done
}
# together WHAT PID...: all of them have succeeded.
together() {
  local pid
  for pid in "${@:2}"; do wait "$pid" || fail "$1"; done
}

stack once-a <<<"services: {web: $SERVICE, db: $SERVICE}"
stack once-b <<<"services: {web: $SERVICE}"

# Projects come and go beside each other: they share the directories above their own.
commands once-a 15 up -d & one=$!
commands once-b 15 down & other=$!
together "two projects" $one $other
cycle() { for _ in $(seq 15); do commands "$1" 1 up -d && commands "$1" 1 down || exit 1; done; }
cycle once-a & one=$!
cycle once-b & other=$!
together "two projects that come and go" $one $other

# The same project.
cd "$work/once-a" || exit 2
commands once-a 10 up -d & one=$!
commands once-a 10 up -d & other=$!
together "up while up" $one $other
expect "both services run" "db web" "$(mdcompose ps --services | sort | tr '\n' ' ' | sed 's/ $//')"
commands once-a 10 restart --timeout 2 & one=$!
commands once-a 10 restart --timeout 2 & other=$!
together "restart while restart" $one $other
commands once-a 10 down & one=$!
commands once-a 10 down & other=$!
together "down while down" $one $other
[ ! -e /run/mdcompose/once-a ] || fail "down has left a runtime directory"

# up and down fight; the last word is down's.
up_again() { for _ in $(seq 15); do timeout -s KILL 60 "$MDCOMPOSE" up -d >"$work/up.log" 2>&1; [ $? -le 1 ] || exit 1; done; }
up_again & one=$!
commands once-a 15 down & other=$!
together "up while down" $one $other
expect_status 0 mdcompose down
[ ! -e /run/mdcompose/once-a ] || fail "down has left a runtime directory"
