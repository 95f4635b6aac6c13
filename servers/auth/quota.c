/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/quota.h"

#include <string.h>
#include <sys/stat.h>

#include "servers/mail/mailbox.h"

#define MIB G_GUINT64_CONSTANT (1048576)

/* More mailboxes than this are not remembered: then all are forgotten, and counted anew. */
#define MAILBOXES_MAX 10000

/* What was counted serves for so many times as long as the counting took, whatever comes: a large
 * mailbox that gets mail all the time is not counted all the time. */
#define REST 20

/* A folder may change without a new time of change within the clock's tick. */
#define TICK_NS G_GINT64_CONSTANT (1000000000)

/* When the two parts of a Maildir last changed; zero for one that is not there. */
typedef struct
{
  struct timespec cur, new;
} Times;

typedef struct
{
  Times times;
  gboolean is_settled;   /* a change since then has other times */
  gint64 rests_until_us; /* monotonic */
  guint64 size;
  gboolean is_trouble; /* it could not be counted, and the log has said so */
} Count;

struct _Quota
{
  GMutex lock;
  GHashTable *counts; /* (owned) (element-type filename Count): by the Maildir */
};

Quota *
quota_new (void)
{
  Quota *quota = g_new0 (Quota, 1);

  g_mutex_init (&quota->lock);
  quota->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return quota;
}

void
quota_free (Quota *quota)
{
  if (quota == NULL)
    return;
  g_hash_table_unref (quota->counts);
  g_mutex_clear (&quota->lock);
  g_free (quota);
}

guint64
quota_limit (guint64 users_limit, guint mailbox_size_mib)
{
  if (users_limit > 0)
    return users_limit;
  return mailbox_size_mib > 0 ? mailbox_size_mib * MIB : QUOTA_UNLIMITED;
}

static struct timespec
time_of (const char *folder, const char *part)
{
  g_autofree char *path = g_build_filename (folder, part, NULL);
  struct stat state;

  return stat (path, &state) == 0 ? state.st_mtim : (struct timespec){ 0 };
}

static Times
times_of (const char *folder)
{
  return (Times){ .cur = time_of (folder, "cur"), .new = time_of (folder, "new") };
}

static gboolean
is_same_time (const struct timespec *a, const struct timespec *b)
{
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Whether the folder had been left alone for a while at @now. */
static gboolean
is_long_ago (const struct timespec *then, const struct timespec *now)
{
  return (gint64) (now->tv_sec - then->tv_sec) * TICK_NS + (now->tv_nsec - then->tv_nsec) > TICK_NS;
}

/* Gets what is remembered of the mailbox, where it still serves. */
static gboolean
recall (Quota *quota, const char *folder, const Times *times, guint64 *size)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&quota->lock);
  const Count *count = g_hash_table_lookup (quota->counts, folder);

  if (count == NULL || count->is_trouble)
    return FALSE;
  if (g_get_monotonic_time () >= count->rests_until_us
      && !(count->is_settled && is_same_time (&count->times.cur, &times->cur)
           && is_same_time (&count->times.new, &times->new)))
    return FALSE;
  *size = count->size;
  return TRUE;
}

static void
remember (Quota *quota, const char *folder, const Count *count, const GError *error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&quota->lock);
  const Count *former = g_hash_table_lookup (quota->counts, folder);

  if (error != NULL && (former == NULL || !former->is_trouble))
    g_warning ("the size of a mailbox can't be told, so it has room: %s", error->message);
  if (former == NULL && g_hash_table_size (quota->counts) >= MAILBOXES_MAX)
    g_hash_table_remove_all (quota->counts);
  g_hash_table_insert (quota->counts, g_strdup (folder), g_memdup2 (count, sizeof *count));
}

/* @times are from before the counting: a change meanwhile is seen the next time. */
static guint64
count_anew (Quota *quota, const char *folder, const Times *times)
{
  g_autoptr (GError) error = NULL;
  gint64 begin_us = g_get_monotonic_time (), end_us;
  struct timespec now;
  Count count = { .times = *times };

  clock_gettime (CLOCK_REALTIME, &now);
  count.is_settled = is_long_ago (&times->cur, &now) && is_long_ago (&times->new, &now);
  count.size = mailbox_size (folder, &error);
  count.is_trouble = error != NULL;
  end_us = g_get_monotonic_time ();
  count.rests_until_us = end_us + REST * (end_us - begin_us);
  remember (quota, folder, &count, error);
  return count.size;
}

gboolean
quota_has_room (Quota *quota, const char *folder, guint64 limit, guint64 size)
{
  Times times;
  guint64 used;

  if (limit == QUOTA_UNLIMITED)
    return TRUE;
  times = times_of (folder);
  if (!recall (quota, folder, &times, &used))
    used = count_anew (quota, folder, &times);
  return used < limit && size <= limit - used;
}
