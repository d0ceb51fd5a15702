#include "orchestrator/cli/up_request.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <stdexcept>

#include "orchestrator/cli/suggestion.hpp"
#include "orchestrator/plan/selection.hpp"
#include "orchestrator/plan/translate.hpp"

namespace orchestrator::cli {
namespace {

struct Conflict {
  std::string_view one{};
  std::string_view other{};
};
constexpr std::array kConflicts{
    Conflict{"force-recreate", "no-recreate"},
    Conflict{"build", "no-build"},
    Conflict{"renew-anon-volumes", "no-recreate"},
    Conflict{"always-recreate-deps", "no-recreate"},
    Conflict{"abort-on-container-exit", "abort-on-container-failure"},
    Conflict{"no-deps", "attach-dependencies"},
    Conflict{"attach", "attach-dependencies"},
    Conflict{"detach", "abort-on-container-exit"},
    Conflict{"detach", "abort-on-container-failure"},
    Conflict{"detach", "exit-code-from"},
    Conflict{"detach", "attach"},
    Conflict{"detach", "attach-dependencies"},
    Conflict{"wait", "abort-on-container-exit"},
    Conflict{"wait", "abort-on-container-failure"},
    Conflict{"wait", "exit-code-from"},
    Conflict{"wait", "attach"},
    Conflict{"wait", "attach-dependencies"},
    Conflict{"no-start", "wait"},
};

std::string abort_on(const Options& options) {
  if (options.flag("abort-on-container-failure")) return "failure";
  return options.flag("abort-on-container-exit") || options.given("exit-code-from") ? "exit" : "";
}

/// What `create` takes; `up` and `plan` take it, too.
state::Request common(const Options& options, const std::string& verb) {
  return {.verb = verb,
          .services = options.operands(),
          .force_recreate = options.flag("force-recreate"),
          .no_recreate = options.flag("no-recreate"),
          .scale = scale_of(options.list("scale"))};
}

/// What `up` and `plan` take.
state::Request converging(const Options& options) {
  state::Request request = common(options, options.flag("no-start") ? "create" : "up");
  request.no_deps = options.flag("no-deps");
  request.always_recreate_deps = options.flag("always-recreate-deps");
  request.renew_anon_volumes = options.flag("renew-anon-volumes");
  return request;
}

void refuse_unknown(const project::Project& project, const std::string& name) {
  if (project.services.contains(name)) return;
  if (project.disabled.contains(name))
    throw std::runtime_error("service " + name + " belongs to a profile that is not active");
  std::vector<std::string_view> known;
  for (const auto& [service, definition] : project.services) known.push_back(service);
  throw std::runtime_error("no such service: " + name + suggestion(name, known));
}

void refuse_nothing(const project::Project& project) {
  if (project.services.empty())
    throw std::runtime_error(
        "no service selected: all belong to profiles that are not active; enable one with --profile");
}

/// Before anything is made, and of all of them at once.
void refuse_without_root(const project::Project& project, const state::Request& request) {
  const plan::Choices choices = plan::choices_of(request);
  std::string text;
  for (const std::string& name : plan::chosen_services(project, choices)) {
    const project::Service& service = project.services.at(name);
    if (service.rootfs || plan::wanted_of(project, service, choices).empty()) continue;
    text += (text.empty() ? "" : "\n") + plan::missing_root_text(service);
  }
  if (!text.empty()) throw UsageError(text);
}

/// One that has no part in it has no exit code but an old one.
void check_exit_code_from(const project::Project& project, const state::Request& request) {
  const std::string& name = request.exit_code_from;
  if (name.empty()) return;
  refuse_unknown(project, name);
  const plan::Choices choices = plan::choices_of(request);
  if (!plan::chosen_services(project, choices).contains(name) ||
      plan::wanted_of(project, project.services.at(name), choices).empty())
    throw UsageError("--exit-code-from " + name + ": this up does not bring up service " + name);
}

}  // namespace

std::map<std::string, int> scale_of(const std::vector<std::string>& assignments) {
  std::map<std::string, int> scale;
  for (const std::string& text : assignments) {
    const auto equals = text.find('=');
    int count = -1;
    if (equals != std::string::npos) {
      const auto [end, error] = std::from_chars(text.data() + equals + 1, text.data() + text.size(), count);
      if (error != std::errc() || end != text.data() + text.size()) count = -1;
    }
    if (count < 0) throw UsageError("scale wants SERVICE=NUMBER, not \"" + text + "\"");
    scale[text.substr(0, equals)] = count;
  }
  return scale;
}

void check_up_options(const Options& options) {
  for (const Conflict& pair : kConflicts)
    if (options.has(pair.one) && options.has(pair.other))
      throw UsageError("--" + std::string(pair.one) + " and --" + std::string(pair.other) +
                       " exclude each other");
  if (options.has("wait-timeout") && options.seconds("wait-timeout")->count() < 0)
    throw UsageError("--wait-timeout must not be negative");
}

std::optional<std::chrono::seconds> wait_limit_of(const Options& options) {
  const auto limit = options.seconds("wait-timeout");
  if (limit && limit->count() == 0) return std::nullopt;
  return limit;
}

std::optional<std::chrono::nanoseconds> grace_of(const Options& options) {
  const auto grace = options.seconds("timeout");
  if (grace && grace->count() < 0) return std::chrono::nanoseconds::max();
  return grace;
}

bool is_detached(const Options& options) { return options.flag("detach") || options.flag("wait"); }

state::Request create_request(const Options& options) { return common(options, "create"); }

state::Request plan_request(const Options& options) {
  check_up_options(options);
  return converging(options);
}

state::Request scale_request(const Options& options) {
  if (options.operands().empty()) throw UsageError("scale wants SERVICE=NUMBER");
  state::Request request{
      .verb = "up", .no_deps = options.flag("no-deps"), .scale = scale_of(options.operands())};
  for (const auto& [service, count] : request.scale) request.services.push_back(service);
  return request;
}

state::Request up_request(const Options& options) {
  check_up_options(options);
  state::Request request = converging(options);
  request.lease = request.verb == "up" && !is_detached(options);
  request.wait = options.flag("wait");
  request.abort_on = abort_on(options);
  request.exit_code_from = options.text("exit-code-from").value_or("");
  request.timeout = grace_of(options);
  request.wait_timeout = wait_limit_of(options);
  return request;
}

void check_services(const project::Project& project, const state::Request& request) {
  for (const std::string& name : request.services) refuse_unknown(project, name);
  refuse_nothing(project);
  refuse_without_root(project, request);
  check_exit_code_from(project, request);
  for (const auto& [name, count] : request.scale) {
    refuse_unknown(project, name);
    const project::Service& service = project.services.at(name);
    if (count > 1 && !service.container_name.empty())
      throw UsageError(project::to_string(service.source) + ": services." + name + ": container_name \"" +
                       service.container_name + "\" allows for one container, not " + std::to_string(count));
  }
}

void check_attached(const Options& options, const project::Project& project, const state::Request& request) {
  const std::set<std::string> brought = plan::chosen_services(project, plan::choices_of(request));
  for (const std::string& name : options.list("attach")) {
    refuse_unknown(project, name);
    if (!brought.contains(name))
      throw std::runtime_error("--attach " + name + ": this up does not bring up service " + name);
  }
  for (const std::string& name : options.list("no-attach"))
    if (!project.disabled.contains(name)) refuse_unknown(project, name);
}

}  // namespace orchestrator::cli
