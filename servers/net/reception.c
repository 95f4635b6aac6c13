/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/reception.h"

/* So many are asked to give way at most: a crowd is found among those that wait longest. */
#define ASKED_MAX 64

/* A worker and the conversations that it carries; the seats are touched by its thread alone. */
typedef struct
{
  Reception *reception;
  Worker *worker;    /* (owned) */
  GHashTable *seats; /* (owned): a set (element-type ReceptionSeat) (owned) */
  GQueue line;       /* (element-type ReceptionSeat) who has got nowhere for longest in front */
} Branch;

struct _ReceptionSeat
{
  Branch *branch;
  gpointer conversation; /* the host's */
  GList place;           /* in Branch.line; data: the seat itself */
  guint64 since_ms;      /* when it got somewhere last */
};

struct _Reception
{
  const ReceptionHost *host;
  gpointer user;
  GPtrArray *branches;      /* (owned) (element-type Branch) */
  ListenerGroup *listeners; /* (owned) (nullable) once closed */
  guint crowd;              /* atomic: seats of all branches */
};

static void
branch_free (gpointer data)
{
  Branch *branch = data;

  worker_free (branch->worker);
  g_hash_table_unref (branch->seats);
  g_free (branch);
}

static Branch *
branch_of (Reception *reception, Worker *worker)
{
  for (guint i = 0; i < reception->branches->len; i++)
    {
      Branch *branch = g_ptr_array_index (reception->branches, i);
      if (branch->worker == worker)
        return branch;
    }
  g_assert_not_reached ();
}

static void
on_accept (gpointer user, Worker *worker, int fd, guint door)
{
  Reception *reception = user;
  ReceptionSeat *seat = g_new0 (ReceptionSeat, 1);

  seat->branch = branch_of (reception, worker);
  seat->place.data = seat;
  seat->since_ms = worker_deadlines (worker)->now_ms;
  g_hash_table_add (seat->branch->seats, seat);
  g_queue_push_tail_link (&seat->branch->line, &seat->place);
  g_atomic_int_inc (&reception->crowd);
  seat->conversation = reception->host->begin (reception->user, worker, fd, door, seat);
}

void
reception_leave (ReceptionSeat *seat)
{
  Branch *branch = seat->branch;

  g_atomic_int_add (&branch->reception->crowd, -1);
  g_queue_unlink (&branch->line, &seat->place);
  g_hash_table_remove (branch->seats, seat);
}

void
reception_refresh (ReceptionSeat *seat)
{
  GQueue *line = &seat->branch->line;

  g_queue_unlink (line, &seat->place);
  g_queue_push_tail_link (line, &seat->place);
  seat->since_ms = worker_deadlines (seat->branch->worker)->now_ms;
}

gboolean
reception_make_room (ReceptionSeat *seat, gpointer newcomer)
{
  const ReceptionHost *host = seat->branch->reception->host;
  guint64 now_ms = worker_deadlines (seat->branch->worker)->now_ms;
  GList *next, *link = seat->branch->line.head;

  for (guint asked = 0; link != NULL && link != &seat->place && asked < ASKED_MAX;
       asked++, link = next)
    {
      ReceptionSeat *other = link->data;
      next = link->next;
      if (!host->give_way (other->conversation, (now_ms - other->since_ms) / 1000, newcomer))
        continue;
      reception_refresh (other); /* it is on its way out: nobody need ask it again */
      return TRUE;
    }
  return FALSE;
}

guint
reception_crowd (const ReceptionSeat *seat)
{
  return g_atomic_int_get (&seat->branch->reception->crowd);
}

static gboolean
start_workers (Reception *reception, const char *name, guint n_workers, GError **error)
{
  for (guint i = 0; i < n_workers; i++)
    {
      g_autofree char *thread = g_strdup_printf ("%s-%u", name, i);
      Worker *worker = worker_new (thread, error);
      if (worker == NULL)
        return FALSE;

      Branch *branch = g_new0 (Branch, 1);
      branch->reception = reception;
      branch->worker = worker;
      branch->seats = g_hash_table_new_full (NULL, NULL, g_free, NULL);
      g_ptr_array_add (reception->branches, branch);
    }
  return TRUE;
}

Reception *
reception_new (
    const char *name, guint n_workers, const ReceptionHost *host, gpointer user, GError **error)
{
  g_autoptr (Reception) reception = g_new0 (Reception, 1);
  g_autofree Worker **workers = g_new (Worker *, n_workers);

  reception->host = host;
  reception->user = user;
  reception->branches = g_ptr_array_new_with_free_func (branch_free);
  if (!start_workers (reception, name, n_workers, error))
    return NULL;

  for (guint i = 0; i < n_workers; i++)
    workers[i] = ((Branch *) g_ptr_array_index (reception->branches, i))->worker;
  reception->listeners = listener_group_new (workers, n_workers, on_accept, reception);
  return g_steal_pointer (&reception);
}

gboolean
reception_listen (Reception *reception, const ReceptionDoor *doors, guint n_doors, GError **error)
{
  return listener_group_apply (reception->listeners, doors, n_doors, error);
}

char **
reception_endpoints (Reception *reception)
{
  return listener_group_endpoints (reception->listeners, LISTENER_ALL_DOORS);
}

char **
reception_door_endpoints (Reception *reception, guint door)
{
  return listener_group_endpoints (reception->listeners, door);
}

/* In the branch's thread. A conversation may leave while it is asked, so the seats are copied. */
static void
stop_conversations (gpointer data)
{
  Branch *branch = data;
  g_autoptr (GList) seats = g_hash_table_get_keys (branch->seats);

  for (GList *link = seats; link != NULL; link = link->next)
    {
      ReceptionSeat *seat = link->data;
      if (g_hash_table_contains (branch->seats, seat))
        branch->reception->host->stop (seat->conversation);
    }
}

void
reception_close (Reception *reception)
{
  if (reception->listeners == NULL)
    return;

  g_clear_pointer (&reception->listeners, listener_group_free);
  for (guint i = 0; i < reception->branches->len; i++)
    {
      Branch *branch = g_ptr_array_index (reception->branches, i);
      worker_call (branch->worker, stop_conversations, branch);
    }
}

void
reception_free (Reception *reception)
{
  if (reception == NULL)
    return;

  reception_close (reception);
  g_ptr_array_unref (reception->branches);
  g_free (reception);
}
