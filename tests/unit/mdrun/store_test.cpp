// One directory for each container, and one program at a time that changes it.
#include "runtime/mdrun/store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>

#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

namespace runtime::mdrun {
namespace {

namespace fs = std::filesystem;

struct Containers : testing::Test {
  std::string root = fs::temp_directory_path() / "mdcompose-store-XXXXXX";
  Containers() { EXPECT_NE(::mkdtemp(root.data()), nullptr); }
  ~Containers() override { fs::remove_all(root); }
  [[nodiscard]] Store store() const { return Store(root + "/state"); }
  static std::string error_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(Containers, IdIsANameAndNoPath) {
  for (const char* good : {"a", "0", "web-1", "A_b.c+d-"}) EXPECT_TRUE(is_id(good)) << good;
  for (const char* bad : {"", ".", "..", "-a", "_a", "+a", "a/b", "a b", "\xc3\xa4", "a\n"})
    EXPECT_FALSE(is_id(bad)) << bad;
  EXPECT_FALSE(is_id(std::string(2000, 'a')));
}

TEST_F(Containers, NobodyElseMayLook) {
  const Entry entry = store().create("web");
  struct stat status {};
  ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
  ASSERT_EQ(::stat((root + "/state").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
}

TEST_F(Containers, IdIsGivenOnce) {
  const Entry entry = store().create("web");
  EXPECT_EQ(error_of([&] { (void)store().create("web"); }), "container web exists already");
  EXPECT_EQ(error_of([&] { (void)store().get("other"); }), "container other does not exist");
}

TEST_F(Containers, LinkInPlaceOfADirectoryIsNotFollowed) {
  fs::create_directories(root + "/elsewhere");
  fs::create_directories(root + "/state");
  ::chmod((root + "/state").c_str(), 0700);
  fs::create_directory_symlink(root + "/elsewhere", root + "/state/web");
  EXPECT_FALSE(store().find("web"));
  EXPECT_EQ(error_of([&] { (void)store().create("web"); }), "container web exists already");
}

TEST_F(Containers, DirectoryThatOthersMayWriteToIsRefused) {
  fs::create_directories(root + "/state");
  ::chmod((root + "/state").c_str(), 0777);
  EXPECT_EQ(error_of([&] { (void)store().create("web"); }),
            "the state directory " + root + "/state can be written to by others");
}

TEST_F(Containers, LockEndsWithItsHolder) {
  auto creator = std::optional<Entry>(store().create("web"));
  EXPECT_TRUE(store().get("web").is_locked());
  creator.reset();
  EXPECT_FALSE(store().get("web").is_locked());
  EXPECT_TRUE(store().get("web").lock());
}

TEST_F(Containers, DeletedContainerCannotBeLocked) {
  Entry late = store().create("web");
  late.unlock();
  store().get_locked("web").remove();
  EXPECT_FALSE(late.lock());
  const Entry next = store().create("web");
  EXPECT_FALSE(late.lock()) << "another container of this name is not this one";
}

TEST_F(Containers, WithoutARecordIsStoppedOnceItsCreatorIsGone) {
  auto creator = std::optional<Entry>(store().create("web"));
  EXPECT_EQ(status_of(*creator, creator->record()), Status::creating);
  creator.reset();
  const Entry entry = store().get("web");
  EXPECT_EQ(entry.record(), (Record{.id = "web"}));
  EXPECT_EQ(status_of(entry, entry.record()), Status::stopped);
}

TEST_F(Containers, ProcessIsFoundByMoreThanItsNumber) {
  const sys::unique_fd ourselves = sys::pidfd_open(::getpid());
  Identity identity = identify(::getpid(), ourselves.get());
  EXPECT_TRUE(find_process(identity));
  Identity stranger = identity;
  ++stranger.inode;
  EXPECT_FALSE(find_process(stranger));
  stranger = identity;
  stranger.boot_id = "another";
  EXPECT_FALSE(find_process(stranger));
  EXPECT_FALSE(find_process({}));
}

TEST_F(Containers, ListLeavesOutWhatIsNoContainer) {
  const Entry entry = store().create("web");
  fs::create_directory(root + "/state/.hidden");
  sys::replace_file(root + "/state/.file", "");
  const std::vector<Entry> all = store().all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().id(), "web");
  EXPECT_TRUE(Store(root + "/nothing").all().empty());
}

}  // namespace
}  // namespace runtime::mdrun
