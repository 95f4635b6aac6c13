/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/host-name.h"

#include <string.h>

#define LABEL_MAX 63

static gboolean
is_label (const char *text, gsize length)
{
  if (length == 0 || length > LABEL_MAX || text[0] == '-' || text[length - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-')
      return FALSE;
  return TRUE;
}

gboolean
host_name_is_valid (const char *text)
{
  gsize length;

  if (strlen (text) > HOST_NAME_MAX_LENGTH)
    return FALSE;
  for (; is_label (text, length = strcspn (text, ".")); text += length + 1)
    if (text[length] == '\0')
      return TRUE;
  return FALSE;
}

gboolean
host_name_is_pattern (const char *text)
{
  if (g_str_equal (text, "*"))
    return TRUE;
  return host_name_is_valid (g_str_has_prefix (text, "*.") ? text + 2 : text);
}
