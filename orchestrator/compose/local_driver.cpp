#include "orchestrator/compose/local_driver.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/compose/short_forms.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::uint32_t kTmpfsMode = 01777;

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void no_effect(const Reader& options, const Node& at, const std::string& what, const std::string& why) {
  options.findings().warning(at.place, options.path() + ": " + what + " has no effect" + why);
}

/// The directory of the host itself: nothing has to be mounted.
void bind_directory(const Reader& options, const Node& o, const std::vector<std::string>& words,
                    project::Volume& volume) {
  options.text("device", volume.device);
  if (!volume.device.starts_with('/'))
    options.error(options.find("device") ? options.find("device")->place : o.place,
                  "device has to be the path of a directory",
                  "a relative one needs \"driver: local\" beside it and no other word in \"o\"");
  for (const std::string& word : words)
    if (word != "bind" && word != "rbind" && word != "rw") no_effect(options, o, quoted(word), "");
}

/// A tmpfs of its own would be a mount of the host, which outlives whoever is killed.
void imitate_tmpfs(const Reader& options, const Node& o, const std::vector<std::string>& words,
                   project::Volume& volume) {
  volume.mode = kTmpfsMode;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    const std::string_view key = std::string_view(word).substr(0, equals);
    const std::string_view value =
        equals == std::string::npos ? "" : std::string_view(word).substr(equals + 1);
    const auto take = [&](std::optional<std::uint32_t>& into, int base) {
      std::uint32_t number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number, base);
      if (error != std::errc{} || end != value.data() + value.size())
        options.error(o.place, quoted(word) + " is no number");
      into = number;
    };
    if (key == "uid")
      take(volume.uid, 10);
    else if (key == "gid")
      take(volume.gid, 10);
    else if (key == "mode")
      take(volume.mode, 8);
    else if (word != "rw" && !word.empty())
      no_effect(options, o, quoted(word), ": the volume is a directory on the disk");
  }
}

}  // namespace

void bind_local_driver(const Reader& from, project::Volume& volume) {
  if (volume.external) return;
  if (!volume.driver.empty() && volume.driver != "local")
    from.error(from.find("driver")->place,
               "there is no volume driver " + quoted(volume.driver) + ", only \"local\"");
  const auto options = from.inside("driver_opts");
  if (!options || volume.driver_opts.empty()) return;
  std::string type;
  options->text("type", type);
  const Node* o = options->find("o");
  const std::vector<std::string> words =
      o == nullptr ? std::vector<std::string>{} : split(scalar_text(*o), ',');
  const Node& at = o == nullptr ? options->node() : *o;
  if (contains(words, "bind") || contains(words, "rbind")) return bind_directory(*options, at, words, volume);
  if (type == "tmpfs") return imitate_tmpfs(*options, at, words, volume);
  from.error(options->find("type") ? options->find("type")->place : options->node().place,
             "volumes of type " + quoted(type) + " are not mounted here",
             "mount it on the host, and let the volume be that: o: bind, device: PATH");
}

}  // namespace orchestrator::compose
