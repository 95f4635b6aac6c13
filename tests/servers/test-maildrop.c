/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "servers/mail/mailbox.h"
#include "servers/pop3/maildrop.h"

typedef struct
{
  char *state_dir;
  char *folder;
  ListingCache *cache;
} Fixture;

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
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->state_dir = g_dir_make_tmp ("postern-maildrop-XXXXXX", NULL);
  fixture->folder = mailbox_folder (fixture->state_dir, "joe");
  fixture->cache = listing_cache_new (1 << 20);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  listing_cache_free (fixture->cache);
  remove_tree (fixture->state_dir);
  g_free (fixture->folder);
  g_free (fixture->state_dir);
}

static void
put (Fixture *fixture, const char *file, const char *content)
{
  g_autofree char *path = g_build_filename (fixture->folder, file, NULL);

  g_assert_true (mailbox_make (fixture->folder, NULL));
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static gboolean
exists (Fixture *fixture, const char *file)
{
  g_autofree char *path = g_build_filename (fixture->folder, file, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
move (Fixture *fixture, const char *from, const char *to)
{
  g_autofree char *from_path = g_build_filename (fixture->folder, from, NULL);
  g_autofree char *to_path = g_build_filename (fixture->folder, to, NULL);

  g_assert_cmpint (g_rename (from_path, to_path), ==, 0);
}

static Maildrop *
open_maildrop (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  Maildrop *maildrop = NULL;

  g_assert_cmpint (maildrop_open (fixture->folder, fixture->cache, &maildrop, &error), ==,
                   MAILDROP_OPEN);
  g_assert_no_error (error);
  return maildrop;
}

static void
assert_content (Maildrop *maildrop, guint index, const char *expected)
{
  char content[256];
  guint64 size;
  int fd = maildrop_open_mail (maildrop, index, &size, NULL);
  gssize length;

  g_assert_cmpint (fd, >=, 0);
  length = read (fd, content, sizeof content - 1);
  g_assert_cmpint (length, >=, 0);
  content[length] = '\0';
  g_assert_cmpstr (content, ==, expected);
  close (fd);
}

static void
test_made (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Maildrop) maildrop = open_maildrop (fixture);

  g_assert_cmpuint (maildrop_listing_length (maildrop_listing (maildrop)), ==, 0);
  g_assert_true (exists (fixture, "new"));
}

static void
test_listing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("Subject: x\r\n\r\nhello\r\n", 21);
  g_autoptr (Maildrop) maildrop = NULL;
  g_autofree char *sub_folder = g_build_filename (fixture->folder, "new", "5-folder", NULL);
  const MaildropListing *listing;

  g_assert_true (mailbox_deliver (fixture->folder, "1", "Return-Path: <>\r\n", bytes, NULL));
  put (fixture, "cur/2:2,S", "S: x\n\nbare line ends");
  put (fixture, "new/3", "S: x\r\n\r\n");
  put (fixture, "new/.hidden", "x");
  put (fixture, "tmp/4", "not yet there");
  g_assert_cmpint (g_mkdir (sub_folder, 0700), ==, 0);

  maildrop = open_maildrop (fixture);
  listing = maildrop_listing (maildrop);
  g_assert_cmpuint (maildrop_listing_length (listing), ==, 3);
  g_assert_cmpuint (maildrop_listing_mail (listing, 0)->octets, ==, 38);
  g_assert_cmpuint (maildrop_listing_mail (listing, 1)->octets, ==, 24);
  g_assert_cmpstr (maildrop_listing_mail (listing, 1)->unique_id, ==, "2");
  g_assert_cmpuint (maildrop_listing_mail (listing, 2)->octets, ==, 8);
  assert_content (maildrop, 0, "Return-Path: <>\r\nSubject: x\r\n\r\nhello\r\n");
  assert_content (maildrop, 1, "S: x\n\nbare line ends");
}

/* What is delivered the moment after a mailbox was read is there the next time, although the clock
 * of the file system may not have moved. */
static void
test_delivered_at_once (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *file = g_strdup_printf ("new/%u", i);
      g_autoptr (Maildrop) maildrop = NULL;

      put (fixture, file, "x");
      maildrop = open_maildrop (fixture);
      g_assert_cmpuint (maildrop_listing_length (maildrop_listing (maildrop)), ==, i + 1);
    }
}

