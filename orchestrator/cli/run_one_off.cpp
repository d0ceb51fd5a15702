// `run`: one command in a container of its own, made like those of a service. Its standard streams are this
// command's own, so that nobody stands between it and a pipe.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "orchestrator/cli/attached_run.hpp"
#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/contents.hpp"
#include "orchestrator/cli/one_off.hpp"
#include "orchestrator/cli/orphans.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/reach.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/up_request.hpp"
#include "orchestrator/compose/dotenv.hpp"
#include "orchestrator/compose/files.hpp"
#include "orchestrator/project/json.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

/// Twelve hexadecimal digits that no other run has.
std::string random_digits() {
  std::array<std::uint8_t, 6> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    runtime::sys::throw_errno("getrandom");
  std::string digits;
  for (const std::uint8_t byte : bytes) digits += fmt::format("{:02x}", byte);
  return digits;
}

bool wants_terminal(const Options& options) {
  const bool possible = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (options.flag("tty") && !possible) throw UsageError("--tty wants a terminal, and this is none");
  const bool unwanted = options.flag("no-tty") || (options.given("tty") && !options.flag("tty"));
  return possible && !unwanted && !options.flag("detach");
}

/// Later ones win: --env over the files.
std::vector<std::string> environment_of(const Options& options) {
  const auto lookup = [](std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  std::vector<std::string> entries;
  for (const std::string& path : options.list("env-from-file"))
    for (const compose::Variable& one :
         compose::parse_dotenv(compose::read_text_file(path, path, {}), lookup))
      entries.push_back(one.value ? one.name + "=" + *one.value : one.name);
  for (std::string& entry : options.list("env")) entries.push_back(std::move(entry));
  return entries;
}

OneOff named(const Options& options, const std::string& project) {
  const std::string id = options.operands().front() + "-run-" + random_digits();
  return {.id = id,
          .name = options.text("name").value_or(project + "-" + id),
          .terminal = wants_terminal(options),
          .environment = environment_of(options)};
}

/// The stack once more, with the options as its last file.
project::Project with_options(const Options& options, const project::Project& project,
                              const OneOff& one_off) {
  if (std::find(project.files.begin(), project.files.end(), "-") != project.files.end())
    throw UsageError("run cannot read the stack file from standard input, which is the container's");
  const runtime::sys::unique_fd file =
      runtime::sys::memory_file("run", one_off_file(options, one_off), false);
  compose::LoadOptions load = load_options(options, {options.operands().front()});
  load.files = project.files;
  load.files.push_back(runtime::sys::fd_path(file.get()));
  load.project_directory = project.directory;
  load.project_name = project.name;
  try {
    return compose::load(load).project;
  } catch (const compose::LoadError& error) {
    std::string text;
    for (const compose::Diagnostic& one : error.diagnostics())
      text += (text.empty() ? "run: " : "\nrun: ") + one.message + (one.hint.empty() ? "" : "; " + one.hint);
    throw UsageError(text);
  }
}

}  // namespace

int run_one_off(const Options& options) {
  if (options.operands().empty()) throw UsageError("run wants a service");
  const std::string service = options.operands().front();
  compose::Loaded loaded = load_files(options, {service});
  project::Project& project = loaded.project;
  add_contents(project, state::default_roots().data);
  state::Request request{.verb = "run",
                         .project = project::to_json(project),
                         .services = {service},
                         .lease = !options.flag("detach"),
                         .no_deps = options.flag("no-deps"),
                         .remove = options.flag("rm")};
  check_services(project, request);
  settle_orphans(options, loaded.model.environment, request);
  const OneOff one_off = named(options, project.name);
  request.one_off = project::to_json(one_off_definition(with_options(options, project, one_off), service,
                                                        one_off, options.flag("use-aliases")));
  const state::Roots roots = state::default_roots();
  Session session = reach(roots, project.name);
  Progress progress = progress_for(options);
  if (request.lease) {
    const bool without_input = options.given("interactive") && !options.flag("interactive");
    return AttachedRun(state::paths_of(roots, project.name), session, progress,
                       {.id = one_off.id, .terminal = one_off.terminal, .input = !without_input})
        .run(request);
  }
  carry_out(session, request, progress);
  fmt::print("{}\n", one_off.name);
  return 0;
}

}  // namespace orchestrator::cli
