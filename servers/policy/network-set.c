/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/network-set.h"

#include <stdlib.h>
#include <string.h>

/* The networks, nested as they may be, are flattened into stretches of the address line: each
 * stretch begins where the one before ends and knows the prefix of the most specific network over
 * it. A look-up is one binary search. All of a set is one block of memory: 17 bytes a stretch, at
 * most two stretches a network. */

#define NO_NETWORK 0xff
#define IPV4_PREFIX 96
#define DEPTH_MAX 130 /* prefixes 0..128 can nest, and no two of one length */

typedef struct
{
  guint64 high, low;
} Position;

struct _NetworkSet
{
  gsize length;
  guint8 *prefixes; /* (unowned) in the same block, behind the starts */
  Position starts[];
};

typedef struct
{
  Position last;
  guint8 prefix;
} OpenNetwork;

typedef struct
{
  NetworkSet *set;
  OpenNetwork open[DEPTH_MAX]; /* the networks over the present position, the widest first */
  guint depth;
} Builder;

static Position
position_of (const IpAddress *address)
{
  Position position;

  memcpy (&position, address->bytes, sizeof position);
  position.high = GUINT64_FROM_BE (position.high);
  position.low = GUINT64_FROM_BE (position.low);
  return position;
}

static gboolean
is_before (Position a, Position b)
{
  return a.high < b.high || (a.high == b.high && a.low < b.low);
}

static gboolean
is_last_of_all (Position position)
{
  return position.high == G_MAXUINT64 && position.low == G_MAXUINT64;
}

static Position
next_position (Position position)
{
  position.low++;
  if (position.low == 0)
    position.high++;
  return position;
}

static Position
last_of (const IpNetwork *network)
{
  Position last = position_of (&network->first);

  if (network->prefix == 0)
    last.high = G_MAXUINT64;
  else if (network->prefix < 64)
    last.high |= G_MAXUINT64 >> network->prefix;
  if (network->prefix <= 64)
    last.low = G_MAXUINT64;
  else if (network->prefix < 128)
    last.low |= G_MAXUINT64 >> (network->prefix - 64);
  return last;
}

/* From start on, prefix holds. Starts come in rising order; the last word about one position holds.
 */
static void
builder_add (Builder *builder, Position start, guint8 prefix)
{
  NetworkSet *set = builder->set;

  if (set->length > 0 && !is_before (set->starts[set->length - 1], start))
    set->length--;
  if (set->length > 0 && set->prefixes[set->length - 1] == prefix)
    return;
  set->starts[set->length] = start;
  set->prefixes[set->length] = prefix;
  set->length++;
}

static void
builder_close_one (Builder *builder)
{
  Position last = builder->open[--builder->depth].last;

  if (!is_last_of_all (last))
    builder_add (builder, next_position (last),
                 builder->depth > 0 ? builder->open[builder->depth - 1].prefix : NO_NETWORK);
}

static void
builder_open (Builder *builder, const IpNetwork *network)
{
  Position first = position_of (&network->first);

  while (builder->depth > 0 && is_before (builder->open[builder->depth - 1].last, first))
    builder_close_one (builder);
  if (builder->depth > 0 && builder->open[builder->depth - 1].prefix == network->prefix)
    return; /* the same network again */
  builder_add (builder, first, network->prefix);
  builder->open[builder->depth++] = (OpenNetwork){ last_of (network), network->prefix };
}

static int
compare_rows (const void *a, const void *b)
{
  return ip_network_compare (a, b);
}

NetworkSet *
network_set_new (const NetworkList *networks)
{
  gsize capacity = 2 * networks->length + 1;
  g_autofree IpNetwork *rows = g_memdup2 (networks->rows, networks->length * sizeof (IpNetwork));
  Builder builder = { .depth = 0 };
  NetworkSet *set = g_malloc (sizeof (NetworkSet) + capacity * (sizeof (Position) + 1));

  set->length = 0;
  set->prefixes = (guint8 *) (set->starts + capacity);
  builder.set = set;
  if (networks->length > 0)
    qsort (rows, networks->length, sizeof *rows, compare_rows);
  for (gsize i = 0; i < networks->length; i++)
    builder_open (&builder, &rows[i]);
  while (builder.depth > 0)
    builder_close_one (&builder);
  return set;
}

void
network_set_free (NetworkSet *set)
{
  g_free (set);
}

int
network_set_match (const NetworkSet *set, const IpAddress *address)
{
  Position position = position_of (address);
  gsize low = 0, high = set->length;

  /* The first stretch that begins behind the position is the one after that which holds it. */
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (is_before (position, set->starts[middle]))
        high = middle;
      else
        low = middle + 1;
    }
  if (low == 0 || set->prefixes[low - 1] == NO_NETWORK)
    return -1;
  /* ::/0 and its like lie around the IPv4 addresses, but do not mean them: see
   * ip_network_contains(). */
  if (set->prefixes[low - 1] < IPV4_PREFIX && ip_address_is_ipv4 (address))
    return -1;
  return set->prefixes[low - 1];
}
