// What the supervisor and its keeper say to each other: one Packet per datagram of a SOCK_SEQPACKET socket,
// in the byte order of the machine, with one descriptor (SCM_RIGHTS) where the table says so.
//
//   to the keeper     fields           meaning
//   store        +fd  name             keep this descriptor; one of the same name is replaced
//   drop              name             close it; unknown names are no error
//   acknowledge       sequence         this exit record is dealt with: forget it
//   ready                              this supervisor listens: the launching command may go on
//   quit                               when I exit with status 0, end as well
//
//   to the supervisor
//   stored       +fd  name             a descriptor kept for you by an earlier supervisor
//   exited            all but error    a child has ended; repeated to every new supervisor until acknowledged
//   hello_done        count            everything kept from before has been sent; 1: the launching command
//                                      still waits for `ready`
//   refused           error,name,count `count` requests were refused since the last such packet; name and
//   error
//                                      are those of the last one. ENOSPC: the table is full; EMFILE: the
//                                      limit of open files is reached; EBADMSG: not a packet of this table
//
// Included by the keeper itself, which is built without the C++ library.
#pragma once

#include <stdint.h>

namespace runtime::keeper {

/// The supervisor finds its end of the socket here.
inline constexpr int kSupervisorSocket = 3;
/// Descriptors that the keeper holds at most; what comes after them is refused.
inline constexpr uint32_t kMaxDescriptors = 4096;
/// Exit records not yet acknowledged at most. Children that end after that stay zombies, which keep their
/// status, until there is room: none is lost.
inline constexpr uint32_t kMaxExitRecords = 2048;
/// With the terminating NUL.
inline constexpr uint32_t kNameSize = 80;

enum class Kind : uint32_t {
  store = 1,
  drop,
  acknowledge,
  ready,
  quit,
  stored = 101,
  exited,
  hello_done,
  refused,
};

struct Packet {
  Kind kind = Kind::ready;
  int32_t error = 0;
  uint64_t sequence = 0;  ///< of an exit record; grows, never repeats in the life of a keeper
  int32_t pid = 0;        ///< as the keeper's pid namespace counts
  int32_t how = 0;        ///< CLD_EXITED, CLD_KILLED, CLD_DUMPED
  int32_t code = 0;       ///< exit code or signal number
  uint32_t count = 0;
  uint64_t pidfd_inode = 0;  ///< of the ended process, 0 where the kernel has no pidfs
  int64_t boottime_ns = 0;   ///< CLOCK_BOOTTIME when the keeper reaped it
  int64_t wall_ns = 0;       ///< CLOCK_REALTIME at the same moment
  char name[kNameSize] = {};
};
static_assert(sizeof(Packet) == 136);

/// In the project's directory; locked while a keeper lives.
inline constexpr char kLockName[] = "lock";

/// What the launching command reads from its pipe.
inline constexpr char kReadyByte = 'R';
inline constexpr char kLockedByte = 'L';

/// Descriptors the keeper is started with.
inline constexpr int kReadyPipe = 3;
inline constexpr int kExecutable = 4;
/// Arguments "@NAME=FD" before those of the supervisor: descriptors to keep from the beginning.
inline constexpr char kKeptPrefix = '@';

}  // namespace runtime::keeper
