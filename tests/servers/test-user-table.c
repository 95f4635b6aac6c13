/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/auth/user-table.h"
#include "core/users/user-name.h"

static UserTable *
parse (const char *text, GPtrArray **problems)
{
  *problems = g_ptr_array_new_with_free_func (g_free);
  return user_table_parse (text, strlen (text), *problems);
}

static void
assert_password (UserTable *table, const char *user, const char *password, const char *mailbox)
{
  g_autofree char *found = user_table_check_password (table, user, password);

  g_assert_cmpstr (found, ==, mailbox);
}

static void
assert_mailbox (UserTable *table, const char *local_part, const char *domain, const char *mailbox)
{
  g_autofree char *found = user_table_find_mailbox (table, local_part, domain);

  g_assert_cmpstr (found, ==, mailbox);
}

static void
test_users (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (UserTable) table
      = parse ("# the users\n"
               "\n"
               "joe:{PLAIN}secret\n"
               "Ann@Example.org:{PLAIN}s p a c e:1000:1000::/home/ann::extra\r\n"
               "ann:{PLAIN}other",
               &problems);

  g_assert_cmpuint (problems->len, ==, 0);
  assert_password (table, "joe", "secret", "joe");
  assert_password (table, "JOE", "secret", "joe");
  assert_password (table, "joe", "Secret", NULL);
  assert_password (table, "joe@example.org", "secret", NULL);
  assert_password (table, "ann@example.org", "s p a c e", "ann@example.org");
  assert_password (table, "ann", "other", "ann");
  assert_password (table, "nobody", "secret", NULL);
  assert_password (table, "", "", NULL);
  assert_password (table, "# the users", "", NULL);

  assert_mailbox (table, "joe", "example.org", "joe");
  assert_mailbox (table, "Joe", "any.example", "joe");
  assert_mailbox (table, "joe", "", "joe");
  assert_mailbox (table, "ann", "example.org", "ann@example.org");
  assert_mailbox (table, "ANN", "EXAMPLE.ORG", "ann@example.org");
  assert_mailbox (table, "ann", "example.net", "ann");
  assert_mailbox (table, "ann@example.org", "example.org", NULL);
  assert_mailbox (table, "nobody", "example.org", NULL);
}

