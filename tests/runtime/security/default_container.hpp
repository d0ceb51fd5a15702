// Containers with exactly what mdcompose gives a service that asks for nothing, and a program inside that
// tries to get out of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../group.hpp"
#include "../sandbox.hpp"
#include "orchestrator/plan/translate.hpp"
#include "orchestrator/project/project.hpp"

namespace runtime::test {

/// Named after the list of attacks S1 to S30: each test's name has its number.
struct Security : testing::Test {
  Security();

  Sandbox box{};
  orchestrator::project::Service service{};  ///< tests add what they are about
  orchestrator::plan::Assets assets{};

  /// Runs a command in a container of `service`, in a cgroup of its own where there may be one.
  Outcome run_service(const std::vector<std::string>& command);
  /// What /bin/probe tells about these attempts.
  std::string probe(const std::string& attempts) { return run_service({"/bin/probe", attempts}).output; }
  std::string shell(const std::string& script) { return run_service({"/bin/sh", "-c", script}).output; }
  /// Why the container does not start; "it started" where it does.
  std::string refusal(const std::vector<std::string>& command = {"/bin/true"});
  [[nodiscard]] Spec spec(const std::vector<std::string>& command);
};

/// A container of the service that runs on while the test does something else.
class Running {
 public:
  explicit Running(Security& test, const std::vector<std::string>& command);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  [[nodiscard]] const Spec& spec() const { return spec_; }
  [[nodiscard]] Target target() const;
  [[nodiscard]] bool alive() const;
  /// Sends a byte and reads one line of answer.
  std::string ask();
  /// Ends its standard input and tells what it prints until its end.
  std::string last_words();
  /// One more process inside, to its end.
  Outcome exec(const std::vector<std::string>& command);
  /// What the command says about one more process that is held in front of its execve.
  std::string opinion_about_a_newcomer(const std::vector<std::string>& command);

 private:
  [[nodiscard]] Process process(const std::vector<std::string>& command) const;
  Spec spec_;
  std::optional<Group> group_{};
  sys::Pipe input_ = sys::pipe();
  sys::Pipe output_ = sys::pipe();
  Started started_{};
};

}  // namespace runtime::test
