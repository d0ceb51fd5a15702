#include "runtime/repeat/repeat.hpp"

#include <string_view>

#include "runtime/sys/file.hpp"

extern "C" {
extern const char mdcompose_repeat_start[];
extern const char mdcompose_repeat_end[];
}

namespace runtime::repeat {

sys::unique_fd program() {
  return sys::memory_file("mdc-repeat", {mdcompose_repeat_start, mdcompose_repeat_end}, true);
}

}  // namespace runtime::repeat
