// Of Docker's profile only the rules that hold for this machine and these capabilities remain.
#include <gtest/gtest.h>

#include "runtime/spec/json.hpp"

namespace runtime {
namespace {

using Names = std::vector<std::string>;

/// The calls that a profile with this one rule more allows.
Names allowed(const std::string& conditions, const Names& capabilities = {"CAP_CHOWN"}) {
  const SeccompProfile profile =
      seccomp_from_json(R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], )"
                        R"("action": "SCMP_ACT_ALLOW"}, {"names": ["mkdir"], "action": "SCMP_ACT_ALLOW", )" +
                            conditions + "}]}",
                        capabilities);
  Names all;
  for (const SeccompSyscall& rule : profile.syscalls)
    all.insert(all.end(), rule.names.begin(), rule.names.end());
  return all;
}
const Names kBoth{"read", "mkdir"};
const Names kOne{"read"};

TEST(DockerSeccomp, RulesHoldWithTheirCapabilities) {
  EXPECT_EQ(allowed(R"("includes": {"caps": ["CAP_CHOWN"]})"), kBoth);
  EXPECT_EQ(allowed(R"("includes": {"caps": ["CAP_SYS_ADMIN"]})"), kOne);
  EXPECT_EQ(allowed(R"("includes": {"caps": ["CAP_CHOWN", "CAP_SYS_ADMIN"]})"), kOne);
  EXPECT_EQ(allowed(R"("excludes": {"caps": ["CAP_CHOWN"]})"), kOne);
  EXPECT_EQ(allowed(R"("excludes": {"caps": ["CAP_SYS_ADMIN"]})"), kBoth);
  EXPECT_EQ(allowed(R"("includes": {}, "excludes": {})"), kBoth);
}

TEST(DockerSeccomp, RulesHoldOnTheirMachines) {
  EXPECT_EQ(allowed(R"("includes": {"arches": ["amd64", "arm64"]})"), kBoth);
  EXPECT_EQ(allowed(R"("includes": {"arches": ["s390x"]})"), kOne);
  EXPECT_EQ(allowed(R"("excludes": {"arches": ["amd64", "arm64"]})"), kOne);
}

TEST(DockerSeccomp, RulesHoldFromTheirKernelOn) {
  EXPECT_EQ(allowed(R"("includes": {"minKernel": "4.8"})"), kBoth);
  EXPECT_EQ(allowed(R"("includes": {"minKernel": "99.0"})"), kOne);
  EXPECT_EQ(allowed(R"("excludes": {"minKernel": "4.8"})"), kOne);
}

TEST(DockerSeccomp, ArchitecturesAreThoseOfThisMachine) {
  const SeccompProfile profile =
      seccomp_from_json(R"({"defaultAction": "SCMP_ACT_ALLOW", "archMap": [)"
                        R"({"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},)"
                        R"({"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]},)"
                        R"({"architecture": "SCMP_ARCH_S390X", "subArchitectures": ["SCMP_ARCH_S390"]}]})",
                        {});
  EXPECT_EQ(profile.architectures.size(), 2U);
  EXPECT_NE(profile.architectures.front(), "SCMP_ARCH_S390X");
}

TEST(DockerSeccomp, OneNameMayStandAlone) {
  const SeccompProfile profile = seccomp_from_json(
      R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"name": "mkdir", "action": "SCMP_ACT_ERRNO"}]})",
      {});
  EXPECT_EQ(profile.syscalls.at(0).names, Names{"mkdir"});
}

TEST(DockerSeccomp, MistakesAreNamed) {
  try {
    (void)seccomp_from_json(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"includes": {"caps": 1}}]})",
                            {});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "syscalls[0].includes.caps: expected a list");
  }
}

}  // namespace
}  // namespace runtime
