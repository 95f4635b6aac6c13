/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/mail/mailbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/users/user-name.h"

#define NAME_MAX_BYTES                                                                             \
  160 /* leaves room for ",W=" and the flags of other programs below the 255 of the file system */
#define OCTETS_TAG ",W="
#define SIZE_TAG ",S=" /* as other programs write the size of the file */

static gboolean
mailbox_error (GError **error, const char *what, const char *path)
{
  int saved = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), "cannot %s %s: %s", what, path,
               g_strerror (saved));
  return FALSE;
}

char *
mailbox_folder (const char *state_dir, const char *user)
{
  g_return_val_if_fail (user_name_is_valid (user), NULL);
  return g_build_filename (state_dir, "mailboxes", user, NULL);
}

/* A name in a folder is on the disk when the folder has been flushed. */
static gboolean
flush_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean flushed;

  if (fd < 0)
    return mailbox_error (error, "open", path);
  flushed = fsync (fd) == 0 || mailbox_error (error, "flush", path);
  close (fd);
  return flushed;
}

static gboolean
make_folder (const char *path, GError **error)
{
  return mkdir (path, 0770) == 0 || errno == EEXIST
         || mailbox_error (error, "make the folder", path);
}

/* Another process may be quicker, or may have died here. */
static gboolean
give_name (const char *making, const char *named, GError **error)
{
  if (rename (making, named) == 0 || errno == ENOENT)
    return TRUE;
  if (errno != ENOTEMPTY && errno != EEXIST)
    return mailbox_error (error, "make the folder", named);
  rmdir (making);
  return TRUE;
}

gboolean
mailbox_make (const char *folder, GError **error)
{
  g_autofree char *named = g_build_filename (folder, "new", NULL);
  g_autofree char *making = g_build_filename (folder, "new-making", NULL);
  g_autofree char *tmp = g_build_filename (folder, "tmp", NULL);
  g_autofree char *cur = g_build_filename (folder, "cur", NULL);
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *grandparent = g_path_get_dirname (parent);

  /* It gets its name last: where it is, all is, and is on the disk. Should a power cut take back
   * the name alone, it is given again, and the mail in it is there. */
  if (g_file_test (named, G_FILE_TEST_IS_DIR))
    return TRUE;
  return make_folder (parent, error) && make_folder (folder, error) && make_folder (tmp, error)
         && make_folder (cur, error) && make_folder (making, error) && flush_folder (folder, error)
         && flush_folder (parent, error) && flush_folder (grandparent, error)
         && give_name (making, named, error) && flush_folder (folder, error);
}

/* The delivery's name as a file name: what a Maildir gives a meaning, and what no file name can
 * hold, is escaped; a name that is too long ends in its digest. */
static char *
base_name (const char *name)
{
  g_autoptr (GString) safe = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    {
      if (g_ascii_isalnum (*at) || strchr ("-_+@%", *at) != NULL || (*at == '.' && safe->len > 0))
        g_string_append_c (safe, *at);
      else
        g_string_append_printf (safe, "=%02X", (guint8) *at);
    }
  if (safe->len > NAME_MAX_BYTES)
    {
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);

      g_string_truncate (safe, NAME_MAX_BYTES - strlen (digest) - 1);
      g_string_append_printf (safe, ".%s", digest);
    }
  return g_string_free (g_steal_pointer (&safe), FALSE);
}

/* Looks in a part of the Maildir for a mail whose file is called @start, or so with one of @next
 * and anything behind. */
static gboolean
find_in_part (const char *folder,
              const char *part,
              const char *start,
              const char *next,
              gboolean *found,
              GError **error)
{
  g_autofree char *path = g_build_filename (folder, part, NULL);
  gsize length = strlen (start);
  struct dirent *entry;
  int code;
  DIR *dir = opendir (path);

  if (dir == NULL)
    return errno == ENOENT || mailbox_error (error, "open", path);
  while (!*found && (errno = 0, entry = readdir (dir)) != NULL)
    *found = strncmp (entry->d_name, start, length) == 0
             && (entry->d_name[length] == '\0' || strchr (next, entry->d_name[length]) != NULL);
  code = *found ? 0 : errno;
  closedir (dir);
  errno = code;
  return code == 0 || mailbox_error (error, "read", path);
}

/* Whether a former try has delivered this mail: it is in new/, or another program has moved it to
 * cur/ under the same name with flags behind. */
static gboolean
find_delivered (const char *folder, const char *file_name, gboolean *found, GError **error)
{
  g_autofree char *delivered = g_build_filename (folder, "new", file_name, NULL);

  *found = access (delivered, F_OK) == 0;
  return *found || find_in_part (folder, "cur", file_name, ":", found, error);
}

