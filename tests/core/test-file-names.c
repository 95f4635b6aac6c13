/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/file-names.h"
#include "core/settings/setting-value.h"

static void
set_rows (Settings *settings, const char *name, const char *first, const char *second)
{
  const Setting *setting = setting_lookup (name);
  ListRow rows[2];

  g_assert_null (setting_value_read_row (setting, first, &rows[0]));
  g_assert_null (setting_value_read_row (setting, second, &rows[1]));
  setting_value_set_rows (setting, rows, 2, settings);
}

static void
test_relative (void)
{
  g_autoptr (Settings) settings = settings_new_default ();

  set_rows (settings, "security.certificates", "a.pem keys/a\\ key.pem", "/etc/b.pem");
  set_rows (settings, "smtp.delivery.credentials", "a.example plain joe ../secret",
            "b.example login joe /etc/secret");
  file_names_make_absolute (settings, "/my gate");
  g_assert_cmpstr (settings->general.users_file, ==, "/my gate/users");
  g_assert_cmpstr (settings->smtp.delivery.ca_file, ==, "");
  g_assert_cmpstr (settings->security.certificates[0], ==,
                   "/my\\ gate/a.pem /my\\ gate/keys/a\\ key.pem");
  g_assert_cmpstr (settings->security.certificates[1], ==, "/etc/b.pem");
  g_assert_cmpstr (settings->smtp.delivery.credentials[0], ==, "a.example plain joe /secret");
  g_assert_cmpstr (settings->smtp.delivery.credentials[1], ==, "b.example login joe /etc/secret");
}

static void
test_authorities (void)
{
  g_autoptr (Settings) settings = settings_new_default ();

  g_assert_null (
      setting_value_read (setting_lookup ("smtp.delivery.ca-file"), "own/ca.pem", settings));
  file_names_make_absolute (settings, "/gate");
  g_assert_cmpstr (settings->smtp.delivery.ca_file, ==, "/gate/own/ca.pem");
}

static void
test_one_file_by_two_names (void)
{
  g_autoptr (Settings) settings = settings_new_default ();

  set_rows (settings, "security.certificates", "a.pem", "./a.pem");
  file_names_make_absolute (settings, "/gate");
  g_assert_cmpstr (settings->security.certificates[0], ==, "/gate/a.pem");
  g_assert_null (settings->security.certificates[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-names/relative", test_relative);
  g_test_add_func ("/file-names/authorities", test_authorities);
  g_test_add_func ("/file-names/one-file-by-two-names", test_one_file_by_two_names);
  return g_test_run ();
}
