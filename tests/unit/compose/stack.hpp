// Stack files in a directory of their own, loaded as a user would.
#pragma once

#include <map>
#include <string>

#include "orchestrator/compose/load.hpp"

namespace orchestrator::compose::test {

class Stack {
 public:
  /// Writes compose.yaml with this text.
  explicit Stack(const std::string& text);
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack();

  Stack& file(const std::string& name, const std::string& text);
  [[nodiscard]] const std::string& directory() const { return directory_; }
  LoadOptions options{};

  [[nodiscard]] Loaded load() const;
  [[nodiscard]] project::Project project() const { return load().project; }
  /// What is wrong, one finding per line; "" where it loads.
  [[nodiscard]] std::string errors() const;
  [[nodiscard]] std::string warnings() const;
  /// A service of the settled model as JSON, without its rootfs and the default network.
  [[nodiscard]] std::string settled(const std::string& service = "web") const;

 private:
  std::string directory_;
};

/// A service "web" with these lines, indented by four spaces, and a rootfs.
Stack with(const std::string& lines);
project::Service web(const std::string& lines);
std::string errors_with(const std::string& lines);

}  // namespace orchestrator::compose::test
