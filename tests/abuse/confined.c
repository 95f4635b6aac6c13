/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * confined PROGRAM STATE-DIR CONFIG-DIR: reads lines "DEED WORD". For each a process shuts itself in
 * as PROGRAM does, and then tries the deed, as whoever has taken the daemon over would; the answer
 * is a line: "done", the error's name, or "killed" by the filter. Without arguments: the profiles,
 * a line each: program, user, what it may write.
 */

#include "core/confinement/confinement.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

/* Each returns -1 with errno where it was kept from its deed. */
typedef long (*Deed) (const char *word);

static long
do_read (const char *word)
{
  char byte;
  int fd = open (word, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : read (fd, &byte, 1);
}

static long
do_write (const char *word)
{
  return open (word, O_WRONLY | O_CLOEXEC);
}

static long
do_make (const char *word)
{
  return open (word, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static long
do_truncate (const char *word)
{
  return truncate (word, 0);
}

static long
do_remove (const char *word)
{
  return unlink (word);
}

static long
do_rename (const char *word)
{
  g_autofree char *target = g_strconcat (word, ".moved", NULL);
  return rename (word, target);
}

static long
do_make_folder (const char *word)
{
  return mkdir (word, 0700);
}

static long
do_link_by_name (const char *word)
{
  return syscall (SYS_symlink, "/etc/shadow", word);
}

static long
do_make_device (const char *word)
{
  return mknod (word, S_IFCHR | 0600, (dev_t) 0x0101);
}

static long
do_make_pipe (const char *word)
{
  return mknod (word, S_IFIFO | 0600, 0);
}

/* With what pam_unix asks its helper, which otherwise waits for ten seconds. */
static long
do_run (const char *word)
{
  char *const arguments[] = { (char *) word, "root", "chkexpiry", NULL };
  return execve (word, arguments, arguments + 3);
}

static long
do_run_opened (const char *word)
{
  char *const arguments[] = { (char *) word, NULL };
  int fd = open (word, O_PATH | O_CLOEXEC);
  return syscall (SYS_execveat, fd, "", arguments, arguments + 1, AT_EMPTY_PATH);
}

static long
do_trace (const char *word)
{
  return ptrace (PTRACE_ATTACH, getppid (), NULL, NULL);
}

static long
do_read_memory (const char *word)
{
  char byte;
  struct iovec here = { &byte, 1 }, there = { &here, 1 };
  return process_vm_readv (getppid (), &here, 1, &there, 1, 0);
}

static long
do_signal (const char *word)
{
  return kill (getppid (), 0);
}

static long
do_mount (const char *word)
{
  return mount ("none", word, "tmpfs", 0, NULL);
}

static long
do_change_root (const char *word)
{
  return chroot (word);
}

static long
do_new_namespace (const char *word)
{
  return unshare (CLONE_NEWUSER);
}

static long
do_process_in_namespace (const char *word)
{
  return syscall (SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
}

static long
do_fork (const char *word)
{
  return syscall (SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

static long
do_bpf (const char *word)
{
  union bpf_attr attributes = { .map_type = BPF_MAP_TYPE_ARRAY };
  return syscall (SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
}

static long
do_perf (const char *word)
{
  struct perf_event_attr attributes = { .size = sizeof attributes };
  return syscall (SYS_perf_event_open, &attributes, 0, -1, -1, 0);
}

static long
do_keys (const char *word)
{
  return syscall (SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -3 /* of the session */, 1);
}

static long
do_uring (const char *word)
{
  char parameters[120] = { 0 };
  return syscall (SYS_io_uring_setup, 1, parameters);
}

static long
do_module (const char *word)
{
  return syscall (SYS_init_module, "", 0, "");
}

static long
do_raw_socket (const char *word)
{
  return socket (AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static long
do_packet_socket (const char *word)
{
  return socket (AF_PACKET, SOCK_RAW, 0);
}

static long
do_kernel_socket (const char *word)
{
  return socket (AF_NETLINK, SOCK_DGRAM, 0);
}

static long
do_internet_socket (const char *word)
{
  return socket (AF_INET, SOCK_STREAM, 0);
}

static long
do_low_port (const char *word)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM, 0), on = 1;

  if (fd < 0)
    return -1;
  address.sin_port = htons ((uint16_t) g_ascii_strtoull (word, NULL, 10));
  (void) setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return bind (fd, (struct sockaddr *) &address, sizeof address);
}

static long
do_listen (const char *word)
{
  struct sockaddr any = { AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);
  return bind (fd, &any, sizeof any.sa_family) < 0 ? -1 : listen (fd, 1);
}

static long
do_become (const char *word)
{
  uid_t id = (uid_t) g_ascii_strtoull (word, NULL, 10);
  return setresuid (id, id, id);
}

static long
do_join_groups (const char *word)
{
  gid_t shadow = 42;
  return setgroups (1, &shadow);
}

static long
do_writable_code (const char *word)
{
  void *page
      = mmap (NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? -1 : 0;
}

static long
do_make_code (const char *word)
{
  void *page = mmap (NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mprotect (page, PAGE, PROT_READ | PROT_EXEC);
}

static long
do_become_dumpable (const char *word)
{
  return prctl (PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long
do_see_dumpable (const char *word)
{
  errno = ENODATA;
  return prctl (PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? -1 : 0;
}

static long
do_change_limits (const char *word)
{
  return syscall (SYS_prlimit64, getppid (), 0, NULL, NULL);
}

static long
do_set_clock (const char *word)
{
  struct timespec now = { 0 };
  return clock_settime (CLOCK_REALTIME, &now);
}

static long
do_type_into_terminal (const char *word)
{
  return ioctl (0, TIOCSTI, "x");
}

static const struct
{
  const char *name;
  Deed deed;
} DEEDS[] = {
  { "read", do_read },
  { "write", do_write },
  { "make", do_make },
  { "truncate", do_truncate },
  { "remove", do_remove },
  { "rename", do_rename },
  { "make-folder", do_make_folder },
  { "link-by-name", do_link_by_name },
  { "make-device", do_make_device },
  { "make-pipe", do_make_pipe },
  { "run", do_run },
  { "run-opened", do_run_opened },
  { "trace", do_trace },
  { "read-memory", do_read_memory },
  { "signal", do_signal },
  { "mount", do_mount },
  { "change-root", do_change_root },
  { "new-namespace", do_new_namespace },
  { "process-in-namespace", do_process_in_namespace },
  { "fork", do_fork },
  { "bpf", do_bpf },
  { "perf", do_perf },
  { "keys", do_keys },
  { "uring", do_uring },
  { "module", do_module },
  { "raw-socket", do_raw_socket },
  { "packet-socket", do_packet_socket },
  { "kernel-socket", do_kernel_socket },
  { "internet-socket", do_internet_socket },
  { "low-port", do_low_port },
  { "listen", do_listen },
  { "become", do_become },
  { "join-groups", do_join_groups },
  { "writable-code", do_writable_code },
  { "make-code", do_make_code },
  { "become-dumpable", do_become_dumpable },
  { "see-dumpable", do_see_dumpable },
  { "change-limits", do_change_limits },
  { "set-clock", do_set_clock },
  { "type-into-terminal", do_type_into_terminal },
};

static int
show_profiles (void)
{
  static const char *const programs[]
      = { "posternd", "postern-smtpd", "postern-pop3d", "postern-deliverd" };

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      const ConfinementProfile *profile = confinement_profile (programs[i]);
      g_autofree char *writable = g_strjoinv (" ", (char **) profile->writable);
      g_print ("%s %s %s\n", profile->program, profile->user, writable);
    }
  return 0;
}

static const char *
try_deed (const char *name, const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (DEEDS); i++)
    if (g_str_equal (DEEDS[i].name, name))
      return DEEDS[i].deed (word) < 0 ? strerrorname_np (errno) : "done";
  return "no such deed";
}

/* In a process of its own, which does not come back. Whatever it starts says nothing more. */
static void
be_taken_over (char **argv, const char *deed, const char *word)
{
  const char *const folders[] = { argv[3], NULL };
  gboolean is_authority = g_str_equal (argv[1], "posternd");
  g_autoptr (GError) error = NULL;
  pid_t self = getpid ();
  const char *told;

  if (confinement_enter (confinement_profile (argv[1]), argv[2], is_authority ? folders : NULL,
                         &error))
    told = try_deed (deed, word);
  else
    told = error->message;
  if (getpid () == self)
    (void) !write (STDOUT_FILENO, told, strlen (told));
  _exit (0);
}

int
main (int argc, char **argv)
{
  char line[PAGE];

  if (argc == 1)
    return show_profiles ();

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_auto (GStrv) words = g_strsplit (g_strchomp (line), " ", 2);
      int status;
      pid_t child = fork ();

      if (child == 0)
        be_taken_over (argv, words[0], words[1]);
      waitpid (child, &status, 0);
      if (WIFSIGNALED (status))
        g_print (WTERMSIG (status) == SIGSYS ? "killed" : "crashed");
      g_print ("\n");
    }
  return 0;
}
