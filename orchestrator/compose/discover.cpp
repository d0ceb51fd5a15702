#include "orchestrator/compose/discover.hpp"

#include <array>
#include <set>

#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/short_forms.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::array<const char*, 8> kNames{
    "mdcompose.yaml",     "mdcompose.yml",       "compose.yaml",        "compose.yml",
    "docker-compose.yml", "docker-compose.yaml", "podman-compose.yaml", "podman-compose.yml"};
constexpr std::array<const char*, 6> kOverrides{
    "mdcompose.override.yaml", "mdcompose.override.yml",      "compose.override.yml",
    "compose.override.yaml",   "docker-compose.override.yml", "docker-compose.override.yaml"};

template <class Names>
std::vector<std::string> present(const std::string& directory, const Names& names) {
  std::vector<std::string> found;
  for (const char* name : names)
    if (const std::string file = (directory == "/" ? "" : directory) + "/" + name; is_file(file))
      found.push_back(file);
  return found;
}

class Discovery {
 public:
  Discovery(const LoadOptions& options, Environment& environment, Findings& findings)
      : options_(options), environment_(environment), findings_(findings) {}

  Sources run() {
    for (const std::string& file : options_.files) sources_.files.push_back(absolute(file));
    add_env_files();
    if (sources_.files.empty()) take_from_environment();
    if (sources_.files.empty()) search();
    // The directory may be another one by now, with an .env of its own.
    add_env_files();
    sources_.directory = directory();
    return std::move(sources_);
  }

 private:
  [[nodiscard]] std::string absolute(const std::string& path) const {
    return path == "-" ? path : resolve_path(path, options_.working_directory, environment_.value_of("HOME"));
  }

  [[nodiscard]] std::string directory() const {
    if (!options_.project_directory.empty()) return absolute(options_.project_directory);
    for (const std::string& file : sources_.files)
      if (file != "-") return directory_of(file);
    return options_.working_directory;
  }

  [[nodiscard]] std::vector<std::string> env_files() const {
    if (!options_.env_files.empty()) return options_.env_files;
    const auto named = options_.environment.find("COMPOSE_ENV_FILES");
    if (named != options_.environment.end() && !named->second.empty()) return split(named->second, ',');
    return {};
  }

  [[nodiscard]] bool reads_dotenv() const {
    const auto off = options_.environment.find("COMPOSE_DISABLE_ENV_FILE");
    if (off == options_.environment.end()) return true;
    static const std::set<std::string> kTrue{"1", "t", "T", "true", "TRUE", "True"};
    static const std::set<std::string> kFalse{"0", "f", "F", "false", "FALSE", "False"};
    if (kTrue.contains(off->second)) return false;
    if (kFalse.contains(off->second)) return true;
    throw LoadError("COMPOSE_DISABLE_ENV_FILE is " + quoted(off->second) + ", not true or false");
  }

  void add_env_files() {
    std::vector<std::string> paths;
    for (const std::string& path : env_files()) paths.push_back(absolute(path));
    if (paths.empty() && reads_dotenv())
      if (const std::string path = directory() + "/.env"; is_file(path)) paths = {path};
    std::vector<std::shared_ptr<const File>> files;
    for (const std::string& path : paths)
      if (read_.insert(path).second)
        files.push_back(read_text_file(path, shown_path(path, options_.working_directory), {}));
    environment_.add_files(files);
  }

  void take_from_environment() {
    const auto named = environment_.find("COMPOSE_FILE");
    if (!named || named->empty()) return;
    const std::string separator = environment_.value_of("COMPOSE_PATH_SEPARATOR");
    for (const std::string& file : split(*named, separator.empty() ? ':' : separator[0]))
      sources_.files.push_back(absolute(file));
  }

  /// The first name of the list in the nearest directory that has one, with its override file.
  void search() {
    const std::string start = options_.project_directory.empty() ? options_.working_directory
                                                                 : absolute(options_.project_directory);
    for (std::string at = start;; at = directory_of(at)) {
      if (const auto found = present(at, kNames); !found.empty()) {
        sources_.files.push_back(chosen(found));
        if (const auto overrides = present(at, kOverrides); !overrides.empty())
          sources_.files.push_back(chosen(overrides));
        return;
      }
      if (at == "/" || at == ".") break;
    }
    throw LoadError(
        "no stack file found: there is no mdcompose.yaml or compose.yaml in " + start + " or above",
        "give one with --file");
  }

  std::string chosen(const std::vector<std::string>& found) {
    if (found.size() > 1)
      findings_.warning({},
                        shown_path(found[0], options_.working_directory) + " is used, " +
                            shown_path(found[1], options_.working_directory) + " is not",
                        "say which with --file");
    return found[0];
  }

  const LoadOptions& options_;
  Environment& environment_;
  Findings& findings_;
  Sources sources_{};
  std::set<std::string> read_{};
};

}  // namespace

Sources discover(const LoadOptions& options, Environment& environment, Findings& findings) {
  return Discovery(options, environment, findings).run();
}

}  // namespace orchestrator::compose
