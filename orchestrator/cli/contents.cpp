#include "orchestrator/cli/contents.hpp"

#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "orchestrator/storage/digest.hpp"
#include "orchestrator/storage/root.hpp"
#include "orchestrator/supervisor/make_root.hpp"

namespace orchestrator::cli {
namespace {

using project::Service;

std::string root_of(const project::Rootfs& rootfs, const std::string& data) {
  const storage::Root root = storage::find_root(rootfs.path, data);
  // The host's root changes all the time, and a writable one by what its own container does.
  const bool watched = rootfs.path != "/" && rootfs.mode != "writable";
  return storage::root_content(root, watched);
}

std::string content_of(const project::FileObject& object) {
  if (object.content) return storage::digest_of(*object.content);
  return object.file.empty() ? "" : storage::digest_of_file(object.file);
}

template <class Look>
void add(Service& service, const std::string& key, Look look) {
  try {
    if (std::string name = look(); !name.empty()) service.contents[key] = std::move(name);
  } catch (const std::runtime_error&) {
    // Missing or unreadable: said where it is used.
  }
}

void add_files(Service& service, std::string_view kind, const std::vector<project::FileReference>& references,
               const std::map<std::string, project::FileObject>& objects) {
  for (const project::FileReference& reference : references)
    if (const auto object = objects.find(reference.source); object != objects.end())
      add(service, std::string(kind) + "." + reference.source, [&] { return content_of(object->second); });
}

}  // namespace

void add_contents(project::Project& project, const std::string& data) {
  std::map<std::pair<std::string, std::string>, std::string> roots;  // many services, one archive
  for (auto& [name, service] : project.services) {
    if (service.rootfs)
      add(service, "rootfs", [&, &rootfs = *service.rootfs] {
        std::string& content = roots[{rootfs.path, rootfs.mode}];
        return content.empty() ? content = root_of(rootfs, data) : content;
      });
    add_files(service, "secrets", service.secrets, project.secrets);
    add_files(service, "configs", service.configs, project.configs);
  }
}

void refuse_to_build(const project::Project& project, const std::set<std::string>& services,
                     const std::string& data) {
  for (const std::string& name : services) {
    const auto& rootfs = project.services.at(name).rootfs;
    if (!rootfs || !rootfs->build) continue;
    if (!storage::is_ready(storage::find_declared_root(supervisor::declaration_of(*rootfs->build), data)))
      throw std::runtime_error(project::to_string(rootfs->source) + ": services." + name +
                               ".rootfs: it has not been built, and --no-build forbids it");
  }
}

}  // namespace orchestrator::cli
