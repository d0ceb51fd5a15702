// Names for what files contain: equal content, equal name.
#pragma once

#include <string>
#include <string_view>

namespace orchestrator::storage {

/// SHA-256, 64 hexadecimal digits.
std::string digest_of(std::string_view text);
/// Of a file's content; it is read in pieces. Throws std::system_error.
std::string digest_of_file(const std::string& path);

}  // namespace orchestrator::storage
