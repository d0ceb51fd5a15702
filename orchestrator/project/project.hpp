// A loaded stack: the Compose Specification's words as values, every path absolute, every unit resolved.
// The loader makes it from YAML; the supervisor gets it as JSON. Defaults are those of the specification.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orchestrator::project {

using Duration = std::chrono::nanoseconds;
using Strings = std::vector<std::string>;
using StringMap = std::map<std::string, std::string>;

/// Where a value stood. Lines and columns count from 1; 0: not from a file.
struct Source {
  std::string file{};
  int line = 0;
  int column = 0;
  friend bool operator==(const Source&, const Source&) = default;
};
/// "compose.yaml:3:5", or nothing where there is no file.
std::string to_string(const Source& source);

/// A root filesystem that is built from what is written here, once.
struct RootfsBuild {
  std::string distribution = "bookworm";  ///< a suite of Debian
  std::string mirror{};                   ///< empty: the host's own sources
  Strings packages{};
  Strings steps{};  ///< shell lines
  friend bool operator==(const RootfsBuild&, const RootfsBuild&) = default;
};

struct Rootfs {
  std::string path{};  ///< directory, archive, or "/"; empty with `build`
  std::optional<RootfsBuild> build{};
  std::string mode = "overlay";  ///< overlay, readonly, writable
  Source source{};
  friend bool operator==(const Rootfs&, const Rootfs&) = default;
};

struct HealthCheck {
  Strings test{};  ///< {"NONE"}, {"CMD", …} or {"CMD-SHELL", "line"}; empty: the image's
  bool disable = false;
  std::optional<Duration> interval{};
  std::optional<Duration> timeout{};
  std::optional<Duration> start_period{};
  std::optional<Duration> start_interval{};
  std::optional<int> retries{};
  friend bool operator==(const HealthCheck&, const HealthCheck&) = default;
};

/// A request that any of the accepted statuses answers.
struct HttpProbe {
  std::string address{};  ///< "8000" or "10.0.0.1:8000"
  std::string path = "/";
  StringMap headers{};
  Strings status{};  ///< "204", "200-299"; empty: 200-399
  friend bool operator==(const HttpProbe&, const HttpProbe&) = default;
};
/// `x-mdcompose.probe`: a health check that needs no program in the container. Exactly one member is set;
/// interval, retries and so on are in the service's `healthcheck`.
struct NativeProbe {
  std::string
      tcp{};  ///< "5432", which is tried on loopback and on the container's addresses, or "ADDRESS:PORT"
  std::optional<HttpProbe> http{};
  std::string unix_socket{};  ///< path in the container, or "@name"
  std::string file{};         ///< path in the container
  std::string log{};          ///< a pattern (pattern.hpp) that some line of output matches
  bool notify = false;        ///< READY=1 on $NOTIFY_SOCKET, sd_notify(3)
  friend bool operator==(const NativeProbe&, const NativeProbe&) = default;
};

