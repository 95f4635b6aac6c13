/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* flush-rate: how often a second this disk flushes a little that was appended to a file: what no
 * server can exceed that answers one client at a time. */

static int
measure (int fd, gsize size, double seconds)
{
  g_autofree char *bytes = g_malloc (size);
  Figures figures;
  guint64 n = 0;
  GRand *random = g_rand_new_with_seed (1);
  for (gsize i = 0; i < size; i++)
    bytes[i] = g_rand_int_range (random, ' ', '~');
  g_rand_free (random);

  gint64 begun = g_get_monotonic_time (), now = begun;
  for (; now - begun < seconds * G_USEC_PER_SEC; now = g_get_monotonic_time (), n++)
    if (write (fd, bytes, size) != (gssize) size || fdatasync (fd) < 0)
      {
        g_printerr ("flush-rate: %s\n", g_strerror (errno));
        return 1;
      }
  figures_set_up (&figures);
  figures_real (&figures, "flushes_per_second", n / ((now - begun) / 1e6));
  figures_count (&figures, "flushes", n);
  figures_print (&figures);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  int size = 10240;
  double seconds = 2;
  const GOptionEntry entries[]
      = { { "folder", 0, 0, G_OPTION_ARG_FILENAME, &folder, "On the disk in question", "D" },
          { "size", 0, 0, G_OPTION_ARG_INT, &size, "What is appended each time", "BYTES" },
          { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "How long", "S" },
          { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new ("- counts flushes");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !folder || size <= 0)
    {
      g_printerr ("flush-rate: %s\n", error ? error->message : "needs --folder");
      return 2;
    }
  g_autofree char *path = g_build_filename (folder, "flush-rate-XXXXXX", NULL);
  int fd = g_mkstemp_full (path, O_RDWR | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_printerr ("flush-rate: %s: %s\n", path, g_strerror (errno));
      return 2;
    }
  unlink (path);
  return measure (fd, size, seconds);
}
