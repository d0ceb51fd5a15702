// Named volumes: DATA/volumes/NAME/_data, where Docker's users look for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orchestrator::storage {

/// `volumes` is the directory of all volumes; `name` is already the full one ("app_data"); `device` is a
/// directory of the host whose content is the volume's, and never removed.
class Volume {
 public:
  Volume(const std::string& volumes, const std::string& name, std::string device = "")
      : path_(volumes + "/" + name), device_(std::move(device)) {}

  [[nodiscard]] std::string data() const { return device_.empty() ? own() : device_; }
  [[nodiscard]] bool exists() const;
  /// Makes it where it is missing and writes down whose it is, in one step; durable when it returns. Nobody
  /// else makes one for this project meanwhile. True where it was made.
  [[nodiscard]] bool create(const std::string& project) const;
  /// chown(2) and chmod(2) of the directory; what is not given stays.
  void give_to(std::optional<std::uint32_t> uid, std::optional<std::uint32_t> gid,
               std::optional<std::uint32_t> mode) const;
  /// True until something has been written into it: then the image's content at the mount point is copied in.
  [[nodiscard]] bool is_empty() const;
  void remove() const;

 private:
  [[nodiscard]] std::string own() const { return path_ + "/_data"; }

  std::string path_;
  std::string device_;
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
