/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servers/mail/mailbox.h"

typedef struct
{
  char *state_dir;
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->state_dir = g_dir_make_tmp ("postern-mailbox-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->folder = mailbox_folder (fixture->state_dir, "joe");
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);

  for (const char *name = dir ? g_dir_read_name (dir) : NULL; name != NULL;
       name = g_dir_read_name (dir))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->state_dir);
  g_free (fixture->folder);
  g_free (fixture->state_dir);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The names in a part of the Maildir, sorted. */
static GPtrArray *
names_in (Fixture *fixture, const char *part)
{
  g_autofree char *path = g_build_filename (fixture->folder, part, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  g_assert_nonnull (dir);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void
deliver (Fixture *fixture, const char *name, const char *content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));

  g_assert_true (mailbox_deliver (fixture->folder, name, "Return-Path: <>\r\n", bytes, &error));
  g_assert_no_error (error);
}

static void
test_deliver (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  guint64 octets;

  deliver (fixture, "5f3a.joe@example.org", "Subject: x\r\n\r\nhello\r\n");

  names = names_in (fixture, "new");
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_cmpstr (names->pdata[0], ==, "5f3a.joe@example.org,W=38");
  g_assert_true (mailbox_name_get_octets (names->pdata[0], &octets));
  g_assert_cmpuint (octets, ==, 38);

  path = g_build_filename (fixture->folder, "new", names->pdata[0], NULL);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "Return-Path: <>\r\nSubject: x\r\n\r\nhello\r\n");
  g_clear_pointer (&names, g_ptr_array_unref);
  names = names_in (fixture, "tmp");
  g_assert_cmpuint (names->len, ==, 0);
}

static void
test_second_try (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *from = g_build_filename (fixture->folder, "new", "1,W=22", NULL);
  g_autofree char *to = g_build_filename (fixture->folder, "cur", "1,W=22:2,S", NULL);

  deliver (fixture, "1", "x\r\n\r\n");
  g_assert_true (g_file_test (from, G_FILE_TEST_EXISTS));
  deliver (fixture, "1", "x\r\n\r\n");
  names = names_in (fixture, "new");
  g_assert_cmpuint (names->len, ==, 1);
  g_clear_pointer (&names, g_ptr_array_unref);

  g_assert_cmpint (g_rename (from, to), ==, 0);
  deliver (fixture, "1", "x\r\n\r\n");
  names = names_in (fixture, "new");
  g_assert_cmpuint (names->len, ==, 0);
}

static gboolean
holds (Fixture *fixture, const char *name)
{
  g_autoptr (GError) error = NULL;
  gboolean found;

  g_assert_true (mailbox_holds (fixture->folder, name, &found, &error));
  g_assert_no_error (error);
  return found;
}

static void
test_holds (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = g_build_filename (fixture->folder, "new", "1.a,W=22", NULL);
  g_autofree char *to = g_build_filename (fixture->folder, "cur", "1.a,W=22:2,S", NULL);

  g_assert_false (holds (fixture, "1.a"));
  deliver (fixture, "1.a", "x\r\n\r\n");
  g_assert_true (holds (fixture, "1.a"));
  g_assert_false (holds (fixture, "1"));
  g_assert_false (holds (fixture, "1.ab"));
  g_assert_cmpint (g_rename (from, to), ==, 0);
  g_assert_true (holds (fixture, "1.a"));
  g_assert_cmpint (g_unlink (to), ==, 0);
  g_assert_false (holds (fixture, "1.a"));
}

