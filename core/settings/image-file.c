/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/image-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings/byte-sum.h"
#include "core/settings/file-names.h"
#include "core/settings/settings-image.h"

#define FOLDER "image"
#define NAME "settings"
#define PREPARED "prepared"
#define FOLDER_MODE 0750
#define FILE_MODE 0640 /* the servers are in the authority's group */

#define MAGIC "postern image 1"
#define BYTE_ORDER_MARK 0x01020304

/* What the file begins with; the image lies behind it. */
typedef struct
{
  char magic[16];
  char version[32]; /* of the program, which knows its own settings */
  guint32 byte_order_mark;
  guint32 row_size;
  FileIdentity source; /* none until the file was saved */
  guint64 length, sum; /* of the image */
  guint64 own_sum;     /* of all that stands before */
} Head;

G_STATIC_ASSERT (sizeof (Head) % sizeof (guint64) == 0);

static void
head_init (Head *head, GBytes *image)
{
  gsize length;
  gconstpointer bytes = g_bytes_get_data (image, &length);

  memset (head, 0, sizeof *head);
  g_strlcpy (head->magic, MAGIC, sizeof head->magic);
  g_strlcpy (head->version, POSTERN_VERSION, sizeof head->version);
  head->byte_order_mark = BYTE_ORDER_MARK;
  head->row_size = sizeof (IpNetwork);
  head->length = length;
  head->sum = byte_sum (bytes, length);
}

static guint64
head_sum (const Head *head)
{
  return byte_sum (head, G_STRUCT_OFFSET (Head, own_sum));
}

static char *
path_of (const char *state_dir, const char *name)
{
  return g_build_filename (state_dir, FOLDER, name, NULL);
}

static gboolean
fail (GError **error, const char *path)
{
  int number = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), "%s: %s", path,
               g_strerror (number));
  return FALSE;
}

static gboolean
write_whole (int descriptor, gconstpointer bytes, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize written = write (descriptor, (const guint8 *) bytes + done, length - done);

      if (written < 0 && errno != EINTR)
        return FALSE;
      done += (gsize) MAX (written, 0);
    }
  return TRUE;
}

gboolean
image_file_prepare (const char *state_dir, const Settings *settings, GError **error)
{
  g_autoptr (GBytes) image = settings_image_encode (settings);
  g_autofree char *folder = g_build_filename (state_dir, FOLDER, NULL);
  g_autofree char *path = path_of (state_dir, PREPARED);
  Head head;
  int descriptor;
  gboolean written;

  head_init (&head, image);
  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0)
    return fail (error, folder);
  (void) g_unlink (path); /* of a save that a crash has cut short */
  descriptor = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
  if (descriptor < 0)
    return fail (error, path);
  written = fchmod (descriptor, FILE_MODE) == 0 && write_whole (descriptor, &head, sizeof head)
            && write_whole (descriptor, g_bytes_get_data (image, NULL), head.length);
  if (!written)
    fail (error, path);
  close (descriptor);
  return written;
}

static gboolean
set_source (const char *path, const FileIdentity *source)
{
  int descriptor = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  gboolean done;
  Head head;

  if (descriptor < 0)
    return FALSE;
  done = pread (descriptor, &head, sizeof head, 0) == sizeof head;
  head.source = *source;
  head.own_sum = head_sum (&head);
  done = done && pwrite (descriptor, &head, sizeof head, 0) == sizeof head;
  close (descriptor);
  return done;
}

gboolean
image_file_commit (const char *state_dir, const FileIdentity *source, GError **error)
{
  g_autofree char *prepared = path_of (state_dir, PREPARED);
  g_autofree char *path = path_of (state_dir, NAME);

  if (!set_source (prepared, source))
    return fail (error, prepared);
  return g_rename (prepared, path) == 0 || fail (error, path);
}

/* Returns: (transfer full): the whole file; NULL unless only @owner, or root, could write it */
static GBytes *
map (const char *path, uid_t owner)
{
  int descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autoptr (GMappedFile) file = NULL;
  struct stat status;

  if (descriptor < 0)
    return NULL;
  if (fstat (descriptor, &status) == 0 && S_ISREG (status.st_mode)
      && (status.st_uid == owner || status.st_uid == 0)
      && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0)
    file = g_mapped_file_new_from_fd (descriptor, FALSE, NULL);
  close (descriptor);
  return file == NULL ? NULL : g_mapped_file_get_bytes (file);
}

static gboolean
is_sound (const Head *head, gsize size, const FileIdentity *source)
{
  return memcmp (head->magic, MAGIC, sizeof MAGIC) == 0
         && strncmp (head->version, POSTERN_VERSION, sizeof head->version) == 0
         && head->byte_order_mark == BYTE_ORDER_MARK && head->row_size == sizeof (IpNetwork)
         && head->own_sum == head_sum (head)
         && (source == NULL || file_identity_equal (&head->source, source))
         && head->length == size - sizeof *head && head->sum == byte_sum (head + 1, head->length);
}

/* Returns: (transfer full) (nullable): the image of @source; whichever it is of, where that is NULL */
static GBytes *
find (const char *state_dir, const FileIdentity *source, uid_t owner)
{
  g_autofree char *path = path_of (state_dir, NAME);
  g_autoptr (GBytes) file = map (path, owner);
  gsize size;
  const Head *head = file == NULL ? NULL : g_bytes_get_data (file, &size);

  if (head == NULL || size < sizeof *head || !is_sound (head, size, source))
    return NULL;
  return g_bytes_new_from_bytes (file, sizeof *head, head->length);
}

gboolean
image_file_is_of (const char *state_dir, const FileIdentity *source)
{
  g_autoptr (GBytes) image = find (state_dir, source, geteuid ());

  return image != NULL;
}

/* File names in it are as they stand in @config. */
static Settings *
decode (GBytes *image, const char *config)
{
  g_autofree char *absolute = g_canonicalize_filename (config, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  Settings *settings = image == NULL ? NULL : settings_image_decode (image);

  if (settings != NULL)
    file_names_make_absolute (settings, folder);
  return settings;
}

Settings *
image_file_load (const char *state_dir, const char *config)
{
  FileIdentity source = file_identity_of (config);
  g_autoptr (GBytes) image = NULL;
  struct stat status;

  if (stat (config, &status) != 0)
    return NULL;
  image = find (state_dir, &source, status.st_uid);
  return decode (image, config);
}

Settings *
image_file_load_last (const char *state_dir, const char *config)
{
  g_autoptr (GBytes) image = NULL;
  struct stat status;

  if (stat (state_dir, &status) != 0)
    return NULL;
  image = find (state_dir, NULL, status.st_uid);
  return decode (image, config);
}
