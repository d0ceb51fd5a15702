// How a service's words become the runtime's, one attribute at a time.
#include "orchestrator/plan/translate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/container/container.hpp"

namespace orchestrator::plan {
namespace {

using project::Service;
using runtime::Spec;
using testing::Contains;
using testing::Not;

const Assets kAssets{.id = "web-1", .root = "/srv/root", .upper = "/up", .work = "/work"};

Service web() {
  return {.name = "web",
          .source = {.file = "compose.yaml", .line = 2, .column = 3},
          .rootfs = project::Rootfs{.path = "/srv/root"},
          .command = project::Strings{"run"}};
}
Spec spec_of(const Service& service, const Assets& assets = kAssets) { return translate(service, assets); }

template <class Change>
Spec spec_with(Change change) {
  Service service = web();
  change(service);
  return spec_of(service);
}
template <class Change>
std::string error_with(Change change) {
  try {
    spec_with(change);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}
const runtime::Mount* mount_at(const Spec& spec, const std::string& destination) {
  for (const runtime::Mount& mount : spec.mounts)
    if (mount.destination == destination) return &mount;
  return nullptr;
}

TEST(Translate, RootIsCopyOnWrite) {
  EXPECT_EQ(spec_of(web()).root.overlay,
            (runtime::Overlay{.lower = {"/srv/root"}, .upper = "/up", .work = "/work"}));
}

TEST(Translate, EntrypointComesBeforeCommand) {
  const Spec spec = spec_with([](Service& s) { s.entrypoint = {"sh", "-c"}; });
  EXPECT_EQ(spec.process.args, (std::vector<std::string>{"sh", "-c", "run"}));
}

TEST(Translate, MissingCommandIsNamedWithItsPlace) {
  EXPECT_EQ(error_with([](Service& s) { s.command.reset(); }),
            "compose.yaml:2:3: services.web.command: is missing: a root filesystem has no default command");
}

TEST(Translate, EnvironmentHasDefaultsThatCanBeReplaced) {
  EXPECT_THAT(spec_of(web()).process.env, Contains("HOSTNAME=web-1"));
  const Spec spec = spec_with([](Service& s) { s.environment = {{"PATH", "/bin"}, {"GONE", std::nullopt}}; });
  EXPECT_EQ(spec.process.env, (std::vector<std::string>{"HOSTNAME=web-1", "PATH=/bin"}));
}

TEST(Translate, HostnameIsTheInstanceUnlessGiven) {
  EXPECT_EQ(spec_of(web()).hostname, "web-1");
  EXPECT_EQ(spec_with([](Service& s) { s.hostname = "www"; }).hostname, "www");
}

TEST(Translate, WhoSharesTheHostsNetworkIsCalledAsTheHost) {
  Assets assets = kAssets;
  assets.hostname = "machine";
  Service service = web();
  service.network_mode = "host";
  EXPECT_EQ(spec_of(service, assets).hostname, "");  // the namespace is the host's
  EXPECT_THAT(spec_of(service, assets).process.env, Contains("HOSTNAME=machine"));
  service.hostname = "www";
  EXPECT_EQ(spec_of(service, assets).hostname, "www");
  EXPECT_THAT(spec_of(service, assets).process.env, Contains("HOSTNAME=www"));
  service.uts = "host";
  EXPECT_EQ(spec_of(service, assets).hostname, "");
  EXPECT_THAT(spec_of(service, assets).process.env, Contains("HOSTNAME=machine"));
}

TEST(Translate, WhoSharesAContainersNetworkIsCalledAsThatOne) {
  Assets assets = kAssets;
  assets.hostname = "alpha";
  assets.domainname = "example.org";
  Service service = web();
  service.network_mode = "service:alpha";
  EXPECT_EQ(spec_of(service, assets).hostname, "alpha");
  EXPECT_EQ(spec_of(service, assets).domainname, "example.org");
  EXPECT_THAT(spec_of(service, assets).process.env, Contains("HOSTNAME=alpha"));
  service.hostname = "www";
  EXPECT_EQ(spec_of(service, assets).hostname, "www");
}

TEST(Translate, CapabilitiesAreAddedAndDropped) {
  const Spec spec = spec_with([](Service& s) {
    s.cap_add = {"net_admin"};
    s.cap_drop = {"CAP_CHOWN"};
  });
  EXPECT_THAT(spec.process.capabilities->bounding, Contains("CAP_NET_ADMIN"));
  EXPECT_THAT(spec.process.capabilities->bounding, Not(Contains("CAP_CHOWN")));
  EXPECT_EQ(spec_with([](Service& s) {
              s.cap_drop = {"ALL"};
              s.cap_add = {"KILL"};
            }).process.capabilities->bounding,
            std::vector<std::string>{"CAP_KILL"});
}

TEST(Translate, UnknownCapabilityIsNamed) {
  EXPECT_EQ(error_with([](Service& s) { s.cap_add = {"FLY"}; }),
            "compose.yaml:2:3: services.web.cap_add: unknown capability CAP_FLY");
}

TEST(Translate, PrivilegedLiftsEverything) {
  const Spec spec = spec_with([](Service& s) { s.privileged = true; });
  EXPECT_EQ(spec.linux.seccomp.mode, runtime::SeccompMode::none);
  EXPECT_TRUE(spec.linux.masked_paths.empty());
  EXPECT_EQ(spec.linux.resources.devices, (std::vector<runtime::DeviceRule>{{.allow = true, .type = 'a'}}));
}

TEST(Translate, SecurityOptions) {
  const Spec spec = spec_with([](Service& s) {
    s.security_opt = {"no-new-privileges:true", "seccomp=unconfined"};
  });
  EXPECT_TRUE(spec.process.no_new_privileges);
  EXPECT_EQ(spec.linux.seccomp.mode, runtime::SeccompMode::none);
}

TEST(Translate, LimitsOfTheServiceWinOverDeploy) {
  const Spec spec = spec_with([](Service& s) {
    s.cpus = 0.5;
    s.deploy = project::Deploy{.cpus_limit = "2", .memory_limit = 100};
    s.pids_limit = 7;
  });
  EXPECT_EQ(spec.linux.resources.cpu.quota, 50000);
  EXPECT_EQ(spec.linux.resources.memory.limit, 100);
  EXPECT_EQ(spec.linux.resources.pids_limit, 7);
}

TEST(Translate, SwapIsAsMuchAsMemoryUnlessSaidOtherwise) {
  const auto swap = [](std::optional<std::int64_t> limit, std::optional<std::int64_t> with_swap) {
    return spec_with([&](Service& s) {
             s.mem_limit = limit;
             s.memswap_limit = with_swap;
           })
        .linux.resources.memory.swap;
  };
  EXPECT_EQ(swap(100, std::nullopt), 200);
  EXPECT_EQ(swap(100, 0), 200);
  EXPECT_EQ(swap(100, 100), 100);
  EXPECT_EQ(swap(100, -1), -1);
  EXPECT_EQ(swap(std::nullopt, std::nullopt), std::nullopt);
}

TEST(Translate, SwapWithoutOrBelowMemoryIsRefused) {
  EXPECT_EQ(
      error_with([](Service& s) { s.memswap_limit = 100; }),
      "compose.yaml:2:3: services.web.memswap_limit: is memory and swap together, and there is no mem_limit");
  EXPECT_EQ(error_with([](Service& s) {
              s.mem_limit = 100;
              s.memswap_limit = 99;
            }),
            "compose.yaml:2:3: services.web.memswap_limit: is memory and swap together, so not less than "
            "mem_limit");
}

TEST(Translate, UlimitsHaveTheirKernelNames) {
  const Spec spec = spec_with([](Service& s) { s.ulimits = {{"nofile", {.soft = 5, .hard = -1}}}; });
  EXPECT_EQ(spec.process.rlimits,
            (std::vector<runtime::Rlimit>{{.type = "RLIMIT_NOFILE", .soft = 5, .hard = UINT64_MAX}}));
}

TEST(Translate, ReadOnlyBindIsRecursivelySo) {
  const Spec spec = spec_with([](Service& s) {
    s.volumes = {{.type = "bind", .source = "/host", .target = "/data", .read_only = true}};
  });
  EXPECT_EQ(mount_at(spec, "/data")->options, (std::vector<std::string>{"rbind", "rprivate", "rro"}));
}

TEST(Translate, DeeperMountsComeLater) {
  const Spec spec = spec_with([](Service& s) {
    s.volumes = {{.type = "bind", .source = "/b", .target = "/a/b"},
                 {.type = "bind", .source = "/a", .target = "/a"}};
  });
  EXPECT_LT(mount_at(spec, "/a"), mount_at(spec, "/a/b"));
}

TEST(Translate, NamedVolumeIsItsDirectory) {
  Service service = web();
  service.volumes = {{.type = "volume", .source = "data", .target = "/data"}};
  Assets assets = kAssets;
  assets.volumes = {{"/data", "/var/lib/v/_data"}};
  EXPECT_EQ(mount_at(spec_of(service, assets), "/data")->source, "/var/lib/v/_data");
}

TEST(Translate, SubpathIsLeftToTheRuntimeToFind) {
  Service service = web();
  service.volumes = {{.type = "volume", .source = "data", .target = "/data", .subpath = "a/b"}};
  Assets assets = kAssets;
  assets.volumes = {{"/data", "/var/lib/v/_data"}};
  EXPECT_THAT(mount_at(spec_of(service, assets), "/data")->options, Contains("X-mount.subdir=a/b"));
}

TEST(Translate, SecretsAreReadOnly) {
  Assets assets = kAssets;
  assets.secrets = {{"/run/secrets/key", "/host/key"}};
  EXPECT_THAT(mount_at(spec_of(web(), assets), "/run/secrets/key")->options, Contains("rro"));
}

TEST(Translate, TmpfsShortForm) {
  const Spec spec = spec_with([](Service& s) { s.tmpfs = {"/run:size=1m,exec"}; });
  EXPECT_EQ(mount_at(spec, "/run")->options,
            (std::vector<std::string>{"nosuid", "nodev", "noexec", "size=1m", "exec"}));
}

TEST(Translate, ShmSize) {
  const Spec spec = spec_with([](Service& s) { s.shm_size = 1024; });
  EXPECT_THAT(mount_at(spec, "/dev/shm")->options, Contains("size=1024"));
}

TEST(Translate, SharedMemoryIsThatOfTheIpcNamespace) {
  const Spec host = spec_with([](Service& s) { s.ipc = "host"; });
  EXPECT_EQ(mount_at(host, "/dev/shm")->source, "/dev/shm");
  EXPECT_EQ(mount_at(host, "/dev/shm")->type, "bind");
  Assets assets;
  assets.namespaces = {{"ipc", "/proc/7/ns/ipc"}};
  EXPECT_THAT(mount_at(spec_of(web(), assets), "/dev/shm")->options,
              Contains("X-mount.namespace=/proc/7/ns/mnt"));
  EXPECT_EQ(mount_at(spec_of(web(), {}), "/dev/shm")->type, "tmpfs");
}

TEST(Translate, HostNetworkHasNoNamespaceOfItsOwn) {
  const Spec spec = spec_with([](Service& s) { s.network_mode = "host"; });
  for (const runtime::Namespace& one : spec.linux.namespaces)
    EXPECT_NE(one.type, runtime::NamespaceType::network);
  EXPECT_TRUE(spec.linux.sysctl.empty());
}

TEST(Translate, MissingDeviceIsNamed) {
  EXPECT_EQ(error_with([](Service& s) { s.devices = {{.source = "/dev/nope", .target = "/dev/nope"}}; }),
            "compose.yaml:2:3: services.web.devices: /dev/nope is no device of this host");
}

}  // namespace
}  // namespace orchestrator::plan
