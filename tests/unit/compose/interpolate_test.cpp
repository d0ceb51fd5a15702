// Variables in values.
#include "orchestrator/compose/interpolate.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

std::string value(const std::string& text) {
  return substitute(text,
                    [](std::string_view name) -> std::optional<std::string> {
                      if (name == "SET") return "value";
                      if (name == "EMPTY") return "";
                      return std::nullopt;
                    })
      .text;
}
std::string error(const std::string& text) {
  try {
    value(text);
  } catch (const std::invalid_argument& failure) {
    return failure.what();
  }
  return "";
}

TEST(Interpolation, PlainAndBraced) {
  EXPECT_EQ(value("a $SET b ${SET}c"), "a value b valuec");
  EXPECT_EQ(value("$UNSET."), ".");
  EXPECT_EQ(value("$$SET ${SET}$$"), "$SET value$");
}

TEST(Interpolation, Defaults) {
  EXPECT_EQ(value("${UNSET:-d} ${UNSET-d} ${EMPTY:-d} ${EMPTY-d} ${SET:-d}"), "d d d  value");
  EXPECT_EQ(value("${UNSET:-${SET:-x}}"), "value");
  EXPECT_EQ(value("${UNSET:-a:b}"), "a:b");
}

TEST(Interpolation, Alternatives) {
  EXPECT_EQ(value("${SET:+yes}${UNSET:+no}${EMPTY:+no}${EMPTY+e}"), "yese");
}

TEST(Interpolation, RequiredVariables) {
  EXPECT_EQ(value("${SET:?needed}"), "value");
  EXPECT_EQ(error("${UNSET:?set it}"), "required variable UNSET is missing a value: set it");
  EXPECT_EQ(error("${EMPTY?x}"), "");
}

TEST(Interpolation, ADollarThatBeginsNothingStays) { EXPECT_EQ(value("$1 $ a$ $."), "$1 $ a$ $."); }

TEST(Interpolation, NonsenseIsRefused) {
  EXPECT_NE(error("${"), "");
  EXPECT_NE(error("${A"), "");
  EXPECT_NE(error("${A!x}"), "");
}

TEST(Interpolation, UnsetVariablesAreWarningsWithTheirPlace) {
  EXPECT_EQ(with("hostname: $NOBODY").warnings(),
            "compose.yaml:5:15: the variable \"NOBODY\" is not set: an empty string is used");
}

TEST(Interpolation, DotEnvFillsInWhatTheEnvironmentDoesNot) {
  Stack stack("name: a\nservices: {web: {rootfs: /, hostname: '$A', user: '$B'}}");
  stack.file(".env", "A=file\nB=file\n");
  stack.options.environment = {{"B", "environment"}};
  EXPECT_EQ(stack.project().services.at("web").hostname, "file");
  EXPECT_EQ(stack.project().services.at("web").user, "environment");
}

}  // namespace
}  // namespace orchestrator::compose::test
