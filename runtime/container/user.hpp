// Who a process is: `user:group` words looked up in the container's own passwd(5) and group(5). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/spec/spec.hpp"

namespace runtime {

struct Ids {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups{};  ///< supplementary, sorted, without repetition
  std::string home = "/";
  friend bool operator==(const Ids&, const Ids&) = default;
};

/// Resolves spec words as Docker does: names win over numbers, a number needs no entry, the groups of a user
/// are those of group(5) unless a group is named, and his first one. Without words the numbers are taken as
/// they are. No NSS and no other code of the image is used. Throws std::invalid_argument: "unable to find
/// user app: no matching entry in passwd file".
Ids resolve_user(const User& user, std::string_view passwd, std::string_view group);

}  // namespace runtime
