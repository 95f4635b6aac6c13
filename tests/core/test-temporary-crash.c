/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "temporary-fixture.h"

#include <signal.h>
#include <sys/resource.h>

/* A crash between noting the change and saving the settings: it never was in force, and somebody
 * who makes the same change for good later is not to lose it. */
static void
test_crash_before_it_is_in_force (Fixture *fixture, gconstpointer data)
{
  g_autofree char *noted = NULL;
  guint64 id = must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (fixture->store, &noted, NULL, NULL));
  g_assert_cmpuint (temporary_end (fixture->temporary, "anna", id, &error), ==, 3);
  g_autoptr (GString) later = g_string_new (noted);
  g_assert_cmpuint (g_string_replace (later, "uint64 2", "uint64 4", 0), >, 0);
  close_all (fixture);
  g_assert_true (g_file_set_contents (fixture->store, later->str, -1, NULL));
  restart (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);

  must_apply_for_good (fixture, "{'smtp.relay.allow': <'all'>}");
  g_assert_cmpuint (revision_of (fixture), ==, 4);
  close_all (fixture);
  g_assert_true (g_file_set_contents (fixture->store, later->str, -1, NULL));
  restart (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);
}

/* A crash between saving the settings and noting that the change is over. */
static void
test_crash_before_the_end_is_noted (Fixture *fixture, gconstpointer data)
{
  g_autofree char *noted = NULL;

  must_apply (fixture, "{'smtp.relay.allow': <'all'>, 'smtp.relay.addresses': <['10.0.0.0/8']>}",
              60);
  g_assert_true (g_file_get_contents (fixture->store, &noted, NULL, NULL));
  wait_s (60);
  temporary_end_due (fixture->temporary);
  close_all (fixture);
  g_assert_true (g_file_set_contents (fixture->store, noted, -1, NULL));
  restart (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  temporary_end_due (fixture->temporary);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_cmpuint (revision_of (fixture), ==, 3);
}

static void
test_store_is_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const TEXTS[] = { "", "postern-temporary 1\n[(", "postern-temporary 9\n[]",
                                       "postern-temporary 1\n[(1, 'j\xff', 1, 2, 3, [])]" };

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      g_autofree char *aside = g_strconcat (fixture->store, ".damaged", NULL);

      close_all (fixture);
      g_assert_true (g_file_set_contents (fixture->store, TEXTS[i], -1, NULL));
      restart (fixture);
      assert_warned ("*can't be read, so no temporary change in it will be taken back*");
      g_assert_cmpuint (count (fixture), ==, 0);
      g_assert_cmpint (g_remove (aside), ==, 0);
    }
}

/* To files of so many bytes at most: a full disk, for root, too. */
static void
limit_files (rlim_t bytes)
{
  struct rlimit limit = { 0 };

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_disk_is_full (Fixture *fixture, gconstpointer data)
{
  must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);
  limit_files (0);
  wait_s (60);
  temporary_end_due (fixture->temporary);
  assert_warned ("*is over, but could not be taken back yet*");
  g_assert_cmpint (temporary_next_ms (fixture->temporary), >, 0);
  limit_files (RLIM_INFINITY);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
}

int
main (int argc, char **argv)
{
  signal (SIGXFSZ, SIG_IGN); /* a write that is too long fails then */
  g_test_init (&argc, &argv, NULL);
  warnings = g_string_new (NULL);
  g_log_set_writer_func (note_warning, NULL, NULL);
  ADD ("crash-before-it-is-in-force", test_crash_before_it_is_in_force);
  ADD ("crash-before-the-end-is-noted", test_crash_before_the_end_is_noted);
  ADD ("store-is-damaged", test_store_is_damaged);
  ADD ("disk-is-full", test_disk_is_full);
  return g_test_run ();
}
