#!/bin/bash
# Files that are made to hurt: one clear error, or success, in little time and 64 MB. HOSTILE_MS is how much processor time
# is little; an optimised build on a quiet machine needs below 100 ms.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
readonly MS=${HOSTILE_MS:-1000} KILOBYTES=65536
TIMEFORMAT='%U %S'

# measured FILE: sets status and milliseconds; standard error is in "errors"
measured() {
  local spent
  spent=$({ time (
    [ -n "${HOSTILE_UNLIMITED:-}" ] || ulimit -d $KILOBYTES
    exec "$MDCOMPOSE" -f "$1" config -q >/dev/null 2>errors
  ); echo $? >status; } 2>&1)
  status=$(cat status)
  milliseconds=$(echo "$spent" | awk '{printf "%d", ($1 + $2) * 1000}')
}
within() { [ "$milliseconds" -le "$MS" ] || fail "$1 took $milliseconds ms, not $MS"; }
# refused FILE SENTENCE: its first line has this in it, and no more than a hundred follow
refused() {
  measured "$1"
  expect "exit status of $1 ($(head -c 300 errors))" 2 "$status"
  head -1 errors | grep -qF -- "$2" || fail "$1: expected <$2>, got <$(head -1 errors | cut -c1-200)>"
  [ "$(grep -c '^[^ ]' errors)" -le 102 ] || fail "$1: $(wc -l <errors) lines of errors"
  within "$1"
}
accepted() {
  measured "$1"
  expect "exit status of $1 ($(head -c 300 errors))" 0 "$status"
  within "$1"
}
times() { perl -e 'print $ARGV[0] x $ARGV[1]' "$1" "$2"; }
readonly WEB='services: {web: {image: x}}'
label() { echo "services: {web: {image: x, labels: {a: \"$1\"}}}"; }

# --- YAML

{
  echo 'x-0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'
  perl -e 'print "x-$_: &x$_ [", join(", ", ("*x" . ($_ - 1)) x 10), "]\n" for 1 .. 11'
  echo "$WEB"
} >bomb.yaml
refused bomb.yaml 'bomb.yaml:5:46: aliases expand to more than 100,000 values'
{
  echo 'x-0: &x0 {a: 1}'
  perl -e 'print "x-$_: &x$_ {<<: [", join(", ", ("*x" . ($_ - 1)) x 50), "]}\n" for 1 .. 3000'
} >merges.yaml
refused merges.yaml 'aliases expand to more than 100,000 values'
echo 'services: {web: &a {image: x, x-a: *a}}' >self.yaml
refused self.yaml 'self.yaml:1:36: an alias must not stand inside the value it names'
echo 'services: {web: &a {image: x, <<: *a}}' >self-merge.yaml
refused self-merge.yaml 'self-merge.yaml:1:35: an alias must not stand inside the value it names'
echo "x-a: $(times '[' 100000)" >deep-list.yaml
refused deep-list.yaml 'nested deeper than 400 levels'
echo "x-a: $(times '{a: ' 30000)" >deep-map.yaml
refused deep-map.yaml 'nested deeper than 400 levels'
perl -e 'print " " x $_, "a:\n" for 0 .. 2000' >deep-block.yaml
refused deep-block.yaml 'nested deeper than 400 levels'
{ echo "$WEB"; echo "x-a: $(times '[' 300)$(times ']' 300)"; } >deep-enough.yaml
accepted deep-enough.yaml
printf 'services:\n  web: {image: x}\n  web: {image: y}\n' >twice.yaml
refused twice.yaml 'twice.yaml:3:3: services: key "web" is already defined on line 2'
{ echo "$WEB"; echo "x-a: \"$(times a 100000)\""; } >long.yaml
accepted long.yaml
{ echo "$WEB"; printf 'x-a: "'; perl -e 'print "a" x (5 << 20)'; echo '"'; } >huge.yaml
refused huge.yaml 'is larger than 4 MiB'
perl -e 'print "x-a: [", "1," x 1000000, "]\n"' >many.yaml
refused many.yaml 'more than 250,000 keys and values'
perl -e 'print "x-a: {", join(",", map { "k$_: 1" } 1 .. 200000), "}\n"' >many-keys.yaml
refused many-keys.yaml 'more than 250,000 keys and values'
perl -e 'print "services: {web: {image: x, ", join(",", map { "unknown$_: 1" } 1 .. 20000), "}}\n"' >unknown.yaml
refused unknown.yaml 'services.web: unknown key "unknown1"'
expect "what is left out" "19900 more errors are not shown" "$(grep -o '[0-9]* more errors.*' errors)"
printf 'services: {web: {image: "\377\376"}}\n' >utf8.yaml
refused utf8.yaml 'utf8.yaml:1:26: invalid leading UTF-8 octet'
printf 'services: {web: {image: "a\0b"}}\n' >nul.yaml
refused nul.yaml 'nul.yaml:1:27: control characters are not allowed'
printf 'services:\r\n  web:\r\n    image: x\r\n' >crlf.yaml
accepted crlf.yaml
printf '\357\273\277services:\n  web:\n    image: x\n' >bom.yaml
accepted bom.yaml
printf 'services:\n\tweb: {image: x}\n' >tab.yaml
refused tab.yaml 'tab.yaml:2:1: found character that cannot start any token'
: >empty.yaml
refused empty.yaml 'empty.yaml: the stack file is empty'
echo ',' >comma.yaml
refused comma.yaml 'comma.yaml:1:1: did not find expected node content'

