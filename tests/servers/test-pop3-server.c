/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/socket.h>

#include "servers/mail/mailbox.h"
#include "servers/pop3/maildrop.h"
#include "tests/servers/pop3-fixture.h"

static void
test_fetch_and_delete (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Client) client = NULL;

  pop3_fixture_put (fixture, "new/1", "Subject: one\r\n\r\n.dot\r\n");
  pop3_fixture_put (fixture, "cur/2:2,S", "Subject: two\n\nno line end");
  client = pop3_fixture_logged_on (fixture, "+OK 2 messages (51 octets)");
  client_say (client, "LIST 1", "+OK 1 22");
  client_say (client, "UIDL 2", "+OK 2 2");
  client_say (client, "RETR 1", "+OK 22 octets");
  client_expect (client, "Subject: one");
  client_expect (client, "");
  client_expect (client, "..dot");
  client_expect (client, ".");
  client_say (client, "RETR 2", "+OK 29 octets");
  client_expect (client, "Subject: two");
  client_expect (client, "");
  client_expect (client, "no line end");
  client_expect (client, ".");
  client_say (client, "TOP 2 0", "+OK the top of the message");
  client_expect (client, "Subject: two");
  client_expect (client, "");
  client_expect (client, ".");
  client_say (client, "DELE 1", "+OK message 1 will be deleted at QUIT");
  g_assert_true (pop3_fixture_exists (fixture, "new/1"));
  client_say (client, "QUIT", "+OK goodbye; 1 message deleted");
  client_expect_end (client);
  g_assert_false (pop3_fixture_exists (fixture, "new/1"));
  g_assert_true (pop3_fixture_exists (fixture, "cur/2:2,S"));
  g_assert_cmpuint (pop3_fixture_counter (fixture, "log-ons"), ==, 1);
  g_assert_cmpuint (pop3_fixture_counter (fixture, "messages-retrieved"), ==, 2);
  g_assert_cmpuint (pop3_fixture_counter (fixture, "messages-deleted"), ==, 1);
}

static void
test_vanished_client_deletes_nothing (Pop3Fixture *fixture, gconstpointer data)
{
  Client *client;

  pop3_fixture_put (fixture, "new/1", "x\r\n");
  client = pop3_fixture_logged_on (fixture, "+OK 1 message (3 octets)");
  client_say (client, "DELE 1", "+OK message 1 will be deleted at QUIT");
  client_free (client);
  pop3_fixture_await (fixture, "sessions", 0);
  g_assert_true (pop3_fixture_exists (fixture, "new/1"));
}

static void
test_grant_comes_before_ok (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Client) client = pop3_fixture_greeted (fixture);

  g_assert_false (pop3_fixture_has_logged_on (fixture));
  client_say (client, "USER joe", "+OK send the password");
  g_assert_false (pop3_fixture_has_logged_on (fixture));
  client_say (client, "PASS secret", "+OK 0 messages (0 octets)");
  g_assert_true (pop3_fixture_has_logged_on (fixture));
}

static void
test_apop (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Client) client = client_new (fixture->port);
  g_autofree char *greeting = client_line (client);
  g_autofree char *text = g_strconcat (strchr (greeting, '<'), "secret", NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
  g_autofree char *command = g_strconcat ("APOP joe ", digest, NULL);
  g_autoptr (Client) other = pop3_fixture_greeted (fixture);

  /* A digest is good for one greeting only. */
  client_say (other, command, "-ERR [AUTH] the user name or the password is wrong");
  g_assert_false (pop3_fixture_has_logged_on (fixture));
  client_say (client, command, "+OK 0 messages (0 octets)");
  g_assert_true (pop3_fixture_has_logged_on (fixture));
}

