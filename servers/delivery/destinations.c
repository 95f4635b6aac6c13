/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/destinations.h"

/* With so many deliveries at a time a destination begins. */
#define BEGINNING 2

/* So many are called at once: those that can go, and those that are only to learn of the trouble. */
#define CALLS 2
#define TROUBLED_CALLS 20

typedef struct
{
  DestinationsTurn turn;
  gpointer user_data;
} Waiter;

typedef struct
{
  guint under_way;
  guint allowed;  /* to be so */
  GQueue line;    /* (element-type Waiter) */
  GArray *parked; /* (owned) (element-type guint64) in the order of their coming */
  guint next;     /* of the parked ones: those before it were called */
  guint troubled; /* those before this one are to be told of the trouble */
  char *trouble;  /* (owned) (nullable) */
} Destination;

struct _Destinations
{
  guint limit;
  GHashTable *by_name; /* (owned) name -> Destination; only those where something is going on */
  guint n_parked;
  DestinationsCall call;
  gpointer user_data;
};

static void
destination_free (Destination *destination)
{
  g_queue_clear_full (&destination->line, g_free);
  g_array_unref (destination->parked);
  g_free (destination->trouble);
  g_free (destination);
}

Destinations *
destinations_new (DestinationsCall call, gpointer user_data)
{
  Destinations *destinations = g_new0 (Destinations, 1);
  destinations->limit = 1;
  destinations->call = call;
  destinations->user_data = user_data;
  destinations->by_name
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) destination_free);
  return destinations;
}

void
destinations_free (Destinations *destinations)
{
  if (destinations == NULL)
    return;
  g_hash_table_unref (destinations->by_name);
  g_free (destinations);
}

void
destinations_set_limit (Destinations *destinations, guint limit)
{
  destinations->limit = limit;
}

static Destination *
find (Destinations *destinations, const char *name)
{
  return g_hash_table_lookup (destinations->by_name, name);
}

static Destination *
find_or_add (Destinations *destinations, const char *name)
{
  Destination *destination = find (destinations, name);
  if (destination != NULL)
    return destination;
  destination = g_new0 (Destination, 1);
  destination->allowed = BEGINNING;
  destination->parked = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_queue_init (&destination->line);
  g_hash_table_insert (destinations->by_name, g_strdup (name), destination);
  return destination;
}

static gboolean
has_room (const Destinations *destinations, const Destination *destination)
{
  return destination->under_way < MIN (destination->allowed, destinations->limit);
}

static guint
count_parked (const Destination *destination)
{
  return destination->parked->len - destination->next;
}

/* --- The line --- */

void
destinations_enter (Destinations *destinations,
                    const char *name,
                    DestinationsTurn turn,
                    gpointer user_data)
{
  Destination *destination = find_or_add (destinations, name);
  if (has_room (destinations, destination))
    {
      destination->under_way++;
      turn (user_data, NULL);
      return;
    }
  Waiter *waiter = g_new (Waiter, 1);
  *waiter = (Waiter){ turn, user_data };
  g_queue_push_tail (&destination->line, waiter);
}

void
destinations_withdraw (Destinations *destinations, const char *name, gpointer user_data)
{
  Destination *destination = find (destinations, name);
  for (GList *at = destination != NULL ? destination->line.head : NULL; at != NULL; at = at->next)
    if (((Waiter *) at->data)->user_data == user_data)
      {
        g_free (at->data);
        g_queue_delete_link (&destination->line, at);
        return;
      }
}

guint
destinations_room (Destinations *destinations, const char *name)
{
  const Destination *destination = find (destinations, name);
  guint under_way = destination != NULL ? destination->under_way : 0;
  return destinations->limit > under_way ? destinations->limit - under_way : 0;
}

/* A turn may enter, or leave, again: so the line is taken as it stands before anybody in it is
 * told. */
static void
send_home (Destination *destination, const char *trouble)
{
  GQueue line = destination->line;
  Waiter *waiter;
  g_queue_init (&destination->line);
  while ((waiter = g_queue_pop_head (&line)) != NULL)
    {
      waiter->turn (waiter->user_data, trouble);
      g_free (waiter);
    }
}

