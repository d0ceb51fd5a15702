// Where mdrun says what is wrong: standard error, and the file an engine reads.
#pragma once

#include <string>

namespace runtime::mdrun {

class Log {
 public:
  Log() = default;
  /// `path` empty: standard error only. Lines are appended; `json` as engines parse them, else in words.
  Log(std::string path, bool json) : path_(std::move(path)), json_(json) {}

  /// One sentence, lower case, without a full stop.
  void error(const std::string& sentence) const { say("error", sentence); }
  void warn(const std::string& sentence) const { say("warning", sentence); }

 private:
  void say(const char* level, const std::string& sentence) const;
  std::string path_{};
  bool json_ = false;
};

/// RFC 3339 in UTC, with nanoseconds.
std::string now();

}  // namespace runtime::mdrun
