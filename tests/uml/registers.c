// Lets user-mode Linux 6.1 run on processors with more registers than it knows (AMX): preloaded into linux.uml.
//
// It saves and restores its processes' registers by ptrace(2), in a buffer that ends with AVX-512. The host takes only
// the whole set back (xstateregs_set() in arch/x86/kernel/fpu/regset.c), so there the first process would be the
// last. What the buffer has no room for stays as it is in the host's process.
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

enum {
  kWholeSet = 1 << 16,
  kHeader = 512,   // of the XSAVE area: which parts are not in their initial state
  kParts = 0x3ff,  // those that have room: x87 to AVX-512, and protection keys
};

typedef long Ptrace(int request, int pid, void* address, void* data);

static long set_registers(Ptrace* next, int pid, void* kind, struct iovec* some) {
  static char whole[kWholeSet];
  struct iovec all = {.iov_base = whole, .iov_len = sizeof whole};
  if (next(PTRACE_GETREGSET, pid, kind, &all) != 0) return -1;
  if (some->iov_len >= all.iov_len) return next(PTRACE_SETREGSET, pid, kind, some);
  uint64_t before = 0;
  uint64_t given = 0;
  memcpy(&before, whole + kHeader, sizeof before);
  memcpy(whole, some->iov_base, some->iov_len);
  memcpy(&given, whole + kHeader, sizeof given);
  given = (given & kParts) | (before & ~(uint64_t)kParts);
  memcpy(whole + kHeader, &given, sizeof given);
  return next(PTRACE_SETREGSET, pid, kind, &all);
}

long ptrace(enum __ptrace_request request, ...) {
  static Ptrace* next;
  if (next == NULL) *(void**)&next = dlsym(RTLD_NEXT, "ptrace");
  va_list rest;
  va_start(rest, request);
  const int pid = va_arg(rest, int);
  void* address = va_arg(rest, void*);
  void* data = va_arg(rest, void*);
  va_end(rest);
  if (request == PTRACE_SETREGSET && (uintptr_t)address == NT_X86_XSTATE)
    return set_registers(next, pid, address, data);
  return next(request, pid, address, data);
}