/* The stamp of the Maildir as it is, but taken when it had long settled. */
static ListingStamp
take_settled_stamp (Fixture *fixture)
{
  int fd = open (fixture->folder, O_RDONLY | O_DIRECTORY);
  ListingStamp stamp;

  g_assert_true (listing_stamp_take (&stamp, fd));
  close (fd);
  stamp.taken_ns += LISTING_STAMP_SETTLED_NS;
  return stamp;
}

static void
test_cached (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MaildropListing) listing = maildrop_listing_new ();
  g_autoptr (Maildrop) maildrop = NULL;
  ListingStamp stamp;

  put (fixture, "new/1", "x");
  stamp = take_settled_stamp (fixture);
  listing_cache_put (fixture->cache, &stamp, listing);
  maildrop = open_maildrop (fixture);
  g_assert_true (maildrop_listing (maildrop) == listing);

  g_clear_pointer (&maildrop, maildrop_close);
  put (fixture, "cur/2", "x");
  maildrop = open_maildrop (fixture);
  g_assert_cmpuint (maildrop_listing_length (maildrop_listing (maildrop)), ==, 2);
}

static void
test_in_use (Fixture *fixture, gconstpointer data)
{
  Maildrop *first = open_maildrop (fixture);
  Maildrop *second = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (maildrop_open (fixture->folder, fixture->cache, &second, &error), ==,
                   MAILDROP_IN_USE);
  g_assert_no_error (error);
  g_assert_null (second);
  maildrop_close (first);
  second = open_maildrop (fixture);
  maildrop_close (second);
}

