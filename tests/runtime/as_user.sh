#!/bin/bash
# Runs a test program as an ordinary user who is root in a user namespace of his own, and nowhere else.
#
#   as_user.sh LEAST PROGRAM ARGUMENT...     at least LEAST of its tests must have run: the others say why they do not
set -u
least=$1 program=$2
shift 2
readonly NOBODY=65534
work=$(mktemp -d "${TMPDIR:-/tmp}/mdcompose-user-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
# The build may lie where nobody may look.
install -m 755 "$program" "$work/program"
chown "$NOBODY:$NOBODY" "$work"
cd "$work" || exit 2

TMPDIR=$work HOME=$work setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups --inh-caps=-all --bounding-set=-all \
  unshare --user --map-root-user ./program "$@" >"$work/output" 2>&1
status=$?
grep -v '^\[ RUN \|^\[       OK\|^\[-----' "$work/output"
passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) tests*\.$/\1/p' "$work/output")
[ "${passed:-0}" -ge "$least" ] || { echo "only ${passed:-0} tests have run, not $least"; exit 1; }
exit $status
