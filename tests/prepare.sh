# Sourced by tests/run.sh and examples/demo.sh: says what this machine lacks, and installs it.

# need_debian_12_and_root PROGRAM: ends with one sentence where the set-up cannot work.
need_debian_12_and_root() {
  local system
  system=$(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}")
  if [ "$system" != "debian 12" ]; then
    echo "$1 sets itself up on Debian 12 only, this is ${system% }: install the packages named in tests/prepare.sh and build with cmake --preset dev" >&2
    exit 2
  fi
  if [ "$(id -u)" != 0 ]; then
    echo "$1 must be run as root: it installs packages, and starting containers with networks and limits needs it" >&2
    exit 2
  fi
}

# Compiler and libraries; then what the tests and examples start: networks, root filesystems, pages.
readonly PACKAGES="
  g++ cmake ninja-build pkg-config ccache git ca-certificates
  libyaml-cpp-dev libyaml-dev libboost1.81-dev libboost-filesystem1.81-dev libboost-system1.81-dev
  libspdlog-dev libfmt-dev nlohmann-json3-dev libseccomp-dev libarchive-dev libacl1-dev libattr1-dev
  zlib1g-dev libzstd-dev nettle-dev musl-tools
  libgtest-dev libgmock-dev libbenchmark-dev clang libclang-rt-14-dev
  iproute2 nftables util-linux procps perl-base curl busybox-static mmdebstrap user-mode-linux"

# What a fully static program is linked from.
readonly RELEASE_PACKAGES="liblzma-dev libbz2-dev"

# install_missing PACKAGE...: asks the network only where something is missing.
install_missing() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update >/dev/null || { echo "apt-get update failed: no package mirror is reachable" >&2; exit 2; }
  apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null ||
    { echo "apt-get could not install ${missing[*]}" >&2; exit 2; }
}
