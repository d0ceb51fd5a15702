// A copied tree is the same tree.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "directory.hpp"
#include "orchestrator/storage/volume.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {
namespace {

namespace fs = std::filesystem;

struct Populate : testing::Test {
  TemporaryDirectory image{};
  TemporaryDirectory volumes{};
  Volume volume{volumes.path, "app_data"};

  void SetUp() override { EXPECT_TRUE(volume.create("app")); }
  static mode_t mode(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  }
};

TEST_F(Populate, CopiesFilesModesAndLinks) {
  image.write("srv/www/index.html", "hello");
  fs::permissions(image / "srv/www", fs::perms(0711));
  fs::permissions(image / "srv/www/index.html", fs::perms(0640));
  fs::create_symlink("index.html", image / "srv/www/link");
  fs::create_hard_link(image / "srv/www/index.html", image / "srv/www/twin");
  populate_volume(volume, image.path, "/srv/www");
  EXPECT_EQ(runtime::sys::read_file(volume.data() + "/index.html"), "hello");
  EXPECT_EQ(mode(volume.data() + "/index.html"), 0640U);
  EXPECT_EQ(mode(volume.data()), 0711U);
  EXPECT_EQ(fs::read_symlink(volume.data() + "/link"), "index.html");
  EXPECT_TRUE(fs::equivalent(volume.data() + "/index.html", volume.data() + "/twin"));
}

TEST_F(Populate, MissingTargetLeavesTheVolumeEmpty) {
  populate_volume(volume, image.path, "/nowhere");
  EXPECT_TRUE(volume.is_empty());
}

TEST_F(Populate, LinkOfTheImageDoesNotLeadOutside) {
  TemporaryDirectory host;
  host.write("secret", "s");
  fs::create_symlink(host.path, image / "data");
  populate_volume(volume, image.path, "/data");
  EXPECT_TRUE(volume.is_empty());
}

TEST_F(Populate, SecondCreateFindsItThere) { EXPECT_FALSE(volume.create("app")); }

TEST(Volumes, OfAProjectAreThoseItHasMade) {
  TemporaryDirectory directory;
  (void)Volume(directory.path, "app_data").create("app");
  (void)Volume(directory.path, "app_x_data").create("app_x");
  EXPECT_EQ(volumes_of(directory.path, "app"), std::vector<std::string>{"app_data"});
}

}  // namespace
}  // namespace orchestrator::storage
