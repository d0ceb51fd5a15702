#include "orchestrator/logs/journal.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "runtime/sys/error.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

namespace {

// syslog(3): LOG_ERR and LOG_INFO, as docker's driver has them.
constexpr std::string_view kPriorityOfErrors = "PRIORITY=3\n";
constexpr std::string_view kPriority = "PRIORITY=6\n";

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string journal_field(std::string_view name, std::string_view value) {
  std::string field;
  for (const char c : name) {
    const char capital = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    field += is_capital(capital) || is_digit(capital) ? capital : '_';
  }
  // A field that begins with an underscore is journald's own, one with a digit is none.
  field.erase(0,
              static_cast<std::size_t>(std::find_if(field.begin(), field.end(), is_capital) - field.begin()));
  if (field.empty() || value.find('\n') != std::string_view::npos) return "";
  return field.append("=").append(value).append("\n");
}

std::string Journal::message_of(const RecordView& record) const {
  std::string message = options_.fields;
  message += record.is_error ? kPriorityOfErrors : kPriority;
  const Header head = header(record.time_ns, record.is_error);
  constexpr std::size_t kTimeSize = 30;
  message.append("SYSLOG_TIMESTAMP=").append(head.data(), kTimeSize).append("\n");
  if (record.partial) message += "CONTAINER_PARTIAL_MESSAGE=true\n";
  return message.append("MESSAGE=").append(record.text).append("\n");
}

/// A second attempt where journald was restarted since the last message.
bool Journal::deliver(const std::string& message) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      if (!socket_) {
        auto connected = sys::connect_unix(options_.socket, SOCK_DGRAM);
        if (!connected) return false;
        socket_ = std::move(*connected);
      }
      if (sys::send_message(socket_.get(), message)) return true;
    } catch (const std::system_error& error) {
      if (sys::errno_of(error) != ECONNREFUSED) return false;
    }
    socket_.reset();
  }
  return false;
}

void Journal::send(const RecordView& record) {
  if (lost_ > 0) {
    const std::string text =
        "mdcompose: " + std::to_string(lost_) + " lines before this one are not in the journal";
    if (!deliver(message_of({.time_ns = record.time_ns, .is_error = true, .text = text}))) {
      ++lost_;
      return;
    }
    lost_ = 0;
  }
  if (!deliver(message_of(record))) ++lost_;
}

}  // namespace orchestrator::logs
