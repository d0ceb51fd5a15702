// Where the kernel begins to execute mdrun: seals it (CVE-2019-5736) before the C library is set up. That
// set-up asks the processor what it is, in a virtual machine more than half a millisecond of exits, and would
// be thrown away by the execve(2) that sealing ends with. Where this does nothing, sys::seal_own_binary() in
// main still does.
//
// No C library yet: raw system calls only, no stack protector, no calls into other files.
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/unistd.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include <cstddef>
#include <cstdint>

namespace {

#if defined(__x86_64__)
long call(long number, long a, long b, long c = 0, long d = 0, long e = 0) {
  long result = 0;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
long call(long number, long a, long b, long c = 0, long d = 0, long e = 0) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
#else
#error "no entry for this architecture"
#endif

long address(const void* pointer) { return static_cast<long>(reinterpret_cast<std::uintptr_t>(pointer)); }

bool equal(const char* left, const char* right) {
  while (*left != '\0' && *left == *right) {
    ++left;
    ++right;
  }
  return *left == *right;
}

/// Queries need no seal. A word that is not the command costs one execve too many and no more.
bool may_enter_a_container(char** argv) {
  for (; *argv != nullptr; ++argv)
    if (equal(*argv, "run") || equal(*argv, "create") || equal(*argv, "exec") || equal(*argv, "start"))
      return true;
  return false;
}

bool is_on_read_only_mount(const char* path) {
  struct statfs filesystem;
  return call(__NR_statfs, address(path), address(&filesystem)) == 0 && (filesystem.f_flags & ST_RDONLY) != 0;
}

}  // namespace

/// `stack` is what execve(2) leaves: argc, argv, a null pointer, the environment. Returns where nothing was
/// to be done, or could be.
extern "C" void mdrun_seal(long* stack) {
  static constexpr char kSelf[] = "/proc/self/exe";
  static constexpr char kEmpty[] = "";
  char** const argv = reinterpret_cast<char**>(stack + 1);
  char** const environment = argv + *stack + 1;
  if (!may_enter_a_container(argv) || is_on_read_only_mount(kSelf)) return;
  const long tree = call(__NR_open_tree, AT_FDCWD, address(kSelf), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) return;
  mount_attr attributes;
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
  attributes.attr_clr = 0;
  attributes.propagation = 0;
  attributes.userns_fd = 0;
  if (call(__NR_mount_setattr, tree, address(kEmpty), AT_EMPTY_PATH, address(&attributes),
           sizeof attributes) == 0)
    call(__NR_execveat, tree, address(kEmpty), address(argv), address(environment), AT_EMPTY_PATH);
  call(__NR_close, tree, 0);
}

// Whatever the kernel or the dynamic linker has left in registers and on the stack is _start's.
#if defined(__x86_64__)
__asm__(R"(
.text
.globl mdrun_entry
.type mdrun_entry, @function
mdrun_entry:
  mov %rsp, %rdi
  push %rdx
  sub $8, %rsp
  call mdrun_seal
  add $8, %rsp
  pop %rdx
  jmp _start
.size mdrun_entry, . - mdrun_entry
)");
#elif defined(__aarch64__)
__asm__(R"(
.text
.globl mdrun_entry
.type mdrun_entry, @function
mdrun_entry:
  mov x19, x0
  mov x0, sp
  bl mdrun_seal
  mov x0, x19
  b _start
.size mdrun_entry, . - mdrun_entry
)");
#endif
