// Which system calls a container may make: seccomp(2) filters, ours compiled ahead, others from OCI profiles.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/spec/spec.hpp"

namespace runtime::seccomp {

/// A BPF program for SECCOMP_SET_MODE_FILTER; empty: none.
using Filter = std::vector<sock_filter>;

/// Our default filter, in docker's spirit: what needs a capability is allowed with it, dangerous and obsolete
/// calls never, new calls answer ENOSYS so that libraries fall back. `capabilities` is a mask of capability
/// numbers.
Filter standard(std::uint64_t capabilities);

/// An OCI profile (config-linux.md, "Seccomp"). Throws std::runtime_error that names what is not understood.
Filter compile(const SeccompProfile& profile);

/// The words that compile() understands.
struct Vocabulary {
  std::vector<std::string> actions{};
  std::vector<std::string> operators{};
  std::vector<std::string> architectures{};
};
Vocabulary vocabulary();

/// What the container's spec asks for; the bounding set decides what the default filter allows.
/// Throws std::invalid_argument for an unknown capability.
Filter filter_for(const Seccomp& wanted, const std::vector<std::string>& bounding);

/// Loads the filter for this thread; needs no_new_privs or CAP_SYS_ADMIN. Throws std::system_error.
void load(const Filter& filter);

}  // namespace runtime::seccomp
