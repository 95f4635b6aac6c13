/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/file-identity.h"

#include <sys/stat.h>

static gint64
to_ns (struct timespec time)
{
  return time.tv_sec * G_GINT64_CONSTANT (1000000000) + time.tv_nsec;
}

FileIdentity
file_identity_of (const char *path)
{
  struct stat status;

  if (stat (path, &status) != 0)
    return FILE_IDENTITY_NONE;

  return (FileIdentity){ .device = status.st_dev,
                         .inode = status.st_ino,
                         .size = status.st_size,
                         .modified_ns = to_ns (status.st_mtim),
                         .changed_ns = to_ns (status.st_ctim) };
}

gboolean
file_identity_equal (const FileIdentity *a, const FileIdentity *b)
{
  return a->inode != 0 && a->device == b->device && a->inode == b->inode && a->size == b->size
         && a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

gboolean
file_identity_unchanged (const FileIdentity *a, const FileIdentity *b)
{
  return file_identity_equal (a, b) || (a->inode == 0 && b->inode == 0);
}
