// OCI seccomp profiles, through libseccomp: it knows every name and every architecture.
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
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

struct Action {
  std::string_view name;
  std::uint32_t value;
  bool has_number = false;  ///< its lower half is the profile's errnoRet, EPERM where there is none
};
constexpr std::array<Action, 8> kActions{{{"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
                                          {"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0), true},
                                          {"SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD},
                                          {"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
                                          {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
                                          {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
                                          {"SCMP_ACT_TRACE", SCMP_ACT_TRACE(0), true},
                                          {"SCMP_ACT_LOG", SCMP_ACT_LOG}}};

struct Operator {
  std::string_view name;
  scmp_compare value;
};
constexpr std::array<Operator, 7> kOperators{{{"SCMP_CMP_NE", SCMP_CMP_NE},
                                              {"SCMP_CMP_LT", SCMP_CMP_LT},
                                              {"SCMP_CMP_LE", SCMP_CMP_LE},
                                              {"SCMP_CMP_EQ", SCMP_CMP_EQ},
                                              {"SCMP_CMP_GE", SCMP_CMP_GE},
                                              {"SCMP_CMP_GT", SCMP_CMP_GT},
                                              {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ}}};

/// Those of config-linux.md; libseccomp knows them without the prefix, in lower case.
struct Architecture {
  std::string_view name;
};
constexpr std::array<Architecture, 18> kArchitectures{{{"SCMP_ARCH_X86"},
                                                       {"SCMP_ARCH_X86_64"},
                                                       {"SCMP_ARCH_X32"},
                                                       {"SCMP_ARCH_ARM"},
                                                       {"SCMP_ARCH_AARCH64"},
                                                       {"SCMP_ARCH_MIPS"},
                                                       {"SCMP_ARCH_MIPS64"},
                                                       {"SCMP_ARCH_MIPS64N32"},
                                                       {"SCMP_ARCH_MIPSEL"},
                                                       {"SCMP_ARCH_MIPSEL64"},
                                                       {"SCMP_ARCH_MIPSEL64N32"},
                                                       {"SCMP_ARCH_PPC"},
                                                       {"SCMP_ARCH_PPC64"},
                                                       {"SCMP_ARCH_PPC64LE"},
                                                       {"SCMP_ARCH_S390"},
                                                       {"SCMP_ARCH_S390X"},
                                                       {"SCMP_ARCH_PARISC"},
                                                       {"SCMP_ARCH_RISCV64"}}};

template <class Table>
const auto& row(const Table& table, const std::string& name, const char* kind) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& one) { return one.name == name; });
  if (found == table.end())
    throw std::runtime_error(std::string("seccomp profile: unknown ") + kind + " " + name);
  return *found;
}

template <class Table>
std::vector<std::string> names(const Table& table) {
  std::vector<std::string> all;
  for (const auto& one : table) all.emplace_back(one.name);
  return all;
}

std::uint32_t action(const std::string& name, std::optional<std::uint32_t> error) {
  const Action& found = row(kActions, name, "action");
  return found.has_number ? found.value | (error.value_or(EPERM) & 0xffffU) : found.value;
}

scmp_compare comparison(const std::string& name) { return row(kOperators, name, "comparison").value; }

/// 0 for one that this libseccomp is too old for.
std::uint32_t architecture(const std::string& name) {
  constexpr std::size_t kPrefix = std::string_view("SCMP_ARCH_").size();
  std::string lower = std::string(row(kArchitectures, name, "architecture").name.substr(kPrefix));
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

Vocabulary vocabulary() { return {names(kActions), names(kOperators), names(kArchitectures)}; }

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
