/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/group-commit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#define PART (1024 * 1024)

struct _GroupCommit
{
  int fd;
  GMutex flush_lock; /* a flush runs */
  off_t end;         /* by flush_lock */
  GMutex lock;       /* of what is below */
  GCond has_items;
  GroupCommitItem *items; /* the next group */
  GroupCommitItem *last;
};

struct _GroupCommitDesk
{
  int fd;
  GMutex lock;
  GroupCommitItem *items;
};

static void
write_group (GroupCommit *commit, const struct iovec *parts, int n_parts, gsize length)
{
  gssize written = pwritev (commit->fd, parts, n_parts, commit->end);
  if (written != (gssize) length)
    g_error ("the contents' file: %s", written < 0 ? g_strerror (errno) : "the disk is full");
  commit->end += length;
}

void
group_commit_now (GroupCommit *commit, GroupCommitItem *items)
{
  struct iovec parts[IOV_MAX];
  g_mutex_lock (&commit->flush_lock);
  while (items)
    {
      int n = 0;
      gsize length = 0;
      for (; items && n < IOV_MAX; items = items->next, n++)
        {
          parts[n] = (struct iovec){ (void *) items->bytes, items->length };
          length += items->length;
        }
      write_group (commit, parts, n, length);
    }
  if (fdatasync (commit->fd) < 0)
    g_error ("fdatasync: %s", g_strerror (errno));
  g_mutex_unlock (&commit->flush_lock);
}

/* Tells each desk once, however many came back to it in a row. */
static void
hand_back (GroupCommitItem *items)
{
  while (items)
    {
      GroupCommitDesk *desk = items->desk;
      g_mutex_lock (&desk->lock);
      while (items && items->desk == desk)
        {
          GroupCommitItem *next = items->next;
          items->next = desk->items;
          desk->items = items;
          items = next;
        }
      g_mutex_unlock (&desk->lock);
      eventfd_write (desk->fd, 1);
    }
}

static gpointer
flush_for_ever (gpointer data)
{
  GroupCommit *commit = data;
  for (;;)
    {
      g_mutex_lock (&commit->lock);
      while (!commit->items)
        g_cond_wait (&commit->has_items, &commit->lock);
      GroupCommitItem *items = g_steal_pointer (&commit->items);
      g_mutex_unlock (&commit->lock);
      group_commit_now (commit, items);
      hand_back (items);
    }
  return NULL;
}

GroupCommit *
group_commit_new (const char *path, gsize size)
{
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_autofree char *zeros = g_malloc0 (PART);
  gboolean is_good = fd >= 0;
  for (gsize at = 0; is_good && at < size; at += PART)
    is_good = pwrite (fd, zeros, PART, at) == PART;
  if (!is_good || fsync (fd) < 0)
    return NULL;

  GroupCommit *commit = g_new0 (GroupCommit, 1);
  commit->fd = fd;
  g_mutex_init (&commit->flush_lock);
  g_mutex_init (&commit->lock);
  g_cond_init (&commit->has_items);
  g_thread_unref (g_thread_new ("flush", flush_for_ever, commit));
  return commit;
}

void
group_commit_soon (GroupCommit *commit, GroupCommitItem *items, GroupCommitItem *last)
{
  g_mutex_lock (&commit->lock);
  if (commit->items)
    commit->last->next = items;
  else
    commit->items = items;
  commit->last = last;
  g_cond_signal (&commit->has_items);
  g_mutex_unlock (&commit->lock);
}

GroupCommitDesk *
group_commit_desk_new (void)
{
  GroupCommitDesk *desk = g_new0 (GroupCommitDesk, 1);
  desk->fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_mutex_init (&desk->lock);
  return desk;
}

int
group_commit_desk_fd (GroupCommitDesk *desk)
{
  return desk->fd;
}

GroupCommitItem *
group_commit_desk_take (GroupCommitDesk *desk)
{
  eventfd_t count;
  eventfd_read (desk->fd, &count);
  g_mutex_lock (&desk->lock);
  GroupCommitItem *items = g_steal_pointer (&desk->items);
  g_mutex_unlock (&desk->lock);
  return items;
}
