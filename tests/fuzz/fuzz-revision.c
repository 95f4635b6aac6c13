/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/revisions.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static char *folder; /* of this input */

/* What is damaged is said in the log. */
static GLogWriterOutput
ignore (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user)
{
  return G_LOG_WRITER_HANDLED;
}

static void
make_folder (void)
{
  static gboolean is_quiet;
  const char *parent = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  if (!is_quiet)
    g_log_set_writer_func (ignore, NULL, NULL);
  is_quiet = TRUE;
  folder = g_build_filename (parent, "postern-revisions-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (folder));
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

static void
write_file (const char *name, const char *bytes, gsize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) length, G_FILE_SET_CONTENTS_NONE,
                                           0600, NULL));
}

/* The bytes behind a first line that fits them. */
static void
write_summed (const char *name, const guint8 *data, gsize size)
{
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);
  g_autoptr (GString) content = g_string_new ("postern-revision 1 ");
  g_string_append_printf (content, "%s\n", sum);
  g_string_append_len (content, (const char *) data, (gssize) size);
  write_file (name, content->str, content->len);
}

static void
check_list (const Revisions *revisions)
{
  const GPtrArray *list = revisions_list (revisions);
  for (guint i = 0; i < list->len; i++)
    {
      const Revision *revision = g_ptr_array_index (list, i);
      gsize length;
      g_free (revisions_text (revisions, revision->number, &length, NULL));
      g_assert_true (revision->who != NULL && revision->names != NULL);
    }
}

/* What is kept is what was given, also for who opens the folder next. */
static void
check_kept (const char *who, const char *text, gsize length)
{
  char *names[] = { (char *) "general.host-name", NULL };
  g_autofree char *mutable_who = g_strdup (who);
  Revision revision = { .number = 1000, .time_s = 5, .who = mutable_who, .names = names };
  {
    g_autoptr (Revisions) revisions = revisions_open (folder, NULL);
    g_assert_nonnull (revisions);
    check_list (revisions);
    g_assert_true (revisions_prepare (revisions, &revision, text, length, NULL));
    g_assert_true (revisions_commit (revisions, NULL));
  }
  g_autoptr (Revisions) revisions = revisions_open (folder, NULL);
  const Revision *kept = revisions_find (revisions, 1000);
  gsize kept_length;
  g_autofree char *kept_text = revisions_text (revisions, 1000, &kept_length, NULL);
  g_assert_true (kept != NULL && kept->time_s == 5);
  g_assert_cmpmem (kept_text, kept_length, text, length);
  g_assert_cmpint (strlen (kept->who), ==, strlen (who));
  g_assert_cmpint (g_strv_length (kept->names), ==, 1);
}

/* A damaged file beside a good one, one whose heading says anything, and a revision that is made of
 * the same bytes: the first line is who. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const guint8 *line_end = memchr (data, '\n', size);
  gsize who_length = line_end != NULL ? (gsize) (line_end - data) : 0;
  g_autofree char *who = g_strndup ((const char *) data, who_length);
  g_autofree char *text
      = g_strndup ((const char *) data + who_length, size - who_length); /* XML has no NUL */

  make_folder ();
  write_file ("00000000000000000001.revision", (const char *) data, size);
  write_summed ("00000000000000000002.revision", data, size);
  write_summed ("prepared", data, size);
  check_kept (who, text, strlen (text));
  remove_folder ();
  return 0;
}
