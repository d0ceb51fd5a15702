// A directory that is gone with its content at the end of a test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

struct TemporaryDirectory {
  std::string path = std::filesystem::temp_directory_path() / "mdcompose-storage-XXXXXX";
  TemporaryDirectory() {
    if (::mkdtemp(path.data()) == nullptr) std::abort();
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path); }

  [[nodiscard]] std::string operator/(const std::string& name) const { return path + "/" + name; }
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories(std::filesystem::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name) << content;
  }
};
