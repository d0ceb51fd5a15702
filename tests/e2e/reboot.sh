#!/bin/bash
# A machine that went down without notice has left records of what ran. Nothing of that is taken for alive, whoever has the
# process numbers now, and `up` brings the stack back with its volumes and its log.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
stack reboot <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: [sh, -c, 'echo "boot $$(($$(cat /data/boots) + 1))" ; echo $$(($$(cat /data/boots) + 1)) >/data/boots; exec sleep infinity']
    volumes: [data:/data]
    restart: always
    ports: ["127.0.0.1:18161:80"]
  job: {rootfs: /, command: "true"}
  other: {rootfs: /, init: true, command: sleep infinity, depends_on: [web]}
  yearly: {rootfs: /, command: "sh -c 'echo ran >>/log/yearly'", volumes: ["./log:/log"], x-mdcompose: {schedule: "0 0 1 1 *"}}
  skips: {rootfs: /, command: "sh -c 'echo ran >>/log/skips'", volumes: ["./log:/log"], x-mdcompose: {schedule: {cron: "@yearly", missed: skip}}}
  crashes: {rootfs: /, command: "false", deploy: {restart_policy: {delay: 5m}}}
volumes:
  data: {}
YAML
records=/run/mdcompose/reboot/instances
our_processes() { pgrep -f '^mdc-keeper .*/reboot '; pgrep -f '^mdcompose __[a-z]* .*reboot'; }
waits() { mdcompose ps -a "$1" | grep -q 'next run in'; }
# Everything dies at once: who is stopped cannot see the others die. The next boot has another id, and other processes have
# the numbers.
reboot() {
  local all
  all="$(our_processes) $(grep -ho '"pid": [1-9][0-9]*' $records/*/state.json | grep -o '[0-9]*')"
  kill -STOP $all
  kill -KILL $all
  eventually "nobody lives" sh -c "! pgrep -f '^mdcompose __supervise .*reboot'"
  sed -i -e 's/"boot_id": "[^"]*"/"boot_id": "00000000-0000-4000-8000-000000000000"/' \
    -e "s/\"pid\": [1-9][0-9]*/\"pid\": $stranger/" -e 's/"pidfd_inode": [0-9]*/"pidfd_inode": 0/' $records/*/state.json
}

expect_status 0 mdcompose up -d
eventually "the first boot" sh -c "'$MDCOMPOSE' logs web | grep -q 'boot 1'"
eventually "the job is done" sh -c "'$MDCOMPOSE' ps -a job | grep -q 'Exited (0)'"
eventually "its restart is awaited" sh -c "'$MDCOMPOSE' ps -a crashes | grep -q 'Restarting (1)'"

waits yearly && waits skips || fail "the jobs do not wait for their time: $(mdcompose ps -a)"

sleep 100000 &
stranger=$!
reboot
# The new year has come while the machine was off.
sed -i -E 's/"next_run_ns": [1-9][0-9]*/"next_run_ns": 1000000000/' $records/*/state.json

expect "who is up" "" "$(mdcompose ps -q)"
expect_has "nobody starts it again" "Exited (1)" "$(mdcompose ps -a crashes)"
why=$(mdcompose why crashes other)
case $why in *"started again"* | *"years ago"*) fail "why tells of another boot: $why" ;; esac
expect_has "why" "or the machine was started anew
" "$why
"
expect "who is known" 6 "$(mdcompose ps -aq | wc -l)"
status mdcompose exec web true
expect "exec into what is gone" 1 "$(cat "$work/status")"
expect_has "the log of the last boot" "boot 1" "$(mdcompose logs web)"

expect_status 0 mdcompose up -d
expect "who is up again" "reboot-crashes-1 reboot-other-1 reboot-skips-1 reboot-web-1 reboot-yearly-1" "$(mdcompose ps -q | sort | xargs)"
eventually "the second boot, with the volume of the first" sh -c "'$MDCOMPOSE' logs web | grep -q 'boot 2'"
expect_has "still the log of the last boot" "boot 1" "$(mdcompose logs web)"
expect_status 0 mdcompose exec web true
eventually "what was due while the machine was off is made up for" test -s log/yearly
eventually "it waits for its next time" waits yearly
waits skips || fail "what may be missed does not wait: $(mdcompose ps -a skips)"
expect "made up for once" "ran" "$(cat log/yearly)"
[ ! -e log/skips ] || fail "what may be missed has run"
kill -0 $stranger || fail "a process of somebody else was ended"

# Most machines have /run in memory: there are no records at all.
reboot
data=/var/lib/mdcompose/projects/reboot
rm -r /run/mdcompose/reboot
for job in yearly skips; do sed -i '1s/.*/1000000000/' "$data/$job-1/due"; done
expect "who is known" "" "$(mdcompose ps -aq)"
expect_status 0 mdcompose up -d
eventually "what was due while the machine was off is made up for" sh -c '[ "$(wc -l <log/yearly)" = 2 ]'
eventually "it waits for its next time" waits yearly
waits skips || fail "what may be missed does not wait: $(mdcompose ps -a skips)"
expect "made up for once" 2 "$(wc -l <log/yearly)"
[ ! -e log/skips ] || fail "what may be missed has run"
eventually "the third boot, with the volume of the first" sh -c "'$MDCOMPOSE' logs web | grep -q 'boot 3'"
expect_status 0 mdcompose stop yearly
[ ! -e "$data/yearly-1/due" ] || fail "a job that was stopped is still due"

reboot
expect_status 0 mdcompose up -d skips
eventually "what is not due yet waits on" waits skips
expect_status 0 mdcompose down --volumes
kill -0 $stranger || fail "down ended a process of somebody else"
kill $stranger
expect "nothing is left" "" "$(ls -d /run/mdcompose/reboot $data 2>/dev/null)"
