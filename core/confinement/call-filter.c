/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/confinement/call-filter.h"

#include <errno.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/confinement/call-names.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) /* GCC */
#define IS_SANITIZED TRUE
#elif defined(__has_feature) /* Clang */
#define IS_SANITIZED                                                                               \
  (__has_feature (address_sanitizer) || __has_feature (memory_sanitizer)                           \
   || __has_feature (thread_sanitizer))
#else
#define IS_SANITIZED FALSE
#endif

#define SOCKET_TYPE_MASK 0xf /* the rest of socket()'s second argument are flags */

#define NEW_NAMESPACES                                                                             \
  (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID      \
   | CLONE_NEWNET)

#ifdef __s390x__
#define CLONE_FLAGS SCMP_A1
#else
#define CLONE_FLAGS SCMP_A0
#endif

typedef struct scmp_arg_cmp Condition;

/* A call that this architecture does not have needs no rule. */
static void
add (scmp_filter_ctx filter, guint32 action, const char *name, guint n, const Condition *conditions)
{
  int number = seccomp_syscall_resolve_name (name);

  if (number != __NR_SCMP_ERROR)
    (void) seccomp_rule_add_array (filter, action, number, n, conditions);
}

static void
add_all (scmp_filter_ctx filter, guint32 action, const char *const *names)
{
  for (; *names != NULL; names++)
    add (filter, action, *names, 0, NULL);
}

static void
allow_if (scmp_filter_ctx filter, const char *name, Condition condition)
{
  add (filter, SCMP_ACT_ALLOW, name, 1, &condition);
}

static void
allow_sockets (scmp_filter_ctx filter, ConfinementNeeds needs)
{
  static const int families[] = { AF_UNIX, AF_INET, AF_INET6 };
  static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
  gsize n = (needs & CONFINEMENT_NETWORK) ? G_N_ELEMENTS (families) : 1;

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (types); j++)
      {
        const Condition both[] = { SCMP_A0 (SCMP_CMP_EQ, families[i]),
                                   SCMP_A1 (SCMP_CMP_MASKED_EQ, SOCKET_TYPE_MASK, types[j]) };
        add (filter, SCMP_ACT_ALLOW, "socket", G_N_ELEMENTS (both), both);
      }

  /* What PAM takes for a kernel without audit, which is no reason to refuse a password. */
  Condition others = SCMP_A0 (SCMP_CMP_GT, families[n - 1]);
  add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), "socket", 1, &others);
  if (needs & CONFINEMENT_LISTENS)
    add_all (filter, SCMP_ACT_ALLOW, CALLS_TO_LISTEN);
}

/* Memory is writable, or it runs. */
static void
allow_memory (scmp_filter_ctx filter)
{
  static const int combinations[] = { 0, PROT_WRITE, PROT_EXEC };

  for (gsize i = 0; i < G_N_ELEMENTS (combinations); i++)
    {
      Condition condition = SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, combinations[i]);
      allow_if (filter, "mmap", condition);
      allow_if (filter, "mmap2", condition);
    }
  allow_if (filter, "mprotect", SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static void
allow_threads (scmp_filter_ctx filter, ConfinementNeeds needs)
{
  if (needs & CONFINEMENT_ASKS_PAM)
    {
      allow_if (filter, "clone", CLONE_FLAGS (SCMP_CMP_MASKED_EQ, NEW_NAMESPACES, 0));
      add_all (filter, SCMP_ACT_ALLOW, CALLS_TO_RUN_HELPER);
      return;
    }
  allow_if (filter, "clone",
            CLONE_FLAGS (SCMP_CMP_MASKED_EQ, CLONE_THREAD | NEW_NAMESPACES, CLONE_THREAD));
  add (filter, SCMP_ACT_KILL_PROCESS, "execve", 0, NULL);
}

static void
allow_controls (scmp_filter_ctx filter)
{
  static const unsigned long device_controls[]
      = { FIOCLEX, FIONCLEX,   FIONBIO,      FIOASYNC,    FIONREAD,    TIOCOUTQ,
          TCGETS,  TIOCGWINSZ, SIOCGIFINDEX, SIOCGIFNAME, SIOCGIFCONF, SIOCGIFFLAGS };
  static const int process_controls[]
      = { PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS, PR_CAPBSET_READ };

  for (gsize i = 0; i < G_N_ELEMENTS (device_controls); i++)
    allow_if (filter, "ioctl", SCMP_A1 (SCMP_CMP_MASKED_EQ, G_MAXUINT32, device_controls[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (process_controls); i++)
    allow_if (filter, "prctl", SCMP_A0 (SCMP_CMP_EQ, process_controls[i]));
}

static void
allow_signals_to_oneself (scmp_filter_ctx filter)
{
  allow_if (filter, "kill", SCMP_A0 (SCMP_CMP_EQ, getpid ()));
  allow_if (filter, "tgkill", SCMP_A0 (SCMP_CMP_EQ, getpid ()));
  /* Its own limits: 0 is oneself. */
  allow_if (filter, "prlimit64", SCMP_A0 (SCMP_CMP_EQ, 0));
}

static int
install (scmp_filter_ctx filter, ConfinementNeeds needs)
{
  add_all (filter, SCMP_ACT_ALLOW, CALLS_FOR_ALL);
  add_all (filter, SCMP_ACT_KILL_PROCESS, CALLS_FOR_NOBODY);
  allow_sockets (filter, needs);
  allow_memory (filter);
  allow_threads (filter, needs);
  allow_controls (filter);
  allow_signals_to_oneself (filter);

  (void) seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1);
  (void) seccomp_attr_set (filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree, not a list */
  return seccomp_load (filter);
}

gboolean
call_filter_install (ConfinementNeeds needs)
{
  scmp_filter_ctx filter = IS_SANITIZED ? NULL : seccomp_init (SCMP_ACT_ERRNO (ENOSYS));

  if (filter == NULL)
    return FALSE;

  int result = install (filter, needs);
  seccomp_release (filter);
  if (result < 0)
    g_warning ("system calls are not filtered, as the kernel does not let us: %s",
               g_strerror (-result));
  return result == 0;
}
