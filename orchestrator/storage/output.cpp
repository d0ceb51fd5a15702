#include "orchestrator/storage/output.hpp"

#include <unistd.h>

#include <array>

#include "runtime/sys/error.hpp"

namespace orchestrator::storage {
namespace {

constexpr std::size_t kKept = 64 << 10;  // bytes
constexpr int kShownLines = 5;

}  // namespace

std::string read_output(int fd) {
  std::string output;
  std::array<char, 4096> piece{};
  for (ssize_t size = 0;
       (size = runtime::sys::retry([&] { return ::read(fd, piece.data(), piece.size()); })) > 0;) {
    output.append(piece.data(), static_cast<std::size_t>(size));
    if (output.size() > 2 * kKept) output.erase(0, output.size() - kKept);
  }
  return output;
}

std::string last_lines(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::size_t begin = text.size();
  for (int line = 0; line < kShownLines && begin != std::string::npos && begin != 0; ++line)
    begin = text.rfind('\n', begin - 1);
  return begin == std::string::npos || begin == 0 ? text : text.substr(begin + 1);
}

}  // namespace orchestrator::storage
