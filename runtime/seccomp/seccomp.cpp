#include "runtime/seccomp/seccomp.hpp"

#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/spec/capability.hpp"
#include "runtime/sys/error.hpp"

namespace runtime::seccomp {

Filter filter_for(const Seccomp& wanted, const std::vector<std::string>& bounding) {
  switch (wanted.mode) {
    case SeccompMode::none:
      return {};
    case SeccompMode::standard:
      return standard(capability_mask(bounding));
    case SeccompMode::profile:
      return compile(wanted.profile);
  }
  return {};
}

void load(const Filter& filter) {
  if (filter.empty()) return;
  sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                     .filter = const_cast<sock_filter*>(filter.data())};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
    sys::throw_errno("load the seccomp filter");
}

}  // namespace runtime::seccomp
