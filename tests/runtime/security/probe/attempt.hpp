// What one attempt has come to, in one line of standard output: "mount a tmpfs: EPERM", or "…: OPEN".
// An attempt stops where it has proved that it could: when a door is open, nothing of the host is changed.
#pragma once

#include <errno.h>

namespace probe {

/// `result` is what a system call has returned: -1 with errno, or anything else.
void tell(const char* what, long result);
/// As above where the call is a wrong one on purpose: whatever is checked after the permission lets it fail,
/// and only EPERM, EACCES and ENOSYS mean that it was not reached.
void tell_reached(const char* what, long result);
/// Any other word.
void tell_word(const char* what, const char* word);
void tell_number(const char* what, long number);

/// "EPERM"; "errno 99" for what is not expected here.
const char* error_name(int error);

// The attempts of one kind each, by number of the list in the tests.
void read_only_files();    // 1, 2
void masked_files();       // 3, 4
void mounts();             // 5
void cgroup_files();       // 6
void devices();            // 7
void descriptors();        // 8
void namespaces();         // 15
void system_calls();       // 16
void odd_system_calls();   // 17
void i386_table();         // 17
void host_sockets();       // 19
void foreign_processes();  // 20
void chroot_break();       // 21
void limits();             // 22
void fork_bomb();          // 23
void memory_hog();         // 23
void power();              // 24
void terminal_input();     // 26

// For each byte of standard input: what can be done to the process that has come since the last one.
void overwrite_programs();  // 10
void watch_newcomers();     // 27

}  // namespace probe
