#!/bin/bash
# Supervisor and keeper are killed at random, one or the other, while 30 containers print: no line is lost, every exit
# status is right. The seed is printed; STORM_SEED repeats a run, STORM_LINES (per container) makes it longer.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
readonly CONTAINERS=30 LINES=${STORM_LINES:-2000}
seed=${STORM_SEED:-$((SRANDOM % 32768))}
RANDOM=$seed

container() {
  echo "  w$1: {rootfs: /, network_mode: none, command: [perl, -e, '\$\$|=1; for (1..$LINES) { print \"line \$\$_\\n\"; select undef, undef, undef, 0.005 } exit $1']}"
}
stack storm < <(echo services:; for i in $(seq $CONTAINERS); do container "$i"; done)

supervisor() { supervisor_of storm; }
keeper() { pgrep -f '^mdc-keeper .*/storm '; }
# Exactly one of each, and another one than before, which has taken over: it answers.
is_back() {
  [[ "$(keeper)" =~ ^[0-9]+$ && "$(supervisor)" =~ ^[0-9]+$ && "$("$1")" != "$2" ]] && "$MDCOMPOSE" unpause
}
# The last container may have ended meanwhile: then supervisor and keeper leave.
is_back_or_needless() { is_back "$@" || ! running; }
running() { "$MDCOMPOSE" ps -q | grep -q .; }

expect_status 0 mdcompose up -d
kills=0
while running; do
  case $((RANDOM % 2)) in 0) victim=supervisor ;; 1) victim=keeper ;; esac
  pid=$($victim)
  kill -9 "$pid" && kills=$((kills + 1))
  eventually "another $victim after a kill (seed $seed, kill $kills)" is_back_or_needless $victim "$pid" || break
  sleep "0.$((RANDOM % 6))$((RANDOM % 10))"
done
expect_status 0 mdcompose logs --no-log-prefix
[ $kills -ge 5 ] || fail "only $kills kills: the containers were too fast"

for i in $(seq $CONTAINERS); do
  expect "lines of w$i (seed $seed, $kills kills)" "$LINES" "$(mdcompose logs --no-log-prefix "w$i" | grep -x 'line [0-9]*' | sort -u | wc -l)"
  expect_has "exit status of w$i (seed $seed, $kills kills)" "Exited ($i)" "$(mdcompose ps -a "w$i")"
done
[ "$failures" = 0 ] || tail -n 40 "${MDCOMPOSE_RUNTIME:-/run/mdcompose}"/storm/*.log
expect_status 0 mdcompose down
echo "storm: seed $seed, $kills kills"
