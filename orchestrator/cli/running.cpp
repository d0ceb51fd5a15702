#include "orchestrator/cli/running.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "orchestrator/cli/observe.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {

state::Instance running_container(const Target& target, const std::string& service,
                                  std::optional<int> index) {
  std::string why_not = fmt::format("service \"{}\" is not running{}", service,
                                    index ? fmt::format(" as number {}", *index) : "");
  for (const state::Instance& instance : of_services(observe(target.paths), {service}, target.services)) {
    if (index && instance.number != *index) continue;
    if (instance.phase == state::Phase::running) return instance;
    if (instance.phase == state::Phase::paused) why_not = state::paused_text(instance);
  }
  throw std::runtime_error(why_not);
}

runtime::sys::unique_fd open_process(const state::Instance& instance) {
  runtime::sys::unique_fd pidfd = runtime::sys::pidfd_open(instance.pid);
  if (runtime::sys::pidfd_inode(pidfd.get()) != instance.pidfd_inode)
    throw std::runtime_error(instance.name + " has just ended");
  return pidfd;
}

}  // namespace orchestrator::cli
