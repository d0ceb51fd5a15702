#include "runtime/container/capabilities.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "runtime/spec/capability.hpp"
#include "runtime/sys/error.hpp"

namespace runtime {
namespace {

struct Header {
  __user_cap_header_struct value{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
};
using Data = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

std::uint64_t permitted_now() {
  Header header;
  Data data{};
  if (::syscall(SYS_capget, &header.value, data.data()) != 0) sys::throw_errno("read capabilities");
  return data[0].permitted | (static_cast<std::uint64_t>(data[1].permitted) << 32);
}

void put(Data& data, __u32 __user_cap_data_struct::*set, std::uint64_t mask) {
  data[0].*set = static_cast<__u32>(mask);
  data[1].*set = static_cast<__u32>(mask >> 32);
}

void set_ambient(std::uint64_t mask) {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (unsigned long bit = 0; bit < all_capabilities().size(); ++bit)
    if (((mask >> bit) & 1U) != 0 && ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0, 0) != 0)
      sys::throw_errno("raise ambient capability " + all_capabilities().at(bit));
}

}  // namespace

void drop_bounding_set(std::uint64_t keep) {
  for (unsigned long bit = 0; bit < 64; ++bit) {
    if (((keep >> bit) & 1U) != 0) continue;
    const int present = ::prctl(PR_CAPBSET_READ, bit, 0, 0, 0);
    if (present < 0) return;  // beyond what this kernel knows
    if (present == 1 && ::prctl(PR_CAPBSET_DROP, bit, 0, 0, 0) != 0) sys::throw_errno("drop a capability");
  }
}

void set_capabilities(const Capabilities& capabilities) {
  const std::uint64_t have = permitted_now();
  Header header;
  Data data{};
  put(data, &__user_cap_data_struct::effective, capability_mask(capabilities.effective) & have);
  put(data, &__user_cap_data_struct::permitted, capability_mask(capabilities.permitted) & have);
  put(data, &__user_cap_data_struct::inheritable, capability_mask(capabilities.inheritable) & have);
  if (::syscall(SYS_capset, &header.value, data.data()) != 0) sys::throw_errno("set capabilities");
  set_ambient(capability_mask(capabilities.ambient) & have);
}

}  // namespace runtime
