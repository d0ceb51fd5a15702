#include "runtime/container/inside.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

sys::unique_fd make(int root, const std::string& path, Node node, std::uint64_t resolve) {
  const std::string relative = path.substr(std::min(path.find_first_not_of('/'), path.size()));
  if (relative.empty()) return sys::openat2(root, ".", O_PATH | O_DIRECTORY, resolve);
  try {
    return sys::openat2(root, relative, node == Node::directory ? O_PATH | O_DIRECTORY : O_PATH, resolve);
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != ENOENT) throw;
  }
  const auto slash = relative.rfind('/');
  const std::string parent = slash == std::string::npos ? "" : relative.substr(0, slash);
  const std::string leaf = slash == std::string::npos ? relative : relative.substr(slash + 1);
  if (leaf.empty()) return make(root, parent, node, resolve);
  const sys::unique_fd directory = make(root, parent, Node::directory, resolve);
  const int made = node == Node::directory ? ::mkdirat(directory.get(), leaf.c_str(), 0755)
                                           : ::mknodat(directory.get(), leaf.c_str(), S_IFREG | 0644, 0);
  if (made != 0 && errno != EEXIST) sys::throw_errno("make " + path + " in the container");
  return sys::openat2(root, relative, O_PATH, resolve);
}

}  // namespace

sys::unique_fd make_inside(int root, const std::string& path, Node node) {
  return make(root, path, node, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

sys::unique_fd make_plain(int root, const std::string& path, Node node) {
  return make(root, path, node, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
}

}  // namespace runtime
