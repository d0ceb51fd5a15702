#include "orchestrator/compose/load.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "orchestrator/compose/bind.hpp"
#include "orchestrator/compose/check.hpp"
#include "orchestrator/compose/consistency.hpp"
#include "orchestrator/compose/dotenv.hpp"
#include "orchestrator/compose/expand.hpp"
#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/interpolate.hpp"
#include "orchestrator/compose/merge.hpp"
#include "orchestrator/compose/yaml.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::array<const char*, 8> kNames{
    "mdcompose.yaml",     "mdcompose.yml",       "compose.yaml",        "compose.yml",
    "docker-compose.yml", "docker-compose.yaml", "podman-compose.yaml", "podman-compose.yml"};

std::optional<std::string> override_of(const std::string& file) {
  const auto dot = file.rfind('.');
  for (const char* ending : {".yaml", ".yml"}) {
    const std::string candidate = file.substr(0, dot) + ".override" + ending;
    if (is_file(candidate)) return candidate;
  }
  return std::nullopt;
}

/// The first name of the list in the nearest directory that has one, with its override file.
std::vector<std::string> find_files(const std::string& start) {
  for (std::string directory = start;; directory = directory_of(directory)) {
    for (const char* name : kNames) {
      const std::string file = (directory == "/" ? "" : directory) + "/" + name;
      if (!is_file(file)) continue;
      if (const auto other = override_of(file)) return {file, *other};
      return {file};
    }
    if (directory == "/" || directory == ".") break;
  }
  throw LoadError(Diagnostic{
      .message = "no stack file found: there is no mdcompose.yaml or compose.yaml in " + start + " or above",
      .hint = "give one with --file"});
}

