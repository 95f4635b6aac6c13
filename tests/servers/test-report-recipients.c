/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/report-recipients.h"

#include "tests/core/temporary-folder.h"

typedef struct
{
  char *folder;     /* (owned) */
  char *users_file; /* (owned) */
  Users *users;
  ReportRecipients *recipients;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->folder = temporary_folder_new ();
  fixture->users_file = g_build_filename (fixture->folder, "users", NULL);
  g_assert_true (g_file_set_contents (fixture->users_file, "joe:{PLAIN}1\n", -1, NULL));
  fixture->users = users_new ();
  fixture->recipients = report_recipients_new (fixture->users);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  report_recipients_free (fixture->recipients);
  users_free (fixture->users);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->users_file);
  g_free (fixture->folder);
}

static void
set_text (char **setting, const char *text)
{
  g_free (*setting);
  *setting = g_strdup (text);
}

static void
set_list (char ***setting, const char *row)
{
  const char *const rows[] = { row, NULL };
  g_strfreev (*setting);
  *setting = g_strdupv ((char **) rows);
}

static Policy *
make_policy (Fixture *fixture, const char *alias)
{
  g_autoptr (Settings) settings = settings_new_default ();
  set_list (&settings->general.local_domains, "home.example");
  set_list (&settings->general.aliases, alias);
  set_text (&settings->general.users_file, fixture->users_file);
  return policy_new (settings);
}

/* @expected: with blanks between them */
static void
assert_found (Fixture *fixture, const Policy *policy, const char *sender, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found
      = report_recipients_find (fixture->recipients, policy, sender, &error);
  g_assert_no_error (error);
  g_ptr_array_add (found, NULL);
  g_autofree char *text = g_strjoinv (" ", (char **) found->pdata);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_find (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (Policy) policy = make_policy (fixture, "team: joe, ann@far.example");
  assert_found (fixture, policy, "ann@far.example", "ann@far.example");
  assert_found (fixture, policy, "joe@home.example", "joe@home.example");
  assert_found (fixture, policy, "team@home.example", "joe@home.example ann@far.example");
  assert_found (fixture, policy, "team@far.example", "team@far.example");
  assert_found (fixture, policy, "nobody@home.example", "nobody@home.example");
  assert_found (fixture, policy, "not an address", "not an address");
}

/* What is kept is not used for other settings. */
static void
test_settings_change (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (Policy) before = make_policy (fixture, "team: joe");
  g_autoptr (Policy) after = make_policy (fixture, "team: ann@far.example");
  assert_found (fixture, before, "team@home.example", "joe@home.example");
  assert_found (fixture, after, "team@home.example", "ann@far.example");
  assert_found (fixture, before, "team@home.example", "joe@home.example");
}

/* A report for an alias must not go astray as its users are not known just now. */
static void
test_users_unknown (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Policy) policy = make_policy (fixture, "team: joe");
  set_text (&policy->settings->general.users_file, "/nowhere/users");
  g_assert_null (report_recipients_find (fixture->recipients, policy, "team@home.example", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  assert_found (fixture, policy, "ann@far.example", "ann@far.example");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/report-recipients/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  temporary_folder_calm_log ();
  ADD ("find", test_find);
  ADD ("settings-change", test_settings_change);
  ADD ("users-unknown", test_users_unknown);
  return g_test_run ();
}
