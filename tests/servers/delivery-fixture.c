/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "delivery-fixture.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define PATIENCE_S 60

void
delivery_fixture_set_router (DeliveryFixture *fixture, const char *router)
{
  g_autofree char *own = g_strdup_printf ("127.0.0.1:%u", fake_host_port (fixture->host));
  g_free (fixture->settings->smtp.mail_router);
  fixture->settings->smtp.mail_router = g_strdup (router != NULL ? router : own);
}

void
delivery_fixture_set_up (DeliveryFixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("test-delivery-XXXXXX", NULL);
  g_autofree char *queue = g_build_filename (fixture->folder, "queue", NULL);
  g_autofree char *users = g_build_filename (fixture->folder, "users", NULL);
  g_assert_true (g_file_set_contents (users, "joe:{PLAIN}secret\n", -1, NULL));
  fixture->queue = queue_open (queue, NULL);
  g_assert_nonnull (fixture->queue);
  fixture->host = fake_host_new ("127.0.0.1", 0);
  fixture->dns = fake_dns_new ();
  fixture->settings = settings_new_default ();
  g_free (fixture->settings->general.host_name);
  fixture->settings->general.host_name = g_strdup ("gate.example");
  g_strfreev (fixture->settings->general.local_domains);
  fixture->settings->general.local_domains = g_strsplit ("home.example", " ", -1);
  g_free (fixture->settings->general.users_file);
  fixture->settings->general.users_file = g_strdup (users);
  delivery_fixture_set_router (fixture, NULL);
}

void
delivery_fixture_start (DeliveryFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  DeliveryOptions options = { .state_dir = fixture->folder,
                              .resolver = fake_dns_endpoint (fixture->dns),
                              .exchanger_port = fake_host_port (fixture->host) };
  fixture->delivery = delivery_new (fixture->queue, &options, fixture->settings, &error);
  g_assert_no_error (error);
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
delivery_fixture_tear_down (DeliveryFixture *fixture, gconstpointer data)
{
  delivery_free (fixture->delivery);
  queue_close (fixture->queue);
  fake_dns_free (fixture->dns);
  fake_host_free (fixture->host);
  settings_unref (fixture->settings);
  delete_tree (fixture->folder);
  g_free (fixture->folder);
}

static void
on_added (gpointer user_data, guint64 id, const GError *error)
{
  g_assert_no_error (error);
  g_async_queue_push (user_data, GINT_TO_POINTER (TRUE));
}

guint64
delivery_fixture_add_envelope (DeliveryFixture *fixture,
                               Envelope *envelope,
                               const char *recipients,
                               const char *content)
{
  g_autoptr (GAsyncQueue) answers = g_async_queue_new ();
  g_auto (GStrv) list = g_strsplit (recipients, " ", -1);
  QueueBody *body = queue_body_new (fixture->queue);
  guint64 id = envelope->id = queue_reserve_id (fixture->queue);
  for (guint i = 0; list[i] != NULL; i++)
    envelope_add_recipient (envelope, list[i]);
  g_assert_true (queue_body_append (body, content, strlen (content), NULL));
  queue_add (fixture->queue, envelope, body, on_added, answers);
  g_async_queue_pop (answers);
  return id;
}

guint64
delivery_fixture_add_content (DeliveryFixture *fixture,
                              const char *sender,
                              const char *recipients,
                              const char *content)
{
  return delivery_fixture_add_envelope (fixture, envelope_new (sender), recipients, content);
}

guint64
delivery_fixture_add (DeliveryFixture *fixture, const char *sender, const char *recipients)
{
  return delivery_fixture_add_content (fixture, sender, recipients,
                                       "Subject: test\r\n\r\nHello\r\n.\r\n..dots\r\n");
}

/* Looks again each time that the queue was written to. */
void
delivery_fixture_until (DeliveryFixture *fixture, DeliveryFixtureCondition condition, guint64 id)
{
  g_autofree char *path = g_build_filename (fixture->folder, "queue", "data.mdb", NULL);
  gint64 end = g_get_monotonic_time () + PATIENCE_S * G_TIME_SPAN_SECOND;
  struct pollfd written = { inotify_init1 (IN_CLOEXEC | IN_NONBLOCK), POLLIN, 0 };
  g_assert_cmpint (inotify_add_watch (written.fd, path, IN_MODIFY), >=, 0);
  while (!condition (fixture, id))
    {
      char events[4096];
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      poll (&written, 1, 100); /* the writer is seen a moment after it has written */
      (void) !read (written.fd, events, sizeof events);
    }
  close (written.fd);
}

gboolean
delivery_fixture_is_empty (DeliveryFixture *fixture, guint64 id)
{
  return queue_count (fixture->queue) == 0;
}

gboolean
delivery_fixture_was_attempted (DeliveryFixture *fixture, guint64 id)
{
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  return envelope != NULL && envelope->attempts > 0;
}

void
delivery_fixture_hasten (DeliveryFixture *fixture, guint64 id)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof id);
  guint count;
  g_array_append_val (ids, id);
  g_assert_true (queue_hasten (fixture->queue, ids, 1, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
}

/* Returns: (transfer full) (element-type utf8): the mails in joe's mailbox */
GPtrArray *
delivery_fixture_read_mailbox (DeliveryFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "mailboxes", "joe", "new", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  GPtrArray *mails = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      char *text;
      g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
      g_ptr_array_add (mails, text);
    }
  return mails;
}

void
delivery_fixture_assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("there is no \"%s\" in:\n%s", part, text);
}
