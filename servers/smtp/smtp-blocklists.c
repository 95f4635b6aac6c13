/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-blocklists.h"

struct _SmtpBlocklists
{
  char *resolver;          /* (owned) (nullable) */
  BlocklistMemory *memory; /* (owned) */
  GMutex lock;
  gboolean is_closed; /* guarded by lock, and so is the table */
  GHashTable *ways;   /* (owned): Worker -> (owned by its thread) (nullable) Blocklist */
};

SmtpBlocklists *
smtp_blocklists_new (const char *resolver)
{
  SmtpBlocklists *blocklists = g_new0 (SmtpBlocklists, 1);
  g_mutex_init (&blocklists->lock);
  blocklists->resolver = g_strdup (resolver);
  blocklists->memory = blocklist_memory_new ();
  blocklists->ways = g_hash_table_new (NULL, NULL);
  return blocklists;
}

void
smtp_blocklists_free (SmtpBlocklists *blocklists)
{
  smtp_blocklists_close (blocklists);
  g_hash_table_unref (blocklists->ways);
  blocklist_memory_free (blocklists->memory);
  g_mutex_clear (&blocklists->lock);
  g_free (blocklists->resolver);
  g_free (blocklists);
}

Blocklist *
smtp_blocklists_get (SmtpBlocklists *blocklists, Worker *worker)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&blocklists->lock);
  Blocklist *way = g_hash_table_lookup (blocklists->ways, worker);
  if (way || blocklists->is_closed)
    return way;

  g_autoptr (GError) error = NULL;
  way = blocklist_new (worker, blocklists->memory, blocklists->resolver, &error);
  if (!way)
    g_warning ("DNS blocklists can't be asked: %s", error->message);
  else
    g_hash_table_insert (blocklists->ways, worker, way);
  return way;
}

static void
close_way (gpointer data)
{
  blocklist_free (data);
}

void
smtp_blocklists_leave (SmtpBlocklists *blocklists, Worker *worker)
{
  gpointer way = NULL;
  g_mutex_lock (&blocklists->lock);
  g_hash_table_steal_extended (blocklists->ways, worker, NULL, &way);
  g_mutex_unlock (&blocklists->lock);

  if (way)
    worker_call (worker, close_way, way);
}

void
smtp_blocklists_close (SmtpBlocklists *blocklists)
{
  g_autoptr (GHashTable) ways = g_hash_table_new (NULL, NULL);
  g_mutex_lock (&blocklists->lock);
  blocklists->is_closed = TRUE;
  GHashTable *former = blocklists->ways;
  blocklists->ways = g_steal_pointer (&ways);
  g_mutex_unlock (&blocklists->lock);

  GHashTableIter iter;
  gpointer worker, way;
  g_hash_table_iter_init (&iter, former);
  while (g_hash_table_iter_next (&iter, &worker, &way))
    worker_call (worker, close_way, way);
  g_hash_table_unref (former);
}
