/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/session-pool.h"

struct _SessionPool
{
  GQueue resting; /* (element-type Rest) the one that came last is the last */
};

typedef struct
{
  char *destination; /* (owned) */
  RemoteSession *session;
} Rest;

static void
rest_free (Rest *rest)
{
  g_free (rest->destination);
  g_free (rest);
}

SessionPool *
session_pool_new (void)
{
  SessionPool *pool = g_new (SessionPool, 1);
  g_queue_init (&pool->resting);
  return pool;
}

void
session_pool_free (SessionPool *pool)
{
  if (pool == NULL)
    return;
  g_queue_clear_full (&pool->resting, (GDestroyNotify) rest_free);
  g_free (pool);
}

/* Returns: (transfer none): the session that stood there */
static RemoteSession *
remove_link (SessionPool *pool, GList *link)
{
  Rest *rest = link->data;
  RemoteSession *session = rest->session;
  g_queue_delete_link (&pool->resting, link);
  rest_free (rest);
  return session;
}

static void
on_gone (gpointer user_data, RemoteSession *session)
{
  SessionPool *pool = user_data;
  for (GList *at = pool->resting.head; at != NULL; at = at->next)
    if (((Rest *) at->data)->session == session)
      {
        remove_link (pool, at);
        return;
      }
}

void
session_pool_keep (SessionPool *pool, const char *destination, RemoteSession *session)
{
  Rest *rest = g_new (Rest, 1);
  *rest = (Rest){ g_strdup (destination), session };
  g_queue_push_tail (&pool->resting, rest);
  remote_session_rest (session, SESSION_POOL_REST_S, on_gone, pool);
}

static gboolean
is_for (const GList *link, const char *destination)
{
  return g_str_equal (((Rest *) link->data)->destination, destination);
}

guint
session_pool_count (SessionPool *pool, const char *destination)
{
  guint count = 0;
  for (GList *at = pool->resting.head; at != NULL; at = at->next)
    count += is_for (at, destination);
  return count;
}

RemoteSession *
session_pool_take (SessionPool *pool, const char *key)
{
  for (GList *at = pool->resting.tail; at != NULL; at = at->prev)
    if (g_str_equal (remote_session_key (((Rest *) at->data)->session), key))
      return remove_link (pool, at);
  return NULL;
}

void
session_pool_trim (SessionPool *pool, const char *destination, guint count)
{
  guint surplus = session_pool_count (pool, destination);
  GList *next;
  for (GList *at = pool->resting.head; at != NULL && surplus > count; at = next)
    {
      next = at->next;
      if (!is_for (at, destination))
        continue;
      remote_session_quit (remove_link (pool, at));
      surplus--;
    }
}

void
session_pool_close (SessionPool *pool)
{
  while (pool->resting.head != NULL)
    remote_session_quit (remove_link (pool, pool->resting.head));
}
