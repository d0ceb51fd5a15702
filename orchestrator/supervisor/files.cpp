#include "orchestrator/supervisor/files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "orchestrator/plan/selection.hpp"
#include "orchestrator/project/json.hpp"
#include "orchestrator/state/definition.hpp"
#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/foreign.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

/// One name for a path: "/var/lib/my-data" is "var-lib-my\x2ddata". See systemd.unit(5), "string escaping".
std::string flat(const std::string& path) {
  std::string name;
  for (const char c : path.substr(std::min(path.find_first_not_of('/'), path.size())))
    name += c == '/' ? "-" : c == '-' ? "\\x2d" : c == '\\' ? "\\x5c" : std::string(1, c);
  return name;
}

struct Kind {
  const std::map<std::string, project::FileObject>& objects;
  const char* name;
  std::string directory;  ///< where a relative target lies
};

void write_reference(const Kind& kind, const project::FileReference& reference, const std::string& directory,
                     std::map<std::string, std::string>& files) {
  const auto found = kind.objects.find(reference.source);
  if (found == kind.objects.end())
    throw std::runtime_error(std::string(kind.name) + " \"" + reference.source + "\" is not defined");
  const project::FileObject& object = found->second;
  std::string target = reference.target.empty() ? reference.source : reference.target;
  if (target.front() != '/') target = kind.directory + target;
  if (!object.content) {
    if (!object.environment.empty())
      throw std::runtime_error(project::to_string(object.source) + ": " + kind.name + " \"" + object.key +
                               "\": the environment has no variable " + object.environment);
    if (object.file.empty())
      throw std::runtime_error(std::string(kind.name) + " \"" + object.key + "\" has no file");
    files[target] = object.file;
    return;
  }
  sys::make_directories(directory, 0700);
  const std::string path = directory + "/" + flat(target);
  sys::replace_file(path, *object.content, reference.mode.value_or(0444));
  if (!reference.uid.empty() || !reference.gid.empty()) {
    const auto id = [](const std::string& text) {
      return text.empty() ? 0U : static_cast<unsigned>(std::stoul(text));
    };
    if (::chown(path.c_str(), id(reference.uid), id(reference.gid)) != 0) sys::throw_errno("chown " + path);
  }
  files[target] = path;
}

/// For people: what it runs, or would.
std::string command_line_of(const project::Service& service) {
  std::string text;
  for (const auto* words : {&service.entrypoint, &service.command}) {
    if (!*words) continue;
    for (const std::string& word : **words) text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

}  // namespace

state::Instance fresh_record(const std::string& project, const Definition& definition, int number) {
  return {.id = definition.service.name + "-" + std::to_string(number),
          .name = plan::container_name(project, definition.service, number),
          .service = definition.service.name,
          .number = number,
          .image = project::image_of(definition.service),
          .command = command_line_of(definition.service),
          .config_hash = project::service_hash(definition.service),
          .phase = state::Phase::created,
          .created_ns = wall_clock_ns()};
}

void save_definition(const state::ProjectPaths& paths, const Member& member) {
  state::save_definition(paths, member.record.id, member.definition->project);
}

std::shared_ptr<const Definition> load_definition(const state::ProjectPaths& paths,
                                                  const state::Instance& record) {
  const auto project = state::load_definition(paths, record.id, record.service);
  return project ? std::make_shared<Definition>(definition_of(*project, record.service, record.number))
                 : nullptr;
}

storage::Volume volume_of(const state::ProjectPaths& paths, const project::Project& project,
                          const state::Instance& record, const project::ServiceVolume& volume) {
  const auto declared = project.volumes.find(volume.source);
  if (declared != project.volumes.end())
    return {paths.volumes, declared->second.name, declared->second.device};
  return {paths.instance_data(record.id) + "/volumes", flat(volume.target)};
}

std::map<std::string, std::string> write_secrets(const Definition& definition, const std::string& directory) {
  std::map<std::string, std::string> files;
  const Kind secrets{definition.project.secrets, "secret", "/run/secrets/"};
  const Kind configs{definition.project.configs, "config", "/"};
  for (const auto& reference : definition.service.secrets)
    write_reference(secrets, reference, directory + "/secrets", files);
  for (const auto& reference : definition.service.configs)
    write_reference(configs, reference, directory + "/configs", files);
  return files;
}

std::map<std::string, std::string> shared_namespaces(const project::Service& service, const Stack& stack) {
  std::map<std::string, std::string> namespaces;
  const auto share = [&](const std::string& word, const char* name, const char* file) {
    const bool by_service = word.starts_with("service:");
    if (!by_service && !word.starts_with("container:")) return;
    const std::string wanted = word.substr(word.find(':') + 1);
    const auto take = [&](int pid) { namespaces[name] = "/proc/" + std::to_string(pid) + "/ns/" + file; };
    if (const Member* owner = owner_of(word, stack.members); owner != nullptr) {
      if (owner->network_namespace && std::string_view(name) == "network") {
        namespaces[name] = sys::fd_path(owner->network_namespace.get());
        return;
      }
      if (owner->is_alive()) return take(owner->record.pid);
    }
    if (!by_service)
      if (const auto found = find_foreign(stack.roots, stack.paths.project, wanted))
        return take(found->record.pid);
    throw std::runtime_error("shares the " + std::string(name) + " namespace of " + wanted +
                             ", which is not running");
  };
  share(service.network_mode, "network", "net");
  share(service.pid, "pid", "pid");
  share(service.ipc, "ipc", "ipc");
  return namespaces;
}

std::string log_of(const state::ProjectPaths& paths, const state::Instance& record) {
  return paths.log_directory(record.speaks_for.empty() ? record.id : record.speaks_for);
}

sys::unique_fd find_process(const state::Instance& record) {
  if (record.pid == 0 || record.pidfd_inode == 0) return {};
  try {
    sys::unique_fd pidfd = sys::pidfd_open(record.pid);
    if (sys::pidfd_inode(pidfd.get()) == record.pidfd_inode) return pidfd;
  } catch (const std::system_error&) {
    // Gone, and reaped.
  }
  return {};
}

}  // namespace orchestrator::supervisor