/// `x-mdcompose.schedule`: a job that runs when it is due. Exactly one of `cron` and `every` is set.
struct Schedule {
  std::string cron{};               ///< cron.hpp
  std::optional<Duration> every{};  ///< from one start to the next
  bool makes_up = true;             ///< a run that was missed is made up for, once
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// A command at a point of a container's life. `image` and `per_replica` are for `pre_start` alone, which
/// runs in containers of its own.
struct Hook {
  std::optional<Strings> command{};  ///< nothing: the image's
  std::string image{};
  std::string user{};
  bool privileged = false;
  std::string working_dir{};
  std::map<std::string, std::optional<std::string>> environment{};
  bool per_replica = false;
  friend bool operator==(const Hook&, const Hook&) = default;
};

struct Dependency {
  std::string service{};
  /// service_started, service_healthy, service_completed_successfully; ours: service_completed,
  /// service_log_ready
  std::string condition = "service_started";
  std::string log{};  ///< service_log_ready: a pattern (pattern.hpp) that a line of its output matches
  bool restart = false;
  bool required = true;
  Source source{};
  friend bool operator==(const Dependency&, const Dependency&) = default;
};

/// One entry of `volumes:` or `tmpfs:` of a service.
struct ServiceVolume {
  std::string type = "volume";  ///< bind, volume, tmpfs, npipe, cluster, image
  std::string source{};         ///< bind: host path; volume: key of `volumes:`, empty: anonymous
  std::string target{};
  bool read_only = false;
  std::string consistency{};
  std::string propagation{};  ///< bind
  std::string selinux{};      ///< bind: "z", "Z"
  bool create_host_path = true;
  std::string recursive{};  ///< bind: enabled, disabled, writable, readonly
  bool nocopy = false;      ///< volume
  std::string subpath{};
  std::optional<std::int64_t> tmpfs_size{};  ///< bytes
  std::optional<std::uint32_t> tmpfs_mode{};
  Strings tmpfs_options{};  ///< as written in the short form of `tmpfs:`
  Source place{};
  friend bool operator==(const ServiceVolume&, const ServiceVolume&) = default;
};

struct Port {
  std::uint16_t target = 0;
  std::string published{};  ///< "", "8080" or a range "8000-8010" to choose from
  std::string host_ip{};
  std::string protocol = "tcp";
  std::string mode{};
  std::string name{};
  std::string app_protocol{};
  Source source{};
  friend bool operator==(const Port&, const Port&) = default;
};

/// A service's place in a network.
struct Attachment {
  Strings aliases{};
  std::string ipv4_address{};
  std::string ipv6_address{};
  Strings link_local_ips{};
  std::string mac_address{};
  std::string interface_name{};
  int priority = 0;
  int gw_priority = 0;
  StringMap driver_opts{};
  friend bool operator==(const Attachment&, const Attachment&) = default;
};

struct Ulimit {
  std::int64_t soft = 0;  ///< -1: unlimited
  std::int64_t hard = 0;
  friend bool operator==(const Ulimit&, const Ulimit&) = default;
};

struct BlkioDevice {
  std::string path{};
  std::int64_t value = 0;  ///< a weight, bytes per second or operations per second
  friend bool operator==(const BlkioDevice&, const BlkioDevice&) = default;
};
struct BlkioConfig {
  std::optional<std::uint16_t> weight{};
  std::vector<BlkioDevice> weight_device{};
  std::vector<BlkioDevice> device_read_bps{};
  std::vector<BlkioDevice> device_write_bps{};
  std::vector<BlkioDevice> device_read_iops{};
  std::vector<BlkioDevice> device_write_iops{};
  friend bool operator==(const BlkioConfig&, const BlkioConfig&) = default;
};

struct DeviceMapping {
  std::string source{};
  std::string target{};
  std::string permissions = "rwm";
  friend bool operator==(const DeviceMapping&, const DeviceMapping&) = default;
};

/// `driver` and `options` as they are written, and what they mean.
struct Logging {
  std::string driver{};  ///< empty and what is no driver of ours: as json-file
  StringMap options{};
  std::int64_t max_size =
      10 << 20;  ///< bytes per file; -1: no bound. Docker's json-file has none, a disk has
  std::int64_t max_file = 3;
  bool waits = true;                       ///< the container, for its log; else output is dropped
  std::int64_t max_buffer_size = 1 << 20;  ///< bytes that may wait before that
  std::string tag{};                       ///< journald: the identifier
  Strings labels{};                        ///< journald: labels that become fields
  Strings env{};                           ///< journald: variables that become fields
  friend bool operator==(const Logging&, const Logging&) = default;
};

/// A use of a secret or config by a service.
struct FileReference {
  std::string source{};  ///< key at the top level
  std::string target{};
  std::string uid{};
  std::string gid{};
  std::optional<std::uint32_t> mode{};
  friend bool operator==(const FileReference&, const FileReference&) = default;
};

struct DeployRestart {
  std::string condition{};
  std::optional<Duration> delay{};
  std::optional<std::uint64_t> max_attempts{};
  std::optional<Duration> window{};
  friend bool operator==(const DeployRestart&, const DeployRestart&) = default;
};

/// `deploy.update_config`, `deploy.rollback_config`: how containers of a service are replaced.
struct UpdateConfig {
  std::optional<int> parallelism{};  ///< 0: all at once
  std::optional<Duration> delay{};
  std::string failure_action{};  ///< pause, continue, rollback
  std::optional<Duration> monitor{};
  std::optional<double> max_failure_ratio{};
  std::string order{};  ///< stop-first, start-first
  friend bool operator==(const UpdateConfig&, const UpdateConfig&) = default;
};

/// `deploy:`, as far as one machine can honour it; limits are merged into the service's own by the loader's
/// normalisation only when the service does not set them itself.
struct Deploy {
  std::optional<int> replicas{};
  std::string cpus_limit{};  ///< decimal number, as written
  std::optional<std::int64_t> memory_limit{};
  std::optional<std::int64_t> pids_limit{};
  std::string cpus_reservation{};
  std::optional<std::int64_t> memory_reservation{};
  std::optional<DeployRestart> restart_policy{};
  std::optional<UpdateConfig> update_config{};
  std::optional<UpdateConfig> rollback_config{};
  StringMap labels{};
  friend bool operator==(const Deploy&, const Deploy&) = default;
};

/// What `x-mdcompose` says about a service's ports and names.
struct Access {
  bool hold = false;       ///< clients wait while there is no container to serve them
  bool on_demand = false;  ///< `activation: on-demand`
  std::optional<Duration> idle_timeout{};
  bool healthy_only = false;  ///< `resolve: healthy`
  bool nat = false;           ///< `publish: nat`
  friend bool operator==(const Access&, const Access&) = default;
};

/// What a service has after its stop signal where it says nothing: Docker's.
constexpr Duration kStopGracePeriod = std::chrono::seconds(10);

struct Service {
  std::string name{};
  Source source{};

