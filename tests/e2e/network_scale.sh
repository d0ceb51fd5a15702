#!/bin/bash
# Many: 200 containers on one network, 40 services in three networks, 100 published ports. Says how long each took.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
took() { local start=$(date +%s%N); "${@:2}"; echo "$1: $((($(date +%s%N) - start) / 1000000)) ms"; }

stack scale <<'YAML'
services:
  one: {rootfs: /, init: true, command: sleep infinity, scale: 200}
YAML
took "200 containers up" expect_status 0 mdcompose up -d
expect "everybody has a name" 200 "$(mdcompose exec -T one getent ahostsv4 one | grep -c STREAM)"
expect "and an address of his own" 200 "$(mdcompose exec -T one getent ahostsv4 one | cut -d' ' -f1 | sort -u | wc -l)"
last=$(mdcompose exec -T --index 200 one hostname -I | tr -d ' ')
expect_has "the last one is reached by the first" "1 received" "$(mdcompose exec -T --index 1 one busybox ping -c1 -W5 "$last" | sed 's/packets //g')"
took "200 containers down" expect_status 0 mdcompose down --timeout 0

stack wide < <(
  echo "services:"
  for i in $(seq 40); do
    printf '  s%d: {rootfs: /, init: true, command: sleep infinity, networks: [a, b, c]}\n' "$i"
  done
  printf 'networks:\n  a: {}\n  b: {internal: true}\n  c: {enable_ipv6: true}\n'
)
took "40 services in 3 networks up" expect_status 0 mdcompose up -d
expect "interfaces" "eth0 eth1 eth2 lo " "$(mdcompose exec -T s40 ls /sys/class/net | tr '\n' ' ')"
expect_has "names in all of them" "10." "$(mdcompose exec -T s1 getent ahostsv4 s40)"
took "40 services in 3 networks down" expect_status 0 mdcompose down --timeout 0

# 18201-18300
stack scale-ports < <(
  printf 'services:\n  web:\n    rootfs: /\n    command: busybox httpd -f -p 80 -h /etc\n'
  printf '    x-mdcompose: {probe: {tcp: 80}}\n    ports:\n'
  for i in $(seq 100); do
    printf '    - "127.0.0.1:%d:80"\n' $((18200 + i))
  done
)
took "100 published ports up" expect_status 0 mdcompose up -d --wait
expect "all lead to the server" 100 "$(curl -sS --max-time 5 -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:[18201-18300]/hostname" | grep -c 200)"
took "100 published ports down" expect_status 0 mdcompose down --timeout 0
:
