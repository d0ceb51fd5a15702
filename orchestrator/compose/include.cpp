#include "orchestrator/compose/include.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "orchestrator/compose/attributes.hpp"
#include "orchestrator/compose/check.hpp"
#include "orchestrator/compose/files.hpp"
#include "orchestrator/compose/merge.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::array<std::string_view, 6> kSections{"services", "networks", "volumes",
                                                    "secrets",  "configs",  "models"};
constexpr std::size_t kMostLoads = 1000;
constexpr std::size_t kDeepest = 100;  // stacks included in stacks included in …

std::vector<std::string> one_or_more(const Node* node) {
  std::vector<std::string> texts;
  if (node == nullptr) return texts;
  if (node->is_text()) texts.push_back(node->text);
  for (const Node& item : node->items) texts.push_back(item.text);
  return texts;
}

/// Two stacks of the same files differ only where their variables do.
std::string fingerprint(const std::vector<std::string>& files, const std::string& directory,
                        const Environment& environment) {
  std::string key = directory;
  for (const std::string& file : files) (key += '\0') += file;
  for (const auto& [name, setting] : environment.all())
    if (setting.place.file != nullptr) ((((key += '\0') += name) += '=') += setting.value);
  return key;
}

}  // namespace

std::string Including::absolute(const std::string& path) const {
  return resolve_path(path, stack_.directory, reading_.home);
}

void Including::apply(Node& document) {
  Node* include = document.find("include");
  if (include == nullptr || include->tag == Tag::Reset) return;
  const Trail root{};
  check_shape(*include, *member(&stack_file(), "include"), reading_.findings, root.to("include"));
  reading_.findings.stop_on_errors();
  const Node list = *include;
  document.map.erase("include");
  for (const Node& item : list.items) {
    const Request request = request_of(item);
    if (request.files.empty()) continue;
    refuse_circle(request);
    take_in(document, model_of(request));
  }
}

Including::Request Including::request_of(const Node& item) const {
  Request request{.place = item.place};
  for (const std::string& path : one_or_more(item.is_map() ? item.find("path") : &item))
    request.files.push_back(absolute(path));
  if (request.files.empty()) return request;
  const std::string directory(item.text_of("project_directory"));
  request.directory = directory.empty() ? directory_of(request.files.front()) : absolute(directory);
  if (!is_directory(request.directory)) request.directory = directory_of(request.directory);
  const Node* env_files = item.find("env_file");
  for (const std::string& path : one_or_more(env_files)) request.env_files.push_back(absolute(path));
  if (request.env_files.empty() && is_file(request.directory + "/.env"))
    request.env_files = {request.directory + "/.env"};
  return request;
}

void Including::refuse_circle(const Request& request) const {
  std::vector<std::string> way = stack_.including;
  way.push_back(file_);
  const auto first = std::find(way.begin(), way.end(), request.files.front());
  if (first == way.end()) return;
  std::string text;
  for (auto step = first; step != way.end(); ++step)
    text += shown_path(*step, reading_.working_directory) + " -> ";
  text += shown_path(request.files.front(), reading_.working_directory);
  throw LoadError(request.place, "files include each other in a circle: " + text);
}

const Node& Including::model_of(const Request& request) {
  Environment environment = stack_.environment;
  std::vector<std::shared_ptr<const File>> files;
  for (const std::string& path : request.env_files)
    files.push_back(read_text_file(path, shown_path(path, reading_.working_directory), request.place));
  environment.add_files(files);
  const std::string key = fingerprint(request.files, request.directory, environment);
  if (const auto known = included_.models.find(key); known != included_.models.end()) return known->second;
  if (stack_.including.size() >= kDeepest)
    throw LoadError(request.place, "stacks include each other deeper than 100 levels");
  if (++included_.loads > kMostLoads) throw LoadError(request.place, "more than 1,000 stacks are included");

  Stack stack{.directory = request.directory, .environment = environment, .including = stack_.including};
  stack.including.push_back(file_);
  for (const std::string& path : request.files)
    stack.files.push_back(parse_file(path, request.place, reading_));
  return included_.models.emplace(key, reader_.read(std::move(stack))).first->second;
}

void Including::take_in(Node& document, const Node& model) {
  const Trail root{};
  for (const std::string_view section : kSections) {
    const Node* from = model.find(section);
    if (from == nullptr || !from->is_map()) continue;
    Node* to = document.find(section);
    if (to == nullptr || to->is_null()) to = &document.set(section, make_map(from->place));
    if (!to->is_map()) continue;  // the check of the whole will say so
    const Attribute* row = member(&stack_file(), section)->shape->values;
    const Trail trail = root.to(section);
    for (const Entry& entry : from->map) {
      Node* own = to->find(entry.key);
      if (own == nullptr) {
        to->map.at(entry.key, entry.place).value = entry.value;
      } else if (!same_value(*own, entry.value)) {
        Node merged = entry.value;
        const Place place = own->place;
        merge(merged, std::move(*own), row, trail.to(entry.key), reading_.findings);
        merged.place = place;
        *to->find(entry.key) = std::move(merged);
      }
    }
  }
}

}  // namespace orchestrator::compose
