#include "runtime/container/mount_options.hpp"

#include <linux/mount.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace runtime {
namespace {

struct Flag {
  std::string_view name;
  std::uint64_t set;
  std::uint64_t clear;
};
// MOUNT_ATTR__ATIME is a field, not a bit: it is cleared before another value is set.
constexpr std::array<Flag, 17> kFlags{{{"ro", MOUNT_ATTR_RDONLY, 0},
                                       {"rw", 0, MOUNT_ATTR_RDONLY},
                                       {"nosuid", MOUNT_ATTR_NOSUID, 0},
                                       {"suid", 0, MOUNT_ATTR_NOSUID},
                                       {"nodev", MOUNT_ATTR_NODEV, 0},
                                       {"dev", 0, MOUNT_ATTR_NODEV},
                                       {"noexec", MOUNT_ATTR_NOEXEC, 0},
                                       {"exec", 0, MOUNT_ATTR_NOEXEC},
                                       {"nodiratime", MOUNT_ATTR_NODIRATIME, 0},
                                       {"diratime", 0, MOUNT_ATTR_NODIRATIME},
                                       {"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
                                       {"atime", 0, MOUNT_ATTR__ATIME},
                                       {"relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
                                       {"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
                                       {"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0},
                                       {"symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW},
                                       {"defaults", 0, 0}}};

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kPropagation{
    {{"private", MS_PRIVATE}, {"slave", MS_SLAVE}, {"shared", MS_SHARED}, {"unbindable", MS_UNBINDABLE}}};

template <class Table>
auto lookup(const Table& table, std::string_view name) {
  return std::find_if(table.begin(), table.end(), [&](const auto& row) {
    if constexpr (requires { row.name; })
      return row.name == name;
    else
      return row.first == name;
  });
}

bool take_flag(MountOptions& result, std::string_view option) {
  const auto plain = lookup(kFlags, option);
  const auto recursive = option.starts_with('r') ? lookup(kFlags, option.substr(1)) : kFlags.end();
  const auto flag = plain != kFlags.end() ? plain : recursive;
  if (flag == kFlags.end()) return false;
  if (plain == kFlags.end()) result.recursive_attributes = true;
  result.set = (result.set & ~flag->clear) | flag->set;
  result.clear = (result.clear & ~flag->set) | flag->clear;
  return true;
}

bool take_propagation(MountOptions& result, std::string_view option) {
  const bool recursive = option.starts_with('r');
  const auto found = lookup(kPropagation, recursive ? option.substr(1) : option);
  if (found == kPropagation.end()) return false;
  result.propagation = found->second;
  result.recursive_propagation = recursive;
  return true;
}

}  // namespace

MountOptions parse_mount_options(const std::vector<std::string>& options) {
  constexpr std::string_view kSubdirectory = "X-mount.subdir=";
  constexpr std::string_view kNamespace = "X-mount.namespace=";
  MountOptions result;
  for (const std::string& option : options) {
    if (option == "tmpcopyup") {
      result.copy_up = true;
    } else if (option == "bind" || option == "rbind") {
      result.bind = true;
      result.recursive = option == "rbind";
    } else if (option.starts_with(kSubdirectory)) {
      result.subdirectory = option.substr(kSubdirectory.size());
    } else if (option.starts_with(kNamespace)) {
      result.from_namespace = option.substr(kNamespace.size());
    } else if (!take_flag(result, option) && !take_propagation(result, option)) {
      const auto equals = option.find('=');
      result.parameters.push_back(
          {option.substr(0, equals), equals == std::string::npos ? "" : option.substr(equals + 1)});
    }
  }
  return result;
}

std::vector<std::string> mount_option_names() {
  std::vector<std::string> names{"bind", "rbind", "tmpcopyup"};
  const auto add = [&](std::string_view name) {
    names.emplace_back(name);
    names.push_back("r" + names.back());
  };
  for (const Flag& flag : kFlags) add(flag.name);
  for (const auto& [name, propagation] : kPropagation) add(name);
  return names;
}

}  // namespace runtime
