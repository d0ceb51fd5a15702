// A directory for one test's log, and short ways to look at it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/logs/reader.hpp"

namespace orchestrator::logs {

class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// The names of the segments.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Everything in all segments.
  [[nodiscard]] std::string content() const;
  void write(const std::string& name, const std::string& content) const;

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "mdcompose-logs-XXXXXX").string();
};

/// "2026-01-31T12:00:SS.000000000Z stdout F text\n"
std::string record(int second, const std::string& text, char tag = 'F', const std::string& stream = "stdout");
/// Every line the reader has now, "err:" in front of those of stderr.
std::vector<std::string> rest(Reader& reader);
/// Without times: "stdout F text" lines.
std::vector<std::string> without_times(const std::string& content);

}  // namespace orchestrator::logs