/* A power cut took back the name of new/, but not the mail in it. */
static void
test_name_lost (Fixture *fixture, gconstpointer data)
{
  g_autofree char *named = g_build_filename (fixture->folder, "new", NULL);
  g_autofree char *making = g_build_filename (fixture->folder, "new-making", NULL);

  deliver (fixture, "1", "x\r\n\r\n");
  g_assert_false (g_file_test (making, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_rename (named, making), ==, 0);
  g_assert_true (mailbox_make (fixture->folder, NULL));
  g_assert_true (holds (fixture, "1"));
}

/* What can't be looked into is not empty. */
static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x\r\n", 3);
  g_autofree char *cur = g_build_filename (fixture->folder, "cur", NULL);
  g_autoptr (GPtrArray) names = NULL;
  gboolean found;

  g_assert_true (mailbox_make (fixture->folder, NULL));
  g_assert_cmpint (g_rmdir (cur), ==, 0);
  g_assert_true (g_file_set_contents (cur, "", 0, NULL));
  g_assert_false (mailbox_holds (fixture->folder, "1", &found, &error));
  g_assert_true (error != NULL && error->domain == G_FILE_ERROR);
  g_assert_false (mailbox_deliver (fixture->folder, "1", "Return-Path: <>\r\n", bytes, NULL));
  names = names_in (fixture, "new");
  g_assert_cmpuint (names->len, ==, 0);
}

/* A try that died in the middle leaves half a file in tmp/. */
static void
test_half_a_try (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *half = g_build_filename (fixture->folder, "tmp", "1,W=22", NULL);
  g_autofree char *whole = g_build_filename (fixture->folder, "new", "1,W=22", NULL);
  g_autofree char *content = NULL;

  g_assert_true (mailbox_make (fixture->folder, &error));
  g_assert_true (g_file_set_contents (half, "something that is longer than what comes", -1, NULL));
  deliver (fixture, "1", "x\r\n\r\n");
  g_assert_true (g_file_get_contents (whole, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "Return-Path: <>\r\nx\r\n\r\n");
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (1000, 'a');
  g_autoptr (GPtrArray) names = NULL;

  deliver (fixture, "../a/b:2,S \n\xff", "");
  deliver (fixture, ".hidden", "");
  deliver (fixture, long_name, "");
  names = names_in (fixture, "new");
  g_assert_cmpuint (names->len, ==, 3);
  g_assert_cmpstr (names->pdata[0], ==, "=2E.=2Fa=2Fb=3A2=2CS=20=0A=FF,W=17");
  g_assert_cmpstr (names->pdata[1], ==, "=2Ehidden,W=17");
  g_assert_cmpuint (strlen (names->pdata[2]), <, 200);
}

static void
test_failure_leaves_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x\r\n", 3);
  g_autofree char *blocked = g_build_filename (fixture->folder, "tmp", "1,W=20", NULL);
  g_autoptr (GPtrArray) names = NULL;

  g_assert_true (mailbox_make (fixture->folder, &error));
  g_assert_cmpint (g_mkdir (blocked, 0700), ==, 0);
  g_assert_false (mailbox_deliver (fixture->folder, "1", "Return-Path: <>\r\n", bytes, &error));
  g_assert_true (error != NULL && error->domain == G_FILE_ERROR);
  names = names_in (fixture, "new");
  g_assert_cmpuint (names->len, ==, 0);
}

