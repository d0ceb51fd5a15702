#!/bin/bash
# Another engine drives mdrun: podman through conmon. Skipped (status 77) where they are not installed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$here/bundle.sh"
for program in podman conmon; do
  command -v $program >/dev/null || { echo "$program is not installed"; exit 77; }
done
engine() {
  CONTAINERS_CONF=$work/containers.conf podman --root "$work/store" --runroot "$work/run" --tmpdir "$work/tmp" \
    --storage-driver vfs --events-backend file --cgroup-manager cgroupfs --network-config-dir "$work/networks" \
    --runtime "$MDRUN" "$@"
}
printf '[engine]\ncgroup_manager = "cgroupfs"\n' >"$work/containers.conf"
tar -C "$work/image" -c . | engine import - box >/dev/null 2>&1 || { echo "podman cannot make an image here"; exit 77; }

expect "its output" hello "$(engine run --rm --network none box echo hello)"
expect_status 3 engine run --rm --network none box sh -c 'exit 3'
expect_status 127 engine run --rm --network none box no-such-program
expect_status 126 engine run --rm --network none box /etc
expect "a terminal" "/dev/pts/0" "$(engine run --rm -t --network none box tty | tr -d '\r')"
expect "user, read-only root, tmpfs" "1000|touch: /x: Read-only file system" \
  "$(engine run --rm --network none --user app --read-only box sh -c 'id -u; touch /x; touch /tmp/x' 2>&1 | tr '\n' '|' | sed 's/|$//')"

engine run -d --name web --network none --memory 64m --pids-limit 50 box sh -c 'trap "exit 5" TERM; while :; do sleep 0.05; done' >/dev/null
expect "exec" "b" "$(engine exec -e A=b web sh -c 'echo $A')"
expect_status 9 engine exec web sh -c 'exit 9'
expect_status 0 engine pause web
expect_status 0 engine unpause web
expect_status 0 engine stop -t 10 web
expect "how it ended" 5 "$(engine inspect --format '{{.State.ExitCode}}' web)"
expect_status 0 engine start web
expect_status 0 engine rm -f -t 0 web
# conmon has podman clean up after the end, and podman tells mdrun of no other state directory then.
expect "what is left" "" "$("$MDRUN" list --quiet)"
rmdir /run/mdrun
# podman leaves its own groups; conmon may still be in one of them.
no_groups() { find /sys/fs/cgroup -depth -type d -path '*libpod_parent*' -exec rmdir {} + 2>/dev/null; }
eventually "the end of conmon" no_groups
