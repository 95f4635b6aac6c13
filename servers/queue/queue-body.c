/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-body.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* In front of the name of a file that is still coming in; an id never begins so. */
#define INCOMING_PREFIX "in-"
#define NAME_MAX_LENGTH 40

/* So many bytes of a large one wait for more: content of short lines comes in pieces of a few bytes,
 * and who sends much of that must not cost us a system call for each. */
#define UNWRITTEN_MAX 16384

struct _QueueBody
{
  int folder_fd;         /* (unowned) */
  GByteArray *memory;    /* (owned) while it is small; else NULL */
  int fd;                /* (owned) of a large one, locked; else -1 */
  GByteArray *unwritten; /* (owned) of a large one, its last bytes; else NULL */
  char name[NAME_MAX_LENGTH];
  gsize size;
  gboolean placed;
  gboolean kept;
};

/* Our one way from errno to GError. */
static gboolean
fail (const char *what, GError **error)
{
  int code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "cannot %s: %s", what,
               g_strerror (code));
  return FALSE;
}

/* Its name is flushed each time: who made it may have been killed before that. */
int
queue_body_open_folder (int parent_fd, GError **error)
{
  mkdirat (parent_fd, "bodies", 0770); /* what keeps it from being there is told by the next line */
  int fd = openat (parent_fd, "bodies", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    {
      fail ("open the folder of large messages", error);
      return -1;
    }
  if (fsync (parent_fd) == 0)
    return fd;
  fail ("flush the queue's folder", error);
  close (fd);
  return -1;
}

QueueBody *
queue_body_new_in (int folder_fd)
{
  QueueBody *body = g_new0 (QueueBody, 1);
  body->folder_fd = folder_fd;
  body->memory = g_byte_array_new ();
  body->fd = -1;
  return body;
}

void
queue_body_free (QueueBody *body)
{
  if (body == NULL)
    return;
  if (body->memory != NULL)
    g_byte_array_unref (body->memory);
  if (body->unwritten != NULL)
    g_byte_array_unref (body->unwritten);
  if (body->fd >= 0)
    {
      if (!body->kept)
        unlinkat (body->folder_fd, body->name, 0);
      close (body->fd);
    }
  g_free (body);
}

/* Makes the file and locks it. The cleaner may be quicker with the lock, and have deleted the file:
 * then another one is made. */
static gboolean
open_file (QueueBody *body, GError **error)
{
  for (;;)
    {
      g_snprintf (body->name, sizeof body->name, INCOMING_PREFIX "%08x%08x", g_random_int (),
                  g_random_int ());
      int fd = openat (body->folder_fd, body->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
      if (fd < 0 && errno == EEXIST)
        continue;
      if (fd < 0)
        return fail ("make a file for the message", error);
      struct stat status;
      if (flock (fd, LOCK_EX) != 0 || fstat (fd, &status) != 0)
        {
          fail ("lock the file of the message", error);
          unlinkat (body->folder_fd, body->name, 0);
          close (fd);
          return FALSE;
        }
      if (status.st_nlink > 0)
        {
          body->fd = fd;
          return TRUE;
        }
      /* It was cleaned away before the lock was ours. */
      close (fd);
    }
}

static gboolean
write_all (int fd, const char *bytes, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize written = write (fd, bytes, length);
      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return fail ("write the message's file", error);
      bytes += written;
      length -= (gsize) written;
    }
  return TRUE;
}

static gboolean
move_to_file (QueueBody *body, GError **error)
{
  if (!open_file (body, error))
    return FALSE;
  g_autoptr (GByteArray) memory = g_steal_pointer (&body->memory);
  body->unwritten = g_byte_array_new ();
  return write_all (body->fd, (const char *) memory->data, memory->len, error);
}

static gboolean
write_waiting (QueueBody *body, GError **error)
{
  gsize length = body->unwritten->len;
  g_byte_array_set_size (body->unwritten, 0);
  return write_all (body->fd, (const char *) body->unwritten->data, length, error);
}

gboolean
queue_body_append (QueueBody *body, const char *bytes, gsize length, GError **error)
{
  if (body->memory != NULL && body->size + length > QUEUE_BODY_SMALL_MAX
      && !move_to_file (body, error))
    return FALSE;
  body->size += length;
  GByteArray *gathered = body->memory != NULL ? body->memory : body->unwritten;
  if (gathered == body->unwritten && gathered->len + length > UNWRITTEN_MAX
      && !write_waiting (body, error))
    return FALSE;
  if (gathered == body->unwritten && length > UNWRITTEN_MAX)
    return write_all (body->fd, bytes, length, error);
  g_byte_array_append (gathered, (const guint8 *) bytes, length);
  return TRUE;
}

gsize
queue_body_size (const QueueBody *body)
{
  return body->size;
}

const void *
queue_body_small_content (const QueueBody *body, gsize *length)
{
  *length = body->memory != NULL ? body->memory->len : 0;
  if (body->memory == NULL)
    return NULL;
  return body->memory->data != NULL ? (const void *) body->memory->data : "";
}

GBytes *
queue_body_content (QueueBody *body, GError **error)
{
  if (body->memory != NULL)
    return g_bytes_new (body->memory->data, body->memory->len);
  if (!write_waiting (body, error))
    return NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new_from_fd (body->fd, FALSE, error);
  return file != NULL ? g_mapped_file_get_bytes (file) : NULL;
}

gboolean
queue_body_place (QueueBody *body, guint64 id, GError **error)
{
  if (body->memory != NULL || body->placed)
    return TRUE;
  char name[ENVELOPE_ID_TEXT_MAX];
  envelope_id_to_string (id, name);
  if (!write_waiting (body, error))
    return FALSE;
  if (fdatasync (body->fd) != 0)
    return fail ("flush the message's file", error);
  if (renameat (body->folder_fd, body->name, body->folder_fd, name) != 0)
    return fail ("name the message's file", error);
  g_strlcpy (body->name, name, sizeof body->name);
  if (fsync (body->folder_fd) != 0)
    return fail ("flush the folder of the message's file", error);
  body->placed = TRUE;
  return TRUE;
}

void
queue_body_keep (QueueBody *body)
{
  body->kept = TRUE;
}

GBytes *
queue_body_map (int folder_fd, guint64 id, GError **error)
{
  char name[ENVELOPE_ID_TEXT_MAX];
  int fd = openat (folder_fd, envelope_id_to_string (id, name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    {
      fail ("open the message's file", error);
      return NULL;
    }
  g_autoptr (GMappedFile) file = g_mapped_file_new_from_fd (fd, FALSE, error);
  close (fd);
  return file != NULL ? g_mapped_file_get_bytes (file) : NULL;
}

void
queue_body_delete (int folder_fd, guint64 id)
{
  char name[ENVELOPE_ID_TEXT_MAX];
  unlinkat (folder_fd, envelope_id_to_string (id, name), 0);
}

static void
clean_file (int folder_fd, const char *name, QueueBodyIsNeeded is_needed, gpointer user_data)
{
  guint64 id = 0;
  gboolean is_incoming = g_str_has_prefix (name, INCOMING_PREFIX);
  if (!is_incoming && !envelope_id_parse (name, &id))
    return;
  int fd = openat (folder_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return;
  /* Asked only once the lock is ours: then its maker has committed, or never will. */
  if (flock (fd, LOCK_EX | LOCK_NB) == 0 && (is_incoming || !is_needed (id, user_data)))
    unlinkat (folder_fd, name, 0);
  close (fd);
}

gboolean
queue_body_clean (int folder_fd, QueueBodyIsNeeded is_needed, gpointer user_data, GError **error)
{
  int fd = openat (folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;
  if (folder == NULL)
    {
      fail ("read the folder of large messages", error);
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  struct dirent *entry;
  while ((entry = readdir (folder)) != NULL)
    clean_file (folder_fd, entry->d_name, is_needed, user_data);
  closedir (folder);
  return TRUE;
}