static void
test_failed_log_ons (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Client) client = pop3_fixture_greeted (fixture);

  for (int i = 0; i < 3; i++)
    {
      client_say (client, i == 1 ? "USER nobody" : "USER joe", "+OK send the password");
      client_say (client, "PASS wrong", "-ERR [AUTH] the user name or the password is wrong");
    }
  client_expect_end (client);
  g_assert_false (pop3_fixture_has_logged_on (fixture));
  g_assert_cmpuint (pop3_fixture_counter (fixture, "log-ons-failed"), ==, 3);
  g_assert_cmpuint (pop3_fixture_counter (fixture, "log-ons"), ==, 0);
}

/* A client that goes before its answer has not logged on. */
static void
test_aborted_log_on (Pop3Fixture *fixture, gconstpointer data)
{
  static const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
  Client *client = pop3_fixture_greeted (fixture);

  client_send (client, "USER joe\r\nPASS secr");
  setsockopt (client->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  client_free (client);
  pop3_fixture_await (fixture, "sessions", 0);
  g_assert_false (pop3_fixture_has_logged_on (fixture));
}

static void
test_in_use (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Client) first = pop3_fixture_logged_on (fixture, "+OK 0 messages (0 octets)");
  g_autoptr (Client) second = pop3_fixture_logged_on (
      fixture, "-ERR [IN-USE] the mailbox is open in another session: try again later");

  client_say (first, "QUIT", "+OK goodbye");
  /* At once: the maildrop is free before the goodbye. */
  client_say (second, "USER joe", "+OK send the password");
  client_say (second, "PASS secret", "+OK 0 messages (0 octets)");
}

static void
test_in_use_is_no_log_on (Pop3Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = mailbox_folder (fixture->state_dir, "joe");
  g_autofree char *log_ons = g_build_filename (fixture->state_dir, "log-ons", NULL);
  Client *first = pop3_fixture_logged_on (fixture, "+OK 0 messages (0 octets)");

  /* The server forgets it, and is started again, while the other session is still open elsewhere.
   */
  g_assert_true (pop3_fixture_has_logged_on (fixture));
  client_say (first, "QUIT", "+OK goodbye");
  client_free (first);
  g_clear_pointer (&fixture->server, pop3_server_free);
  pop3_fixture_remove_tree (log_ons);
  fixture->server = pop3_server_new (fixture->state_dir, 1, fixture->settings, NULL);
  {
    Maildrop *maildrop = NULL;
    g_autoptr (ListingCache) cache = listing_cache_new (0);
    g_autoptr (Client) second = NULL;

    g_assert_cmpint (maildrop_open (folder, cache, &maildrop, NULL), ==, MAILDROP_OPEN);
    g_assert_false (pop3_fixture_has_logged_on (fixture));
    second = pop3_fixture_logged_on (
        fixture, "-ERR [IN-USE] the mailbox is open in another session: try again later");
    g_assert_false (pop3_fixture_has_logged_on (fixture));
    maildrop_close (maildrop);
    client_say (second, "USER joe", "+OK send the password");
    client_say (second, "PASS secret", "+OK 0 messages (0 octets)");
    g_assert_true (pop3_fixture_has_logged_on (fixture));
  }
}

static void
test_mailbox_trouble (Pop3Fixture *fixture, gconstpointer data)
{
  g_autofree char *mailboxes = g_build_filename (fixture->state_dir, "mailboxes", NULL);
  g_autoptr (Client) client = NULL;

  g_assert_true (g_file_set_contents (mailboxes, "a file in the way", -1, NULL));
  client
      = pop3_fixture_logged_on (fixture, "-ERR [SYS/TEMP] nobody can log on now: try again later");
  g_assert_false (pop3_fixture_has_logged_on (fixture));
}

static void
test_pipelining (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Client) client = client_new (fixture->port);

  pop3_fixture_put (fixture, "new/1", "x\r\n");
  client_send (client, "USER joe\r\nPASS secret\r\nSTAT\r\nRETR 1\r\nDELE 1\r\nQUIT\r\nNOOP\r\n");
  shutdown (client->fd, SHUT_WR);
  pop3_fixture_expect_greeting (client);
  client_expect (client, "+OK send the password");
  client_expect (client, "+OK 1 message (3 octets)");
  client_expect (client, "+OK 1 3");
  client_expect (client, "+OK 3 octets");
  client_expect (client, "x");
  client_expect (client, ".");
  client_expect (client, "+OK message 1 will be deleted at QUIT");
  client_expect (client, "+OK goodbye; 1 message deleted");
  client_expect_end (client);
  g_assert_false (pop3_fixture_exists (fixture, "new/1"));
}

