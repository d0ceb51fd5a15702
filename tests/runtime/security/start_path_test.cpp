// What an image or a neighbour can do while a container is being started. Numbers: see default_container.hpp.
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>

#include "default_container.hpp"

namespace runtime::test {
namespace {

namespace fs = std::filesystem;
using StartPath = Security;

TEST_F(StartPath, S09_WorkingDirectoryIsNoWayOut) {
  for (int number = 3; number < 30; ++number) {
    service.working_dir = "/proc/self/fd/" + std::to_string(number);
    EXPECT_NE(refusal(), "it started") << service.working_dir;
  }
  fs::create_symlink("/proc/self/fd/7", box.root() + "/www");
  service.working_dir = "/www";
  EXPECT_NE(refusal(), "it started");
}

TEST_F(StartPath, S09_WorkingDirectoryOfOneMoreProcessIsNoWayOut) {
  Running running(*this, {"/bin/sleep", "60"});
  for (int number = 3; number < 30; ++number) {
    Process process = running.spec().process;
    process.cwd = "/proc/self/fd/" + std::to_string(number);
    process.args = {"/bin/true"};
    Started started = exec(running.target(), running.spec(), process, {});
    EXPECT_THROW(finish(std::move(started), -1), StartError) << process.cwd;
  }
}

/// Where the runtime's program could be overwritten, the whole machine would run the container's code.
std::string own_program() { return sys::read_file("/proc/self/exe"); }

TEST_F(StartPath, S10_NeighboursDoNotFindTheRuntimesProgram) {
  Running neighbour(*this, {"/bin/probe", "overwrite-programs"});
  EXPECT_EQ(neighbour.opinion_about_a_newcomer({"/bin/true"}), "find the program: EACCES");
}

TEST_F(StartPath, S10_RuntimesProgramIsReadOnlyEvenForWhoMayTrace) {
  const std::string before = own_program();
  service.cap_add = {"ALL"};
  Running neighbour(*this, {"/bin/probe", "overwrite-programs"});
  EXPECT_EQ(neighbour.opinion_about_a_newcomer({"/bin/true"}),
            real_root() ? "overwrite the program: EROFS" : "overwrite the program: ETXTBSY")
      << "a read-only mount, or where mounting is not permitted a copy in memory, sealed";
  EXPECT_TRUE(own_program() == before);
}

TEST_F(StartPath, S10_RuntimesProgramIsReadOnlyForItself) {
  if (!real_root()) GTEST_SKIP() << kNeedsWholeRoot;
  // The kernel takes the runtime as the interpreter of the image's script, and with it what the image loads.
  box.write("image/entry", "#!/proc/self/exe --overwrite-own-program\n", 0755);
  service.rootfs->path = assets.root = "/";
  service.volumes = {{.type = "volume", .target = "/mnt"}};
  assets.volumes = {{"/mnt", box / "image"}};
  EXPECT_EQ(run_service({"/mnt/entry"}).output, "Read-only file system\n");
}

/// What an image has in place of one of our mount points.
struct Trap {
  const char* name;
  const char* path;
  const char* target;  ///< HOST is a directory of the host, by its path and by more steps up than there are
  bool refused;
};
void PrintTo(const Trap& trap, std::ostream* out) { *out << trap.name; }

struct TrappedImage : Security, testing::WithParamInterface<Trap> {};

TEST_P(TrappedImage, S11_LeadsNoMountOutside) {
  const Trap& trap = GetParam();
  fs::create_directories(box / "host");
  box.write("hosts", "127.0.0.1 localhost\n");
  assets.files = {{"/etc/hosts", box / "hosts"}, {"/etc/resolv.conf", box / "hosts"}};
  for (const std::string& host : {box / "host", "../../../../../../../.." + (box / "host")}) {
    const std::string link = box.root() + trap.path;
    fs::remove_all(link);
    fs::create_directories(fs::path(link).parent_path());
    const std::string target = trap.target;
    fs::create_symlink(target.starts_with("HOST") ? host + target.substr(4) : target, link);
    for (const char* layer : {"upper", "work"}) {
      fs::remove_all(box / layer);
      fs::create_directories(box / layer);
    }
    const std::string answer = refusal();
    if (trap.refused)
      EXPECT_NE(answer, "it started");
    else
      EXPECT_EQ(answer, "it started");
    EXPECT_TRUE(fs::is_empty(box / "host"));
  }
}

INSTANTIATE_TEST_SUITE_P(Traps, TrappedImage,
                         testing::Values(Trap{"Proc", "/proc", "HOST", true},
                                         Trap{"ProcAsTmp", "/proc", "/tmp", true},
                                         Trap{"Sys", "/sys", "HOST", true}, Trap{"Dev", "/dev", "HOST", true},
                                         Trap{"DevAsDots", "/dev", "../../../tmp/out", true},
                                         // Hidden by the tmpfs on /dev before anything is looked up in it.
                                         Trap{"Pts", "/dev/pts", "HOST", false},
                                         Trap{"Shm", "/dev/shm", "HOST", false},
                                         Trap{"Null", "/dev/null", "HOST", false},
                                         Trap{"ResolvConf", "/etc/resolv.conf", "HOST/file", false},
                                         Trap{"Etc", "/etc", "HOST", false}),
                         [](const auto& trap) { return trap.param.name; });

TEST_F(StartPath, S11_NothingOfTheUsersLiesInProc) {
  // What a program reads or writes there it takes for the kernel's (CVE-2019-16884, CVE-2019-19921).
  box.write("volume/file", "");
  fs::create_symlink("/proc/1", box.root() + "/link");
  for (const char* target : {"/proc", "/proc/sys", "/proc/none", "/proc/self/attr", "/proc/1/attr",
                             "/x/../proc/fs", "/link/attr"}) {
    service.volumes = {{.type = "volume", .target = target}};
    assets.volumes = {{target, box / "volume"}};
    EXPECT_THAT(refusal(),
                testing::HasSubstr(std::string(" on ") + target + ": nothing may be mounted there"));
  }
}

TEST_F(StartPath, S11_FilesOfLxcfsMayLieInProc) {
  box.write("cpuinfo", "one processor\n");
  service.volumes = {{.type = "bind", .source = box / "cpuinfo", .target = "/proc/cpuinfo"}};
  EXPECT_EQ(shell("cat /proc/cpuinfo"), "one processor\n");
}

/// A process of the host that plays a neighbour with a writable share, until the end of a test.
class Neighbour {
 public:
  template <class Step>
  explicit Neighbour(Step step) : process_(sys::clone3(0)) {
    if (process_.pid != 0) return;
    for (;;) step();
  }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;
  ~Neighbour() {
    sys::pidfd_send_signal(process_.pidfd.get(), SIGKILL);
    sys::wait_pidfd(process_.pidfd.get());
  }

