#include "runtime/container/child.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

#include "runtime/container/devices.hpp"
#include "runtime/container/inside.hpp"
#include "runtime/container/mount_options.hpp"
#include "runtime/container/mounts.hpp"
#include "runtime/container/process_setup.hpp"
#include "runtime/container/report.hpp"
#include "runtime/container/root.hpp"
#include "runtime/container/sysctl.hpp"
#include "runtime/container/terminal.hpp"
#include "runtime/init/init.hpp"
#include "runtime/repeat/repeat.hpp"
#include "runtime/seccomp/seccomp.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/mount.hpp"
#include "runtime/sys/socket.hpp"

namespace runtime {
namespace {

const Namespace* find(const Spec& spec, NamespaceType type) {
  const auto& all = spec.linux.namespaces;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Namespace& one) { return one.type == type; });
  return found == all.end() ? nullptr : &*found;
}
bool has_new(const Spec& spec, NamespaceType type) {
  const Namespace* found = find(spec, type);
  return found != nullptr && found->path.empty();
}

/// The creator's byte, or its death.
void wait_for_creator(int go) {
  char byte = 0;
  if (sys::retry([&] { return ::read(go, &byte, 1); }) != 1) ::_exit(125);
}

void become_root_of_user_namespace(const Spec& spec, int go) {
  if (!has_new(spec, NamespaceType::user)) return;
  wait_for_creator(go);
  if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)
    sys::throw_errno("become root of the user namespace");
}

void join_namespaces(const Spec& spec) {
  struct Row {
    NamespaceType type;
    int flag;
    const char* name;
  };
  static constexpr Row kRows[] = {{NamespaceType::user, CLONE_NEWUSER, "user namespace"},
                                  {NamespaceType::network, CLONE_NEWNET, "network namespace"},
                                  {NamespaceType::ipc, CLONE_NEWIPC, "ipc namespace"},
                                  {NamespaceType::uts, CLONE_NEWUTS, "uts namespace"},
                                  {NamespaceType::cgroup, CLONE_NEWCGROUP, "cgroup namespace"}};
  for (const Row& row : kRows) {
    const Namespace* wanted = find(spec, row.type);
    if (wanted == nullptr || wanted->path.empty()) continue;
    sys::setns(sys::open(wanted->path, O_RDONLY).get(), row.flag, row.name);
  }
}

void join_cgroup(const Spec& spec, const cgroup::Cgroup* cgroup) {
  if (cgroup != nullptr) cgroup->join_v1();
  // Its root is the group the process is in now, so not at clone3.
  if (has_new(spec, NamespaceType::cgroup)) sys::unshare(CLONE_NEWCGROUP, "cgroup namespace");
}

