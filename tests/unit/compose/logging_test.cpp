// What `logging:` means, and what is wrong with it.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

project::Logging logging(const std::string& text) { return *web("logging: " + text).logging; }
std::string warnings(const std::string& text) { return with("logging: " + text).warnings(); }
std::string errors(const std::string& text) { return errors_with("logging: " + text); }

TEST(Logging, IsBoundedWhereNothingIsSaid) {
  EXPECT_EQ(logging("{driver: json-file}").max_size, 10 << 20);
  EXPECT_EQ(logging("{driver: json-file}").max_file, 3);
  EXPECT_EQ(logging("{driver: local}").max_size, 20 << 20);
  EXPECT_EQ(logging("{driver: local}").max_file, 5);
  EXPECT_TRUE(logging("{driver: local}").waits);
}

TEST(Logging, HasSizesInPowersOf1024) {
  EXPECT_EQ(logging("{options: {max-size: 10k}}").max_size, 10 << 10);
  EXPECT_EQ(logging("{options: {max-size: 2m}}").max_size, 2 << 20);
  EXPECT_EQ(logging("{options: {max-size: 1gb}}").max_size, 1 << 30);
  EXPECT_EQ(logging("{options: {max-size: 4096}}").max_size, 4096);
  EXPECT_EQ(logging("{options: {max-size: -1}}").max_size, -1);
  EXPECT_EQ(logging("{options: {max-file: 7}}").max_file, 7);
}

TEST(Logging, MayDropWhatCannotWait) {
  const project::Logging it = logging("{options: {mode: non-blocking, max-buffer-size: 4m}}");
  EXPECT_FALSE(it.waits);
  EXPECT_EQ(it.max_buffer_size, 4 << 20);
}

TEST(Logging, NamesLabelsAndVariablesForTheJournal) {
  const project::Logging it =
      logging("{driver: journald, options: {tag: '{{.Name}}!', labels: 'a,b', env: HOME}}");
  EXPECT_EQ(it.tag, "{{.Name}}!");
  EXPECT_EQ(it.labels, (project::Strings{"a", "b"}));
  EXPECT_EQ(it.env, project::Strings{"HOME"});
}

TEST(Logging, SaysWhereAValueIsWrong) {
  EXPECT_EQ(errors("{options: {max-size: 10q}}"),
            "compose.yaml:5:35: services.web.logging.options.max-size: \"10q\" is not a size such as 10m, or "
            "-1 for "
            "no bound");
  EXPECT_EQ(errors("{options: {max-size: lots}}"),
            "compose.yaml:5:35: services.web.logging.options.max-size: \"lots\" is not a size such as 10m, "
            "or -1 for "
            "no bound");
  EXPECT_EQ(
      errors("{options: {max-file: 0}}"),
      "compose.yaml:5:35: services.web.logging.options.max-file: \"0\" is not a number of files, at least 1");
  EXPECT_EQ(errors("{options: {mode: fast}}"),
            "compose.yaml:5:31: services.web.logging.options.mode: \"fast\" is not \"blocking\" or "
            "\"non-blocking\"");
  EXPECT_EQ(errors("{options: {max-buffer-size: 1m}}"),
            "compose.yaml:5:42: services.web.logging.options.max-buffer-size needs \"mode: non-blocking\"");
  EXPECT_EQ(errors("{driver: local, options: {max-sice: 1m}}"),
            "compose.yaml:5:40: services.web.logging.options.max-sice: the logging driver local has no such "
            "option; "
            "did you mean \"max-size\"?");
}

TEST(Logging, ADriverThatKeepsNothingTakesAnyOption) {
  EXPECT_EQ(warnings("{driver: none, options: {max-size: 1m}}"),
            "compose.yaml:5:39: services.web.logging.options.max-size has no effect");
  EXPECT_EQ(warnings("{driver: none, options: {max-buffer-size: 1m}}"),
            "compose.yaml:5:39: services.web.logging.options.max-buffer-size has no effect");
}

TEST(Logging, WarnsOnceOfADriverThatIsNotThere) {
  EXPECT_EQ(warnings("{driver: fluentd, options: {fluentd-address: 'localhost:24224'}}"),
            "compose.yaml:5:23: services.web.logging.driver: there is no logging driver \"fluentd\"; the "
            "output is kept "
            "as with \"json-file\"");
  EXPECT_EQ(warnings("{driver: jornald}"),
            "compose.yaml:5:23: services.web.logging.driver: there is no logging driver \"jornald\"; the "
            "output is kept "
            "as with \"json-file\"; did you mean \"journald\"?");
  EXPECT_EQ(warnings("{driver: json-file, options: {compress: 'true'}}"),
            "compose.yaml:5:44: services.web.logging.options.compress has no effect");
}

}  // namespace
}  // namespace orchestrator::compose::test
