#!/bin/bash
# mdrun over OCI bundles: every command, every state, and what is wrong with what it is given.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$here/bundle.sh"

# --- run ---
bundle hello "$(shell 'echo hello; hostname; exit 7')" "" ', "hostname": "box"'
expect "what it prints" "hello box" "$(mdrun run greeting | tr '\n' ' ' | sed 's/ $//')"
expect_status 7 mdrun run greeting
expect_nothing_of greeting
cd "$work" || exit 2
expect_status 7 mdrun run hello
expect_status 7 mdrun run "$work/hello"
expect_status 7 mdrun run hello named
expect_status 7 mdrun run --bundle hello named
expect_status 7 mdrun run -b "$work/hello" named
expect "containers that are left" "" "$(mdrun list --quiet)"
expect "standard input" "from outside" "$(cd "$work/hello" && sed -i 's/echo hello;.*exit 7/cat/' config.json && echo from outside | mdrun run reader)"

bundle missing '"args": ["no-such-program"]'
expect_status 127 mdrun run missing
expect_has "a missing program" "run no-such-program: executable file not found in PATH" "$output"
bundle directory '"args": ["/etc"]'
expect_status 126 mdrun run directory
expect_nothing_of missing

bundle signals "$(shell 'trap \"echo caught; exit 9\" USR1; echo up; while :; do sleep 0.05; done')"
"$MDRUN" --root "$work/state" run signals >"$work/signals.out" &
engine=$!
eventually "its output" grep -q up "$work/signals.out"
# Who becomes the container's process, or enters it, runs from a file that cannot be written to (CVE-2019-5736).
expect_has "writing to the file it runs from" "Read-only file system" "$(sh -c ": >/proc/$engine/exe" 2>&1)"
kill -USR1 $engine
wait $engine
expect "a signal that is passed on" 9 $?
expect "its trap" "up caught" "$(lines_of signals.out)"

bundle kept '"args": ["true"]'
expect_status 0 mdrun run --keep kept
expect "kept" stopped "$(status_of kept)"
expect_status 0 mdrun delete kept

# --- create, start, kill, delete ---
bundle life "$(shell 'echo started >/tmp/life; exec sleep 1000')"
expect_status 0 detached create --pid-file "$work/life.pid" life
expect "after create" created "$(status_of life)"
expect "its number" "$(cat "$work/life.pid")" "$(pid_of life)"
[ ! -e "$work/image/tmp/life" ] || fail "its program runs before it is started"
expect_status 1 detached create life
expect_has "a second one" "container life exists already" "$output"
sed -i 's/started/changed/' config.json
expect_status 0 mdrun start life
expect "after start" running "$(status_of life)"
eventually "its program" grep -q started "$work/image/tmp/life"
expect_status 1 mdrun start life
expect_has "started again" "container life cannot be started: it is running" "$output"
expect_has "in the list" "life  $(pid_of life)  running  $work/life" "$(mdrun list)"
expect "its processes" "[$(pid_of life)]" "$(mdrun ps --format json life)"
expect_status 0 mdrun pause life
expect "after pause" paused "$(status_of life)"
expect_status 125 mdrun exec life true
expect_status 0 mdrun resume life
expect "after resume" running "$(status_of life)"
expect_status 1 mdrun resume life
expect_status 1 mdrun delete life
expect_has "deleted while it runs" "container life is running: it can be deleted with --force only" "$output"
expect "still there" running "$(status_of life)"
expect_status 2 mdrun kill life NOSUCH
expect_status 0 mdrun kill life KILL
eventually "its end" is life stopped
expect_status 1 mdrun kill life
expect_has "killed again" "container life is not running" "$output"
expect_status 125 mdrun exec life true
expect_status 1 mdrun start life
expect_status 0 mdrun delete life
expect_status 1 mdrun state life
expect_has "after delete" "container life does not exist" "$output"
expect_status 1 mdrun delete life
expect_status 0 mdrun delete --force life
expect_nothing_of life