/* More than are answered in one turn: each still gets its reply, though the client has ended its side. */
static void
test_many_lines (Pop3Fixture *fixture, gconstpointer data)
{
  enum
  {
    LINES = 1000
  };
  g_autoptr (Client) client = client_new (fixture->port);
  g_autoptr (GString) lines = g_string_new ("USER joe\r\nPASS secret\r\n");
  g_autofree char *contents = NULL;

  for (guint i = 0; i < LINES; i++)
    g_string_append (lines, "NOOP\r\n");
  g_string_append (lines, "QUIT\r\n");
  client_send (client, lines->str);
  shutdown (client->fd, SHUT_WR);
  pop3_fixture_expect_greeting (client);
  client_expect (client, "+OK send the password");
  contents = client_line (client);
  g_assert_true (g_str_has_prefix (contents, "+OK "));
  for (guint i = 0; i < LINES; i++)
    client_expect (client, "+OK nothing done");
  client_expect (client, "+OK goodbye");
  client_expect_end (client);
}

static void
test_lines (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Client) client = pop3_fixture_greeted (fixture);
  g_autofree char *just = g_strnfill (253, 'X');
  g_autofree char *longer = g_strnfill (254, 'X');
  g_autofree char *much_longer = g_strnfill (200000, 'X');

  client_say (client, just, "-ERR this command is not known");
  client_say (client, longer, "-ERR the line is too long");
  client_say (client, much_longer, "-ERR the line is too long");
  client_say (client, "CAPA\nQUIT", "-ERR a line ends in CR LF, and has no other CR, LF or NUL");
  client_send (client, "QU");
  client_send (client, "IT\r");
  client_say (client, "\n", "+OK goodbye");
  client_expect_end (client);
}

/* Larger than all buffers between server and client; the client takes its time. */
static void
test_large_mail (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) mail = g_string_new ("Subject: large\r\n\r\n");
  g_autofree char *reply = NULL;
  g_autoptr (Client) client = NULL;

  for (guint i = 0; mail->len < 20 * 1024 * 1024; i++)
    g_string_append_printf (mail, "line %u of the mail, to fill the buffers of both ends\r\n", i);
  pop3_fixture_put (fixture, "new/1", mail->str);
  reply = g_strdup_printf ("+OK %" G_GSIZE_FORMAT " octets", mail->len);
  {
    g_autofree char *contents
        = g_strdup_printf ("+OK 1 message (%" G_GSIZE_FORMAT " octets)", mail->len);
    client = pop3_fixture_logged_on (fixture, contents);
  }

  client_send (client, "RETR 1\r\nSTAT\r\n");
  client_expect (client, reply);
  g_string_append (mail, ".\r\n");
  while (client->input->len < mail->len)
    g_assert_true (client_read (client));
  g_assert_cmpint (memcmp (client->input->str, mail->str, mail->len), ==, 0);
  g_string_erase (client->input, 0, mail->len);
  {
    g_autofree char *stat = g_strdup_printf ("+OK 1 %" G_GSIZE_FORMAT, mail->len - 3);
    client_expect (client, stat);
  }
}

/* A client that goes in the middle of a message is only the end of its session. */
static void
test_vanished_in_a_message (Pop3Fixture *fixture, gconstpointer data)
{
  g_autofree char *mail = g_strnfill (20 * 1024 * 1024, 'x');
  Client *client;
  g_autoptr (Client) next = NULL;

  pop3_fixture_put (fixture, "new/1", mail);
  client = pop3_fixture_logged_on (fixture, "+OK 1 message (20971522 octets)");
  client_say (client, "RETR 1", "+OK 20971522 octets");
  client_free (client);
  pop3_fixture_await (fixture, "sessions", 0);
  g_assert_cmpuint (pop3_fixture_counter (fixture, "messages-retrieved"), ==, 0);
  next = pop3_fixture_logged_on (fixture, "+OK 1 message (20971522 octets)");
}

