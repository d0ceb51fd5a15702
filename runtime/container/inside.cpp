#include "runtime/container/inside.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

constexpr int kMostLinks = 40;  // as the kernel's MAXSYMLINKS
constexpr std::uint64_t kNoLink = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;

/// What a dangling link of the image names, as a path of the container; nothing where `leaf` is no link.
std::optional<std::string> link_target(int directory, const std::string& parent, const std::string& leaf) {
  std::array<char, 4096> target{};
  const ssize_t length = ::readlinkat(directory, leaf.c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  const std::string text(target.data(), static_cast<std::size_t>(length));
  return text.front() == '/' ? text : parent + "/" + text;
}

/// The mode is whole from the first moment on: who shares the root could put a link there before a chmod(2).
int make_open_directory(int parent, const std::string& name) {
  const mode_t mask = ::umask(0);
  const int made = ::mkdirat(parent, name.c_str(), 01777);
  ::umask(mask);
  return made;
}

int make_node(int parent, const std::string& name, Node node) {
  switch (node) {
    case Node::directory:
      return ::mkdirat(parent, name.c_str(), 0755);
    case Node::open_directory:
      return make_open_directory(parent, name);
    case Node::file:
      break;
  }
  return ::mknodat(parent, name.c_str(), S_IFREG | 0644, 0);
}

sys::unique_fd make_below(int root, const std::string& path, Node node, std::uint64_t resolve,
                          int links = kMostLinks) {
  const std::string relative = path.substr(std::min(path.find_first_not_of('/'), path.size()));
  if (relative.empty()) return sys::openat2(root, ".", O_PATH | O_DIRECTORY, resolve);
  const int flags = node == Node::file ? O_PATH : O_PATH | O_DIRECTORY;
  if (auto existing = sys::openat2_if_exists(root, relative, static_cast<std::uint64_t>(flags), resolve))
    return std::move(*existing);
  const auto slash = relative.rfind('/');
  const std::string parent = slash == std::string::npos ? "" : relative.substr(0, slash);
  const std::string leaf = slash == std::string::npos ? relative : relative.substr(slash + 1);
  if (leaf.empty()) return make_below(root, parent, node, resolve, links);
  const sys::unique_fd directory = make_below(root, parent, Node::directory, resolve, links);
  const int made = make_node(directory.get(), leaf, node);
  if (made != 0 && errno != EEXIST) sys::throw_errno("make " + path + " in the container");
  if (made != 0) {
    if (links == 0) sys::throw_errno("make " + path + " in the container", ELOOP);
    if (const auto target = link_target(directory.get(), parent, leaf))
      return make_below(root, *target, node, resolve, links - 1);
  }
  return sys::openat2(root, relative, static_cast<std::uint64_t>(flags), resolve);
}

}  // namespace

bool covers(std::string_view directory, std::string_view path) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

bool is_ours(std::string_view path) {
  constexpr std::array<std::string_view, 3> kTrees{"/proc", "/sys", "/dev"};
  return std::any_of(kTrees.begin(), kTrees.end(), [&](std::string_view tree) { return covers(tree, path); });
}

void Tree::covered(const std::string& destination, int mount) {
  if (is_ours(destination)) covers_.push_back({destination, mount});
}

Tree::Place Tree::place_of(const std::string& path) const {
  Place place{root_, path};
  std::size_t longest = 0;
  for (const Cover& cover : covers_)
    if (covers(cover.destination, path) && cover.destination.size() >= longest) {
      longest = cover.destination.size();
      place = {cover.mount, path.substr(longest)};
    }
  place.path.erase(0, place.path.find_first_not_of('/'));
  return place;
}

sys::unique_fd Tree::make(const std::string& path, Node node) const {
  const Place place = place_of(path);
  constexpr std::uint64_t kAnyLink = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return make_below(place.base, place.path, node, is_ours(path) ? kNoLink : kAnyLink);
}

std::optional<sys::unique_fd> Tree::open(const std::string& path, std::uint64_t flags) const {
  const Place place = place_of(path);
  return sys::openat2_if_exists(place.base, place.path.empty() ? "." : place.path, flags, kNoLink);
}

}  // namespace runtime
