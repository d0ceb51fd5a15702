#include "default_container.hpp"

#include <sys/stat.h>

#include <csignal>

// The probe, see tiny_program() in the top CMakeLists.txt.
extern "C" {
extern const char mdcompose_probe_start[];
extern const char mdcompose_probe_end[];
}

namespace runtime::test {

Security::Security() {
  box.write("root/bin/probe", {mdcompose_probe_start, mdcompose_probe_end}, 0755);
  ::chmod((box / "upper").c_str(), 0755);
  service.name = "target";
  service.rootfs = orchestrator::project::Rootfs{.path = box.root()};
  assets.id = "target-1";
  assets.root = box.root();
  assets.upper = box / "upper";
  assets.work = box / "work";
}

Spec Security::spec(const std::vector<std::string>& command) {
  service.command = command;
  return orchestrator::plan::translate(service, assets);
}

Outcome Security::run_service(const std::vector<std::string>& command) {
  const Spec wanted = spec(command);
  if (!real_root()) return run(wanted);
  const Group group(wanted.linux.resources);
  EXPECT_THAT(group.warnings(), testing::IsEmpty());
  return run(wanted, &*group);
}

std::string Security::refusal(const std::vector<std::string>& command) {
  try {
    run_service(command);
  } catch (const StartError& error) {
    return error.what();
  }
  return "it started";
}

Running::Running(Security& test, const std::vector<std::string>& command) : spec_(test.spec(command)) {
  if (real_root()) group_.emplace(spec_.linux.resources);
  started_ =
      create(spec_, group_ ? &**group_ : nullptr,
             {.stdio = {.in = input_.read.get(), .out = output_.write.get(), .err = output_.write.get()}});
  input_.read.reset();
  output_.write.reset();
  started_.wait_ready();
  started_.release();
  started_.wait_started();
}

Running::~Running() {
  sys::pidfd_send_signal(started_.pidfd(), SIGKILL);
  sys::wait_pidfd(started_.pidfd());
}

Target Running::target() const {
  return {.pidfd = started_.pidfd(), .pid = started_.pid(), .cgroup = group_ ? &**group_ : nullptr};
}

bool Running::alive() const { return !sys::has_ended(started_.pidfd()); }

std::string Running::ask() {
  sys::write_all(input_.write.get(), "?");
  std::string text;
  for (char letter = 0; ::read(output_.read.get(), &letter, 1) == 1 && letter != '\n';) text += letter;
  return text;
}

std::string Running::last_words() {
  input_.write.reset();
  return sys::read_all(output_.read.get());
}

Process Running::process(const std::vector<std::string>& command) const {
  Process process = spec_.process;
  process.args = command;
  return process;
}

Outcome Running::exec(const std::vector<std::string>& command) {
  sys::Pipe pipe = sys::pipe();
  Started started = runtime::exec(target(), spec_, process(command),
                                  {.stdio = {.in = -1, .out = pipe.write.get(), .err = pipe.write.get()}});
  pipe.write.reset();
  return finish(std::move(started), pipe.read.get());
}

std::string Running::opinion_about_a_newcomer(const std::vector<std::string>& command) {
  Started started = runtime::exec(target(), spec_, process(command), {});
  started.wait_ready();
  const std::string opinion = ask();
  started.release();
  started.wait_started();
  EXPECT_EQ(sys::wait_pidfd(started.pidfd())->shell_code(), 0);
  return opinion;
}

}  // namespace runtime::test