static void
test_session_limit (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Settings) settings = pop3_fixture_settings (fixture, TRUE);
  g_autoptr (Client) first = pop3_fixture_greeted (fixture);
  g_autoptr (Client) second = NULL;

  settings->pop3.limits.sessions = 1;
  pop3_fixture_apply (fixture, settings);
  second = client_new (fixture->port);
  client_expect (second, "-ERR [SYS/TEMP] too many sessions: try again later");
  /* It takes nobody's place, however long it stays. */
  g_assert_cmpuint (pop3_fixture_counter (fixture, "sessions"), ==, 1);
  client_expect_end (second);
  client_say (first, "CAPA", "+OK what this server can do");
}

static void
test_inactivity (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Settings) settings = pop3_fixture_settings (fixture, TRUE);
  g_autoptr (Client) client = NULL;

  pop3_fixture_put (fixture, "new/1", "x\r\n");
  client = pop3_fixture_logged_on (fixture, "+OK 1 message (3 octets)");
  client_say (client, "DELE 1", "+OK message 1 will be deleted at QUIT");
  settings->pop3.inactivity_seconds = 1;
  pop3_fixture_apply (fixture, settings);
  /* From the next command on, in a session that was open before. */
  client_say (client, "NOOP", "+OK nothing done");
  client_expect_end (client);
  g_assert_true (pop3_fixture_exists (fixture, "new/1"));
}

static void
test_apply (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (Settings) settings = pop3_fixture_settings (fixture, FALSE);
  g_autoptr (Client) client = pop3_fixture_greeted (fixture);
  g_autofree char *other_users = g_build_filename (fixture->state_dir, "other-users", NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) endpoints = NULL;

  g_free (settings->general.users_file);
  settings->general.users_file = g_strdup (other_users);
  g_assert_false (pop3_server_apply (fixture->server, settings, &error));
  g_assert_true (error != NULL && error->domain == G_FILE_ERROR);
  endpoints = pop3_server_endpoints (fixture->server);
  g_assert_cmpuint (g_strv_length (endpoints), ==, 1);
  client_say (client, "USER joe", "+OK send the password");

  /* The listener goes, the session stays, and has the new users. */
  g_assert_true (g_file_set_contents (other_users, "joe:{PLAIN}changed\n", -1, NULL));
  pop3_fixture_apply (fixture, settings);
  client_say (client, "PASS changed", "+OK 0 messages (0 octets)");
}

/* A client that hears the server's last words, and goes. */
static gpointer
hear_stop (gpointer data)
{
  Client *client = data;

  client_expect (client, "-ERR [SYS/TEMP] the server is stopping: try again later");
  client_expect_end (client);
  client_free (client);
  return NULL;
}

static void
test_stop (Pop3Fixture *fixture, gconstpointer data)
{
  Client *failing = pop3_fixture_greeted (fixture);
  Client *idle;
  GThread *threads[2];

  pop3_fixture_put (fixture, "new/1", "x\r\n");
  idle = pop3_fixture_logged_on (fixture, "+OK 1 message (3 octets)");
  client_say (idle, "DELE 1", "+OK message 1 will be deleted at QUIT");
  client_say (failing, "USER joe", "+OK send the password");
  client_send (failing, "PASS wrong\r\n");
  pop3_fixture_await (fixture, "log-ons-failed", 1);

  threads[0] = g_thread_new ("idle", hear_stop, idle);
  threads[1] = g_thread_new ("failing", hear_stop, failing);
  g_clear_pointer (&fixture->server, pop3_server_free);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_true (pop3_fixture_exists (fixture, "new/1"));
}

