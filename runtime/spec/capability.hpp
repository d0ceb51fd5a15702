// Names and numbers of capabilities(7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

/// Bit number of "CAP_CHOWN"; nothing for an unknown name.
std::optional<int> capability_number(std::string_view name);
/// "CAP_CHOWN" for 0. Throws std::out_of_range.
std::string_view capability_name(int number);
/// Every name we know, in the order of their numbers.
const std::vector<std::string>& all_capabilities();
/// Throws std::invalid_argument that names what is unknown.
std::uint64_t capability_mask(const std::vector<std::string>& names);

}  // namespace runtime
