// An instance in a shared network, as other projects see it, and how it is written down.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator::network {

struct SharedMember {
  std::string project{};
  std::string container{};  ///< "app-web-1"
  std::string link{};       ///< alias of its link in the namespace: "app/web-1"
  std::string ipv4{};
  std::string ipv6{};
  std::string mac{};
  std::vector<std::string> names{};  ///< that lead to it while it runs; none while it does not
  std::int64_t claimed_ns = 0;       ///< wall clock: the addresses are its own also before there is a link
  friend bool operator==(const SharedMember&, const SharedMember&) = default;
};
std::string to_json(const std::vector<SharedMember>& members);
/// What is not understood is nobody.
std::vector<SharedMember> shared_members_from_json(std::string_view text);

}  // namespace orchestrator::network
