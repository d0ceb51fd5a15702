// The object "linux" of a config.json, and what is found elsewhere, too.
#pragma once

#include "runtime/spec/place.hpp"
#include "runtime/spec/spec.hpp"

namespace runtime {

json write(const Linux& part);
Linux read_linux(const Place& from);

Resources read_resources(const Place& from);
SeccompProfile read_seccomp(const Place& from);

}  // namespace runtime
