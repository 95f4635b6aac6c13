/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delivery as a whole: a queue, mailboxes, another host and a DNS server, all on loopback. */
#include "fake-dns.h"
#include "fake-host.h"
#include "servers/delivery/delivery.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define PATIENCE_S 60

typedef struct
{
  char *folder; /* (owned) */
  Queue *queue;
  Settings *settings; /* to be changed only before a delivery, or another apply */
  FakeHost *host;
  FakeDns *dns;
  Delivery *delivery;
} Fixture;

static void
set_router (Fixture *fixture, const char *router)
{
  g_autofree char *own = g_strdup_printf ("127.0.0.1:%u", fake_host_port (fixture->host));
  g_free (fixture->settings->smtp.mail_router);
  fixture->settings->smtp.mail_router = g_strdup (router != NULL ? router : own);
}

static void
set_up (Fixture *fixture, gconstpointer data)
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
  set_router (fixture, NULL);
}

static void
start (Fixture *fixture)
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

static void
tear_down (Fixture *fixture, gconstpointer data)
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

/* Waits until the message is in the queue. @recipients: separated by blanks */
static guint64
add_content (Fixture *fixture, const char *sender, const char *recipients, const char *content)
{
  g_autoptr (GAsyncQueue) answers = g_async_queue_new ();
  g_auto (GStrv) list = g_strsplit (recipients, " ", -1);
  Envelope *envelope = envelope_new (sender);
  QueueBody *body = queue_body_new (fixture->queue);
  guint64 id = envelope->id = queue_reserve_id (fixture->queue);
  for (guint i = 0; list[i] != NULL; i++)
    envelope_add_recipient (envelope, list[i]);
  g_assert_true (queue_body_append (body, content, strlen (content), NULL));
  queue_add (fixture->queue, envelope, body, on_added, answers);
  g_async_queue_pop (answers);
  return id;
}

static guint64
add (Fixture *fixture, const char *sender, const char *recipients)
{
  return add_content (fixture, sender, recipients, "Subject: test\r\n\r\nHello\r\n.\r\n..dots\r\n");
}

typedef gboolean (*Condition) (Fixture *fixture, guint64 id);

/* Looks again each time that the queue was written to. */
static void
until (Fixture *fixture, Condition condition, guint64 id)
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

static gboolean
is_empty (Fixture *fixture, guint64 id)
{
  return queue_count (fixture->queue) == 0;
}

static gboolean
was_attempted (Fixture *fixture, guint64 id)
{
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  return envelope != NULL && envelope->attempts > 0;
}

static void
hasten (Fixture *fixture, guint64 id)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof id);
  guint count;
  g_array_append_val (ids, id);
  g_assert_true (queue_hasten (fixture->queue, ids, 1, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
}

/* Returns: (transfer full) (element-type utf8): the mails in joe's mailbox */
static GPtrArray *
read_mailbox (Fixture *fixture)
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

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("there is no \"%s\" in:\n%s", part, text);
}

/* Some delivered here, some there, some nowhere: and the sender is told of the latter, once. */
static void
test_mixed (Fixture *fixture, gconstpointer data)
{
  fake_host_answer (fixture->host, "RCPT TO:<bad@", "550 5.1.1 no such user");
  start (fixture);
  add (fixture, "ann@example.org",
       "joe@home.example nobody@home.example sue@example.net bad@example.net");
  const FakeMessage *bounce = fake_host_wait (fixture->host, 2);
  const FakeMessage *sent = fake_host_wait (fixture->host, 1);
  until (fixture, is_empty, 0);

  g_assert_cmpstr (sent->sender, ==, "ann@example.org");
  g_assert_cmpstr (sent->recipients, ==, "sue@example.net");
  g_assert_cmpstr (sent->content, ==, "Subject: test\r\n\r\nHello\r\n.\r\n..dots\r\n");

  g_assert_cmpstr (bounce->sender, ==, "");
  g_assert_cmpstr (bounce->recipients, ==, "ann@example.org");
  assert_contains (bounce->content, "Final-Recipient: rfc822; nobody@home.example");
  assert_contains (bounce->content, "Final-Recipient: rfc822; bad@example.net");
  assert_contains (bounce->content, "Diagnostic-Code: smtp; 550 5.1.1 no such user");

  g_autoptr (GPtrArray) mails = read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 1);
  g_assert_cmpstr (
      g_ptr_array_index (mails, 0), ==,
      "Return-Path: <ann@example.org>\r\nDelivered-To: joe@home.example\r\nSubject: test\r\n\r\nHello\r\n.\r\n..dots\r\n");
  const DeliveryCounters *counters = delivery_counters (fixture->delivery);
  g_assert_cmpuint (counters->delivered_local, ==, 1);
  g_assert_cmpuint (counters->delivered_remote, ==, 2);
  g_assert_cmpuint (counters->failed, ==, 2);
  g_assert_cmpuint (counters->bounces, ==, 1);
}

