#include "orchestrator/cli/container_root.hpp"

#include <fcntl.h>

#include <stdexcept>

#include "orchestrator/cli/observe.hpp"
#include "runtime/container/root.hpp"
#include "runtime/spec/json.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace orchestrator::cli {

namespace sys = runtime::sys;

sys::unique_fd container_root(const state::ProjectPaths& paths, const state::Instance& instance) {
  const std::string boot_id = sys::boot_id();
  if (is_alive(instance, boot_id)) {
    sys::unique_fd root =
        sys::open("/proc/" + std::to_string(instance.pid) + "/root", O_RDONLY | O_DIRECTORY);
    // The number may have gone to another process meanwhile.
    if (is_alive(instance, boot_id)) return root;
  }
  const auto spec = sys::read_file_if_exists(paths.spec_file(instance.id));
  if (!spec) throw std::runtime_error("container " + instance.name + " has never run: it has no files yet");
  return runtime::prepare_root(runtime::spec_from_json(*spec).root);
}

}  // namespace orchestrator::cli
