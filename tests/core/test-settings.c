/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/settings-error.h"
#include "core/settings/settings.h"

#define FOLDER TEST_DATA "/settings"

static void
test_default (void)
{
  g_autoptr (Settings) settings = settings_new_default ();

  g_assert_cmpuint (settings->revision, ==, 0);
  g_assert_cmpstr (settings->general.host_name, ==, "localhost");
  g_assert_cmpstr (settings->general.users_file, ==, "users");
  g_assert_null (settings->general.local_domains[0]);
  g_assert_cmpuint (settings->smtp.listeners.length, ==, 0);
  g_assert_cmpstr (settings->smtp.mail_router, ==, "");
  g_assert_cmpint (settings->smtp.relay.allow, ==, ALLOWANCE_SPECIFIED);
  g_assert_true (settings->smtp.relay.pop_client);
  g_assert_true (settings->smtp.relay.authenticated);
  g_assert_false (settings->smtp.relay.near_domains);
  g_assert_cmpuint (settings->smtp.relay.pop_client_minutes, ==, 15);
  g_assert_cmpint (settings->smtp.connection.allow, ==, ALLOWANCE_ALL);
  g_assert_cmpuint (settings->smtp.limits.sessions, ==, 2000);
  g_assert_cmpuint (settings->pop3.inactivity_seconds, ==, 600);
  g_assert_cmpint (settings->security.minimum_tls, ==, TLS_VERSION_1_2);
  g_assert_cmpint (settings->smtp.tls, ==, TLS_USE_YES);
  g_assert_cmpint (settings->smtp.authentication, ==, AUTHENTICATION_USE_TLS);
  g_assert_cmpint (settings->smtp.delivery.tls, ==, DELIVERY_TLS_MAY);
  g_assert_cmpint (settings->pop3.log_ons.ipv6_prefix, ==, IPV6_PREFIX_128);
  g_assert_null (settings->general.aliases[0]);
  g_assert_cmpstr (settings->general.catch_all, ==, "");
}

static void
test_load (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Settings) settings = settings_load (FOLDER "/version-1.xml", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (settings->revision, ==, 41);
  g_assert_cmpstr (settings->general.host_name, ==, "gate.example.org");
  g_assert_cmpstr (settings->general.users_file, ==, FOLDER "/users");
  g_assert_cmpuint (settings->smtp.relay.addresses.length, ==, 4);
}

static const struct
{
  const char *path;
  int code;
  const char *message;
} refused[] = {
  { FOLDER "/nothing.xml", SETTINGS_ERROR_UNREADABLE,
    FOLDER "/nothing.xml: can't be opened: No such file" },
  { FOLDER, SETTINGS_ERROR_UNREADABLE, FOLDER ": is not a regular file" },
  { FOLDER "/values-invalid.problems", SETTINGS_ERROR_MALFORMED,
    FOLDER "/values-invalid.problems: line 1: " },
  { FOLDER "/minutes-too-few-invalid.xml", SETTINGS_ERROR_INVALID,
    "line 2: smtp.relay.pop-client-minutes: 14 is outside the range 15 to 65535" },
};

static void
test_load_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (Settings) settings = settings_load (refused[i].path, &error);

      g_test_message ("%s", refused[i].path);
      g_assert_null (settings);
      g_assert_error (error, SETTINGS_ERROR, refused[i].code);
      g_assert_true (g_str_has_prefix (error->message, refused[i].message));
    }
}

static gpointer
hold (gpointer data)
{
  for (guint i = 0; i < 10000; i++)
    {
      g_autoptr (Settings) held = settings_ref (data);

      g_assert_cmpuint (held->smtp.relay.pop_client_minutes, ==, 15);
    }
  settings_unref (data);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (Settings) settings = settings_new_default ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, hold, settings_ref (settings));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  settings_unref (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/default", test_default);
  g_test_add_func ("/settings/load", test_load);
  g_test_add_func ("/settings/load-refused", test_load_refused);
  g_test_add_func ("/settings/threads", test_threads);
  return g_test_run ();
}
