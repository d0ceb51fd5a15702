// Lines of output for systemd-journald, in its native protocol: one datagram of "NAME=value" lines per
// record. See systemd.io/JOURNAL_NATIVE_PROTOCOL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "orchestrator/logs/record.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace orchestrator::logs {

struct JournalOptions {
  std::string socket = "/run/systemd/journal/socket";
  std::string fields{};  ///< in every message: "CONTAINER_NAME=web-1\n", see journal_field()
  friend bool operator==(const JournalOptions&, const JournalOptions&) = default;
};

/// "NAME=value\n". The name is made one that journald takes: capitals, digits and underscores. Empty where
/// nothing is left of it, or where the value has a newline. Pure.
std::string journal_field(std::string_view name, std::string_view value);

/// For a process that does nothing else: a journal that is behind is waited for.
class Journal {
 public:
  explicit Journal(JournalOptions options) : options_(std::move(options)) {}

  /// Where nobody listens the record is lost to the journal; how many were is told as soon as somebody does.
  void send(const RecordView& record);

 private:
  [[nodiscard]] std::string message_of(const RecordView& record) const;
  bool deliver(const std::string& message);

  JournalOptions options_;
  runtime::sys::unique_fd socket_{};
  std::uint64_t lost_ = 0;  ///< records
};

}  // namespace orchestrator::logs
