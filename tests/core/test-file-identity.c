/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/file-identity.h"

#include <glib/gstdio.h>
#include <unistd.h>

static void
test_identity (void)
{
  g_autofree char *folder = g_dir_make_tmp ("test-file-identity-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  FileIdentity absent = file_identity_of (path);

  g_assert_false (file_identity_equal (&absent, &absent));
  g_assert_true (file_identity_unchanged (&absent, &absent));
  g_assert_true (g_file_set_contents (path, "one", -1, NULL));
  FileIdentity first = file_identity_of (path);
  FileIdentity again = file_identity_of (path);
  g_assert_true (file_identity_equal (&first, &again));
  g_assert_true (file_identity_unchanged (&first, &again));
  g_assert_false (file_identity_equal (&first, &absent));
  g_assert_false (file_identity_unchanged (&first, &absent));

  /* Of the same length, and replaced as the authority does it. */
  g_assert_true (g_file_set_contents (path, "two", -1, NULL));
  FileIdentity second = file_identity_of (path);
  g_assert_false (file_identity_equal (&first, &second));

  g_assert_no_errno (g_unlink (path));
  g_assert_no_errno (g_rmdir (folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-identity/identity", test_identity);
  return g_test_run ();
}