static void
test_count_octets (void)
{
  static const struct
  {
    const char *text;
    guint64 octets;
  } cases[] = {
    { "", 0 },       { "a", 3 },   { "a\r\n", 3 },   { "a\n", 3 },      { "\n\n", 4 },
    { "\r\n\n", 4 }, { "a\r", 4 }, { "a\r\r\n", 4 }, { "a\n\r\nb", 8 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize cut = 0; cut <= strlen (cases[i].text); cut++)
      {
        char last = '\0';
        guint64 octets = mailbox_count_octets (cases[i].text, cut, &last);

        octets += mailbox_count_octets (cases[i].text + cut, strlen (cases[i].text) - cut, &last);
        octets += mailbox_end_octets (last);
        g_assert_cmpuint (octets, ==, cases[i].octets);
      }
}

static void
test_name_octets (void)
{
  guint64 octets = 7;

  g_assert_false (mailbox_name_get_octets ("1700000000.M1P2.host", &octets));
  g_assert_false (mailbox_name_get_octets ("x,W=", &octets));
  g_assert_false (mailbox_name_get_octets ("x,W=12x", &octets));
  g_assert_false (mailbox_name_get_octets ("x,W=-1", &octets));
  g_assert_false (mailbox_name_get_octets ("x,W=99999999999999999999999", &octets));
  g_assert_cmpuint (octets, ==, 7);
  g_assert_true (mailbox_name_get_octets ("x,W=0", &octets));
  g_assert_cmpuint (octets, ==, 0);
  g_assert_true (mailbox_name_get_octets ("x,S=10,W=12:2,RS", &octets));
  g_assert_cmpuint (octets, ==, 12);
  g_assert_true (mailbox_name_get_octets ("x,W=13,S=10", &octets));
  g_assert_cmpuint (octets, ==, 13);
}

/* Writes a file of so many bytes into the Maildir. */
static void
put_file (Fixture *fixture, const char *part, const char *name, gsize size)
{
  g_autofree char *path = g_build_filename (fixture->folder, part, name, NULL);
  g_autofree char *content = g_strnfill (size, 'x');

  g_assert_true (g_file_set_contents (path, content, size, NULL));
}

static void
assert_size (Fixture *fixture, guint64 expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (mailbox_size (fixture->folder, &error), ==, expected);
  g_assert_no_error (error);
}

static void
test_size (Fixture *fixture, gconstpointer data)
{
  assert_size (fixture, 0);
  deliver (fixture, "1", "x\r\n\r\n");
  assert_size (fixture, 22);

  /* By name, whatever the file is; by the file, where the name says nothing or nonsense. */
  put_file (fixture, "cur", "2,W=1000:2,S", 1);
  assert_size (fixture, 1022);
  put_file (fixture, "cur", "3,S=2000:2,", 1);
  assert_size (fixture, 3022);
  put_file (fixture, "cur", "4,S=1,W=500:2,S", 1);
  assert_size (fixture, 3522);
  put_file (fixture, "new", "5.host", 300);
  assert_size (fixture, 3822);
  put_file (fixture, "new", "6,W=,S=x", 8);
  assert_size (fixture, 3830);

  /* What is no mail, or none yet. */
  put_file (fixture, "tmp", "7,W=9999", 1);
  put_file (fixture, "cur", ".8", 100);
  assert_size (fixture, 3830);

  /* No sum turns over. */
  put_file (fixture, "cur", "9,W=922337203685477570:2,", 1);
  assert_size (fixture, 3830 + G_GUINT64_CONSTANT (922337203685477570));
}

static void
test_size_of_no_mailbox (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *mailboxes = g_path_get_dirname (fixture->folder);

  g_assert_cmpint (g_mkdir (mailboxes, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->folder, "a file", -1, NULL));
  g_assert_cmpuint (mailbox_size (fixture->folder, &error), ==, 0);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mailbox/count-octets", test_count_octets);
  g_test_add_func ("/mailbox/name-octets", test_name_octets);
  g_test_add ("/mailbox/deliver", Fixture, NULL, set_up, test_deliver, tear_down);
  g_test_add ("/mailbox/second-try", Fixture, NULL, set_up, test_second_try, tear_down);
  g_test_add ("/mailbox/holds", Fixture, NULL, set_up, test_holds, tear_down);
  g_test_add ("/mailbox/name-lost", Fixture, NULL, set_up, test_name_lost, tear_down);
  g_test_add ("/mailbox/unreadable", Fixture, NULL, set_up, test_unreadable, tear_down);
  g_test_add ("/mailbox/half-a-try", Fixture, NULL, set_up, test_half_a_try, tear_down);
  g_test_add ("/mailbox/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/mailbox/failure-leaves-nothing", Fixture, NULL, set_up, test_failure_leaves_nothing,
              tear_down);
  g_test_add ("/mailbox/size", Fixture, NULL, set_up, test_size, tear_down);
  g_test_add ("/mailbox/size-of-no-mailbox", Fixture, NULL, set_up, test_size_of_no_mailbox,
              tear_down);
  return g_test_run ();
}
