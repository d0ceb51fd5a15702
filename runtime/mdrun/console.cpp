#include "runtime/mdrun/console.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <stdexcept>

#include "runtime/attach/accompany.hpp"
#include "runtime/attach/raw_terminal.hpp"
#include "runtime/mdrun/command_line.hpp"
#include "runtime/sys/error.hpp"
#include "runtime/sys/socket.hpp"

namespace runtime::mdrun {

void send_console(int master, const std::string& path) {
  const auto socket = sys::connect_unix(path, SOCK_STREAM);
  if (!socket) throw std::runtime_error("nobody listens at the console socket " + path);
  int number = 0;
  if (::ioctl(master, TIOCGPTN, &number) != 0) sys::throw_errno("ask for the terminal's name");
  if (!sys::send_message(socket->get(), "/dev/pts/" + std::to_string(number), {&master, 1}))
    throw std::runtime_error("the console socket " + path + " has been closed");
}

sys::BlockedSignals forwarded_signals() {
  return {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT, SIGWINCH, SIGPWR};
}

sys::unique_fd take_console(Started& started) {
  sys::unique_fd console = started.take_console();
  copy_terminal_size(STDIN_FILENO, console.get());
  return console;
}

sys::ExitStatus stay_with(int pidfd, const sys::unique_fd& console, sys::BlockedSignals& signals) {
  if (!console) return accompany(pidfd, signals);
  std::optional<RawTerminal> raw;
  if (::isatty(STDIN_FILENO) == 1) raw.emplace(STDIN_FILENO);
  return accompany_on_terminal(pidfd, signals, STDIN_FILENO, STDOUT_FILENO, console.get());
}

void check_console(bool terminal, bool alone, const std::string& socket) {
  if (terminal && alone && socket.empty())
    throw UsageError("a terminal that nobody stays with wants --console-socket");
  if (!terminal && !socket.empty()) throw UsageError("--console-socket is for a process with a terminal");
}

}  // namespace runtime::mdrun
