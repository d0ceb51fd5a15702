#include "orchestrator/network/redirections.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace orchestrator::network {
namespace {

PublishedPort port(const std::string& key, const std::string& host_ip, std::vector<std::string> targets) {
  return {.key = key, .service = "web", .host_ip = host_ip, .targets = std::move(targets)};
}

std::string text(const std::vector<runtime::netlink::Redirection>& redirections) {
  std::string all;
  for (const auto& one : redirections) {
    all += std::to_string(one.protocol) + " " + one.host_ip + ":" + std::to_string(one.host_port) + " ->";
    for (const auto& target : one.targets)
      all += " " + std::to_string(target.family) + "/" + target.address + "/" + std::to_string(target.port);
    all += "\n";
  }
  return all;
}

TEST(Redirections, LeadToEveryContainerOfBothFamilies) {
  const Snapshot snapshot{.ports = {port("a", "", {"10.0.0.1:80", "[fd00::1]:80"})}};
  const Applied applied{.ports = {{.key = "a", .host_port = 8080}}};
  EXPECT_EQ(text(redirections_of(snapshot, applied, {"web"})), "6 :8080 -> 2/10.0.0.1/80 10/fd00::1/80\n");
}
TEST(Redirections, AreOfServicesThatAskForThem) {
  const Snapshot snapshot{.ports = {port("a", "", {"10.0.0.1:80"})}};
  const Applied applied{.ports = {{.key = "a", .host_port = 8080}}};
  EXPECT_EQ(text(redirections_of(snapshot, applied, {"other"})), "");
}
TEST(Redirections, AreNotForPortsThatNobodyServesOrThatAreNotOpen) {
  const Snapshot snapshot{.ports = {port("a", "", {}), port("b", "", {"10.0.0.1:80"})}};
  const Applied applied{.ports = {{.key = "a", .host_port = 8080}, {.key = "b", .error = "in use"}}};
  EXPECT_EQ(text(redirections_of(snapshot, applied, {"web"})), "");
}
TEST(Redirections, NobodyComesToTheLoopbackAddressFromOutside) {
  const Snapshot snapshot{.ports = {port("a", "127.0.0.1", {"10.0.0.1:80"})}};
  const Applied applied{.ports = {{.key = "a", .host_port = 8080}}};
  EXPECT_EQ(text(redirections_of(snapshot, applied, {"web"})), "");
}
TEST(Redirections, EveryAddressOfOneFamily) {
  const Snapshot snapshot{.ports = {port("a", "0.0.0.0", {"10.0.0.1:80", "[fd00::1]:80"})}};
  const Applied applied{.ports = {{.key = "a", .host_port = 8080}}};
  EXPECT_EQ(text(redirections_of(snapshot, applied, {"web"})), "6 :8080 -> 2/10.0.0.1/80\n");
}
TEST(Redirections, OfTwoWithOneNumberTheSecondIsTheGateways) {
  const Snapshot snapshot{
      .ports = {port("a", "192.0.2.1", {"10.0.0.1:80"}), port("b", "192.0.2.2", {"10.0.0.2:80"})}};
  const Applied applied{.ports = {{.key = "a", .host_port = 8080}, {.key = "b", .host_port = 8080}}};
  EXPECT_EQ(text(redirections_of(snapshot, applied, {"web"})), "6 192.0.2.1:8080 -> 2/10.0.0.1/80\n");
}

}  // namespace
}  // namespace orchestrator::network
