// Docker's extensions of a seccomp profile: rules for some machines and capabilities only. They are resolved
// here, what remains is the OCI's. See Docker's documentation, "Seccomp security profiles", and
// moby/profiles/seccomp.
#include <sys/utsname.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/spec/json.hpp"
#include "runtime/spec/json_linux.hpp"
#include "runtime/spec/place.hpp"

namespace runtime {
namespace {

using Words = std::vector<std::string>;

#if defined(__x86_64__)
constexpr const char* kMachine = "amd64";
constexpr const char* kArchitecture = "SCMP_ARCH_X86_64";
#elif defined(__aarch64__)
constexpr const char* kMachine = "arm64";
constexpr const char* kArchitecture = "SCMP_ARCH_AARCH64";
#else
#error "the names that Docker and libseccomp have for this architecture"
#endif

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// "6.1.0-13-amd64" as 6, 1.
std::pair<int, int> version(std::string_view text) {
  std::pair<int, int> result{0, 0};
  const char* end = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), end, result.first);
  if (error == std::errc() && dot != end && *dot == '.') std::from_chars(dot + 1, end, result.second);
  return result;
}

std::pair<int, int> running_kernel() {
  utsname kernel{};
  ::uname(&kernel);
  return version(kernel.release);
}

struct Condition {
  Words capabilities{};
  Words machines{};
  std::string least_kernel{};
};
Condition read_condition(const Place& from) {
  Condition condition;
  take(from, "caps", condition.capabilities);
  take(from, "arches", condition.machines);
  take(from, "minKernel", condition.least_kernel);
  return condition;
}

bool is_included(const Condition& needed, const Words& capabilities) {
  return std::all_of(needed.capabilities.begin(), needed.capabilities.end(),
                     [&](const std::string& one) { return has(capabilities, one); }) &&
         (needed.machines.empty() || has(needed.machines, kMachine)) &&
         (needed.least_kernel.empty() || running_kernel() >= version(needed.least_kernel));
}

bool is_excluded(const Condition& unwanted, const Words& capabilities) {
  return std::any_of(unwanted.capabilities.begin(), unwanted.capabilities.end(),
                     [&](const std::string& one) { return has(capabilities, one); }) ||
         has(unwanted.machines, kMachine) ||
         (!unwanted.least_kernel.empty() && running_kernel() >= version(unwanted.least_kernel));
}

bool applies(const Place& rule, const Words& capabilities) {
  const auto needed = rule.find("includes");
  const auto unwanted = rule.find("excludes");
  return (!needed || is_included(read_condition(*needed), capabilities)) &&
         (!unwanted || !is_excluded(read_condition(*unwanted), capabilities));
}

/// Of the map only what is for this machine.
Words architectures(const Place& map) {
  Words all;
  for (const Place& entry : map.elements()) {
    std::string main;
    take(entry, "architecture", main);
    if (main != kArchitecture) continue;
    all.push_back(main);
    Words others;
    take(entry, "subArchitectures", others);
    all.insert(all.end(), others.begin(), others.end());
  }
  return all;
}

}  // namespace

SeccompProfile read_docker_seccomp(const Place& from, const Words& capabilities) {
  SeccompProfile profile = read_seccomp(from);
  profile.syscalls.clear();
  if (const auto map = from.find("archMap")) profile.architectures = architectures(*map);
  if (const auto rules = from.find("syscalls"))
    for (const Place& rule : rules->elements()) {
      if (!applies(rule, capabilities)) continue;
      SeccompSyscall& taken = profile.syscalls.emplace_back(read_seccomp_rule(rule));
      std::string name;  // an older way to write names: [NAME]
      take(rule, "name", name);
      if (!name.empty()) taken.names.push_back(name);
    }
  return profile;
}

}  // namespace runtime