# --- what is no file

refused /dev/zero '/dev/zero: is no regular file'
refused "$work" 'is a directory, not a file'
refused none.yaml 'No such file or directory'
mkfifo pipe
refused pipe 'is no regular file'
echo 'services: {web: {image: x, env_file: /dev/zero}}' >zero-env.yaml
refused zero-env.yaml 'zero-env.yaml:1:38: /dev/zero: is no regular file'
echo 'services: {web: {image: x, env_file: /}}' >directory-env.yaml
refused directory-env.yaml 'directory-env.yaml:1:38: /: is a directory, not a file'
echo 'include: [/dev/zero]' >zero-include.yaml
refused zero-include.yaml 'zero-include.yaml:1:11: /dev/zero: is no regular file'
echo 'services: {web: {extends: {file: /dev/zero, service: x}}}' >zero-extends.yaml
refused zero-extends.yaml 'zero-extends.yaml:1:34: /dev/zero: is no regular file'

# --- circles and chains

echo 'include: [b.yaml]' >a.yaml
echo 'include: [a.yaml]' >b.yaml
refused a.yaml 'b.yaml:1:11: files include each other in a circle: a.yaml -> b.yaml -> a.yaml'
for i in $(seq 0 40); do echo "include: [d$((i + 1)).yaml, e$((i + 1)).yaml]" | tee "d$i.yaml" >"e$i.yaml"; done
echo "$WEB" | tee d41.yaml >e41.yaml
accepted d0.yaml
for i in $(seq 0 120); do echo "include: [i$((i + 1)).yaml]" >"i$i.yaml"; done
echo "$WEB" >i121.yaml
refused i0.yaml 'stacks include each other deeper than 100 levels'
perl -e 'print "services:\n"; printf "  s%d: {extends: s%d}\n", $_, ($_ + 1) % 5000 for 0 .. 4999' >extends-circle.yaml
refused extends-circle.yaml 'services extend each other in a circle: s0 -> s1 -> s2'
perl -e 'print "services:\n"; printf "  s%d: {extends: s%d}\n", $_, $_ + 1 for 0 .. 4998; print "  s4999: {image: x}\n"' \
  >extends-chain.yaml
accepted extends-chain.yaml
perl -e 'print "services:\n"; printf "  s%d: {image: x, depends_on: [s%d]}\n", $_, $_ + 1 for 0 .. 4998;
  print "  s4999: {image: x}\n"' >chain.yaml
accepted chain.yaml
perl -e 'print "services:\n"; printf "  s%d: {image: x, depends_on: [s%d]}\n", $_, ($_ + 1) % 5000 for 0 .. 4999' >circle.yaml
refused circle.yaml 'dependencies go in a circle: s0 -> s1 -> s2'

# --- variables

label "$(times '${HOME}' 100000)" >variables.yaml
accepted variables.yaml
label "$(times '${NONE:-x}' 100000)" >defaults.yaml
accepted defaults.yaml
label "$(times '${A:-' 30000)" >open.yaml
refused open.yaml 'open.yaml:1:40: services.web.labels.a: invalid interpolation format'
label "$(times '${A:-' 30000)$(times '}' 30000)" >nested.yaml
refused nested.yaml 'services.web.labels.a: defaults are nested deeper than 50 levels'
label "$(times '${A:-' 40)x$(times '}' 40)" >nested-enough.yaml
accepted nested-enough.yaml
mkdir doubling
echo 'services: {web: {image: "x:$A60"}}' >doubling/compose.yaml
perl -e 'print "A0=aaaaaaaaaaaaaaaa\n"; printf "A%d=\$A%d\$A%d\n", $_ + 1, $_, $_ for 0 .. 59' >doubling/.env
refused doubling/compose.yaml 'the variables expand to more than 1 MiB'

# --- ranges

echo 'services: {web: {image: x, ports: ["1-65535:1-65535"]}}' >ports.yaml
refused ports.yaml 'more than 20,000 ports'
echo 'services: {web: {image: x, ports: ["1-9000:1-9000", "2-9001:2-9001", "3-9002:3-9002"]}}' >overlapping.yaml
refused overlapping.yaml 'services.web.ports: more than 20,000 ports'
finish
