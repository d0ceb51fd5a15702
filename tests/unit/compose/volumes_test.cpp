// Volumes in all forms.
#include <gtest/gtest.h>

#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

project::ServiceVolume volume(const std::string& text) {
  return Stack("name: a\nservices: {web: {rootfs: /, volumes: [" + text + "]}}\nvolumes: {data: {}}")
      .project()
      .services.at("web")
      .volumes.at(0);
}

TEST(Volumes, NamedVolume) {
  EXPECT_EQ(volume("'data:/d:ro'").type, "volume");
  EXPECT_EQ(volume("'data:/d:ro'").source, "data");
  EXPECT_TRUE(volume("'data:/d:ro'").read_only);
}

TEST(Volumes, BindIsSeenFromTheProjectsDirectory) {
  const Stack stack("name: a\nservices: {web: {rootfs: /, volumes: ['./x:/d']}}");
  const auto bind = stack.project().services.at("web").volumes.at(0);
  EXPECT_EQ(bind.type, "bind");
  EXPECT_EQ(bind.source, stack.directory() + "/x");
  EXPECT_TRUE(bind.create_host_path);
}

TEST(Volumes, AnonymousVolume) {
  EXPECT_EQ(volume("/d").type, "volume");
  EXPECT_EQ(volume("/d").source, "");
}

TEST(Volumes, LongForms) {
  EXPECT_EQ(volume("{type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 0o700}}").tmpfs_size, 1 << 20);
  EXPECT_TRUE(volume("{type: volume, source: data, target: /d, volume: {nocopy: true}}").nocopy);
  EXPECT_EQ(volume("{type: bind, source: /x, target: /d, bind: {propagation: rshared}}").propagation,
            "rshared");
}

TEST(Volumes, UndefinedNameIsSuggested) {
  EXPECT_EQ(Stack("name: a\nservices: {web: {rootfs: /, volumes: ['dta:/d']}}\nvolumes: {data: {}}").errors(),
            "compose.yaml:2:39: services.web.volumes: volume \"dta\" is not defined; did you mean \"data\"?");
}

TEST(Volumes, NonsenseIsNamed) {
  EXPECT_NE(errors_with("volumes: ['one:/two:three:four']").find("invalid volume"), std::string::npos);
  EXPECT_NE(errors_with("volumes: ['/x:relative']").find("absolute path"), std::string::npos);
}

TEST(Volumes, HaveTheProjectsNameUnlessTheyHaveOne) {
  const auto volumes = Stack(
                           "name: a\nservices: {web: {rootfs: /}}\nvolumes: {one: {}, two: {name: own}, "
                           "three: {external: true}}")
                           .project()
                           .volumes;
  EXPECT_EQ(volumes.at("one").name, "a_one");
  EXPECT_EQ(volumes.at("two").name, "own");
  EXPECT_EQ(volumes.at("three").name, "three");
  EXPECT_TRUE(volumes.at("three").external);
}

}  // namespace
}  // namespace orchestrator::compose::test
