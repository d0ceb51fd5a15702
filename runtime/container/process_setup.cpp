#include "runtime/container/process_setup.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "runtime/container/capabilities.hpp"
#include "runtime/container/devices.hpp"
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

/// A file of the image, whatever the image has put in its place: no device, no pipe, no other process's file.
std::string image_file(const std::string& path) {
  constexpr std::size_t kLargest = 16 << 20;
  const auto file =
      sys::openat2_if_exists(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, RESOLVE_NO_MAGICLINKS);
  if (!file) return "";
  struct stat status {};
  if (::fstat(file->get(), &status) != 0 || !S_ISREG(status.st_mode)) sys::throw_errno(path, EINVAL);
  return sys::read_all(file->get(), kLargest);
}

/// The container's, so that its processes can open it again, and really one: whoever shares the root may have
/// put something else there.
sys::unique_fd open_null() {
  sys::unique_fd null = sys::openat2(AT_FDCWD, "/dev/null", O_RDWR | O_NOCTTY, RESOLVE_NO_SYMLINKS);
  struct stat status {};
  if (::fstat(null.get(), &status) != 0 || !is_null_device(status)) sys::throw_errno("/dev/null", ENODEV);
  return null;
}

void set_groups(const Ids& ids) {
  std::vector<gid_t> groups(ids.groups.begin(), ids.groups.end());
  if (::syscall(SYS_setgroups, groups.size(), groups.data()) == 0) return;
  // In a user namespace made by an ordinary user setgroups is forbidden; the first group he has anyway.
  const auto is_first = [&](gid_t group) { return group == ids.gid; };
  if (errno == EPERM && std::all_of(groups.begin(), groups.end(), is_first)) return;
  sys::throw_errno("set supplementary groups");
}

int resource_of(const Rlimit& limit) {
  const auto found = std::find_if(kLimits.begin(), kLimits.end(),
                                  [&](const auto& known) { return known.first == limit.type; });
  if (found == kLimits.end()) throw std::invalid_argument("unknown limit " + limit.type);
  return found->second;
}

/// prlimit(2) would want the very privilege that is missing where the process has another user. proc(5): a
/// heading, then a line for each resource by its number, the values in columns.
Rlimit limit_of(const std::string& table, const Rlimit& wanted) {
  constexpr std::size_t kSoft = 26;
  constexpr std::size_t kHard = 47;
  std::istringstream lines(table);
  std::string line;
  for (int i = 0; i <= resource_of(wanted) + 1; ++i) std::getline(lines, line);
  if (line.size() <= kHard) throw std::runtime_error("no line for " + wanted.type + " in /proc/PID/limits");
  const auto value = [&](std::size_t column) {
    return line[column] == 'u' ? RLIM_INFINITY : std::stoull(line.substr(column));
  };
  return {.type = wanted.type, .soft = value(kSoft), .hard = value(kHard)};
}

/// "1024", "512:1024" where the soft one is another, "unlimited".
std::string values_of(const Rlimit& limit) {
  const auto text = [](std::uint64_t value) {
    return value == RLIM_INFINITY ? "unlimited" : std::to_string(value);
  };
  return (limit.soft == limit.hard ? "" : text(limit.soft) + ":") + text(limit.hard);
}

std::vector<std::string> unmet_rlimits(const std::vector<Rlimit>& wanted, const std::string& process) {
  std::vector<std::string> unmet;
  const auto table = sys::read_file_if_exists(process + "/limits");
  if (!table || table->empty()) return unmet;  // it has been killed meanwhile
  for (const Rlimit& limit : wanted)
    if (const Rlimit got = limit_of(*table, limit); got != limit)
      unmet.push_back(limit.type + " is " + values_of(got) + " and not " + values_of(limit) +
                      ": to raise it takes CAP_SYS_RESOURCE");
  return unmet;
}

std::optional<std::string> unmet_score(int wanted, const std::string& process) {
  std::string score = sys::read_file_if_exists(process + "/oom_score_adj").value_or("");
  if (score.ends_with('\n')) score.pop_back();
  if (score.empty() || score == std::to_string(wanted)) return std::nullopt;
  return "oom_score_adj is " + score + " and not " + std::to_string(wanted) +
         ": to lower it takes CAP_SYS_RESOURCE";
}

}  // namespace

int StartError::exit_code() const {
  if (!at_exec_) return 125;
  return error_ == ENOENT || error_ == ENOTDIR ? 127 : 126;
}

void set_rlimits(const std::vector<Rlimit>& limits) {
  for (const Rlimit& limit : limits) {
    const auto resource = static_cast<__rlimit_resource>(resource_of(limit));
    rlimit wanted{.rlim_cur = limit.soft, .rlim_max = limit.hard};
    if (::setrlimit(resource, &wanted) == 0) continue;
    rlimit now{};
    if (errno != EPERM || ::getrlimit(resource, &now) != 0) sys::throw_errno("set " + limit.type);
    wanted = {.rlim_cur = std::min(wanted.rlim_cur, now.rlim_max),
              .rlim_max = std::min(wanted.rlim_max, now.rlim_max)};
    if (::setrlimit(resource, &wanted) != 0) sys::throw_errno("set " + limit.type);
  }
}

