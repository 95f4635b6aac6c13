/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/settings-document.h"

/*
 * Each tests/data/settings/NAME.xml is read. NAME-invalid.xml has exactly the problems of
 * NAME-invalid.problems; every other one has none, and exactly the warnings of NAME.warnings, where
 * there is such a file.
 */

#define FOLDER TEST_DATA "/settings"

static char *
expected_beside (const char *path, const char *suffix)
{
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (".xml"));
  g_autofree char *beside = g_strconcat (stem, suffix, NULL);
  char *text = NULL;

  if (!g_file_get_contents (beside, &text, NULL, NULL))
    return g_strdup ("");
  return g_strchomp (text);
}

static void
assert_problems (GPtrArray *problems, const char *path, const char *suffix)
{
  g_autofree char *found = settings_problems_to_string (problems);
  g_autofree char *expected = expected_beside (path, suffix);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_file (gconstpointer data)
{
  const char *path = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SettingsDocument) document = settings_document_read (path, &error);
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) warnings = settings_problems_new ();
  g_autoptr (Settings) settings = NULL;
  gboolean valid;

  g_assert_no_error (error);
  valid = settings_document_validate (document, problems, warnings);
  assert_problems (problems, path, ".problems");
  g_assert_cmpint (valid, ==, !g_str_has_suffix (path, "-invalid.xml"));
  if (valid)
    assert_problems (warnings, path, ".warnings");

  settings = settings_document_snapshot (document, FOLDER, &error);
  g_assert_cmpint (settings != NULL, ==, valid);
  if (!valid)
    g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_INVALID);
}

static void
assert_network (const NetworkList *list, gsize row, const char *expected)
{
  char text[IP_NETWORK_TEXT_MAX];

  g_assert_cmpuint (row, <, list->length);
  g_assert_cmpstr (ip_network_to_string (&list->rows[row], text), ==, expected);
}

static void
assert_endpoint (const EndpointList *list, gsize row, const char *expected)
{
  char text[ENDPOINT_TEXT_MAX];

  g_assert_cmpuint (row, <, list->length);
  g_assert_cmpstr (endpoint_to_string (&list->rows[row], text), ==, expected);
}

static void
assert_domains (DomainList list, const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", list);

  g_assert_cmpstr (joined, ==, expected);
}

static void
assert_general (const GeneralSettings *general)
{
  g_assert_cmpstr (general->host_name, ==, "Mail.Example.org");
  assert_domains (general->local_domains, "example.org *.example.org");
  assert_domains (general->near_domains, "near.example");
  g_assert_cmpstr (general->users_file, ==, FOLDER "/people/mail-users");
}

static void
assert_relay (const RelaySettings *relay)
{
  g_assert_cmpint (relay->allow, ==, ALLOWANCE_NONE);
  g_assert_true (relay->near_domains);
  g_assert_true (relay->address_list);
  g_assert_cmpuint (relay->addresses.length, ==, 3);
  assert_network (&relay->addresses, 0, "10.0.0.0/8");
  assert_network (&relay->addresses, 1, "192.0.2.7");
  assert_network (&relay->addresses, 2, "2001:db8::/32");
  g_assert_false (relay->pop_client);
  g_assert_cmpuint (relay->pop_client_minutes, ==, 240);
  g_assert_false (relay->authenticated);
  g_assert_true (relay->refuse_local_host);
}

static void
assert_connection (const ConnectionSettings *connection)
{
  g_assert_cmpint (connection->allow, ==, ALLOWANCE_SPECIFIED);
  g_assert_cmpuint (connection->refused.length, ==, 1);
  assert_network (&connection->refused, 0, "198.51.100.0/24");
  assert_network (&connection->excepted, 0, "198.51.100.7");
  assert_domains (connection->blocklists, "zen.example.net");
  g_assert_true (connection->pop_overrides_address);
  g_assert_true (connection->pop_overrides_blocklist);
  g_assert_true (connection->refuse_local_host);
}

/* Every member gets the value of its own element. */
static void
test_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Settings) settings = settings_load (FOLDER "/whole.xml", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (settings->revision, ==, 7);
  assert_general (&settings->general);
  g_assert_cmpuint (settings->smtp.listeners.length, ==, 2);
  assert_endpoint (&settings->smtp.listeners, 0, "127.0.0.1:2525");
  assert_endpoint (&settings->smtp.listeners, 1, "*:25");
  g_assert_cmpstr (settings->smtp.mail_router, ==, "[2001:db8::7]:587");
  assert_relay (&settings->smtp.relay);
  assert_connection (&settings->smtp.connection);
  g_assert_cmpuint (settings->smtp.limits.sessions, ==, 100);
  g_assert_cmpuint (settings->smtp.limits.message_size_kib, ==, 64);
  g_assert_cmpuint (settings->smtp.limits.recipients, ==, 200);
  g_assert_cmpuint (settings->smtp.limits.inactivity_seconds, ==, 30);
  assert_endpoint (&settings->pop3.listeners, 0, "[::1]:2110");
  g_assert_cmpuint (settings->pop3.inactivity_seconds, ==, 60);
  g_assert_cmpuint (settings->pop3.limits.sessions, ==, 50);
}

#define ROWS 100000

static SettingsDocument *
long_list (gboolean with_double)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SettingsDocument *document;

  g_string_append (text, "<server-properties xmlns='urn:postern:server-properties' version='2'>"
                         "<smtp><relay><addresses>");
  for (guint i = 0; i < ROWS; i++)
    g_string_append_printf (text, "\n<network>10.%u.%u.%u</network>", i >> 16, i >> 8 & 255,
                            i & 255);
  if (with_double)
    g_string_append (text, "\n<network>10.0.0.0/32</network>");
  g_string_append (text, "</addresses></relay></smtp></server-properties>");
  document = settings_document_parse (text->str, text->len, NULL);
  g_assert_nonnull (document);
  return document;
}

static void
test_long_list (void)
{
  g_autoptr (SettingsDocument) document = long_list (FALSE);
  g_autoptr (SettingsDocument) with_double = long_list (TRUE);
  g_autoptr (Settings) settings = settings_document_snapshot (document, NULL, NULL);
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  const SettingsProblem *problem;

  g_assert_cmpuint (settings->smtp.relay.addresses.length, ==, ROWS);
  g_assert_false (settings_document_validate (with_double, problems, NULL));
  g_assert_cmpuint (problems->len, ==, 1);
  problem = problems->pdata[0];
  g_assert_cmpuint (problem->line, ==, ROWS + 2);
  g_assert_cmpstr (problem->setting, ==, "smtp.relay.addresses");
  g_assert_cmpstr (problem->message, ==, "10.0.0.0/32 is in the list already, in line 2");
}

static gpointer
validate_in_thread (gpointer data)
{
  const char *path = data;

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (SettingsDocument) document = settings_document_read (path, NULL);
      g_autoptr (GPtrArray) problems = settings_problems_new ();

      settings_document_validate (document, problems, NULL);
      assert_problems (problems, path, ".problems");
    }
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, validate_in_thread, FOLDER "/values-invalid.xml");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
add_files (void)
{
  g_autoptr (GDir) folder = g_dir_open (FOLDER, 0, NULL);
  const char *name;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/settings-reader/files/", name, NULL);

      if (g_str_has_suffix (name, ".xml"))
        g_test_add_data_func_full (test, g_build_filename (FOLDER, name, NULL), test_file, g_free);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings-reader/threads", test_threads);
  add_files ();
  g_test_add_func ("/settings-reader/whole", test_whole);
  g_test_add_func ("/settings-reader/long-list", test_long_list);
  return g_test_run ();
}
