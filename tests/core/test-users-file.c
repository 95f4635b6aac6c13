/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/users/users-file.h"

#include <string.h>

#include "core/users/secret.h"

static UsersFile *
parse (const char *text)
{
  return users_file_parse (text, strlen (text));
}

static void
assert_text (const UsersFile *file, const char *expected)
{
  gsize length;
  g_autofree char *text = users_file_to_text (file, &length);

  g_assert_cmpmem (text, length, expected, strlen (expected));
}

static const char whole[] = "# the users\r\n"
                            "Joe:{PLAIN}tanstaaf::::::allow_nets=192.0.2.0/24\n"
                            "\n"
                            "no colon here\n"
                            "ann:{SSHA}unknown:1:2\n"
                            " :{PLAIN}x\n"
                            "last:{CRYPT}!";

static void
test_untouched (void)
{
  static const char nul[] = "joe:{PLAIN}a\0b\nann:x\r\r\n\n\r";
  g_autoptr (UsersFile) file = parse (whole);
  g_autoptr (UsersFile) odd = users_file_parse (nul, sizeof nul - 1);
  g_autoptr (UsersFile) empty = parse ("");
  gsize length;
  g_autofree char *text = users_file_to_text (odd, &length);

  assert_text (file, whole);
  assert_text (empty, "");
  g_assert_cmpmem (text, length, nul, sizeof nul - 1);
  g_assert_false (users_file_contains (odd, "joe"));
}

static void
test_list (void)
{
  g_autoptr (UsersFile) file
      = parse ("# x\nJoe:{PLAIN}t::::::nologin userdb_quota_rule=*:storage=5M\n"
               "ann:{ssha}x\nANN:{CRYPT}$1$abcdefgh$0123456789012345678901\nann:{PLAIN}z\n"
               "bob:$1$abcdefgh$0123456789012345678901::::::userdb_quota_storage_size=0\n"
               "bad:{SSHA}x\nBad:{SSHA}y\nempty:\nopen:{x\n");
  g_autoptr (GPtrArray) list = users_file_list (file);
  static const struct
  {
    const char *name, *scheme;
    gboolean is_understood, is_clear, may_log_on;
    guint64 quota;
  } rows[] = {
    { "joe", "PLAIN", TRUE, TRUE, FALSE, 5 * 1024 * 1024 },
    { "ann", "CRYPT", TRUE, FALSE, TRUE, 0 },
    { "bob", "CRYPT", TRUE, FALSE, TRUE, G_MAXUINT64 },
    { "bad", "SSHA", FALSE, FALSE, FALSE, 0 },
    { "empty", "", FALSE, FALSE, FALSE, 0 },
    { "open", "", FALSE, FALSE, FALSE, 0 },
  };

  g_assert_cmpuint (list->len, ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < list->len; i++)
    {
      const UsersFileEntry *entry = g_ptr_array_index (list, i);

      g_assert_cmpstr (entry->name, ==, rows[i].name);
      g_assert_cmpstr (entry->scheme, ==, rows[i].scheme);
      g_assert_cmpint (entry->is_understood, ==, rows[i].is_understood);
      g_assert_cmpint (entry->is_clear, ==, rows[i].is_clear);
      g_assert_cmpint (entry->may_log_on, ==, rows[i].may_log_on);
      g_assert_cmpuint (entry->quota, ==, rows[i].quota);
    }
}

static void
test_add (void)
{
  g_autoptr (UsersFile) file = parse ("a:{PLAIN}b");
  g_autoptr (UsersFile) dos = parse ("a:{PLAIN}b\r\n");
  g_autoptr (UsersFile) empty = parse ("");

  users_file_add (file, "joe", "{PLAIN}x");
  assert_text (file, "a:{PLAIN}b\njoe:{PLAIN}x\n");
  users_file_add (dos, "joe", "{PLAIN}x");
  assert_text (dos, "a:{PLAIN}b\r\njoe:{PLAIN}x\r\n");
  users_file_add (empty, "joe", "{PLAIN}x");
  assert_text (empty, "joe:{PLAIN}x\n");
  g_assert_true (users_file_contains (empty, "JOE"));
}

static void
test_set_secret (void)
{
  g_autoptr (UsersFile) file = parse (whole);
  g_autofree char *clear = NULL;

  g_assert_true (users_file_set_secret (file, "JOE", "{CRYPT}new"));
  g_assert_true (users_file_set_secret (file, "ann", "{PLAIN}other"));
  g_assert_false (users_file_set_secret (file, "nobody", "{PLAIN}x"));
  g_assert_false (users_file_set_secret (file, "no colon here", "{PLAIN}x"));
  assert_text (file, "# the users\r\n"
                     "Joe:{CRYPT}new::::::allow_nets=192.0.2.0/24\n"
                     "\n"
                     "no colon here\n"
                     "ann:{PLAIN}other:1:2\n"
                     " :{PLAIN}x\n"
                     "last:{CRYPT}!");
  clear = users_file_dup_clear_secret (file, "ann");
  g_assert_cmpstr (clear, ==, "other");
  g_assert_null (users_file_dup_clear_secret (file, "joe"));
  g_assert_null (users_file_dup_clear_secret (file, "nobody"));
}

