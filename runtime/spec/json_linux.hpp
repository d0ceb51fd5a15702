// The object "linux" of a config.json, and what is found elsewhere, too.
#pragma once

#include <string>
#include <vector>

#include "runtime/spec/place.hpp"
#include "runtime/spec/spec.hpp"

namespace runtime {

json write(const Linux& part);
Linux read_linux(const Place& from);

Resources read_resources(const Place& from);
SeccompProfile read_seccomp(const Place& from);
SeccompSyscall read_seccomp_rule(const Place& from);
/// What of Docker's profile holds on this machine for a container with these capabilities.
SeccompProfile read_docker_seccomp(const Place& from, const std::vector<std::string>& capabilities);

}  // namespace runtime
