#include "orchestrator/storage/step.hpp"

#include <stdexcept>

#include "orchestrator/storage/output.hpp"
#include "runtime/container/container.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {
namespace {

runtime::Spec spec_for(const std::string& tree, const std::string& line) {
  using runtime::NamespaceType;
  runtime::Spec spec;
  spec.root.path = tree;
  spec.mounts = runtime::default_mounts();
  // It changes things in the tree: a link to somewhere else there would be followed inside only.
  if (runtime::sys::exists("/etc/resolv.conf"))
    spec.mounts.push_back({.destination = "/etc/resolv.conf",
                           .type = "bind",
                           .source = "/etc/resolv.conf",
                           .options = {"rbind", "ro"}});
  spec.process.args = {"/bin/sh", "-ec", line};
  spec.process.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                      "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"};
  spec.process.capabilities = runtime::Capabilities{.bounding = runtime::default_capabilities(),
                                                    .effective = runtime::default_capabilities(),
                                                    .permitted = runtime::default_capabilities()};
  spec.linux.namespaces = {
      {NamespaceType::mount}, {NamespaceType::uts}, {NamespaceType::ipc}, {NamespaceType::pid}};
  spec.linux.seccomp.mode = runtime::SeccompMode::standard;
  spec.linux.masked_paths = runtime::default_masked_paths();
  spec.linux.readonly_paths = runtime::default_readonly_paths();
  return spec;
}

}  // namespace

void run_step(const std::string& tree, const std::string& line) {
  runtime::sys::Pipe output = runtime::sys::pipe();
  runtime::Started started = runtime::create(
      spec_for(tree, line), nullptr,
      {.stdio = {.in = -1, .out = output.write.get(), .err = output.write.get()}, .die_with_parent = true});
  output.write.reset();
  started.wait_ready();
  started.release();
  started.wait_started();
  const std::string said = last_lines(read_output(output.read.get()));
  const auto status = runtime::sys::wait_pidfd(started.pidfd());
  const int code = status ? status->shell_code() : 1;
  if (code == 0) return;
  throw std::runtime_error("step \"" + line + "\" failed (" + std::to_string(code) + ")" +
                           (said.empty() ? "" : ": " + said));
}

}  // namespace orchestrator::storage
