// Where root filesystems are found.
#include "orchestrator/storage/root.hpp"

#include <gtest/gtest.h>

#include "directory.hpp"

namespace orchestrator::storage {
namespace {

TEST(FindRoot, DirectoryIsItsOwnRoot) {
  TemporaryDirectory directory;
  const Root root = find_root(directory.path, "/data");
  EXPECT_EQ(root.path, directory.path);
  EXPECT_TRUE(is_ready(root));
}

TEST(FindRoot, ArchiveIsUnpackedUnderANameOfItsOwnState) {
  TemporaryDirectory directory;
  directory.write("root.tar", "1");
  const Root before = find_root(directory / "root.tar", directory.path);
  EXPECT_FALSE(is_ready(before));
  directory.write("root.tar", "22");
  EXPECT_NE(find_root(directory / "root.tar", directory.path).path, before.path);
}

TEST(FindRoot, MissingPathIsNamed) {
  try {
    (void)find_root("/does/not/exist", "/data");
    FAIL();
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "/does/not/exist: No such file or directory");
  }
}

TEST(FindRoot, DeviceIsNoRoot) { EXPECT_THROW((void)find_root("/dev/null", "/data"), std::runtime_error); }

}  // namespace
}  // namespace orchestrator::storage
