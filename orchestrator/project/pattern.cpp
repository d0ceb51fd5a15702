#include "orchestrator/project/pattern.hpp"

#include <array>
#include <stdexcept>

namespace orchestrator::project {

void Pattern::Free::operator()(regex_t* compiled) const {
  ::regfree(compiled);
  delete compiled;
}

Pattern::Pattern(const std::string& text) {
  auto compiled = std::make_unique<regex_t>();
  if (const int error = ::regcomp(compiled.get(), text.c_str(), REG_EXTENDED | REG_NOSUB); error != 0) {
    std::array<char, 128> why{};
    ::regerror(error, compiled.get(), why.data(), why.size());
    throw std::invalid_argument(why.data());
  }
  compiled_.reset(compiled.release());
}

bool Pattern::is_in(const std::string& line) const {
  return ::regexec(compiled_.get(), line.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace orchestrator::project
