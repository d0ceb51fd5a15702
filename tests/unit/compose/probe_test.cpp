// Health checks that need no program in the container: what is written, what it means.
#include <gtest/gtest.h>

#include "orchestrator/compose/probe_address.hpp"
#include "stack.hpp"

namespace orchestrator::compose::test {
namespace {

using project::Strings;

project::NativeProbe probe(const std::string& text) {
  return web("x-mdcompose: {probe: {" + text + "}}").probe.value();
}
std::string wrong(const std::string& text) { return errors_with("x-mdcompose: {probe: {" + text + "}}"); }

TEST(NativeProbe, Tcp) {
  EXPECT_EQ(probe("tcp: 5432").tcp, "5432");
  EXPECT_EQ(probe("tcp: 'localhost:5432'").tcp, "5432");
  EXPECT_EQ(probe("tcp: '10.0.0.1:5432'").tcp, "10.0.0.1:5432");
  EXPECT_NE(wrong("tcp: 70000").find("neither a port nor ADDRESS:PORT"), std::string::npos);
  EXPECT_NE(wrong("tcp: 'db:5432'"), "");
}

TEST(NativeProbe, HttpAsAddress) {
  EXPECT_EQ(probe("http: ':8000/healthz'").http, (project::HttpProbe{.address = "8000", .path = "/healthz"}));
  EXPECT_EQ(probe("http: 8000").http, (project::HttpProbe{.address = "8000"}));
  EXPECT_EQ(probe("http: 'http://127.0.0.1/'").http->address, "127.0.0.1:80");
  EXPECT_NE(wrong("http: 'https://127.0.0.1/'"), "");
}

TEST(NativeProbe, HttpInFull) {
  const auto http =
      *probe("http: {port: 8000, path: /up, headers: {Host: blog.lab}, status: [200, 400-499]}").http;
  EXPECT_EQ(http, (project::HttpProbe{.address = "8000",
                                      .path = "/up",
                                      .headers = {{"Host", "blog.lab"}},
                                      .status = {"200", "400-499"}}));
  EXPECT_EQ(probe("http: {status: 204}").http->status, Strings{"204"});
  EXPECT_NE(wrong("http: {status: 99}").find("is no status such as 200"), std::string::npos);
  EXPECT_NE(wrong("http: {path: up}").find("must start with /"), std::string::npos);
}

TEST(NativeProbe, UnixSocketFileLogLineAndNotify) {
  EXPECT_EQ(probe("unix: /run/app.sock").unix_socket, "/run/app.sock");
  EXPECT_EQ(probe("unix: '@app'").unix_socket, "@app");
  EXPECT_EQ(probe("file: /run/ready").file, "/run/ready");
  EXPECT_EQ(probe("log: 'ready|listening'").log, "ready|listening");
  EXPECT_TRUE(probe("notify: true").notify);
  EXPECT_NE(wrong("file: ready").find("is no absolute path"), std::string::npos);
  EXPECT_NE(wrong("log: '(ready'").find("is no regular expression"), std::string::npos);
}

TEST(NativeProbe, IsExactlyOne) {
  EXPECT_NE(wrong("tcp: 1, file: /x").find("exactly one of"), std::string::npos);
  EXPECT_NE(wrong("files: /x").find("did you mean \"file\"?"), std::string::npos);
  EXPECT_NE(errors_with("healthcheck: {test: x}\nx-mdcompose: {probe: {tcp: 1}}").find("exclude each other"),
            std::string::npos);
}

TEST(NativeProbe, HasItsTimesOrThoseOfTheHealthCheck) {
  const auto check =
      *web("healthcheck: {interval: 2s, retries: 4}\nx-mdcompose: {probe: {tcp: 1, interval: 7s}}")
           .healthcheck;
  EXPECT_EQ(check.interval, std::chrono::seconds(7));
  EXPECT_EQ(check.retries, 4);
  EXPECT_TRUE(check.test.empty());
}

TEST(OnUnhealthy, IsOneOfThreeWords) {
  EXPECT_EQ(web("healthcheck: {test: x}\nx-mdcompose: {on_unhealthy: restart}").on_unhealthy, "restart");
  EXPECT_NE(errors_with("x-mdcompose: {on_unhealthy: reboot}").find("is none of restart, stop, none"),
            std::string::npos);
  EXPECT_NE(with("x-mdcompose: {on_unhealthy: stop}").warnings().find("no effect without a health check"),
            std::string::npos);
}

TEST(EagerProbes, AreTurnedOffForAServiceOrForAll) {
  EXPECT_EQ(web("").eager_probes, std::nullopt);
  EXPECT_EQ(web("x-mdcompose: {eager_probes: false}").eager_probes, false);
  const Stack stack(
      "name: a\nx-mdcompose: {eager_probes: false}\n"
      "services: {web: {rootfs: /}, db: {rootfs: /, x-mdcompose: {eager_probes: true}}}");
  EXPECT_EQ(stack.project().services.at("web").eager_probes, false);
  EXPECT_EQ(stack.project().services.at("db").eager_probes, true);
}

TEST(ProbeAddress, AFullAddressOrAPort) {
  EXPECT_EQ(probe_address("[::1]:80"), "[::1]:80");
  EXPECT_EQ(probe_address(":80"), "80");
  EXPECT_EQ(probe_address("0"), std::nullopt);
  EXPECT_EQ(probe_url("[::1]/x")->address, "[::1]:80");
  EXPECT_EQ(probe_url("8000/x")->path, "/x");
}

}  // namespace
}  // namespace orchestrator::compose::test
