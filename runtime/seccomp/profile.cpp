// OCI seccomp profiles, through libseccomp: it knows every name and every architecture.
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "runtime/seccomp/seccomp.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime::seccomp {
namespace {

using Context = std::unique_ptr<void, decltype(&seccomp_release)>;

std::uint32_t action(const std::string& name, std::optional<std::uint32_t> error) {
  if (name == "SCMP_ACT_ALLOW") return SCMP_ACT_ALLOW;
  if (name == "SCMP_ACT_ERRNO") return SCMP_ACT_ERRNO(error.value_or(EPERM));
  if (name == "SCMP_ACT_KILL" || name == "SCMP_ACT_KILL_THREAD") return SCMP_ACT_KILL_THREAD;
  if (name == "SCMP_ACT_KILL_PROCESS") return SCMP_ACT_KILL_PROCESS;
  if (name == "SCMP_ACT_TRAP") return SCMP_ACT_TRAP;
  if (name == "SCMP_ACT_TRACE") return SCMP_ACT_TRACE(error.value_or(EPERM));
  if (name == "SCMP_ACT_LOG") return SCMP_ACT_LOG;
  throw std::runtime_error("seccomp profile: unknown action " + name);
}

scmp_compare comparison(const std::string& name) {
  static constexpr std::array<std::pair<std::string_view, scmp_compare>, 7> kNames{
      {{"SCMP_CMP_NE", SCMP_CMP_NE},
       {"SCMP_CMP_LT", SCMP_CMP_LT},
       {"SCMP_CMP_LE", SCMP_CMP_LE},
       {"SCMP_CMP_EQ", SCMP_CMP_EQ},
       {"SCMP_CMP_GE", SCMP_CMP_GE},
       {"SCMP_CMP_GT", SCMP_CMP_GT},
       {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ}}};
  const auto* found =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& row) { return row.first == name; });
  if (found == kNames.end()) throw std::runtime_error("seccomp profile: unknown comparison " + name);
  return found->second;
}

std::uint32_t architecture(const std::string& name) {
  std::string lower = name.starts_with("SCMP_ARCH_") ? name.substr(10) : name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return seccomp_arch_resolve_name(lower.c_str());
}

void check(int result, const std::string& what) {
  if (result < 0 && result != -EEXIST)
    throw std::runtime_error("seccomp profile: " + what + ": " + std::strerror(-result));
}

void add_rule(const Context& context, const SeccompSyscall& rule) {
  std::vector<scmp_arg_cmp> arguments;
  for (const SeccompArg& arg : rule.args)
    arguments.push_back(
        {.arg = arg.index, .op = comparison(arg.op), .datum_a = arg.value, .datum_b = arg.value_two});
  const std::uint32_t answer = action(rule.action, rule.errno_ret);
  for (const std::string& name : rule.names) {
    const int number = seccomp_syscall_resolve_name(name.c_str());
    if (number == __NR_SCMP_ERROR) continue;  // a profile may name calls that only other kernels have
    check(seccomp_rule_add_array(context.get(), answer, number, static_cast<unsigned>(arguments.size()),
                                 arguments.data()),
          name);
  }
}

Filter export_bpf(const Context& context) {
  const sys::unique_fd file(::memfd_create("seccomp", MFD_CLOEXEC));
  if (!file) sys::throw_errno("make a file in memory");
  check(seccomp_export_bpf(context.get(), file.get()), "compile");
  if (::lseek(file.get(), 0, SEEK_SET) != 0) sys::throw_errno("read the compiled filter");
  const std::string bytes = sys::read_all(file.get());
  Filter filter(bytes.size() / sizeof(sock_filter));
  std::memcpy(filter.data(), bytes.data(), filter.size() * sizeof(sock_filter));
  return filter;
}

}  // namespace

Filter compile(const SeccompProfile& profile) {
  const std::uint32_t otherwise = action(profile.default_action, profile.default_errno_ret);
  const Context context(seccomp_init(otherwise), seccomp_release);
  if (!context)
    throw std::runtime_error("seccomp profile: unusable default action " + profile.default_action);
  for (const std::string& name : profile.architectures) {
    const std::uint32_t token = architecture(name);
    if (token != 0) check(seccomp_arch_add(context.get(), token), name);
  }
  for (const SeccompSyscall& rule : profile.syscalls)
    if (action(rule.action, rule.errno_ret) != otherwise) add_rule(context, rule);
  check(seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimise");
  return export_bpf(context);
}

}  // namespace runtime::seccomp
