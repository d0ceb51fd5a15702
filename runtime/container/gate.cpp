#include "runtime/container/gate.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>

#include "runtime/container/report.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace runtime {
namespace {

sys::unique_fd make_fifo(const std::string& path) {
  if (::mkfifo(path.c_str(), 0600) != 0) sys::throw_errno("make FIFO " + path);
  return sys::open(path, O_RDWR | O_NOFOLLOW);
}

/// fifo(7): opening for writing without waiting fails with ENXIO where nobody has it open for reading.
std::optional<sys::unique_fd> find_waiting(const std::string& directory) {
  try {
    return sys::open_if_exists(directory + "/go", O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (const std::system_error& error) {
    if (sys::errno_of(error) != ENXIO) throw;
    return std::nullopt;
  }
}

}  // namespace

Gate make_gate(const std::string& directory) {
  return {.go = make_fifo(directory + "/go"), .report = make_fifo(directory + "/report")};
}

bool is_waiting(const std::string& directory) { return find_waiting(directory).has_value(); }

bool open_gate(const std::string& directory) {
  const auto go = find_waiting(directory);
  if (!go) return false;
  // The waiting process has it open, so this neither blocks nor reads end of file too early.
  const sys::unique_fd report = sys::open(directory + "/report", O_RDONLY | O_NOFOLLOW);
  sys::write_all(go->get(), "g");
  while (report::next(report.get()) != report::Word::end) {
  }
  return true;
}

}  // namespace runtime
