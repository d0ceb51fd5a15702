// Command lines as a shell splits them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrator::compose {

struct Words {
  std::vector<std::string> words{};
  std::string cut_by{};  ///< the unquoted ";", "&", "|", "<" or ">" at which docker compose stops reading
};
/// Blanks separate, quotes and backslashes protect, nothing is expanded. Throws std::invalid_argument where a
/// quote is open or a parenthesis stands alone.
Words split_words(std::string_view line);

}  // namespace orchestrator::compose
