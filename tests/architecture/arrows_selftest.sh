#!/bin/bash
# arrows.sh finds an include that points upwards, one that is forbidden, a folder nobody knows and a heavy header
# that has spread.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# INCLUDING_FILE LINE EXPECTED: the tree with just this file gives this complaint; an empty one means none.
expect() {
  local output
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/runtime" "$tree/orchestrator" "$tree/$(dirname "$1")"
  printf '%b\n' "$2" >"$tree/$1"
  output=$("$here/arrows.sh" "$tree")
  local status=$?
  if [ -z "$3" ] && [ $status = 0 ]; then return; fi
  if [ -n "$3" ] && [ $status = 1 ] && grep -qF "$3" <<<"$output"; then return; fi
  echo "not ok: $1 with $2: status $status: $output"
  failures=$((failures + 1))
}

expect runtime/container/a.cpp '#include "runtime/sys/error.hpp"\n#include <string>' ""
expect runtime/sys/a.cpp '#include "runtime/container/container.hpp"' "runtime/container is not below runtime/sys"
expect runtime/sys/a.cpp '#include "orchestrator/plan/plan.hpp"' "orchestrator/plan is not below runtime/sys"
expect runtime/cgroup/a.cpp '#include "runtime/init/init.hpp"' "runtime/init is not below runtime/cgroup"
expect orchestrator/supervisor/a.cpp '#include "orchestrator/compose/loader.hpp"' "a supervisor stays small"
expect runtime/elsewhere/a.cpp '#include "runtime/sys/error.hpp"' "runtime/elsewhere has no place"
expect orchestrator/cli/a.cpp '#include "orchestrator/elsewhere/b.hpp"' "whose folder has no place"

mkdir -p "$tree/runtime/sys"
for each in a b; do echo '#include <seccomp.h>' >"$tree/runtime/sys/$each.cpp"; done
"$here/arrows.sh" "$tree" | grep -q "seccomp.h is included by 2 files" || { echo "not ok: heavy header"; failures=$((failures + 1)); }

echo "$failures failures"
[ "$failures" = 0 ]
