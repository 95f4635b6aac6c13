/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "servers/pop3/listing-stamp.h"

static void
test_taken (void)
{
  g_autofree char *folder = g_dir_make_tmp ("postern-stamp-XXXXXX", NULL);
  g_autofree char *new_folder = g_build_filename (folder, "new", NULL);
  g_autofree char *cur_folder = g_build_filename (folder, "cur", NULL);
  int fd = open (folder, O_RDONLY | O_DIRECTORY);
  ListingStamp first, second;

  g_assert_cmpint (g_mkdir (new_folder, 0700), ==, 0);
  g_assert_false (listing_stamp_take (&first, fd));
  g_assert_cmpint (errno, ==, ENOENT);
  g_assert_cmpint (g_mkdir (cur_folder, 0700), ==, 0);
  g_assert_true (listing_stamp_take (&first, fd));
  g_assert_true (listing_stamp_take (&second, fd));
  g_assert_true (listing_stamp_equal (&first, &second));
  g_assert_false (listing_stamp_is_settled (&first, fd));

  /* Another folder in its place. */
  g_assert_cmpint (g_rmdir (cur_folder), ==, 0);
  g_assert_cmpint (g_rename (new_folder, cur_folder), ==, 0);
  g_assert_cmpint (g_mkdir (new_folder, 0700), ==, 0);
  g_assert_true (listing_stamp_take (&second, fd));
  g_assert_false (listing_stamp_equal (&first, &second));

  close (fd);
  g_rmdir (new_folder);
  g_rmdir (cur_folder);
  g_rmdir (folder);
}

static ListingStamp
make_stamp (gint64 new_changed_ns, gint64 cur_changed_ns)
{
  return (ListingStamp){ .folders = { { 1, 2, new_changed_ns, new_changed_ns },
                                      { 1, 3, cur_changed_ns, cur_changed_ns } },
                         .taken_ns = 10 * LISTING_STAMP_SETTLED_NS };
}

static void
test_settled (void)
{
  gint64 settled_ns = 9 * LISTING_STAMP_SETTLED_NS;
  int fd = open ("/dev/shm", O_RDONLY | O_DIRECTORY);
  int elsewhere = open ("/proc", O_RDONLY | O_DIRECTORY);
  ListingStamp stamp = make_stamp (settled_ns + 1, 0);

  g_assert_false (listing_stamp_is_settled (&stamp, fd));
  stamp = make_stamp (0, settled_ns + 1);
  g_assert_false (listing_stamp_is_settled (&stamp, fd));
  stamp = make_stamp (0, 11 * LISTING_STAMP_SETTLED_NS); /* the clock was set back */
  g_assert_false (listing_stamp_is_settled (&stamp, fd));
  stamp = make_stamp (settled_ns, settled_ns);
  g_assert_true (listing_stamp_is_settled (&stamp, fd));
  g_assert_false (listing_stamp_is_settled (&stamp, elsewhere));

  close (elsewhere);
  close (fd);
}

static void
test_equal (void)
{
  ListingStamp first = make_stamp (1, 1), second = make_stamp (1, 1);

  second.taken_ns++;
  g_assert_true (listing_stamp_equal (&first, &second));
  second = make_stamp (1, 2);
  g_assert_false (listing_stamp_equal (&first, &second));
  second = make_stamp (1, 1);
  second.folders[0].inode++;
  g_assert_false (listing_stamp_equal (&first, &second));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listing-stamp/taken", test_taken);
  g_test_add_func ("/listing-stamp/settled", test_settled);
  g_test_add_func ("/listing-stamp/equal", test_equal);
  return g_test_run ();
}
