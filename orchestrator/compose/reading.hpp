// From files to one expanded tree: parses, fills in variables, includes, extends, merges, checks, expands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "orchestrator/compose/diagnostic.hpp"
#include "orchestrator/compose/environment.hpp"
#include "orchestrator/compose/node.hpp"

namespace orchestrator::compose {

/// What holds for all files of a stack.
struct Reading {
  bool fills_in = true;             ///< variables
  bool resolves_paths = true;       ///< relative ones become absolute
  std::string working_directory{};  ///< of the caller: messages name files as seen from here
  std::string home{};
  Findings& findings;
};

/// A file and what stands in it.
struct Parsed {
  std::string path{};  ///< absolute, or "-"
  std::vector<Node> documents{};
};
/// Throws LoadError, at `named_at` where the file cannot be read.
Parsed parse_file(const std::string& path, const Place& named_at, const Reading& reading);

/// Fills variables into a document; what is wrong with them is a finding.
void fill_in(Node& document, const Environment& environment, const Reading& reading);

/// Merges a document into what earlier ones said, holds the whole against the table, expands short forms. The
/// model is a mapping, empty at first. `complete` is false where parts come later: then nothing is checked.
void accumulate(Node& model, Node document, bool complete, const Reading& reading);

/// One stack, or one that is included in another.
struct Stack {
  std::vector<Parsed> files{};
  std::string directory{};  ///< where relative paths begin
  const Environment& environment;
  std::vector<std::string> including{};  ///< files on the way here, outermost first
};

class Included;

class StackReader {
 public:
  explicit StackReader(const Reading& reading);
  ~StackReader();
  StackReader(const StackReader&) = delete;
  StackReader& operator=(const StackReader&) = delete;

  /// The merged, expanded tree with defaults, absolute paths and the caller's variables. Throws LoadError.
  Node read(Stack stack);

 private:
  const Reading& reading_;
  std::unique_ptr<Included> included_;
};

}  // namespace orchestrator::compose
