// Named volumes: DATA/volumes/NAME/_data, where Docker's users look for them.
#pragma once

#include <string>
#include <vector>

namespace orchestrator::storage {

/// `volumes` is the directory of all volumes; `name` is already the full one ("app_data").
class Volume {
 public:
  Volume(const std::string& volumes, const std::string& name) : path_(volumes + "/" + name) {}

  [[nodiscard]] std::string data() const { return path_ + "/_data"; }
  [[nodiscard]] bool exists() const;
  /// Makes it where it is missing and writes down whose it is, in one step; durable when it returns. Nobody
  /// else makes one for this project meanwhile. True where it was made.
  [[nodiscard]] bool create(const std::string& project) const;
  /// True until something has been written into it: then the image's content at the mount point is copied in.
  [[nodiscard]] bool is_empty() const;
  void remove() const;

 private:
  std::string path_;
};

/// Full names of the volumes that `project` has made, sorted.
std::vector<std::string> volumes_of(const std::string& volumes, const std::string& project);

/// What somebody who was making a volume for `project` has left; call when nobody does.
void remove_half_made(const std::string& volumes, const std::string& project);

/// Fills an empty volume with what the root filesystem has at `target`; nothing where it has nothing there.
/// `target` is resolved inside `root`, so that no link of the image leads outside. Owner and mode of the
/// directory itself are taken over as well. Throws std::system_error.
void populate_volume(const Volume& volume, const std::string& root, const std::string& target);

}  // namespace orchestrator::storage
