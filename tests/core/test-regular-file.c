/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings/regular-file.h"
#include "core/settings/settings-error.h"

#define MAX_BYTES 1000

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->folder = g_dir_make_tmp ("postern-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "file.xml", NULL);
}

static guint
count_files (const Fixture *fixture)
{
  g_autoptr (GDir) directory = g_dir_open (fixture->folder, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (directory) != NULL)
    count++;
  return count;
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GDir) directory = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
put (const char *path, const char *text)
{
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
assert_holds (const char *path, const char *text)
{
  g_autofree char *held = NULL;

  g_assert_true (g_file_get_contents (path, &held, NULL, NULL));
  g_assert_cmpstr (held, ==, text);
}

static void
assert_unreadable (const char *path, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  bytes = regular_file_read (path, MAX_BYTES, &length, &error);
  g_assert_null (bytes);
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNREADABLE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_read (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *linked = NULL;
  gsize length;

  put (fixture->path, "hello");
  g_assert_cmpint (symlink ("file.xml", link), ==, 0);
  bytes = regular_file_read (fixture->path, MAX_BYTES, &length, NULL);
  g_assert_cmpstr (bytes, ==, "hello");
  g_assert_cmpuint (length, ==, 5);
  linked = regular_file_read (link, MAX_BYTES, &length, NULL);
  g_assert_cmpstr (linked, ==, "hello");
}

static void
test_read_limit (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *exact = g_strnfill (MAX_BYTES, 'x');
  g_autofree char *larger = g_strnfill (MAX_BYTES + 1, 'x');
  g_autofree char *bytes = NULL;
  gsize length;

  put (fixture->path, exact);
  bytes = regular_file_read (fixture->path, MAX_BYTES, &length, NULL);
  g_assert_cmpuint (length, ==, MAX_BYTES);
  put (fixture->path, larger);
  assert_unreadable (fixture->path, "is larger than 1000 bytes");
}

static void
test_read_others (Fixture *fixture, gconstpointer unused)
{
  assert_unreadable (fixture->path, "No such file");
  assert_unreadable (fixture->folder, "is not a regular file");
  assert_unreadable ("/dev/zero", "is not a regular file");
  /* A FIFO without a writer would let a careless reader wait for ever. */
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_unreadable (fixture->path, "is not a regular file");
}

static mode_t
mode_of (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return status.st_mode & 07777;
}

static void
test_replace (Fixture *fixture, gconstpointer unused)
{
  g_assert_true (regular_file_replace (fixture->path, "one", 3, 0640, NULL));
  assert_holds (fixture->path, "one");
  g_assert_cmpint (mode_of (fixture->path), ==, 0640);
  g_assert_cmpint (g_chmod (fixture->path, 0604), ==, 0);
  g_assert_true (regular_file_replace (fixture->path, "two", 3, 0640, NULL));
  assert_holds (fixture->path, "two");
  g_assert_cmpint (mode_of (fixture->path), ==, 0604);
  g_assert_cmpuint (count_files (fixture), ==, 1);
}

static void
test_replace_keeps_owner (Fixture *fixture, gconstpointer unused)
{
  struct stat status;

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give files away");
      return;
    }
  put (fixture->path, "one");
  g_assert_cmpint (chown (fixture->path, 12345, 23456), ==, 0);
  g_assert_cmpint (g_chmod (fixture->path, 0640), ==, 0);
  g_assert_true (regular_file_replace (fixture->path, "two", 3, 0644, NULL));
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_uid, ==, 12345);
  g_assert_cmpuint (status.st_gid, ==, 23456);
  g_assert_cmpint (mode_of (fixture->path), ==, 0640);
}

static void
test_replace_behind_link (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);

  put (fixture->path, "one");
  g_assert_cmpint (symlink ("file.xml", link), ==, 0);
  g_assert_true (regular_file_replace (link, "two", 3, 0640, NULL));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  assert_holds (fixture->path, "two");
  g_assert_cmpuint (count_files (fixture), ==, 2);
}

static void
assert_unwritable (const char *path, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (regular_file_replace (path, "new", 3, 0640, &error));
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_replace_others (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *below = g_build_filename (fixture->path, "below", NULL);
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", "file", NULL);
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);

  put (fixture->path, "one");
  assert_unwritable (fixture->folder, "is not a regular file");
  assert_unwritable (below, "Not a directory");
  assert_unwritable (missing, "No such file");
  g_assert_cmpint (symlink ("nothing", link), ==, 0);
  assert_unwritable (link, "can't be followed");
  g_remove (link);
  g_assert_cmpint (symlink ("link", link), ==, 0);
  assert_unwritable (link, "can't be followed");
  g_remove (link);
  g_assert_cmpint (mkfifo (link, 0600), ==, 0);
  assert_unwritable (link, "is not a regular file");
  assert_holds (fixture->path, "one");
  g_assert_cmpuint (count_files (fixture), ==, 2);
}

/* The disk is full, as far as this process can see. */
static void
test_replace_fault (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;
  struct rlimit former, tight;
  gboolean replaced;

  put (fixture->path, "one");
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &former), ==, 0);
  tight = former;
  tight.rlim_cur = 50000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  replaced = regular_file_replace (fixture->path, text, strlen (text), 0640, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &former), ==, 0);

  g_assert_false (replaced);
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE);
  g_assert_nonnull (strstr (error->message, "can't be written"));
  assert_holds (fixture->path, "one");
  g_assert_cmpuint (count_files (fixture), ==, 1);
}

/* What a process that was killed left behind goes with the next replacement; files of others stay.
 */
static void
test_replace_removes_leftovers (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *leftover = g_build_filename (fixture->folder, ".file.xml.new-Ab3dEf", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, ".file.xml.backup", NULL);

  put (fixture->path, "one");
  put (leftover, "on");
  put (other, "mine");
  g_assert_true (regular_file_replace (fixture->path, "two", 3, 0640, NULL));
  g_assert_false (g_file_test (leftover, G_FILE_TEST_EXISTS));
  assert_holds (other, "mine");
  g_assert_cmpuint (count_files (fixture), ==, 2);
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/regular-file/read", test_read);
  add ("/regular-file/read-limit", test_read_limit);
  add ("/regular-file/read-others", test_read_others);
  add ("/regular-file/replace", test_replace);
  add ("/regular-file/replace-keeps-owner", test_replace_keeps_owner);
  add ("/regular-file/replace-behind-link", test_replace_behind_link);
  add ("/regular-file/replace-others", test_replace_others);
  add ("/regular-file/replace-fault", test_replace_fault);
  add ("/regular-file/replace-removes-leftovers", test_replace_removes_leftovers);
  return g_test_run ();
}
