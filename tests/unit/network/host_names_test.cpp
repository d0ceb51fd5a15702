// The project's line in /etc/hosts.
#include "orchestrator/network/host_names.hpp"

#include <gtest/gtest.h>

namespace orchestrator::network {
namespace {

constexpr const char* kHosts =
    "127.0.0.1 localhost\n"
    "127.9.9.9 web.gone.localhost  # mdcompose gone\n"
    "127.8.8.8 web.other.localhost  # mdcompose other\n";

std::string with(const std::vector<std::string>& names, const std::string& before = kHosts) {
  return with_host_names(before, "app", "127.7.7.7", names,
                         [](const std::string& project) { return project != "gone"; });
}

TEST(HostNames, AreOneLineOfTheProject) {
  EXPECT_EQ(with({"db.app.localhost", "web.app.localhost"}),
            "127.0.0.1 localhost\n"
            "127.8.8.8 web.other.localhost  # mdcompose other\n"
            "127.7.7.7 db.app.localhost web.app.localhost  # mdcompose app\n");
}

TEST(HostNames, ReplaceThemselves) { EXPECT_EQ(with({"b"}, with({"a"})), with({"b"})); }

TEST(HostNames, GoWithoutTrace) {
  EXPECT_EQ(with({}, with({"a"})), "127.0.0.1 localhost\n127.8.8.8 web.other.localhost  # mdcompose other\n");
}

}  // namespace
}  // namespace orchestrator::network
