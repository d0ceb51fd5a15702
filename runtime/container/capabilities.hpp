// How a process takes on and gives up capabilities(7).
#pragma once

#include <cstdint>

#include "runtime/spec/spec.hpp"

namespace runtime {

/// Drops every capability outside `keep` from the bounding set; needs CAP_SETPCAP. Throws std::system_error.
void drop_bounding_set(std::uint64_t keep);
/// capset(2) and the ambient set, in this order. What the caller itself lacks is left out. Throws
/// std::system_error.
void set_capabilities(const Capabilities& capabilities);

}  // namespace runtime
