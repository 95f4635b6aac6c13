/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/journal-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILE_MODE 0660
#define ALIGNMENT 8
#define PARTS 4 /* of an entry: head, record, content, padding */

struct _JournalFile
{
  int fd;             /* (owned) */
  const guint8 *view; /* (owned) the whole file, to be read */
  guint64 salt;
};

/* In front of each entry, in the machine's byte order: a queue stays at home. */
typedef struct
{
  guint64 generation; /* and the salt: nobody outside can tell what it looks like */
  guint64 check_sum;  /* the entry's, and the generation: of a head that is torn, too */
  guint64 id;
  gint64 due;
  guint32 record_length;
  guint32 content_length; /* NO_CONTENT: it has none */
} Head;

#define NO_CONTENT G_MAXUINT32

G_STATIC_ASSERT (sizeof (Head) % ALIGNMENT == 0);

static gboolean
fail (const char *what, GError **error)
{
  int code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "cannot %s: %s", what,
               g_strerror (code));
  return FALSE;
}

/* Zeros, not just a size: room that was never written costs the file system a flush of its own. */
static gboolean
make_room (int fd, GError **error)
{
  g_autofree guint8 *zeros = g_malloc0 (JOURNAL_ENTRY_MAX);
  for (gsize done = 0; done < JOURNAL_FILE_SIZE; done += JOURNAL_ENTRY_MAX)
    if (pwrite (fd, zeros, JOURNAL_ENTRY_MAX, (off_t) done) != JOURNAL_ENTRY_MAX)
      return fail ("make room for the journal", error);
  return fdatasync (fd) == 0 || fail ("flush the journal", error);
}

/* Returns whether the file is there, in full size. Its name is flushed each time that it may be new:
 * who made it may have been killed before that. */
static gboolean
prepare (int fd, int folder_fd, gboolean create, GError **error)
{
  struct stat status;
  if (fstat (fd, &status) != 0)
    return fail ("look at the journal", error);
  if (!create)
    return status.st_size == JOURNAL_FILE_SIZE;
  return (status.st_size == JOURNAL_FILE_SIZE || make_room (fd, error))
         && (fsync (folder_fd) == 0 || fail ("flush the queue's folder", error));
}

JournalFile *
journal_file_open (const JournalPlace *place, gboolean create, GError **error)
{
  int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0);
  int fd = openat (place->folder_fd, place->name, flags, FILE_MODE);
  if (fd < 0)
    {
      if (errno != ENOENT)
        fail ("open the journal", error);
      return NULL;
    }

  void *view = MAP_FAILED;
  if (prepare (fd, place->folder_fd, create, error))
    {
      view = mmap (NULL, JOURNAL_FILE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
      if (view == MAP_FAILED)
        fail ("map the journal", error);
    }
  if (view == MAP_FAILED)
    {
      close (fd);
      return NULL;
    }
  JournalFile *file = g_new (JournalFile, 1);
  *file = (JournalFile){ fd, view, place->salt };
  return file;
}

void
journal_file_close (JournalFile *file)
{
  if (file == NULL)
    return;
  munmap ((void *) file->view, JOURNAL_FILE_SIZE);
  close (file->fd);
  g_free (file);
}

/* --- Entries --- */

