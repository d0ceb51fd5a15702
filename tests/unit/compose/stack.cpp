#include "stack.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "orchestrator/compose/json.hpp"

namespace orchestrator::compose::test {
namespace {

std::string text_with(const std::string& lines) {
  std::string text = "name: app\nservices:\n  web:\n    rootfs: /\n";
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) text += "    " + line + "\n";
  return text;
}

}  // namespace

Stack::Stack(const std::string& text) {
  directory_ = std::filesystem::temp_directory_path() / "mdcompose-load-XXXXXX";
  if (::mkdtemp(directory_.data()) == nullptr) std::abort();
  file("compose.yaml", text);
  options.working_directory = directory_;
}

Stack::~Stack() { std::filesystem::remove_all(directory_); }

std::string lines_of(const std::vector<Diagnostic>& findings) {
  std::string text;
  for (const Diagnostic& one : findings)
    text += (text.empty() ? "" : "\n") + one_line(one) + (one.hint.empty() ? "" : "; " + one.hint);
  return text;
}

Stack& Stack::file(const std::string& name, const std::string& text) {
  const std::filesystem::path path = directory_ + "/" + name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
  return *this;
}

Loaded Stack::load() const { return compose::load(options); }

std::string Stack::errors() const {
  try {
    (void)load();
  } catch (const LoadError& error) {
    return lines_of(error.diagnostics());
  }
  return "";
}

std::string Stack::warnings() const { return lines_of(load().model.warnings); }

std::string Stack::settled(const std::string& service) const {
  LoadOptions all = options;
  all.profiles = {"*"};
  all.checks_consistency = false;
  Node node = *load_model(all).tree.find("services")->find(service);
  const Node* networks = node.find("networks");
  if (networks != nullptr && networks->map.size() == 1 && networks->find("default") != nullptr)
    node.map.erase("networks");
  node.map.erase("rootfs");
  return json_of(node);
}

Stack with(const std::string& lines) { return Stack(text_with(lines)); }
project::Service web(const std::string& lines) { return with(lines).project().services.at("web"); }
std::string errors_with(const std::string& lines) { return with(lines).errors(); }

}  // namespace orchestrator::compose::test
