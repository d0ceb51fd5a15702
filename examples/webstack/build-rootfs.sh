#!/bin/bash
# Builds the four root filesystems from Debian packages, each once: a tree is built again only when what is written
# here about it has changed. Needs mmdebstrap and root; about a minute and a half the first time.
set -eu
readonly ROOTFS=${WEBSTACK_ROOTFS:-/var/cache/mdcompose-webstack}

# build NAME PACKAGES [SHELL]: SHELL runs at the end, with the tree as $1.
build() {
  local name=$1 packages=$2 finish=${3:-true} tree=$ROOTFS/$1 recipe
  recipe=$(declare -f build; printf '%s\n' "$packages" "$finish")
  if [ "$(cat "$tree.recipe" 2>/dev/null)" = "$recipe" ]; then return; fi
  echo "building $tree from $packages"
  rm -rf "$tree" "$tree.recipe" "$tree.part"
  mmdebstrap --quiet --mode=root --variant=essential --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --customize-hook="$finish" bookworm "$tree.part"
  mv "$tree.part" "$tree"
  echo "$recipe" >"$tree.recipe"
}

[ "$(id -u)" = 0 ] || { echo "build-rootfs.sh must be run as root: files of a root filesystem have owners" >&2; exit 2; }
command -v mmdebstrap >/dev/null || { echo "build-rootfs.sh needs mmdebstrap: apt-get install mmdebstrap" >&2; exit 2; }
mkdir -p "$ROOTFS"

# Two at a time: unpacking keeps one processor busy.
build web nginx-light & web=$!
build app python3-psycopg2,python3-redis
build cache redis-server
wait "$web"
# The package makes a cluster of its own. Ours is made on the volume, which takes owner and mode from here.
build db postgresql-15 'rm -rf "$1"/var/lib/postgresql/15 && install -d -m 700 -o "$(stat -c %u "$1"/var/lib/postgresql)" \
  -g "$(stat -c %g "$1"/var/lib/postgresql)" "$1"/var/lib/postgresql/data'
