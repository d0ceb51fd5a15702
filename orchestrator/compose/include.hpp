// `include`: whole stacks that become part of this one; what this one says wins.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "orchestrator/compose/reading.hpp"

namespace orchestrator::compose {

/// Stacks that have been read, so that one which is included on many ways is read once.
class Included {
 public:
  std::unordered_map<std::string, Node> models{};  ///< by files, directory and variables
  std::size_t loads = 0;
};

class Including {
 public:
  Including(StackReader& reader, Included& included, const Stack& stack, const std::string& file,
            const Reading& reading)
      : reader_(reader), included_(included), stack_(stack), file_(file), reading_(reading) {}

  /// Takes what the document's `include` names into the document. Throws LoadError.
  void apply(Node& document);

 private:
  struct Request {
    std::vector<std::string> files{};
    std::string directory{};
    std::vector<std::string> env_files{};
    Place place{};
  };
  [[nodiscard]] Request request_of(const Node& item) const;
  [[nodiscard]] std::string absolute(const std::string& path) const;
  void refuse_circle(const Request& request) const;
  const Node& model_of(const Request& request);
  void take_in(Node& document, const Node& model);

  StackReader& reader_;
  Included& included_;
  const Stack& stack_;
  const std::string& file_;
  const Reading& reading_;
};

}  // namespace orchestrator::compose
