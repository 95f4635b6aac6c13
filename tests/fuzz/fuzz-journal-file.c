/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/journal-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define SALT G_GUINT64_CONSTANT (0x1122334455667788)
#define GENERATION 5
#define ENTRIES_MAX 8
#define HEAD 40 /* bytes in front of an entry */

/* One that was written, and what became of it. */
typedef struct
{
  QueueEntry entry;
  gsize offset;
  gboolean is_damaged;
} Written;

typedef struct
{
  const guint8 *at, *end;
  JournalFile *file;
  guint8 *bytes; /* the file, to be damaged */
  Written written[ENTRIES_MAX];
  guint n_written;
  gsize length;
} Trial;

static guint8
take (Trial *trial)
{
  return trial->at < trial->end ? *trial->at++ : 0;
}

static const guint8 *
take_bytes (Trial *trial, gsize wanted, gsize *length)
{
  const guint8 *bytes = trial->at;
  *length = MIN (wanted, (gsize) (trial->end - trial->at));
  trial->at += *length;
  return bytes;
}

/* A file that is there as long as the process, and has no name. */
static void
open_file (Trial *trial)
{
  static JournalFile *file;
  static guint8 *bytes;
  if (file == NULL)
    {
      const char *parent = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
      g_autofree char *folder = g_build_filename (parent, "postern-journal-XXXXXX", NULL);
      g_assert_nonnull (g_mkdtemp (folder));
      int folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      JournalPlace place = { folder_fd, "journal", SALT };
      file = journal_file_open (&place, TRUE, NULL);
      g_assert_nonnull (file);
      int fd = openat (folder_fd, "journal", O_RDWR | O_CLOEXEC);
      bytes = mmap (NULL, JOURNAL_FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      g_assert_true (bytes != MAP_FAILED);
      unlinkat (folder_fd, "journal", 0);
      g_rmdir (folder);
      close (fd);
      close (folder_fd);
    }
  trial->file = file;
  trial->bytes = bytes;
}

/* Writes up to ENTRIES_MAX entries, one after the other, by one append. */
static void
write_entries (Trial *trial)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  guint count = 1 + take (trial) % ENTRIES_MAX;
  for (guint i = 0; i < count; i++)
    {
      Written *written = &trial->written[i];
      QueueEntry *entry = &written->entry;
      guint8 shape = take (trial);
      entry->id = i + 1;
      entry->due = shape & 1 ? QUEUE_ENTRY_HELD : 1000 + i;
      entry->record = take_bytes (trial, take (trial), &entry->record_length);
      if (shape & 2)
        entry->content = take_bytes (trial, take (trial), &entry->content_length);
      entry->check_sum = queue_entry_sum (entry, SALT);
      written->offset = trial->length;
      trial->length += journal_file_length (entry);
      g_ptr_array_add (entries, entry);
    }
  trial->n_written = count;
  g_assert_true (journal_file_append (trial->file, 0, GENERATION, entries, NULL));
}

/* What a disk, or a power cut, may do to what was written. Padding is nobody's. */
static void
damage (Trial *trial)
{
  while (trial->at < trial->end)
    {
      gsize place = (gsize) (take (trial) | take (trial) << 8) % (trial->length + 1);
      guint8 flip = take (trial);
      trial->bytes[place] ^= flip;
      for (guint i = 0; i < trial->n_written && flip != 0; i++)
        {
          Written *written = &trial->written[i];
          const QueueEntry *entry = &written->entry;
          gsize used = HEAD + entry->record_length + entry->content_length;
          if (place >= written->offset && place < written->offset + used)
            written->is_damaged = TRUE;
        }
    }
}

static void
assert_is (const QueueEntry *read, const QueueEntry *written)
{
  g_assert_cmpuint (read->id, ==, written->id);
  g_assert_cmpint (read->due, ==, written->due);
  g_assert_cmpmem (read->record, read->record_length, written->record, written->record_length);
  g_assert_true ((read->content != NULL) == (written->content != NULL));
  g_assert_cmpmem (read->content, read->content_length, written->content, written->content_length);
}

/* Every entry that is whole is read, each once, in its order, and nothing else is. A byte may have
 * been damaged back to what it was: such an entry may be read, and has to be the same. */
static void
read_entries (Trial *trial)
{
  gsize offset = 0, skipped = 0;
  QueueEntry entry;
  guint next = 0;
  while (journal_file_next (trial->file, GENERATION, trial->length, &offset, &skipped, &entry))
    {
      while (next < trial->n_written && trial->written[next].entry.id != entry.id)
        g_assert_true (trial->written[next++].is_damaged);
      g_assert_cmpuint (next, <, trial->n_written);
      g_assert_cmpuint (trial->written[next].offset + journal_file_length (&entry), ==, offset);
      assert_is (&entry, &trial->written[next++].entry);
    }
  while (next < trial->n_written)
    g_assert_true (trial->written[next++].is_damaged);
  g_assert_cmpuint (skipped, <=, trial->length);
}

/* The first bytes are entries, the rest is what happens to the file. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Trial trial = { .at = data, .end = data + size };
  open_file (&trial);
  write_entries (&trial);
  damage (&trial);
  read_entries (&trial);
  memset (trial.bytes, 0, trial.length + 1);
  return 0;
}
