/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/confinement/call-names.h"

#include <stddef.h>

/* clang-format off */
const char *const CALLS_FOR_ALL[] = {
  /* bytes */
  "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2",
  "sendfile", "sendfile64", "copy_file_range", "lseek", "_llseek",
  /* files: the file fence and their modes say which */
  "open", "openat", "openat2", "creat", "close", "close_range", "dup", "dup2", "dup3", "fcntl", "fcntl64",
  "stat", "stat64", "fstat", "fstat64", "lstat", "lstat64", "newfstatat", "fstatat64", "statx", "access", "faccessat", "faccessat2",
  "statfs", "statfs64", "fstatfs", "fstatfs64", "readlink", "readlinkat", "getcwd", "chdir", "fchdir", "getdents", "getdents64",
  "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat",
  "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown", "umask", "utimensat", "utime", "utimes", "futimesat",
  "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate", "fadvise64", "flock", "readahead",
  "fsync", "fdatasync", "sync_file_range", "msync", "syncfs",
  "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
  "memfd_create", "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
  /* memory */
  "brk", "munmap", "mremap", "madvise", "mincore", "mlock", "munlock", "membarrier",
  /* threads */
  "futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "gettid", "arch_prctl",
  "sched_yield", "sched_getaffinity", "sched_getattr", "sched_setattr", "sched_getparam", "sched_getscheduler",
  "sched_get_priority_max", "sched_get_priority_min", "getpriority", "getcpu",
  "exit", "exit_group", "restart_syscall",
  /* signals, time */
  "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait", "sigreturn", "sigaltstack",
  "pause", "alarm", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times",
  "clock_gettime64", "clock_getres_time64", "clock_nanosleep_time64", "futex_time64", "ppoll_time64", "pselect6_time64",
  "getitimer", "setitimer", "timerfd_create", "timerfd_settime", "timerfd_gettime",
  "timer_create", "timer_settime", "timer_gettime", "timer_delete",
  /* to wait */
  "poll", "ppoll", "select", "_newselect", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
  "epoll_pwait2", "eventfd", "eventfd2", "signalfd", "signalfd4", "pipe", "pipe2",
  /* sockets that are there */
  "socketpair", "connect", "bind", "getsockname", "getpeername", "getsockopt", "setsockopt", "shutdown",
  "send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg",
  /* about oneself and the machine */
  "getpid", "getppid", "getpgrp", "getpgid", "getsid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
  "getuid32", "geteuid32", "getgid32", "getegid32", "getresuid32", "getresgid32", "getgroups32",
  "capget", "getrlimit", "ugetrlimit", "getrusage", "sysinfo", "uname", "getrandom",
  NULL
};

const char *const CALLS_TO_LISTEN[] = { "listen", "accept", "accept4", NULL };

const char *const CALLS_TO_RUN_HELPER[] = {
  "execve", "fork", "vfork", "wait4", "waitpid", "waitid",
  "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups",
  "setuid32", "setgid32", "setreuid32", "setregid32", "setresuid32", "setresgid32", "setfsuid32", "setfsgid32", "setgroups32",
  NULL
};

const char *const CALLS_FOR_NOBODY[] = {
  /* other programs, other processes */
  "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp",
  /* the tree of files, seen otherwise */
  "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsmount", "fspick", "mount_setattr",
  "open_by_handle_at", "mknod", "mknodat", "quotactl", "quotactl_fd", "acct",
  /* namespaces */
  "setns", "unshare",
  /* the kernel and the machine */
  "bpf", "perf_event_open", "userfaultfd", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load",
  "reboot", "swapon", "swapoff", "syslog", "iopl", "ioperm", "modify_ldt", "settimeofday", "clock_settime", "clock_settime64", "stime",
  "adjtimex", "clock_adjtime", "clock_adjtime64", "sethostname", "setdomainname", "vhangup", "lookup_dcookie", "nfsservctl",
  NULL
};
/* clang-format on */