  std::optional<Rootfs> rootfs{};
  std::string image{};
  std::string build{};  ///< the build section as JSON; empty: none
  std::string pull_policy{};
  std::string platform{};
  std::string container_name{};
  std::optional<int> scale{};
  Strings profiles{};

  std::optional<Strings> command{};  ///< nothing: the image's; empty: none
  std::optional<Strings> entrypoint{};
  std::map<std::string, std::optional<std::string>> environment{};  ///< nothing: not set
  std::string working_dir{};
  std::string user{};
  Strings group_add{};
  std::string hostname{};
  std::string domainname{};
  std::optional<bool> init{};
  bool tty = false;
  bool stdin_open = false;
  bool read_only = false;

  std::vector<Dependency> depends_on{};
  std::optional<HealthCheck> healthcheck{};
  std::optional<NativeProbe> probe{};
  std::string on_unhealthy{};           ///< restart, stop; empty or none: nothing
  std::optional<bool> strict_limits{};  ///< a limit that the host does not apply is an error; nothing: no
  std::optional<bool> eager_probes{};   ///< extra probes while starting; nothing: yes
  std::string restart{};
  std::vector<int> success_exit_codes{};  ///< besides 0
  std::optional<Schedule> schedule{};
  std::vector<Hook> pre_start{};
  std::vector<Hook> post_start{};
  std::vector<Hook> pre_stop{};
  std::string oneshot{};        ///< once: `up` does not run it again when it is done; always
  std::string on_dependency{};  ///< when one has crashed: restart, stop; empty or ignore: nothing
  std::string stop_signal{};
  std::optional<Duration> stop_grace_period{};

  std::vector<ServiceVolume> volumes{};
  Strings tmpfs{};  ///< "path" or "path:options"
  std::optional<std::int64_t> shm_size{};
  Strings volumes_from{};
  std::vector<FileReference> secrets{};
  std::vector<FileReference> configs{};
  std::vector<DeviceMapping> devices{};
  Strings device_cgroup_rules{};

  Strings cap_add{};
  Strings cap_drop{};
  bool privileged = false;
  Strings security_opt{};
  std::map<std::string, Ulimit> ulimits{};
  StringMap sysctls{};
  std::string userns_mode{};
  std::string pid{};
  std::string ipc{};
  std::string uts{};
  std::string cgroup{};
  std::string cgroup_parent{};
  std::string isolation{};
  std::string runtime{};
  StringMap storage_opt{};