static gsize
padded (gsize length)
{
  return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

gsize
journal_file_length (const QueueEntry *entry)
{
  return sizeof (Head) + padded (entry->record_length + entry->content_length);
}

/* Lays out an entry. Returns its length in the file. */
static gsize
lay_out (const QueueEntry *entry, Head *head, struct iovec parts[PARTS])
{
  static const char padding[ALIGNMENT] = { 0 };
  gsize length = journal_file_length (entry);
  *head = (Head){ .id = entry->id,
                  .due = entry->due,
                  .record_length = (guint32) entry->record_length,
                  .content_length
                  = entry->content != NULL ? (guint32) entry->content_length : NO_CONTENT };
  parts[0] = (struct iovec){ head, sizeof *head };
  parts[1] = (struct iovec){ (void *) entry->record, entry->record_length };
  parts[2] = (struct iovec){ (void *) entry->content, entry->content_length };
  parts[3] = (struct iovec){ (void *) padding,
                             length - sizeof *head - entry->record_length - entry->content_length };
  return length;
}

/* A write of a few parts may be short where a disk is full; this room is there. */
static gboolean
write_all (int fd, struct iovec *parts, guint count, gsize length, off_t offset, GError **error)
{
  gssize written;
  do
    written = pwritev (fd, parts, (int) count, offset);
  while (written < 0 && errno == EINTR);
  if (written >= 0 && (gsize) written < length)
    {
      errno = EIO;
      written = -1;
    }
  return written >= 0 || fail ("write the journal", error);
}

gboolean
journal_file_append (
    JournalFile *file, gsize offset, guint64 generation, const GPtrArray *entries, GError **error)
{
  Head heads[JOURNAL_APPEND_MAX];
  struct iovec parts[JOURNAL_APPEND_MAX * PARTS];
  gsize length = 0;
  g_assert (entries->len <= JOURNAL_APPEND_MAX);
  for (guint i = 0; i < entries->len; i++)
    {
      const QueueEntry *entry = g_ptr_array_index (entries, i);
      length += lay_out (entry, &heads[i], &parts[i * PARTS]);
      heads[i].generation = generation ^ file->salt;
      heads[i].check_sum = entry->check_sum ^ generation;
    }
  g_assert (offset + length <= JOURNAL_FILE_SIZE);

  return write_all (file->fd, parts, entries->len * PARTS, length, (off_t) offset, error)
         && (fdatasync (file->fd) == 0 || fail ("flush the journal", error));
}

/* Which generation the head at @offset names: most places are told by that alone. */
static guint64
generation_at (const JournalFile *file, gsize offset)
{
  guint64 generation;
  memcpy (&generation, file->view + offset, sizeof generation);
  return generation ^ file->salt;
}

static gboolean
read_entry (const JournalFile *file, gsize offset, QueueEntry *entry)
{
  Head head;
  memcpy (&head, file->view + offset, sizeof head);
  gboolean has_content = head.content_length != NO_CONTENT;
  gsize content_length = has_content ? head.content_length : 0;
  gsize room = MIN (JOURNAL_FILE_SIZE - offset, JOURNAL_ENTRY_MAX) - sizeof head;
  if (head.record_length > room || content_length > room - head.record_length)
    return FALSE;

  const guint8 *record = file->view + offset + sizeof head;
  *entry = (QueueEntry){ .id = head.id,
                         .due = head.due,
                         .record = record,
                         .record_length = head.record_length,
                         .content = has_content ? record + head.record_length : NULL,
                         .content_length = content_length };
  entry->check_sum = head.check_sum ^ head.generation ^ file->salt;
  return queue_entry_sum (entry, file->salt) == entry->check_sum;
}

gboolean
journal_file_next (const JournalFile *file,
                   guint64 generation,
                   gsize end,
                   gsize *offset,
                   gsize *skipped,
                   QueueEntry *entry)
{
  for (gsize at = *offset; at + sizeof (Head) <= end; at += ALIGNMENT)
    if (generation_at (file, at) == generation && read_entry (file, at, entry))
      {
        *skipped += at - *offset;
        *offset = at + journal_file_length (entry);
        return TRUE;
      }
  return FALSE;
}

/* The first entry may be the one that is damaged; those behind it tell, too. */
guint64
journal_file_generation (const JournalFile *file, guint64 limit)
{
  guint64 highest = 0;
  QueueEntry entry;
  gsize at = 0;
  while (at + sizeof (Head) <= JOURNAL_FILE_SIZE)
    {
      guint64 generation = generation_at (file, at);
      gboolean is_entry = generation <= limit && read_entry (file, at, &entry);
      if (is_entry)
        highest = MAX (highest, generation);
      at += is_entry ? journal_file_length (&entry) : ALIGNMENT;
    }
  return highest;
}

gboolean
journal_file_copy (const JournalFile *file, int folder_fd, const char *name, GError **error)
{
  int fd = openat (folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
  if (fd < 0)
    return fail ("keep the damaged journal", error);
  struct iovec part = { (void *) file->view, JOURNAL_FILE_SIZE };
  gboolean is_kept = write_all (fd, &part, 1, JOURNAL_FILE_SIZE, 0, error);
  close (fd);
  return is_kept;
}

/* --- Locks --- */

static gboolean
set_lock (JournalFile *file, guint64 byte, short type)
{
  struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = (off_t) byte, .l_len = 1 };
  return fcntl (file->fd, F_OFD_SETLK, &lock) == 0;
}

gboolean
journal_file_lock (JournalFile *file, guint64 byte)
{
  return set_lock (file, byte, F_WRLCK);
}

void
journal_file_unlock (JournalFile *file, guint64 byte)
{
  set_lock (file, byte, F_UNLCK);
}

guint64
journal_file_locked (JournalFile *file, guint64 from, guint64 to)
{
  struct flock lock = { .l_type = F_WRLCK,
                        .l_whence = SEEK_SET,
                        .l_start = (off_t) from,
                        .l_len = (off_t) (to - from + 1) };
  if (fcntl (file->fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
    return 0;
  return (guint64) lock.l_start;
}
