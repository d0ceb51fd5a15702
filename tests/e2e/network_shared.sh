#!/bin/bash
# Networks that projects share: `network create`, external, attachable; who else is there; their end.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
stack proxy <<'YAML'
services:
  proxy: {rootfs: /, init: true, command: sleep infinity, networks: [edge, default], external_links: ["app-web-1:store"]}
  db: {rootfs: /, init: true, command: sleep infinity, networks: [edge]}
networks:
  edge: {external: true}
YAML
stack app <<'YAML'
services:
  web:
    rootfs: /
    init: true
    command: perl -MIO::Socket::INET -e 'my $$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die; while (my $$c = $$s->accept) { print $$c "$$ENV{HOSTNAME}\n"; close $$c }'
    ports: ["127.0.0.1:18095:8000"]
    networks: {edge: {aliases: [shop]}}
  db: {rootfs: /, init: true, command: sleep infinity, networks: [edge]}
networks:
  edge: {external: true}
YAML
in_proxy() { (cd "$work/proxy" && mdcompose exec -T proxy "$@"); }
dial='my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 2) or exit 1; print <$s>'

cd "$work/proxy" || exit 2
expect_status 2 mdcompose up -d
expect_has "a network that is not there" 'network "edge" is external, but does not exist' "$output"
expect_has "and what to do" "mdcompose network create edge" "$output"
expect_status 0 mdcompose network create edge --subnet 10.203.0.0/16
expect_status 1 mdcompose network create edge
expect_has "twice" 'there is a network "edge" already' "$output"
expect_status 0 mdcompose up -d
cd "$work/app" || exit 2
expect_status 0 mdcompose up -d
eventually "a name of another project" in_proxy getent hosts web
eventually "an alias of another project" in_proxy getent hosts shop
eventually "its container's name" in_proxy getent hosts app-web-1
expect "and what a link calls it" "$(in_proxy getent ahostsv4 app-web-1 | cut -d' ' -f1 | sort -u)" "$(in_proxy getent ahostsv4 store | cut -d' ' -f1 | sort -u)"
expect_has "it can be reached" "web-1" "$(in_proxy perl -MIO::Socket::INET -e "$dial" web:8000)"
expect_has "a published port of a service that is in shared networks only" "web-1" "$(perl -MIO::Socket::INET -e "$dial" 127.0.0.1:18095)"
expect "everybody's db is his own" "$(cd "$work/app" && mdcompose exec -T db hostname -I | grep -o '10\.203\.[0-9.]*')" "$(mdcompose exec -T web getent hosts db | cut -d' ' -f1)"
expect_has "network ls" "edge" "$(mdcompose network ls)"
expect_has "network inspect" '"Name": "app-web-1"' "$(mdcompose network inspect edge)"
expect_status 1 mdcompose network rm edge
expect_has "in use" 'network "edge" is in use by' "$output"
expect_has "by whom" "app-web-1" "$output"
expect_status 0 mdcompose down
eventually "a name that is gone" sh -c "! (cd '$work/proxy' && '$MDCOMPOSE' exec -T proxy getent hosts web)"

# The project is killed as a whole: its names go, its addresses are free again.
cd "$work/app" || exit 2
expect_status 0 mdcompose up -d
address=$(mdcompose exec -T web hostname -I | grep -o '10\.203\.[0-9.]*')
kill -9 $(pgrep -f '^mdc-keeper .*/app ') $(supervisor_of app) $(grep -ho '"pid": [0-9]*' /run/mdcompose/app/instances/*/state.json | grep -o '[0-9]*')
eventually "the killed project's links are gone" sh -c "! '$MDCOMPOSE' network inspect edge | grep -q app-web-1"
expect_status 0 mdcompose up -d
expect "the same address again" "$address" "$(mdcompose exec -T web hostname -I | grep -o '10\.203\.[0-9.]*')"
expect_status 0 mdcompose down
cd "$work/proxy" && expect_status 0 mdcompose down
expect_status 0 mdcompose network rm edge
expect_status 1 mdcompose network rm edge
expect_has "gone" 'there is no network "edge"' "$output"

# A network of one stack that others may join.
stack host <<'YAML'
services:
  one: {rootfs: /, init: true, command: sleep infinity}
networks:
  default: {name: meeting, attachable: true}
YAML
stack guest <<'YAML'
services:
  two: {rootfs: /, init: true, command: sleep infinity}
networks:
  default: {name: meeting, external: true}
YAML
cd "$work/host" && expect_status 0 mdcompose up -d
cd "$work/guest" && expect_status 0 mdcompose up -d
eventually "the host's name" mdcompose exec -T two getent hosts one
cd "$work/host" && expect_status 0 mdcompose down
expect_has "it stays while somebody is in it" 'network "meeting" is in use by guest-two-1' "$output"
cd "$work/guest" && expect_status 0 mdcompose down
expect_status 0 mdcompose network rm meeting
[ ! -e /var/lib/mdcompose/networks ] || fail "definitions are left: $(ls /var/lib/mdcompose/networks)"
:
