/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "servers/auth/credentials.h"

typedef struct
{
  char *folder;
  char *path;
  CredentialsSource source;
} Fixture;

static GPtrArray *logged; /* (element-type utf8): the warnings */

static GLogWriterOutput
keep_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (level == G_LOG_LEVEL_WARNING && strcmp (fields[i].key, "MESSAGE") == 0)
      g_ptr_array_add (logged, g_strdup (fields[i].value));
  return G_LOG_WRITER_HANDLED;
}

static void
write_users (Fixture *fixture, const char *text)
{
  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("postern-credentials-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "users", NULL);
  fixture->source = (CredentialsSource){ .path = fixture->path };
  g_ptr_array_set_size (logged, 0);
  write_users (fixture, "joe:{PLAIN}one\n");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_remove (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
assert_password (Credentials *credentials, const char *user, const char *password, gboolean right)
{
  g_autofree char *mailbox = credentials_check_password (credentials, user, password);

  g_assert_cmpint (mailbox != NULL, ==, right);
}

static void
test_read_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Credentials) credentials = credentials_new (&fixture->source, &error);
  g_autofree char *mailbox = NULL;

  g_assert_no_error (error);
  assert_password (credentials, "joe", "one", TRUE);
  write_users (fixture, "joe:{PLAIN}two\nann:{PLAIN}x\n");
  assert_password (credentials, "joe", "one", FALSE);
  assert_password (credentials, "joe", "two", TRUE);
  mailbox = credentials_find_mailbox (credentials, "ann", "example.org", NULL);
  g_assert_cmpstr (mailbox, ==, "ann");
  g_assert_cmpuint (logged->len, ==, 0);
}

static gboolean
vouches (Credentials *credentials, const char *user, guint64 mark, const char *client)
{
  IpAddress address;

  g_assert_true (ip_address_parse (client, &address));
  return credentials_vouch (credentials, user, mark, &address);
}

/* What an administrator does to a user ends his log-ons; what is done to others does not. */
static void
test_vouch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Credentials) credentials = credentials_new (&fixture->source, &error);
  guint64 mark = credentials_mark (credentials, "Joe");

  g_assert_no_error (error);
  g_assert_cmphex (mark, !=, 0);
  g_assert_true (vouches (credentials, "joe", mark, "192.0.2.7"));
  g_assert_false (vouches (credentials, "joe", 0, "192.0.2.7"));
  g_assert_false (vouches (credentials, "ann", mark, "192.0.2.7"));
  g_assert_false (vouches (credentials, "ann", 0, "192.0.2.7"));

  write_users (fixture, "# new\nann:{PLAIN}x\njoe:{PLAIN}one\n");
  g_assert_true (vouches (credentials, "joe", mark, "192.0.2.7"));
  write_users (fixture, "joe:{PLAIN}one::::::allow_nets=192.0.2.0/24\n");
  g_assert_true (vouches (credentials, "joe", mark, "192.0.2.7"));
  g_assert_false (vouches (credentials, "joe", mark, "198.51.100.7"));
  write_users (fixture, "joe:{PLAIN}one::::::nologin\n");
  g_assert_false (vouches (credentials, "joe", mark, "192.0.2.7"));
  write_users (fixture, "joe:{PLAIN}two\n");
  g_assert_false (vouches (credentials, "joe", mark, "192.0.2.7"));
  write_users (fixture, "ann:{PLAIN}one\n");
  g_assert_false (vouches (credentials, "joe", mark, "192.0.2.7"));
  write_users (fixture, "joe:{PLAIN}one\n");
  g_assert_true (vouches (credentials, "joe", mark, "192.0.2.7"));
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Credentials) credentials = credentials_new (&fixture->source, &error);

  g_assert_no_error (error);
  g_remove (fixture->path);
  for (int i = 0; i < 3; i++)
    assert_password (credentials, "joe", "one", TRUE);
  g_assert_cmpuint (logged->len, ==, 1);
  g_assert_true (g_str_has_suffix (logged->pdata[0],
                                   "No such file or directory; the users stay as they were"));

  g_autofree char *trouble = credentials_trouble (credentials);
  g_assert_cmpstr (trouble, ==, logged->pdata[0]);

  write_users (fixture, "joe:{PLAIN}two\n");
  g_assert_null (credentials_trouble (credentials));
  assert_password (credentials, "joe", "one", FALSE);
  g_remove (fixture->path);
  assert_password (credentials, "joe", "two", TRUE);
  g_assert_cmpuint (logged->len, ==, 2);
}

/* A pipe in the file's place would hold up who reads it. */
static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Credentials) credentials = credentials_new (&fixture->source, &error);

  g_assert_no_error (error);
  g_remove (fixture->path);
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_password (credentials, "joe", "one", TRUE);
  assert_password (credentials, "joe", "one", TRUE);
  g_assert_cmpuint (logged->len, ==, 1);
  g_assert_null (credentials_new (&fixture->source, &error));
  g_assert_true (error != NULL && error->domain == G_FILE_ERROR);
}

static void
test_missing_at_start (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_remove (fixture->path);
  g_assert_null (credentials_new (&fixture->source, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_bad_lines_are_logged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Credentials) credentials = NULL;

  write_users (fixture, "joe:{PLAIN}one\nann:{ROT13}uvqqra\n");
  credentials = credentials_new (&fixture->source, &error);
  g_assert_no_error (error);
  assert_password (credentials, "joe", "one", TRUE);
  g_assert_cmpuint (logged->len, ==, 1);
  g_assert_nonnull (strstr (logged->pdata[0], "line 2: "));
  g_assert_null (strstr (logged->pdata[0], "uvqqra"));
}

static gpointer
ask_many (gpointer data)
{
  for (int i = 0; i < 500; i++)
    {
      g_autofree char *one = credentials_check_password (data, "joe", "one");
      g_autofree char *two = credentials_check_password (data, "ann", "two");

      g_assert_cmpstr (one, ==, "joe");
      g_assert_cmpstr (two, ==, NULL);
    }
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Credentials) credentials = credentials_new (&fixture->source, NULL);
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("asker", ask_many, credentials);
  for (int i = 0; i < 20; i++)
    write_users (fixture, i % 2 ? "joe:{PLAIN}one\n" : "# another\njoe:{PLAIN}one\n");
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_writer_func (keep_warnings, NULL, NULL);
  logged = g_ptr_array_new_with_free_func (g_free);
  add ("/credentials/read-again", test_read_again);
  add ("/credentials/vouch", test_vouch);
  add ("/credentials/missing", test_missing);
  add ("/credentials/no-file", test_no_file);
  add ("/credentials/missing-at-start", test_missing_at_start);
  add ("/credentials/bad-lines-are-logged", test_bad_lines_are_logged);
  add ("/credentials/threads", test_threads);
  return g_test_run ();
}
