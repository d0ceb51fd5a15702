// A hash that is the same for every program and in every version: names and subnets follow from it.
#pragma once

#include <cstdint>
#include <string_view>

namespace orchestrator::project {

/// FNV-1a, 64 bits: a name, not a protection.
constexpr std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  return hash;
}

}  // namespace orchestrator::project