 private:
  sys::Cloned process_;
};

template <class Start>
int as_many_starts_as_fit(std::chrono::seconds time, Start start) {
  const auto end = std::chrono::steady_clock::now() + time;
  int starts = 0;
  for (; std::chrono::steady_clock::now() < end; ++starts) start();
  return starts;
}

void exchange(const std::string& one, const std::string& other) {
  (void)!::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
}

TEST_F(StartPath, S12_MountPointInASharedVolumeStaysInside) {
  // A neighbour swaps a directory of the volume with a link to the root while we mount below it.
  box.write("volume/dir/x/keep", "");
  fs::create_directories(box / "host/z");
  fs::create_symlink("../../../../../../../.." + (box / "host"), box / "volume/dir/y");
  box.write("payload/evil", "evil\n");
  assets.volumes = {{"/vol", box / "volume"}, {"/vol/dir/x/z", box / "payload"}};
  service.volumes = {{.type = "volume", .target = "/vol"}, {.type = "volume", .target = "/vol/dir/x/z"}};
  const Neighbour neighbour([&] { exchange(box / "volume/dir/x", box / "volume/dir/y"); });
  int inside = 0;
  const int starts = as_many_starts_as_fit(std::chrono::seconds(8), [&] {
    inside += refusal() == "it started" ? 1 : 0;
    ASSERT_TRUE(fs::is_empty(box / "host/z"));
  });
  RecordProperty("starts", starts);
  EXPECT_GT(inside, 0);
  EXPECT_FALSE(sys::exists(box / "host/z/evil"));
}

TEST_F(StartPath, S12_SubpathOfASharedVolumeStaysInside) {
  // The neighbour has made of it a link to the host, by its path or by steps up.
  box.write("host/secret", "secret\n");
  box.write("volume/plain/file", "plain\n");
  service.volumes = {{.type = "volume", .target = "/vol", .subpath = "sub"}};
  assets.volumes = {{"/vol", box / "volume"}};
  const auto with_link = [&](const std::string& target) {
    fs::remove(box / "volume/sub");
    fs::create_symlink(target, box / "volume/sub");
    const std::string answer = refusal();
    return answer == "it started" ? shell("echo $(ls /vol)") : answer;
  };
  const std::string refused = "mount " + (box / "volume") + " on /vol: No such file or directory";
  EXPECT_EQ(with_link(box / "host"), refused);
  EXPECT_EQ(with_link("../../../../../.." + (box / "host")), refused);
  EXPECT_EQ(with_link("/"), "plain sub\n");
  EXPECT_EQ(with_link("plain"), "file\n");
}

TEST_F(StartPath, S13_ImageThatChangesUnderwayUnmasksNothing) {
  // A writable root that two containers share: the neighbour turns mount points around while we start.
  assets.writable_root = true;
  fs::create_directories(box.root() + "/other/pts");
  fs::create_directories(box.root() + "/elsewhere");
  fs::create_symlink("/etc/passwd", box.root() + "/other/null");
  box.write("root/other/keys", "");
  const std::string root = box.root();
  const Neighbour neighbour([root] {
    for (const char* name : {"/dev", "/proc", "/sys"}) {
      exchange(root + name, root + "/other");
      exchange(root + name, root + "/other");
    }
  });
  // Wherever /proc has come to lie: each line is one that should not be there.
  const std::string script =
      "for p in /proc /other; do cat $p/keys $p/timer_list $p/interrupts; echo open > "
      "$p/sys/kernel/domainname &&"
      " echo sys; done 2>&- | wc -l";
  int started = 0;
  const int starts = as_many_starts_as_fit(std::chrono::seconds(8), [&] {
    try {
      EXPECT_EQ(shell(script), "0\n");
      ++started;
    } catch (const StartError&) {
    }
  });
  RecordProperty("starts", starts);
  RecordProperty("started", started);
  EXPECT_GT(started, 0);
  for (const char* name : {"/dev", "/other"})
    for (const auto& entry : fs::directory_iterator(box.root() + name))
      EXPECT_FALSE(entry.is_character_file()) << entry.path();
}

}  // namespace
}  // namespace runtime::test
