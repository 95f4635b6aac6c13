/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/maildrop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "servers/mail/mailbox.h"

#define LOCK_NAME "postern-pop3.lock"
#define PIECE_BYTES 65536

#define FILE_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

struct _Maildrop
{
  char *folder;             /* (owned) */
  int fd;                   /* of the folder */
  int lock_fd;              /* holds the lock until it is closed */
  MaildropListing *listing; /* (owned) */
};

static gboolean
maildrop_error (GError **error, const char *what, const char *folder, const char *name)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "cannot %s %s/%s: %s", what,
               folder, name, g_strerror (code));
  return FALSE;
}

/* Returns MAILDROP_OPEN when the lock is ours. */
static MaildropResult
lock (Maildrop *maildrop, GError **error)
{
  maildrop->lock_fd
      = openat (maildrop->fd, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0660);
  if (maildrop->lock_fd < 0)
    {
      maildrop_error (error, "open", maildrop->folder, LOCK_NAME);
      return MAILDROP_FAILED;
    }
  if (flock (maildrop->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return MAILDROP_OPEN;
  if (errno == EWOULDBLOCK)
    return MAILDROP_IN_USE;
  maildrop_error (error, "lock", maildrop->folder, LOCK_NAME);
  return MAILDROP_FAILED;
}

/* A file of another program: only its bytes tell how many there are on the wire. */
static gboolean
count_octets (int fd, guint64 *octets)
{
  char bytes[PIECE_BYTES];
  char last = '\0';
  guint64 count = 0;
  gssize got;

  while ((got = read (fd, bytes, sizeof bytes)) != 0)
    {
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return FALSE;
      count += mailbox_count_octets (bytes, got, &last);
    }
  *octets = count + mailbox_end_octets (last);
  return TRUE;
}

/* Takes @fd where that is a mail's, else closes it. Returns: it, or -1 with errno */
static int
take_file (int fd, guint64 *size)
{
  struct stat state;

  if (fd < 0)
    return -1;
  if (fstat (fd, &state) == 0 && S_ISREG (state.st_mode))
    {
      *size = state.st_size;
      return fd;
    }
  close (fd);
  errno = EINVAL; /* no mail: a folder, a pipe */
  return -1;
}

static int
open_at (Maildrop *maildrop, const char *file, guint64 *size)
{
  return take_file (openat (maildrop->fd, file, FILE_FLAGS), size);
}

/* Adds the file to the listing, unless it is none, or has gone meanwhile. */
static gboolean
add_file (Maildrop *maildrop, const char *part, const struct dirent *entry, GError **error)
{
  guint64 octets, size;
  g_autofree char *file = NULL;
  int fd;
  gboolean counted;

  if (entry->d_name[0] == '.' || (entry->d_type != DT_REG && entry->d_type != DT_UNKNOWN))
    return TRUE;
  if (entry->d_type == DT_REG && mailbox_name_get_octets (entry->d_name, &octets))
    {
      maildrop_listing_add (maildrop->listing, part, entry->d_name, octets);
      return TRUE;
    }

  file = g_strconcat (part, "/", entry->d_name, NULL);
  fd = open_at (maildrop, file, &size);
  if (fd < 0)
    return errno == ENOENT || errno == EINVAL || errno == ELOOP
           || maildrop_error (error, "open", maildrop->folder, file);
  counted = count_octets (fd, &octets);
  if (counted)
    maildrop_listing_add (maildrop->listing, part, entry->d_name, octets);
  else
    maildrop_error (error, "read", maildrop->folder, file);
  close (fd);
  return counted;
}

static DIR *
open_part (Maildrop *maildrop, const char *part, GError **error)
{
  int fd = openat (maildrop->fd, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL)
    maildrop_error (error, "open", maildrop->folder, part);
  if (dir == NULL && fd >= 0)
    close (fd);
  return dir;
}

static gboolean
read_part (Maildrop *maildrop, const char *part, GError **error)
{
  DIR *dir = open_part (maildrop, part, error);
  struct dirent *entry;
  gboolean good = TRUE;

  if (dir == NULL)
    return FALSE;
  while (good && (errno = 0, entry = readdir (dir)) != NULL)
    good = add_file (maildrop, part, entry, error);
  if (good && errno != 0)
    good = maildrop_error (error, "read", maildrop->folder, part);
  closedir (dir);
  return good;
}

/* new/ first: a mail that another program moves meanwhile is seen twice rather than never. */
static gboolean
read_parts (Maildrop *maildrop, GError **error)
{
  maildrop->listing = maildrop_listing_new ();
  if (!read_part (maildrop, "new", error) || !read_part (maildrop, "cur", error))
    return FALSE;
  maildrop_listing_sort (maildrop->listing);
  return TRUE;
}

/* A Maildir that somebody has begun to make is made whole. */
static gboolean
take_stamp (Maildrop *maildrop, ListingStamp *stamp, GError **error)
{
  if (listing_stamp_take (stamp, maildrop->fd))
    return TRUE;
  if (errno == ENOENT && !mailbox_make (maildrop->folder, error))
    return FALSE;
  return listing_stamp_take (stamp, maildrop->fd)
         || maildrop_error (error, "look into", maildrop->folder, "");
}

/* With the lock held: before, another session may be deleting. */
static gboolean
read_listing (Maildrop *maildrop, ListingCache *cache, GError **error)
{
  ListingStamp stamp;

  if (!take_stamp (maildrop, &stamp, error))
    return FALSE;
  maildrop->listing = listing_cache_find (cache, &stamp);
  if (maildrop->listing != NULL)
    return TRUE;
  if (!read_parts (maildrop, error))
    return FALSE;
  if (listing_stamp_is_settled (&stamp, maildrop->fd))
    listing_cache_put (cache, &stamp, maildrop->listing);
  return TRUE;
}

static gboolean
open_folder (Maildrop *maildrop, GError **error)
{
  maildrop->fd = open (maildrop->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (maildrop->fd < 0 && errno == ENOENT)
    {
      if (!mailbox_make (maildrop->folder, error))
        return FALSE;
      maildrop->fd = open (maildrop->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
  return maildrop->fd >= 0 || maildrop_error (error, "open", maildrop->folder, "");
}

MaildropResult
maildrop_open (const char *folder, ListingCache *cache, Maildrop **maildrop, GError **error)
{
  g_autoptr (Maildrop) opened = g_new0 (Maildrop, 1);
  MaildropResult result;

  opened->folder = g_strdup (folder);
  opened->fd = opened->lock_fd = -1;
  if (!open_folder (opened, error))
    return MAILDROP_FAILED;
  result = lock (opened, error);
  if (result != MAILDROP_OPEN)
    return result;
  if (!read_listing (opened, cache, error))
    return MAILDROP_FAILED;
  *maildrop = g_steal_pointer (&opened);
  return MAILDROP_OPEN;
}

void
maildrop_close (Maildrop *maildrop)
{
  if (maildrop == NULL)
    return;
  if (maildrop->lock_fd >= 0)
    close (maildrop->lock_fd);
  if (maildrop->fd >= 0)
    close (maildrop->fd);
  maildrop_listing_unref (maildrop->listing);
  g_free (maildrop->folder);
  g_free (maildrop);
}

const MaildropListing *
maildrop_listing (Maildrop *maildrop)
{
  return maildrop->listing;
}

/* @found gets where the mail is now, after another program has moved it to cur/ or changed its
 * flags; NULL where it has gone. FALSE where nobody can tell. */
static gboolean
find_moved (Maildrop *maildrop, const MaildropMail *mail, char **found, GError **error)
{
  gsize length = strcspn (mail->name, ":");
  struct dirent *entry;
  gboolean good = TRUE;
  DIR *dir = open_part (maildrop, "cur", error);

  *found = NULL;
  if (dir == NULL)
    return FALSE;
  while (*found == NULL && (errno = 0, entry = readdir (dir)) != NULL)
    if (strncmp (entry->d_name, mail->name, length) == 0
        && (entry->d_name[length] == ':' || entry->d_name[length] == '\0'))
      *found = g_strconcat ("cur/", entry->d_name, NULL);
  if (*found == NULL && errno != 0)
    good = maildrop_error (error, "read", maildrop->folder, "cur");
  closedir (dir);
  return good;
}

int
maildrop_open_mail (Maildrop *maildrop, guint index, guint64 *size, GError **error)
{
  const MaildropMail *mail = maildrop_listing_mail (maildrop->listing, index);
  int fd = open_at (maildrop, mail->file, size);

  if (fd < 0 && errno == ENOENT)
    {
      g_autofree char *moved = NULL;

      if (!find_moved (maildrop, mail, &moved, error))
        return -1;
      errno = ENOENT;
      fd = moved != NULL ? open_at (maildrop, moved, size) : -1;
    }
  if (fd < 0)
    maildrop_error (error, "open", maildrop->folder, mail->file);
  return fd;
}

int
maildrop_open_mail_at_once (Maildrop *maildrop, guint index, guint64 *size)
{
  const MaildropMail *mail = maildrop_listing_mail (maildrop->listing, index);
  const struct open_how how = { .flags = FILE_FLAGS, .resolve = RESOLVE_CACHED };

  return take_file (syscall (SYS_openat2, maildrop->fd, mail->file, &how, sizeof how), size);
}

static gboolean
delete_mail (Maildrop *maildrop, const MaildropMail *mail, GError **error)
{
  g_autofree char *file = g_strdup (mail->file);

  while (unlinkat (maildrop->fd, file, 0) != 0)
    {
      g_autofree char *moved = NULL;

      if (errno != ENOENT)
        return maildrop_error (error, "delete", maildrop->folder, file);
      if (!find_moved (maildrop, mail, &moved, error))
        return FALSE;
      if (moved == NULL)
        return TRUE;
      g_free (file);
      file = g_steal_pointer (&moved);
    }
  return TRUE;
}

static gboolean
flush_part (Maildrop *maildrop, const char *part, GError **error)
{
  int fd = openat (maildrop->fd, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean flushed = fd >= 0 && fsync (fd) == 0;

  if (!flushed)
    maildrop_error (error, "flush", maildrop->folder, part);
  if (fd >= 0)
    close (fd);
  return flushed;
}

gboolean
maildrop_delete (Maildrop *maildrop, const guint8 *is_deleted, guint *deleted, GError **error)
{
  guint length = maildrop_listing_length (maildrop->listing);
  gboolean good = TRUE;

  *deleted = 0;
  for (guint i = 0; i < length; i++)
    {
      if (!is_deleted[i])
        continue;
      if (delete_mail (maildrop, maildrop_listing_mail (maildrop->listing, i), good ? error : NULL))
        (*deleted)++;
      else
        good = FALSE;
    }
  if (*deleted == 0)
    return good;
  good = flush_part (maildrop, "new", good ? error : NULL) && good;
  return flush_part (maildrop, "cur", good ? error : NULL) && good;
}
