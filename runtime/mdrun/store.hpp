// The containers of this machine, or of one user: a directory with one directory for each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/mdrun/record.hpp"
#include "runtime/sys/unique_fd.hpp"

namespace runtime::mdrun {

/// One container's directory. Who changes the container holds the lock, which ends with its holder.
class Entry {
 public:
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Blocks while somebody else has it. False where the container has been deleted meanwhile.
  [[nodiscard]] bool lock();
  void unlock();
  /// True while somebody has it.
  [[nodiscard]] bool is_locked() const;

  /// An empty record where the creator was killed before it wrote one.
  [[nodiscard]] Record record() const;
  void save(const Record& record) const;
  /// The config.json the container was made from; nothing where its creator was killed before it wrote that.
  [[nodiscard]] std::optional<std::string> config() const;
  void save_config(const std::string& text) const;

  void remove() const;

 private:
  friend class Store;
  Entry(std::string id, std::string path, sys::unique_fd directory)
      : id_(std::move(id)), path_(std::move(path)), directory_(std::move(directory)) {}
  std::string id_;
  std::string path_;
  sys::unique_fd directory_;
};

class Store {
 public:
  explicit Store(std::string root) : root_(std::move(root)) {}

  /// A new container, locked. Throws std::runtime_error where there is one with this id,
  /// std::invalid_argument for an id that is none, std::system_error.
  [[nodiscard]] Entry create(const std::string& id) const;
  [[nodiscard]] std::optional<Entry> find(const std::string& id) const;
  /// Throws std::runtime_error where there is none.
  [[nodiscard]] Entry get(const std::string& id) const;
  [[nodiscard]] Entry get_locked(const std::string& id) const;
  [[nodiscard]] std::vector<Entry> all() const;

 private:
  std::string root_;
};

/// Letters, digits and "_.+-", not beginning with one of these: a name in a directory, and nothing else.
bool is_id(std::string_view word);

Status status_of(const Entry& entry, const Record& record);

}  // namespace runtime::mdrun