/* RFC 5321, section 6.1: there is no report of a report. */
static void
test_null_sender (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  add (fixture, "", "nobody@home.example");
  until (fixture, is_empty, 0);
  g_assert_cmpuint (fake_host_count (fixture->host), ==, 0);
  g_assert_cmpuint (delivery_counters (fixture->delivery)->bounces, ==, 0);
}

/* Who has it does not get it again, neither at the next attempt nor after a restart; the settings
 * of the moment hold. */
static void
test_retry (Fixture *fixture, gconstpointer data)
{
  fake_host_answer (fixture->host, "RCPT TO:<slow@", "450 4.2.0 busy");
  start (fixture);
  guint64 id
      = add (fixture, "ann@example.org", "joe@home.example slow@example.net fast@example.net");
  until (fixture, was_attempted, id);
  g_assert_cmpstr (fake_host_wait (fixture->host, 1)->recipients, ==, "fast@example.net");
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_cmpint (envelope_recipient (envelope, 0)->state, ==, RECIPIENT_DELIVERED);
  g_assert_cmpint (envelope_recipient (envelope, 1)->state, ==, RECIPIENT_WAITING);
  g_assert_cmpstr (envelope_recipient (envelope, 1)->reason, ==, "450 4.2.0 busy");
  g_assert_cmpint (envelope->next_attempt, >, envelope->arrived);

  delivery_free (g_steal_pointer (&fixture->delivery));
  start (fixture);
  g_autoptr (FakeHost) other = fake_host_new ("127.0.0.1", 0);
  g_autofree char *router = g_strdup_printf ("127.0.0.1:%u", fake_host_port (other));
  g_autoptr (Settings) former = fixture->settings;
  fixture->settings = settings_new_default ();
  set_router (fixture, router);
  delivery_apply (fixture->delivery, fixture->settings);
  hasten (fixture, id);
  g_assert_cmpstr (fake_host_wait (other, 1)->recipients, ==, "slow@example.net");
  until (fixture, is_empty, 0);
  g_assert_cmpuint (fake_host_count (fixture->host), ==, 1);
  g_autoptr (GPtrArray) mails = read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 1);
}

/* Nobody there, then a host that closes at each stage: the message waits, and goes in the end. */
static void
test_trouble (Fixture *fixture, gconstpointer data)
{
  const char *const stages[] = { "CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "." };
  fixture->settings->smtp.delivery.messages_per_connection = 1;
  start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      fake_host_answer (fixture->host, stages[i], "CLOSE");
      guint64 id = add (fixture, "ann@example.org", "sue@example.net");
      until (fixture, was_attempted, id);
      g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
      g_assert_true (g_str_has_prefix (envelope_recipient (envelope, 0)->reason, "451 4.4.2 "));
      fake_host_answer (fixture->host, stages[i], i == 0 ? "220 fake.example" : NULL);
      hasten (fixture, id);
      fake_host_wait (fixture->host, i + 1);
      until (fixture, is_empty, 0);
    }
}

static char *
make_large_content (void)
{
  GString *content = g_string_new ("Subject: large\r\n\r\n");
  while (content->len < 8 * 1024 * 1024)
    g_string_append (content,
                     ".a line that begins with a dot\r\n..\r\n.\r\nand one that does not\r\n\r\n");
  return g_string_free (content, FALSE);
}

static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *content = make_large_content ();
  start (fixture);
  add_content (fixture, "ann@example.org", "sue@example.net joe@home.example", content);
  const FakeMessage *message = fake_host_wait (fixture->host, 1);
  g_assert_cmpuint (strlen (message->content), ==, strlen (content));
  g_assert_true (strcmp (message->content, content) == 0);
  until (fixture, is_empty, 0);
  g_autoptr (GPtrArray) mails = read_mailbox (fixture);
  g_assert_true (g_str_has_suffix (g_ptr_array_index (mails, 0), content));
}

/* A host that refuses before it has all of it: its word counts, and no time is lost. */
static void
test_early_refusal (Fixture *fixture, gconstpointer data)
{
  g_autofree char *content = make_large_content ();
  fake_host_answer (fixture->host, "EARLY", "552-5.3.4 much\r\n552 5.3.4 too large");
  start (fixture);
  add_content (fixture, "", "sue@example.net", content);
  until (fixture, is_empty, 0);
  g_assert_cmpuint (delivery_counters (fixture->delivery)->failed, ==, 1);

  fake_host_answer (fixture->host, "EARLY", "250 fine already");
  guint64 id = add_content (fixture, "ann@example.org", "sue@example.net", content);
  until (fixture, was_attempted, id);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_cmpint (envelope_recipient (envelope, 0)->state, ==, RECIPIENT_WAITING);
}

/* Nobody is told "no such user" because the users can't be read. */
static void
test_users_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *away = g_strconcat (fixture->settings->general.users_file, ".away", NULL);
  g_assert_cmpint (g_rename (fixture->settings->general.users_file, away), ==, 0);
  start (fixture);
  guint64 id = add (fixture, "ann@example.org", "joe@home.example");
  until (fixture, was_attempted, id);
  g_assert_cmpint (g_rename (away, fixture->settings->general.users_file), ==, 0);
  hasten (fixture, id);
  until (fixture, is_empty, 0);
  g_autoptr (GPtrArray) mails = read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 1);
}

