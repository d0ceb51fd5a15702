#include "orchestrator/storage/root.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "orchestrator/storage/archive.hpp"
#include "orchestrator/storage/digest.hpp"
#include "orchestrator/storage/in_place.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {
namespace {

namespace sys = runtime::sys;

std::string hex(std::uint64_t number) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(number >> shift) & 15];
  return text.substr(text.find_first_not_of('0') == std::string::npos ? 15 : text.find_first_not_of('0'));
}

/// Names one state of one file: another file, or the same one written again, gets another name.
std::string identity(const struct stat& file) {
  return hex(file.st_dev) + "-" + hex(file.st_ino) + "-" + hex(static_cast<std::uint64_t>(file.st_size)) +
         "-" +
         hex(static_cast<std::uint64_t>(file.st_mtim.tv_sec) * 1'000'000'000U +
             static_cast<std::uint64_t>(file.st_mtim.tv_nsec));
}

}  // namespace

Root find_root(const std::string& path, const std::string& data) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) sys::throw_errno(path);
  if (S_ISDIR(status.st_mode)) return {.kind = RootKind::directory, .path = path};
  if (!S_ISREG(status.st_mode)) throw std::runtime_error(path + " is neither a directory nor an archive");
  if (::access(path.c_str(), R_OK) != 0) sys::throw_errno(path);
  return {.kind = RootKind::archive, .path = data + "/roots/" + identity(status), .archive = path};
}

std::string root_content(const Root& root, bool watched) {
  if (root.kind == RootKind::declared) return root.path.substr(root.path.rfind('/') + 1);
  struct stat status {};
  const std::string& looked_at = root.kind == RootKind::archive ? root.archive : root.path;
  if (::stat(looked_at.c_str(), &status) != 0) sys::throw_errno(looked_at);
  if (root.kind == RootKind::directory) {
    if (!watched) status.st_mtim = {};
    status.st_size = 0;
    return identity(status);
  }
  // Reading hundreds of megabytes takes longer than everything else that `up` does: the digest is kept beside
  // the unpacked root, under the same name.
  const std::string known = root.path + ".sha256";
  if (const auto digest = sys::read_file_if_exists(known)) return *digest;
  const std::string digest = digest_of_file(root.archive);
  if (::access(root.path.c_str(), W_OK) == 0) sys::replace_file(known, digest, 0644);
  return digest;
}

bool is_ready(const Root& root) { return root.kind == RootKind::directory || sys::exists(root.path); }

void unpack_root(const Root& root) {
  make_in_place(root.path, [&](const std::string& half_made) { unpack_archive(root.archive, half_made); });
}

}  // namespace orchestrator::storage
