// Unix sockets that carry descriptors: unix(7), cmsg(3).
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/sys/unique_fd.hpp"

namespace runtime::sys {

/// A connected pair of SOCK_SEQPACKET unix sockets, close-on-exec.
std::pair<unique_fd, unique_fd> seqpacket_pair();

/// Listens on a unix socket (SOCK_STREAM unless `type` says otherwise), mode 0600; a stale socket of a dead
/// listener at `path` is replaced. The name appears in one step (rename) and only once connecting works, so
/// that whoever watches the directory (inotify(7), IN_MOVED_TO) can connect at once. Paths longer than
/// sun_path are bound through /proc/self/fd.
unique_fd listen_unix(const std::string& path, int type);
/// Connects; nothing where nobody listens (ENOENT, ECONNREFUSED). Throws std::system_error otherwise.
std::optional<unique_fd> connect_unix(const std::string& path, int type);

struct Message {
  std::string data{};
  std::vector<unique_fd> fds{};
};
/// One datagram or stream chunk with up to 16 descriptors. False where the peer is gone (EPIPE, ECONNRESET).
bool send_message(int socket, std::string_view data, std::span<const int> fds = {}, int flags = 0);
/// All of `data` into a stream socket, however long it is. False where the peer is gone.
bool send_all(int socket, std::string_view data);
/// Nothing at end of file. With MSG_DONTWAIT in `flags`, throws EAGAIN where nothing is there.
std::optional<Message> receive_message(int socket, int flags = 0, std::size_t limit = 65536);

struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};
/// SO_PEERCRED.
Peer peer_of(int socket);

}  // namespace runtime::sys
