#!/bin/bash
# What `boot` promises: the command's exit status and output, an end in time, nothing changed, nothing left.
#
#   selftest.sh BOOT
set -u
boot=$1
failures=0
expect() { [ "$2" = "$3" ] || { echo "FAILED: $1: expected <$2>, got <$3>"; failures=$((failures + 1)); }; }
kernels() { pgrep -c linux.uml; }
mark=$(mktemp -d "${TMPDIR:-/tmp}/mdcompose-boot-XXXXXX")
trap 'rm -rf "$mark"' EXIT
before=$(kernels)

output=$("$boot" 120 sh -c 'echo "to $1"; echo "and $2" >&2; exit 7' sh "two words" "'quotes'" 2>&1)
expect "exit status" 7 $?
expect "output" "to two words
and 'quotes'" "$output"

"$boot" 120 sh -c "ls $mark && touch /etc/mdcompose-was-here $mark/x" >/dev/null
expect "what it has written here" "" "$(find "$mark" -mindepth 1)"
[ ! -e /etc/mdcompose-was-here ] || { echo "FAILED: it has written to /etc"; failures=$((failures + 1)); }

"$boot" 8 sleep 1000 2>/dev/null
expect "exit status of what does not end" 124 $?
expect "kernels that run on" "$before" "$(kernels)"
expect "files that are left" "" "$(ls -d "${TMPDIR:-/tmp}"/mdcompose-uml-* 2>/dev/null)"
exit $((failures > 0))
