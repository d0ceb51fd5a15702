// What driver_opts mean.
#include "orchestrator/network/options.hpp"

#include <gtest/gtest.h>

namespace orchestrator::network {
namespace {

std::string problems(const project::StringMap& options) {
  std::string text;
  for (const OptionProblem& one : option_problems(options))
    text += (one.harmless ? "warning: " : "error: ") + one.key + " " + one.message + "\n";
  return text;
}

TEST(Options, AreThoseOfDockersBridges) {
  const BridgeOptions options = options_of({{"com.docker.network.driver.mtu", "1400"},
                                            {"com.docker.network.bridge.name", "mybridge"},
                                            {"com.docker.network.bridge.enable_icc", "False"},
                                            {"com.docker.network.bridge.host_binding_ipv4", "127.0.0.1"},
                                            {"com.docker.network.container_iface_prefix", "lan"}});
  EXPECT_EQ(options, (BridgeOptions{.mtu = 1400,
                                    .bridge = "mybridge",
                                    .between_containers = false,
                                    .host_binding = "127.0.0.1",
                                    .interface_prefix = "lan"}));
}

TEST(Options, WrongValuesAreErrors) {
  EXPECT_EQ(problems({{"mtu", "12"}}), "error: mtu must be a number from 68 to 65535, not \"12\"\n");
  EXPECT_EQ(problems({{"com.docker.network.bridge.enable_icc", "maybe"}}),
            "error: com.docker.network.bridge.enable_icc must be true or false, not \"maybe\"\n");
  EXPECT_EQ(problems({{"com.docker.network.bridge.name", "a-name-that-is-too-long"}}),
            "error: com.docker.network.bridge.name \"a-name-that-is-too-long\" is no name for an interface: "
            "at most "
            "15 characters\n");
}

TEST(Options, WithoutMeaningAreWarnedAbout) {
  EXPECT_EQ(problems({{"parent", "eth0"}}), "warning: parent has no meaning for mdcompose and is left out\n");
  EXPECT_EQ(problems({{"com.docker.network.bridge.enable_ip_masquerade", "true"}}), "");
  EXPECT_EQ(problems({{"com.docker.network.bridge.enable_ip_masquerade", "false"}}),
            "warning: com.docker.network.bridge.enable_ip_masquerade has no effect: what containers send "
            "outside always "
            "comes from the host's address\n");
}

TEST(Options, SysctlsOfAnInterface) {
  const project::StringMap options{{"com.docker.network.endpoint.sysctls",
                                    "net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.IFNAME.mtu=1400"}};
  EXPECT_EQ(interface_sysctls(options, "eth3"), (project::StringMap{{"net.ipv4.conf.eth3.log_martians", "1"},
                                                                    {"net.ipv6.conf.eth3.mtu", "1400"}}));
  EXPECT_EQ(interface_sysctls({{"com.docker.network.endpoint.sysctls", "kernel.panic=1"}}, "eth0"),
            std::nullopt);
  EXPECT_EQ(interface_sysctls({}, "eth0"), project::StringMap{});
}

}  // namespace
}  // namespace orchestrator::network
