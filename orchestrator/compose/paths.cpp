#include "orchestrator/compose/paths.hpp"

#include <array>
#include <filesystem>
#include <system_error>

#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/walk.hpp"

namespace orchestrator::compose {
namespace {

/// What git and build contexts are fetched from is no path.
bool is_remote(std::string_view text) {
  constexpr std::array<std::string_view, 3> kPrefixes{"github.com/", "git@", "service:"};
  for (const std::string_view prefix : kPrefixes)
    if (text.starts_with(prefix)) return true;
  return text.find("://") != std::string_view::npos;
}

bool is_windows_path(std::string_view text) {
  const bool letter =
      !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
  return text.starts_with("\\\\") ||
         (letter && text.size() > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/'));
}

std::string without_links(const std::string& path) {
  std::error_code failed;
  const auto resolved = std::filesystem::canonical(path, failed);
  return failed ? path : resolved.string();
}

class Resolver {
 public:
  explicit Resolver(const Base& base) : base_(base) {}

  void visit(Node& node, const Attribute& attribute) {
    apply(node, attribute.rules.path);
    if (node.is_map()) {
      for (Entry& entry : node.map)
        if (const Attribute* row = member(&attribute, entry.key)) visit(entry.value, *row);
    } else if (const Attribute* row = item(&attribute)) {
      for (Node& one : node.items) visit(one, *row);
    }
  }

 private:
  void apply(Node& node, Path kind) {
    switch (kind) {
      case Path::None:
        return;
      case Path::Plain:
        resolve(node);
        for (Node& item : node.items) resolve(item);
        return;
      case Path::Context:
        if (!is_remote(node.text)) resolve(node);
        return;
      case Path::Contexts:
      case Path::Keys:
        return resolve_values(node);
      case Path::Mount:
        if (Node* source = node.find("source");
            source != nullptr && node.text_of("type") == "bind" && !is_windows_path(source->text))
          resolve(*source);
        return;
      case Path::LocalVolume:
        if (node.text_of("driver") == "local" && find(&node, {"driver_opts", "device"}) != nullptr &&
            node.find("driver_opts")->text_of("o") == "bind")
          resolve(*find(&node, {"driver_opts", "device"}));
        return;
      case Path::Watched:
        resolve(node);
        if (node.is_text()) node.text = without_links(node.text);
        return;
    }
  }

  void resolve(Node& node) const {
    if (node.is_text() && !node.text.empty())
      node.text = resolve_path(node.text, base_.directory, base_.home);
  }

  /// NAME: path, or NAME=path.
  void resolve_values(Node& node) const {
    for (Entry& entry : node.map)
      if (!is_remote(entry.value.text)) resolve(entry.value);
    for (Node& item : node.items) {
      const std::size_t equals = item.text.find('=');
      if (equals == std::string::npos || is_remote(item.text.substr(equals + 1))) continue;
      item.text = item.text.substr(0, equals + 1) +
                  resolve_path(item.text.substr(equals + 1), base_.directory, base_.home);
    }
  }

  const Base& base_;
};

}  // namespace

void resolve_paths(Node& node, const Attribute& attribute, const Base& base) {
  Resolver(base).visit(node, attribute);
}

}  // namespace orchestrator::compose