/// Messages name files as the user would: below the working directory, without it.
std::string shown(const std::string& path, const std::string& working_directory) {
  const std::string prefix = working_directory == "/" ? "/" : working_directory + "/";
  return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

class Loading {
 public:
  explicit Loading(const LoadOptions& options) : options_(options), environment_(options.environment) {}

  Loaded run() {
    find();
    read_environment();
    Loaded loaded;
    loaded.model = merged();
    findings_.stop_on_errors();
    read_env_files(loaded.model);
    const Bindings bindings{
        .name = project_name(loaded.model), .directory = directory_, .home = variable("HOME").value_or("/")};
    loaded.project = bind(loaded.model, bindings, findings_);
    findings_.stop_on_errors();
    complete(loaded.project);
    check_consistency(loaded.project, findings_);
    findings_.stop_on_errors();
    loaded.warnings = findings_.warnings();
    return loaded;
  }

 private:
  [[nodiscard]] std::optional<std::string> variable(std::string_view name) const {
    const auto found = environment_.find(std::string(name));
    if (found == environment_.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] Lookup lookup() const {
    return [this](std::string_view name) { return variable(name); };
  }
  [[nodiscard]] std::string absolute(const std::string& path) const {
    return path == "-" ? path
                       : resolve_path(path, options_.working_directory, variable("HOME").value_or("/"));
  }

  void find() {
    std::vector<std::string> given = options_.files;
    if (given.empty())
      if (const auto named = variable("COMPOSE_FILE"); named && !named->empty()) {
        const std::string separator = variable("COMPOSE_PATH_SEPARATOR").value_or(":");
        for (std::string rest = *named; !rest.empty();) {
          const auto at = rest.find(separator);
          given.push_back(rest.substr(0, at));
          rest = at == std::string::npos ? "" : rest.substr(at + separator.size());
        }
      }
    for (const std::string& file : given) files_.push_back(absolute(file));
    if (files_.empty()) files_ = find_files(options_.working_directory);
    directory_ = !options_.project_directory.empty() ? absolute(options_.project_directory)
                 : files_.front() == "-"             ? options_.working_directory
                                                     : directory_of(files_.front());
  }

  /// The caller's environment wins over .env.
  void read_environment() {
    std::vector<std::string> files;
    for (const std::string& file : options_.env_files) files.push_back(absolute(file));
    if (files.empty() && is_file(directory_ + "/.env")) files.push_back(directory_ + "/.env");
    std::map<std::string, std::string> read;
    for (const std::string& path : files) {
      const auto file = read_text_file(path, shown(path, options_.working_directory), {});
      for (const Variable& one : parse_dotenv(file, lookup()))
        if (one.value) read[one.name] = *one.value;
    }
    environment_.merge(read);
  }

  Node merged() {
    std::optional<Node> model;
    for (const std::string& path : files_) {
      const auto file =
          read_text_file(path, path == "-" ? "stdin" : shown(path, options_.working_directory), {});
      for (Node& document : parse_yaml(file)) {
        interpolate(document, lookup(), findings_);
        check_shape(document, stack_file(), "", findings_);
        findings_.stop_on_errors();
        refuse_what_is_missing(document);
        expand(document, stack_file(), findings_);
        if (!model)
          model = std::move(document);
        else
          merge(*model, std::move(document), &stack_file());
      }
    }
    if (!model || !model->is_map())
      throw LoadError(
          Diagnostic{.message = shown(files_.front(), options_.working_directory) + ": empty stack file"});
    if (model->find("services") == nullptr || model->find("services")->map.empty())
      findings_.error(model->place, "the stack file has no services");
    return std::move(*model);
  }

  /// Nothing is ignored in silence.
  void refuse_what_is_missing(const Node& document) {
    if (const Node* include = document.find("include"))
      findings_.error(include->place, "include is not supported by this version");
    if (const Node* version = document.find("version"))
      findings_.warning(version->place, "\"version\" is obsolete and has no effect");
    if (const Node* services = document.find("services"); services != nullptr && services->is_map())
      for (const Entry& service : services->map)
        if (const Node* extends = service.value.find("extends"))
          findings_.error(extends->place,
                          "services." + service.key + ".extends is not supported by this version");
  }

  /// What a service's env_file says is overridden by its environment; a name without a value is the caller's.
  void read_env_files(Node& model) {
    for (Entry& service : model.find("services")->map) {
      Node environment = make_map(service.place);
      if (const Node* files = service.value.find("env_file"))
        for (const Node& item : files->items) read_env_file(item, environment);
      if (Node* own = service.value.find("environment"); own != nullptr && own->is_map()) {
        for (Entry& entry : own->map)
          if (entry.value.is_null())
            if (const auto value = variable(entry.key)) entry.value = make_text(*value, entry.place);
        merge(environment, *own, nullptr);
        for (const Entry& entry : own->map)
          if (entry.value.is_null()) environment.map.erase(entry.key);
      }
      service.value.map.erase("env_file");
      if (!environment.map.empty()) service.value.set("environment", std::move(environment));
    }
  }

  void read_env_file(const Node& item, Node& environment) {
    const std::string path = resolve_path(item.text_of("path"), directory_, variable("HOME").value_or("/"));
    const Node* required = item.find("required");
    const bool optional = required != nullptr && scalar_text(*required) == "false";
    if (optional && !exists(path)) return;
    const auto file = read_text_file(path, shown(path, options_.working_directory), item.place);
    const bool raw = item.text_of("format") == "raw";
    for (const Variable& one :
         parse_dotenv(file, raw ? Lookup([](std::string_view) { return std::nullopt; }) : lookup()))
      if (one.value) environment.set(one.name, make_text(*one.value, item.place));
  }

  std::string project_name(const Node& model) {
    std::string name = options_.project_name;
    if (name.empty()) name = variable("COMPOSE_PROJECT_NAME").value_or("");
    const bool given = !name.empty();
    if (name.empty()) name = model.text_of("name");
    const bool written = !given && !name.empty();
    if (name.empty()) name = base_name(directory_);
    std::string clean;
    for (const char c : name) {
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      const bool letter = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
      if (letter || (!clean.empty() && (lower == '-' || lower == '_'))) clean += lower;
    }
    if ((given || written) && clean != name)
      findings_.error(written ? model.find("name")->place : Place{},
                      "invalid project name " + quoted(name) +
                          ": it is made of lower-case letters, digits, \"-\" and \"_\", and starts with a "
                          "letter or digit");
    if (clean.empty()) findings_.error({}, "the project has no name", "give one with --project-name");
    return clean;
  }

  void complete(project::Project& project) {
    project.files = files_;
    std::set<std::string> profiles(options_.profiles.begin(), options_.profiles.end());
    if (profiles.empty())
      if (const auto named = variable("COMPOSE_PROFILES")) {
        for (std::string rest = *named; !rest.empty();) {
          const auto at = rest.find(',');
          profiles.insert(rest.substr(0, at));
          rest = at == std::string::npos ? "" : rest.substr(at + 1);
        }
      }
    for (const std::string& name : options_.services)
      if (const auto named = project.services.find(name); named != project.services.end())
        profiles.insert(named->second.profiles.begin(), named->second.profiles.end());
    apply_profiles(project, profiles);
    for (auto& [name, service] : project.services) {
      add_implied_dependencies(service);
      if (service.network_mode.empty() && service.networks.empty()) service.networks["default"];
    }
    const bool uses_default =
        std::any_of(project.services.begin(), project.services.end(),
                    [](const auto& entry) { return entry.second.networks.contains("default"); });
    if (uses_default && !project.networks.contains("default"))
      project.networks["default"] = {.key = "default", .name = project.name + "_default"};
    for (auto* objects : {&project.secrets, &project.configs})
      for (auto& [key, object] : *objects)
        if (!object.environment.empty()) object.content = variable(object.environment).value_or("");
  }

  /// Who shares a namespace, a volume or a name with another service depends on it.
  static void add_implied_dependencies(project::Service& service) {
    const auto depend = [&](const std::string& on, bool restart) {
      const bool known = std::any_of(service.depends_on.begin(), service.depends_on.end(),
                                     [&](const project::Dependency& one) { return one.service == on; });
      if (!known) service.depends_on.push_back({.service = on, .restart = restart, .source = service.source});
    };
    for (const std::string& word : {service.network_mode, service.pid, service.ipc})
      if (word.starts_with("service:")) depend(word.substr(8), true);
    for (const std::string& link : service.links) depend(link.substr(0, link.find(':')), true);
  }

  const LoadOptions& options_;
  std::map<std::string, std::string> environment_;
  std::vector<std::string> files_{};
  std::string directory_{};
  Findings findings_{};
};

}  // namespace

Loaded load(const LoadOptions& options) { return Loading(options).run(); }

}  // namespace orchestrator::compose
