/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/client-tally.h"

#include <string.h>

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

/* How much of a limit per minute is used up: it shrinks to 0 as time goes by. */
typedef struct
{
  gint64 until_us; /* when nothing of it is used any more */
} Usage;

typedef struct
{
  IpAddress address; /* the key: of the client's link */
  guint sessions;
  Usage connections;
  Usage messages;
  GList idle; /* its place in ClientTally.idle, while it has no session; data: the client itself */
} Client;

struct _ClientTally
{
  GMutex lock;         /* of all below */
  GHashTable *clients; /* (owned) (element-type Client) a set */
  GQueue idle;         /* (element-type Client) without a session, those that left first in front */
  ClientTallyClock clock;
};

/* Of this process alone, so that nobody can choose addresses that collide. */
static gpointer
make_factors (gpointer unused)
{
  static guint64 factors[2];

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    factors[i] = ((guint64) g_random_int () << 32 | g_random_int ()) | 1;
  return factors;
}

static guint
client_hash (gconstpointer data)
{
  static GOnce once = G_ONCE_INIT;
  const guint64 *factors = g_once (&once, make_factors, NULL);
  guint64 halves[2];

  memcpy (halves, ((const Client *) data)->address.bytes, sizeof halves);
  return (guint) ((halves[0] * factors[0] + halves[1] * factors[1]) >> 32);
}

static gboolean
client_equal (gconstpointer a, gconstpointer b)
{
  return ip_address_equal (&((const Client *) a)->address, &((const Client *) b)->address);
}

static Client *
find_client (ClientTally *tally, const IpAddress *address)
{
  Client key = { .address = ip_address_link (address) };

  return g_hash_table_lookup (tally->clients, &key);
}

ClientTally *
client_tally_new (void)
{
  ClientTally *tally = g_new0 (ClientTally, 1);

  g_mutex_init (&tally->lock);
  tally->clients = g_hash_table_new_full (client_hash, client_equal, g_free, NULL);
  g_queue_init (&tally->idle);
  tally->clock = g_get_monotonic_time;
  return tally;
}

void
client_tally_free (ClientTally *tally)
{
  if (tally == NULL)
    return;

  g_hash_table_unref (tally->clients);
  g_mutex_clear (&tally->lock);
  g_free (tally);
}

guint
client_tally_size (ClientTally *tally)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);

  return g_hash_table_size (tally->clients);
}

void
client_tally_set_clock (ClientTally *tally, ClientTallyClock clock)
{
  tally->clock = clock;
}

/* --- Limits per minute --- */

/* Each use costs its part of a minute; a minute's worth can be in debt. Returns FALSE, and takes
 * nothing, where that is reached. */
static gboolean
take (Usage *usage, guint per_minute, gint64 now_us)
{
  if (per_minute == 0)
    return TRUE;

  gint64 cost_us = MINUTE_US / per_minute;
  gint64 from_us = MAX (usage->until_us, now_us);
  if (from_us + cost_us > now_us + MINUTE_US)
    return FALSE;

  usage->until_us = from_us + cost_us;
  return TRUE;
}

static gboolean
is_forgettable (const Client *client, gint64 now_us)
{
  return client->connections.until_us <= now_us && client->messages.until_us <= now_us;
}

/* --- Clients that have gone --- */

static void
remove_idle (ClientTally *tally, Client *client)
{
  g_queue_unlink (&tally->idle, &client->idle);
  g_hash_table_remove (tally->clients, client);
}

/* A few at a time, so that nobody waits for it. */
static void
forget_some (ClientTally *tally, gint64 now_us)
{
  for (guint i = 0; i < 2; i++)
    {
      Client *oldest = g_queue_peek_head (&tally->idle);
      if (oldest != NULL
          && (tally->idle.length > CLIENT_TALLY_IDLE_MAX || is_forgettable (oldest, now_us)))
        remove_idle (tally, oldest);
    }
}

static Client *
let_in (ClientTally *tally, const IpAddress *address)
{
  Client *client = find_client (tally, address);

  if (client == NULL)
    {
      client = g_new0 (Client, 1);
      client->address = ip_address_link (address);
      client->idle.data = client;
      g_hash_table_add (tally->clients, client);
    }
  else if (client->sessions == 0)
    g_queue_unlink (&tally->idle, &client->idle);

  client->sessions++;
  return client;
}

/* --- What others call --- */

ClientTallyResult
client_tally_enter (ClientTally *tally, const IpAddress *address, const ClientLimits *limits)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);
  gint64 now_us = tally->clock ();
  gboolean is_limited = !ip_address_is_localhost (address);

  forget_some (tally, now_us);
  Client *client = let_in (tally, address);
  if (!is_limited)
    return CLIENT_TALLY_FINE;
  if (limits->sessions > 0 && client->sessions > limits->sessions)
    return CLIENT_TALLY_TOO_MANY_SESSIONS;
  if (!take (&client->connections, limits->connections_per_minute, now_us))
    return CLIENT_TALLY_TOO_MANY_CONNECTIONS;

  return CLIENT_TALLY_FINE;
}

void
client_tally_leave (ClientTally *tally, const IpAddress *address)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);
  Client *client = find_client (tally, address);

  g_return_if_fail (client != NULL && client->sessions > 0);
  if (--client->sessions == 0)
    g_queue_push_tail_link (&tally->idle, &client->idle);
  forget_some (tally, tally->clock ());
}

ClientTallyResult
client_tally_message (ClientTally *tally, const IpAddress *address, const ClientLimits *limits)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);
  Client *client = find_client (tally, address);

  g_return_val_if_fail (client != NULL, CLIENT_TALLY_FINE);
  if (ip_address_is_localhost (address)
      || take (&client->messages, limits->messages_per_minute, tally->clock ()))
    return CLIENT_TALLY_FINE;

  return CLIENT_TALLY_TOO_MANY_MESSAGES;
}

static guint
count_sessions (ClientTally *tally, const IpAddress *address)
{
  const Client *client = find_client (tally, address);

  return client != NULL ? client->sessions : 0;
}

gboolean
client_tally_gives_way (ClientTally *tally,
                        const IpAddress *sitting,
                        guint waited_seconds,
                        const IpAddress *newcomer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);
  guint sessions = count_sessions (tally, sitting);

  if (ip_address_is_localhost (sitting))
    return FALSE;
  return waited_seconds >= CLIENT_TALLY_GRACE_SECONDS
         || (sessions > CLIENT_TALLY_CROWD && sessions > count_sessions (tally, newcomer));
}
