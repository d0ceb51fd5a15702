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

bool Extending::fail(const Place& place, std::string message, std::string hint) {
  reading_.findings.error(place, std::move(message), std::move(hint));
  return false;
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

bool Extending::extend(Node& services, const std::string& name, const std::string& file) {
  Node* service = services.find(name);
  Node* extends = service == nullptr ? nullptr : service->find("extends");
  if (extends == nullptr || extends->tag == Tag::Reset) return true;
  if (extends->tag == Tag::Broken) return false;
  if (follow(services, name, file, *extends)) return true;
  services.find(name)->find("extends")->tag = Tag::Broken;
  return false;
}

bool Extending::follow(Node& services, const std::string& name, const std::string& file,
                       const Node& extends) {
  const Node* ref = name_of_base(extends);
  if (ref == nullptr || !ref->is_text())
    return fail(extends.place, "services." + name + ".extends: the name of a service is missing");
  const std::string base = ref->text;
  const Place place = ref->place;
  std::string base_file = file;
  Node* among = services_of_base(name, extends, services, base_file);
  if (among == nullptr) return false;
  if (among->find(base) == nullptr)
    return fail(place,
                "services." + name + ".extends: service " + quoted(base) + " is not defined in " +
                    shown_path(base_file, reading_.working_directory),
                did_you_mean(nearest(base, among->map)));
  if (!enter({.file = base_file, .service = name}, place)) return false;
  const bool extended = extend(*among, base, base_file);
  on_the_way_.erase(key_of(way_.back().file, way_.back().service));
  way_.pop_back();
  if (extended) put_together(services, name, *among->find(base));
  return extended;
}

/// The service says more, or other things, than its base.
void Extending::put_together(Node& services, const std::string& name, Node base) {
  if (base.is_null()) base = make_map(base.place);
  drop_tags(base, reading_.findings);
  Node own = std::exchange(*services.find(name), make_null({}));
  own.map.erase("extends");
  const Tag tag = std::exchange(own.tag, Tag::None);
  const Place place = own.place;
  const Trail root{};
  const Trail section = root.to("services");
  merge(base, std::move(own), &service_attribute(), section.to(name), reading_.findings);
  base.map.erase("extends");
  base.place = place;
  base.tag = tag;
  *services.find(name) = std::move(base);
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
  way_.pop_back();
  return fail(place, "services extend each other in a circle: " + text);
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
    (void)fail(named->place, "services." + name + ".extends: " +
                                 shown_path(file, reading_.working_directory) + " has no services");
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
