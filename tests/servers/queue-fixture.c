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

void
queue_answer_clear (QueueAnswer *answer)
{
  g_clear_error (&answer->error);
  g_mutex_clear (&answer->lock);
  g_cond_clear (&answer->changed);
}

static void
queue_answer_give (QueueAnswer *answer, gboolean gone, const GError *error)
{
  g_mutex_lock (&answer->lock);
  answer->calls++;
  answer->gone = gone;
  if (error != NULL && answer->error == NULL)
    answer->error = g_error_copy (error);
  g_cond_signal (&answer->changed);
  g_mutex_unlock (&answer->lock);
}

void
queue_answer_wait (QueueAnswer *answer, guint calls)
{
  g_mutex_lock (&answer->lock);
  while (answer->calls < calls)
    g_cond_wait (&answer->changed, &answer->lock);
  g_mutex_unlock (&answer->lock);
}

void
queue_answer_added (gpointer user_data, guint64 id, const GError *error)
{
  queue_answer_give (user_data, FALSE, error);
}

void
queue_answer_settled (gpointer user_data, gboolean gone, const GError *error)
{
  queue_answer_give (user_data, gone, error);
}

guint64
queue_fixture_add (Queue *queue, gsize size, gint64 next_attempt)
{
  QueueAnswer answer = { 0 };
  guint64 id = queue_reserve_id (queue);
  Envelope *envelope = queue_fixture_envelope (id);
  envelope->next_attempt = next_attempt;
  queue_add (queue, envelope, queue_fixture_body (queue, id, size), queue_answer_added, &answer);
  queue_answer_wait (&answer, 1);
  g_assert_no_error (answer.error);
  queue_answer_clear (&answer);
  return id;
}

gboolean
queue_fixture_settle (Queue *queue, const Envelope *envelope, Envelope *bounce, QueueBody *body)
{
  QueueAnswer answer = { 0 };
  queue_settle (queue, envelope, bounce, body, queue_answer_settled, &answer);
  queue_answer_wait (&answer, 1);
  g_assert_no_error (answer.error);
  gboolean gone = answer.gone;
  queue_answer_clear (&answer);
  return !gone;
}

GArray *
queue_fixture_ids (guint64 first, guint64 second)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_val (ids, first);
  g_array_append_val (ids, second);
  return ids;
}
