/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-guard.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/settings/settings-error.h"

static gboolean
belongs_to_us (const char *path, uid_t owner)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat status;

  return owner == 0 || owner == geteuid ()
         || (stat (folder, &status) == 0 && status.st_uid == owner);
}

gboolean
settings_guard_check (const char *path, GError **error)
{
  struct stat status;

  if (lstat (path, &status) != 0)
    return TRUE;
  if (S_ISLNK (status.st_mode))
    g_set_error (
        error, SETTINGS_ERROR, SETTINGS_ERROR_UNTRUSTED,
        "%s: is a symbolic link, which is not followed; put the file itself there, or name "
        "it with --config",
        path);
  else if (!belongs_to_us (path, status.st_uid))
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNTRUSTED,
                 "%s: belongs to user %u, and not to root, to user %u or to its folder's owner; "
                 "change that with chown",
                 path, status.st_uid, geteuid ());
  else if (S_ISREG (status.st_mode) && (status.st_mode & S_IWOTH) != 0)
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNTRUSTED,
                 "%s: everybody may write it (mode %04o); change that with chmod o-w", path,
                 status.st_mode & 07777);
  else
    return TRUE;
  return FALSE;
}
