#include "runtime/container/process_setup.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "runtime/container/capabilities.hpp"
#include "runtime/spec/capability.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 16> kLimits{{{"RLIMIT_CPU", RLIMIT_CPU},
                                                                    {"RLIMIT_FSIZE", RLIMIT_FSIZE},
                                                                    {"RLIMIT_DATA", RLIMIT_DATA},
                                                                    {"RLIMIT_STACK", RLIMIT_STACK},
                                                                    {"RLIMIT_CORE", RLIMIT_CORE},
                                                                    {"RLIMIT_RSS", RLIMIT_RSS},
                                                                    {"RLIMIT_NPROC", RLIMIT_NPROC},
                                                                    {"RLIMIT_NOFILE", RLIMIT_NOFILE},
                                                                    {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
                                                                    {"RLIMIT_AS", RLIMIT_AS},
                                                                    {"RLIMIT_LOCKS", RLIMIT_LOCKS},
                                                                    {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
                                                                    {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
                                                                    {"RLIMIT_NICE", RLIMIT_NICE},
                                                                    {"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
                                                                    {"RLIMIT_RTTIME", RLIMIT_RTTIME}}};

std::string environment_value(const std::vector<std::string>& env, const std::string& name) {
  for (const std::string& entry : env)
    if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
  return "";
}

/// 0 where `path` can be executed, else the errno that execve would give.
int executable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) return EACCES;
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

std::string write_below(int proc, const std::string& path) { return sys::fd_path(proc) + "/" + path; }

void set_groups(const Ids& ids) {
  std::vector<gid_t> groups(ids.groups.begin(), ids.groups.end());
  if (::syscall(SYS_setgroups, groups.size(), groups.data()) == 0) return;
  // In a user namespace made by an ordinary user setgroups is forbidden; nothing to set is nothing lost.
  if (errno == EPERM && groups.empty()) return;
  sys::throw_errno("set supplementary groups");
}

}  // namespace

int StartError::exit_code() const {
  if (!at_exec_) return 125;
  return error_ == ENOENT || error_ == ENOTDIR ? 127 : 126;
}

