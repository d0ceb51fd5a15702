#include "runtime/cgroup/control_files.hpp"

#include <cctype>
#include <iterator>
#include <sstream>

#include "runtime/sys/file.hpp"

namespace runtime::cgroup {

Words words_in(const std::string& path) {
  std::istringstream stream(sys::read_file_if_exists(path).value_or(""));
  return {std::istream_iterator<std::string>(stream), {}};
}

Words unified_controllers(const std::string& directory) {
  return directory.empty() ? Words{} : words_in(directory + "/cgroup.controllers");
}

std::string v1_directory(const Paths& paths, const std::string& controller) {
  // The mount point's name lists the controllers: "/sys/fs/cgroup/cpu,cpuacct/…".
  for (const std::string& path : paths.v1) {
    std::string name = path.substr(std::string("/sys/fs/cgroup/").size());
    name = name.substr(0, name.find('/'));
    std::istringstream parts(name);
    for (std::string part; std::getline(parts, part, ',');)
      if (part == controller) return path;
  }
  return "";
}

std::uint64_t number_in(const std::string& path) {
  const std::string text = sys::read_file_if_exists(path).value_or("");
  return text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) == 0 ? 0 : std::stoull(text);
}

std::uint64_t value_of(const std::string& text, const std::string& key) {
  std::istringstream lines(text);
  std::string word;
  for (std::uint64_t value = 0; lines >> word >> value;)
    if (word == key) return value;
  return 0;
}

std::uint64_t keyed(const std::string& path, const std::string& key) {
  return value_of(sys::read_file_if_exists(path).value_or(""), key);
}

}  // namespace runtime::cgroup
