/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-guard.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "core/settings/settings-error.h"
#include "temporary-folder.h"

#define NOBODY 65534

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "file.xml", NULL);
  g_assert_true (g_file_set_contents (fixture->path, "text", -1, NULL));
  g_assert_cmpint (g_chmod (fixture->path, 0664), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
assert_refused (const Fixture *fixture, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (settings_guard_check (fixture->path, &error));
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNTRUSTED);
  g_assert_true (g_str_has_prefix (error->message, fixture->path));
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_ours (Fixture *fixture, gconstpointer data)
{
  g_assert_true (settings_guard_check (fixture->path, NULL));
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_assert_true (settings_guard_check (fixture->path, NULL));
}

static void
test_link (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_assert_cmpint (symlink ("/etc/hostname", fixture->path), ==, 0);
  assert_refused (fixture, "symbolic link");
}

static void
test_everybody_may_write (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_chmod (fixture->path, 0646), ==, 0);
  assert_refused (fixture, "0646");
}

static void
test_owner (Fixture *fixture, gconstpointer data)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  g_assert_cmpint (chown (fixture->path, NOBODY, NOBODY), ==, 0);
  assert_refused (fixture, "user 65534");
  g_assert_cmpint (chown (fixture->folder, NOBODY, NOBODY), ==, 0);
  g_assert_true (settings_guard_check (fixture->path, NULL));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/settings-guard/ours", test_ours);
  ADD ("/settings-guard/link", test_link);
  ADD ("/settings-guard/everybody-may-write", test_everybody_may_write);
  ADD ("/settings-guard/owner", test_owner);
  return g_test_run ();
}
