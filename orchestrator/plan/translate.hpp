// The one place where the stack file's words become the runtime's: Service to runtime::Spec. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/project/project.hpp"
#include "runtime/spec/spec.hpp"

namespace orchestrator::plan {

/// A device node of the host, as stat(2) tells it.
struct HostDevice {
  char type = 'c';
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint32_t mode = 0666;
};

/// What storage and network have prepared for one instance. Paths are the host's.
struct Assets {
  std::string id{};        ///< "web-1"
  std::string hostname{};  ///< of whose names it shares: the host's, or another container's; empty: nobody's
  std::string domainname{};  ///< likewise
  std::string root{};        ///< directory with the root filesystem
  std::string upper{};       ///< empty: nothing is written
  std::string work{};
  bool writable_root = false;                    ///< `root` itself is the root, without an overlay
  std::map<std::string, std::string> volumes{};  ///< by target: the directory of a named or anonymous volume
  std::vector<project::ServiceVolume> borrowed{};    ///< other services' (`volumes_from`)
  std::map<std::string, std::string> files{};        ///< by target: generated files, writable as docker's are
  std::map<std::string, std::string> secrets{};      ///< by target: files of secrets and configs, read-only
  std::map<std::string, HostDevice> devices{};       ///< by host path: those the service names
  std::map<std::string, HostDevice> host_devices{};  ///< all of the host, for a privileged service
  std::map<std::string, std::string>
      namespaces{};                   ///< "network", "pid", "ipc" of another container: /proc/N/ns/…
  std::string seccomp{};              ///< the profile's text
  std::string notify{};               ///< the socket that becomes $NOTIFY_SOCKET; empty: none
  std::vector<std::string> masked{};  ///< own state that an image of "/" must not show
};

/// The profile that `security_opt` names, as it is written; empty: none.
std::string seccomp_file_of(const project::Service& service);

/// It has the host's UTS namespace, and so the host's name.
bool has_host_name(const project::Service& service);

/// Of a service without a root filesystem: "compose.yaml:3:5: services.web has no rootfs; …".
std::string missing_root_text(const project::Service& service);

/// Throws std::runtime_error: "compose.yaml:3:5: services.web: …", where it cannot be said in the runtime's
/// words.
runtime::Spec translate(const project::Service& service, const Assets& assets);

}  // namespace orchestrator::plan
