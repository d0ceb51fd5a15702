#!/bin/bash
# examples/hello: three services on the host's own root filesystem.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cp -r "$root/examples/hello" "$work/hello"
cd "$work/hello" || exit 2
stacks+=("$work/hello")

expect_status 0 mdcompose up -d
expect "services that run" "clock counter greeter" "$(mdcompose ps --services | sort | tr '\n' ' ' | sed 's/ $//')"
eventually "the greeting" sh -c "'$MDCOMPOSE' logs greeter | grep -q 'hello from greeter'"
expect_has "the supervisor's diary" "Container hello-greeter-1 Started" "$(cat /run/mdcompose/hello/activity.log)"
expect "its own host name" greeter "$(mdcompose exec greeter hostname)"
expect "the exit code of exec" 7 "$(mdcompose exec counter sh -c 'exit 7'; echo $?)"
expect_status 127 mdcompose exec counter no-such-program
mdcompose exec counter touch /etc/mdcompose-e2e
[ ! -e /etc/mdcompose-e2e ] || fail "a service has written to the host's root"
expect "nothing to do" "3" "$(mdcompose up -d 2>&1 | grep -c 'Running')"
expect_status 0 mdcompose restart greeter
eventually "a second greeting" sh -c "[ \$('$MDCOMPOSE' logs greeter | grep -c hello) = 2 ]"
expect_status 0 mdcompose stop counter
expect_has "a stopped service" "Exited" "$(mdcompose ps -a counter)"
expect_status 0 mdcompose start counter
expect_status 0 mdcompose down
expect "containers after down" "" "$(mdcompose ps -aq)"
