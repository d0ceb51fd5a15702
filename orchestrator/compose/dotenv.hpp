// Files of variables: `.env`, `--env-file`, `env_file` and `label_file`. Pure.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// What a name stands for outside of the file; nothing where it is not set.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

struct Variable {
  std::string name{};
  std::optional<std::string> value{};  ///< nothing: "NAME" alone, and not set outside of the file
  Place place{};
};

/// NAME=value, NAME: value, export NAME=value, comments, single quotes (as they are), double quotes (escapes
/// and variables, several lines), unquoted values up to " #". Values may use variables, first those from
/// outside, then those of the file. Throws LoadError with file and line.
std::vector<Variable> parse_dotenv(const std::shared_ptr<const File>& file, const Lookup& lookup);

/// `format: raw`: NAME=value; nothing but blank lines, comments and quotes around the whole value has a
/// meaning of its own.
std::vector<Variable> parse_raw_variables(const std::shared_ptr<const File>& file, const Lookup& lookup);

}  // namespace orchestrator::compose
