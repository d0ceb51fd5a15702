// `extends`: a service that begins with another one, of the same file or of another.
#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "orchestrator/compose/reading.hpp"

namespace orchestrator::compose {

class Extending {
 public:
  Extending(const std::string& directory, const Environment& environment, const Reading& reading)
      : directory_(directory), environment_(environment), reading_(reading) {}

  /// Replaces each `extends` of the document by what it stands for. `file` is where the document is from.
  void apply(Node& document, const std::string& file);

 private:
  /// A service that is being extended; with it, where its base is looked for.
  struct Link {
    std::string file{};
    std::string service{};
  };
  /// False where it cannot be done; then a finding says why.
  bool extend(Node& services, const std::string& name, const std::string& file);
  bool follow(Node& services, const std::string& name, const std::string& file, const Node& extends);
  void put_together(Node& services, const std::string& name, Node base);
  /// The services among which the base is, and the file they are from.
  Node* services_of_base(const std::string& name, const Node& extends, Node& own, std::string& file);
  /// The services of another file, its paths as seen from that file. Throws LoadError.
  Node& load(const std::string& path, const Node& named_by);
  bool enter(const Link& link, const Place& place);
  bool fail(const Place& place, std::string message, std::string hint = "");

  const std::string& directory_;
  const Environment& environment_;
  const Reading& reading_;
  std::map<std::string, Node> loaded_{};  ///< by path
  std::vector<Link> way_{};
  std::unordered_set<std::string> on_the_way_{};
};

}  // namespace orchestrator::compose
