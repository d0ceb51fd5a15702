// Reads the log of one instance from its files, also while it grows, and also when no supervisor lives.
// Who shows several instances merges their readers by the records' times.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/logs/record.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

struct ReaderOptions {
  std::string directory{};  ///< need not exist yet
  std::int64_t since_ns = 0;
  std::int64_t until_ns = std::numeric_limits<std::int64_t>::max();
  std::optional<std::size_t> tail{};  ///< begin with the last lines; nothing: with the first
  /// False: fd() is -1. A watch costs little to have, but the kernel takes milliseconds to end one.
  bool follow = true;
};

/// A line of output. Times are nanoseconds since 1970.
struct Record {
  std::int64_t time_ns = 0;  ///< when the line's beginning was read
  bool is_error = false;     ///< written to stderr
  bool partial = false;      ///< longer than a megabyte: the stream's next record goes on with it
  std::string text{};        ///< without the newline
  friend bool operator==(const Record&, const Record&) = default;
};

class Reader {
 public:
  /// Throws std::system_error.
  explicit Reader(ReaderOptions options);

  /// The next line that is complete; nothing where there is none yet. Does not wait: poll fd() for that,
  /// after nothing has come. Damaged parts of a file are passed over. Throws std::system_error.
  std::optional<Record> next();
  /// Readable when there may be more. An inotify(7) descriptor.
  [[nodiscard]] int fd() const { return watch_.get(); }

 private:
  void begin();
  void watch();
  bool watch(const std::string& path, unsigned events);
  void forget_events();
  std::optional<std::string_view> next_line();
  bool read_more();
  bool enter_next_segment();
  bool enter(std::uint64_t number, std::int64_t offset);
  std::optional<Record> join(const RecordView& record);
  bool is_asked_for(const Record& record);

  ReaderOptions options_;
  runtime::sys::unique_fd watch_{};
  bool watches_directory_ = false;
  bool has_begun_ = false;
  std::size_t skip_ = 0;  ///< lines

  runtime::sys::unique_fd file_{};
  std::uint64_t segment_ = 0;  ///< 0: none yet
  std::int64_t offset_ = 0;    ///< in the file, of buffer_
  std::string buffer_{};
  std::size_t filled_ = 0;
  std::size_t position_ = 0;                           ///< in the buffer; what is before has been given out
  bool in_damage_ = false;                             ///< until the next newline
  std::array<std::optional<Record>, 2> unfinished_{};  ///< lines of stdout and stderr that have begun
};

}  // namespace orchestrator::logs
