// What containers read about names.
#include "orchestrator/network/etc_files.hpp"

#include <gmock/gmock.h>

namespace orchestrator::network {
namespace {

TEST(NamesOfHost, AreTheWholeNameAndItsFirstPart) {
  const std::vector<std::string> both{"db.example.org", "db"};
  EXPECT_EQ(names_of_host("db.example.org", ""), both);
  EXPECT_EQ(names_of_host("db", "example.org"), both);
  EXPECT_EQ(names_of_host("db.example", "org"), both);
  EXPECT_EQ(names_of_host("db", ""), std::vector<std::string>{"db"});
}

TEST(EtcFiles, HostsHaveExtraHosts) {
  const std::string text =
      hosts_file({extra_host("db=10.0.0.5", "9.9.9.9"), extra_host("up=host-gateway", "9.9.9.9")});
  EXPECT_NE(text.find("127.0.0.1\tlocalhost\n"), std::string::npos);
  EXPECT_NE(text.find("10.0.0.5\tdb\n9.9.9.9\tup\n"), std::string::npos);
}

TEST(EtcFiles, ResolvConf) {
  EXPECT_EQ(resolv_conf({.servers = {"127.0.0.11"}, .search = {"corp.lan", "lan"}, .options = {"ndots:0"}}),
            "nameserver 127.0.0.11\nsearch corp.lan lan\noptions ndots:0\n");
}

TEST(EtcFiles, TheLastSearchListCounts) {
  EXPECT_THAT(search_domains("domain old.lan\nnameserver 1.1.1.1\nsearch corp.lan lan\n"),
              testing::ElementsAre("corp.lan", "lan"));
  EXPECT_THAT(search_domains("# search no.lan\n"), testing::IsEmpty());
}

}  // namespace
}  // namespace orchestrator::network