expect_status 0 detached create unborn
expect_status 0 mdrun delete unborn
expect_nothing_of unborn
expect_status 0 detached run --detach forced
expect "after run --detach" running "$(status_of forced)"
expect_status 0 mdrun delete --force forced
expect_nothing_of forced

bundle all "$(shell 'trap : TERM; sleep 1000 & sleep 1000 & wait; wait; echo alone; exec sleep 1000')"
mdrun run --detach all >"$work/all.out"
eventually "three processes" sh -c "[ \$('$MDRUN' --root '$work/state' ps all | wc -l) = 4 ]"
expect_status 0 mdrun kill --all all TERM
eventually "the end of its children" grep -q alone "$work/all.out"
expect_status 0 mdrun delete --force all

bundle empty '"terminal": false'
expect_status 0 detached create empty
expect_status 1 mdrun start empty
expect_has "nothing to start" "no command to run" "$output"
expect_status 0 mdrun delete empty

# --- exec ---
bundle host '"args": ["sleep", "1000"], "user": {"uid": 0, "gid": 0}'
detached run --detach --pid-file "$work/host.pid" host
expect "as who" "uid=0(root) gid=0" "$(mdrun exec host id)"
expect "as somebody else" "uid=1000(app) gid=1000 groups=1000" "$(mdrun exec --user app host id)"
expect "as numbers" "uid=7 gid=8 groups=8" "$(mdrun exec -u 7:8 host id)"
expect "where and with what" "/etc x" "$(mdrun exec --cwd /etc --env A=x host sh -c 'echo $(pwd) $A')"
expect_status 5 mdrun exec host sh -c 'exit 5'
expect_status 127 mdrun exec host no-such-program
expect_status 2 mdrun exec host
printf '{"cwd": "/tmp", "args": ["sh", "-c", "pwd; id -u"], "env": ["PATH=/bin"], "user": {"uid": 3, "gid": 3}}' >"$work/process.json"
expect "as a file says" "/tmp 3" "$(mdrun exec --process "$work/process.json" host | tr '\n' ' ' | sed 's/ $//')"
expect_status 0 detached exec --detach --pid-file "$work/detached.pid" host sleep 1000
expect "in the container" "$(readlink "/proc/$(cat "$work/host.pid")/ns/pid")" "$(readlink "/proc/$(cat "$work/detached.pid")/ns/pid")"
expect "in its cgroup" "$(cat "/proc/$(cat "$work/host.pid")/cgroup")" "$(cat "/proc/$(cat "$work/detached.pid")/cgroup")"
expect "preserved descriptors" "kept" "$(mdrun exec --preserve-fds 1 host sh -c 'cat <&3' 3< <(echo kept))"
expect_status 0 mdrun delete --force host

# --- what is asked for ---
bundle settings "$(shell 'id; id -G; ulimit -n; cat /proc/self/oom_score_adj; cat /proc/sys/net/ipv4/ip_forward; touch /x'),
  \"user\": {\"uid\": 5, \"gid\": 6, \"additionalGids\": [8]}, \"oomScoreAdj\": 300,
  \"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"soft\": 60, \"hard\": 70}]" ', "sysctl": {"net.ipv4.ip_forward": "1"}'
sed -i 's/"path": "rootfs"/&, "readonly": true/' config.json
expect_status 1 mdrun run settings
expect "user, groups, limit, score, sysctl" "uid=5 gid=6 groups=8|6 8|60|300|1|touch: /x: Read-only file system" \
  "$(echo "$output" | tr '\n' '|' | sed 's/|$//')"
[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 0 ] || fail "the host's own sysctl has changed"

