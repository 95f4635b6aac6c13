/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Feeds each file of a folder to a fuzz target, so that the corpus is run with every test, without
 * a fuzzer. */

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
replay (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  uint8_t *data;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &error))
    g_error ("%s", error->message);
  /* A block of exactly that size, so that a sanitizer sees each byte that is read behind the end.
   */
  data = malloc (length);
  memcpy (data, text, length);
  LLVMFuzzerTestOneInput (data, length);
  free (data);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = NULL;
  const char *name;
  guint count = 0;

  if (argc != 2)
    g_error ("usage: %s FOLDER", argv[0]);
  folder = g_dir_open (argv[1], 0, &error);
  if (folder == NULL)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);

      replay (path);
      count++;
    }
  g_print ("%u inputs\n", count);
  return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
