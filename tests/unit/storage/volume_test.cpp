// Volumes: made whole or not at all, and known by whose they are.
#include "orchestrator/storage/volume.hpp"

#include <gmock/gmock.h>

#include <system_error>

#include "directory.hpp"

namespace orchestrator::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct VolumeOfAProject : testing::Test {
  TemporaryDirectory directory{};
  Volume volume{directory.path, "app_data"};
};

TEST_F(VolumeOfAProject, IsMadeOnceAndIsItsOwn) {
  EXPECT_FALSE(volume.exists());
  EXPECT_TRUE(volume.create("app"));
  EXPECT_TRUE(volume.exists());
  EXPECT_FALSE(volume.create("app"));
  EXPECT_THAT(volumes_of(directory.path, "app"), ElementsAre("app_data"));
  EXPECT_THAT(volumes_of(directory.path, "other"), IsEmpty());
}

TEST_F(VolumeOfAProject, HalfMadeIsNone) {
  directory.write(".new.app/project", "app");
  directory.write(".new.other/project", "other");
  EXPECT_THAT(volumes_of(directory.path, "app"), IsEmpty());
  remove_half_made(directory.path, "app");
  EXPECT_FALSE(std::filesystem::exists(directory / ".new.app"));
  EXPECT_TRUE(std::filesystem::exists(directory / ".new.other"));
}

TEST_F(VolumeOfAProject, HalfRemovedIsKnownAndMadeAgain) {
  directory.write("app_data/project", "app");
  EXPECT_FALSE(volume.exists());
  EXPECT_THAT(volumes_of(directory.path, "app"), ElementsAre("app_data"));
  EXPECT_TRUE(volume.create("app"));
  EXPECT_TRUE(volume.exists());
}

TEST_F(VolumeOfAProject, MayBeADirectoryOfTheHostThatStays) {
  directory.write("host/file", "theirs");
  const Volume bound{directory.path, "app_bound", directory / "host"};
  EXPECT_TRUE(bound.create("app"));
  EXPECT_FALSE(bound.is_empty());
  EXPECT_THAT(volumes_of(directory.path, "app"), ElementsAre("app_bound"));
  bound.remove();
  EXPECT_THAT(volumes_of(directory.path, "app"), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(directory / "host/file"));
}

TEST_F(VolumeOfAProject, OneThatCannotBeMadeLeavesNothing) {
  directory.write("app_data/of-somebody-else", "");
  EXPECT_THROW((void)volume.create("app"), std::system_error);
  EXPECT_FALSE(std::filesystem::exists(directory / ".new.app"));
  EXPECT_TRUE(std::filesystem::exists(directory / "app_data/of-somebody-else"));
}

}  // namespace
}  // namespace orchestrator::storage
