#include "orchestrator/compose/bind_life.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include "orchestrator/compose/number.hpp"
#include "orchestrator/compose/probe_address.hpp"
#include "orchestrator/project/cron.hpp"
#include "orchestrator/project/pattern.hpp"
#include "runtime/spec/signal.hpp"

namespace orchestrator::compose {
namespace {

namespace to = project;

/// 0 is the default. Docker refuses what is shorter than a millisecond, too.
void bind_time(const Reader& from, std::string_view key, std::optional<to::Duration>& into) {
  from.duration(key, into);
  if (into && *into > to::Duration(0) && *into < std::chrono::milliseconds(1))
    from.out_of_range(*from.find(key), key, "must not be shorter than 1ms");
}

void bind_times(const Reader& from, to::HealthCheck& check) {
  bind_time(from, "interval", check.interval);
  bind_time(from, "timeout", check.timeout);
  bind_time(from, "start_period", check.start_period);
  bind_time(from, "start_interval", check.start_interval);
  from.number("retries", check.retries);
  if (check.retries && *check.retries < 0)
    from.out_of_range(*from.find("retries"), "retries", "must not be negative");
}

to::HealthCheck bind_health(const Reader& from) {
  to::HealthCheck check;
  from.flag("disable", check.disable);
  bind_times(from, check);
  from.texts("test", check.test);
  if (!check.test.empty() && check.test.front() != "NONE" && check.test.size() < 2)
    from.error(from.find("test")->place, "the test has no command");
  return check;
}

void bind_address(const Reader& from, std::string_view key, std::string& into) {
  const Node* found = from.find(key);
  if (found == nullptr) return;
  const auto address = probe_address(scalar_text(*found));
  if (!address)
    return from.error(found->place, quoted(scalar_text(*found)) + " is neither a port nor ADDRESS:PORT");
  into = *address;
}

void bind_pattern(const Reader& from, std::string_view key, std::string& into) {
  from.text(key, into);
  if (into.empty()) return;
  try {
    const to::Pattern sound(into);
  } catch (const std::invalid_argument& error) {
    from.error(from.find(key)->place,
               quoted(into) + " is no regular expression: " + std::string(error.what()));
  }
}

bool is_status(const std::string& text) {
  const auto dash = text.find('-');
  const auto first = parse_integer(text.substr(0, dash));
  const auto last = dash == std::string::npos ? first : parse_integer(text.substr(dash + 1));
  return first && last && *first >= 100 && *last <= 599 && *first <= *last;
}

void bind_statuses(const Reader& from, to::Strings& into) {
  const Node* found = from.find("status");
  if (found == nullptr) return;
  const auto take = [&](const Node& item) {
    into.push_back(scalar_text(item));
    if (!is_status(into.back()))
      from.error(item.place, quoted(into.back()) + " is no status such as 200 or 200-299");
  };
  if (found->is_list())
    for (const Node& item : found->items) take(item);
  else
    take(*found);
}

to::HttpProbe bind_http_probe(const Reader& from, const Node& written) {
  if (!written.is_map()) {
    const auto probe = probe_url(scalar_text(written));
    if (!probe)
      from.error(written.place, quoted(scalar_text(written)) + " is no address such as :8000/healthz");
    return probe.value_or(to::HttpProbe{});
  }
  const Reader inside = *from.inside("http");
  to::HttpProbe probe{.address = "80"};
  bind_address(inside, "port", probe.address);
  bind_address(inside, "address", probe.address);
  inside.text("path", probe.path);
  inside.text_map("headers", probe.headers);
  bind_statuses(inside, probe.status);
  if (!probe.path.starts_with('/')) inside.error(written.place, "the path must start with /");
  return probe;
}

to::NativeProbe bind_probe(const Reader& from) {
  to::NativeProbe probe;
  bind_address(from, "tcp", probe.tcp);
  if (const Node* http = from.find("http")) probe.http = bind_http_probe(from, *http);
  from.text("unix", probe.unix_socket);
  from.text("file", probe.file);
  bind_pattern(from, "log", probe.log);
  from.flag("notify", probe.notify);
  for (const std::string* path : {&probe.unix_socket, &probe.file})
    if (!path->empty() && !path->starts_with('/') && !probe.unix_socket.starts_with('@'))
      from.error(from.node().place, quoted(*path) + " is no absolute path");
  const int kinds = !probe.tcp.empty() + probe.http.has_value() + !probe.unix_socket.empty() +
                    !probe.file.empty() + !probe.log.empty() + probe.notify;
  if (kinds > 1 || (kinds == 0 && !from.findings().failed()))
    from.error(from.node().place, "exactly one of tcp, http, unix, file, log and notify is wanted");
  return probe;
}

void bind_exit_codes(const Reader& from, std::vector<int>& into) {
  const Node* codes = from.find("success_exit_codes");
  if (codes == nullptr) return;
  for (const Node& item : codes->items) {
    const auto code = parse_integer(scalar_text(item));
    if (!code || *code < 0 || *code > 255)
      from.error(item.place, quoted(scalar_text(item)) + " is no exit code from 0 to 255");
    else
      into.push_back(static_cast<int>(*code));
  }
}

to::Dependency bind_dependency(const std::string& name, const Reader& from) {
  to::Dependency dependency{.service = name, .source = from.source()};
  from.text("condition", dependency.condition);
  from.flag("restart", dependency.restart);
  from.flag("required", dependency.required);
  return dependency;
}

/// `x-mdcompose.depends_on`: conditions that other tools do not know. The service is in `depends_on` already.
void bind_own_dependency(const std::string& name, const Reader& from, std::vector<to::Dependency>& into) {
  const auto known =
      std::find_if(into.begin(), into.end(), [&](const to::Dependency& one) { return one.service == name; });
  if (known == into.end()) return;
  from.text("condition", known->condition);
  bind_pattern(from, "log", known->log);
  if (!known->log.empty() && from.find("condition") == nullptr) known->condition = "service_log_ready";
  if ((known->condition == "service_log_ready") == known->log.empty())
    from.error(from.node().place, "service_log_ready and \"log\" go together");
}

/// "0 3 * * *", "@daily", "10m", or a mapping.
to::Schedule bind_schedule(const Reader& from, const Node& written) {
  to::Schedule schedule;
  const auto take_cron = [&](const Node& node) {
    try {
      const to::Cron sound(schedule.cron = scalar_text(node));
      const auto in_utc = [](to::Cron::Time) { return std::chrono::seconds(0); };
      if (!sound.next(to::Cron::Time{}, in_utc)) throw std::invalid_argument("this time never comes");
    } catch (const std::invalid_argument& error) {
      from.error(node.place, "schedule: " + std::string(error.what()));
    }
  };
  if (!written.is_map()) {
    schedule.every = parse_duration(scalar_text(written));
    if (!schedule.every) take_cron(written);
  } else {
    const Reader inside = *from.inside("schedule");
    inside.duration("every", schedule.every);
    if (const Node* cron = inside.find("cron")) take_cron(*cron);
    schedule.makes_up = written.text_of("missed") != "skip";
    if ((inside.find("cron") == nullptr) == (inside.find("every") == nullptr))
      inside.error(written.place, "either cron or every is wanted");
  }
  if (schedule.every && *schedule.every < std::chrono::seconds(1))
    from.error(written.place, "schedule: a job runs at most once a second");
  return schedule;
}

void bind_jobs(const Reader& own, to::Service& s) {
  own.text("oneshot", s.oneshot);
  const Node* schedule = own.find("schedule");
  if (schedule == nullptr) return;
  s.schedule = bind_schedule(own, *schedule);
  if (!s.oneshot.empty())
    own.findings().warning(own.find("oneshot")->place,
                           own.path() + ".oneshot has no effect beside a schedule");
  if (own.node().text_of("activation") == "on-demand")
    own.error(schedule->place, "a service that waits for its first client has no schedule");
}

to::Hook bind_hook(const Reader& from) {
  to::Hook hook;
  from.words("command", hook.command);
  if (!hook.command || hook.command->empty()) from.error(from.node().place, "a hook needs a command");
  from.text("image", hook.image);
  from.text("user", hook.user);
  from.flag("privileged", hook.privileged);
  from.text("working_dir", hook.working_dir);
  from.variables("environment", hook.environment);
  from.flag("per_replica", hook.per_replica);
  return hook;
}

std::vector<to::Hook> bind_hooks(const Reader& from, std::string_view key) {
  std::vector<to::Hook> hooks;
  from.each(key, [&](const std::string&, const Reader& item) { hooks.push_back(bind_hook(item)); });
  return hooks;
}

void bind_life_of_our_own(const Reader& from, to::Service& s) {
  const auto own = from.inside("x-mdcompose");
  if (!own) return;
  if (const auto probe = own->inside("probe")) {
    s.probe = bind_probe(*probe);
    if (s.healthcheck && !s.healthcheck->test.empty() && s.healthcheck->test.front() != "NONE")
      from.error(probe->node().place, "x-mdcompose.probe and healthcheck.test exclude each other");
    if (!s.healthcheck) s.healthcheck.emplace();
    bind_times(*probe, *s.healthcheck);
  }
  own->text("on_unhealthy", s.on_unhealthy);
  if (!s.on_unhealthy.empty() && !s.probe && !s.healthcheck)
    from.findings().warning(own->find("on_unhealthy")->place,
                            own->path() + ".on_unhealthy has no effect without a health check");
  own->flag("eager_probes", s.eager_probes);
  bind_exit_codes(*own, s.success_exit_codes);
  bind_jobs(*own, s);
  own->text("on_dependency", s.on_dependency);
  own->each("depends_on", [&](const std::string& name, const Reader& item) {
    bind_own_dependency(name, item, s.depends_on);
  });
}

/// A signal that nobody knows could not be sent when the service is to end.
void bind_stop_signal(const Reader& from, std::string& into) {
  constexpr std::array<std::string_view, 10> kUsual{"SIGTERM", "SIGINT",  "SIGQUIT",  "SIGHUP",  "SIGKILL",
                                                    "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGABRT", "SIGPWR"};
  from.text("stop_signal", into);
  if (into.empty()) return;
  try {
    runtime::signal_number(into);
  } catch (const std::invalid_argument& unknown) {
    from.findings().error(from.find("stop_signal")->place, from.path() + ".stop_signal: " + unknown.what(),
                          did_you_mean(nearest(into, kUsual)));
  }
}

}  // namespace

void bind_life(const Reader& from, to::Service& s) {
  from.each("depends_on", [&](const std::string& name, const Reader& item) {
    s.depends_on.push_back(bind_dependency(name, item));
  });
  if (const auto health = from.inside("healthcheck")) s.healthcheck = bind_health(*health);
  bind_life_of_our_own(from, s);
  s.pre_start = bind_hooks(from, "pre_start");
  s.post_start = bind_hooks(from, "post_start");
  s.pre_stop = bind_hooks(from, "pre_stop");
  from.text("restart", s.restart);
  bind_stop_signal(from, s.stop_signal);
  from.duration("stop_grace_period", s.stop_grace_period);
  if (const Node* restart = from.find("restart")) {
    const std::string& word = s.restart;
    const bool counted = word.starts_with("on-failure:") && parse_integer(word.substr(11)).value_or(-1) >= 0;
    if (word != "no" && word != "always" && word != "on-failure" && word != "unless-stopped" && !counted)
      from.findings().error(restart->place, from.path() + ".restart: " + quoted(word) +
                                                " is none of no, always, on-failure[:N], unless-stopped");
  }
}

}  // namespace orchestrator::compose
