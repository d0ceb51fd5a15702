// What differs between the containers of a service.
#include "orchestrator/plan/slots.hpp"

#include <gtest/gtest.h>

namespace orchestrator::plan {
namespace {

project::Service filled_in(project::Service service) {
  service.name = "web";
  return in_slot(std::move(service), {.number = 2, .name = "app-web-2", .machine = "box"});
}

TEST(Slot, FillsInTheEnvironment) {
  const project::Service service =
      filled_in({.environment = {{"A", "{{.Task.Slot}}/{{ .Task.Name }}"},
                                 {"B", "{{.Service.Name}}@{{.Node.Hostname}}"}}});
  EXPECT_EQ(service.environment.at("A"), "2/app-web-2");
  EXPECT_EQ(service.environment.at("B"), "web@box");
}

TEST(Slot, FillsInHostnameAndPathsOfTheHost) {
  const project::Service service = filled_in(
      {.hostname = "web-{{.Task.Slot}}",
       .volumes = {{.type = "bind", .source = "/data/{{.Task.Slot}}"}, {.source = "{{.Task.Slot}}"}}});
  EXPECT_EQ(service.hostname, "web-2");
  EXPECT_EQ(service.volumes[0].source, "/data/2");
  EXPECT_EQ(service.volumes[1].source, "{{.Task.Slot}}");
}

TEST(Slot, LeavesOtherBracesAlone) {
  const std::string other = "{{ user.name }} {{.Task.ID}} {{ {{.Task.Slot}} }} {{";
  EXPECT_EQ(filled_in({.environment = {{"A", other}}}).environment.at("A"),
            "{{ user.name }} {{.Task.ID}} {{ 2 }} {{");
}

}  // namespace
}  // namespace orchestrator::plan
