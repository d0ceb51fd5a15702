#include "orchestrator/storage/declared_root.hpp"

#include <fcntl.h>

#include <algorithm>

#include "orchestrator/storage/digest.hpp"
#include "orchestrator/storage/helper.hpp"
#include "orchestrator/storage/in_place.hpp"
#include "orchestrator/storage/step.hpp"
#include "runtime/sys/copy.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {

namespace sys = runtime::sys;

namespace {

/// Goes into the name: what is built from a declaration may change with us.
constexpr const char* kRecipe = "1";

std::string text_of(const Declaration& declaration) {
  std::string text =
      std::string(kRecipe) + "\n" + declaration.distribution + "\n" + declaration.mirror + "\n";
  std::vector<std::string> packages = declaration.packages;
  std::sort(packages.begin(), packages.end());
  for (const std::string& name : packages) text += name + " ";
  for (const std::string& step : declaration.steps) text += "\n" + step;
  return text;
}

std::string name_of(const Declaration& declaration) {
  constexpr std::size_t kDigits = 32;
  return digest_of(text_of(declaration)).substr(0, kDigits);
}

std::string comma_separated(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

/// Manuals and translations are half of such a tree, and nobody reads them in a container.
std::vector<std::string> mmdebstrap_arguments(const Declaration& declaration, const std::string& target) {
  std::vector<std::string> arguments{"--quiet", "--mode=root", "--variant=minbase"};
  for (const char* rule :
       {"path-exclude=/usr/share/man/*", "path-exclude=/usr/share/info/*", "path-exclude=/usr/share/locale/*",
        "path-exclude=/usr/share/doc/*", "path-include=/usr/share/doc/*/copyright"})
    arguments.push_back(std::string("--dpkgopt=") + rule);
  if (!declaration.packages.empty())
    arguments.push_back("--include=" + comma_separated(declaration.packages));
  arguments.push_back(declaration.distribution);
  arguments.push_back(target);
  if (!declaration.mirror.empty()) arguments.push_back(declaration.mirror);
  return arguments;
}

}  // namespace

Root find_declared_root(const Declaration& declaration, const std::string& data) {
  return {.kind = RootKind::declared, .path = data + "/roots/" + name_of(declaration)};
}

// Steps work on a copy of the tree without them, which is kept as well: whoever changes a step waits for the
// steps only.
void build_root(const Root& root, const Declaration& declaration) {
  make_in_place(root.path, [&](const std::string& half_made) {
    if (declaration.steps.empty())
      return run_helper("mmdebstrap", mmdebstrap_arguments(declaration, half_made), "mmdebstrap");
    Declaration packages = declaration;
    packages.steps.clear();
    const Root base{.kind = RootKind::declared,
                    .path = half_made.substr(0, half_made.rfind('/') + 1) + name_of(packages)};
    build_root(base, packages);
    sys::copy_tree(sys::open(base.path, O_RDONLY | O_DIRECTORY).get(),
                   sys::open(half_made, O_RDONLY | O_DIRECTORY).get());
    for (const std::string& step : declaration.steps) run_step(half_made, step);
  });
}

}  // namespace orchestrator::storage
