/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/quota.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servers/mail/mailbox.h"
#include "tests/core/temporary-folder.h"

/* For a condition that comes by itself. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct
{
  char *state_dir; /* (owned) */
  char *folder;    /* (owned) joe's Maildir */
  Quota *quota;
} Fixture;

static guint warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize length, gpointer data)
{
  if (level == G_LOG_LEVEL_WARNING)
    warnings++;
  return G_LOG_WRITER_HANDLED;
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->state_dir = temporary_folder_new ();
  fixture->folder = mailbox_folder (fixture->state_dir, "joe");
  fixture->quota = quota_new ();
  warnings = 0;
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  quota_free (fixture->quota);
  temporary_folder_remove (fixture->state_dir);
  g_free (fixture->folder);
  g_free (fixture->state_dir);
}

static void
put_mail (Fixture *fixture, const char *part, guint number, guint octets)
{
  g_autofree char *name = g_strdup_printf ("%u,W=%u", number, octets);
  g_autofree char *path = g_build_filename (fixture->folder, part, name, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL, 0600);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

/* Sets back when the mailbox was last changed, as if a while had passed since. */
static void
age_mailbox (Fixture *fixture, time_t seconds)
{
  static const char *const parts[] = { "cur", "new" };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, parts[i], NULL);
      struct timespec times[2];

      clock_gettime (CLOCK_REALTIME, &times[0]);
      times[0].tv_sec -= seconds;
      times[1] = times[0];
      g_assert_no_errno (utimensat (AT_FDCWD, path, times, 0));
    }
}

static gboolean
has_room (Fixture *fixture, guint64 limit, guint64 size)
{
  return quota_has_room (fixture->quota, fixture->folder, limit, size);
}

static void
wait_for_room (Fixture *fixture, guint64 limit, guint64 size, gboolean expected)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  while (has_room (fixture, limit, size) != expected)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      g_thread_yield ();
    }
}

static void
test_limit (void)
{
  g_assert_cmpuint (quota_limit (0, 0), ==, QUOTA_UNLIMITED);
  g_assert_cmpuint (quota_limit (0, 5), ==, 5 << 20);
  g_assert_cmpuint (quota_limit (7, 5), ==, 7);
  g_assert_cmpuint (quota_limit (7, 0), ==, 7);
  g_assert_cmpuint (quota_limit (QUOTA_UNLIMITED, 5), ==, QUOTA_UNLIMITED);
  g_assert_cmpuint (quota_limit (0, G_MAXUINT), ==, (guint64) G_MAXUINT << 20);
}

static void
test_room (Fixture *fixture, gconstpointer unused)
{
  /* No mailbox yet. */
  g_assert_true (has_room (fixture, 100, 100));
  g_assert_false (has_room (fixture, 100, 101));
  g_assert_true (has_room (fixture, QUOTA_UNLIMITED, G_MAXUINT64));

  g_assert_true (mailbox_make (fixture->folder, NULL));
  put_mail (fixture, "cur", 1, 600);
  put_mail (fixture, "new", 2, 300);
  wait_for_room (fixture, 1000, 101, FALSE);
  g_assert_true (has_room (fixture, 1000, 100));
  g_assert_true (has_room (fixture, 1000, 0));
  g_assert_true (has_room (fixture, 901, 0));
  g_assert_false (has_room (fixture, 900, 0));
  g_assert_false (has_room (fixture, 500, 0));
  g_assert_false (has_room (fixture, 1000, G_MAXUINT64));
}

/* Mails that come and go are seen. */
static void
test_changes (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *first = g_build_filename (fixture->folder, "new", "0,W=10", NULL);

  g_assert_true (mailbox_make (fixture->folder, NULL));
  for (guint i = 0; i < 20; i++)
    {
      wait_for_room (fixture, 1 + i * 10, 1, TRUE);
      put_mail (fixture, i % 2 == 0 ? "new" : "cur", i, 10);
      wait_for_room (fixture, 1 + i * 10, 1, FALSE);
    }
  g_assert_no_errno (g_unlink (first));
  wait_for_room (fixture, 200, 10, TRUE);
}

/* As long as nothing changes, a stat will do: what is in the folder is not read again. */
static void
test_remembered (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (fixture->folder, "new", NULL);
  struct stat state;
  struct timespec times[2];

  g_assert_true (mailbox_make (fixture->folder, NULL));
  put_mail (fixture, "new", 1, 600);
  age_mailbox (fixture, 60);
  g_assert_true (has_room (fixture, 1000, 400));

  g_assert_no_errno (stat (path, &state));
  times[0] = times[1] = state.st_mtim;
  put_mail (fixture, "new", 2, 600);
  g_assert_no_errno (utimensat (AT_FDCWD, path, times, 0));
  g_assert_true (has_room (fixture, 1000, 400));

  age_mailbox (fixture, 30);
  wait_for_room (fixture, 1000, 400, FALSE);
}

static void
test_trouble (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *mailboxes = g_path_get_dirname (fixture->folder);

  g_assert_no_errno (g_mkdir (mailboxes, 0700));
  g_assert_true (g_file_set_contents (fixture->folder, "no folder", -1, NULL));
  for (guint i = 0; i < 3; i++)
    g_assert_true (has_room (fixture, 100, 100));
  g_assert_cmpuint (warnings, ==, 1);

  g_assert_no_errno (g_unlink (fixture->folder));
  g_assert_true (mailbox_make (fixture->folder, NULL));
  put_mail (fixture, "new", 1, 600);
  wait_for_room (fixture, 100, 1, FALSE);
}

static void
test_many_mails (Fixture *fixture, gconstpointer unused)
{
  g_assert_true (mailbox_make (fixture->folder, NULL));
  for (guint i = 0; i < 5000; i++)
    put_mail (fixture, "cur", i, 1000);
  wait_for_room (fixture, 5000001, 1, TRUE);
  g_assert_false (has_room (fixture, 5000000, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_writer_func (count_warnings, NULL, NULL);
#define ADD(name, function) g_test_add ("/quota/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_add_func ("/quota/limit", test_limit);
  ADD ("room", test_room);
  ADD ("changes", test_changes);
  ADD ("remembered", test_remembered);
  ADD ("trouble", test_trouble);
  ADD ("many-mails", test_many_mails);
  return g_test_run ();
}
