#include "orchestrator/compose/extends.hpp"

#include <utility>

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/merge.hpp"
#include "orchestrator/compose/paths.hpp"

namespace orchestrator::compose {
namespace {

std::string key_of(const std::string& file, const std::string& service) { return file + '\0' + service; }

const Node* name_of_base(const Node& extends) {
  return extends.is_map() ? extends.find("service") : &extends;
}

std::string relative_to(const std::string& path, const std::string& directory) {
  const std::string shown = shown_path(path, directory);
  return path == directory ? "." : shown;
}

}  // namespace

void Extending::fail(const Place& place, std::string message, std::string hint) {
  reading_.findings.error(place, std::move(message), std::move(hint));
}

void Extending::apply(Node& document, const std::string& file) {
  Node* services = document.find("services");
  if (services == nullptr || !services->is_map()) return;
  for (std::size_t i = 0; i < services->map.size(); ++i) {
    const Entry& entry = *(services->map.begin() + static_cast<std::ptrdiff_t>(i));
    const std::string name = entry.key;
    extend(*services, name, file);
  }
}

void Extending::extend(Node& services, const std::string& name, const std::string& file) {
  Node* service = services.find(name);
  const Node* extends = service == nullptr ? nullptr : service->find("extends");
  if (extends == nullptr || extends->tag == Tag::Reset) return;
  const Node* ref = name_of_base(*extends);
  if (ref == nullptr || !ref->is_text())
    return fail(extends->place, "services." + name + ".extends: the name of a service is missing");
  const std::string base_name = ref->text;
  const Place place = ref->place;
  std::string base_file = file;
  Node* among = services_of_base(name, *extends, services, base_file);
  if (among == nullptr) return;
  if (among->find(base_name) == nullptr)
    return fail(place,
                "services." + name + ".extends: service " + quoted(base_name) + " is not defined in " +
                    shown_path(base_file, reading_.working_directory),
                did_you_mean(nearest(base_name, among->map)));
  if (!enter({.file = base_file, .service = name}, place)) return;
  extend(*among, base_name, base_file);
  on_the_way_.erase(key_of(way_.back().file, way_.back().service));
  way_.pop_back();
  if (reading_.findings.failed()) return;

  Node merged = *among->find(base_name);
  service = services.find(name);
  if (merged.is_null()) merged = make_map(merged.place);
  drop_tags(merged, reading_.findings);
  Node own = std::exchange(*service, make_null({}));
  const Tag tag = std::exchange(own.tag, Tag::None);
  own.map.erase("extends");
  const Trail root{};
  const Trail section = root.to("services");
  const Place own_place = own.place;
  merge(merged, std::move(own), &service_attribute(), section.to(name), reading_.findings);
  merged.map.erase("extends");
  merged.place = own_place;
  merged.tag = tag;
  *services.find(name) = std::move(merged);
}

bool Extending::enter(const Link& link, const Place& place) {
  way_.push_back(link);
  if (on_the_way_.insert(key_of(link.file, link.service)).second) return true;
  std::string text;
  bool inside = false;
  for (const Link& step : way_) {
    inside = inside || (step.file == link.file && step.service == link.service);
    if (inside) text += (text.empty() ? "" : " -> ") + step.service;
  }
  fail(place, "services extend each other in a circle: " + text);
  way_.pop_back();
  return false;
}

Node* Extending::services_of_base(const std::string& name, const Node& extends, Node& own,
                                  std::string& file) {
  const Node* named = extends.is_map() ? extends.find("file") : nullptr;
  if (named == nullptr || named->is_null()) return &own;
  if (!named->is_text()) {
    fail(named->place,
         "services." + name + ".extends.file must be a string, not " + std::string(kind_name(named->kind)));
    return nullptr;
  }
  file = resolve_path(named->text, directory_, reading_.home);
  Node& loaded = load(file, *named);
  Node* services = loaded.find("services");
  if (services == nullptr || !services->is_map()) {
    fail(named->place, "services." + name + ".extends: " + shown_path(file, reading_.working_directory) +
                           " has no services");
    return nullptr;
  }
  return services;
}

Node& Extending::load(const std::string& path, const Node& named_by) {
  if (const auto known = loaded_.find(path); known != loaded_.end()) return known->second;
  Node model = make_map({});
  for (Node& document : parse_file(path, named_by.place, reading_).documents) {
    if (document.is_null()) continue;
    fill_in(document, environment_, reading_);
    apply_tags(model, document);
    accumulate(model, std::move(document), false, reading_);
  }
  const std::string directory = directory_of(path);
  resolve_paths(model, stack_file(),
                {.directory = reading_.resolves_paths ? directory : relative_to(directory, directory_),
                 .home = reading_.home});
  return loaded_.emplace(path, std::move(model)).first->second;
}

}  // namespace orchestrator::compose
