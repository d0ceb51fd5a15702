#include "runtime/container/report.hpp"

#include <unistd.h>

#include <array>
#include <cstring>

#include "runtime/sys/error.hpp"

namespace runtime::report {
namespace {

constexpr char kBuilt = 'B';
constexpr char kReady = 'R';
constexpr char kError = 'E';

/// One write below PIPE_BUF is never split; a failure is always the last message.
struct Message {
  char kind = kReady;
  bool at_exec = false;
  int error = 0;
  std::array<char, 512> sentence{};
};

void tell(int fd, const Message& message) noexcept { (void)!::write(fd, &message, sizeof message); }

}  // namespace

void built(int fd) noexcept { tell(fd, {.kind = kBuilt}); }

void ready(int fd) noexcept { tell(fd, {.kind = kReady}); }

void failure(int fd, const char* sentence, int error, bool at_exec) noexcept {
  Message message{.kind = kError, .at_exec = at_exec, .error = error};
  std::strncpy(message.sentence.data(), sentence, message.sentence.size() - 1);
  tell(fd, message);
}

Word next(int fd) {
  Message message;
  const ssize_t size = sys::retry([&] { return ::read(fd, &message, sizeof message); });
  if (size < 0) sys::throw_errno("read from a starting container");
  if (size == 0) return Word::end;
  if (message.kind == kBuilt) return Word::built;
  if (message.kind == kReady) return Word::ready;
  throw StartError(message.sentence.data(), message.error, message.at_exec);
}

}  // namespace runtime::report
