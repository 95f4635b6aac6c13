/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/revisions.h"

#include "temporary-folder.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
}

static Revisions *
open_revisions (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  Revisions *revisions = revisions_open (fixture->folder, &error);
  g_assert_no_error (error);
  return revisions;
}

static void
prepare (Revisions *revisions, guint64 number, const char *text)
{
  const char *names[] = { "smtp.relay.allow", "general.host-name", NULL };
  Revision revision = {
    .number = number, .time_s = 1700000000, .who = (char *) "anna", .names = (char **) names
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (revisions_prepare (revisions, &revision, text, strlen (text), &error));
  g_assert_no_error (error);
}

static void
keep (Revisions *revisions, guint64 number, const char *text)
{
  g_autoptr (GError) error = NULL;

  prepare (revisions, number, text);
  g_assert_true (revisions_commit (revisions, &error));
  g_assert_no_error (error);
}

static void
assert_text (const Revisions *revisions, guint64 number, const char *expected)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree char *text = revisions_text (revisions, number, &length, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (length, ==, strlen (expected));
}

static void
test_kept_over_restart (Fixture *fixture, gconstpointer data)
{
  Revisions *first = open_revisions (fixture);
  keep (first, 1, "<one>\n\nan empty line is part of it</one>\n");
  keep (first, 2, "");
  revisions_free (first);

  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_assert_cmpuint (revisions_list (revisions)->len, ==, 2);
  const Revision *newest = g_ptr_array_index (revisions_list (revisions), 0);
  g_assert_cmpuint (newest->number, ==, 2);
  g_assert_cmpint (newest->time_s, ==, 1700000000);
  g_assert_cmpstr (newest->who, ==, "anna");
  g_assert_cmpstr (newest->names[0], ==, "smtp.relay.allow");
  g_assert_cmpstr (newest->names[1], ==, "general.host-name");
  g_assert_null (newest->names[2]);
  assert_text (revisions, 1, "<one>\n\nan empty line is part of it</one>\n");
  assert_text (revisions, 2, "");
  g_assert_null (revisions_find (revisions, 3));
}

static void
test_oldest_go_first (Fixture *fixture, gconstpointer data)
{
  Revisions *first = open_revisions (fixture);
  for (guint64 number = 1; number <= REVISIONS_KEPT + 5; number++)
    keep (first, number, "x");
  g_assert_cmpuint (revisions_list (first)->len, ==, REVISIONS_KEPT);
  revisions_free (first);

  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_assert_cmpuint (revisions_list (revisions)->len, ==, REVISIONS_KEPT);
  g_assert_null (revisions_find (revisions, 5));
  g_assert_nonnull (revisions_find (revisions, 6));
}

static void
damage (const Fixture *fixture, const char *name, gsize offset)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpuint (offset, <, length);
  content[offset] ^= 1;
  g_assert_true (g_file_set_contents (path, content, length, NULL));
}

static void
test_damage_hides_one_only (Fixture *fixture, gconstpointer data)
{
  Revisions *first = open_revisions (fixture);
  for (guint64 number = 1; number <= 4; number++)
    keep (first, number, "the document");
  damage (fixture, "00000000000000000002.revision", 100);
  g_autofree char *empty
      = g_build_filename (fixture->folder, "00000000000000000003.revision", NULL);
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));

  /* Damage that comes later is found when the text is wanted. */
  g_autoptr (GError) error = NULL;
  gsize length;
  g_assert_null (revisions_text (first, 2, &length, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  revisions_free (first);

  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_assert_cmpuint (revisions_list (revisions)->len, ==, 2);
  assert_text (revisions, 1, "the document");
  assert_text (revisions, 4, "the document");
  g_assert_true (g_file_test (empty, G_FILE_TEST_EXISTS));
}

static void
test_prepared_is_not_listed (Fixture *fixture, gconstpointer data)
{
  Revisions *first = open_revisions (fixture);
  gsize length;
  prepare (first, 1, "half");
  g_assert_cmpuint (revisions_list (first)->len, ==, 0);
  revisions_free (first);

  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_autofree char *prepared = revisions_prepared (revisions, &length);
  g_assert_cmpstr (prepared, ==, "half");
  g_assert_cmpuint (revisions_list (revisions)->len, ==, 0);
  revisions_abandon (revisions);
  g_assert_null (revisions_prepared (revisions, &length));

  g_autoptr (GError) error = NULL;
  g_assert_false (revisions_commit (revisions, &error));
  g_assert_nonnull (error);
}

static void
test_half_written_is_not_prepared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_autofree char *path = g_build_filename (fixture->folder, "prepared", NULL);
  g_autofree char *content = NULL;
  gsize length;

  prepare (revisions, 1, "the whole document");
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (gsize cut = 0; cut < length; cut += 7)
    {
      g_assert_true (g_file_set_contents (path, content, cut, NULL));
      gsize text_length;
      g_assert_null (revisions_prepared (revisions, &text_length));
    }
  prepare (revisions, 1, "the document");
  g_assert_true (revisions_commit (revisions, NULL));
  assert_text (revisions, 1, "the document");
}

