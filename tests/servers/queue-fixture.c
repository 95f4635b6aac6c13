/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "queue-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

void
queue_fixture_set_up (QueueFixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("test-queue-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

static void
delete_tree (const char *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const char *name;
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      delete_tree (child);
    }
  g_clear_pointer (&folder, g_dir_close);
  g_remove (path);
}

void
queue_fixture_tear_down (QueueFixture *fixture, gconstpointer data)
{
  delete_tree (fixture->folder);
  g_free (fixture->folder);
}

Queue *
queue_fixture_open (const QueueFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  Queue *queue = queue_open (fixture->folder, &error);
  g_assert_no_error (error);
  return queue;
}

guint
queue_fixture_count_files (const QueueFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "bodies", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint count = 0;
  while (g_dir_read_name (folder) != NULL)
    count++;
  return count;
}

Envelope *
queue_fixture_envelope (guint64 id)
{
  Envelope *envelope = envelope_new ("ann@example.org");
  envelope->id = id;
  envelope_add_recipient (envelope, "joe@example.net");
  envelope_add_recipient (envelope, "sue@example.net");
  return envelope;
}

/* Content that tells which message it belongs to, and whether all of it is there. */
QueueBody *
queue_fixture_body (Queue *queue, guint64 id, gsize size)
{
  QueueBody *body = queue_body_new (queue);
  g_autofree char *line = g_strdup_printf ("message %" G_GUINT64_FORMAT "\r\n", id);
  while (queue_body_size (body) < size)
    g_assert_true (queue_body_append (body, line, strlen (line), NULL));
  return body;
}

void
queue_fixture_assert_content (Queue *queue, guint64 id, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = queue_content (queue, id, &error);
  g_assert_no_error (error);
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);
  g_autofree char *line = g_strdup_printf ("message %" G_GUINT64_FORMAT "\r\n", id);
  gsize line_length = strlen (line);
  g_assert_cmpuint (length, ==, (size + line_length - 1) / line_length * line_length);
  for (gsize i = 0; i < length; i += line_length)
    g_assert_cmpmem (bytes + i, line_length, line, line_length);
}

Envelope *
queue_fixture_get (Queue *queue, guint64 id)
{
  g_autoptr (GError) error = NULL;
  Envelope *envelope = queue_envelope (queue, id, &error);
  g_assert_no_error (error);
  return envelope;
}