static void
test_bad_lines (void)
{
  static const char *const expected[] = {
    "line 1: there is no password; the line is left out",
    "line 2: the user's name cannot name a mailbox; the line is left out",
    "line 3: the user's name cannot name a mailbox; the line is left out",
    "line 4: the user's name cannot name a mailbox; the line is left out",
    "line 5: the password's scheme is not known, or it is no hash that this system can check; the "
    "line is left out",
    "line 6: the password's scheme is not known, or it is no hash that this system can check; the "
    "line is left out",
    "line 8: the user has a line already; the line is left out",
  };
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (UserTable) table = parse ("joe\n"
                                       ":{PLAIN}x\n"
                                       "../joe:{PLAIN}x\n"
                                       ".joe:{PLAIN}x\n"
                                       "ann:{ROT13}x\n"
                                       "bob:\n"
                                       "joe:{PLAIN}first\n"
                                       "Joe:{PLAIN}second\n",
                                       &problems);

  g_assert_cmpuint (problems->len, ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (problems->pdata[i], ==, expected[i]);
  assert_password (table, "joe", "first", "joe");
  assert_password (table, "joe", "second", NULL);
  assert_password (table, "bob", "", NULL);
  assert_mailbox (table, "bob", "example.org", NULL);
}

static void
test_nul (void)
{
  static const char text[] = "jo\0e:{PLAIN}x\nann:{PLAIN}a\0b\nbob:{PLAIN}x\n";
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (UserTable) table = user_table_parse (text, sizeof text - 1, problems);

  g_assert_cmpuint (problems->len, ==, 2);
  assert_password (table, "ann", "a", NULL);
  assert_password (table, "bob", "x", "bob");
}

static void
test_empty (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (UserTable) table = parse ("", &problems);

  g_assert_cmpuint (problems->len, ==, 0);
  assert_password (table, "joe", "x", NULL);
  assert_mailbox (table, "joe", "example.org", NULL);
}

static void
test_apop (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (UserTable) table = parse ("mrose:{PLAIN}tanstaaf\nann:abMbH7WsHr7wQ\n", &problems);
  g_autofree char *right = NULL;

  right = user_table_check_apop (table, "mrose", "<1896.697170952@dbc.mtview.ca.us>",
                                 "c4c9334bac560ecc979e58001b3e22fb");
  g_assert_cmpstr (right, ==, "mrose");
  g_assert_null (
      user_table_check_apop (table, "mrose", "<1@x>", "c4c9334bac560ecc979e58001b3e22fb"));
  g_assert_null (user_table_check_apop (table, "ann", "<1@x>", "c4c9334bac560ecc979e58001b3e22fb"));
  g_assert_null (
      user_table_check_apop (table, "nobody", "<1@x>", "c4c9334bac560ecc979e58001b3e22fb"));
}

static void
test_has_clear_secret (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (UserTable) both = parse ("mrose:{PLAIN}tanstaaf\nann:abMbH7WsHr7wQ\n", &problems);
  g_clear_pointer (&problems, g_ptr_array_unref);
  g_autoptr (UserTable) hashed = parse ("ann:abMbH7WsHr7wQ\n", &problems);
  g_clear_pointer (&problems, g_ptr_array_unref);
  g_autoptr (UserTable) empty = parse ("", &problems);

  g_assert_true (user_table_has_clear_secret (both));
  g_assert_false (user_table_has_clear_secret (hashed));
  g_assert_false (user_table_has_clear_secret (empty));
}

static void
test_fields (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (UserTable) table
      = parse ("joe:{PLAIN}one:1000:1000:Joe:/home/joe:/bin/sh:userdb_quota_rule=*:storage=1M\n"
               "ann:{PLAIN}two::::::allow_nets=192.0.2.0/24,2001:db8::/32 nodelay\n"
               "bob:{PLAIN}tanstaaf::::::nologin\n"
               "eve:{PLAIN}four::::::userdb_quota_rule=much\n"
               "joe2:{PLAIN}five:nologin\n",
               &problems);
  IpAddress inside, outside;

  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_cmpstr (problems->pdata[0], ==,
                   "line 4: the value of userdb_quota_rule is not understood; the quota does not "
                   "hold");
  g_assert_cmpuint (user_table_quota (table, "joe"), ==, 1 << 20);
  g_assert_cmpuint (user_table_quota (table, "ann"), ==, 0);
  g_assert_cmpuint (user_table_quota (table, "nobody"), ==, 0);
  assert_password (table, "eve", "four", "eve");

  g_assert_true (ip_address_parse ("2001:db8::1", &inside));
  g_assert_true (ip_address_parse ("198.51.100.1", &outside));
  assert_password (table, "ann", "two", "ann");
  g_assert_true (user_table_admits (table, "ann", &inside));
  g_assert_false (user_table_admits (table, "ann", &outside));
  g_assert_true (user_table_admits (table, "joe", &outside));
  g_assert_true (user_table_admits (table, "nobody", &outside));

  /* Mail comes, but nobody gets in. */
  assert_mailbox (table, "bob", "example.org", "bob");
  assert_password (table, "bob", "tanstaaf", NULL);
  g_assert_null (user_table_check_apop (table, "bob", "<1896.697170952@dbc.mtview.ca.us>",
                                        "c4c9334bac560ecc979e58001b3e22fb"));
  assert_password (table, "joe2", "five", "joe2");
}

/* A user of the table always has a mailbox, and no user who could have one is refused. */
static void
test_names_are_those_of_mailboxes (void)
{
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *too_long = g_strnfill (65, 'a');
  const char *const names[] = { "joe",   "j o e",  "joe@example.org",
                                "-",     "a.b",    "\xc3\xa4",
                                longest, too_long, "",
                                ".",     "..",     ".joe",
                                "a/b",   "a\x01",  "a\x7f",
                                "a\tb" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GPtrArray) problems = NULL;
      g_autofree char *line = g_strconcat (names[i], ":{PLAIN}x\n", NULL);
      g_autoptr (UserTable) table = parse (line, &problems);

      g_assert_cmpuint (problems->len, ==, user_name_is_valid (names[i]) ? 0 : 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/user-table/users", test_users);
  g_test_add_func ("/user-table/bad-lines", test_bad_lines);
  g_test_add_func ("/user-table/nul", test_nul);
  g_test_add_func ("/user-table/empty", test_empty);
  g_test_add_func ("/user-table/apop", test_apop);
  g_test_add_func ("/user-table/has-clear-secret", test_has_clear_secret);
  g_test_add_func ("/user-table/fields", test_fields);
  g_test_add_func ("/user-table/names-are-those-of-mailboxes", test_names_are_those_of_mailboxes);
  return g_test_run ();
}
