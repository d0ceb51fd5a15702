// `cp` puts things where cp(1) and docker cp do.
#include "orchestrator/cli/copy_target.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace orchestrator::cli {
namespace {

TEST(CopyOperand, IsOfAServiceOrOfThisMachine) {
  EXPECT_EQ(copy_operand("web:/etc/hosts"), (CopyOperand{"web", "/etc/hosts"}));
  EXPECT_EQ(copy_operand("web:file"), (CopyOperand{"web", "file"}));
  EXPECT_EQ(copy_operand("file"), (CopyOperand{"", "file"}));
  EXPECT_EQ(copy_operand("./a:b"), (CopyOperand{"", "./a:b"}));
  EXPECT_EQ(copy_operand("/tmp/a:b"), (CopyOperand{"", "/tmp/a:b"}));
  EXPECT_EQ(copy_operand("-"), (CopyOperand{"", "-"}));
}

/// "DIRECTORY NAME".
std::string target(const std::string& source, FileKind source_kind, const std::string& to, FileKind kind) {
  const CopyTarget result = copy_target(source, source_kind, to, kind);
  return result.directory + " " + result.name;
}

TEST(CopyTarget, OfAFileIsItsNewNameOrADirectory) {
  EXPECT_EQ(target("/a/file", FileKind::file, "/b", FileKind::directory), "/b file");
  EXPECT_EQ(target("/a/file", FileKind::file, "/b/new", FileKind::missing), "/b new");
  EXPECT_EQ(target("/a/file", FileKind::file, "/b/old", FileKind::file), "/b old");
  EXPECT_EQ(target("/a/file", FileKind::file, "/new", FileKind::missing), "/ new");
  EXPECT_THROW(target("/a/file", FileKind::file, "/b/", FileKind::missing), std::runtime_error);
}

TEST(CopyTarget, OfADirectoryGoesInsideOneThatIsThere) {
  EXPECT_EQ(target("/a/dir", FileKind::directory, "/b", FileKind::directory), "/b dir");
  EXPECT_EQ(target("/a/dir/", FileKind::directory, "/b", FileKind::directory), "/b dir");
  EXPECT_EQ(target("/a/dir/.", FileKind::directory, "/b", FileKind::directory), "/b .");
  EXPECT_EQ(target("/a/dir", FileKind::directory, "/b/new", FileKind::missing), "/b new");
  EXPECT_EQ(target("/a/dir", FileKind::directory, "/b/new/", FileKind::missing), "/b new");
  EXPECT_THROW(target("/a/dir", FileKind::directory, "/b/file", FileKind::file), std::runtime_error);
}

}  // namespace
}  // namespace orchestrator::cli
