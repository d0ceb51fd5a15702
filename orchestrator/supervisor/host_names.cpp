#include "orchestrator/supervisor/host_names.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "orchestrator/network/host_names.hpp"
#include "orchestrator/project/publish_address.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/lock.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

constexpr const char* kHosts = "/etc/hosts";

bool has_port_at(const network::Seat& seat, const std::string& address) {
  return std::any_of(seat.service.ports.begin(), seat.service.ports.end(),
                     [&](const project::Port& port) { return port.host_ip == address; });
}

/// In place: it may be a mount, which cannot be replaced. Under a lock, as other projects do the same.
void change_hosts(const std::string& project, const std::string& address,
                  const std::vector<std::string>& names, const std::string& runtime_directory) {
  const sys::unique_fd file = sys::open(kHosts, O_RDWR);
  sys::lock(file.get(), kHosts);
  const std::string before = sys::read_all(file.get());
  const std::string after = network::with_host_names(
      before, project, address, names,
      [&](const std::string& other) { return sys::exists(runtime_directory + "/" + other); });
  if (after == before) return;
  if (::lseek(file.get(), 0, SEEK_SET) < 0) sys::throw_errno("write /etc/hosts");
  sys::write_all(file.get(), after);
  if (::ftruncate(file.get(), static_cast<off_t>(after.size())) != 0) sys::throw_errno("write /etc/hosts");
}

}  // namespace

void HostNames::update(const std::map<std::string, network::Seat>& seats) {
  const std::string& project = stack_.paths.project;
  const std::string address = project::loopback_address_of(project);
  std::set<std::string> names;
  for (const auto& [id, seat] : seats)
    if (seat.standing != network::Standing::absent && has_port_at(seat, address))
      names.insert(project::host_name_of(project, seat.service.name));
  write({names.begin(), names.end()});
}

void HostNames::write(const std::vector<std::string>& names) {
  if (names == written_) return;
  const std::string& project = stack_.paths.project;
  try {
    change_hosts(project, project::loopback_address_of(project), names, stack_.roots.runtime);
  } catch (const std::system_error& error) {
    stack_.warn(std::string("the host does not know the services by their names: ") + error.what());
  }
  written_ = names;
}

}  // namespace orchestrator::supervisor