void bring_loopback_up() {
  const sys::unique_fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (!socket || ::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
    sys::throw_errno("bring up the loopback interface");
}

void set_names(const Spec& spec) {
  if (!spec.hostname.empty() && ::sethostname(spec.hostname.data(), spec.hostname.size()) != 0)
    sys::throw_errno("set hostname");
  if (!spec.domainname.empty() && ::setdomainname(spec.domainname.data(), spec.domainname.size()) != 0)
    sys::throw_errno("set domain name");
}

/// A /dev that is bound is somebody else's.
bool has_own_dev(const Spec& spec) {
  return std::none_of(spec.mounts.begin(), spec.mounts.end(), [](const Mount& mount) {
    return mount.destination == "/dev" && (mount.type == "bind" || parse_mount_options(mount.options).bind);
  });
}

/// Hooks of the runtime see the container's mounts and the host's tree.
void wait_for_hooks(const CreateOptions& options, const ChildPipes& pipes) {
  if (!options.pause_built) return;
  report::built(pipes.report);
  wait_for_creator(pipes.go);
}

/// Everything that is seen inside: mounts, devices, terminal, masks; then the old root is gone.
Terminal build_root(const Spec& spec, const cgroup::Cgroup* cgroup, const CreateOptions& options,
                    const ChildPipes& pipes) {
  // Volumes are cloned first: what is to be shared with the host must still be its peer.
  std::vector<PreparedMount> mounts = prepare_mounts(spec);
  sys::set_propagation("/", MS_SLAVE);
  const sys::unique_fd root = prepare_root(spec.root);
  sys::attach_mount(root.get(), sys::open(attach_point(spec.root), O_PATH | O_DIRECTORY).get());
  Tree tree(root.get());
  attach_mounts(tree, mounts, cgroup);
  const bool own_dev = has_own_dev(spec);
  if (own_dev) make_devices(tree, spec.linux.devices);
  Terminal terminal;
  if (spec.process.terminal) {
    terminal = open_terminal(tree, spec.process.rows, spec.process.columns);
    if (own_dev) bind_console(tree, terminal);
  }
  hide_paths(tree, spec.linux);
  wait_for_hooks(options, pipes);
  if (::fchdir(root.get()) != 0) sys::throw_errno("enter the root");
  sys::pivot_root_here();
  sys::umount(".", MNT_DETACH);
  if (::chdir("/") != 0) sys::throw_errno("enter the root");
  make_working_directory(spec.process);
  if (spec.root.readonly) sys::set_mount_attributes(root.get(), {.set = MOUNT_ATTR_RDONLY});
  const MountOptions propagation = parse_mount_options({spec.linux.rootfs_propagation});
  if (propagation.propagation != 0)
    sys::set_mount_attributes(
        root.get(), {.propagation = propagation.propagation, .recursive = propagation.recursive_propagation});
  return terminal;
}

void apply_sysctls(const Spec& spec) {
  if (spec.linux.sysctl.empty()) return;
  // The container's own /proc is read-only below sys by now, so a fresh one that is never attached.
  write_sysctls(sys::new_mount("proc", "proc", {}, 0).get(), spec.linux);
}

void send_console(const Terminal& terminal, int console) {
  if (!terminal.master) return;
  const int master = terminal.master.get();
  sys::send_message(console, "c", {&master, 1});
}

void load_filter(const void* seccomp) { seccomp::load(*static_cast<const seccomp::Filter*>(seccomp)); }

seccomp::Filter filter_for(const Spec& spec, const Process& process) {
  return seccomp::filter_for(
      spec.linux.seccomp, process.capabilities ? process.capabilities->bounding : std::vector<std::string>{});
}

std::vector<int> descriptors_of(const ChildPipes& pipes, const CreateOptions& options) {
  std::vector<int> all{pipes.go, pipes.report};
  if (options.gate != nullptr) all.insert(all.end(), {options.gate->go.get(), options.gate->report.get()});
  const Repetition& wanted = options.repetition;
  if (wanted.orders >= 0) all.insert(all.end(), {wanted.orders, wanted.answers});
  return all;
}

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// One of our own programs, which runs the container's.
struct Helper {
  sys::unique_fd program{};
  std::vector<std::string> args{};  ///< what precedes the container's program and its arguments
};

Helper helper_for(const CreateOptions& options, bool with_init) {
  const auto [orders, answers] = options.repetition;
  if (orders >= 0) {
    for (const int fd : {orders, answers})
      if (::fcntl(fd, F_SETFD, 0) != 0) sys::throw_errno("preserve the pipes for orders and answers");
    return {.program = repeat::program(),
            .args = {"mdc-repeat", std::to_string(orders), std::to_string(answers)}};
  }
  if (with_init) return {.program = init::program(), .args = {"mdc-init"}};
  return {};
}

/// Returns errno where execve(2) fails, and else not at all.
int execute(const Helper& helper, const std::string& program, const std::vector<std::string>& args,
            const std::vector<std::string>& env) {
  const std::vector<char*> envp = c_strings(env);
  if (!helper.program) {
    ::execve(program.c_str(), c_strings(args).data(), envp.data());
    return errno;
  }
  std::vector<std::string> all = helper.args;
  all.push_back(program);
  all.insert(all.end(), args.begin(), args.end());
  ::execveat(helper.program.get(), "", c_strings(all).data(), envp.data(), AT_EMPTY_PATH);
  return errno;
}

std::vector<std::string> environment_of(const Process& process, const Ids& ids) {
  std::vector<std::string> env = process.env;
  const bool has_home = std::any_of(env.begin(), env.end(),
                                    [](const std::string& entry) { return entry.starts_with("HOME="); });
  if (!has_home) env.push_back("HOME=" + ids.home);
  return env;
}

/// A user can reopen /dev/stdout, or his terminal, only if it is his. Whatever else the creator gave stays as
/// it is.
void give_stdio(const Ids& ids, bool own_terminal) {
  if (ids.uid == 0) return;
  for (int fd = 0; fd < 3; ++fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) continue;
    if (S_ISFIFO(status.st_mode)) (void)!::fchown(fd, ids.uid, ids.gid);
    // The group stays the terminal group, as devpts set it.
    if (own_terminal && S_ISCHR(status.st_mode)) (void)!::fchown(fd, ids.uid, static_cast<gid_t>(-1));
  }
}

/// Before anything of the container is entered: what it takes from the host, and what it must not.
void take_leave(const Process& process) {
  ::umask(022);
  if (process.oom_score_adj) set_oom_score(*process.oom_score_adj);
  set_security_label(process);
  leave_session();
}

