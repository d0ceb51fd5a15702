// The unit that `systemd` prints says what systemd has to do, whatever names and paths are made of.
#include "orchestrator/cli/unit.hpp"

#include <gtest/gtest.h>

#include "orchestrator/cli/options.hpp"

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;

Unit shop() {
  return {.project = "shop",
          .directory = "/srv/shop",
          .program = "/usr/bin/mdcompose",
          .stack = {"--project-name", "shop", "--file", "/srv/shop/compose.yaml"},
          .stop_timeout = 50s};
}

TEST(Unit, BringsTheStackUpAtBootAndDownAtShutdown) {
  EXPECT_EQ(unit_text(shop()), R"(# Brings the stack shop up at boot and down at shutdown. To use it:
#   mdcompose systemd --output /etc/systemd/system/mdcompose-shop.service
#   systemctl daemon-reload && systemctl enable --now mdcompose-shop.service

[Unit]
Description=Compose stack shop
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
WorkingDirectory=/srv/shop
ExecStart=/usr/bin/mdcompose --project-name shop --file /srv/shop/compose.yaml up --detach --wait
ExecReload=/usr/bin/mdcompose --project-name shop --file /srv/shop/compose.yaml up --detach --wait
ExecStop=/usr/bin/mdcompose --project-name shop --file /srv/shop/compose.yaml down
TimeoutStopSec=50
# A stack of which a part does not come up goes on with the rest, and is tried again.
Restart=on-failure
RestartSec=10
KillMode=process
# The supervisor comes back by itself.
OOMPolicy=continue

[Install]
WantedBy=multi-user.target
)");
}

TEST(Unit, OfAUserWaitsForNoNetworkAndIsWantedByTheUsersManager) {
  Unit unit = shop();
  unit.for_user = true;
  const std::string text = unit_text(unit);
  EXPECT_EQ(text.find("network-online"), std::string::npos);
  EXPECT_NE(text.find("WantedBy=default.target\n"), std::string::npos);
  EXPECT_NE(text.find("~/.config/systemd/user/mdcompose-shop.service"), std::string::npos);
  EXPECT_NE(text.find("loginctl enable-linger"), std::string::npos);
}

TEST(Unit, NamesTheServicesThatAreAskedFor) {
  Unit unit = shop();
  unit.services = {"web", "db"};
  const std::string text = unit_text(unit);
  EXPECT_NE(text.find(" up --detach --wait web db\n"), std::string::npos);
  EXPECT_NE(text.find(" down web db\n"), std::string::npos);
}

TEST(Unit, TakesTheEnvironmentAlong) {
  Unit unit = shop();
  unit.environment = {{"MDCOMPOSE_DATA_DIR", "/mnt/big disk/50%"}};
  EXPECT_NE(unit_text(unit).find("Environment=\"MDCOMPOSE_DATA_DIR=/mnt/big disk/50%%\"\n"),
            std::string::npos);
}

TEST(Unit, HasNoSpecifierInItsDirectory) {
  Unit unit = shop();
  unit.directory = "/srv/my shop/100%";
  EXPECT_NE(unit_text(unit).find("WorkingDirectory=/srv/my shop/100%%\n"), std::string::npos);
}

TEST(Unit, IsNotWrittenForADirectoryThatItCannotName) {
  for (const char* directory : {"/srv/a\nb", "/srv/a\\", "/srv/a ", "/srv/a\xff"}) {
    Unit unit = shop();
    unit.directory = directory;
    EXPECT_THROW(unit_text(unit), UsageError) << directory;
  }
}

TEST(UnitWord, StandsInQuotesWhereItNeedsThem) {
  EXPECT_EQ(unit_word("/srv/a-b_c.yaml", In::command_line), "/srv/a-b_c.yaml");
  EXPECT_EQ(unit_word("", In::command_line), "\"\"");
  EXPECT_EQ(unit_word("a b", In::command_line), "\"a b\"");
  EXPECT_EQ(unit_word("it's", In::command_line), "\"it's\"");
  EXPECT_EQ(unit_word("a;b", In::command_line), "\"a;b\"");
  EXPECT_EQ(unit_word("a\"b\\c", In::command_line), R"("a\"b\\c")");
  EXPECT_EQ(unit_word("a\nb\tc", In::command_line), R"("a\x0ab\x09c")");
  EXPECT_EQ(unit_word("zürich €", In::command_line), "\"zürich €\"");
  for (const char* broken : {"\xff", "a\xc3", "\xe2\x82", "\x80", "\xc0\xaf"})
    EXPECT_THROW(unit_word(broken, In::command_line), UsageError);
}

TEST(UnitWord, NeverIsASpecifierOrAVariable) {
  EXPECT_EQ(unit_word("100%h", In::command_line), "100%%h");
  EXPECT_EQ(unit_word("$HOME/x", In::command_line), "$$HOME/x");
  EXPECT_EQ(unit_word("PRICE=$5", In::environment), "PRICE=$5");
}

}  // namespace
}  // namespace orchestrator::cli
