// What a process takes on between its namespaces and execve: limits, directories, identity, program. Each
// function is one step of the list in child.cpp and throws std::system_error or std::invalid_argument.
#pragma once

#include <string>

#include "runtime/container/container.hpp"
#include "runtime/container/user.hpp"
#include "runtime/spec/spec.hpp"

namespace runtime {

/// setrlimit(2); a hard limit above the caller's is clamped where CAP_SYS_RESOURCE is missing.
void set_rlimits(const std::vector<Rlimit>& limits);
/// These two go through the host's /proc, so before the container's, and before become_unseen().
void set_oom_score(int score);
void set_security_label(const Process& process);
/// Nobody in a namespace that is joined may trace this process, which still is a copy of its creator, or open
/// its files (CVE-2016-9962). execve(2) ends it.
void become_unseen();
/// A session and keyring of its own: the creator's terminal and keys stay the creator's (CVE-2017-5226).
void leave_session();
/// No descriptor of the creator is left but 0, 1, 2, the `preserved` next ones, and `others`
/// (CVE-2024-21626). The preserved ones survive execve(2).
void close_all_but(int preserved, std::vector<int> others);
/// PR_SET_PDEATHSIG; `report` is the write end of a pipe that the creator reads.
void die_with_creator(int report);
/// Puts the given descriptors on 0, 1, 2; /dev/null for -1.
void place_stdio(const Stdio& stdio);
/// Where `create_cwd` asks for it; a root that is to be read-only is not so yet.
void make_working_directory(const Process& process);
/// chdir(2), made where `create_cwd`; refuses a directory outside the root (CVE-2024-21626).
void enter_directory(const Process& process);
/// Reads the root's own passwd and group; to be called after pivot_root. Throws std::invalid_argument.
Ids look_up_user(const User& user);
/// Supplementary groups, gid, uid, capabilities, no_new_privs, in the order that leaves no gap.
/// `filter`: loads the seccomp filter at the right moment.
void take_identity(const Process& process, const Ids& ids, void (*filter)(const void*),
                   const void* filter_argument);
/// Signal mask and dispositions as execve's new program expects them. `all_blocked`: signals wait until the
/// program asks for them; those to a PID 1 that has neither blocked nor handled them yet are lost.
void reset_signals(bool all_blocked);

/// The file that `name` names, looked for in PATH of `env`; must be executable.
/// Throws StartError with 127 (not found) or 126 (not executable) in exit_code().
std::string find_program(const std::string& name, const std::vector<std::string>& env);

}  // namespace runtime