void write_sysctls(int proc, const std::map<std::string, std::string>& sysctls) {
  for (const auto& [name, value] : sysctls) {
    std::string path = "sys/" + name;
    std::replace(path.begin(), path.end(), '.', '/');
    const sys::unique_fd file =
        sys::openat2(proc, path, O_WRONLY, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
    sys::write_all(file.get(), value);
  }
}

void set_rlimits(const std::vector<Rlimit>& limits) {
  for (const Rlimit& limit : limits) {
    const auto found = std::find_if(kLimits.begin(), kLimits.end(),
                                    [&](const auto& known) { return known.first == limit.type; });
    if (found == kLimits.end()) throw std::invalid_argument("unknown limit " + limit.type);
    const auto resource = static_cast<__rlimit_resource>(found->second);
    rlimit wanted{.rlim_cur = limit.soft, .rlim_max = limit.hard};
    if (::setrlimit(resource, &wanted) == 0) continue;
    rlimit now{};
    if (errno != EPERM || ::getrlimit(resource, &now) != 0) sys::throw_errno("set " + limit.type);
    wanted = {.rlim_cur = std::min(wanted.rlim_cur, now.rlim_max),
              .rlim_max = std::min(wanted.rlim_max, now.rlim_max)};
    if (::setrlimit(resource, &wanted) != 0) sys::throw_errno("set " + limit.type);
  }
}

void set_oom_score(int proc, int score) {
  try {
    sys::write_control(write_below(proc, "self/oom_score_adj"), std::to_string(score));
  } catch (const std::system_error& error) {
    // Lowering needs CAP_SYS_RESOURCE; a container that is killed a little earlier still works.
    if (sys::errno_of(error) != EACCES) throw;
  }
}

void set_security_label(int proc, const Process& process) {
  if (!process.apparmor_profile.empty() && process.apparmor_profile != "unconfined")
    sys::write_control(write_below(proc, "self/attr/apparmor/exec"), "exec " + process.apparmor_profile);
  if (!process.selinux_label.empty())
    sys::write_control(write_below(proc, "self/attr/exec"), process.selinux_label);
}

void place_stdio(const Stdio& stdio) {
  const std::array<int, 3> given{stdio.in, stdio.out, stdio.err};
  // Copies first: one of the given descriptors may be 0, 1 or 2 itself.
  std::array<sys::unique_fd, 3> copies;
  for (std::size_t i = 0; i < given.size(); ++i)
    copies.at(i) = given.at(i) < 0 ? sys::open("/dev/null", O_RDWR)
                                   : sys::unique_fd(::fcntl(given.at(i), F_DUPFD_CLOEXEC, 3));
  for (int fd = 0; fd < 3; ++fd)
    if (::dup2(copies.at(static_cast<std::size_t>(fd)).get(), fd) < 0)
      sys::throw_errno("place standard descriptors");
}

void enter_directory(const Process& process) {
  const std::string& cwd = process.cwd.empty() ? "/" : process.cwd;
  if (process.create_cwd && !sys::exists(cwd)) sys::make_directories(cwd, 0755);
  if (::chdir(cwd.c_str()) != 0) sys::throw_errno("change to working directory " + cwd);
  std::array<char, 4096> here{};
  // The kernel answers "(unreachable)…" for a directory outside of the root.
  if (::syscall(SYS_getcwd, here.data(), here.size()) < 0 || here[0] != '/')
    throw std::system_error(ENOTDIR, std::generic_category(),
                            "working directory " + cwd + " is outside of the root");
}

Ids look_up_user(const User& user) {
  const auto passwd = sys::read_file_if_exists("/etc/passwd");
  const auto group = sys::read_file_if_exists("/etc/group");
  return resolve_user(user, passwd.value_or(""), group.value_or(""));
}

void take_identity(const Process& process, const Ids& ids, void (*filter)(const void*),
                   const void* filter_argument) {
  if (process.user.umask) ::umask(*process.user.umask);
  if (process.capabilities) drop_bounding_set(capability_mask(process.capabilities->bounding));
  // Without no_new_privs loading a filter needs CAP_SYS_ADMIN, which is about to go.
  if (!process.no_new_privileges) filter(filter_argument);
  set_groups(ids);
  ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
  if (::syscall(SYS_setresgid, ids.gid, ids.gid, ids.gid) != 0)
    sys::throw_errno("become group " + std::to_string(ids.gid));
  if (::syscall(SYS_setresuid, ids.uid, ids.uid, ids.uid) != 0)
    sys::throw_errno("become user " + std::to_string(ids.uid));
  if (process.capabilities) set_capabilities(*process.capabilities);
  ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
  if (!process.no_new_privileges) return;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) sys::throw_errno("set no_new_privs");
  filter(filter_argument);
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    ::sigaction(signal, &action, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::string find_program(const std::vector<std::string>& args, const std::vector<std::string>& env) {
  if (args.empty() || args[0].empty()) throw StartError("no command to run", 0, false);
  const std::string& name = args[0];
  if (name.find('/') != std::string::npos) {
    const int error = executable(name);
    if (error != 0) throw StartError("run " + name + ": " + std::strerror(error), error, true);
    return name;
  }
  int worst = ENOENT;
  std::string path = environment_value(env, "PATH");
  if (path.empty()) path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find(':', at), path.size());
    const std::string directory = path.substr(at, end - at);
    const std::string candidate = (directory.empty() ? "." : directory) + "/" + name;
    const int error = executable(candidate);
    if (error == 0) return candidate;
    if (error == EACCES) worst = EACCES;
    at = end + 1;
  }
  throw StartError(
      "run " + name + ": " + (worst == ENOENT ? "command not found in PATH" : std::strerror(worst)), worst,
      true);
}

}  // namespace runtime