  std::optional<double> cpus{};
  std::optional<std::int64_t> cpu_shares{};
  std::optional<std::int64_t> cpu_quota{};
  std::optional<std::int64_t> cpu_period{};
  std::optional<std::int64_t> cpu_rt_runtime{};
  std::optional<std::int64_t> cpu_rt_period{};
  std::string cpuset{};
  std::optional<std::int64_t> mem_limit{};
  std::optional<std::int64_t> memswap_limit{};
  std::optional<std::int64_t> mem_reservation{};
  std::optional<std::int64_t> mem_swappiness{};
  std::optional<std::int64_t> pids_limit{};
  bool oom_kill_disable = false;
  std::optional<int> oom_score_adj{};
  BlkioConfig blkio_config{};
  std::optional<Deploy> deploy{};

  std::string network_mode{};  ///< "", none, host, bridge, service:NAME, container:NAME
  std::map<std::string, Attachment> networks{};
  std::vector<Port> ports{};
  Strings expose{};
  Strings dns{};
  Strings dns_search{};
  Strings dns_opt{};
  Strings extra_hosts{};  ///< "name=address"
  Strings links{};
  Strings external_links{};
  std::string mac_address{};
  Access access{};

  StringMap labels{};
  StringMap annotations{};
  std::optional<Logging> logging{};
  bool attach = true;
  std::string extension{};  ///< `x-mdcompose` as JSON

  /// Names for what lies in files that the definition only refers to ("rootfs", "secrets.NAME",
  /// "configs.NAME"); another content has another name. Filled in by whoever may read them.
  StringMap contents{};
  friend bool operator==(const Service&, const Service&) = default;
};

struct IpamPool {
  std::string subnet{};
  std::string ip_range{};
  std::string gateway{};
  StringMap aux_addresses{};
  friend bool operator==(const IpamPool&, const IpamPool&) = default;
};

struct Network {
  std::string key{};
  std::string name{};  ///< full name, "app_default"
  std::string driver{};
  StringMap driver_opts{};
  std::vector<IpamPool> ipam{};
  bool external = false;
  bool internal = false;
  bool attachable = false;
  std::optional<bool> enable_ipv4{};
  std::optional<bool> enable_ipv6{};
  StringMap labels{};
  Source source{};
  friend bool operator==(const Network&, const Network&) = default;
};

struct Volume {
  std::string key{};
  std::string name{};  ///< full name, "app_data"
  std::string driver{};
  StringMap driver_opts{};
  std::string device{};                ///< the directory of the host that it is; empty: one of ours
  std::optional<std::uint32_t> uid{};  ///< these three are of the directory when it is made
  std::optional<std::uint32_t> gid{};
  std::optional<std::uint32_t> mode{};
  bool external = false;
  StringMap labels{};
  Source source{};
  friend bool operator==(const Volume&, const Volume&) = default;
};

/// A secret or config at the top level: exactly one of file, environment and content says where it comes
/// from.
struct FileObject {
  std::string key{};
  std::string name{};
  std::string file{};
  std::string environment{};
  std::optional<std::string> content{};  ///< resolved from the environment by the loader, or as written
  bool external = false;
  StringMap labels{};
  Source source{};
  friend bool operator==(const FileObject&, const FileObject&) = default;
};

/// `x-mdcompose.limits` of the file: for all containers of the stack together.
struct StackLimits {
  std::string cpus{};  ///< decimal number, as written
  std::optional<std::int64_t> memory{};
  std::optional<std::int64_t> pids{};
  friend bool operator==(const StackLimits&, const StackLimits&) = default;
};

struct Project {
  std::string name{};
  std::string directory{};                    ///< absolute
  Strings files{};                            ///< absolute, in the order given
  std::map<std::string, Service> services{};  ///< enabled ones
  std::map<std::string, Service> disabled{};  ///< outside the active profiles
  std::map<std::string, Network> networks{};
  std::map<std::string, Volume> volumes{};
  std::map<std::string, FileObject> secrets{};
  std::map<std::string, FileObject> configs{};
  StackLimits limits{};
  bool strict_limits = false;  ///< for those of the whole stack
  std::string extension{};     ///< top-level `x-mdcompose` as JSON
  std::string outbound{};      ///< "uplink" or "gateway", the way out; empty: what the host allows
  friend bool operator==(const Project&, const Project&) = default;
};

/// What the service is made from, for people: its root's path, "bookworm+nginx-light", or its image.
std::string image_of(const Service& service);

/// How many instances the project asks for: `scale`, else deploy.replicas, else 1.
int replicas(const Service& service);

}  // namespace orchestrator::project