/* A process that is killed leaves no lock behind. */
static void
test_lock_of_the_dead (Fixture *fixture, gconstpointer data)
{
  int fds[2];
  char byte;
  pid_t child;

  g_assert_cmpint (pipe (fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      Maildrop *maildrop = NULL;

      if (maildrop_open (fixture->folder, fixture->cache, &maildrop, NULL) == MAILDROP_OPEN
          && write (fds[1], "x", 1) == 1)
        pause ();
      _exit (1);
    }
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  {
    Maildrop *maildrop = NULL;
    g_assert_cmpint (maildrop_open (fixture->folder, fixture->cache, &maildrop, NULL), ==,
                     MAILDROP_IN_USE);
  }
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  maildrop_close (open_maildrop (fixture));
  close (fds[0]);
  close (fds[1]);
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  static const guint8 is_deleted[] = { 1, 0, 1 };
  g_autoptr (Maildrop) maildrop = NULL;
  g_autoptr (GError) error = NULL;
  guint deleted;

  put (fixture, "new/1", "x");
  put (fixture, "new/2", "x");
  put (fixture, "cur/3:2,", "x");
  maildrop = open_maildrop (fixture);
  put (fixture, "new/4", "delivered meanwhile");
  g_assert_true (maildrop_delete (maildrop, is_deleted, &deleted, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (deleted, ==, 2);
  g_assert_false (exists (fixture, "new/1"));
  g_assert_true (exists (fixture, "new/2"));
  g_assert_false (exists (fixture, "cur/3:2,"));
  g_assert_true (exists (fixture, "new/4"));
}

static void
test_close_deletes_nothing (Fixture *fixture, gconstpointer data)
{
  put (fixture, "new/1", "x");
  maildrop_close (open_maildrop (fixture));
  g_assert_true (exists (fixture, "new/1"));
}

/* Another program reads the same Maildir. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  static const guint8 is_deleted[] = { 1, 1, 0 };
  g_autoptr (Maildrop) maildrop = NULL;
  g_autoptr (GError) error = NULL;
  guint64 size;
  guint deleted;

  put (fixture, "new/1", "one");
  put (fixture, "cur/2:2,", "two");
  put (fixture, "new/3", "three");
  maildrop = open_maildrop (fixture);
  move (fixture, "new/1", "cur/1:2,S");
  move (fixture, "cur/2:2,", "cur/2:2,RS");
  move (fixture, "new/3", "tmp/3");
  assert_content (maildrop, 0, "one");
  assert_content (maildrop, 1, "two");
  g_assert_cmpint (maildrop_open_mail (maildrop, 2, &size, &error), ==, -1);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  g_assert_true (maildrop_delete (maildrop, is_deleted, &deleted, &error));
  g_assert_cmpuint (deleted, ==, 2);
  g_assert_false (exists (fixture, "cur/1:2,S"));
  g_assert_false (exists (fixture, "cur/2:2,RS"));
}

/* Whether the system has the file in its memory is its own affair; what it is no mail, never. */
static void
test_open_at_once (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "new", "2", NULL);
  g_autoptr (Maildrop) maildrop = NULL;
  char content[8];
  guint64 size;
  int fd;

  put (fixture, "new/1", "one");
  put (fixture, "new/2", "two");
  put (fixture, "new/3", "three");
  maildrop = open_maildrop (fixture);
  g_remove (folder);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  move (fixture, "new/3", "cur/3");

  fd = maildrop_open_mail_at_once (maildrop, 0, &size);
  if (fd >= 0)
    {
      g_assert_cmpuint (size, ==, 3);
      g_assert_cmpint (read (fd, content, sizeof content), ==, 3);
      g_assert_cmpmem (content, 3, "one", 3);
      close (fd);
    }
  g_assert_cmpint (maildrop_open_mail_at_once (maildrop, 1, &size), ==, -1);
  g_assert_cmpint (maildrop_open_mail_at_once (maildrop, 2, &size), ==, -1);
}

static void
test_delete_goes_on (Fixture *fixture, gconstpointer data)
{
  static const guint8 is_deleted[] = { 1, 1 };
  g_autoptr (Maildrop) maildrop = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->folder, "new", "1", NULL);
  guint deleted;

  put (fixture, "new/1", "x");
  put (fixture, "new/2", "x");
  maildrop = open_maildrop (fixture);
  g_remove (folder);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_false (maildrop_delete (maildrop, is_deleted, &deleted, &error));
  g_assert_true (error != NULL && error->domain == G_FILE_ERROR);
  g_assert_cmpuint (deleted, ==, 1);
  g_assert_false (exists (fixture, "new/2"));
}

/* Nobody can tell whether the mail has been moved: then it has not gone. */
static void
test_delete_unsure (Fixture *fixture, gconstpointer data)
{
  static const guint8 is_deleted[] = { 1 };
  g_autoptr (Maildrop) maildrop = NULL;
  g_autoptr (GError) error = NULL;
  guint deleted;

  put (fixture, "new/1", "x");
  maildrop = open_maildrop (fixture);
  move (fixture, "new/1", "tmp/1");
  move (fixture, "cur", "cur-away");
  put (fixture, "cur", "a file in the way");
  g_assert_false (maildrop_delete (maildrop, is_deleted, &deleted, &error));
  g_assert_true (error != NULL && error->domain == G_FILE_ERROR);
  g_assert_cmpuint (deleted, ==, 0);
}

/* A link could show any file of the system to a mail user. */
static void
test_no_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link_path = g_build_filename (fixture->folder, "new", "1,W=4", NULL);
  g_autoptr (Maildrop) maildrop = NULL;

  g_assert_true (mailbox_make (fixture->folder, NULL));
  g_assert_cmpint (symlink ("/etc/passwd", link_path), ==, 0);
  maildrop = open_maildrop (fixture);
  g_assert_cmpuint (maildrop_listing_length (maildrop_listing (maildrop)), ==, 0);
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *parent = g_path_get_dirname (fixture->folder);
  g_autoptr (GError) error = NULL;
  Maildrop *maildrop = NULL;

  g_assert_true (g_file_set_contents (parent, "a file in the way", -1, NULL));
  g_assert_cmpint (maildrop_open (fixture->folder, fixture->cache, &maildrop, &error), ==,
                   MAILDROP_FAILED);
  g_assert_true (error != NULL && error->domain == G_FILE_ERROR);
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
  add ("/maildrop/made", test_made);
  add ("/maildrop/listing", test_listing);
  add ("/maildrop/delivered-at-once", test_delivered_at_once);
  add ("/maildrop/cached", test_cached);
  add ("/maildrop/in-use", test_in_use);
  add ("/maildrop/lock-of-the-dead", test_lock_of_the_dead);
  add ("/maildrop/delete", test_delete);
  add ("/maildrop/close-deletes-nothing", test_close_deletes_nothing);
  add ("/maildrop/moved", test_moved);
  add ("/maildrop/open-at-once", test_open_at_once);
  add ("/maildrop/delete-goes-on", test_delete_goes_on);
  add ("/maildrop/delete-unsure", test_delete_unsure);
  add ("/maildrop/no-links", test_no_links);
  add ("/maildrop/failed", test_failed);
  return g_test_run ();
}