/// The namespaces in which a container differs from us; setns(2) into one's own user namespace is an error.
/// The mount namespace always is its own: so there is a setns(2) by its pidfd in any case, which fails where
/// it has ended meanwhile and its number belongs to somebody else.
int foreign_namespaces(pid_t pid) {
  struct Row {
    const char* name;
    int flag;
  };
  int flags = CLONE_NEWNS;
  for (const Row row : {Row{"user", CLONE_NEWUSER}, Row{"uts", CLONE_NEWUTS}, Row{"ipc", CLONE_NEWIPC},
                        Row{"net", CLONE_NEWNET}, Row{"cgroup", CLONE_NEWCGROUP}}) {
    struct stat own {};
    struct stat theirs {};
    const std::string suffix = std::string("/ns/") + row.name;
    if (::stat(("/proc/self" + suffix).c_str(), &own) != 0 ||
        ::stat(("/proc/" + std::to_string(pid) + suffix).c_str(), &theirs) != 0)
      sys::throw_errno("look at the container's namespaces");
    if (own.st_ino != theirs.st_ino) flags |= row.flag;
  }
  return flags;
}

void enter_namespaces(const Target& target) {
  const int namespaces = foreign_namespaces(target.pid);
  sys::setns(target.pidfd, namespaces, "the container");
  if ((namespaces & CLONE_NEWUSER) != 0 && (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0))
    sys::throw_errno("become root of the user namespace");
}

/// The creator may go; whoever opens the gate is told from now on.
void wait_at_gate(const Gate* gate, ChildPipes& pipes) {
  if (gate == nullptr) return;
  ::close(std::exchange(pipes.report, gate->report.get()));
  wait_for_creator(gate->go.get());
  // Left to execve, the report could end first: then somebody would still seem to wait at the gate.
  ::close(gate->go.get());
}

std::string program_of(const Process& process, const CreateOptions& options,
                       const std::vector<std::string>& env) {
  if (!options.program.empty()) return find_program(options.program, env);
  return find_program(process.args.empty() ? "" : process.args.front(), env);
}

/// From here on both ways into a container are the same.
[[noreturn]] void become_process(const Spec& spec, const Process& process, Terminal& terminal,
                                 const CreateOptions& options, ChildPipes& pipes, bool with_init) {
  const seccomp::Filter filter = filter_for(spec, process);
  const Ids ids = look_up_user(process.user);
  if (terminal.slave)
    take_terminal(terminal);
  else
    place_stdio(options.stdio);
  give_stdio(ids, static_cast<bool>(terminal.slave));
  send_console(terminal, pipes.console);
  terminal = {};
  close_all_but(options.preserved, descriptors_of(pipes, options));
  enter_directory(process);
  const std::vector<std::string> env = environment_of(process, ids);
  const Helper helper = helper_for(options, with_init);
  // Not before what was inherited is closed: a creator may have more descriptors than a container may open.
  set_rlimits(process.rlimits);
  reset_signals(with_init);
  take_identity(process, ids, load_filter, &filter);
  // A container without a process can be created; starting it is the error.
  std::string program = process.args.empty() ? "" : program_of(process, options, env);
  report::ready(pipes.report);
  wait_for_creator(pipes.go);
  wait_at_gate(options.gate, pipes);
  if (program.empty()) program = program_of(process, options, env);
  // Set last: changing the identity clears it.
  if (options.die_with_parent) die_with_creator(pipes.report);
  const int error = execute(helper, program, process.args, env);
  throw StartError("run " + program + ": " + std::strerror(error), error, true);
}

/// The one catch of a starting process. `report` may become another one on the way.
template <class Steps>
[[noreturn]] void report_failures(const int& report, Steps steps) noexcept {
  try {
    steps();
  } catch (const StartError& error) {
    report::failure(report, error.what(), error.error(), error.exit_code() != 125);
  } catch (const std::system_error& error) {
    report::failure(report, error.what(), sys::errno_of(error), false);
  } catch (const std::exception& error) {
    report::failure(report, error.what(), 0, false);
  }
  ::_exit(125);
}

}  // namespace

// The order is that of runc and crun with two differences: the world is complete before the creator is told,
// and the filter is loaded last but for what it would forbid.
void become_container(const Spec& spec, const cgroup::Cgroup* cgroup, const CreateOptions& options,
                      ChildPipes pipes) noexcept {
  report_failures(pipes.report, [&] {
    take_leave(spec.process);
    become_root_of_user_namespace(spec, pipes.go);
    become_unseen();
    join_namespaces(spec);
    join_cgroup(spec, cgroup);
    if (has_new(spec, NamespaceType::network)) bring_loopback_up();
    Terminal terminal = build_root(spec, cgroup, options, pipes);
    apply_sysctls(spec);
    set_names(spec);
    become_process(spec, spec.process, terminal, options, pipes, spec.init);
  });
}

void join_container(const Target& target, const Spec& spec, const Process& process,
                    const CreateOptions& options, ChildPipes pipes) noexcept {
  report_failures(pipes.report, [&] {
    take_leave(process);
    become_unseen();
    if (target.cgroup != nullptr) target.cgroup->join_v1();
    enter_namespaces(target);
    const sys::unique_fd root = sys::open("/", O_PATH | O_DIRECTORY);
    Terminal terminal;
    if (process.terminal) terminal = open_terminal(Tree(root.get()), process.rows, process.columns);
    become_process(spec, process, terminal, options, pipes, false);
  });
}

}  // namespace runtime
