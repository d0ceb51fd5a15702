// `cp`: files into and out of containers, and `export`: all of one.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <vector>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/container_root.hpp"
#include "orchestrator/cli/copy_target.hpp"
#include "orchestrator/cli/observe.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/storage/transfer.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::cli {
namespace {

namespace sys = runtime::sys;

/// Containers of the service, the lowest number first, those of `run` last; or the one that --index names.
std::vector<state::Instance> containers_of(const Options& options, const std::string& service,
                                           bool one_offs) {
  const Target target = target_of(options);
  std::vector<state::Instance> found;
  const std::vector<state::Instance> all = observe(target.paths);
  const auto index = options.number("index");
  for (const state::Instance& instance : of_services(all, {service}, target.services))
    if (!index || instance.number == *index) found.push_back(instance);
  for (const state::Instance& instance : all)
    if (one_offs && instance.one_off_of == service) found.push_back(instance);
  if (found.empty())
    throw std::runtime_error(fmt::format("service \"{}\" has no container{}", service,
                                         index ? fmt::format(" number {}", *index) : ""));
  return found;
}

FileKind kind_of(int root, const std::string& path, bool follow) {
  try {
    const sys::unique_fd found =
        sys::openat2(root, path, O_PATH | (follow ? 0 : O_NOFOLLOW), RESOLVE_IN_ROOT);
    struct stat status {};
    if (::fstat(found.get(), &status) != 0) sys::throw_errno(path);
    return S_ISDIR(status.st_mode) ? FileKind::directory : FileKind::file;
  } catch (const std::system_error& error) {
    const int code = sys::errno_of(error);
    if (code == ENOENT || code == ENOTDIR) return FileKind::missing;
    throw;
  }
}

/// One end of a copy.
struct End {
  sys::unique_fd root{};
  std::string path{};  ///< absolute; a container's relative paths begin at its root
};

End here(const std::string& path) {
  // A slash or "/." at the end has a meaning, and stays.
  const std::string absolute =
      path.starts_with('/') ? path : std::filesystem::current_path().string() + "/" + path;
  return {sys::open("/", O_RDONLY | O_DIRECTORY), absolute};
}

End inside(const Options& options, const state::Instance& instance, const std::string& path) {
  const state::ProjectPaths paths = target_of(options).paths;
  return {container_root(paths, instance), path.starts_with('/') ? path : "/" + path};
}

std::string without_content_mark(std::string path) {
  if (means_content(path)) path.pop_back();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

void copy(const Options& options, const End& from, const End& to) {
  const bool follow = options.flag("follow-link");
  const FileKind source = kind_of(from.root.get(), without_content_mark(from.path), follow);
  if (source == FileKind::missing) throw std::runtime_error("there is no " + from.path);
  const FileKind destination = kind_of(to.root.get(), to.path, true);
  const CopyTarget target = copy_target(from.path, source, to.path, destination);
  storage::transfer(from.root.get(),
                    {.path = without_content_mark(from.path), .name = target.name, .follow_link = follow},
                    to.root.get(), {.directory = target.directory, .keep_owners = options.flag("archive")});
}

void copy_from(const Options& options, const CopyOperand& source, const std::string& target) {
  const End from =
      inside(options, containers_of(options, source.service, options.flag("all")).front(), source.path);
  if (target != "-") return copy(options, from, here(target));
  const std::string path = without_content_mark(from.path);
  const CopyTarget name =
      copy_target(from.path, kind_of(from.root.get(), path, true), "/", FileKind::directory);
  storage::pack(from.root.get(),
                {.path = path, .name = name.name, .follow_link = options.flag("follow-link")}, STDOUT_FILENO);
}

void copy_to(const Options& options, const std::string& source, const CopyOperand& target) {
  const auto containers = containers_of(options, target.service, options.flag("all"));
  if (source == "-" && containers.size() > 1)
    throw UsageError("an archive can be read for one container only; give --index");
  for (const state::Instance& instance : containers) {
    const End to = inside(options, instance, target.path);
    if (source == "-")
      storage::unpack(to.root.get(), {.directory = to.path, .keep_owners = options.flag("archive")},
                      STDIN_FILENO);
    else
      copy(options, here(source), to);
  }
}

}  // namespace

int cp(const Options& options) {
  if (options.operands().size() != 2) throw UsageError("cp wants what to copy and where to");
  const CopyOperand source = copy_operand(options.operands()[0]);
  const CopyOperand target = copy_operand(options.operands()[1]);
  if (source.service.empty() == target.service.empty())
    throw UsageError("cp copies from a service to this machine or the other way: one side is SERVICE:PATH");
  if (target.service.empty())
    copy_from(options, source, target.path);
  else
    copy_to(options, source.path, target);
  return 0;
}

int export_container(const Options& options) {
  if (options.operands().size() != 1) throw UsageError("export wants one service");
  const auto file = options.text("output");
  if (!file && ::isatty(STDOUT_FILENO) == 1)
    throw UsageError("export does not write an archive to a terminal; give --output, or a pipe");
  const End from = inside(options, containers_of(options, options.operands().front(), false).front(), "/");
  const sys::unique_fd out =
      file ? sys::open(*file, O_WRONLY | O_CREAT | O_TRUNC, 0600) : sys::dup(STDOUT_FILENO);
  storage::pack(from.root.get(), {.path = "/", .name = ".", .one_file_system = true}, out.get());
  return 0;
}

}  // namespace orchestrator::cli
