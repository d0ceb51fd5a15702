#!/bin/bash
# examples/webstack: real nginx, Python, PostgreSQL and redis in root filesystems of their own.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export WEBSTACK_PORT=18091
"$root/examples/webstack/build-rootfs.sh" >/dev/null || exit 2
cp -r "$root/examples/webstack" "$work/webstack"
cd "$work/webstack" || exit 2
stacks+=("$work/webstack")
visit() { curl -sS --max-time 5 "http://127.0.0.1:$WEBSTACK_PORT/"; }

expect_status 0 mdcompose up -d --wait
expect "first visit" "visit 1, 1 of them since the cache started" "$(visit)"
expect "second visit" "visit 2, 2 of them since the cache started" "$(visit)"
expect_has "published port in ps" "127.0.0.1:$WEBSTACK_PORT->80/tcp" "$(mdcompose ps web)"
expect "the port" "127.0.0.1:$WEBSTACK_PORT" "$(mdcompose port web 80)"

mdcompose exec app sh -c 'kill -9 2'
eventually "the application runs again" sh -c "curl -sS --max-time 2 http://127.0.0.1:$WEBSTACK_PORT/ | grep -q ^visit"

expect_status 0 mdcompose down
expect_status 0 mdcompose up -d --wait
expect_has "the volume has survived" "visit 4, 1 of them" "$(visit)"
expect_status 0 mdcompose down --volumes
curl -sS --max-time 2 "http://127.0.0.1:$WEBSTACK_PORT/" >/dev/null 2>&1 && fail "the port is still open after down"
:
