// Where a service's root filesystem comes from: `rootfs:` of the stack file to a directory of the host.
#pragma once

#include <string>

namespace orchestrator::storage {

/// What `rootfs:` says: the path of one of the first two, or what to build.
enum class RootKind { directory, archive, declared };

/// A directory with a root filesystem in it.
struct Root {
  RootKind kind = RootKind::directory;
  std::string path{};     ///< the directory; otherwise where it is (to be) unpacked or built
  std::string archive{};  ///< the archive, or empty
  friend bool operator==(const Root&, const Root&) = default;
};

/// Looks at `path` (absolute). An archive is unpacked once under `data`/roots, in a directory named after the
/// file's identity and time of change. Throws std::system_error where it does not exist or cannot be read,
/// std::runtime_error where it is neither a directory nor a file.
Root find_root(const std::string& path, const std::string& data);

/// A name for what is in a root as far as one look tells: of an archive the digest of its content, of a
/// declared one that of the declaration, of a
/// directory which one it is and, with `watched`, when names were last made or removed in it. Throws like
/// find_root.
std::string root_content(const Root& root, bool watched);

/// True where nothing is left to do before a container can use it.
bool is_ready(const Root& root);

/// Unpacks the archive of a root that is not ready, into a temporary directory that is renamed when it is
/// complete. Throws std::runtime_error with one sentence.
void unpack_root(const Root& root);

}  // namespace orchestrator::storage
