#include "directory.hpp"

#include <cstdlib>
#include <sstream>

#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::logs {

namespace sys = runtime::sys;

Directory::Directory() {
  if (!::mkdtemp(path_.data())) sys::throw_errno("make " + path_);
}

Directory::~Directory() { std::filesystem::remove_all(path_); }

std::vector<std::string> Directory::names() const { return sys::list_directory(path_); }

std::string Directory::content() const {
  std::string all;
  for (const std::string& name : names()) all += sys::read_file(path_ + "/" + name);
  return all;
}

void Directory::write(const std::string& name, const std::string& content) const {
  sys::write_all(sys::open(path_ + "/" + name, O_WRONLY | O_CREAT | O_APPEND, 0600).get(), content);
}

std::string record(int second, const std::string& text, char tag, const std::string& stream) {
  std::string digits = std::to_string(second);
  if (digits.size() < 2) digits.insert(0, "0");
  return "2026-01-31T12:00:" + digits + ".000000000Z " + stream + ' ' + tag + ' ' + text + '\n';
}

std::vector<std::string> rest(Reader& reader) {
  std::vector<std::string> lines;
  while (const auto line = reader.next()) lines.push_back((line->is_error ? "err:" : "") + line->text);
  return lines;
}

std::vector<std::string> without_times(const std::string& content) {
  std::vector<std::string> lines;
  std::istringstream stream(content);
  for (std::string line; std::getline(stream, line);) lines.push_back(line.substr(line.find(' ') + 1));
  return lines;
}

}  // namespace orchestrator::logs
