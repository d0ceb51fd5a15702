#!/bin/bash
# mdrun for an ordinary user: a user namespace instead of privileges. Skipped (status 77) where the kernel gives none.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$here/bundle.sh"
as_user() { setpriv --reuid 1000 --regid 1000 --clear-groups env -i "PATH=$PATH" "XDG_RUNTIME_DIR=$work/home" "$@"; }
as_user unshare --user --map-root-user true 2>/dev/null || { echo "this kernel gives an ordinary user no user namespace"; exit 77; }
cp "$MDRUN" "$work/mdrun"
mdrun() { as_user "$work/mdrun" --root "$work/home/state" "$@"; }
mkdir "$work/home"
cd "$work/home" || exit 2
cp -a ../image rootfs
chown -R 1000:1000 .
script() { sed -i "s#\"args\": \\[[^]]*\\]#\"args\": [\"sh\", \"-c\", \"$1\"]#" config.json; }

expect_status 0 mdrun spec --rootless
sed -i -z 's/"terminal": true/"terminal": false/; s/"args": \[[^]]*\]/"args": []/' config.json
script 'id -u; id -G; cat /proc/self/uid_map; touch /x; exit 3'
expect_status 3 mdrun run box
expect "who he is, and what he may" "0|0|0 1000 1|touch: /x: Read-only file system|" \
  "$(echo "$output" | sed 's/^ *//; s/  */ /g' | tr '\n' '|')"
script 'exec sleep 1000'
expect_status 0 detached run --detach box
expect "in it" "0" "$(mdrun exec box id -u)"
expect_status 7 mdrun exec box sh -c 'exit 7'
expect_status 0 mdrun kill box KILL
eventually "its end" sh -c "[ \"\$($(declare -f as_user); work=$work; as_user $work/mdrun --root $work/home/state state box | grep -c stopped)\" = 1 ]"
expect_status 0 mdrun delete box

# Limits are not left out in silence.
sed -i 's/"memory": {}/"memory": {"limit": 100000000}/' config.json
expect_status 125 mdrun run box
expect_has "a limit that cannot be had" "limits are asked for, and no cgroup can be made" "$output"
