// Where a key stands in the stack file.
#include "orchestrator/compose/place.hpp"

#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose {
namespace {

std::string place(const std::string& key) {
  const Loaded loaded = test::Stack(
                            "services:\n"
                            "  web:\n"
                            "    rootfs: /\n"
                            "    environment: {A: 1,\n"
                            "                  b.c: 2}\n"
                            "    command: [a, b]\n"
                            "    labels: {L: x}\n"
                            "    ports:\n"
                            "    - {target: 80, published: 8000}\n"
                            "    - {target: 81, published: 8001}\n")
                            .load();
  const Place found = place_of(*loaded.model.tree.find("services")->find("web"), key);
  return std::to_string(found.line) + ":" + std::to_string(found.column);
}

TEST(Place, OfAValue) { EXPECT_EQ(place("environment.A"), "4:22"); }
TEST(Place, OfANameWithDots) { EXPECT_EQ(place("environment.b.c"), "5:24"); }
TEST(Place, OfAList) { EXPECT_EQ(place("command"), "6:14"); }
TEST(Place, InAList) {
  EXPECT_EQ(place("command[1]"), "6:18");
  EXPECT_EQ(place("command[7]"), "6:14");
  EXPECT_EQ(place("ports[1].published"), "10:31");
}
TEST(Place, OfWhatIsAboveAMissingKey) {
  EXPECT_EQ(place("labels.Z"), "7:13");
  EXPECT_EQ(place("tty"), "3:5");
}

}  // namespace
}  // namespace orchestrator::compose
