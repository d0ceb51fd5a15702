#include "orchestrator/compose/consistency.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "orchestrator/compose/circles.hpp"
#include "orchestrator/compose/walk.hpp"

namespace orchestrator::compose {
namespace {

constexpr std::string_view kServicePrefix = "service:";

/// How many instances: `scale`, else deploy.replicas, else 1.
std::int64_t instances(const Node& service) {
  const Node* count = service.find("scale");
  if (count == nullptr) count = find(&service, {"deploy", "replicas"});
  return count != nullptr && count->kind == Kind::Int ? count->integer : 1;
}

/// Checks of one service.
class ServiceChecks {
 public:
  ServiceChecks(const Selection& selection, const Entry& service, const Trail& trail, Findings& findings)
      : selection_(selection), entry_(service), service_(service.value), trail_(trail), findings_(findings) {}

  void run() {
    check_origin();
    check_build();
    check_networks();
    check_health();
    check_dependencies();
    check_log_lines();
    check_references();
    check_instances();
    check_limits();
    check_watches();
    check_mounts();
  }

 private:
  void error(const Place& place, const std::string& message, const std::string& hint = "") {
    findings_.error(place, trail_.text() + message, hint);
  }
  [[nodiscard]] const Node* resources(std::string_view section) const {
    return selection_.model.find(section);
  }
  [[nodiscard]] bool is_enabled(std::string_view name) const {
    const Node* services = resources("services");
    return services != nullptr && services->find(name) != nullptr;
  }

  void check_origin() {
    for (const std::string_view key : {"image", "build", "rootfs", "provider"})
      if (service_.find(key) != nullptr) return;
    if (find(&service_, {"x-mdcompose", "rootfs"}) != nullptr) return;
    error(entry_.place, " has neither a rootfs nor an image nor a build section");
  }

  void check_build() {
    const Node* build = service_.find("build");
    if (build == nullptr) return;
    if (build->find("dockerfile") != nullptr && build->find("dockerfile_inline") != nullptr)
      error(build->find("dockerfile_inline")->place,
            ".build: \"dockerfile\" and \"dockerfile_inline\" exclude each other");
    if (const Node* contexts = build->find("additional_contexts"))
      for (const Entry& context : contexts->map) check_context(context);
    const Node* platform = service_.find("platform");
    const Node* platforms = build->find("platforms");
    if (platform == nullptr || platforms == nullptr || platforms->items.empty()) return;
    const bool contained = std::any_of(platforms->items.begin(), platforms->items.end(),
                                       [&](const Node& one) { return same_value(one, *platform); });
    if (!contained)
      error(platforms->place,
            ".build.platforms must contain the service's platform " + quoted(platform->text));
  }

  void check_context(const Entry& context) {
    if (!context.value.text.starts_with(kServicePrefix)) return;
    const std::string name = context.value.text.substr(kServicePrefix.size());
    if (!is_enabled(name))
      undefined(context.value.place, ".build.additional_contexts", "service", name, resources("services"));
    else if (find(resources("services"), {name, "build"}) == nullptr)
      error(context.value.place, ".build.additional_contexts: service " + quoted(name) + " is not built");
  }

  void undefined(const Place& place, const std::string& where, std::string_view kind, const std::string& name,
                 const Node* known) {
    error(place, where + ": " + std::string(kind) + " " + quoted(name) + " is not defined",
          known == nullptr ? "" : did_you_mean(nearest(name, known->map)));
  }

  void check_networks() {
    const Node* mode = service_.find("network_mode");
    const Node* networks = service_.find("networks");
    if (mode != nullptr && networks != nullptr && !networks->map.empty())
      error(networks->place, ": \"network_mode\" and \"networks\" exclude each other");
    if (networks == nullptr) return;
    for (const Entry& network : networks->map) refer("networks", "network", network.key, network.place);
  }

  /// `section` is where the name must be defined at the top.
  void refer(std::string_view section, std::string_view kind, const std::string& name, const Place& place,
             const std::string& where = "") {
    const Node* defined = resources(section);
    if (defined == nullptr || defined->find(name) == nullptr)
      undefined(place, where.empty() ? "." + std::string(section) : where, kind, name, defined);
  }