/* The end comes while a host says nothing: soon, and the message stays as it was. */
static void
test_end (Fixture *fixture, gconstpointer data)
{
  fake_host_answer (fixture->host, "MAIL", "HANG");
  start (fixture);
  guint64 id = add (fixture, "ann@example.org", "sue@example.net");
  fake_host_wait_command (fixture->host, "MAIL", 1);
  g_assert_cmpuint (delivery_count_active (fixture->delivery), ==, 1);
  delivery_free (g_steal_pointer (&fixture->delivery));

  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_cmpuint (envelope->attempts, ==, 0);
  g_assert_cmpint (envelope->next_attempt, ==, envelope->arrived);
  fake_host_answer (fixture->host, "MAIL", NULL);
  start (fixture);
  fake_host_wait (fixture->host, 1);
  until (fixture, is_empty, 0);
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  for (guint i = 0; i < 600; i++)
    add (fixture, "ann@example.org", i % 3 == 0 ? "joe@home.example" : "sue@example.net");
  fake_host_wait (fixture->host, 400);
  until (fixture, is_empty, 0);
  g_assert_cmpuint (fake_host_count (fixture->host), ==, 400);
  g_autoptr (GPtrArray) mails = read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 200);
}

/* --- The DNS --- */

static void
use_exchangers (Fixture *fixture)
{
  set_router (fixture, "");
  start (fixture);
}

/* The best exchanger has no address, the next takes no connection, the third takes the message. */
static void
test_exchangers (Fixture *fixture, gconstpointer data)
{
  fake_dns_add_mx (fixture->dns, "far.example", 30, "third.far.example");
  fake_dns_add_mx (fixture->dns, "far.example", 10, "first.far.example");
  fake_dns_add_mx (fixture->dns, "far.example", 20, "second.far.example");
  fake_dns_add_a (fixture->dns, "second.far.example", "127.0.0.77");
  fake_dns_add_a (fixture->dns, "third.far.example", "127.0.0.1");
  fake_dns_add_a (fixture->dns, "direct.example", "127.0.0.1");
  use_exchangers (fixture);
  add (fixture, "ann@example.org", "sue@far.example sam@FAR.example");
  g_assert_cmpstr (fake_host_wait (fixture->host, 1)->recipients, ==,
                   "sue@far.example sam@FAR.example");
  add (fixture, "ann@example.org", "sue@direct.example");
  g_assert_cmpstr (fake_host_wait (fixture->host, 2)->recipients, ==, "sue@direct.example");
  until (fixture, is_empty, 0);
}

static void
test_dns_failures (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *recipient, *status;
  } rows[] = {
    { "a@null.example", "5.1.10" },
    { "a@none.example", "5.1.2" },
    { "a@loop.example", "5.4.6" },
    { "a@nowhere.example", "5.4.4" },
  };
  fake_dns_add_mx (fixture->dns, "null.example", 0, "");
  fake_dns_add_mx (fixture->dns, "loop.example", 10, "GATE.example");
  fake_dns_add_mx (fixture->dns, "loop.example", 20, "backup.example");
  fake_dns_add_a (fixture->dns, "backup.example", "127.0.0.1");
  fake_dns_add_mx (fixture->dns, "nowhere.example", 10, "gone.example");
  fake_dns_add_mx (fixture->dns, "example.org", 10, "mx.example.org");
  fake_dns_add_a (fixture->dns, "mx.example.org", "127.0.0.1");
  use_exchangers (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *status = g_strdup_printf ("\r\nStatus: %s\r\n", rows[i].status);
      add (fixture, "ann@example.org", rows[i].recipient);
      const FakeMessage *bounce = fake_host_wait (fixture->host, i + 1);
      g_assert_cmpstr (bounce->recipients, ==, "ann@example.org");
      assert_contains (bounce->content, status);
      until (fixture, is_empty, 0);
    }
}

static void
test_dns_trouble (Fixture *fixture, gconstpointer data)
{
  fake_dns_add_trouble (fixture->dns, "trouble.example");
  use_exchangers (fixture);
  guint64 id = add (fixture, "ann@example.org", "a@trouble.example");
  until (fixture, was_attempted, id);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_true (g_str_has_prefix (envelope_recipient (envelope, 0)->reason, "451 4.4.3 "));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/delivery/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR
                          | G_LOG_LEVEL_CRITICAL); /* what can't be delivered is warned of */
  ADD ("mixed", test_mixed);
  ADD ("null-sender", test_null_sender);
  ADD ("retry", test_retry);
  ADD ("trouble", test_trouble);
  ADD ("large", test_large);
  ADD ("early-refusal", test_early_refusal);
  ADD ("users-file", test_users_file);
  ADD ("end", test_end);
  ADD ("many", test_many);
  ADD ("exchangers", test_exchangers);
  ADD ("dns-failures", test_dns_failures);
  ADD ("dns-trouble", test_dns_trouble);
  return g_test_run ();
}
