#include "runtime/init/init.hpp"

#include <string_view>

#include "runtime/sys/file.hpp"

extern "C" {
extern const char mdcompose_init_start[];
extern const char mdcompose_init_end[];
}

namespace runtime::init {

sys::unique_fd program() {
  return sys::memory_file("mdc-init", {mdcompose_init_start, mdcompose_init_end}, true);
}

}  // namespace runtime::init
