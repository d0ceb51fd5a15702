#include "orchestrator/supervisor/streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "orchestrator/logs/fifo.hpp"
#include "orchestrator/supervisor/files.hpp"
#include "orchestrator/supervisor/log_options.hpp"
#include "orchestrator/supervisor/notify_socket.hpp"
#include "orchestrator/supervisor/run_inside.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/socket.hpp"

namespace orchestrator::supervisor {

namespace sys = runtime::sys;

namespace {

// As the keeper knows them.
std::string out_name(const std::string& id) { return "out." + id; }
std::string err_name(const std::string& id) { return "err." + id; }
std::string notify_name(const std::string& id) { return "notify." + id; }

/// A full disk is no reason for a container not to run.
std::unique_ptr<logs::Output> keep_output(Stack& stack, const Member& member, sys::unique_fd out,
                                          sys::unique_fd err) {
  const std::string directory = log_of(stack.paths, member.record);
  const logs::OutputOptions options = output_options(member.definition->service, member.record, directory);
  try {
    if (options.is_kept) sys::make_directories(directory, 0700);
    return std::make_unique<logs::Output>(sys::dup(out.get()), err ? sys::dup(err.get()) : sys::unique_fd(),
                                          options);
  } catch (const std::system_error& error) {
    stack.warn("the output of container " + member.record.name + " is not kept: " + error.what());
    return std::make_unique<logs::Output>(std::move(out), std::move(err),
                                          logs::OutputOptions{.is_kept = false});
  }
}

/// From the pty's master where there is one, else from FIFOs.
void read_output(Stack& stack, Member& member, sys::unique_fd console) {
  const std::string& id = member.record.id;
  sys::unique_fd out = console ? std::move(console) : logs::open_fifo(stack.paths.instance(id) + "/out");
  sys::unique_fd err;
  if (!member.life->spec.process.terminal) err = logs::open_fifo(stack.paths.instance(id) + "/err");
  member.life->pump = keep_output(stack, member, std::move(out), std::move(err));
  const std::vector<int> held = member.life->pump->held();
  stack.keeper.store(out_name(id), held.front());
  if (held.size() > 1) stack.keeper.store(err_name(id), held.back());
}

void finish_output(Stack& stack, const Member& member) {
  member.life->pump->finish();
  if (const logs::Loss loss = member.life->pump->loss(); loss.bytes > 0)
    stack.warn("the last " + std::to_string(loss.bytes) + " bytes that container " + member.record.name +
               " printed are not in its log: " + std::strerror(loss.error));
}

/// Not by us: see Heard.
void close_what_was_brought(Stack& stack, int socket) {
  if (receive_ready(socket).brings_descriptors) forsake(stack, Child(close_all_descriptors(socket).pidfd));
}

}  // namespace

ContainerEnds open_streams(Stack& stack, Member& member) {
  read_output(stack, member, {});
  const std::string directory = stack.paths.instance(member.record.id);
  // Other open files than ours: ours do not block, and a program's standard output must. Open for reading and
  // writing, so that standard input never comes to an end.
  ContainerEnds ends{.out = sys::open(directory + "/out", O_RDWR),
                     .err = sys::open(directory + "/err", O_RDWR)};
  if (member.definition->service.stdin_open) {
    (void)logs::open_fifo(directory + "/in");
    ends.in = sys::open(directory + "/in", O_RDWR);
  }
  return ends;
}

void hand_out_console(Stack& stack, Member& member, sys::unique_fd console,
                      const std::optional<GivenStreams>& given) {
  if (!given) return read_output(stack, member, std::move(console));
  const std::array fds{console.get()};
  // Whoever has asked and is gone has hung up: the container finds out by SIGHUP.
  (void)sys::send_message(given->console_socket.get(), "console", fds);
}

sys::unique_fd open_notify(Stack& stack, const Member& member, plan::Assets& assets) {
  const auto& probe = member.definition->service.probe;
  if (!probe || !probe->notify) return {};
  assets.notify = stack.paths.instance(member.record.id) + "/notify";
  sys::unique_fd socket = open_notify_socket(assets.notify);
  stack.keeper.store(notify_name(member.record.id), socket.get());
  return socket;
}

void adopt_streams(Stack& stack, Member& member, std::map<std::string, sys::unique_fd>& inherited) {
  const std::string& id = member.record.id;
  const auto take = [&](const std::string& name) {
    const auto kept = inherited.find(name);
    return kept == inherited.end() ? sys::unique_fd() : std::move(kept->second);
  };
  member.life->notify = take(notify_name(id));
  sys::unique_fd console = member.life->spec.process.terminal ? take(out_name(id)) : sys::unique_fd();
  // Who was given other streams has no output of ours to read.
  if (console || sys::exists(stack.paths.instance(id) + "/out"))
    read_output(stack, member, std::move(console));
}

void tell_loss(Stack& stack, Member& member) {
  const logs::Loss loss = member.life->pump->loss();
  const bool is_losing = loss.bytes > 0;
  if (is_losing && !member.life->is_losing)
    stack.warn("the log of container " + member.record.name +
               " cannot be written, output is dropped: " + std::strerror(loss.error));
  member.life->is_losing = is_losing;
}

void close_streams(Stack& stack, const Member& member) {
  const std::string& id = member.record.id;
  if (member.life->notify) close_what_was_brought(stack, member.life->notify.get());
  if (member.life->pump) finish_output(stack, member);
  for (const std::string& name : {out_name(id), err_name(id), notify_name(id)}) stack.keeper.drop(name);
  for (const char* name : {"/in", "/out", "/err", "/notify"})
    ::unlink((stack.paths.instance(id) + name).c_str());
}

}  // namespace orchestrator::supervisor
