#include "orchestrator/cli/running.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "orchestrator/cli/observe.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {

state::Instance running_container(const Target& target, const std::string& service,
                                  std::optional<int> index) {
  for (const state::Instance& instance : of_services(observe(target.paths), {service}, target.services)) {
    const bool runs = instance.phase == state::Phase::running;
    if (runs && (!index || instance.number == *index)) return instance;
  }
  throw std::runtime_error(fmt::format("service \"{}\" is not running{}", service,
                                       index ? fmt::format(" as number {}", *index) : ""));
}

runtime::sys::unique_fd open_process(const state::Instance& instance) {
  runtime::sys::unique_fd pidfd = runtime::sys::pidfd_open(instance.pid);
  if (runtime::sys::pidfd_inode(pidfd.get()) != instance.pidfd_inode)
    throw std::runtime_error(instance.name + " has just ended");
  return pidfd;
}

}  // namespace orchestrator::cli
