#include "orchestrator/cli/explain_state.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>

#include "orchestrator/cli/describe.hpp"
#include "orchestrator/storage/output.hpp"

namespace orchestrator::cli {
namespace {

using state::EndCause;
using state::Exit;
using state::Instance;
using state::Phase;

std::string mebibytes(std::uint64_t bytes) {
  constexpr double kMebibyte = 1 << 20;
  return fmt::format("{:.4g} MiB", static_cast<double>(bytes) / kMebibyte);
}

std::string memory_text(const Exit& exit) {
  std::string text = "was killed by the kernel: it used more memory than ";
  if (exit.memory_limit == 0) return text + "there was";
  text += (exit.limit_of_stack ? "the stack's limit of " : "its limit of ") + mebibytes(exit.memory_limit);
  return exit.memory_peak == 0 ? text : text + fmt::format(" (at most {})", mebibytes(exit.memory_peak));
}

std::string signal_text(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

/// What follows its first line stands below it.
std::string indented(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3)
    text.insert(at + 1, "  ");
  return text;
}

/// Who asked for the end; nothing where nobody did.
std::string_view asker(EndCause by) {
  switch (by) {
    case EndCause::none:
    case EndCause::itself:
    case EndCause::signal:
      return "";
    case EndCause::command:
      return "a command";
    case EndCause::update:
      return "up, which wanted it otherwise";
    case EndCause::dependency:
      return "its supervisor, because what it depends on had ended";
    case EndCause::unhealthy:
      return "its supervisor, because it was unhealthy";
    case EndCause::idleness:
      return "its supervisor, because nobody used it";
    case EndCause::abort:
      return "up, because another container had ended";
    case EndCause::hang_up:
      return "its supervisor, because the command that held the stack was gone";
  }
  return "";
}

/// Also the one that an init, or a shell, has passed on as its own code; 0: none.
int signal_of(const Exit& exit) {
  constexpr int kBase = 128;
  if (exit.signal != 0) return exit.signal;
  return exit.code > kBase && exit.code <= kBase + SIGRTMAX ? exit.code - kBase : 0;
}

std::string by_nobody(const Exit& exit, EndCause by) {
  if (by == EndCause::signal && signal_of(exit) == exit.signal_sent)
    return fmt::format("was killed by {}, which a command had sent", signal_text(exit.signal_sent));
  if (by == EndCause::signal)
    return fmt::format("ended {} after a command had sent {}",
                       exit.code == 0 ? "with success" : fmt::format("with code {}", exit.code),
                       signal_text(exit.signal_sent));
  if (exit.signal != 0)
    return fmt::format("was killed by {}, which none of our commands has sent", signal_text(exit.signal));
  if (exit.code == 0) return "ended by itself, with success";
  const int signal = signal_of(exit);
  return fmt::format("ended by itself with code {}{}", exit.code,
                     signal == 0 ? "" : ", as after " + signal_text(signal));
}

std::string by_others(const Exit& exit, EndCause by) {
  const int signal = signal_of(exit);
  const std::string how = signal == 0         ? fmt::format("ended with code {}", exit.code)
                          : signal == SIGKILL ? "was killed, at once or because it did not end in time"
                                              : fmt::format("ended by {}", signal_text(signal));
  return fmt::format("was stopped by {}, and {}", asker(by), how);
}

std::string how_it_ended(const Exit& exit, EndCause by) {
  if (exit.lost)
    return "ended while nobody was there to see how: its supervisor was killed, or the machine was started "
           "anew";
  const bool is_asked_for = !asker(by).empty();
  if (exit.oom_killed && !is_asked_for && signal_of(exit) == SIGKILL) return memory_text(exit);
  const std::string text = is_asked_for ? by_others(exit, by) : by_nobody(exit, by);
  return exit.oom_killed ? text + "; before that a process in it " + memory_text(exit) : text;
}

std::string since(std::int64_t now_ns, std::int64_t then_ns) {
  return duration_in_sentence(std::chrono::nanoseconds(now_ns - then_ns));
}

std::optional<std::string> waiting(const Case& it) {
  if (it.instance.waits_for.empty()) return std::nullopt;
  return fmt::format("it waits for {}, since {}", fmt::join(it.instance.waits_for, " and "),
                     since(it.now_ns, it.instance.waits_since_ns));
}

/// ": what it said", and the last lines on lines of their own where there are several.
std::string said(std::string output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == ' ')) output.pop_back();
  output = storage::last_lines(std::move(output));
  if (output.empty()) return "";
  if (output.find('\n') == std::string::npos) return ": " + output;
  return ":\n" + indented("  " + output);
}

