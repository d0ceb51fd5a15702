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

/// A volume with these options, used by a service.
Stack volume_with(const std::string& options) {
  return Stack("name: a\nservices: {web: {rootfs: /, volumes: ['data:/d']}}\nvolumes: {data: {" + options +
               "}}");
}

TEST(Volumes, OfTheLocalDriverAreDirectoriesOfTheHost) {
  EXPECT_EQ(
      volume_with("driver_opts: {type: none, o: bind, device: /srv/x}").project().volumes.at("data").device,
      "/srv/x");
  const Stack relative = volume_with("driver: local, driver_opts: {o: bind, type: none, device: ./x}");
  EXPECT_EQ(relative.project().volumes.at("data").device, relative.directory() + "/x");
  EXPECT_EQ(
      volume_with("driver_opts: {type: none, o: 'rbind,rw', device: x}").errors(),
      "compose.yaml:3:67: volumes.data.driver_opts: device has to be the path of a directory; a relative one "
      "needs \"driver: local\" beside it and no other word in \"o\"");
  EXPECT_EQ(volume_with("driver_opts: {o: 'bind,ro', device: /x}").warnings(),
            "compose.yaml:3:35: volumes.data.driver_opts: \"ro\" has no effect");
}

TEST(Volumes, OfTypeTmpfsHaveItsOwnerAndMode) {
  const Stack stack =
      volume_with("driver_opts: {type: tmpfs, device: tmpfs, o: 'size=20m,uid=65534,mode=750'}");
  const auto volume = stack.project().volumes.at("data");
  EXPECT_EQ(volume.device, "");
  EXPECT_EQ(volume.uid, 65534U);
  EXPECT_EQ(volume.gid, std::nullopt);
  EXPECT_EQ(volume.mode, 0750U);
  EXPECT_EQ(
      stack.warnings(),
      "compose.yaml:3:63: volumes.data.driver_opts: \"size=20m\" has no effect: the volume is a directory on "
      "the disk");
  EXPECT_EQ(volume_with("driver_opts: {type: tmpfs, device: tmpfs}").project().volumes.at("data").mode,
            01777U);
  EXPECT_EQ(volume_with("driver_opts: {type: tmpfs, device: tmpfs, o: uid=www}").errors(),
            "compose.yaml:3:63: volumes.data.driver_opts: \"uid=www\" is no number");
}

TEST(Volumes, ThatNobodyWouldMountAreErrors) {
  EXPECT_EQ(volume_with("driver_opts: {type: nfs, o: addr=10.0.0.1, device: ':/x'}").errors(),
            "compose.yaml:3:38: volumes.data: volumes of type \"nfs\" are not mounted here; mount it on the "
            "host, and let the "
            "volume be that: o: bind, device: PATH");
  EXPECT_EQ(volume_with("driver: sshfs").errors(),
            "compose.yaml:3:26: volumes.data: there is no volume driver \"sshfs\", only \"local\"");
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