/* A log-on that is under way when the server stops has its grant if, and only if, it gets +OK. */
static void
test_stop_in_a_log_on (Pop3Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *log_ons = g_build_filename (fixture->state_dir, "log-ons", NULL);
      g_autofree char *reply = NULL;
      Client *client = pop3_fixture_greeted (fixture);
      gboolean got_ok;

      client_say (client, "USER joe", "+OK send the password");
      client_send (client, "PASS secret\r\n");
      shutdown (client->fd, SHUT_WR);
      /* Another moment each time. */
      for (int turn = 0; turn < i * 100; turn++)
        g_thread_yield ();
      g_clear_pointer (&fixture->server, pop3_server_free);
      reply = client_line (client);
      got_ok = reply != NULL && g_str_has_prefix (reply, "+OK 0 messages");
      g_assert_cmpint (pop3_fixture_has_logged_on (fixture), ==, got_ok);
      client_free (client);
      pop3_fixture_remove_tree (log_ons);
      fixture->server = pop3_server_new (fixture->state_dir, 1, fixture->settings, NULL);
      g_assert_nonnull (fixture->server);
    }
}

static gpointer
log_on_many (gpointer data)
{
  Pop3Fixture *fixture = data;

  for (int i = 0; i < 20; i++)
    {
      g_autoptr (Client) client = pop3_fixture_greeted (fixture);
      g_autofree char *reply = NULL;

      client_say (client, "USER joe", "+OK send the password");
      client_send (client, "PASS secret\r\n");
      reply = client_line (client);
      g_assert_true (g_str_has_prefix (reply, "+OK ")
                     || g_str_has_prefix (reply, "-ERR [IN-USE] "));
      client_say (client, "QUIT", "+OK goodbye");
    }
  return NULL;
}

static void
test_many (Pop3Fixture *fixture, gconstpointer data)
{
  GThread *threads[8];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("client", log_on_many, fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (pop3_fixture_counter (fixture, "sessions-total"), ==, 160);
  g_assert_true (pop3_fixture_has_logged_on (fixture));
}

static GLogWriterOutput
write_nothing (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return G_LOG_WRITER_HANDLED;
}

static void
add (const char *path, void (*test) (Pop3Fixture *, gconstpointer))
{
  g_test_add (path, Pop3Fixture, NULL, pop3_fixture_set_up, test, pop3_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  if (pop3_fixture_is_other_process (argc, argv))
    return pop3_fixture_look_up (argv);
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_writer_func (write_nothing, NULL, NULL);
  add ("/pop3-server/fetch-and-delete", test_fetch_and_delete);
  add ("/pop3-server/vanished-client-deletes-nothing", test_vanished_client_deletes_nothing);
  add ("/pop3-server/grant-comes-before-ok", test_grant_comes_before_ok);
  add ("/pop3-server/apop", test_apop);
  add ("/pop3-server/failed-log-ons", test_failed_log_ons);
  add ("/pop3-server/aborted-log-on", test_aborted_log_on);
  add ("/pop3-server/in-use", test_in_use);
  add ("/pop3-server/in-use-is-no-log-on", test_in_use_is_no_log_on);
  add ("/pop3-server/mailbox-trouble", test_mailbox_trouble);
  add ("/pop3-server/pipelining", test_pipelining);
  add ("/pop3-server/many-lines", test_many_lines);
  add ("/pop3-server/lines", test_lines);
  add ("/pop3-server/large-mail", test_large_mail);
  add ("/pop3-server/vanished-in-a-message", test_vanished_in_a_message);
  add ("/pop3-server/session-limit", test_session_limit);
  add ("/pop3-server/inactivity", test_inactivity);
  add ("/pop3-server/apply", test_apply);
  add ("/pop3-server/stop", test_stop);
  add ("/pop3-server/stop-in-a-log-on", test_stop_in_a_log_on);
  add ("/pop3-server/many", test_many);
  return g_test_run ();
}
