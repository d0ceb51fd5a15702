# Sourced after lib.sh by the tests of mdrun: bundles around busybox, and a state directory that is the test's own.
: "${MDRUN:?the program under test}"
mdrun() { "$MDRUN" --root "$work/state" "$@"; }
# The same for a container that stays: it must not hold the test's own output.
detached() {
  mdrun "$@" >"$work/detached.out" 2>&1 </dev/null
  local status=$?
  cat "$work/detached.out"
  return $status
}

mkdir -p "$work/image/bin" "$work/image/etc" "$work/image/tmp"
cp "$(command -v busybox)" "$work/image/bin/busybox"
chmod 1777 "$work/image/tmp"
for applet in cat echo env hostname id kill ls mkdir mount pwd sh sleep touch true tty; do
  ln -s busybox "$work/image/bin/$applet"
done
printf 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n' >"$work/image/etc/passwd"

readonly NAMESPACES='{"type": "mount"}, {"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "cgroup"}'
readonly MOUNTS='{"destination": "/proc", "type": "proc", "source": "proc"},
  {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
  {"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]}'

# bundle NAME PROCESS [LINUX [TOP]]: makes it the current directory. PROCESS, LINUX and TOP are members of the JSON objects
# "process", "linux" and of the document, each with a comma before it but for PROCESS.
bundle() {
  mkdir -p "$work/$1"
  cd "$work/$1" || exit 2
  [ -e rootfs ] || ln -s ../image rootfs
  cat >config.json <<JSON
{"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "mounts": [$MOUNTS],
 "process": {"cwd": "/", "env": ["PATH=/bin"], $2},
 "linux": {"namespaces": [$NAMESPACES]${3:-}}${4:-}}
JSON
}
# shell SCRIPT: the member "args" that runs it.
shell() { printf '"args": ["sh", "-c", "%s"]' "$1"; }

status_of() { mdrun state "$1" | sed -n 's/.*"status": "\(.*\)".*/\1/p'; }
pid_of() { mdrun state "$1" | sed -n 's/.*"pid": \([0-9]*\).*/\1/p'; }
is() { [ "$(status_of "$1")" = "$2" ]; }

# Nothing of a container: no record, no cgroup but those that somebody else had left before.
cgroups_named() { find /sys/fs/cgroup -type d -name "$1" 2>/dev/null | sort; }
cgroups_of_others=$(cgroups_named 'mdrun-*')
expect_nothing_of() {
  [ ! -e "$work/state/$1" ] || fail "the record of $1 is left"
  expect "cgroups of $1" "" "$(comm -23 <(cgroups_named "mdrun-$1") <(echo "$cgroups_of_others"))"
}
# What is in $work/NAME, on one line.
lines_of() { tr '\n' ' ' <"$work/$1" | sed 's/ $//'; }
