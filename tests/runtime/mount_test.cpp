// What is mounted in a container, and who else sees it.
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <stdexcept>

#include "group.hpp"
#include "sandbox.hpp"

namespace runtime::test {
namespace {

/// A mount of the host's that is shared with whoever clones it.
struct Mounted : testing::Test {
  Sandbox box{};
  std::string volume = box / "volume";

  void SetUp() override {
    if (!real_root()) GTEST_SKIP() << kNeedsHostMounts;
    std::filesystem::create_directory(volume);
    mount_tmpfs(volume);
    EXPECT_EQ(::mount(nullptr, volume.c_str(), nullptr, MS_SHARED, nullptr), 0);
    std::filesystem::create_directory(volume + "/in");
    std::filesystem::create_directory(volume + "/out");
  }
  ~Mounted() override { ::umount2(volume.c_str(), MNT_DETACH); }

  static void mount_tmpfs(const std::string& path) {
    EXPECT_EQ(::mount("tmpfs", path.c_str(), "tmpfs", 0, "mode=755"), 0) << path;
  }
  Spec with_volume(const std::string& script, const std::string& propagation) const {
    Spec spec = box.shell(script);
    spec.process.capabilities.reset();
    spec.linux.seccomp.mode = SeccompMode::none;
    spec.mounts.push_back(
        {.destination = "/data", .type = "bind", .source = volume, .options = {"rbind", propagation}});
    return spec;
  }
  /// What the container sees of a mount that the host makes after it is ready.
  std::string later_mount_seen(const std::string& propagation) {
    sys::Pipe pipe = sys::pipe();
    Started started = create(with_volume("ls /data/in", propagation), nullptr,
                             {.stdio = {.in = -1, .out = pipe.write.get(), .err = -1}});
    pipe.write.reset();
    started.wait_ready();
    mount_tmpfs(volume + "/in");
    std::filesystem::create_directory(volume + "/in/later");
    started.release();
    started.wait_started();
    const std::string output = sys::read_all(pipe.read.get());
    sys::wait_pidfd(started.pidfd());
    return output;
  }
  /// Whether the host sees what the container mounts.
  bool host_sees_mounts(const std::string& propagation) {
    run(with_volume("mount -t tmpfs tmpfs /data/out && mkdir /data/out/made", propagation));
    return sys::exists(volume + "/out/made");
  }
};

TEST_F(Mounted, PrivateVolumeStaysAsItWas) {
  EXPECT_EQ(later_mount_seen("rprivate"), "");
  EXPECT_FALSE(host_sees_mounts("rprivate"));
}

TEST_F(Mounted, SlaveVolumeReceivesTheHostsMounts) {
  EXPECT_EQ(later_mount_seen("rslave"), "later\n");
  EXPECT_FALSE(host_sees_mounts("rslave"));
}

TEST_F(Mounted, SharedVolumeGivesItsMountsToTheHost) {
  EXPECT_EQ(later_mount_seen("rshared"), "later\n");
  EXPECT_TRUE(host_sees_mounts("rshared"));
}

TEST_F(Mounted, RootOfTheContainerNeverReachesTheHost) {
  const auto before = box.host_mounts();
  run(with_volume("true", "rshared"));
  EXPECT_EQ(box.host_mounts(), before);
}

TEST_F(Mounted, UnknownOptionOfAVolumeIsNamed) {
  Spec spec = box.shell("true");
  spec.mounts.push_back(
      {.destination = "/data", .type = "bind", .source = volume, .options = {"rbind", "redonly"}});
  try {
    run(spec);
    FAIL() << "it started";
  } catch (const StartError& error) {
    EXPECT_EQ(error.what(), "mount " + volume + " on /data: unknown option \"redonly\"");
  }
}

TEST_F(Mounted, UnknownOptionOfAFileSystemIsToldInTheKernelsWords) {
  Spec spec = box.shell("true");
  spec.mounts.push_back({.destination = "/data", .type = "tmpfs", .source = "tmpfs", .options = {"sise=1m"}});
  try {
    run(spec);
    FAIL() << "it started";
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(), "mount tmpfs on /data (tmpfs: Unknown parameter 'sise'): Invalid argument");
  }
}

TEST_F(Mounted, TmpfsBeginsWithWhatItCovers) {
  box.write("root/data/sub/file", "content\n", 0640);
  Spec spec = box.shell("cat /data/sub/file; stat -c %a /data /data/sub/file; touch /data/new 2>&1; ls /tmp");
  ::chmod((box / "root/data").c_str(), 0711);
  spec.mounts.push_back(
      {.destination = "/data", .type = "tmpfs", .source = "tmpfs", .options = {"tmpcopyup", "ro"}});
  EXPECT_EQ(run(spec).output, "content\n711\n640\ntouch: /data/new: Read-only file system\n");
  spec.mounts.back().options = {"tmpcopyup", "mode=1770"};
  EXPECT_EQ(run(spec).output, "content\n1770\n640\n");
  EXPECT_FALSE(sys::exists(box / "upper/data/new"));
}

TEST_F(Mounted, TmpfsIsAsOpenAsTheDirectoryThatItCovers) {
  box.write("root/data/file", "");
  ::chmod((box / "root/data").c_str(), 0750);
  Spec spec = box.shell("stat -c %a /data; touch /data/new 2>&1");
  const auto output_with = [&](std::vector<std::string> options) {
    spec.mounts.push_back({.destination = "/data", .type = "tmpfs", .source = "tmpfs", .options = options});
    const std::string output = run(spec).output;
    spec.mounts.pop_back();
    return output;
  };
  EXPECT_EQ(output_with({}), "750\n");
  EXPECT_EQ(output_with({"ro"}), "750\ntouch: /data/new: Read-only file system\n");
  EXPECT_EQ(output_with({"mode=711"}), "711\n");
}

TEST_F(Mounted, TmpfsThatCoversNothingIsOpenToAllEveryTime) {
  Spec spec = box.shell("stat -c %a /fresh");
  spec.mounts.push_back({.destination = "/fresh", .type = "tmpfs", .source = "tmpfs"});
  EXPECT_EQ(run(spec).output, "1777\n");
  EXPECT_EQ(run(spec).output, "1777\n");
}

TEST_F(Mounted, CgroupsAreReadOnlyOnlyWhereAsked) {
  Spec spec = box.shell("mount | grep -c 'cgroup.*[(,]rw'");
  EXPECT_EQ(run(spec).output, "0\n");
  for (Mount& mount : spec.mounts)
    if (mount.type == "cgroup") mount.options = {"rw"};
  EXPECT_NE(run(spec).output, "0\n");
}

TEST_F(Mounted, DevicesAreInTheRootWhereNothingIsMountedOnDev) {
  Spec spec = box.shell("echo -n > /dev/null && stat -c '%t:%T' /dev/null /dev/mine && ls /dev/stdin");
  std::erase_if(spec.mounts, [](const Mount& mount) { return mount.destination.starts_with("/dev"); });
  spec.linux.devices = {{.path = "/dev/mine", .major = 1, .minor = 5}};
  EXPECT_EQ(run(spec).output, "1:3\n1:5\n/dev/stdin\n");
}

TEST_F(Mounted, BoundDevStaysAsItIs) {
  ASSERT_EQ(::mknod((volume + "/null").c_str(), S_IFCHR | 0666, ::makedev(1, 3)), 0);
  Spec spec = box.shell("ls /dev");
  std::erase_if(spec.mounts, [](const Mount& mount) { return mount.destination.starts_with("/dev"); });
  spec.mounts.push_back(
      {.destination = "/dev", .type = "bind", .source = volume, .options = {"rbind", "ro"}});
  EXPECT_EQ(run(spec).output, "in\nnull\nout\n");
}

}  // namespace
}  // namespace runtime::test
