/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/growth.h"

#include <glib/gstdio.h>
#include <string.h>

/* growth: time and memory against the number of networks, grants or messages. */

static const struct
{
  const char *name;
  gboolean (*measure) (const Growth *growth, GError **error);
} WHATS[] = {
  { "networks", growth_networks },
  { "grants", growth_grants },
  { "queue", growth_queue },
};

static void
delete_tree (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  while (folder && (name = g_dir_read_name (folder)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      delete_tree (child);
    }
  g_remove (path);
}

static gboolean
measure (const char *what, const char *below, guint most, Figures *figures, GError **error)
{
  g_autofree char *folder = g_build_filename (below, "growth-XXXXXX", NULL);
  gboolean is_good = FALSE;
  if (!g_mkdtemp_full (folder, 0700))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: no folder can be made", below);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (WHATS); i++)
    if (strcmp (WHATS[i].name, what) == 0)
      is_good = WHATS[i].measure (&(Growth){ figures, folder, most }, error);
  delete_tree (folder);
  return is_good;
}

int
main (int argc, char **argv)
{
  g_autofree char *what = NULL, *below = NULL;
  int most = 1000000;
  const GOptionEntry entries[]
      = { { "what", 0, 0, G_OPTION_ARG_STRING, &what, "What grows", "networks|grants|queue" },
          { "most", 0, 0, G_OPTION_ARG_INT, &most, "The last row", "N" },
          { "folder", 0, 0, G_OPTION_ARG_FILENAME, &below, "On the disk in question", "D" },
          { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new ("- measures growth");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !what || most < 0)
    {
      g_printerr ("growth: %s\n", error ? error->message : "needs --what");
      return 2;
    }
  Figures figures;
  figures_set_up (&figures);
  figures_string (&figures, "what", what);
  figures_rows (&figures, "rows");
  if (!measure (what, below ? below : g_get_tmp_dir (), most, &figures, &error))
    {
      g_printerr ("growth: %s: %s\n", what, error ? error->message : "is not known");
      return 1;
    }
  figures_rows_end (&figures);
  figures_print (&figures);
  return 0;
}
