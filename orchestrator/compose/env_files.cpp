#include "orchestrator/compose/env_files.hpp"

#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/walk.hpp"

namespace orchestrator::compose {
namespace {

using Parse = std::vector<Variable> (*)(const std::shared_ptr<const File>&, const Lookup&);

struct Item {
  std::string path{};
  bool required = true;
  Parse parse = parse_dotenv;
};

class Reading {
 public:
  Reading(Node& service, const Trail& trail, const EnvFiles& with)
      : service_(service), trail_(trail), with_(with) {}

  void environment() {
    Node* own = service_.find("environment");
    Node merged = make_map(service_.place);
    const Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
      if (auto value = with_.lookup(name)) return value;
      const Node* value = own == nullptr ? nullptr : own->find(name);
      if (value == nullptr || value->is_null()) value = merged.find(name);
      return value == nullptr || value->is_null() ? std::nullopt : std::optional(value->text);
    };
    each_item(service_.find("env_file"), [&](const Node& file, std::size_t i) {
      const Trail list = trail_.to("env_file");
      if (const auto item = item_of(file, list.at(i))) read(*item, file.place, lookup, merged);
    });
    override_by(own, merged);
    service_.map.erase("env_file");
    if (!merged.map.empty()) service_.set("environment", std::move(merged));
  }

  void labels() {
    const Node* files = service_.find("label_file");
    if (files == nullptr) return;
    Node merged = make_map(service_.place);
    const Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
      const Node* value = merged.find(name);
      return value == nullptr ? std::nullopt : std::optional(value->text);
    };
    each_item(files, [&](const Node& file, std::size_t) {
      read({.path = resolve_path(file.text, with_.directory, with_.home)}, file.place, lookup, merged);
    });
    override_by(service_.find("labels"), merged);
    service_.map.erase("label_file");
    if (!merged.map.empty()) service_.set("labels", std::move(merged));
  }

 private:
  [[nodiscard]] std::optional<Item> item_of(const Node& file, const Trail& trail) const {
    Item item{.path = resolve_path(file.text_of("path"), with_.directory, with_.home)};
    const Node* required = file.find("required");
    item.required = required == nullptr || required->kind != Kind::Bool || required->boolean;
    const Node* format = file.find("format");
    if (format == nullptr || format->text.empty()) return item;
    item.parse = parse_raw_variables;
    if (format->text == "raw") return item;
    with_.findings.error(format->place, trail.text() + ".format: " + quoted(format->text) + " is unknown",
                         "the only format is raw");
    return std::nullopt;
  }

  void read(const Item& item, const Place& named_at, const Lookup& lookup, Node& into) {
    if (!exists(item.path)) {
      if (item.required)
        with_.findings.error(named_at,
                             shown_path(item.path, with_.working_directory) + ": No such file or directory");
      return;
    }
    try {
      const auto file = read_text_file(item.path, shown_path(item.path, with_.working_directory), named_at);
      for (const Variable& one : item.parse(file, lookup))
        if (one.value) into.set(one.name, make_text(*one.value, one.place));
    } catch (const LoadError& error) {
      for (const Diagnostic& one : error.diagnostics())
        with_.findings.error(one.place, one.message, one.hint);
    }
  }

  static void override_by(Node* own, Node& merged) {
    if (own == nullptr) return;
    for (Entry& entry : own->map.take()) {
      Entry& there = merged.map.at(entry.key, entry.place);
      if (there.value.place.file != nullptr && !entry.value.is_null()) {
        auto history = std::make_shared<History>();
        if (entry.value.history != nullptr) history->variables = entry.value.history->variables;
        history->overridden = there.value.place;
        entry.value.history = std::move(history);
      }
      there.value = std::move(entry.value);
    }
    merged.map.sort();
  }

  Node& service_;
  const Trail& trail_;
  const EnvFiles& with_;
};

}  // namespace

void read_env_files(Node& service, const Trail& trail, const EnvFiles& with) {
  Reading reading(service, trail, with);
  reading.environment();
  reading.labels();
}

}  // namespace orchestrator::compose
