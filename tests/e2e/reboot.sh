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
    ports: ["127.0.0.1:18093:80"]
  job: {rootfs: /, command: "true"}
  other: {rootfs: /, init: true, command: sleep infinity, depends_on: [web]}
volumes:
  data: {}
YAML
records=/run/mdcompose/reboot/instances
our_processes() { pgrep -f '^mdc-keeper .*/reboot '; pgrep -f '^mdcompose __[a-z]* .*reboot'; }
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

sleep 100000 &
stranger=$!
reboot

expect "who is up" "" "$(mdcompose ps -q)"
expect "who is known" 3 "$(mdcompose ps -aq | wc -l)"
status mdcompose exec web true
expect "exec into what is gone" 1 "$(cat "$work/status")"
expect_has "the log of the last boot" "boot 1" "$(mdcompose logs web)"

expect_status 0 mdcompose up -d
expect "who is up again" "reboot-other-1 reboot-web-1" "$(mdcompose ps -q | sort | xargs)"
eventually "the second boot, with the volume of the first" sh -c "'$MDCOMPOSE' logs web | grep -q 'boot 2'"
expect_has "still the log of the last boot" "boot 1" "$(mdcompose logs web)"
expect_status 0 mdcompose exec web true
kill -0 $stranger || fail "a process of somebody else was ended"

reboot
expect_status 0 mdcompose down --volumes
kill -0 $stranger || fail "down ended a process of somebody else"
kill $stranger
expect "nothing is left" "" "$(ls -d /run/mdcompose/reboot 2>/dev/null)"
