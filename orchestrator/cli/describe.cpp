#include "orchestrator/cli/describe.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orchestrator::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::int64_t kSecond = 1'000'000'000;

/// A unit is used below its `limit`; people count ninety minutes as two hours, hence `rounding`.
struct Unit {
  seconds limit{};
  seconds length{};
  seconds rounding{};
  std::string_view one{};
  std::string_view many{};
};
constexpr std::array<Unit, 7> kUnits{{
    {.limit = 60s, .length = 1s, .one = "1 second", .many = "seconds"},
    {.limit = 60min, .length = 60s, .one = "About a minute", .many = "minutes"},
    {.limit = 48h, .length = 1h, .rounding = 30min, .one = "About an hour", .many = "hours"},
    {.limit = 24h * 14, .length = 24h, .one = "1 day", .many = "days"},
    {.limit = 24h * 60, .length = 24h * 7, .one = "1 week", .many = "weeks"},
    {.limit = 24h * 730, .length = 24h * 30, .one = "1 month", .many = "months"},
    {.limit = seconds::max(), .length = 24h * 365, .one = "1 year", .many = "years"},
}};

/// An error may go on with the log lines of who is to blame.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string up(const state::Instance& instance, std::int64_t now_ns, std::string_view remark) {
  const std::string since = "Up " + duration(nanoseconds(now_ns - instance.started_ns));
  return remark.empty() ? since : fmt::format("{} ({})", since, remark);
}

std::string_view health_remark(state::Health health) {
  switch (health) {
    case state::Health::none:
      return "";
    case state::Health::starting:
      return "health: starting";
    case state::Health::healthy:
      return "healthy";
    case state::Health::unhealthy:
      return "unhealthy";
  }
  return "";
}

std::string ended(std::string_view word, const state::Instance& instance, std::int64_t now_ns) {
  const state::Exit exit = instance.exit.value_or(state::Exit{.lost = true});
  const std::string code = exit.lost ? "unknown" : std::to_string(exit.code);
  const std::string when = instance.finished_ns == 0 ? "" : " " + ago(now_ns, instance.finished_ns);
  return fmt::format("{} ({}){}{}", word, code, when, exit.oom_killed ? " (out of memory)" : "");
}

/// A job that waits for its time.
std::string waiting(const state::Instance& instance, std::int64_t now_ns) {
  const std::string last = instance.exit ? ended("Exited", instance, now_ns) : "Scheduled";
  return fmt::format(
      "{} (next run in {})", last,
      duration_in_sentence(nanoseconds(std::max<std::int64_t>(instance.next_run_ns - now_ns, 0))));
}

}  // namespace

std::string duration(nanoseconds length) {
  if (length < 1s) return "Less than a second";
  const auto whole = std::chrono::floor<seconds>(length);
  const auto fits = [&](const Unit& unit) { return whole < unit.limit; };
  const Unit& unit = *std::find_if(kUnits.begin(), kUnits.end(), fits);
  const auto count = (whole + unit.rounding) / unit.length;
  return count == 1 ? std::string(unit.one) : fmt::format("{} {}", count, unit.many);
}

std::string duration_in_sentence(nanoseconds length) {
  std::string text = duration(length);
  if (text.front() >= 'A' && text.front() <= 'Z') text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return text;
}

std::string ago(std::int64_t now_ns, std::int64_t then_ns) {
  return duration(nanoseconds(now_ns - then_ns)) + " ago";
}

std::string status(const state::Instance& instance, std::int64_t now_ns) {
  if (instance.asleep && instance.pid == 0) return "Asleep";
  if (instance.next_run_ns != 0 && instance.pid == 0) return waiting(instance, now_ns);
  switch (instance.phase) {
    case state::Phase::creating:
      return "Creating";
    case state::Phase::created:
      return instance.error.empty() ? "Created" : "Created (" + first_line(instance.error) + ")";
    case state::Phase::running:
      return up(instance, now_ns,
                instance.history.crash_looping ? "crash-looping" : health_remark(instance.health));
    case state::Phase::paused:
      return up(instance, now_ns, "Paused");
    case state::Phase::stopping:
      return up(instance, now_ns, "Stopping");
    case state::Phase::restarting:
      if (!instance.history.crash_looping) return ended("Restarting", instance, now_ns);
      return fmt::format("{}, {} restarts", ended("Crash-looping", instance, now_ns), instance.restarts);
    case state::Phase::exited:
      return ended("Exited", instance, now_ns);
    case state::Phase::dead:
      return "Dead";
  }
  return "";
}

std::string host_address(const state::PublishedPort& port) {
  const bool bare_ipv6 = port.host_ip.find(':') != std::string::npos && !port.host_ip.starts_with('[');
  return fmt::format("{}{}{}:{}", bare_ipv6 ? "[" : "", port.host_ip, bare_ipv6 ? "]" : "", port.host_port);
}

std::string ports(const state::Instance& instance) {
  std::string text;
  for (const state::PublishedPort& port : instance.ports)
    text += fmt::format("{}{}->{}/{}", text.empty() ? "" : ", ", host_address(port), port.container_port,
                        port.protocol);
  return text;
}

const std::string& service_of(const state::Instance& instance) {
  return instance.one_off_of.empty() ? instance.service : instance.one_off_of;
}

int exit_code(const state::Instance& instance) {
  constexpr int kUnknown = 255;
  if (!instance.exit) return 0;
  return instance.exit->lost ? kUnknown : instance.exit->code;
}

std::string networks(const state::Instance& instance) {
  std::string names;
  for (const state::Address& address : instance.addresses)
    names += (names.empty() ? "" : ",") + address.network;
  return names;
}

std::string date(std::int64_t time_ns) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} +0000 UTC", fmt::gmtime(time_ns / kSecond));
}

std::string timestamp(std::int64_t time_ns) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", fmt::gmtime(time_ns / kSecond), time_ns % kSecond);
}

std::string shortened(const std::string& text, std::size_t columns) {
  const auto begins_character = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
  std::size_t characters = 0;
  std::size_t end_of_kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!begins_character(text[i])) continue;
    if (characters + 1 == columns) end_of_kept = i;
    if (++characters > columns) return text.substr(0, end_of_kept) + "…";
  }
  return text;
}

}  // namespace orchestrator::cli
