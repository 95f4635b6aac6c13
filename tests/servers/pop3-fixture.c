/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/pop3-fixture.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "servers/auth/logon-table.h"
#include "servers/mail/mailbox.h"

#define CLIENT "127.0.0.1"
#define LOOK_UP "--look-up"

static guint16
free_port (void)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &length), ==, 0);
  close (fd);
  return ntohs (address.sin_port);
}

Settings *
pop3_fixture_settings (Pop3Fixture *fixture, gboolean listens)
{
  Settings *settings = settings_new_default ();
  EndpointList *listeners = &settings->pop3.listeners;
  g_autofree char *text = g_strdup_printf (CLIENT ":%u", fixture->port);

  g_free (settings->general.users_file);
  settings->general.users_file = g_strdup (fixture->users_file);
  g_free (settings->general.host_name);
  settings->general.host_name = g_strdup ("gate.example");
  g_free (listeners->rows);
  listeners->rows = g_new0 (Endpoint, 1);
  listeners->length = listens ? 1 : 0;
  g_assert_true (endpoint_parse (text, listeners->rows));
  return settings;
}

void
pop3_fixture_set_up (Pop3Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->state_dir = g_dir_make_tmp ("postern-pop3-XXXXXX", NULL);
  fixture->users_file = g_build_filename (fixture->state_dir, "users", NULL);
  g_assert_true (
      g_file_set_contents (fixture->users_file, "joe:{PLAIN}secret\nann:{PLAIN}other\n", -1, NULL));
  fixture->port = free_port ();
  fixture->settings = pop3_fixture_settings (fixture, TRUE);
  fixture->server = pop3_server_new (fixture->state_dir, 2, fixture->settings, &error);
  g_assert_no_error (error);
}

void
pop3_fixture_apply (Pop3Fixture *fixture, Settings *settings)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pop3_server_apply (fixture->server, settings, &error));
  g_assert_no_error (error);
}

void
pop3_fixture_remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);

  for (const char *name = dir ? g_dir_read_name (dir) : NULL; name != NULL;
       name = g_dir_read_name (dir))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      pop3_fixture_remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

void
pop3_fixture_tear_down (Pop3Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->server, pop3_server_free);
  settings_unref (fixture->settings);
  pop3_fixture_remove_tree (fixture->state_dir);
  g_free (fixture->users_file);
  g_free (fixture->state_dir);
}

guint64
pop3_fixture_counter (Pop3Fixture *fixture, const char *name)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) counters = NULL;
  guint64 value = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{st}"));
  pop3_server_counters (fixture->server, &builder);
  counters = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_assert_true (g_variant_lookup (counters, name, "t", &value));
  return value;
}

void
pop3_fixture_await (Pop3Fixture *fixture, const char *name, guint64 value)
{
  while (pop3_fixture_counter (fixture, name) != value)
    g_thread_yield ();
}

void
pop3_fixture_put (Pop3Fixture *fixture, const char *file, const char *content)
{
  g_autofree char *folder = mailbox_folder (fixture->state_dir, "joe");
  g_autofree char *path = g_build_filename (folder, file, NULL);

  g_assert_true (mailbox_make (folder, NULL));
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

gboolean
pop3_fixture_exists (Pop3Fixture *fixture, const char *file)
{
  g_autofree char *folder = mailbox_folder (fixture->state_dir, "joe");
  g_autofree char *path = g_build_filename (folder, file, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
pop3_fixture_has_logged_on (Pop3Fixture *fixture)
{
  const char *argv[] = { "/proc/self/exe", LOOK_UP, fixture->state_dir, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                               &status, &error));
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) <= 1);
  return WEXITSTATUS (status) == 0;
}

gboolean
pop3_fixture_is_other_process (int argc, char **argv)
{
  return argc == 3 && strcmp (argv[1], LOOK_UP) == 0;
}

int
pop3_fixture_look_up (char **argv)
{
  g_autofree char *folder = g_build_filename (argv[2], "log-ons", NULL);
  g_autoptr (LogonTable) table = logon_table_open (folder, LOGON_TABLE_READER, NULL);
  IpAddress address;
  Logon logon;

  if (table == NULL || !ip_address_parse (CLIENT, &address))
    return 2;
  return logon_table_look_up (table, &address, &logon) && strcmp (logon.user, "joe") == 0 ? 0 : 1;
}

void
pop3_fixture_expect_greeting (Client *client)
{
  g_autofree char *greeting = client_line (client);

  g_assert_true (g_str_has_prefix (greeting, "+OK Postern ready <"));
  g_assert_true (g_str_has_suffix (greeting, "@gate.example>"));
}

Client *
pop3_fixture_greeted (Pop3Fixture *fixture)
{
  Client *client = client_new (fixture->port);

  pop3_fixture_expect_greeting (client);
  return client;
}

Client *
pop3_fixture_logged_on (Pop3Fixture *fixture, const char *contents)
{
  Client *client = pop3_fixture_greeted (fixture);

  client_say (client, "USER joe", "+OK send the password");
  client_say (client, "PASS secret", contents);
  return client;
}
