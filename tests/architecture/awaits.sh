#!/bin/bash
# What g++ 12 translates wrongly is not written; docs/decisions.md says what happens where it is.
#
#   awaits.sh [ROOT]      ROOT: the tree to look at; the repository without it
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$here/../..}" || exit 2
wrong=0

# FILE: its text without comments, as one record.
text() { sed 's,//.*,,' "$1"; }

# The conditions of if, while, switch and for, one record each.
conditions() { text "$1" | grep -Pzo '\b(?:if|while|switch|for)\s*(\((?:[^()]++|(?1))*+\))'; }

# The statements that await, one record each; what stands between braces is folded to @, bodies of lambdas above all.
statements() {
  text "$1" | grep -Pzo '[^;{}]*\bco_await\b(?:[^;{}]++|(\{(?:[^{}]++|(?1))*+\}))*+' | sed -zE ':again; s/\{[^{}]*\}/@/g; t again'
}

# FILE PARTS PATTERN REASON
refuse() {
  local found
  found=$($2 "$1" | grep -Pz "$3" | tr '\n' ' ' | tr '\0' '\n' | tr -s ' ')
  [ -z "$found" ] && return
  printf '%s: %s\n  %s\n' "$1" "$found" "$4"
  wrong=$((wrong + 1))
}

checked=0
while read -r file; do
  checked=$((checked + 1))
  refuse "$file" conditions '\bco_await\b' \
    "is awaited in a condition, which can put the frame's functions where nobody looks for them: name the answer first"
  refuse "$file" statements '\?' \
    "chooses and awaits in one statement, which ends the life of both choices: choose first"
  refuse "$file" statements '[(,]\s*[\w:<>]*\s*@' \
    "awaits with a temporary made of braces, which dies twice: name it first"
  refuse "$file" statements '[(,]\s*\[(?!\s*(?:this|&\w*(?:,\s*&\w+)*)?\s*\])' \
    "awaits with a lambda that holds values, which die twice: name it first"
done < <(grep -rl --include='*.hpp' --include='*.cpp' '\bco_await\b' runtime orchestrator)

[ $checked -gt 0 ] || { echo "no coroutines found"; exit 1; }
echo "$checked files with coroutines read, $wrong complaints"
[ $wrong = 0 ]
