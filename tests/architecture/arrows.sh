#!/bin/bash
# The arrows of the architecture point downwards: reads every #include of ours and holds it against `layers`.
#
#   arrows.sh [ROOT]      ROOT: the tree to look at; the repository without it
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$here/../..}" || exit 2

# FILE FOLDER INCLUDED, one line per include.
includes() {
  grep -rEo --include='*.hpp' --include='*.cpp' --include='*.h' --include='*.c' '^#include [<"][^>"]+' runtime orchestrator |
    sed -E 's/^([^:]+):#include [<"](.*)$/\1 \2/'
}

includes | awk -v layers="$here/layers" '
  function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
  function complain(text) { print text; wrong++ }
  BEGIN {
    while ((getline line < layers) > 0) {
      sub(/#.*/, "", line)
      count = split(line, word, " ")
      if (count == 0) continue
      if (word[1] == "never") {
        reason = line; sub(/^never +[^ ]+ +[^ ]+ */, "", reason)
        never[word[2], word[3]] = reason
      } else if (word[1] == "heavy") {
        most[word[2]] = word[3]
      } else {
        height++
        for (i = 1; i <= count; i++) level[word[i]] = height
      }
    }
    if (height == 0) { print "no layers in " layers; exit 2 }
  }
  {
    checked++
    from = folder($1); to = folder($2)
    if (!(from in level)) { if (!told[from]++) complain(from " has no place in tests/architecture/layers"); next }
    for (name in most) if (index($2, name) == 1) { if (!seen[name, $1]++) { users[name]++; where[name] = where[name] " " $1 } }
    if ($2 !~ /^(runtime|orchestrator)\// || from == to) next
    if (!(to in level)) complain($1 " includes " $2 ", whose folder has no place in tests/architecture/layers")
    else if (level[to] >= level[from]) complain($1 " includes " $2 ": " to " is not below " from)
    else if ((from, to) in never) complain($1 " includes " $2 ": " never[from, to])
  }
  END {
    for (name in most) if (users[name] > most[name]) complain(name " is included by " users[name] " files, at most " most[name] " may:" where[name])
    if (checked == 0) complain("no includes found")
    print checked + 0 " includes read, " wrong + 0 " point the wrong way"
    exit wrong > 0
  }'
