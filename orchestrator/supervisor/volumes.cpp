#include "orchestrator/supervisor/volumes.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "orchestrator/storage/volume.hpp"
#include "orchestrator/supervisor/aside.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/foreign.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;

namespace {

/// Whose volume it is: an anonymous one lies where its container does.
struct Owner {
  state::ProjectPaths paths{};
  state::Instance record{};
  std::shared_ptr<const Definition> definition{};
};

asio::awaitable<void> prepare(Stack& stack, const Owner& owner, const project::ServiceVolume& volume,
                              plan::Assets& assets) {
  if (volume.type == "bind" && volume.create_host_path && !sys::exists(volume.source))
    sys::make_directories(volume.source);
  if (volume.type != "volume") co_return;
  const project::Project& project = owner.definition->project;
  const storage::Volume found = volume_of(owner.paths, project, owner.record, volume);
  const auto declared = project.volumes.find(volume.source);
  const bool is_named = declared != project.volumes.end();
  if (is_named && declared->second.external && !found.exists())
    throw std::runtime_error(project::to_string(volume.place) + ": external volume \"" +
                             declared->second.name + "\" not found; \"mdcompose volume create " +
                             declared->second.name + "\" makes it");
  if (found.create(owner.paths.project) && is_named) {
    const project::Volume& wanted = declared->second;
    if (wanted.device.empty()) found.give_to(wanted.uid, wanted.gid, wanted.mode);
    stack.tell("Volume", wanted.name, "Created");
  }
  if (is_named && !sys::exists(found.data()))
    throw std::runtime_error(project::to_string(declared->second.source) + ": volume \"" +
                             declared->second.name + "\": there is no directory " + found.data());
  if (!volume.nocopy && found.is_empty()) {
    const std::string root = assets.root;
    const std::string target = volume.target;
    co_await aside([&] { storage::populate_volume(found, root, target); });
  }
  assets.volumes[volume.target] = found.data();
}

/// "SERVICE", the first of its containers, or "container:NAME", also of another project.
Owner lender_of(const Stack& stack, const project::Service& service, const std::string& name) {
  constexpr std::string_view kContainer = "container:";
  const bool by_name = name.starts_with(kContainer);
  for (const auto& [id, member] : stack.members)
    if (member->is_called(by_name ? name : "service:" + name))
      return {.paths = stack.paths, .record = member->record, .definition = member->definition};
  if (const auto foreign =
          by_name ? find_foreign(stack.roots, stack.paths.project, name.substr(kContainer.size()))
                  : std::nullopt)
    if (auto definition = load_definition(foreign->paths, foreign->record))
      return {.paths = foreign->paths, .record = foreign->record, .definition = std::move(definition)};
  throw std::runtime_error(project::to_string(service.source) + ": services." + service.name +
                           ".volumes_from: there is no container of " + name);
}

asio::awaitable<void> borrow(Stack& stack, const Member& member, plan::Assets& assets) {
  const project::Service& service = member.definition->service;
  std::set<std::string> taken;
  for (const project::ServiceVolume& own : service.volumes) taken.insert(own.target);
  for (const std::string& text : service.volumes_from) {
    const bool read_only = text.ends_with(":ro");
    const bool has_mode = read_only || text.ends_with(":rw");
    const Owner lender = lender_of(stack, service, has_mode ? text.substr(0, text.size() - 3) : text);
    for (project::ServiceVolume volume : lender.definition->service.volumes) {
      if (volume.type == "tmpfs" || !taken.insert(volume.target).second) continue;
      co_await prepare(stack, lender, volume, assets);
      volume.read_only = volume.read_only || read_only;
      assets.borrowed.push_back(std::move(volume));
    }
  }
}

}  // namespace

asio::awaitable<void> prepare_volumes(Stack& stack, const Member& member, plan::Assets& assets) {
  const Owner self{.paths = stack.paths, .record = member.record, .definition = member.definition};
  for (const project::ServiceVolume& volume : self.definition->service.volumes)
    co_await prepare(stack, self, volume, assets);
  co_await borrow(stack, member, assets);
}

}  // namespace orchestrator::supervisor
