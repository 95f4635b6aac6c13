/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/users/user-name.h"

#include <string.h>

#define BYTES_MAX 64

gboolean
user_name_is_valid (const char *user)
{
  gsize length = strlen (user);

  if (length == 0 || length > BYTES_MAX || user[0] == '.')
    return FALSE;
  for (const char *at = user; *at != '\0'; at++)
    if (*at == '/' || g_ascii_iscntrl (*at))
      return FALSE;
  return TRUE;
}

gboolean
user_name_is_good (const char *user)
{
  const char *at = strchr (user, '@');

  if (!user_name_is_valid (user) || user[0] == '#' || strpbrk (user, " :") != NULL)
    return FALSE;
  return at == NULL || (at > user && at[1] != '\0' && strchr (at + 1, '@') == NULL);
}
