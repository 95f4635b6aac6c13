/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/memory.h"

#include <string.h>

gboolean
memory_pss_kb (const char *pids, guint64 *kb)
{
  g_auto (GStrv) words = g_strsplit (pids, ",", -1);
  *kb = 0;
  for (char **pid = words; *pid; pid++)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%s/smaps_rollup", *pid);
      g_autofree char *text = NULL;
      if (!g_file_get_contents (path, &text, NULL, NULL))
        return FALSE;
      const char *line = strstr (text, "\nPss:");
      if (!line)
        return FALSE;
      *kb += g_ascii_strtoull (line + strlen ("\nPss:"), NULL, 10);
    }
  return TRUE;
}