  void check_health() {
    const Node* test = find(&service_, {"healthcheck", "test"});
    if (test == nullptr || test->items.empty()) return;
    const std::string& first = test->items.front().text;
    if (first != "NONE" && first != "CMD" && first != "CMD-SHELL")
      error(test->place,
            ".healthcheck.test: a list starts with NONE, CMD or CMD-SHELL, not " + quoted(first));
    if (find(&service_, {"healthcheck", "start_interval"}) != nullptr &&
        find(&service_, {"healthcheck", "start_period"}) == nullptr)
      findings_.warning(
          service_.find("healthcheck")->find("start_interval")->place,
          trail_.text() + ".healthcheck: \"start_interval\" has no effect without \"start_period\"");
  }

  void check_dependencies() {
    const Node* dependencies = service_.find("depends_on");
    if (dependencies == nullptr) return;
    for (const Entry& entry : dependencies->map) {
      if (is_enabled(entry.key)) continue;
      const Node* disabled = selection_.disabled.find(entry.key);
      const Node* required = entry.value.find("required");
      const bool optional = required != nullptr && required->kind == Kind::Bool && !required->boolean;
      if (disabled != nullptr && !optional)
        error(entry.place,
              ".depends_on: service " + quoted(entry.key) + " belongs to a profile that is not active",
              "enable it with --profile " + profiles_of(*disabled) + ", or set required: false");
      else if (disabled == nullptr)
        undefined(entry.place, ".depends_on", "service", entry.key, resources("services"));
    }
  }

  /// Lines are looked for in what is kept of the output.
  void check_log_lines() {
    const Node* health = service_.find("healthcheck");
    const bool is_checked = health == nullptr || !health->is_true("disable");
    const Node* line = find(&service_, {"x-mdcompose", "probe", "log"});
    if (line != nullptr && is_checked && keeps_nothing(service_))
      no_line(*line, ".x-mdcompose.probe.log", entry_.key, ", or another probe");
    const Node* dependencies = find(&service_, {"x-mdcompose", "depends_on"});
    if (dependencies == nullptr || !dependencies->is_map()) return;
    for (const Entry& entry : dependencies->map) {
      const Node* other = find(resources("services"), {entry.key});
      const Node* awaited = entry.value.find("log");
      if (awaited != nullptr && other != nullptr && keeps_nothing(*other))
        no_line(*awaited, ".x-mdcompose.depends_on." + entry.key + ".log", entry.key,
                ", or another condition");
    }
  }
  static bool keeps_nothing(const Node& service) {
    const Node* logging = service.find("logging");
    return logging != nullptr && logging->text_of("driver") == "none";
  }
  void no_line(const Node& line, const std::string& where, const std::string& name,
               const std::string& otherwise) {
    error(line.place,
          where + ": nothing is kept of what service " + quoted(name) +
              " prints: its logging driver is \"none\"",
          "use another one, such as \"local\"" + otherwise);
  }

  static std::string profiles_of(const Node& service) {
    const Node* profiles = service.find("profiles");
    return profiles == nullptr || profiles->items.empty() ? "" : profiles->items.front().text;
  }

  void check_references() {
    each_item(service_.find("volumes"), [&](const Node& mount, std::size_t) {
      const Node* source = mount.find("source");
      if (mount.text_of("type") == "volume" && source != nullptr && !source->text.empty())
        refer("volumes", "volume", source->text, source->place);
    });
    each_item(service_.find("secrets"),
              [&](const Node& use, std::size_t) { refer_to("secrets", "secret", use); });
    each_item(service_.find("configs"),
              [&](const Node& use, std::size_t) { refer_to("configs", "config", use); });
    each_item(find(&service_, {"build", "secrets"}), [&](const Node& use, std::size_t) {
      refer("secrets", "secret", std::string(use.text_of("source")), use.place, ".build.secrets");
    });
    if (const Node* models = service_.find("models"))
      for (const Entry& model : models->map) refer("models", "model", model.key, model.place);
  }
  void refer_to(std::string_view section, std::string_view kind, const Node& use) {
    refer(section, kind, std::string(use.text_of("source")), use.place);
  }

  void check_instances() {
    const Node* scale = service_.find("scale");
    if (scale != nullptr && instances(service_) < 0) error(scale->place, ".scale must not be negative");
    const Node* name = service_.find("container_name");
    if (name != nullptr && instances(service_) > 1)
      error(name->place,
            ": container_name allows only one instance, not " + std::to_string(instances(service_)));
    same_as("scale", {"deploy", "replicas"}, "deploy.replicas");
  }

