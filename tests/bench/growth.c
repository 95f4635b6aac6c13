/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/growth.h"

#include <sys/stat.h>

guint
growth_next (guint n)
{
  return n == 0 ? 10 : n * 10;
}

guint32
growth_scatter (guint n)
{
  return n * 2654435761u; /* odd, so that no number comes twice */
}

guint64
growth_folder_bytes (const char *folder)
{
  g_autoptr (GDir) names = g_dir_open (folder, 0, NULL);
  const char *name;
  guint64 bytes = 0;
  while (names && (name = g_dir_read_name (names)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat info;
      if (stat (path, &info) == 0)
        bytes += (guint64) info.st_blocks * 512;
    }
  return bytes;
}

void
growth_calls_add (GrowthCalls *calls, const GError *error)
{
  g_mutex_lock (&calls->lock);
  calls->n++;
  if (error)
    calls->n_failed++;
  g_cond_signal (&calls->changed);
  g_mutex_unlock (&calls->lock);
}

gboolean
growth_calls_wait (GrowthCalls *calls, guint n)
{
  g_mutex_lock (&calls->lock);
  while (calls->n < n)
    g_cond_wait (&calls->changed, &calls->lock);
  gboolean is_good = calls->n_failed == 0;
  g_mutex_unlock (&calls->lock);
  return is_good;
}
