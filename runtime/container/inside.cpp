#include "runtime/container/inside.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

constexpr int kMostLinks = 40;  // as the kernel's MAXSYMLINKS

/// What a dangling link of the image names, as a path of the container; nothing where `leaf` is no link.
std::optional<std::string> link_target(int directory, const std::string& parent, const std::string& leaf) {
  std::array<char, 4096> target{};
  const ssize_t length = ::readlinkat(directory, leaf.c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  const std::string text(target.data(), static_cast<std::size_t>(length));
  return text.front() == '/' ? text : parent + "/" + text;
}

sys::unique_fd make(int root, const std::string& path, Node node, std::uint64_t resolve,
                    int links = kMostLinks) {
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
  if (leaf.empty()) return make(root, parent, node, resolve, links);
  const sys::unique_fd directory = make(root, parent, Node::directory, resolve, links);
  const int made = node == Node::directory ? ::mkdirat(directory.get(), leaf.c_str(), 0755)
                                           : ::mknodat(directory.get(), leaf.c_str(), S_IFREG | 0644, 0);
  if (made != 0 && errno != EEXIST) sys::throw_errno("make " + path + " in the container");
  if (made != 0) {
    if (links == 0) sys::throw_errno("make " + path + " in the container", ELOOP);
    if (const auto target = link_target(directory.get(), parent, leaf))
      return make(root, *target, node, resolve, links - 1);
  }
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
