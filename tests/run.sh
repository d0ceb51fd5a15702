#!/bin/bash
# Installs what is missing, builds with warnings as errors and runs every test; the exit status is that of the tests.
# Needs Debian 12 and root.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/prepare.sh

need_debian_12_and_root "tests/run.sh"
install_missing $PACKAGES

cmake --preset dev
cmake --build --preset dev --parallel "$(nproc)"
exec ctest --preset dev --parallel "$(nproc)"
