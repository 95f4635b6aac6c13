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
assert_texts (TextList list, const char *expected)
{
  g_autofree char *joined = g_strjoinv ("; ", list);

  g_assert_cmpstr (joined, ==, expected);
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
  g_assert_true (general->system_users);
  assert_texts (general->aliases, "sales: joe, ann@Example.org; info@example.org: sales");
  g_assert_cmpstr (general->postmaster, ==, "joe");
  g_assert_cmpstr (general->catch_all, ==, "rest@example.com");
  g_assert_cmpuint (general->mailbox_size_mib, ==, 100);
}

static void
assert_security (const SecuritySettings *security)
{
  assert_texts (security->certificates,
                FOLDER "/tls/mail.pem " FOLDER "/tls/mail\\ key.pem; /etc/ssl/both.pem");
  g_assert_cmpint (security->minimum_tls, ==, TLS_VERSION_1_0);
  g_assert_cmpstr (security->ciphers, ==, "DEFAULT@SECLEVEL=0");
  g_assert_cmpuint (security->failed_log_ons, ==, 3);
  g_assert_cmpuint (security->ban_minutes, ==, 60);
  assert_network (&security->never_banned, 0, "192.0.2.0/24");
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
  g_assert_cmpint (connection->blocklist_match, ==, BLOCKLIST_MATCH_ALL);
  g_assert_cmpuint (connection->greet_pause_seconds, ==, 5);
}

static void
assert_limits (const SmtpLimits *limits)
{
  g_assert_cmpuint (limits->sessions, ==, 100);
  g_assert_cmpuint (limits->message_size_kib, ==, 64);
  g_assert_cmpuint (limits->recipients, ==, 200);
  g_assert_cmpuint (limits->inactivity_seconds, ==, 30);
  g_assert_cmpuint (limits->message_minutes, ==, 10);
  g_assert_cmpuint (limits->client_sessions, ==, 11);
  g_assert_cmpuint (limits->client_connections_per_minute, ==, 12);
  g_assert_cmpuint (limits->client_messages_per_minute, ==, 13);
  g_assert_cmpuint (limits->errors, ==, 14);
}

static void
assert_retries (const RetrySettings *retries)
{
  g_assert_cmpuint (retries->minutes_count, ==, 1);
  g_assert_cmpuint (retries->minutes_interval, ==, 2);
  g_assert_cmpuint (retries->hours_count, ==, 3);
  g_assert_cmpuint (retries->hours_interval, ==, 4);
  g_assert_cmpuint (retries->days_count, ==, 5);
  g_assert_cmpuint (retries->days_interval, ==, 6);
  g_assert_cmpuint (retries->delay_notice_hours, ==, 7);
}

static void
assert_delivery (const DeliverySettings *delivery)
{
  assert_texts (delivery->routes, "*.example.com mail.example.net:587; example.com direct");
  g_assert_false (delivery->autostart);
  g_assert_true (delivery->near_domains_direct);
  g_assert_cmpint (delivery->tls, ==, DELIVERY_TLS_MUST);
  assert_texts (delivery->tls_rules, "example.com verify");
  g_assert_cmpstr (delivery->ca_file, ==, FOLDER "/authorities.pem");
  assert_texts (delivery->credentials,
                "mail.example.net:587 plain joe " FOLDER "/secrets/mail; "
                "[2001:db8::7]:587 xoauth2 joe@example.org /etc/secret client "
                "https://login.example/token https://mail.example/.default");
  g_assert_cmpuint (delivery->connections_per_destination, ==, 8);
  g_assert_cmpuint (delivery->messages_per_connection, ==, 9);
}

static void
assert_smtp (const SmtpSettings *smtp)
{
  g_assert_false (smtp->autostart);
  g_assert_cmpuint (smtp->listeners.length, ==, 2);
  assert_endpoint (&smtp->listeners, 0, "127.0.0.1:2525");
  assert_endpoint (&smtp->listeners, 1, "*:25");
  assert_endpoint (&smtp->submission_listeners, 0, "*:587");
  assert_endpoint (&smtp->submission_tls_listeners, 0, "*:465");
  g_assert_cmpstr (smtp->mail_router, ==, "[2001:db8::7]:587");
  assert_texts (smtp->bindings,
                "192.0.2.7 mail.example.net example.net; 2001:db8::7 six.example.net");
  g_assert_cmpint (smtp->tls, ==, TLS_USE_NO);
  g_assert_cmpint (smtp->authentication, ==, AUTHENTICATION_USE_ALWAYS);
  assert_relay (&smtp->relay);
  assert_connection (&smtp->connection);
  assert_limits (&smtp->limits);
  assert_texts (smtp->filters, "keep subject *Special Offer*; discard originator *@example.net; "
                               "keep attachment *.exe; keep type application/*");
  assert_retries (&smtp->retries);
  assert_delivery (&smtp->delivery);
}

static void
assert_pop3 (const Pop3Settings *pop3)
{
  const LogOnSettings *log_ons = &pop3->log_ons;

  g_assert_false (pop3->autostart);
  assert_endpoint (&pop3->listeners, 0, "[::1]:2110");
  assert_endpoint (&pop3->tls_listeners, 0, "*:995");
  g_assert_cmpint (pop3->tls, ==, TLS_USE_ONLY);
  g_assert_cmpuint (pop3->inactivity_seconds, ==, 60);
  g_assert_cmpuint (pop3->limits.sessions, ==, 50);
  g_assert_cmpuint (pop3->limits.client_sessions, ==, 5);
  g_assert_cmpint (log_ons->ipv6_prefix, ==, IPV6_PREFIX_64);
  assert_network (&log_ons->unrecorded, 0, "127.0.0.1");
  assert_texts (log_ons->windows, "joe 20; 192.0.2.0/24 30");
  g_assert_cmpint (log_ons->sender_check, ==, SENDER_CHECK_SHARED);
  assert_network (&log_ons->shared_addresses, 0, "198.51.100.1");
  g_assert_cmpuint (log_ons->messages, ==, 50);
  g_assert_cmpuint (log_ons->recipients, ==, 500);
}

static void
assert_journal (const JournalSettings *journal)
{
  g_assert_false (journal->sessions);
  g_assert_false (journal->messages);
  g_assert_false (journal->refusals);
  g_assert_false (journal->log_ons);
  g_assert_false (journal->deliveries);
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
  assert_security (&settings->security);
  assert_smtp (&settings->smtp);
  assert_pop3 (&settings->pop3);
  assert_journal (&settings->journal);
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
