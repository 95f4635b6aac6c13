/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/confinement/privileges.h"

#include <errno.h>
#include <gio/gio.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Sets of 64 capabilities come in two words. */
typedef struct __user_cap_data_struct Capabilities[_LINUX_CAPABILITY_U32S_3];

#define BIND_BIT (1u << CAP_NET_BIND_SERVICE)

static gboolean
fail (GError **error, const char *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

static gboolean
become (const struct passwd *user, GError **error)
{
  /* The permitted capabilities outlive the change of user; privileges_drop() takes all but one. */
  if (prctl (PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || initgroups (user->pw_name, user->pw_gid) != 0
      || setresgid (user->pw_gid, user->pw_gid, user->pw_gid) != 0
      || setresuid (user->pw_uid, user->pw_uid, user->pw_uid) != 0)
    return fail (error, "cannot become another user than root");
  return TRUE;
}

gboolean
privileges_leave_root (const char *user, const char *state_dir, GError **error)
{
  struct stat status;
  struct passwd *found;

  if (geteuid () != 0 || stat (state_dir, &status) != 0 || status.st_uid == 0)
    return TRUE;

  found = getpwnam (user);
  if (found == NULL || found->pw_uid == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "root has started this, but %s is not root's, and there is no user %s to become",
                   state_dir, user);
      return FALSE;
    }
  return become (found, error);
}

/* Of no use to who holds no capabilities, so that a failure is none. */
static void
shrink_bounds (gboolean may_bind)
{
  for (int capability = 0; prctl (PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if (!may_bind || capability != CAP_NET_BIND_SERVICE)
      (void) prctl (PR_CAPBSET_DROP, capability, 0, 0, 0);
  (void) prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/* Where a service manager has done it before, it may also have shut the call for it. */
static gboolean
has_more (const Capabilities capabilities, guint32 kept)
{
  return ((capabilities[0].permitted | capabilities[0].inheritable) & ~kept) != 0
         || (capabilities[1].permitted | capabilities[1].inheritable) != 0;
}

static gboolean
drop_capabilities (gboolean may_bind, GError **error)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  Capabilities capabilities = { 0 };

  shrink_bounds (may_bind);
  if (syscall (SYS_capget, &header, capabilities) != 0)
    return fail (error, "cannot read the capabilities");

  guint32 kept = may_bind ? capabilities[0].permitted & BIND_BIT : 0;
  if (!has_more (capabilities, kept))
    return TRUE;
  capabilities[0] = (struct __user_cap_data_struct){ kept, kept, 0 };
  capabilities[1] = (struct __user_cap_data_struct){ 0, 0, 0 };
  if (syscall (SYS_capset, &header, capabilities) != 0)
    return fail (error, "cannot give up the capabilities");
  return TRUE;
}

gboolean
privileges_drop (gboolean may_bind, GError **error)
{
  const struct rlimit none = { 0, 0 };
  struct rlimit core = { 1, 1 };

  if (!drop_capabilities (may_bind, error))
    return FALSE;
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail (error, "cannot give up new privileges");
  /* A limit of 0 does not hold for a core that is piped to a program; not to be dumpable does. */
  (void) getrlimit (RLIMIT_CORE, &core);
  if ((core.rlim_max > 0 && setrlimit (RLIMIT_CORE, &none) != 0)
      || prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return fail (error, "cannot keep the memory out of core files");
  return TRUE;
}