/* The line that the servers understand is the one that changes. */
static void
test_set_secret_of_two_lines (void)
{
  g_autoptr (UsersFile) file = parse ("ann:{SSHA}x\nann:{PLAIN}y\nann:{PLAIN}z\n");

  g_assert_true (users_file_set_secret (file, "ann", "{PLAIN}new"));
  assert_text (file, "ann:{SSHA}x\nann:{PLAIN}new\nann:{PLAIN}z\n");
}

static void
test_set_quota (void)
{
  static const struct
  {
    const char *before;
    gint64 mib;
    const char *after;
  } rows[] = {
    { "joe:{PLAIN}x", 500, "joe:{PLAIN}x::::::userdb_quota_rule=*:storage=500M" },
    { "joe:{PLAIN}x", 0, "joe:{PLAIN}x::::::userdb_quota_rule=*:storage=0" },
    { "joe:{PLAIN}x", -1, "joe:{PLAIN}x" },
    { "joe:{PLAIN}x:1:2", 5, "joe:{PLAIN}x:1:2::::userdb_quota_rule=*:storage=5M" },
    { "joe:{PLAIN}x::::::userdb_quota_rule=*:storage=9M", -1, "joe:{PLAIN}x::::::" },
    { "joe:{PLAIN}x::::::nologin userdb_quota_rule=*:bytes=9M:messages=7\tx=y:z", 1,
      "joe:{PLAIN}x::::::nologin userdb_quota_rule=*:messages=7 x=y:z "
      "userdb_quota_rule=*:storage=1M" },
    { "joe:{PLAIN}x::::::userdb_quota_storage_size=5 userdb_quota_rule=Trash:storage=1M", 2,
      "joe:{PLAIN}x::::::userdb_quota_rule=Trash:storage=1M userdb_quota_rule=*:storage=2M" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (UsersFile) file = parse (rows[i].before);

      g_assert_true (users_file_set_quota (file, "joe", rows[i].mib));
      assert_text (file, rows[i].after);
      g_assert_false (users_file_set_quota (file, "ann", rows[i].mib));
    }
}

static void
test_remove (void)
{
  g_autoptr (UsersFile) file = parse ("# joe:\njoe:{PLAIN}x\nann:{PLAIN}y\nJOE:{SSHA}z\njoe");

  g_assert_true (users_file_remove (file, "Joe"));
  assert_text (file, "# joe:\nann:{PLAIN}y\njoe");
  g_assert_false (users_file_remove (file, "joe"));
}

static void
test_long_lines (void)
{
  g_autofree char *fill = g_strnfill (1024 * 1024, 'x');
  g_autofree char *text
      = g_strconcat ("#", fill, "\njoe:{PLAIN}x:::", fill, ":::\n", fill, ":\n", NULL);
  g_autofree char *after
      = g_strconcat ("#", fill, "\njoe:{PLAIN}y:::", fill, ":::\n", fill, ":\n", NULL);
  g_autoptr (UsersFile) file = parse (text);
  g_autoptr (GPtrArray) list = users_file_list (file);

  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (users_file_set_secret (file, "joe", "{PLAIN}y"));
  assert_text (file, after);
}

/* What is written is what the servers can check. */
static void
test_secrets (void)
{
  g_autofree char *hash = secret_hash ("tanstaaf");
  g_autofree char *again = secret_hash ("tanstaaf");
  g_autofree char *clear = secret_clear ("{x}");
  g_autoptr (Secret) hashed = secret_parse (hash);
  g_autoptr (Secret) plain = secret_parse (clear);

  g_assert_cmpstr (hash, !=, again);
  g_assert_false (secret_is_clear (hashed));
  g_assert_true (secret_check_password (hashed, "tanstaaf"));
  g_assert_false (secret_check_password (hashed, "tanstaa"));
  g_assert_true (secret_is_clear (plain));
  g_assert_true (secret_check_password (plain, "{x}"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/users-file/untouched", test_untouched);
  g_test_add_func ("/users-file/list", test_list);
  g_test_add_func ("/users-file/add", test_add);
  g_test_add_func ("/users-file/set-secret", test_set_secret);
  g_test_add_func ("/users-file/set-secret-of-two-lines", test_set_secret_of_two_lines);
  g_test_add_func ("/users-file/set-quota", test_set_quota);
  g_test_add_func ("/users-file/remove", test_remove);
  g_test_add_func ("/users-file/long-lines", test_long_lines);
  g_test_add_func ("/users-file/secrets", test_secrets);
  return g_test_run ();
}