bundle group "$(shell 'cat /proc/self/cgroup')" ', "cgroupsPath": "/mdrun-e2e/inner"'
detached run --detach group
expect "where config.json wants it" "" "$(find /sys/fs/cgroup -type d -path '*/mdrun-e2e/inner' -o -path '*/mdrun-e2e' -prune -false | grep -v inner)"
mdrun delete --force group
expect "parents that were made for it" "" "$(find /sys/fs/cgroup -type d -name mdrun-e2e)"

bundle used '"args": ["sleep", "1000"]' ', "cgroupsPath": "/mdrun-e2e-used"'
detached run --detach first
expect_status 125 detached run --detach second
expect_has "two in one cgroup" "cgroup mdrun-e2e-used is in use: there are processes inside" "$output"
expect "the first one" running "$(status_of first)"
mdrun delete --force first
expect_status 0 detached --cgroup-manager disabled run --detach free
expect_status 1 mdrun pause free
expect_has "without a cgroup" "container free has no cgroup of its own" "$output"
mdrun delete --force free

# --- what is wrong ---
cd "$work/hello" || exit 2
for id in .. a/b -x "" "a b"; do
  status detached create -- "$id"
  expect "exit status of create for the id <$id> ($output)" 1 "$(cat "$work/status")"
done
expect_status 2 mdrun
expect_status 2 mdrun nosuch
expect_status 2 mdrun create
expect_status 2 mdrun state a b
expect_status 2 mdrun --log-format xml list
expect_status 2 mdrun --systemd-cgroup list
expect_status 125 mdrun run "$work/nowhere"
wrong() {
  expect_status 1 detached create wrong
  expect_has "$1" "$2" "$output"
  expect_nothing_of wrong
}
bundle wrong '"args": [3]'
wrong "a wrong type" "$work/wrong/config.json: process.args[0]: expected a string"
bundle wrong '"args": ["true"]' ', "intelRdt": {"closID": "x"}'
wrong "what is not supported" "linux.intelRdt is not supported"
bundle wrong '"args": ["true"]' ', "resources": {"memory": {"swappiness": 20, "limit": 1}, "hugepageLimits": [{"pageSize": "2MB", "limit": 5}]}'
wrong "a limit that is not supported" "linux.resources.hugepageLimits is not supported"
bundle wrong '"args": ["true"]'
sed -i 's/"rootfs"/"nothing-here"/' config.json
wrong "a missing root" "$work/wrong/nothing-here: No such file or directory"
sed -i 's/1.0.2/0.9.0/' config.json
wrong "another version" "ociVersion 0.9.0 is not supported"
echo '{' >config.json
wrong "no JSON" "not valid JSON"
rm config.json
wrong "no config.json" "$work/wrong/config.json: No such file or directory"
bundle wrong '"args": ["true"], "terminal": true'
expect_status 2 detached create wrong
expect_has "a terminal for nobody" "--console-socket" "$output"

bundle broken '"args": ["true"]' "" ', "mounts": [{"destination": "/data", "type": "bind", "source": "nowhere", "options": ["rbind"]}]'
expect_status 125 mdrun run broken
expect_has "a missing volume" "mount $work/broken/nowhere on /data: No such file or directory" "$output"
expect_nothing_of broken

bundle logged '"args": ["no-such-program"]'
expect_status 127 detached --log "$work/log" --log-format json create logged
expect_has "the log of an engine" '{"level":"error","msg":"run no-such-program: executable file not found in PATH","time":"' "$(cat "$work/log")"

# --- spec, features ---
mkdir "$work/fresh" && cd "$work/fresh" && ln -s ../image rootfs || exit 2
expect_status 0 mdrun spec
expect_status 1 mdrun spec
sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sh", "-c", "cat \/proc\/self\/status"/' config.json
seen=$(mdrun run fresh)
for line in 'CapEff:	00000000a80425fb' 'CapInh:	0000000000000000' 'NoNewPrivs:	1' 'Seccomp:	2'; do
  expect_has "the defaults" "$line" "$seen"
done
expect_has "features" '"ociVersionMax"' "$(mdrun features)"
