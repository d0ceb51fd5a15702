// The short form of a mount.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/short_forms.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::array<std::string_view, 6> kPropagations{"private", "rprivate", "shared",
                                                        "rshared", "slave",    "rslave"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// At colons, but for those of "${NAME:-x}" and of a Windows drive, "C:\".
std::vector<std::string> sections(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) ++depth;
    if (text[i] == '}' && depth > 0) --depth;
    const bool drive = parts.back().size() == 1 && is_letter(parts.back()[0]);
    if (text[i] == ':' && depth == 0 && !drive)
      parts.emplace_back();
    else
      parts.back() += text[i];
  }
  return parts;
}

bool is_path(std::string_view source) {
  return source.starts_with('/') || source.starts_with('.') || source.starts_with('~') ||
         source.starts_with("\\\\") || (source.size() > 1 && is_letter(source[0]) && source[1] == ':');
}

Node& part(Node& mount, std::string_view name) {
  Node* known = mount.find(name);
  return known != nullptr ? *known : mount.set(name, make_map(mount.place));
}

void apply_option(Node& mount, const std::string& option, Findings& findings) {
  const Place place = mount.place;
  if (option == "ro" || option == "rw") {
    mount.set("read_only", make_bool(option == "ro", place));
  } else if (option == "nocopy") {
    part(mount, "volume").set("nocopy", make_bool(true, place));
  } else if (option == "z" || option == "Z") {
    part(mount, "bind").set("selinux", make_text(option, place));
  } else if (std::find(kPropagations.begin(), kPropagations.end(), option) != kPropagations.end()) {
    part(mount, "bind").set("propagation", make_text(option, place));
  } else if (option != "cached" && option != "delegated" && option != "consistent") {
    findings.warning(place, "the volume option " + quoted(option) + " is unknown and has no effect");
  }
}

void set_type(Node& mount) {
  const bool bind = is_path(mount.text_of("source"));
  mount.set("type", make_text(bind ? "bind" : "volume", mount.place));
  Node& details = part(mount, bind ? "bind" : "volume");
  if (bind) details.set("create_host_path", make_bool(true, mount.place));
}

}  // namespace

Node expand_mount(const Node& written, Findings& findings) {
  const std::string& text = written.text;
  const Place& place = written.place;
  if (text.empty()) throw std::invalid_argument("it is empty");
  Node mount = make_map(place);
  if (text.size() <= 2) {
    mount.set("type", make_text("volume", place));
    mount.set("target", make_text(text, place));
    return mount;
  }
  const std::vector<std::string> parts = sections(text);
  if (std::any_of(parts.begin(), parts.end(), [](const auto& one) { return one.empty(); }))
    throw std::invalid_argument("a part between colons is empty");
  if (parts.size() > 3) throw std::invalid_argument("it has more than three parts");
  if (parts.size() > 1) mount.set("source", make_text(parts[0], place));
  mount.set("target", make_text(clean_path(parts[parts.size() > 1 ? 1 : 0]), place));
  if (parts.size() > 2)
    for (const std::string& option : split(parts[2], ',')) apply_option(mount, option, findings);
  set_type(mount);
  return mount;
}

std::string clean_target(std::string_view target) { return clean_path(target); }

std::optional<std::string> mount_target(std::string_view written) {
  const std::vector<std::string> parts = sections(written);
  if (written.size() <= 2) return std::string(written);
  return parts[parts.size() > 1 ? 1 : 0];
}

}  // namespace orchestrator::compose
