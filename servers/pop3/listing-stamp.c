/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/listing-stamp.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

/* Those of ZFS are not among the kernel's. */
#define ZFS_MAGIC 0x2FC12FC1

/* File systems that take their times from the clock of this system. */
static const guint32 own_clocks[] = {
  EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,       BTRFS_SUPER_MAGIC, TMPFS_MAGIC,
  F2FS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC, ZFS_MAGIC,
};

static const char *const names[] = { "new", "cur" };

static gint64
nanoseconds (struct timespec time)
{
  return time.tv_sec * NS_PER_SECOND + time.tv_nsec;
}

gboolean
listing_stamp_take (ListingStamp *stamp, int fd)
{
  stamp->taken_ns = g_get_real_time () * 1000;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      struct stat state;

      if (fstatat (fd, names[i], &state, 0) != 0)
        return FALSE;
      stamp->folders[i] = (ListingFolder){
        .device = state.st_dev,
        .inode = state.st_ino,
        .modified_ns = nanoseconds (state.st_mtim),
        .changed_ns = nanoseconds (state.st_ctim),
      };
    }
  return TRUE;
}

static gboolean
has_own_clock (int fd)
{
  struct statfs system;

  if (fstatfs (fd, &system) != 0)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (own_clocks); i++)
    if ((guint32) system.f_type == own_clocks[i])
      return TRUE;
  return FALSE;
}

gboolean
listing_stamp_is_settled (const ListingStamp *stamp, int fd)
{
  for (gsize i = 0; i < G_N_ELEMENTS (stamp->folders); i++)
    if (stamp->folders[i].changed_ns > stamp->taken_ns - LISTING_STAMP_SETTLED_NS)
      return FALSE;
  return has_own_clock (fd);
}

gboolean
listing_stamp_equal (const ListingStamp *a, const ListingStamp *b)
{
  return memcmp (a->folders, b->folders, sizeof a->folders) == 0;
}