std::vector<std::string> unmet_limits(const Process& wanted, pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  std::vector<std::string> unmet;
  if (!wanted.rlimits.empty()) unmet = unmet_rlimits(wanted.rlimits, process);
  if (wanted.oom_score_adj)
    if (auto sentence = unmet_score(*wanted.oom_score_adj, process)) unmet.push_back(std::move(*sentence));
  return unmet;
}

void set_oom_score(int score) {
  try {
    sys::write_control("/proc/self/oom_score_adj", std::to_string(score));
  } catch (const std::system_error& error) {
    // Lowering needs CAP_SYS_RESOURCE; a container that is killed a little earlier still works.
    if (sys::errno_of(error) != EACCES) throw;
  }
}

void set_security_label(const Process& process) {
  if (!process.apparmor_profile.empty() && process.apparmor_profile != "unconfined")
    sys::write_control("/proc/self/attr/apparmor/exec", "exec " + process.apparmor_profile);
  if (!process.selinux_label.empty()) sys::write_control("/proc/self/attr/exec", process.selinux_label);
}

void become_unseen() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) sys::throw_errno("forbid tracing");
}

void leave_session() {
  if (::setsid() < 0) sys::throw_errno("start a session");
  constexpr int kJoinSessionKeyring = 1;  // KEYCTL_JOIN_SESSION_KEYRING of linux/keyctl.h
  if (::syscall(SYS_keyctl, kJoinSessionKeyring, nullptr) >= 0) return;
  // A kernel without keyrings has nothing to hide; inside of another container the call is forbidden to us.
  if (errno != ENOSYS && errno != EPERM) sys::throw_errno("leave the session keyring");
}

void close_all_but(int preserved, std::vector<int> others) {
  const auto close = [](unsigned first, unsigned last) {
    if (first <= last && ::close_range(first, last, 0) != 0) sys::throw_errno("close descriptors");
  };
  const int first = STDERR_FILENO + 1 + preserved;
  std::sort(others.begin(), others.end());
  auto next = static_cast<unsigned>(first);
  for (const int fd : others) {
    close(next, static_cast<unsigned>(fd) - 1);
    next = static_cast<unsigned>(fd) + 1;
  }
  close(next, ~0U);
  for (int fd = STDERR_FILENO + 1; fd < first; ++fd)
    if (::fcntl(fd, F_SETFD, 0) != 0) sys::throw_errno("preserve descriptor " + std::to_string(fd));
}

void die_with_creator(int report) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) sys::throw_errno("ask to die with the creator");
  // It may have died before that: then nobody reads our report any more.
  pollfd reader{.fd = report, .events = 0, .revents = 0};
  if (::poll(&reader, 1, 0) == 1) ::_exit(125);
}

void place_stdio(const Stdio& stdio) {
  const std::array<int, 3> given{stdio.in, stdio.out, stdio.err};
  // Copies first: one of the given descriptors may be 0, 1 or 2 itself.
  std::array<sys::unique_fd, 3> copies;
  for (std::size_t i = 0; i < given.size(); ++i)
    copies.at(i) = given.at(i) < 0 ? open_null() : sys::unique_fd(::fcntl(given.at(i), F_DUPFD_CLOEXEC, 3));
  for (int fd = 0; fd < 3; ++fd)
    if (::dup2(copies.at(static_cast<std::size_t>(fd)).get(), fd) < 0)
      sys::throw_errno("place standard descriptors");
}

void make_working_directory(const Process& process) {
  if (process.create_cwd && !process.cwd.empty() && !sys::exists(process.cwd))
    sys::make_directories(process.cwd, 0755);
}

void enter_directory(const Process& process) {
  const std::string& cwd = process.cwd.empty() ? "/" : process.cwd;
  make_working_directory(process);
  if (::chdir(cwd.c_str()) != 0) sys::throw_errno("change to working directory " + cwd);
  std::array<char, 4096> here{};
  // The kernel answers "(unreachable)…" for a directory outside of the root.
  if (::syscall(SYS_getcwd, here.data(), here.size()) < 0 || here[0] != '/')
    throw std::system_error(ENOTDIR, std::generic_category(),
                            "working directory " + cwd + " is outside of the root");
}

Ids look_up_user(const User& user) {
  return resolve_user(user, image_file("/etc/passwd"), image_file("/etc/group"));
}

void take_identity(const Process& process, const Ids& ids, void (*filter)(const void*),
                   const void* filter_argument) {
  ::umask(process.user.umask.value_or(022));
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

void reset_signals(bool all_blocked) {
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    ::sigaction(signal, &action, nullptr);
  }
  sigset_t blocked;
  all_blocked ? ::sigfillset(&blocked) : ::sigemptyset(&blocked);
  ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

std::string find_program(const std::string& name, const std::vector<std::string>& env) {
  if (name.empty()) throw StartError("no command to run", 0, false);
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
      "run " + name + ": " + (worst == ENOENT ? "executable file not found in PATH" : std::strerror(worst)),
      worst, true);
}

}  // namespace runtime
