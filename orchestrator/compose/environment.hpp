// The variables that a stack file may use, and where each has its value from.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/compose/dotenv.hpp"
#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

struct Setting {
  std::string value{};
  Place place{};  ///< in a file; without a file: the caller's
};

class Environment {
 public:
  explicit Environment(const std::map<std::string, std::string>& callers);

  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
  /// "the environment", ".env:3", "nowhere".
  [[nodiscard]] std::string origin(std::string_view name) const;
  /// The variable's value or "".
  [[nodiscard]] std::string value_of(std::string_view name) const { return find(name).value_or(""); }
  [[nodiscard]] const auto& all() const { return settings_; }

  void define(const std::string& name, const std::string& value);
  /// Adds what these files set and nobody before them did; of the files, later ones override earlier ones.
  /// Throws LoadError. Says whether anything was added.
  bool add_files(const std::vector<std::shared_ptr<const File>>& files);

 private:
  std::map<std::string, Setting, std::less<>> settings_{};
};

}  // namespace orchestrator::compose
