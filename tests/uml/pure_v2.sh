#!/bin/bash
# Runs under the kernel that `boot` starts: what is tested on this machine's own kernel, with nothing but cgroup v2 and
# on Linux 6.1.
#
#   pure_v2.sh CONTROL_GROUP_TEST CONTAINER_TEST SECURITY_TEST MDCOMPOSE
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
failed=0
run() {
  echo "== ${*##*/}"
  "$@" || failed=1
}
[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] || { echo "this is no pure cgroup v2"; exit 1; }
run "$1" --gtest_brief=1
run "$2" --gtest_brief=1
# Not here: user-mode Linux has no second table of system calls, and one processor, on which no race is won.
run "$3" --gtest_brief=1 --gtest_filter=-*I386*:StartPath.S12_MountPoint*:StartPath.S13_*
MDCOMPOSE=$4 run "$here/stack.sh"
MDCOMPOSE=$4 run "$here/../e2e/stack_limits.sh"
exit $failed
