/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/destinations.h"

typedef struct
{
  DestinationsTurn turn;
  gpointer user_data;
} Waiter;

typedef struct
{
  guint under_way;
  GQueue line; /* (element-type Waiter) */
} Destination;

struct _Destinations
{
  guint limit;
  GHashTable *by_name; /* (owned) name -> Destination; only those with deliveries under way */
};

static void
destination_free (Destination *destination)
{
  g_queue_clear_full (&destination->line, g_free);
  g_free (destination);
}

Destinations *
destinations_new (void)
{
  Destinations *destinations = g_new (Destinations, 1);
  destinations->limit = 1;
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
destinations_enter (Destinations *destinations,
                    const char *name,
                    DestinationsTurn turn,
                    gpointer user_data)
{
  Destination *destination = g_hash_table_lookup (destinations->by_name, name);
  if (destination == NULL)
    {
      destination = g_new0 (Destination, 1);
      g_queue_init (&destination->line);
      g_hash_table_insert (destinations->by_name, g_strdup (name), destination);
    }
  if (destination->under_way < destinations->limit)
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
destinations_set_limit (Destinations *destinations, guint limit)
{
  destinations->limit = limit;
}

guint
destinations_room (Destinations *destinations, const char *name)
{
  const Destination *destination = g_hash_table_lookup (destinations->by_name, name);
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

/* Each turn may change everything: so the destination is looked for each time. */
static void
give_turns (Destinations *destinations, const char *name)
{
  Destination *destination;
  while ((destination = g_hash_table_lookup (destinations->by_name, name)) != NULL
         && destination->line.length > 0 && destination->under_way < destinations->limit)
    {
      g_autofree Waiter *next = g_queue_pop_head (&destination->line);
      destination->under_way++;
      next->turn (next->user_data, NULL);
    }
  if (destination != NULL && destination->under_way == 0)
    g_hash_table_remove (destinations->by_name, name);
}

void
destinations_leave (Destinations *destinations, const char *name, const char *trouble)
{
  Destination *destination = g_hash_table_lookup (destinations->by_name, name);
  g_return_if_fail (destination != NULL);
  if (trouble != NULL)
    send_home (destination, trouble);
  destination->under_way--;
  give_turns (destinations, name);
}

void
destinations_send_home (Destinations *destinations, const char *trouble)
{
  GHashTableIter iter;
  gpointer destination;
  g_hash_table_iter_init (&iter, destinations->by_name);
  while (g_hash_table_iter_next (&iter, NULL, &destination))
    send_home (destination, trouble);
}
