// Archives are unpacked, and nothing of what is in them is used for that.
#include "orchestrator/storage/archive.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "directory.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {
namespace {

namespace fs = std::filesystem;

/// An archive made by tar(1) of some files of a directory, entry by entry.
struct Archive : testing::Test {
  TemporaryDirectory content{};
  TemporaryDirectory target{};
  std::string archive = content.path + ".tar";

  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: unpacking changes the root directory";
  }
  void TearDown() override {
    fs::remove(archive);
    fs::remove(archive + ".part");
  }
  void add(const std::string& name, const std::string& format) const {
    const std::string command = "tar --format=" + format + " -cf " + archive + ".part -C " + content.path +
                                " '" + name + "' && touch " + archive + " && tar -Af " + archive + " " +
                                archive + ".part";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  void unpack() const { unpack_archive(archive, target.path); }
};

TEST_F(Archive, NamesMayBeInAnyLanguage) {
  content.write("größe/文件", "x");
  add(".", "posix");
  unpack();
  EXPECT_EQ(runtime::sys::read_file(target / "größe/文件"), "x");
}

TEST_F(Archive, S29_CodeOfTheArchiveIsNotLoaded) {
  // The C library would find its conversions in the new root (CVE-2019-14271 did so with name services).
  content.write(HOSTILE_DIRECTORY "/gconv-modules",
                "module UTF-8// ANSI_X3.4-1968// /hostile 1\nmodule ANSI_X3.4-1968// UTF-8// /hostile 1\n"
                "module UTF-8// INTERNAL /hostile 1\nmodule INTERNAL UTF-8// /hostile 1\n");
  fs::copy_file(HOSTILE_MODULE, content / "hostile.so");
  const std::string name = "größe-" + std::string(120, 'x');
  content.write(name, "x");
  add("usr", "ustar");
  add("hostile.so", "ustar");
  // Only now a header in UTF-8.
  add(name, "posix");
  unpack();
  EXPECT_TRUE(runtime::sys::exists(target / name));
  EXPECT_FALSE(runtime::sys::exists(target / "code-of-the-archive-has-run"));
}

TEST_F(Archive, S29_LinkInTheArchiveLeadsNowhereElse) {
  TemporaryDirectory host;
  fs::create_symlink(host.path, content / "way");
  add("way", "posix");
  // The same name again, now as a directory with a file in it.
  fs::remove(content / "way");
  content.write("way/file", "x");
  add("way/file", "posix");
  EXPECT_THROW(unpack(), std::runtime_error);
  EXPECT_TRUE(fs::is_empty(host.path));
}

}  // namespace
}  // namespace orchestrator::storage
