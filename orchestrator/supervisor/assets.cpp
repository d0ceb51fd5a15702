#include "orchestrator/supervisor/assets.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "orchestrator/supervisor/consequences.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/groups.hpp"
#include "orchestrator/supervisor/make_root.hpp"
#include "orchestrator/supervisor/network_files.hpp"
#include "orchestrator/supervisor/volumes.hpp"
#include "runtime/netlink/namespace.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;
namespace sys = runtime::sys;

namespace {

std::optional<plan::HostDevice> look_at_device(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)))
    return std::nullopt;
  return plan::HostDevice{.type = S_ISBLK(status.st_mode) ? 'b' : 'c',
                          .major = major(status.st_rdev),
                          .minor = minor(status.st_rdev),
                          .mode = status.st_mode & 07777};
}

void find_devices(const project::Service& service, plan::Assets& assets) {
  const auto take = [&](const std::string& path) {
    if (const auto device = look_at_device(path)) assets.devices[path] = *device;
  };
  for (const project::DeviceMapping& mapping : service.devices) take(mapping.source);
  const project::BlkioConfig& io = service.blkio_config;
  for (const auto* list : {&io.weight_device, &io.device_read_bps, &io.device_write_bps, &io.device_read_iops,
                           &io.device_write_iops})
    for (const project::BlkioDevice& one : *list) take(one.path);
  if (!service.privileged) return;
  for (const std::string& name : sys::list_directory("/dev"))
    if (const auto device = look_at_device("/dev/" + name)) assets.host_devices["/dev/" + name] = *device;
}

/// A relative path is meant from the stack file's directory.
std::string read_profile(const project::Project& project, const std::string& file) {
  return sys::read_file(file.front() == '/' ? file : project.directory + "/" + file);
}

/// The root of an overlay looks like its upper directory.
void make_upper(const std::string& upper, const std::string& root) {
  struct stat status {};
  if (::stat(root.c_str(), &status) != 0) sys::throw_errno(root);
  sys::make_directories(upper, 0700);
  if (::chown(upper.c_str(), status.st_uid, status.st_gid) != 0 ||
      ::chmod(upper.c_str(), status.st_mode & 07777) != 0)
    sys::throw_errno("prepare " + upper);
}

void prepare_layers(const Stack& stack, const Member& member, plan::Assets& assets) {
  const project::Rootfs& rootfs = *member.definition->service.rootfs;
  assets.writable_root = rootfs.mode == "writable";
  if (rootfs.mode != "overlay") return;
  const std::string data = stack.paths.instance_data(member.record.id);
  // What was written before a reboot was never synced (overlay "volatile"): it cannot be trusted.
  if (sys::read_file_if_exists(data + "/boot_id") != stack.boot_id) {
    drop_layers(stack, member);
    sys::make_directories(data, 0700);
    sys::replace_file(data + "/boot_id", stack.boot_id);
  }
  assets.upper = data + "/upper";
  assets.work = data + "/work";
  make_upper(assets.upper, assets.root);
  sys::make_directories(assets.work, 0700);
}

/// Whoever joins a network keeps it: its owner may end and come back, and finds it as it was.
void share_namespaces(Stack& stack, const Member& member, plan::Assets& assets) {
  Member* host = host_of(member, stack.members);
  if (host != nullptr && host->is_alive() && !host->network_namespace) {
    sys::unique_fd network = runtime::netlink::network_namespace_of(host->record.pid);
    // Then it may be somebody else's who has its number now.
    if (sys::has_ended(host->life->pidfd.get())) throw std::runtime_error(host->record.name + " has ended");
    host->network_namespace = std::move(network);
  }
  assets.namespaces = shared_namespaces(member.definition->service, stack);
  // The child is a copy of this process and has the same descriptors.
  if (member.network_namespace) assets.namespaces["network"] = sys::fd_path(member.network_namespace.get());
}

/// Who shares another's interfaces is called as he is: /etc/hosts knows that name only.
void share_names(const Stack& stack, const Member& member, plan::Assets& assets) {
  const project::Service& service = member.definition->service;
  if (plan::has_host_name(service)) {
    assets.hostname = host_name();
    return;
  }
  const std::string& mode = service.network_mode;
  const auto file = assets.files.find("/etc/hostname");
  if (!(mode.starts_with("service:") || mode.starts_with("container:")) || file == assets.files.end()) return;
  const std::string text = sys::read_file_if_exists(file->second).value_or("");
  assets.hostname = text.substr(0, text.find('\n'));
  if (const Member* host = host_of(member, stack.members); host != nullptr && service.hostname.empty())
    assets.domainname = host->definition->service.domainname;
}

}  // namespace

plan::Assets device_assets(const project::Service& service) {
  plan::Assets assets;
  find_devices(service, assets);
  return assets;
}

void drop_layers(const Stack& stack, const Member& member) {
  const std::string data = stack.paths.instance_data(member.record.id);
  sys::remove_tree(data + "/upper");
  sys::remove_tree(data + "/work");
}

asio::awaitable<plan::Assets> prepare_assets(Stack& stack, Network& network, Member& member) {
  const project::Service& service = member.definition->service;
  plan::Assets assets = device_assets(service);
  assets.id = member.record.id;
  if (!service.rootfs) co_return assets;  // translate() says what is wrong
  assets.root = co_await make_root(stack, service);
  prepare_layers(stack, member, assets);
  if (assets.root == "/") assets.masked = {stack.roots.runtime, stack.roots.data};
  co_await prepare_volumes(stack, member, assets);
  if (const std::string file = plan::seccomp_file_of(service); !file.empty())
    assets.seccomp = read_profile(member.definition->project, file);
  share_namespaces(stack, member, assets);
  assets.files = network.prepare(member);
  share_names(stack, member, assets);
  assets.secrets = write_secrets(*member.definition, stack.paths.instance(member.record.id));
  co_return assets;
}

}  // namespace orchestrator::supervisor
