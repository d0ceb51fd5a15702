// The descriptors kept for the supervisor, by name, in a table that never grows.
#pragma once

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "runtime/keeper/protocol.hpp"

namespace runtime::keeper {

class FdStore {
 public:
  /// Takes the descriptor in every case; a former one of the same name is closed. Returns 0 or an errno.
  int store(const char* name, int fd) {
    Slot* slot = find(name);
    if (!slot) slot = find("");
    if (!slot && used_ < kMaxDescriptors) slot = &slots_[used_++];
    if (!slot) {
      ::close(fd);
      return ENOSPC;
    }
    if (slot->name[0]) ::close(slot->fd);
    ::strcpy(slot->name, name);
    slot->fd = fd;
    return 0;
  }

  void drop(const char* name) {
    Slot* slot = find(name);
    if (!slot) return;
    ::close(slot->fd);
    slot->name[0] = '\0';
  }

  struct Slot {
    int fd;
    char name[kNameSize];  ///< empty: the slot is free
  };
  /// The first kept descriptor at or after `index`, which is set to its place; null where there is none.
  const Slot* next(uint32_t& index) const {
    for (; index < used_; ++index)
      if (slots_[index].name[0]) return &slots_[index];
    return nullptr;
  }
  bool empty() const {
    uint32_t index = 0;
    return !next(index);
  }

 private:
  Slot* find(const char* name) {
    for (uint32_t i = 0; i < used_; ++i)
      if (::strcmp(slots_[i].name, name) == 0) return &slots_[i];
    return nullptr;
  }

  Slot slots_[kMaxDescriptors];
  uint32_t used_ = 0;  ///< slots before this one have been used at some time
};

}  // namespace runtime::keeper
