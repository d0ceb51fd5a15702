#include "orchestrator/supervisor/make_root.hpp"

#include <stdexcept>

#include "orchestrator/storage/root.hpp"
#include "orchestrator/supervisor/aside.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> make(Stack& stack, const project::Service& service, const storage::Root& root) {
  const std::string name = project::image_of(service);
  if (root.kind == storage::RootKind::declared) {
    const storage::Declaration declaration = declaration_of(*service.rootfs->build);
    stack.tell("Rootfs", name, "Building");
    co_await aside([&] { storage::build_root(root, declaration); });
    stack.tell("Rootfs", name, "Built");
  } else {
    stack.tell("Rootfs", name, "Unpacking");
    co_await aside([&] { storage::unpack_root(root); });
    stack.tell("Rootfs", name, "Unpacked");
  }
}

}  // namespace

storage::Declaration declaration_of(const project::RootfsBuild& build) {
  return {.distribution = build.distribution,
          .mirror = build.mirror,
          .packages = build.packages,
          .steps = build.steps};
}

asio::awaitable<std::string> make_root(Stack& stack, const project::Service& service) {
  std::string failure;
  try {
    const storage::Root root =
        service.rootfs->build
            ? storage::find_declared_root(declaration_of(*service.rootfs->build), stack.roots.data)
            : storage::find_root(service.rootfs->path, stack.roots.data);
    if (!storage::is_ready(root)) co_await make(stack, service, root);
    co_return root.path;
  } catch (const std::exception& error) {
    failure = error.what();
  }
  const std::string place = project::to_string(service.rootfs->source);
  throw std::runtime_error((place.empty() ? "" : place + ": ") + "services." + service.name +
                           ".rootfs: " + failure);
}

}  // namespace orchestrator::supervisor
