// The root file system of a container: layers, paths, mount points.
#include <sys/mount.h>
#include <sys/stat.h>

#include "sandbox.hpp"

namespace runtime::test {
namespace {

struct RootFilesystem : testing::Test {
  Sandbox box{};
};

TEST_F(RootFilesystem, LayersLieOnTopOfEachOther) {
  Spec spec = box.shell("cat /etc/which");
  spec.root.overlay->lower.clear();
  // More, and with longer names, than the string of one fsconfig(2) holds.
  for (int number = 0; number < 40; ++number) {
    const std::string layer = "layer-" + std::to_string(number) + std::string(100, 'x');
    box.write(layer + "/etc/which", std::to_string(number) + "\n");
    spec.root.overlay->lower.push_back(box / layer);
  }
  spec.root.overlay->lower.push_back(box.root());
  EXPECT_EQ(run(spec).output, "0\n");
}

TEST_F(RootFilesystem, PathOfADirectoryMayBeALink) {
  std::filesystem::create_directory_symlink("root", box / "link");
  Spec spec = box.shell("ls /bin/sh");
  spec.root.overlay.reset();
  spec.root.path = box / "link";
  EXPECT_EQ(run(spec).output, "/bin/sh\n");
}

TEST_F(RootFilesystem, LayerPathMayHoldSeparators) {
  box.write("a:b,c=d\\e/etc/which", "odd\n");
  Spec spec = box.shell("cat /etc/which");
  spec.root.overlay->lower = {box / "a:b,c=d\\e", box.root()};
  EXPECT_EQ(run(spec).output, "odd\n");
}

TEST_F(RootFilesystem, DoesNotTellWhereTheHostKeepsIt) {
  const std::string mounts = run(box.shell("cat /proc/self/mountinfo")).output;
  EXPECT_NE(mounts.find("overlay"), std::string::npos);
  EXPECT_EQ(mounts.find("mdcompose-runtime-"), std::string::npos) << mounts;
}

TEST_F(RootFilesystem, WithoutUpperDirectoryIsReadOnly) {
  Spec spec = box.shell("touch /etc/new 2>&1");
  spec.root.overlay->upper.clear();
  spec.root.overlay->work.clear();
  EXPECT_EQ(run(spec).output, "touch: /etc/new: Read-only file system\n");
}

TEST_F(RootFilesystem, ReadOnlyDirectoryStaysUntouched) {
  Spec spec = box.shell("touch /etc/new 2>&1");
  spec.root.overlay.reset();
  spec.root.path = box.root();
  spec.root.readonly = true;
  EXPECT_EQ(run(spec).output, "touch: /etc/new: Read-only file system\n");
}

TEST_F(RootFilesystem, IsUsedAgainWithWhatWasWritten) {
  EXPECT_EQ(run(box.shell("rm -r /tmp && mkdir /tmp && echo kept > /tmp/file")).status.shell_code(), 0);
  EXPECT_EQ(run(box.shell("cat /tmp/file")).output, "kept\n");
}

TEST_F(RootFilesystem, MissingLayerIsNamed) {
  Spec spec = box.shell("true");
  spec.root.overlay->lower = {"/no/such/layer"};
  try {
    run(spec);
    FAIL();
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(), "open /no/such/layer: No such file or directory");
  }
}

TEST_F(RootFilesystem, LeavesNoMountOnTheHost) {
  run(box.shell("true"));
  EXPECT_TRUE(box.host_mounts().empty());
}

TEST_F(RootFilesystem, PropagatesWhatTheSpecSays) {
  Spec spec = box.shell("grep -c ' / / .* shared:' /proc/self/mountinfo");
  spec.linux.rootfs_propagation = "shared";
  EXPECT_EQ(run(spec).output, "1\n");
  spec.linux.rootfs_propagation.clear();
  EXPECT_EQ(run(spec).output, "0\n");
}

/// A destination in the image, where it leads, and whether the start is refused.
struct Trap {
  const char* name;
  const char* link;
  const char* destination;
  bool refused;
};
void PrintTo(const Trap& trap, std::ostream* out) { *out << trap.name; }
struct Symlink : testing::TestWithParam<Trap> {
  Sandbox box{};
};

TEST_P(Symlink, NeverLeadsAMountOutOfTheRoot) {
  const Trap& trap = GetParam();
  box.write("volume/evil", "evil\n");
  std::filesystem::create_directories(box / "host");
  const std::string link = box.root() + trap.link;
  std::filesystem::remove_all(link);
  // By the absolute path and by more steps up than there are.
  for (const std::string& target : {box / "host", "../../../../../../.." + (box / "host")}) {
    std::filesystem::remove(link);
    std::filesystem::create_symlink(target, link);
    Spec spec = box.shell("true");
    spec.mounts.push_back({.destination = trap.destination,
                           .type = "bind",
                           .source = box / "volume",
                           .options = {"rbind", "rprivate"}});
    if (trap.refused)
      EXPECT_THROW(run(spec), StartError);
    else
      EXPECT_EQ(run(spec).status.shell_code(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(box / "host"));
  }
}

INSTANTIATE_TEST_SUITE_P(Traps, Symlink,
                         testing::Values(Trap{"Directory", "/srv", "/srv/deep/er", false},
                                         Trap{"Leaf", "/etc/x", "/etc/x", false},
                                         Trap{"Proc", "/proc", "/data", true},
                                         Trap{"Sys", "/sys", "/data", true},
                                         Trap{"Dev", "/dev", "/data", true}),
                         [](const auto& trap) { return trap.param.name; });

}  // namespace
}  // namespace runtime::test
