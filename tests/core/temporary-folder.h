/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdio.h>

/**
 * SECTION: temporary-folder
 *
 * For tests that write files: a folder of their own, and a log that neither ends the test at a
 * warning nor clutters its output.
 */

static inline void
temporary_folder_remove (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        temporary_folder_remove (child);
      else
        g_assert_cmpint (remove (child), ==, 0);
    }
  g_assert_cmpint (remove (path), ==, 0);
}

/** Returns: (transfer full): a new folder; remove it with temporary_folder_remove() */
static inline char *
temporary_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("postern-test-XXXXXX", &error);
  g_assert_no_error (error);
  return path;
}

static inline GLogWriterOutput
temporary_folder_log (GLogLevelFlags level, const GLogField *fields, gsize length, gpointer data)
{
  g_autofree char *text = g_log_writer_format_fields (level, fields, length, FALSE);
  g_test_message ("%s", text);
  return G_LOG_WRITER_HANDLED;
}

/** Sends what is logged, warnings too, to the test's own messages. To be called once. */
static inline void
temporary_folder_calm_log (void)
{
  g_log_set_writer_func (temporary_folder_log, NULL, NULL);
}
