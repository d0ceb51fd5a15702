#include "trees.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "runtime/cgroup/control_files.hpp"

namespace runtime::test {

bool Tree::in_v2(const std::string& controller) const {
  return cgroup::unified_controllers(hierarchy.unified).contains(controller == "blkio" ? "io" : controller);
}

bool Tree::in_v1(const std::string& controller) const {
  return std::any_of(hierarchy.v1.begin(), hierarchy.v1.end(), [&](const cgroup::Hierarchy::V1& v1) {
    return std::find(v1.controllers.begin(), v1.controllers.end(), controller) != v1.controllers.end();
  });
}

void PrintTo(const Tree& tree, std::ostream* out) { *out << tree.name; }

std::vector<Tree> trees() {
  const cgroup::Hierarchy here = cgroup::detect();
  if (here.version == cgroup::Version::v2) return {{.name = "v2", .hierarchy = here}};
  cgroup::Hierarchy old = here;
  old.version = cgroup::Version::v1;
  old.unified.clear();
  if (here.version == cgroup::Version::v1) return {{.name = "v1", .hierarchy = old}};
  return {{.name = "hybrid", .hierarchy = here}, {.name = "v1", .hierarchy = old}};
}

std::string name_of(const testing::TestParamInfo<Tree>& tree) { return tree.param.name; }

Inside::Inside(const cgroup::Cgroup& group, const std::function<int()>& work) {
  sys::Pipe joined = sys::pipe();
  process_ = sys::clone3(0, group.unified_fd());
  if (process_.pid != 0) {
    joined.write.reset();
    sys::read_all(joined.read.get());
    return;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    group.join_v1();
    joined = {};
    ::_exit(work());
  } catch (const std::exception&) {
    ::_exit(125);
  }
}

Inside::~Inside() {
  if (reaped_) return;
  sys::pidfd_send_signal(process_.pidfd.get(), SIGKILL);
  sys::wait_pidfd(process_.pidfd.get());
}

sys::ExitStatus Inside::wait() {
  reaped_ = true;
  return sys::wait_pidfd(process_.pidfd.get()).value();
}

sys::ExitStatus run_inside(const cgroup::Cgroup& group, const std::function<int()>& work) {
  return Inside(group, work).wait();
}

int sleep_forever() {
  for (;;) ::pause();
}

}  // namespace runtime::test
