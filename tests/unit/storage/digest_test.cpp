// Names for contents.
#include "orchestrator/storage/digest.hpp"

#include <gtest/gtest.h>

#include "directory.hpp"
#include "orchestrator/storage/root.hpp"

namespace orchestrator::storage {
namespace {

// FIPS 180-2, appendix B.1.
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Digest, IsSha256) { EXPECT_EQ(digest_of("abc"), kAbc); }

TEST(Digest, OfAFile) {
  TemporaryDirectory directory;
  directory.write("file", "abc");
  EXPECT_EQ(digest_of_file(directory / "file"), kAbc);
  EXPECT_THROW((void)digest_of_file(directory / "missing"), std::system_error);
}

TEST(RootContent, OfAnArchiveIsItsDigestWheneverItWasWritten) {
  TemporaryDirectory directory;
  directory.write("root.tar", "abc");
  const auto content = [&] {
    return root_content(find_root(directory / "root.tar", directory / "data"), true);
  };
  EXPECT_EQ(content(), kAbc);
  std::filesystem::last_write_time(directory / "root.tar", {});
  EXPECT_EQ(content(), kAbc);
}

TEST(RootContent, OfADirectoryChangesWithItsNamesOnlyWhereItIsWatched) {
  TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "root");
  std::filesystem::last_write_time(directory / "root", {});
  const Root root = find_root(directory / "root", "/data");
  const std::string watched = root_content(root, true);
  const std::string unwatched = root_content(root, false);
  directory.write("root/etc/passwd", "");
  EXPECT_NE(root_content(root, true), watched);
  EXPECT_EQ(root_content(root, false), unwatched);
}

TEST(RootContent, OfADirectoryChangesWithTheDirectory) {
  TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "one");
  std::filesystem::create_directory(directory / "two");
  EXPECT_NE(root_content(find_root(directory / "one", "/data"), false),
            root_content(find_root(directory / "two", "/data"), false));
}

}  // namespace
}  // namespace orchestrator::storage
