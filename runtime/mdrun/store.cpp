#include "runtime/mdrun/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "runtime/container/gate.hpp"
#include "runtime/mdrun/documents.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/lock.hpp"

namespace runtime::mdrun {
namespace {

constexpr std::size_t kLongestId = 1024;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Whoever can write here can make us signal and delete what he wants.
void check_root(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) sys::throw_errno("stat " + path);
  const bool ours = status.st_uid == ::geteuid() || status.st_uid == 0;
  if (!ours || (status.st_mode & 022) != 0)
    throw std::runtime_error("the state directory " + path + " can be written to by others");
}

void check_id(const std::string& id) {
  if (!is_id(id))
    throw std::invalid_argument(
        "\"" + id +
        "\" is no container id: it consists of letters, digits and _.+-, and begins with a "
        "letter or digit");
}

std::runtime_error does_not_exist(const std::string& id) {
  return std::runtime_error("container " + id + " does not exist");
}

std::optional<sys::unique_fd> open_directory(const std::string& path) {
  return sys::open_if_exists(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

}  // namespace

bool is_id(std::string_view word) {
  return !word.empty() && word.size() <= kLongestId && is_letter_or_digit(word.front()) &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return is_letter_or_digit(c) || std::string_view("_.+-").find(c) != std::string_view::npos;
         });
}

bool Entry::lock() {
  sys::lock(directory_.get(), "container " + id_);
  struct stat status {};
  if (::fstat(directory_.get(), &status) != 0) sys::throw_errno("stat " + path_);
  return status.st_nlink != 0;
}

void Entry::unlock() { ::flock(directory_.get(), LOCK_UN); }

bool Entry::is_locked() const {
  // Another open file, so that a lock of our own counts, too.
  const auto again = open_directory(path_);
  return again && ::flock(again->get(), LOCK_SH | LOCK_NB) != 0;
}

Record Entry::record() const {
  const auto text = sys::read_file_if_exists(path_ + "/state.json");
  return text ? record_from_json(*text) : Record{.id = id_};
}

void Entry::save(const Record& record) const { sys::replace_file(path_ + "/state.json", to_json(record)); }

std::optional<std::string> Entry::config() const { return sys::read_file_if_exists(path_ + "/config.json"); }

void Entry::save_config(const std::string& text) const { sys::replace_file(path_ + "/config.json", text); }

void Entry::remove() const { sys::remove_tree(path_); }

Entry Store::create(const std::string& id) const {
  check_id(id);
  sys::make_directories(root_, 0700);
  check_root(root_);
  const std::string path = root_ + "/" + id;
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) throw std::runtime_error("container " + id + " exists already");
    sys::throw_errno("make " + path);
  }
  Entry entry(id, path, sys::open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  if (!entry.lock()) throw std::runtime_error("container " + id + " has been deleted while it was created");
  return entry;
}

std::optional<Entry> Store::find(const std::string& id) const {
  check_id(id);
  const std::string path = root_ + "/" + id;
  auto directory = open_directory(path);
  if (!directory) return std::nullopt;
  check_root(root_);
  return Entry(id, path, std::move(*directory));
}

Entry Store::get(const std::string& id) const {
  auto entry = find(id);
  if (!entry) throw does_not_exist(id);
  return std::move(*entry);
}

Entry Store::get_locked(const std::string& id) const {
  Entry entry = get(id);
  if (!entry.lock()) throw does_not_exist(id);
  return entry;
}

std::vector<Entry> Store::all() const {
  std::vector<Entry> entries;
  for (const std::string& name : sys::list_directory(root_))
    if (auto entry = is_id(name) ? find(name) : std::nullopt) entries.push_back(std::move(*entry));
  return entries;
}

Status status_of(const Entry& entry, const Record& record) {
  const bool alive = find_process(record.process).has_value();
  if (record.phase == Phase::creating) return alive || entry.is_locked() ? Status::creating : Status::stopped;
  if (!alive) return Status::stopped;
  if (record.phase == Phase::created && is_waiting(entry.path())) return Status::created;
  return cgroup::Cgroup::open(record.cgroup).frozen() ? Status::paused : Status::running;
}

}  // namespace runtime::mdrun
