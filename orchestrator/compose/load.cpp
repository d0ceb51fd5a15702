#include "orchestrator/compose/load.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/bind.hpp"
#include "orchestrator/compose/consistency.hpp"
#include "orchestrator/compose/discover.hpp"
#include "orchestrator/compose/env_files.hpp"
#include "orchestrator/compose/normalize.hpp"
#include "orchestrator/compose/project_name.hpp"
#include "orchestrator/compose/reading.hpp"
#include "orchestrator/compose/select.hpp"
#include "orchestrator/compose/settle.hpp"
#include "orchestrator/compose/short_forms.hpp"
#include "orchestrator/compose/walk.hpp"

namespace orchestrator::compose {
namespace {

std::set<std::string> active_profiles(const LoadOptions& options, const Environment& environment) {
  if (!options.profiles.empty()) return {options.profiles.begin(), options.profiles.end()};
  std::set<std::string> active;
  for (const std::string& word : split(environment.value_of("COMPOSE_PROFILES"), ',')) {
    const std::size_t begin = word.find_first_not_of(" \t");
    if (begin != std::string::npos)
      active.insert(word.substr(begin, word.find_last_not_of(" \t") + 1 - begin));
  }
  return active;
}

/// What the files say about the project's name.
std::vector<Node> names_in(const std::vector<Parsed>& files) {
  std::vector<Node> names;
  for (const Parsed& file : files)
    for (const Node& document : file.documents)
      if (const Node* name = document.find("name")) names.push_back(*name);
  return names;
}

class Loading {
 public:
  Loading(const LoadOptions& options, Findings& findings) : options_(options), findings_(findings) {}

  Model run() {
    Model model{.environment = Environment(options_.environment)};
    if (!model.environment.find("PWD")) model.environment.define("PWD", options_.working_directory);
    Sources sources = discover(options_, model.environment, findings_);
    model.directory = std::move(sources.directory);
    model.files = std::move(sources.files);
    read(model);
    if (options_.normalizes) normalize(model.tree, model.name, model.environment);
    if (options_.fills_in) {
      model.tree = settle(std::move(model.tree), stack_file(), findings_);
      findings_.stop_on_errors();
      select(model);
      if (options_.reads_env_files) read_all_env_files(model);
    }
    findings_.stop_on_errors();
    return model;
  }

 private:
  void read(Model& model) {
    const Reading reading{.fills_in = options_.fills_in,
                          .resolves_paths = options_.resolves_paths,
                          .working_directory = options_.working_directory,
                          .home = model.environment.value_of("HOME"),
                          .findings = findings_};
    Stack stack{.directory = model.directory, .environment = model.environment};
    for (const std::string& path : model.files) stack.files.push_back(parse_file(path, {}, reading));
    model.name = project_name({.given = options_.project_name,
                               .written = names_in(stack.files),
                               .directory = model.directory,
                               .fills_in = options_.fills_in},
                              model.environment, findings_);
    model.environment.define("COMPOSE_PROJECT_NAME", model.name);
    model.tree = StackReader(reading).read(std::move(stack));
    const Node* written = model.tree.find("name");
    model.tree.set("name", make_text(model.name, written == nullptr ? Place{} : written->place));
  }

  void select(Model& model) {
    Selection selection = apply_profiles(std::move(model.tree), active_profiles(options_, model.environment),
                                         options_.services);
    if (options_.checks_consistency) check_consistency(selection, findings_);
    findings_.stop_on_errors();
    keep_services(selection, options_.keeps_all_services ? std::vector<std::string>{} : options_.services,
                  findings_);
    if (!options_.keeps_all_resources) drop_unused_resources(selection.model);
    model.tree = std::move(selection.model);
    model.disabled = std::move(selection.disabled);
  }

  void read_all_env_files(Model& model) {
    const Lookup lookup = [&](std::string_view name) { return model.environment.find(name); };
    const EnvFiles with{.lookup = lookup,
                        .directory = model.directory,
                        .working_directory = options_.working_directory,
                        .home = model.environment.value_of("HOME"),
                        .findings = findings_};
    each_of(model.tree, "services", [&](Entry& service, const Trail& trail) {
      if (service.value.is_map()) read_env_files(service.value, trail, with);
    });
  }

  const LoadOptions& options_;
  Findings& findings_;
};

bool is_among(const Diagnostic& one, const std::vector<Diagnostic>& all) {
  return std::any_of(all.begin(), all.end(), [&](const Diagnostic& other) {
    return one.message == other.message && one.place.line == other.place.line &&
           one.place.column == other.place.column;
  });
}

/// As one reads: file by file, from the top down; what stands in no file comes last.
void sort_by_place(std::vector<Diagnostic>& all) {
  std::vector<std::string> files;
  const auto rank = [&](const Diagnostic& one) {
    if (one.place.file == nullptr) return std::numeric_limits<std::size_t>::max();
    const auto known = std::find(files.begin(), files.end(), one.place.file->name);
    if (known != files.end()) return static_cast<std::size_t>(known - files.begin());
    files.push_back(one.place.file->name);
    return files.size() - 1;
  };
  for (const Diagnostic& one : all) (void)rank(one);
  std::stable_sort(all.begin(), all.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(rank(a), a.place.line, a.place.column) <
           std::tuple(rank(b), b.place.line, b.place.column);
  });
}

}  // namespace

Model load_model(const LoadOptions& options) {
  Findings findings;
  try {
    Model model = Loading(options, findings).run();
    model.warnings = findings.warnings();
    return model;
  } catch (const LoadError& error) {
    // What ended the loading, after what had been found before.
    std::vector<Diagnostic> all = findings.errors();
    for (const Diagnostic& one : error.diagnostics())
      if (!is_among(one, findings.errors())) all.push_back(one);
    sort_by_place(all);
    throw LoadError(std::move(all));
  }
}

Loaded load(const LoadOptions& options) {
  Loaded loaded{.model = load_model(options)};
  Findings findings;
  loaded.project = bind(loaded.model, findings);
  findings.stop_on_errors();
  const auto& more = findings.warnings();
  loaded.model.warnings.insert(loaded.model.warnings.end(), more.begin(), more.end());
  return loaded;
}

std::vector<Diagnostic> refusals(const Model& model) {
  Findings findings;
  (void)bind(model, findings);
  return findings.errors();
}

}  // namespace orchestrator::compose
