/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/domain-map.h"

#include <string.h>

#define DOMAIN_MAX 255
#define NO_PATTERN (-1)

struct _DomainMap
{
  GHashTable *exact; /* (owned) "example.org" -> its index + 1 */
  GHashTable *below; /* (owned) "example.org" for "*.example.org" -> its index + 1 */
  GStringChunk *texts;
  int everything; /* the index of "*", or NO_PATTERN */
};

static void
add (DomainMap *map, GHashTable *table, const char *domain, int index)
{
  if (!g_hash_table_contains (table, domain))
    g_hash_table_insert (table, g_string_chunk_insert (map->texts, domain),
                         GINT_TO_POINTER (index + 1));
}

DomainMap *
domain_map_new (char *const *patterns)
{
  DomainMap *map = g_new0 (DomainMap, 1);

  map->exact = g_hash_table_new (g_str_hash, g_str_equal);
  map->below = g_hash_table_new (g_str_hash, g_str_equal);
  map->texts = g_string_chunk_new (4096);
  map->everything = NO_PATTERN;
  for (int i = 0; patterns[i] != NULL; i++)
    {
      if (g_str_has_prefix (patterns[i], "*."))
        add (map, map->below, patterns[i] + strlen ("*."), i);
      else if (strcmp (patterns[i], "*") != 0)
        add (map, map->exact, patterns[i], i);
      else if (map->everything == NO_PATTERN)
        map->everything = i;
    }
  return map;
}

void
domain_map_free (DomainMap *map)
{
  if (map == NULL)
    return;
  g_hash_table_unref (map->exact);
  g_hash_table_unref (map->below);
  g_string_chunk_free (map->texts);
  g_free (map);
}

static int
look_up (GHashTable *table, const char *domain)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (table, domain)) - 1;
}

/* The domain's length without a trailing dot; 0 for what is no domain. */
static gsize
length_of (const char *domain)
{
  gsize length = strlen (domain);

  if (length > 0 && domain[length - 1] == '.')
    length--;
  return length <= DOMAIN_MAX ? length : 0;
}

int
domain_map_find_own (const DomainMap *map, const char *domain)
{
  char name[DOMAIN_MAX + 1];
  gsize length = length_of (domain);
  int index;

  if (length == 0 || domain[0] == '[')
    return NO_PATTERN;
  for (gsize i = 0; i < length; i++)
    name[i] = g_ascii_tolower (domain[i]);
  name[length] = '\0';

  index = look_up (map->exact, name);
  for (const char *dot = strchr (name, '.'); index == NO_PATTERN && dot != NULL;
       dot = strchr (dot + 1, '.'))
    index = look_up (map->below, dot + 1);
  return index;
}

int
domain_map_find (const DomainMap *map, const char *domain)
{
  int own = domain_map_find_own (map, domain);

  if (own != NO_PATTERN || length_of (domain) == 0)
    return own;
  return map->everything;
}

gboolean
domain_map_match (const DomainMap *map, const char *domain)
{
  return domain_map_find (map, domain) != NO_PATTERN;
}
