#!/bin/bash
# Tests run side by side, so no two of them have a stack of the same name: each would wait for the commands of the other.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
stacks_of() { grep -hoE '^ *stack [a-z0-9-]+' "$1" | sed 's/.* //' | sort -u; }
again=$(for script in e2e/*.sh fault/*.sh; do stacks_of "$script"; done | sort | uniq -d)
[ -z "$again" ] && exit
for stack in $again; do echo "stack $stack is in more than one of$(grep -lE "^ *stack $stack( |\$)" e2e/*.sh fault/*.sh | tr '\n' ' ' | sed 's/^/ /')"; done
exit 1
