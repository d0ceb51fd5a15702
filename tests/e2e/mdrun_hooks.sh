#!/bin/bash
# Hooks are run in their order, where they belong, and told the container's state; what fails is undone.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$here/bundle.sh"

# A hook on the host, and one in the image: they note their name, the container's status and the root they see.
cat >"$work/hook" <<'SH'
#!/bin/sh
state=$(cat)
status=${state#*\"status\": \"}
seen=host
[ -e /bin/busybox-of-the-image ] && seen=image
[ -z "${FAIL:-}" ] || { echo "no such luck"; exit 3; }
echo "$1 ${status%%\"*} $seen" >>"$LOG"
SH
chmod 755 "$work/hook"
cp "$work/hook" "$work/image/bin/hook"
touch "$work/image/bin/busybox-of-the-image"
# In the image the log is on a volume.
touch "$work/log"
mkdir -p "$work/image/log"
# hook NAME PATH LOG [MORE]
hook() { printf '"%s": [{"path": "%s", "args": ["hook", "%s"], "env": ["PATH=/bin:/usr/bin", "LOG=%s"%s]}]' "$1" "$2" "$1" "$3" "${4:-}"; }
outside() { hook "$1" "$work/hook" "$work/log" "${2:-}"; }
# hooked NAME HOOK...: a bundle whose program notes that it runs.
hooked() {
  local name=$1 IFS=,
  shift
  bundle "$name" "$(shell 'echo program >>/log/log')" "" ", \"hooks\": {$*}"
  sed -i "s#\"mounts\": \\[#&{\"destination\": \"/log\", \"type\": \"bind\", \"source\": \"$work\", \"options\": [\"bind\"]}, #" config.json
  : >"$work/log"
}

hooked every "$(outside prestart)" "$(outside createRuntime)" "$(outside createContainer)" \
  "$(hook startContainer /bin/hook /log/log)" "$(outside poststart)" "$(outside poststop)"
readonly CREATED="prestart creating host|createRuntime creating host|createContainer creating host|"
noted() { tr '\n' '|' <"$work/log"; }

expect_status 0 detached create every
expect "hooks of create" "$CREATED" "$(noted)"
expect_status 0 mdrun start every
# poststart hooks and the program run at the same time.
eventually "the program" grep -q program "$work/log"
expect "hooks of start" "${CREATED}startContainer created image|" "$(noted | sed 's/program|//; s/poststart.*//')"
expect "poststart" "poststart running host" "$(grep poststart "$work/log")"
eventually "its end" is every stopped
expect_status 0 mdrun delete every
expect "the last hook" "poststop stopped host" "$(tail -n 1 "$work/log")"

: >"$work/log"
expect_status 0 mdrun run every
expect "hooks of run" "prestart createRuntime createContainer startContainer poststart program poststop" \
  "$(cut -d ' ' -f 1 "$work/log" | grep -v -e program -e poststart | sed 's/poststop/poststart\nprogram\n&/' | tr '\n' ' ' | sed 's/ $//')"
expect "all of them" 7 "$(wc -l <"$work/log")"

# A hook of createContainer is in the container's namespaces, where its mounts are seen below the root's path.
bundle mounts '"args": ["true"]' "" ", \"hooks\": {\"createContainer\": [{\"path\": \"/bin/sh\",
  \"args\": [\"sh\", \"-c\", \"readlink /proc/self/ns/uts; ls $work/image/dev/null\"]}]}"
sed -i 's/ls [^ ]*null/ls \/no-such-file/' config.json
expect_status 1 detached create mounts
expect_has "what a hook has said" "createContainer hook /bin/sh: exit status 2: uts:[" "$output"
[ "$(echo "$output" | grep -o 'uts:[^ ]*')" != "$(readlink /proc/self/ns/uts)" ] || fail "a createContainer hook is in the host's namespace"
expect_nothing_of mounts

hooked refused "$(outside createRuntime ', "FAIL=1"')" "$(outside poststop)"
expect_status 1 detached create refused
expect_has "which hook has failed, and why" "createRuntime hook $work/hook: exit status 3: no such luck" "$output"
expect "undone" "poststop stopped host|" "$(noted)"
expect_nothing_of refused

hooked late "$(outside poststart ', "FAIL=1"')" "$(outside poststop)"
expect_status 0 detached create late
expect_status 1 mdrun start late
expect_has "a hook that fails after the start" "poststart hook" "$output"
expect_nothing_of late

bundle slow '"args": ["true"]' "" ', "hooks": {"prestart": [{"path": "/bin/sleep", "args": ["sleep", "1000"], "timeout": 1}]}'
expect_status 1 detached create slow
expect_has "a hook that takes its time" "prestart hook /bin/sleep: it has not ended within 1 s" "$output"

hooked forgotten "$(outside poststop ', "FAIL=1"')"
expect_status 0 mdrun run forgotten
expect_has "a poststop hook that fails" "mdrun: warning: poststop hook" "$output"
expect_nothing_of forgotten

# A hook can ask for the container it belongs to.
bundle asking '"args": ["true"]' "" ", \"hooks\": {\"createRuntime\": [{\"path\": \"$MDRUN\",
  \"args\": [\"mdrun\", \"--root\", \"$work/state\", \"state\", \"asking\"]}]}"
expect_status 0 mdrun run asking
