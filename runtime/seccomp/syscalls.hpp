// The system calls that are not simply allowed, in groups with the capabilities that open them. A call of
// this architecture that is in no group is allowed. Numbers: asm/unistd.h; those newer than Debian 12's
// headers: the kernel's own tables (arch/x86/entry/syscalls/syscall_64.tbl,
// include/uapi/asm-generic/unistd.h).
#pragma once

#include <linux/capability.h>
#include <sys/syscall.h>

#include <array>
#include <cstdint>

namespace runtime::seccomp {

constexpr std::uint64_t bit(int capability) { return std::uint64_t{1} << capability; }
constexpr std::uint64_t kNever = 0;

/// The last call we have looked at (file_setattr, Linux 6.17); later ones answer ENOSYS.
constexpr std::uint32_t kLastKnown = 469;

struct Guarded {
  std::uint32_t number;
  std::uint64_t any_of;  ///< one of these capabilities allows it
};

constexpr std::array kGuarded = std::to_array<Guarded>({
    // Mounts and namespaces.
    {SYS_mount, bit(CAP_SYS_ADMIN)},
    {SYS_umount2, bit(CAP_SYS_ADMIN)},
    {SYS_mount_setattr, bit(CAP_SYS_ADMIN)},
    {SYS_move_mount, bit(CAP_SYS_ADMIN)},
    {SYS_open_tree, bit(CAP_SYS_ADMIN)},
    {SYS_fsopen, bit(CAP_SYS_ADMIN)},
    {SYS_fsconfig, bit(CAP_SYS_ADMIN)},
    {SYS_fsmount, bit(CAP_SYS_ADMIN)},
    {SYS_fspick, bit(CAP_SYS_ADMIN)},
    {467 /* open_tree_attr */, bit(CAP_SYS_ADMIN)},
    {SYS_setns, bit(CAP_SYS_ADMIN)},
    {SYS_unshare, bit(CAP_SYS_ADMIN)},
    {SYS_pivot_root, kNever},
    {SYS_chroot, bit(CAP_SYS_CHROOT)},
    // The system as a whole.
    {SYS_sethostname, bit(CAP_SYS_ADMIN)},
    {SYS_setdomainname, bit(CAP_SYS_ADMIN)},
    {SYS_quotactl, bit(CAP_SYS_ADMIN)},
    {SYS_quotactl_fd, bit(CAP_SYS_ADMIN)},
    {SYS_fanotify_init, bit(CAP_SYS_ADMIN)},
    {SYS_lookup_dcookie, bit(CAP_SYS_ADMIN)},
    {SYS_syslog, bit(CAP_SYS_ADMIN) | bit(CAP_SYSLOG)},
    {SYS_bpf, bit(CAP_SYS_ADMIN) | bit(CAP_BPF)},
    {SYS_perf_event_open, bit(CAP_SYS_ADMIN) | bit(CAP_PERFMON)},
    {SYS_reboot, bit(CAP_SYS_BOOT)},
    {SYS_kexec_load, kNever},
#ifdef SYS_kexec_file_load
    {SYS_kexec_file_load, kNever},
#endif
    {SYS_swapon, kNever},
    {SYS_swapoff, kNever},
    {SYS_acct, bit(CAP_SYS_PACCT)},
    {SYS_vhangup, bit(CAP_SYS_TTY_CONFIG)},
    {SYS_init_module, bit(CAP_SYS_MODULE)},
    {SYS_finit_module, bit(CAP_SYS_MODULE)},
    {SYS_delete_module, bit(CAP_SYS_MODULE)},
    {SYS_settimeofday, bit(CAP_SYS_TIME)},
    {SYS_clock_settime, bit(CAP_SYS_TIME)},
    // Other processes and other people's files.
    {SYS_open_by_handle_at, bit(CAP_DAC_READ_SEARCH)},
    {SYS_kcmp, bit(CAP_SYS_PTRACE)},
    {SYS_pidfd_getfd, bit(CAP_SYS_PTRACE)},
    {SYS_process_madvise, bit(CAP_SYS_PTRACE)},
    {SYS_mbind, bit(CAP_SYS_NICE)},
    {SYS_get_mempolicy, bit(CAP_SYS_NICE)},
    {SYS_set_mempolicy, bit(CAP_SYS_NICE)},
    {SYS_set_mempolicy_home_node, bit(CAP_SYS_NICE)},
    {SYS_migrate_pages, kNever},
    {SYS_move_pages, kNever},
    // Keyrings are not namespaced; userfaultfd and io_uring have been the way into the kernel too often.
    {SYS_add_key, kNever},
    {SYS_request_key, kNever},
    {SYS_keyctl, kNever},
    {SYS_userfaultfd, kNever},
    {SYS_io_uring_setup, kNever},
    {SYS_io_uring_enter, kNever},
    {SYS_io_uring_register, kNever},
    {460 /* lsm_set_self_attr */, kNever},
    {SYS_nfsservctl, kNever},
#ifdef __x86_64__
    // Obsolete, or direct access to the machine.
    {SYS_iopl, bit(CAP_SYS_RAWIO)},
    {SYS_ioperm, bit(CAP_SYS_RAWIO)},
    {SYS_create_module, kNever},
    {SYS_get_kernel_syms, kNever},
    {SYS_query_module, kNever},
    {SYS_uselib, kNever},
    {SYS_ustat, kNever},
    {SYS_sysfs, kNever},
    {SYS__sysctl, kNever},
    {SYS_getpmsg, kNever},
    {SYS_putpmsg, kNever},
    {SYS_afs_syscall, kNever},
    {SYS_tuxcall, kNever},
    {SYS_security, kNever},
    {SYS_vserver, kNever},
#endif
});

}  // namespace runtime::seccomp