/* --- Those that are parked --- */

gboolean
destinations_is_crowded (Destinations *destinations, const char *name)
{
  const Destination *destination = find (destinations, name);
  return destination != NULL && destination->line.length >= DESTINATIONS_LINE_MAX;
}

void
destinations_park (Destinations *destinations, const char *name, guint64 id)
{
  Destination *destination = find_or_add (destinations, name);
  g_array_append_val (destination->parked, id);
  destinations->n_parked++;
}

/* What was called is dropped now and then, so that the list does not grow for ever. */
static void
forget_called (Destination *destination)
{
  if (destination->next < destination->parked->len / 2 + 1)
    return;
  g_array_remove_range (destination->parked, 0, destination->next);
  destination->troubled -= MIN (destination->troubled, destination->next);
  destination->next = 0;
}

/* Returns FALSE when there is no place. */
static gboolean
call_next (Destinations *destinations, Destination *destination, const char *name)
{
  guint64 id = g_array_index (destination->parked, guint64, destination->next);
  const char *trouble = destination->next < destination->troubled ? destination->trouble : NULL;
  if (!destinations->call (destinations->user_data, id, name, trouble))
    return FALSE;
  destination->next++;
  destinations->n_parked--;
  forget_called (destination);
  return TRUE;
}

static void
call_some (Destinations *destinations, Destination *destination, const char *name)
{
  guint calls = 0;
  while (calls < TROUBLED_CALLS && destination->next < destination->troubled)
    {
      if (!call_next (destinations, destination, name))
        return;
      calls++;
    }
  for (calls = 0;
       calls < CALLS && count_parked (destination) > 0 && destination->next >= destination->troubled
       && destination->line.length < DESTINATIONS_LINE_MAX;
       calls++)
    if (!call_next (destinations, destination, name))
      return;
}

static gboolean
is_idle (const Destination *destination)
{
  return count_parked (destination) == 0 && destination->under_way == 0;
}

void
destinations_tend (Destinations *destinations)
{
  GHashTableIter iter;
  gpointer name, value;
  if (destinations->n_parked == 0)
    return;
  g_hash_table_iter_init (&iter, destinations->by_name);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (count_parked (value) == 0)
        continue;
      call_some (destinations, value, name);
      if (is_idle (value))
        g_hash_table_iter_remove (&iter);
    }
}

/* --- The end of a turn --- */

/* Each turn may change everything: so the destination is looked for each time. */
static void
give_turns (Destinations *destinations, const char *name)
{
  Destination *destination;
  while ((destination = find (destinations, name)) != NULL && destination->line.length > 0
         && has_room (destinations, destination))
    {
      g_autofree Waiter *next = g_queue_pop_head (&destination->line);
      destination->under_way++;
      next->turn (next->user_data, NULL);
    }
  if (destination == NULL)
    return;
  call_some (destinations, destination, name);
  if (is_idle (destination))
    g_hash_table_remove (destinations->by_name, name);
}

static void
note_trouble (Destination *destination, const char *trouble)
{
  destination->allowed = BEGINNING;
  destination->troubled = destination->parked->len;
  g_free (destination->trouble);
  destination->trouble = g_strdup (trouble);
}

void
destinations_leave (Destinations *destinations, const char *name, const char *trouble)
{
  Destination *destination = find (destinations, name);
  g_return_if_fail (destination != NULL);
  destination->under_way--;
  if (trouble == NULL)
    destination->allowed = MIN (2 * destination->allowed, destinations->limit);
  else
    {
      note_trouble (destination, trouble);
      destination->under_way++; /* it stays while they are told */
      send_home (destination, trouble);
      destination->under_way--;
    }
  give_turns (destinations, name);
}

void
destinations_send_home (Destinations *destinations, const char *trouble)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, destinations->by_name);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Destination *destination = value;
      destination->next = destination->parked->len;
      send_home (destination, trouble);
    }
  destinations->n_parked = 0;
}
