#include "runtime/container/report.hpp"

#include <unistd.h>

#include <array>
#include <cstring>

#include "runtime/sys/error.hpp"

namespace runtime::report {
namespace {

/// One write below PIPE_BUF is never split; a failure is always the last message.
struct Message {
  char kind = 'R';
  bool at_exec = false;
  int error = 0;
  std::array<char, 512> sentence{};
};

}  // namespace

void ready(int fd) noexcept {
  const Message message;
  (void)!::write(fd, &message, sizeof message);
}

void failure(int fd, const char* sentence, int error, bool at_exec) noexcept {
  Message message{.kind = 'E', .at_exec = at_exec, .error = error};
  std::strncpy(message.sentence.data(), sentence, message.sentence.size() - 1);
  (void)!::write(fd, &message, sizeof message);
}

Word next(int fd) {
  Message message;
  const ssize_t size = sys::retry([&] { return ::read(fd, &message, sizeof message); });
  if (size < 0) sys::throw_errno("read from a starting container");
  if (size == 0) return Word::end;
  if (message.kind == 'R') return Word::ready;
  throw StartError(message.sentence.data(), message.error, message.at_exec);
}

}  // namespace runtime::report
