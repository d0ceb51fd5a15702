// Files of variables: `.env` and `env_file`. Pure.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// What a name stands for outside of the file; nothing where it is not set.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

struct Variable {
  std::string name{};
  std::optional<std::string> value{};  ///< nothing: taken from the environment, "NAME" alone
};
/// NAME=value, NAME: value, export NAME=value, comments, single quotes (as they are), double quotes (escapes
/// and variables, several lines), unquoted values up to " #". Earlier variables of the file may be used.
/// Throws LoadError with file and line.
std::vector<Variable> parse_dotenv(const std::shared_ptr<const File>& file, const Lookup& lookup);

}  // namespace orchestrator::compose
