#!/bin/bash
# kill -9 of mdrun wherever it is: `delete --force` leaves nothing of the container.
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
. "$root/tests/e2e/bundle.sh"

bundle victim '"args": ["sleep", "1000"]' ', "cgroupsPath": "/mdrun-kills/inner"'
survivors=0
# From before its first system call until it is through.
for ((delay = 0; delay < 60; ++delay)); do
  command=create
  [ $((delay % 2)) = 0 ] || command="run --detach"
  # shellcheck disable=SC2086
  "$MDRUN" --root "$work/state" $command victim 2>/dev/null &
  engine=$!
  sleep "0.00$((delay / 10))$((delay % 10))"
  kill -9 $engine 2>/dev/null
  wait $engine 2>/dev/null
  [ ! -e "$work/state/victim" ] || survivors=$((survivors + 1))
  expect_status 0 mdrun delete --force victim
  [ ! -e "$work/state/victim" ] || fail "killed after $delay ms/10: the record is left"
  expect "cgroups, killed after $delay" "" "$(find /sys/fs/cgroup -type d -path '*mdrun-kills*')"
done
[ $survivors -gt 0 ] || fail "none of the kills has left anything to clean up"
eventually "the end of every container" sh -c "! pgrep -f '^sleep 1000$'"

# Two creators of one id: one of them makes it.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  for n in 1 2 3 4; do
    (mdrun create victim >/dev/null 2>&1 && echo made) >"$work/made.$n" &
  done
  wait
  expect "creators that succeed" made "$(cat "$work"/made.*)"
  expect "and its state" created "$(status_of victim)"
  expect_status 0 mdrun delete victim
done
