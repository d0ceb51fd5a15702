#!/bin/bash
# Files in and out of containers, as cp(1) and docker cp put them; and nothing of a container leads out of it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stack cp <<'YAML'
services:
  box: {rootfs: /, network_mode: none, init: true, command: sleep infinity, volumes: ["data:/data"], deploy: {replicas: 2}}
  evil: {rootfs: ./small, network_mode: none, init: true, command: busybox sleep infinity}
  done: {rootfs: ./small, network_mode: none, command: "busybox sh -c 'busybox mkdir -p /srv/out; echo result >/srv/out/file'"}
volumes: {data: {}}
YAML
mkdir -p small/bin && cp "$(command -v busybox)" small/bin/
inside() { mdcompose exec -T box "$@"; }
secret=$work/secret
echo secret >"$secret"
expect_status 0 mdcompose up -d
eventually "the job is done" sh -c "'$MDCOMPOSE' ps -a done | grep -q 'Exited (0)'"

mkdir -p tree/sub
echo one >tree/one
echo two >tree/sub/two
ln -s one tree/link
ln tree/one tree/hard
chmod 640 tree/one

# In.
expect_status 0 mdcompose cp tree/one box:/srv/file
expect "a file under a new name" "one" "$(inside cat /srv/file)"
expect "in the second container, too" "one" "$(mdcompose exec -T --index 2 box cat /srv/file)"
expect_status 0 mdcompose cp tree box:/srv
expect "a directory, inside one that is there" "two" "$(inside cat /srv/tree/sub/two)"
expect "links stay links" "one" "$(inside readlink /srv/tree/link)"
expect "modes are kept" "640" "$(inside stat -c %a /srv/tree/one)"
expect "hard links are kept" "2" "$(inside stat -c %h /srv/tree/one)"
expect_status 0 mdcompose cp tree/. box:/srv/flat
expect "its content" "one" "$(inside cat /srv/flat/one)"
expect_status 0 mdcompose cp -L tree/link box:/srv/followed
expect "what a link points to" "regular file" "$(inside stat -c %F /srv/followed)"
expect_status 0 mdcompose cp --index 1 tree/one box:/data/volume
expect "into a volume" "one" "$(inside cat /data/volume)"
tar -C tree -cf - sub | mdcompose cp --index 1 - box:/srv/stream 2>/dev/null && fail "there is no such directory, and that is an error"
inside mkdir /srv/stream
tar -C tree -cf - sub | mdcompose cp --index 1 - box:/srv/stream
expect "an archive" "two" "$(inside cat /srv/stream/sub/two)"

# Out.
expect_status 0 mdcompose cp box:/srv/tree out
expect "a tree" "two" "$(cat out/sub/two)"
expect "its link" "one" "$(readlink out/link)"
expect_status 0 mdcompose cp done:/srv/out/file .
expect "out of one that has ended" "result" "$(cat file)"
expect "an archive to standard output" "sub/ sub/two" "$(mdcompose cp box:/srv/tree/sub - | tar -tf - | sort | tr '\n' ' ' | sed 's/ $//')"
inside sh -c 'echo owned >/srv/owned; chown 1234:5678 /srv/owned'
expect_status 0 mdcompose cp box:/srv/owned plain
expect "everything is ours" "0:0" "$(stat -c %u:%g plain)"
expect_status 0 mdcompose cp -a box:/srv/owned kept
expect "owners are kept on demand" "1234:5678" "$(stat -c %u:%g kept)"
expect_status 1 mdcompose cp box:/no/such/file .
expect_has "says what is missing" "there is no /no/such/file" "$output"
expect_status 1 mdcompose cp tree box:/srv/file
expect_status 1 mdcompose cp box:/srv/tree file
expect_status 2 mdcompose cp tree out
expect_status 2 mdcompose cp box:/a box:/b

# A hostile container: its links lead to its own files only, whatever they say. Its root is small: of the host's files
# there are none in it.
evil() { mdcompose exec -T evil busybox sh -c "$1"; }
evil "PATH=/bin; busybox --install /bin; mkdir -p /srv/evil /srv/up; ln -s $secret /srv/evil/read; ln -s $work /srv/evil/directory; ln -s /proc/1/root /srv/evil/proc; ln -s ../../../../../../.. /srv/evil/up"
mdcompose cp -L evil:/srv/evil/read stolen 2>/dev/null
expect "a link out of it reads nothing of the host" "" "$(cat stolen 2>/dev/null)"
mdcompose cp -L "evil:/srv/evil/directory/secret" stolen 2>/dev/null
expect "nor one in the middle" "" "$(cat stolen 2>/dev/null)"
mdcompose cp tree/one "evil:/srv/evil/directory/planted" 2>/dev/null
mdcompose cp tree/one "evil:/srv/evil/up$work/planted" 2>/dev/null
[ ! -e "$work/planted" ] || fail "a link leads the copy to the host's files"
mdcompose cp evil:/srv/evil evil
expect "links come as they are" "$secret" "$(readlink evil/read)"
# Links that change while they are followed.
evil "cd /srv; mkdir -p race; (while :; do rm -rf race/x; ln -s $work race/x; rm -f race/x; mkdir race/x; done) >/dev/null 2>&1 & echo \$! >/srv/racer"
for _ in 1 2 3 4 5 6 7 8 9 10; do
  mdcompose cp tree/one evil:/srv/race/x/planted 2>/dev/null
  mdcompose cp evil:/srv/race/x/secret stolen 2>/dev/null
done
evil 'kill $(cat /srv/racer)'
[ ! -e "$work/planted" ] || fail "a link that changes leads to the host's files"
[ ! -e stolen ] || fail "a link that changes reads the host's files"
# An archive that climbs.
mkdir climb && tar -cPf climb/up.tar --transform "s,^.*/one,../../../../../../../..$work/planted," "$PWD/tree/one"
mdcompose cp - evil:/srv <climb/up.tar 2>/dev/null
[ ! -e "$work/planted" ] || fail "an archive climbs out of the container"

# Everything.
expect_status 0 mdcompose export -o all.tar done
expect "what it has written" "result" "$(tar -xOf all.tar ./srv/out/file)"
expect_has "and what it was made from" "./bin/busybox" "$(tar -tf all.tar)"
expect_status 2 mdcompose export
expect_status 0 mdcompose down --volumes
