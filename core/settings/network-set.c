/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/network-set.h"

#include <stdlib.h>
#include <string.h>

/* The networks, nested as they may be, are flattened into stretches of the address line: each
 * stretch begins where the one before ends and knows the prefix of the most specific network over
 * it; at most two stretches a network. A look-up is one binary search. IPv4 has a line of its own,
 * of 32-bit numbers, and a long one has an index of the addresses' first 16 bits: in a million
 * networks, what is left to search lies in one or two cache lines. */

#define NO_NETWORK 0xff
#define IPV4_PREFIX 96
#define IPV4_LAST G_GUINT64_CONSTANT (0xffffffffffff) /* ::ffff:255.255.255.255, the low half */
#define DEPTH_MAX 130 /* prefixes 0..128 can nest, and no two of one length */

#define INDEX_SHIFT 16
#define INDEX_LENGTH (65536 + 1)
#define INDEXED_FROM 4096 /* stretches: shorter, the index would be most of the set */

typedef struct
{
  guint64 high, low;
} Position;

/* What the block begins with. Behind it: the IPv6 starts, the IPv4 starts, the index (where the
 * IPv4 line is long), the IPv6 prefixes, the IPv4 prefixes. */
typedef struct
{
  guint64 ipv4_length, ipv6_length; /* stretches */
} Head;

struct _NetworkSet
{
  gatomicrefcount references;
  GBytes *bytes; /* (owned); the rest points into it */
  gsize ipv4_length, ipv6_length;
  const Position *ipv6_starts;
  const guint32 *ipv4_starts;
  const guint32 *ipv4_index; /* (nullable): by the first 16 bits, the stretch behind those before */
  const guint8 *ipv6_prefixes;
  const guint8 *ipv4_prefixes;
};

typedef struct
{
  Position start;
  guint8 prefix;
} Stretch;

typedef struct
{
  Position last;
  guint8 prefix;
} OpenNetwork;

