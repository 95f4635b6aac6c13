/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/journal-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SALT G_GUINT64_CONSTANT (0x123456789abcdef0)

typedef struct
{
  char *folder; /* (owned) */
  int folder_fd;
  JournalFile *file; /* (owned) */
} Fixture;

static JournalFile *
open_file (const Fixture *fixture, gboolean create)
{
  JournalPlace place = { fixture->folder_fd, "j", SALT };
  return journal_file_open (&place, create, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("journal-file-XXXXXX", NULL);
  fixture->folder_fd = open (fixture->folder, O_RDONLY | O_DIRECTORY);
  g_assert_null (open_file (fixture, FALSE));
  fixture->file = open_file (fixture, TRUE);
  g_assert_nonnull (fixture->file);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  journal_file_close (fixture->file);
  unlinkat (fixture->folder_fd, "j", 0);
  close (fixture->folder_fd);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static QueueEntry
make_entry (guint64 id, const char *record, const char *content)
{
  QueueEntry entry = { .id = id, .due = 5, .record = record, .record_length = strlen (record) };
  entry.content = content;
  entry.content_length = content != NULL ? strlen (content) : 0;
  entry.check_sum = queue_entry_sum (&entry, SALT);
  return entry;
}

/* Returns the offset behind them. */
static gsize
append (Fixture *fixture, gsize offset, guint64 generation, QueueEntry *entries, guint count)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  for (guint i = 0; i < count; i++)
    {
      g_ptr_array_add (list, &entries[i]);
      offset += journal_file_length (&entries[i]);
    }
  gsize start = offset;
  for (guint i = 0; i < count; i++)
    start -= journal_file_length (&entries[i]);
  g_assert_true (journal_file_append (fixture->file, start, generation, list, NULL));
  return offset;
}

static guint
count_entries (Fixture *fixture, guint64 generation)
{
  gsize offset = 0, skipped = 0;
  guint count = 0;
  QueueEntry entry;
  while (
      journal_file_next (fixture->file, generation, JOURNAL_FILE_SIZE, &offset, &skipped, &entry))
    count++;
  return count;
}

static void
test_entries (Fixture *fixture, gconstpointer data)
{
  QueueEntry entries[] = { make_entry (10, "record", "some content"), make_entry (11, "r", "") };
  g_assert_cmpuint (journal_file_generation (fixture->file, 1000), ==, 0);
  gsize end = append (fixture, 0, 7, entries, 2);
  QueueEntry third = make_entry (12, "third", NULL);
  end = append (fixture, end, 7, &third, 1);
  g_assert_cmpuint (journal_file_generation (fixture->file, 1000), ==, 7);

  gsize offset = 0, skipped = 0;
  QueueEntry read;
  g_assert_true (journal_file_next (fixture->file, 7, end, &offset, &skipped, &read));
  g_assert_cmpuint (read.id, ==, 10);
  g_assert_cmpint (read.due, ==, 5);
  g_assert_cmpmem (read.record, read.record_length, "record", 6);
  g_assert_cmpmem (read.content, read.content_length, "some content", 12);
  g_assert_true (journal_file_next (fixture->file, 7, end, &offset, &skipped, &read));
  g_assert_nonnull (read.content);
  g_assert_cmpuint (read.content_length, ==, 0);
  g_assert_true (journal_file_next (fixture->file, 7, end, &offset, &skipped, &read));
  g_assert_null (read.content);
  g_assert_cmpuint (offset, ==, end);
  g_assert_cmpuint (skipped, ==, 0);
  g_assert_false (journal_file_next (fixture->file, 7, end, &offset, &skipped, &read));
}

/* What a former use has left behind does not count. */
static void
test_generations (Fixture *fixture, gconstpointer data)
{
  QueueEntry entries[] = { make_entry (1, "a", "a"), make_entry (2, "b", "b") };
  append (fixture, 0, 7, entries, 2);
  append (fixture, 0, 9, entries, 1);
  g_assert_cmpuint (count_entries (fixture, 9), ==, 1);
  g_assert_cmpuint (journal_file_generation (fixture->file, 1000), ==, 9);
}

/* Whichever byte of an entry did not come to the disk, it is not there, and the one behind it is. */
static void
test_torn (Fixture *fixture, gconstpointer data)
{
  QueueEntry entries[] = { make_entry (1, "first", "one"), make_entry (2, "second", "twotwo"),
                           make_entry (3, "third", "three") };
  append (fixture, 0, 7, entries, 3);
  gsize start = journal_file_length (&entries[0]);
  gsize length = sizeof (guint64) * 5 + strlen ("secondtwotwo");
  int fd = openat (fixture->folder_fd, "j", O_RDWR);
  for (gsize at = start; at < start + length; at++)
    {
      char byte;
      g_assert_cmpint (pread (fd, &byte, 1, (off_t) at), ==, 1);
      byte ^= 0x40;
      g_assert_cmpint (pwrite (fd, &byte, 1, (off_t) at), ==, 1);
      g_assert_cmpuint (count_entries (fixture, 7), ==, 2);
      g_assert_cmpuint (journal_file_generation (fixture->file, 1000), ==, 7);
      byte ^= 0x40;
      g_assert_cmpint (pwrite (fd, &byte, 1, (off_t) at), ==, 1);
    }
  close (fd);
  g_assert_cmpuint (count_entries (fixture, 7), ==, 3);
}

/* A maker that was killed while it made room. */
static void
test_short (Fixture *fixture, gconstpointer data)
{
  struct stat status;
  g_clear_pointer (&fixture->file, journal_file_close);
  int fd = openat (fixture->folder_fd, "j", O_RDWR);
  g_assert_cmpint (ftruncate (fd, 1000), ==, 0);
  g_assert_null (open_file (fixture, FALSE));
  fixture->file = open_file (fixture, TRUE);
  g_assert_nonnull (fixture->file);
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, JOURNAL_FILE_SIZE);
  close (fd);
}

static void
test_locks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JournalFile) other = open_file (fixture, FALSE);
  g_assert_true (journal_file_lock (fixture->file, 0));
  g_assert_true (journal_file_lock (fixture->file, 0));
  g_assert_false (journal_file_lock (other, 0));
  g_assert_cmpuint (journal_file_locked (other, 1, 1000), ==, 0);
  g_assert_true (journal_file_lock (fixture->file, 77));
  g_assert_cmpuint (journal_file_locked (other, 1, 1000), ==, 77);
  g_assert_cmpuint (journal_file_locked (other, 78, 1000), ==, 0);
  journal_file_unlock (fixture->file, 77);
  g_assert_cmpuint (journal_file_locked (other, 1, 1000), ==, 0);
  journal_file_unlock (fixture->file, 0);
  g_assert_true (journal_file_lock (other, 0));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/journal-file/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("entries", test_entries);
  ADD ("generations", test_generations);
  ADD ("torn", test_torn);
  ADD ("short", test_short);
  ADD ("locks", test_locks);
  return g_test_run ();
}
