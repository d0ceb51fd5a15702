#include "orchestrator/compose/reading.hpp"

#include <utility>

#include "orchestrator/compose/check.hpp"
#include "orchestrator/compose/defaults.hpp"
#include "orchestrator/compose/expand.hpp"
#include "orchestrator/compose/extends.hpp"
#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/include.hpp"
#include "orchestrator/compose/interpolate.hpp"
#include "orchestrator/compose/merge.hpp"
#include "orchestrator/compose/normalize.hpp"
#include "orchestrator/compose/paths.hpp"
#include "orchestrator/compose/validate.hpp"
#include "orchestrator/compose/yaml.hpp"

namespace orchestrator::compose {

Parsed parse_file(const std::string& path, const Place& named_at, const Reading& reading) {
  const std::string shown = path == "-" ? "standard input" : shown_path(path, reading.working_directory);
  Parsed parsed{.path = path, .documents = parse_yaml(read_text_file(path, shown, named_at))};
  for (const Node& document : parsed.documents)
    if (!document.is_map() && !document.is_null())
      throw LoadError(document.place,
                      "a stack file must be a mapping, not a " + std::string(kind_name(document.kind)));
  return parsed;
}

void fill_in(Node& document, const Environment& environment, const Reading& reading) {
  if (!reading.fills_in) return;
  const Lookup lookup = [&](std::string_view name) { return environment.find(name); };
  const std::function<std::string(std::string_view)> origin = [&](std::string_view name) {
    return environment.origin(name);
  };
  interpolate(document, stack_file(), {.lookup = lookup, .origin = origin, .findings = reading.findings});
}

void accumulate(Node& model, Node document, bool complete, const Reading& reading) {
  const Attribute& table = stack_file();
  Findings& findings = reading.findings;
  drop_tags(document, findings);
  if (model.map.empty())
    model = std::move(document);
  else
    merge(model, std::move(document), &table, Trail{}, findings);
  make_unique(model, table, Trail{}, findings);
  if (complete) check_shape(model, table, findings);
  if (const Node* version = model.find("version"); version != nullptr && complete) {
    findings.warning(version->place, "\"version\" is obsolete and has no effect");
    model.map.erase("version");
  }
  expand(model, table, reading.fills_in, findings);
  make_unique(model, table, Trail{}, findings);
}

StackReader::StackReader(const Reading& reading)
    : reading_(reading), included_(std::make_unique<Included>()) {}
StackReader::~StackReader() = default;

Node StackReader::read(Stack stack) {
  Extending extending(stack.directory, stack.environment, reading_);
  Node model = make_map({});
  for (Parsed& file : stack.files)
    for (Node& document : file.documents) {
      if (document.is_null()) continue;
      fill_in(document, stack.environment, reading_);
      Including(*this, *included_, stack, file.path, reading_).apply(document);
      apply_tags(model, document);
      extending.apply(document, file.path);
      accumulate(model, std::move(document), true, reading_);
    }
  if (model.map.empty())
    throw LoadError(shown_path(stack.files.front().path, reading_.working_directory) +
                    ": the stack file is empty");
  set_defaults(model);
  validate(model, reading_.findings);
  if (reading_.resolves_paths)
    resolve_paths(model, stack_file(), {.directory = stack.directory, .home = reading_.home});
  take_over_variables(model, stack.environment);
  return model;
}

}  // namespace orchestrator::compose
