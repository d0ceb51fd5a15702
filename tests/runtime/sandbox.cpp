#include "sandbox.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

namespace runtime::test {

namespace fs = std::filesystem;

Sandbox::Sandbox() {
  path_ = fs::temp_directory_path() / "mdcompose-runtime-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  for (const char* name :
       {"root/bin", "root/proc", "root/dev", "root/sys", "root/tmp", "root/etc", "upper", "work"})
    fs::create_directories(path_ + "/" + name);
  fs::copy_file("/bin/busybox", root() + "/bin/busybox");
  for (const char* applet :
       {"sh",       "cat",   "ls",     "id",   "pwd",    "true",    "false", "sleep", "mount", "umount",
        "hostname", "mkdir", "mknod",  "stty", "kill",   "ps",      "grep",  "head",  "wc",    "echo",
        "touch",    "env",   "ulimit", "tty",  "chroot", "unshare", "rm",    "stat",  "test"})
    fs::create_symlink("busybox", root() + "/bin/" + applet);
  write("root/etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:App:/home/app:/bin/sh\n");
  write("root/etc/group", "root:x:0:\napp:x:1000:\nstaff:x:50:app\n");
}

Sandbox::~Sandbox() { fs::remove_all(path_); }

std::vector<std::string> Sandbox::host_mounts() const {
  std::vector<std::string> mounts;
  std::istringstream lines(sys::read_file("/proc/self/mountinfo"));
  for (std::string line; std::getline(lines, line);)
    if (line.find(" " + path_ + "/") != std::string::npos) mounts.push_back(line);
  return mounts;
}

void Sandbox::write(const std::string& name, const std::string& content, int mode) const {
  const std::string path = path_ + "/" + name;
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << content;
  ::chmod(path.c_str(), static_cast<mode_t>(mode));
}

Spec Sandbox::spec(std::vector<std::string> args) const {
  Spec spec;
  spec.root.overlay = Overlay{.lower = {root()}, .upper = *this / "upper", .work = *this / "work"};
  spec.mounts = default_mounts();
  spec.process.args = std::move(args);
  spec.process.env = {"PATH=/bin"};
  spec.process.capabilities = Capabilities{.bounding = default_capabilities(),
                                           .effective = default_capabilities(),
                                           .permitted = default_capabilities()};
  spec.hostname = "box";
  spec.linux.namespaces = {{NamespaceType::mount}, {NamespaceType::uts},     {NamespaceType::ipc},
                           {NamespaceType::pid},   {NamespaceType::network}, {NamespaceType::cgroup}};
  spec.linux.seccomp.mode = SeccompMode::standard;
  spec.linux.masked_paths = default_masked_paths();
  spec.linux.readonly_paths = default_readonly_paths();
  return spec;
}

Outcome finish(Started started, int output) {
  try {
    started.wait_ready();
    started.release();
    started.wait_started();
  } catch (const StartError&) {
    sys::wait_pidfd(started.pidfd());
    throw;
  }
  Outcome outcome;
  if (output >= 0) outcome.output = sys::read_all(output);
  outcome.status = sys::wait_pidfd(started.pidfd()).value();
  return outcome;
}

Outcome run(const Spec& spec, const cgroup::Cgroup* cgroup) {
  sys::Pipe pipe = sys::pipe();
  Started started =
      create(spec, cgroup, {.stdio = {.in = -1, .out = pipe.write.get(), .err = pipe.write.get()}});
  pipe.write.reset();
  return finish(std::move(started), pipe.read.get());
}

}  // namespace runtime::test
