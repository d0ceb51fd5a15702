# Sourced by the tests of `mdcompose config`: a directory of its own, and assertions that say what was expected.
# MDCOMPOSE is the program under test. Nothing here needs privilege.
set -u
export LC_ALL=C NO_COLOR=1
unset COMPOSE_PROJECT_NAME COMPOSE_FILE COMPOSE_PROFILES COMPOSE_ENV_FILES COMPOSE_DISABLE_ENV_FILE
: "${MDCOMPOSE:?the program under test}"
work=$(mktemp -d "${TMPDIR:-/tmp}/mdcompose-config-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}
# expect WHAT EXPECTED ACTUAL
expect() { [ "$2" = "$3" ] || fail "$1: expected <$2>, got <$3>"; }
# file NAME: standard input
file() {
  mkdir -p "$(dirname "$1")"
  cat >"$1"
}
finish() {
  [ $failures = 0 ] || { echo "$failures failed" >&2; exit 1; }
}