std::optional<std::string> last_probe(const Instance& instance) {
  const bool is_of_interest =
      instance.health == state::Health::unhealthy || instance.health == state::Health::starting;
  if (!is_of_interest || instance.probes.empty()) return std::nullopt;
  const state::Probe& probe = instance.probes.back();
  // It has no code where it was killed or could not run; its text says so.
  const std::string code = probe.exit_code < 0 ? "" : fmt::format(" with code {}", probe.exit_code);
  return "its last health probe failed" + code + said(probe.output);
}

/// Of one that has ended its end tells.
std::optional<std::string> want_of_memory(const Instance& instance) {
  const bool lives = instance.phase == Phase::running || instance.phase == Phase::paused;
  if (!lives || instance.oom_kills == 0) return std::nullopt;
  const std::string who = instance.oom_kills == 1
                              ? "a process in it was"
                              : fmt::format("{} processes in it were", instance.oom_kills);
  return who + " killed by the kernel for want of memory";
}

std::optional<std::string> next_start(const Case& it) {
  const Instance& instance = it.instance;
  if (instance.phase != Phase::restarting) return std::nullopt;
  const std::int64_t left = instance.history.due_ns - it.now_boottime_ns;
  return fmt::format("it {} and is started again {}",
                     instance.history.crash_looping ? "crashes again and again" : "is to run",
                     left <= 0 ? "now" : "in " + duration_in_sentence(std::chrono::nanoseconds(left)));
}

/// ", 3 seconds ago"; nothing where nobody knows when.
std::string when(std::int64_t now_ns, std::int64_t then_ns) {
  return then_ns == 0 ? "" : ", " + since(now_ns, then_ns) + " ago";
}

std::optional<std::string> last_end(const Case& it) {
  const Instance& instance = it.instance;
  if (instance.exit && instance.exit->started)
    return "it " + how_it_ended(*instance.exit, instance.ended_by) + when(it.now_ns, instance.finished_ns);
  if (instance.last_exit)
    return "before, it " + how_it_ended(*instance.last_exit, instance.ended_by) +
           when(it.now_ns, instance.last_finished_ns);
  return std::nullopt;
}

}  // namespace

std::vector<std::string> causes(const Case& it) {
  std::vector<std::string> sentences;
  const auto add = [&](std::optional<std::string> sentence) {
    if (sentence) sentences.push_back(std::move(*sentence));
  };
  if (!it.instance.error.empty()) add(it.instance.error);
  add(waiting(it));
  add(last_probe(it.instance));
  add(want_of_memory(it.instance));
  add(last_end(it));
  add(next_start(it));
  if (it.instance.restarts > 0)
    add(fmt::format("it has been restarted {} {} by its policy", it.instance.restarts,
                    it.instance.restarts == 1 ? "time" : "times"));
  if (it.instance.asleep) add("it sleeps until somebody comes");
  return sentences;
}

std::string why_text(const Case& it) {
  std::string text = fmt::format("{}: {}\n", it.instance.name, status(it.instance, it.now_ns));
  for (const std::string& cause : causes(it)) text += "  " + indented(cause) + "\n";
  if (it.last_lines.empty()) return text;
  text += "  its last lines:\n";
  for (const std::string& line : it.last_lines) text += "    " + line + "\n";
  return text;
}

}  // namespace orchestrator::cli