gboolean
mailbox_holds (const char *folder, const char *name, gboolean *found, GError **error)
{
  g_autofree char *base = base_name (name);

  *found = FALSE;
  return find_in_part (folder, "new", base, ",", found, error)
         && find_in_part (folder, "cur", base, ",", found, error);
}

static gboolean
write_all (int fd, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gssize written = write (fd, bytes, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      bytes += written;
      length -= written;
    }
  return TRUE;
}

static gboolean
write_file (const char *path, const char *header, GBytes *content, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0660);
  gboolean written;

  if (fd < 0)
    return mailbox_error (error, "make", path);
  written = (write_all (fd, header, strlen (header)) && write_all (fd, bytes, length)
             && fsync (fd) == 0)
            || mailbox_error (error, "write", path);
  close (fd);
  return written;
}

gboolean
mailbox_deliver (
    const char *folder, const char *name, const char *header, GBytes *content, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);
  char last = '\0';
  guint64 octets = mailbox_count_octets (header, strlen (header), &last)
                   + mailbox_count_octets (bytes, length, &last) + mailbox_end_octets (last);
  g_autofree char *base = base_name (name);
  g_autofree char *file_name = g_strdup_printf ("%s" OCTETS_TAG "%" G_GUINT64_FORMAT, base, octets);
  g_autofree char *written = g_build_filename (folder, "tmp", file_name, NULL);
  g_autofree char *delivered = g_build_filename (folder, "new", file_name, NULL);
  g_autofree char *new_folder = g_build_filename (folder, "new", NULL);
  gboolean found;

  if (!mailbox_make (folder, error) || !find_delivered (folder, file_name, &found, error))
    return FALSE;
  /* A former try may have died between rename and flush. */
  if (found)
    return flush_folder (new_folder, error);

  if (!write_file (written, header, content, error))
    {
      unlink (written);
      return FALSE;
    }
  if (rename (written, delivered) != 0)
    {
      mailbox_error (error, "deliver", delivered);
      unlink (written);
      return FALSE;
    }
  return flush_folder (new_folder, error);
}

guint64
mailbox_count_octets (const char *bytes, gsize length, char *last)
{
  const char *end = bytes + length;
  guint64 octets = length;

  if (length == 0)
    return 0;
  for (const char *at = bytes; (at = memchr (at, '\n', end - at)) != NULL; at++)
    if ((at == bytes ? *last : at[-1]) != '\r')
      octets++;
  *last = end[-1];
  return octets;
}

guint
mailbox_end_octets (char last)
{
  return last == '\n' || last == '\0' ? 0 : strlen ("\r\n");
}

/* Reads the number behind @tag; FALSE when there is none. */
static gboolean
name_get_number (const char *file_name, const char *tag, guint64 *number)
{
  const char *digits = strstr (file_name, tag);
  guint64 value = 0;

  if (digits == NULL)
    return FALSE;
  digits += strlen (tag);
  if (!g_ascii_isdigit (*digits))
    return FALSE;
  for (; g_ascii_isdigit (*digits); digits++)
    {
      if (value > G_MAXINT64 / 10 - 10)
        return FALSE;
      value = value * 10 + (*digits - '0');
    }
  if (*digits != '\0' && *digits != ':' && *digits != ',')
    return FALSE;
  *number = value;
  return TRUE;
}

gboolean
mailbox_name_get_octets (const char *file_name, guint64 *octets)
{
  return name_get_number (file_name, OCTETS_TAG, octets);
}

/* The size of one mail; 0 for one that has gone meanwhile. */
static guint64
mail_size (DIR *dir, const char *file_name)
{
  guint64 size;
  struct stat state;

  if (name_get_number (file_name, OCTETS_TAG, &size)
      || name_get_number (file_name, SIZE_TAG, &size))
    return size;
  return fstatat (dirfd (dir), file_name, &state, 0) == 0 ? (guint64) state.st_size : 0;
}

/* Adds up the mails in a part of the Maildir. */
static gboolean
add_sizes (const char *path, guint64 *size, GError **error)
{
  DIR *dir = opendir (path);
  struct dirent *entry;
  int code;

  if (dir == NULL)
    return errno == ENOENT || mailbox_error (error, "open", path);
  for (errno = 0; (entry = readdir (dir)) != NULL; errno = 0)
    if (entry->d_name[0] != '.'
        && __builtin_add_overflow (*size, mail_size (dir, entry->d_name), size))
      *size = G_MAXUINT64;
  code = errno;
  closedir (dir);
  errno = code;
  return code == 0 || mailbox_error (error, "read", path);
}

guint64
mailbox_size (const char *folder, GError **error)
{
  static const char *const parts[] = { "cur", "new" };
  guint64 size = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (folder, parts[i], NULL);

      if (!add_sizes (path, &size, error))
        return 0;
    }
  return size;
}