  void check_limits() {
    same_as("cpus", {"deploy", "resources", "limits", "cpus"}, "deploy.resources.limits.cpus");
    same_as("mem_limit", {"deploy", "resources", "limits", "memory"}, "deploy.resources.limits.memory");
    same_as("pids_limit", {"deploy", "resources", "limits", "pids"}, "deploy.resources.limits.pids");
    same_as("mem_reservation", {"deploy", "resources", "reservations", "memory"},
            "deploy.resources.reservations.memory");
  }

  /// Two spellings of one limit must not differ. Where the group around the long one is given, what it leaves
  /// out is no limit.
  void same_as(std::string_view key, std::initializer_list<std::string_view> keys, const std::string& other) {
    const Node* one = service_.find(key);
    if (one == nullptr) return;
    const Node* group = &service_;
    for (auto step = keys.begin(); group != nullptr && step + 1 != keys.end(); ++step)
      group = group->find(*step);
    const Node* two = group == nullptr ? nullptr : group->find(*(keys.end() - 1));
    const bool differs = two != nullptr ? !same_value(*one, *two) : group != nullptr && key != "scale";
    if (differs) error(one->place, ": " + quoted(key) + " and " + quoted(other) + " must not differ");
  }

  void check_watches() {
    each_item(find(&service_, {"develop", "watch"}), [&](const Node& watch, std::size_t) {
      const std::string_view action = watch.text_of("action");
      if (watch.find("target") == nullptr && action != "rebuild" && action != "restart")
        error(watch.place, ".develop.watch: \"target\" is missing: " + quoted(action) + " needs one");
    });
  }

  void check_mounts() {
    std::map<std::string, std::string, std::less<>> seen;
    const auto mount = [&](const std::string& target, const Node& node, const Trail& trail) {
      const auto [known, fresh] = seen.emplace(target, trail.text());
      if (!fresh)
        findings_.error(node.place,
                        trail.prefix() + quoted(target) + " is already the target of " + known->second);
    };
    const Trail tmpfs = trail_.to("tmpfs");
    each_item(service_.find("tmpfs"), [&](const Node& item, std::size_t i) {
      mount(item.text.substr(0, item.text.find(':')), item, tmpfs.at(i));
    });
    const Trail volumes = trail_.to("volumes");
    each_item(service_.find("volumes"), [&](const Node& item, std::size_t i) {
      mount(std::string(item.text_of("target")), item, volumes.at(i));
    });
  }

  const Selection& selection_;
  const Entry& entry_;
  const Node& service_;
  const Trail& trail_;
  Findings& findings_;
};

void check_secrets(const Node& model, Findings& findings) {
  each_of(model, "secrets", [&](const Entry& secret, const Trail& trail) {
    if (secret.value.is_true("external") || secret.value.find("file") != nullptr ||
        secret.value.find("environment") != nullptr)
      return;
    findings.error(secret.place, trail.prefix() + "a secret needs a \"file\" or \"environment\"");
  });
}

void check_container_names(const Node& model, Findings& findings) {
  std::unordered_map<std::string, std::string> owners;
  each_of(model, "services", [&](const Entry& service, const Trail& trail) {
    const Node* name = service.value.find("container_name");
    if (name == nullptr) return;
    const auto [owner, fresh] = owners.emplace(name->text, service.key);
    if (!fresh)
      findings.error(name->place, trail.text() + ".container_name: " + quoted(name->text) +
                                      " is already the name of service " + quoted(owner->second));
  });
}

void check_circles(const Node& model, Findings& findings) {
  const Node* services = model.find("services");
  if (services == nullptr) return;
  const std::vector<std::string> circle = find_circle(*services);
  if (circle.empty()) return;
  constexpr std::size_t kMostNamed = 20;
  std::string text;
  for (std::size_t i = 0; i < circle.size(); ++i) {
    if (i > kMostNamed && i + 1 < circle.size()) continue;
    text += (i == 0 ? "" : i == kMostNamed && i + 1 < circle.size() ? " -> ... -> " : " -> ") + circle[i];
  }
  const Node* depends = find(services, {circle[0], "depends_on"});
  for (const Entry& entry : depends->map)
    if (entry.key == circle[1]) return findings.error(entry.place, "dependencies go in a circle: " + text);
}

}  // namespace

void check_consistency(const Selection& selection, Findings& findings) {
  each_of(selection.model, "services", [&](const Entry& service, const Trail& trail) {
    if (service.value.is_map()) ServiceChecks(selection, service, trail, findings).run();
  });
  check_secrets(selection.model, findings);
  check_container_names(selection.model, findings);
  check_circles(selection.model, findings);
}

}  // namespace orchestrator::compose
