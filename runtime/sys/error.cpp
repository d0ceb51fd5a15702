#include "runtime/sys/error.hpp"

namespace runtime::sys {

void throw_errno(const std::string& attempt, int error) {
  throw std::system_error(error, std::generic_category(), attempt);
}

int errno_of(const std::system_error& error) noexcept {
  const auto& category = error.code().category();
  return category == std::generic_category() || category == std::system_category() ? error.code().value() : 0;
}

}  // namespace runtime::sys
