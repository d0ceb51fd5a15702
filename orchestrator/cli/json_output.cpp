#include "orchestrator/cli/json_output.hpp"

#include <nlohmann/json.hpp>

#include "orchestrator/cli/describe.hpp"
#include "orchestrator/cli/explain_state.hpp"
#include "orchestrator/cli/networks.hpp"
#include "orchestrator/cli/progress.hpp"
#include "orchestrator/cli/usage.hpp"

namespace orchestrator::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string_view progress_status(const state::Event& event) {
  if (event.action == "Error") return "Error";
  return is_under_way(event.action) ? "Working" : "Done";
}

json publishers(const state::Instance& instance) {
  json list = json::array();
  for (const state::PublishedPort& port : instance.ports)
    list.push_back({{"URL", port.host_ip},
                    {"TargetPort", port.container_port},
                    {"PublishedPort", port.host_port},
                    {"Protocol", port.protocol}});
  return list;
}

json json_of(const project::Difference& change) {
  json object{{"key", change.key}};
  if (!change.before.empty()) object["before"] = change.before;
  if (!change.after.empty()) object["after"] = change.after;
  if (change.source.file.empty()) return object;
  object["file"] = change.source.file;
  object["line"] = change.source.line;
  object["column"] = change.source.column;
  return object;
}

json json_of(const NetworkInfo& info) {
  json pools = json::array();
  for (const network::Subnet& subnet : info.subnets)
    pools.push_back({{"Subnet", subnet.prefix.text()}, {"Gateway", subnet.gateway.text()}});
  json containers = json::object();
  for (const NetworkContainer& one : info.containers)
    containers[one.name] = {{"Name", one.name},
                            {"Project", one.project},
                            {"IPv4Address", one.ipv4},
                            {"IPv6Address", one.ipv6},
                            {"MacAddress", one.mac}};
  return {{"Name", info.network.name},
          {"Driver", "bridge"},
          {"Scope", "local"},
          {"Project", info.owner},
          {"Attachable", info.shared},
          {"Internal", info.network.internal},
          {"EnableIPv4", info.network.enable_ipv4.value_or(true)},
          {"EnableIPv6", info.network.enable_ipv6.value_or(false)},
          {"IPAM", {{"Config", pools}}},
          {"Containers", containers},
          {"Options", info.network.driver_opts},
          {"Labels", info.network.labels}};
}

}  // namespace

std::string json_line(const state::Event& event) {
  json object{
      {"id", event.kind + " " + event.name}, {"status", progress_status(event)}, {"text", event.action}};
  if (!event.text.empty()) object["details"] = event.text;
  return text_of(object);
}

std::string json_line(const std::string& project, const state::Instance& instance, std::int64_t now_ns) {
  return text_of({{"ID", state::container_id(instance)},
                  {"Name", instance.name},
                  {"Project", project},
                  {"Service", service_of(instance)},
                  {"Image", instance.image},
                  {"Command", instance.command},
                  {"State", state::to_string(instance.phase)},
                  {"Status", status(instance, now_ns)},
                  {"Health", state::to_string(instance.health)},
                  {"ExitCode", exit_code(instance)},
                  {"CreatedAt", date(instance.created_ns)},
                  {"RunningFor", ago(now_ns, instance.created_ns)},
                  {"Networks", networks(instance)},
                  {"Ports", ports(instance)},
                  {"Publishers", publishers(instance)}});
}

std::string json_line(const state::Change& change) {
  json attributes = change.attributes;
  if (!change.name.empty()) attributes["name"] = change.name;
  return text_of({{"time", timestamp(change.at_ns)},
                  {"type", change.id.empty() ? "stack" : "container"},
                  {"service", change.service},
                  {"id", change.id},
                  {"action", change.action},
                  {"attributes", std::move(attributes)}});
}

std::string json_line(const Case& it) {
  const state::Instance& instance = it.instance;
  json object{{"name", instance.name},
              {"service", instance.service},
              {"state", state::to_string(instance.phase)},
              {"health", state::to_string(instance.health)},
              {"restarts", instance.restarts},
              {"crash_looping", instance.history.crash_looping},
              {"waits_for", instance.waits_for},
              {"causes", causes(it)},
              {"last_lines", it.last_lines}};
  if (!instance.error.empty()) object["error"] = instance.error;
  const auto& exit = instance.exit ? instance.exit : instance.last_exit;
  const std::int64_t at_ns = instance.exit ? instance.finished_ns : instance.last_finished_ns;
  if (exit)
    object["exit"] = {{"code", exit->code},
                      {"signal", exit->signal},
                      {"oom_killed", exit->oom_killed},
                      {"known", !exit->lost},
                      {"by", state::to_string(instance.ended_by)},
                      {"memory_limit", exit->memory_limit},
                      {"memory_peak", exit->memory_peak}};
  if (exit && at_ns != 0) object["exit"]["at"] = timestamp(at_ns);
  return text_of(object);
}

std::string json_array(const std::vector<ProjectLine>& projects) {
  json list = json::array();
  for (const ProjectLine& line : projects)
    list.push_back({{"Name", line.name}, {"Status", line.status}, {"ConfigFiles", line.config_files}});
  return text_of(list);
}

std::string json_line(const Usage& usage) {
  return text_of({{"Name", usage.name},
                  {"CPUPerc", usage.cpu},
                  {"MemUsage", usage.memory},
                  {"MemPerc", usage.memory_share},
                  {"NetIO", usage.network},
                  {"BlockIO", usage.block},
                  {"PIDs", usage.pids}});
}

std::string json_text(const std::string& project, const plan::Plan& plan) {
  json steps = json::array();
  for (const plan::Step& step : plan.steps) {
    json object{{"action", plan::to_string(step.action)},
                {"subject", plan::to_string(step.subject)},
                {"name", step.name}};
    if (step.subject == plan::Subject::container) object["service"] = step.service;
    if (!step.cause.empty()) object["cause"] = step.cause;
    for (const project::Difference& change : step.changes) object["changes"].push_back(json_of(change));
    steps.push_back(std::move(object));
  }
  return text_of({{"project", project},
                  {"changes", plan.changes_anything()},
                  {"summary", plan::summary(plan)},
                  {"steps", std::move(steps)},
                  {"orphans", plan.orphans}});
}

std::string json_line(const NetworkInfo& info) { return text_of(json_of(info)); }

std::string json_array(const std::vector<NetworkInfo>& networks) {
  json list = json::array();
  for (const NetworkInfo& info : networks) list.push_back(json_of(info));
  return list.dump(4, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string json_volume(const std::string& name) {
  return text_of({{"Name", name}, {"Driver", "local"}, {"Scope", "local"}});
}

std::string json_version(const std::string& version) { return text_of({{"version", version}}); }

}  // namespace orchestrator::cli