/* A disk that has no room for a file larger than this. */
static void
set_room (rlim_t bytes)
{
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_full_disk_leaves_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_autofree char *path = g_build_filename (fixture->folder, "prepared", NULL);
  char *none[] = { NULL };
  Revision revision = { .number = 1, .who = (char *) "anna", .names = none };
  g_autoptr (GError) error = NULL, same = NULL;

  set_room (10);
  g_assert_false (revisions_prepare (revisions, &revision, "text", 4, &error));
  g_assert_cmpint (error->domain, ==, G_FILE_ERROR);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  /* The same trouble has the same words, so that it is logged once. */
  g_assert_false (revisions_prepare (revisions, &revision, "text", 4, &same));
  g_assert_cmpstr (error->message, ==, same->message);
  set_room (RLIM_INFINITY);
  prepare (revisions, 1, "text");
}

static void
test_pipes_and_links_are_not_written_to (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_autofree char *path = g_build_filename (fixture->folder, "prepared", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);
  g_autofree char *content = NULL;

  g_assert_true (g_file_set_contents (other, "theirs", -1, NULL));
  g_assert_cmpint (symlink (other, path), ==, 0);
  prepare (revisions, 1, "one");
  g_assert_true (revisions_commit (revisions, NULL));
  g_assert_true (g_file_get_contents (other, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "theirs");

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  prepare (revisions, 2, "two");
  g_assert_true (revisions_commit (revisions, NULL));
  assert_text (revisions, 2, "two");
}

static void
test_a_copy_is_no_second_revision (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.revision", NULL);
  g_autofree char *own = g_build_filename (fixture->folder, "00000000000000000001.revision", NULL);
  g_autofree char *content = NULL;
  gsize length;

  Revisions *revisions = open_revisions (fixture);
  prepare (revisions, 1, "one");
  g_assert_true (revisions_commit (revisions, NULL));
  revisions_free (revisions);
  g_assert_true (g_file_get_contents (own, &content, &length, NULL));
  g_assert_true (g_file_set_contents (copy, content, (gssize) length, NULL));

  revisions = open_revisions (fixture);
  g_assert_cmpint (revisions_list (revisions)->len, ==, 1);
  revisions_free (revisions);
}

static void
test_names_cannot_break_the_heading (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_autoptr (GError) error = NULL;
  char *none[] = { NULL };
  Revision revision = { .number = 1, .who = (char *) "eve\n\nnumber 9", .names = none };

  g_assert_true (revisions_prepare (revisions, &revision, "text", 4, &error));
  g_assert_true (revisions_commit (revisions, &error));
  const Revision *found = revisions_find (revisions, 1);
  g_assert_cmpstr (found->who, ==, "eve  number 9");
  g_assert_null (found->names[0]);
  assert_text (revisions, 1, "text");
}

static void
test_one_process_at_a_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Revisions) revisions = open_revisions (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_null (revisions_open (fixture->folder, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_AGAIN);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

static void
assert_kept (const Revisions *revisions, guint64 oldest, guint64 newest)
{
  const GPtrArray *list = revisions_list (revisions);

  g_assert_cmpuint (list->len, ==, newest - oldest + 1);
  g_assert_nonnull (revisions_find (revisions, oldest));
  g_assert_nonnull (revisions_find (revisions, newest));
}

/* As many as fit, and the way back from what is in force in any case. */
static void
test_bytes (Fixture *fixture, gconstpointer data)
{
  Revisions *revisions = open_revisions (fixture);
  g_autofree char *large = g_strnfill (10000, 'x');

  revisions_set_max_bytes (revisions, 5000);
  for (guint64 number = 1; number <= 10; number++)
    keep (revisions, number, "small");
  assert_kept (revisions, 1, 10);
  keep (revisions, 11, large);
  assert_kept (revisions, 10, 11);
  keep (revisions, 12, large);
  assert_kept (revisions, 11, 12);
  assert_text (revisions, 11, large);
  revisions_free (revisions);

  revisions = open_revisions (fixture);
  revisions_set_max_bytes (revisions, 5000);
  keep (revisions, 13, "small");
  assert_kept (revisions, 12, 13);
  revisions_free (revisions);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  temporary_folder_calm_log ();
  ADD ("/revisions/kept-over-restart", test_kept_over_restart);
  ADD ("/revisions/bytes", test_bytes);
  ADD ("/revisions/oldest-go-first", test_oldest_go_first);
  ADD ("/revisions/damage-hides-one-only", test_damage_hides_one_only);
  ADD ("/revisions/prepared-is-not-listed", test_prepared_is_not_listed);
  ADD ("/revisions/half-written-is-not-prepared", test_half_written_is_not_prepared);
  ADD ("/revisions/full-disk-leaves-nothing", test_full_disk_leaves_nothing);
  ADD ("/revisions/pipes-and-links-are-not-written-to", test_pipes_and_links_are_not_written_to);
  ADD ("/revisions/a-copy-is-no-second-revision", test_a_copy_is_no_second_revision);
  ADD ("/revisions/names-cannot-break-the-heading", test_names_cannot_break_the_heading);
  ADD ("/revisions/one-process-at-a-time", test_one_process_at_a_time);
  return g_test_run ();
}
