#!/bin/bash
# Tests run side by side, so no two of them have a stack or a bundle of the same name: each would wait for the commands of
# the other's stack, and containers of the same id have one cgroup, whatever state directory they are in. Nor do two of them
# publish the same port of the host (18000 to 18999): one would not start, or be asked instead of the other.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
failed=0
# WORDS: what stands before a name
no_two_have() {
  local name again
  again=$(for script in e2e/*.sh fault/*.sh; do grep -hoE "^ *($1) [a-z0-9-]+" "$script" | sed 's/.* //' | sort -u; done | sort | uniq -d)
  for name in $again; do
    echo "$name is in more than one of $(grep -lE "^ *($1) $name( |\$)" e2e/*.sh fault/*.sh | tr '\n' ' ')"
    failed=1
  done
}
no_two_have 'stack'
no_two_have 'bundle|hooked'
# Of 18121-18129 each.
ports_of() { grep -hoE '\b18[0-9]{3}(-18[0-9]{3})?\b' "$1" | awk -F- '{ for (port = $1; port <= (NF > 1 ? $2 : $1); ++port) print port }' | sort -u; }
for port in $(for script in e2e/*.sh fault/*.sh; do ports_of "$script"; done | sort | uniq -d); do
  echo "more than one test publishes port $port:$(for script in e2e/*.sh fault/*.sh; do ports_of "$script" | grep -q "$port" && printf ' %s' "$script"; done)"
  failed=1
done
exit $failed
