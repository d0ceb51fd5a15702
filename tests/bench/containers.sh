#!/bin/bash
# One container from start to clean, and one more process in it, by mdrun and beside crun, runc and bubblewrap where they
# are installed.
#
#   containers.sh [ROUNDS]      MDRUN, INTERLEAVE: the programs; those of build/release and build/bench by default
#
# Every runtime gets the same bundle: busybox true in namespaces of its own, with docker's masks and capabilities. mdrun
# alone loads a seccomp filter, bubblewrap has neither that nor masks nor a cgroup. Prints figures, judges nothing.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly MDRUN=${MDRUN:-$here/../../build/release/runtime/mdrun/mdrun}
readonly INTERLEAVE=${INTERLEAVE:-$here/../../build/bench/tests/bench/interleave}
readonly ROUNDS=${1:-200}

[ "$(id -u)" = 0 ] || { echo "containers.sh must be run as root" >&2; exit 2; }
[ -x "$MDRUN" ] || { echo "$MDRUN is not there: cmake --preset release && cmake --build --preset release --target mdrun" >&2; exit 2; }
[ -x "$INTERLEAVE" ] || { echo "$INTERLEAVE is not there: cmake -B build/bench -DCMAKE_BUILD_TYPE=Release && cmake --build build/bench --target interleave" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/mdcompose-bench-XXXXXX")
runtimes=("$MDRUN --root $work/mdrun")
for name in crun runc; do
  command -v $name >/dev/null && runtimes+=("$name --root $work/$name")
done
finish() {
  for runtime in "${runtimes[@]}"; do $runtime delete --force bench >/dev/null 2>&1; done
  cd /
  rm -rf "$work"
}
trap finish EXIT

mkdir -p "$work/bundle/rootfs/bin"
cd "$work/bundle" || exit 2
cp "$(command -v busybox)" rootfs/bin/busybox
for applet in sleep true; do ln -s busybox rootfs/bin/$applet; done
"$MDRUN" spec
sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"true"/' config.json
name_of() { basename "${1%% *}"; }

echo "run"
contenders=()
for runtime in "${runtimes[@]}"; do contenders+=("$(name_of "$runtime") run" "$runtime run bench"); done
command -v bwrap >/dev/null && contenders+=("bwrap --unshare-all" "bwrap --unshare-all --bind rootfs / --proc /proc --dev /dev /bin/true")
contenders+=("busybox true, no container" "$work/bundle/rootfs/bin/true")
"$INTERLEAVE" "$ROUNDS" "${contenders[@]}"

echo; echo "exec"
sed -i 's/"true"/"sleep", "100000"/' config.json
contenders=()
for runtime in "${runtimes[@]}"; do
  $runtime run --detach bench </dev/null >/dev/null 2>&1
  contenders+=("$(name_of "$runtime") exec" "$runtime exec bench true")
done
"$INTERLEAVE" "$ROUNDS" "${contenders[@]}"

echo; echo "state"
contenders=()
for runtime in "${runtimes[@]}"; do contenders+=("$(name_of "$runtime") state" "$runtime state bench"); done
"$INTERLEAVE" "$ROUNDS" "${contenders[@]}"