typedef struct
{
  Stretch *line; /* (owned) */
  gsize length;
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
  if (builder->length > 0 && !is_before (builder->line[builder->length - 1].start, start))
    builder->length--;
  if (builder->length > 0 && builder->line[builder->length - 1].prefix == prefix)
    return;
  builder->line[builder->length++] = (Stretch){ start, prefix };
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

/* @rows: get sorted */
static void
builder_run (Builder *builder, IpNetwork *rows, gsize length)
{
  builder->line = g_new (Stretch, 2 * length);
  builder->length = 0;
  builder->depth = 0;
  if (length > 0)
    qsort (rows, length, sizeof *rows, compare_rows);
  for (gsize i = 0; i < length; i++)
    builder_open (builder, &rows[i]);
  while (builder->depth > 0)
    builder_close_one (builder);
}

static gboolean
has_index (gsize ipv4_length)
{
  return ipv4_length >= INDEXED_FROM;
}

/* Of a block with so many stretches; no sum can overflow, as no length is above 2^32. */
static gsize
size_of_block (const Head *head)
{
  return sizeof (Head) + head->ipv6_length * (sizeof (Position) + 1)
         + head->ipv4_length * (sizeof (guint32) + 1)
         + (has_index (head->ipv4_length) ? INDEX_LENGTH * sizeof (guint32) : 0);
}

/* Points the set's members to their places in the block, which is large enough for its head. */
static void
point_into (NetworkSet *set, const guint8 *block)
{
  const Head *head = (gconstpointer) block;
  const guint8 *next = block + sizeof *head;

  set->ipv4_length = head->ipv4_length;
  set->ipv6_length = head->ipv6_length;
  set->ipv6_starts = (gconstpointer) next;
  next += set->ipv6_length * sizeof (Position);
  set->ipv4_starts = (gconstpointer) next;
  next += set->ipv4_length * sizeof (guint32);
  set->ipv4_index = has_index (set->ipv4_length) ? (gconstpointer) next : NULL;
  next += set->ipv4_index == NULL ? 0 : INDEX_LENGTH * sizeof (guint32);
  set->ipv6_prefixes = next;
  set->ipv4_prefixes = next + set->ipv6_length;
}

/* For a look-up to stay inside, whatever else the index says. */
static gboolean
index_is_sound (const NetworkSet *set)
{
  for (gsize i = 0; set->ipv4_index != NULL && i < INDEX_LENGTH; i++)
    if (set->ipv4_index[i] > set->ipv4_length)
      return FALSE;
  return TRUE;
}

NetworkSet *
network_set_new_from_bytes (GBytes *bytes)
{
  gsize size;
  const Head *head = g_bytes_get_data (bytes, &size);
  NetworkSet *set;

  if (size < sizeof *head || (gsize) head % sizeof (guint64) != 0 || head->ipv4_length > G_MAXUINT32
      || head->ipv6_length > G_MAXUINT32 || size != size_of_block (head))
    return NULL;
  set = g_new (NetworkSet, 1);
  g_atomic_ref_count_init (&set->references);
  set->bytes = g_bytes_ref (bytes);
  point_into (set, (const guint8 *) head);
  if (index_is_sound (set))
    return set;
  network_set_unref (set);
  return NULL;
}

static void
fill_ipv6 (const NetworkSet *set, const Builder *builder)
{
  Position *starts = (Position *) set->ipv6_starts;
  guint8 *prefixes = (guint8 *) set->ipv6_prefixes;

  for (gsize i = 0; i < builder->length; i++)
    {
      starts[i] = builder->line[i].start;
      prefixes[i] = builder->line[i].prefix;
    }
}

static void
fill_ipv4 (const NetworkSet *set, const Builder *builder)
{
  guint32 *starts = (guint32 *) set->ipv4_starts;
  guint8 *prefixes = (guint8 *) set->ipv4_prefixes;
  guint32 *index = (guint32 *) set->ipv4_index;
  gsize next = 0;

  for (gsize i = 0; i < builder->length; i++)
    {
      starts[i] = (guint32) builder->line[i].start.low;
      prefixes[i] = builder->line[i].prefix;
    }
  for (gsize head = 0; index != NULL && head < INDEX_LENGTH; head++)
    {
      while (next < builder->length && starts[next] >> INDEX_SHIFT < head)
        next++;
      index[head] = (guint32) next;
    }
}

/* What lies behind the last IPv4 address is on no IPv4 line. */
static void
cut_behind_ipv4 (Builder *builder)
{
  if (builder->length > 0 && builder->line[builder->length - 1].start.low > IPV4_LAST)
    builder->length--;
}

static NetworkSet *
arrange (const Builder *ipv6, const Builder *ipv4)
{
  Head head = { .ipv4_length = ipv4->length, .ipv6_length = ipv6->length };
  gsize size = size_of_block (&head);
  guint8 *block = g_malloc (size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (block, size);
  NetworkSet *set = g_new (NetworkSet, 1);

  g_atomic_ref_count_init (&set->references);
  memcpy (block, &head, sizeof head);
  set->bytes = g_bytes_ref (bytes);
  point_into (set, block);
  fill_ipv6 (set, ipv6);
  fill_ipv4 (set, ipv4);
  return set;
}

static gboolean
is_ipv4 (const IpNetwork *network)
{
  return network->prefix >= IPV4_PREFIX && ip_address_is_ipv4 (&network->first);
}

NetworkSet *
network_set_new (const NetworkList *networks)
{
  g_autofree IpNetwork *rows = g_new (IpNetwork, MAX (networks->length, 1));
  gsize ipv4_length = 0, ipv6_length = 0;
  Builder ipv4, ipv6;
  NetworkSet *set;

  if (networks->set != NULL)
    return network_set_ref (networks->set);
  for (gsize i = 0; i < networks->length; i++)
    if (is_ipv4 (&networks->rows[i]))
      rows[ipv4_length++] = networks->rows[i];
    else
      rows[networks->length - ++ipv6_length] = networks->rows[i];
  builder_run (&ipv4, rows, ipv4_length);
  builder_run (&ipv6, rows + ipv4_length, ipv6_length);
  cut_behind_ipv4 (&ipv4);
  set = arrange (&ipv6, &ipv4);
  g_free (ipv4.line);
  g_free (ipv6.line);
  return set;
}

NetworkSet *
network_set_ref (NetworkSet *set)
{
  g_atomic_ref_count_inc (&set->references);
  return set;
}

void
network_set_unref (NetworkSet *set)
{
  if (set == NULL || !g_atomic_ref_count_dec (&set->references))
    return;
  g_bytes_unref (set->bytes);
  g_free (set);
}

GBytes *
network_set_bytes (const NetworkSet *set)
{
  return set->bytes;
}

static int
match_ipv4 (const NetworkSet *set, guint32 address)
{
  gsize low = 0, high = set->ipv4_length;

  if (set->ipv4_index != NULL)
    {
      low = set->ipv4_index[address >> INDEX_SHIFT];
      high = set->ipv4_index[(address >> INDEX_SHIFT) + 1];
    }
  /* The first stretch that begins behind the address is the one after that which holds it. */
  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (address < set->ipv4_starts[middle])
        high = middle;
      else
        low = middle + 1;
    }
  return low == 0 || set->ipv4_prefixes[low - 1] == NO_NETWORK ? -1 : set->ipv4_prefixes[low - 1];
}

static int
match_ipv6 (const NetworkSet *set, Position position)
{
  gsize low = 0, high = set->ipv6_length;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (is_before (position, set->ipv6_starts[middle]))
        high = middle;
      else
        low = middle + 1;
    }
  return low == 0 || set->ipv6_prefixes[low - 1] == NO_NETWORK ? -1 : set->ipv6_prefixes[low - 1];
}

int
network_set_match (const NetworkSet *set, const IpAddress *address)
{
  Position position = position_of (address);

  /* ::/0 and its like lie around the IPv4 addresses, but do not mean them: see
   * ip_network_contains(). */
  if (ip_address_is_ipv4 (address))
    return match_ipv4 (set, (guint32) position.low);
  return match_ipv6 (set, position);
}
