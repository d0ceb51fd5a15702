#include "runtime/sys/mount.hpp"

#include <fcntl.h>
#include <sys/syscall.h>

#include <array>

#include "runtime/sys/error.hpp"

namespace runtime::sys {

namespace {

/// The kernel's explanation of the last fsconfig failure: lines "e reason".
std::string kernel_reason(int context) {
  std::array<char, 512> line{};
  std::string reason;
  for (;;) {
    const ssize_t size = ::read(context, line.data(), line.size());
    if (size <= 2) return reason;
    const std::string text(line.data() + 2, static_cast<std::size_t>(size) - 2);
    reason += " (" + text.substr(0, text.find_last_not_of('\n') + 1) + ")";
  }
}

void configure(int context, const std::string& type, unsigned command, const char* key, const char* value) {
  if (::fsconfig(context, command, key, value, 0) == 0) return;
  const int error = errno;
  std::string attempt = "mount " + type;
  if (key) attempt += std::string(" with ") + key;
  if (value) attempt += std::string("=") + value;
  throw_errno(attempt + kernel_reason(context), error);
}

}  // namespace

unique_fd new_mount(const std::string& type, const std::string& source,
                    const std::vector<MountOption>& options, std::uint64_t attributes) {
  const unique_fd context(::fsopen(type.c_str(), FSOPEN_CLOEXEC));
  if (!context) throw_errno("mount " + type);
  if (!source.empty()) configure(context.get(), type, FSCONFIG_SET_STRING, "source", source.c_str());
  for (const auto& [key, value] : options) {
    if (value.empty())
      configure(context.get(), type, FSCONFIG_SET_FLAG, key.c_str(), nullptr);
    else
      configure(context.get(), type, FSCONFIG_SET_STRING, key.c_str(), value.c_str());
  }
  configure(context.get(), type, FSCONFIG_CMD_CREATE, nullptr, nullptr);
  unique_fd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, static_cast<unsigned>(attributes)));
  if (!mount) throw_errno("mount " + type);
  return mount;
}

unique_fd clone_tree(int directory, const std::string& path, bool recursive) {
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
  if (recursive) flags |= AT_RECURSIVE;
  if (path.empty()) flags |= AT_EMPTY_PATH;
  unique_fd tree(::open_tree(directory, path.c_str(), flags));
  if (!tree) throw_errno("bind mount " + path);
  return tree;
}

void set_mount_attributes(int mount, const MountAttributes& attributes) {
  mount_attr attr{.attr_set = attributes.set,
                  .attr_clr = attributes.clear,
                  .propagation = attributes.propagation,
                  .userns_fd = static_cast<std::uint64_t>(attributes.userns < 0 ? 0 : attributes.userns)};
  unsigned flags = AT_EMPTY_PATH;
  if (attributes.recursive) flags |= AT_RECURSIVE;
  if (::mount_setattr(mount, "", flags, &attr, sizeof attr) != 0) throw_errno("set mount attributes");
}

void attach_mount(int mount, int target) {
  if (::move_mount(mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
    throw_errno("attach mount");
}

void set_propagation(const std::string& path, unsigned long propagation) {
  if (::mount(nullptr, path.c_str(), nullptr, MS_REC | propagation, nullptr) != 0)
    throw_errno("set mount propagation of " + path);
}

void umount(const std::string& path, int flags) {
  if (::umount2(path.c_str(), flags) != 0) throw_errno("unmount " + path);
}

void pivot_root_here() {
  if (::syscall(SYS_pivot_root, ".", ".") != 0) throw_errno("pivot_root");
}

}  // namespace runtime::sys
