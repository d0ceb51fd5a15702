// `config`: the stack as it is understood, after variables, overrides and short forms.
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <functional>
#include <set>

#include "orchestrator/cli/commands.hpp"
#include "orchestrator/cli/explain.hpp"
#include "orchestrator/cli/network_check.hpp"
#include "orchestrator/cli/stack.hpp"
#include "orchestrator/cli/variables.hpp"
#include "orchestrator/compose/bind.hpp"
#include "orchestrator/compose/json.hpp"
#include "orchestrator/compose/print.hpp"
#include "orchestrator/compose/walk.hpp"
#include "orchestrator/project/json.hpp"

namespace orchestrator::cli {
namespace {

using compose::Entry;
using compose::Model;
using compose::Node;

std::string names(const Model& model, std::string_view section) {
  std::string text;
  compose::each_of(model.tree, section,
                   [&](const Entry& entry, const compose::Trail&) { text += entry.key + "\n"; });
  return text;
}

std::string profiles(const Model& model) {
  std::set<std::string> all;
  const auto add = [&](const Entry& service) {
    compose::each_item(service.value.find("profiles"),
                       [&](const Node& profile, std::size_t) { all.insert(profile.text); });
  };
  compose::each_of(model.tree, "services",
                   [&](const Entry& service, const compose::Trail&) { add(service); });
  for (const Entry& service : model.disabled.map) add(service);
  return fmt::format("{}{}", fmt::join(all, "\n"), all.empty() ? "" : "\n");
}

/// What is built gets the project's and the service's name.
std::string images(const Model& model) {
  std::set<std::string> all;
  compose::each_of(model.tree, "services", [&](const Entry& service, const compose::Trail&) {
    const std::string_view image = service.value.text_of("image");
    if (!image.empty())
      all.emplace(image);
    else if (service.value.find("build") != nullptr)
      all.insert(model.name + "-" + service.key);
  });
  return fmt::format("{}{}", fmt::join(all, "\n"), all.empty() ? "" : "\n");
}

std::string models(const Model& model) {
  std::string text;
  compose::each_of(model.tree, "models", [&](const Entry& entry, const compose::Trail&) {
    text += std::string(entry.value.text_of("model")) + "\n";
  });
  return text;
}

std::string hashes(const Model& model, const std::string& wanted) {
  compose::Findings findings;
  std::string text;
  for (const auto& [name, service] : compose::bind(model, findings).services)
    if (wanted == "*" || wanted == name) text += name + " " + project::service_hash(service) + "\n";
  if (text.empty() && wanted != "*") throw UsageError(fmt::format("no such service: \"{}\"", wanted));
  return text;
}

std::string environment(const Model& model) {
  std::string text;
  for (const auto& [name, setting] : model.environment.all()) text += name + "=" + setting.value + "\n";
  return text;
}

/// A dollar sign is doubled, so that what is printed can be loaded again.
std::string with_doubled_dollars(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '$' ? "$$" : std::string(1, c);
  return out;
}

/// In JSON, Docker Compose says of every service that it has no command of its own, and of every network that
/// its addresses are not planned.
void add_what_is_missing(Node& tree) {
  compose::each_of(tree, "networks", [](Entry& network, const compose::Trail&) {
    if (network.value.is_map() && network.value.find("ipam") == nullptr)
      network.value.set("ipam", compose::make_map({}));
  });
  compose::each_of(tree, "services", [&](Entry& service, const compose::Trail&) {
    for (const std::string_view key : {"command", "entrypoint"})
      if (service.value.is_map() && service.value.find(key) == nullptr)
        service.value.set(key, compose::make_null({}));
  });
}

std::string whole(const Options& options, Model model) {
  const bool filled_in = !options.flag("no-interpolate");
  std::string text;
  if (options.text("format").value_or("yaml") == "json") {
    if (filled_in) add_what_is_missing(model.tree);
    text = compose::json_of(model.tree, true) + "\n";
  } else {
    text = compose::yaml_of(model.tree);
  }
  return filled_in ? with_doubled_dollars(text) : text;
}

struct View {
  std::string_view option;
  std::function<std::string(const Model&)> text;
};

std::string text_of(const Options& options, Model model) {
  const std::array views{
      View{"services", [](const Model& from) { return names(from, "services"); }},
      View{"volumes", [](const Model& from) { return names(from, "volumes"); }},
      View{"networks", [](const Model& from) { return names(from, "networks"); }},
      View{"models", models},
      View{"profiles", profiles},
      View{"images", images},
      View{"environment", environment},
  };
  for (const View& view : views)
    if (options.flag(view.option)) return view.text(model);
  if (options.given("hash")) return hashes(model, options.text("hash").value_or("*"));
  if (options.flag("variables"))
    return compose_variables(model, options.text("format").value_or("yaml") == "json");
  if (options.flag("explain")) return explain(model, options.operands());
  return whole(options, std::move(model));
}

int print(const Options& options, const std::string& text) {
  const auto file = options.text("output");
  if (!file) {
    fmt::print("{}", text);
    return 0;
  }
  std::ofstream out(*file, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("write " + *file + " failed");
  return 0;
}

compose::LoadOptions config_options(const Options& options) {
  const bool explains = options.flag("explain");
  compose::LoadOptions load =
      load_options(options, explains ? std::vector<std::string>{} : options.operands());
  load.fills_in = !options.flag("no-interpolate") && !options.flag("variables");
  load.normalizes = !options.flag("no-normalize") && !options.flag("compatibility");
  load.resolves_paths = !options.flag("no-path-resolution");
  load.reads_env_files = !options.flag("no-env-resolution");
  load.checks_consistency = !options.flag("no-consistency");
  load.keeps_all_services = false;
  load.keeps_all_resources = options.flag("all-resources");
  return load;
}

}  // namespace

int config(const Options& options) {
  const compose::LoadOptions load = config_options(options);
  Model model = load_model(options, load);
  if (load.fills_in && load.normalizes && load.checks_consistency) {
    warn(options, compose::refusals(model));
    warn_of_networks(options, model);
  }
  if (options.flag("quiet")) return 0;
  return print(options, text_of(options, std::move(model)));
}

}  // namespace orchestrator::cli
