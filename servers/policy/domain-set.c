/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/domain-set.h"

#include <string.h>

#define DOMAIN_MAX 255

struct _DomainSet
{
  GHashTable *exact; /* (owned) "example.org" */
  GHashTable *below; /* (owned) "example.org" for "*.example.org" */
  GStringChunk *texts;
  gboolean everything;
};

DomainSet *
domain_set_new (char *const *patterns)
{
  DomainSet *set = g_new0 (DomainSet, 1);

  set->exact = g_hash_table_new (g_str_hash, g_str_equal);
  set->below = g_hash_table_new (g_str_hash, g_str_equal);
  set->texts = g_string_chunk_new (4096);
  for (; *patterns != NULL; patterns++)
    {
      if (strcmp (*patterns, "*") == 0)
        set->everything = TRUE;
      else if (g_str_has_prefix (*patterns, "*."))
        g_hash_table_add (set->below,
                          g_string_chunk_insert (set->texts, *patterns + strlen ("*.")));
      else
        g_hash_table_add (set->exact, g_string_chunk_insert (set->texts, *patterns));
    }
  return set;
}

void
domain_set_free (DomainSet *set)
{
  if (set == NULL)
    return;
  g_hash_table_unref (set->exact);
  g_hash_table_unref (set->below);
  g_string_chunk_free (set->texts);
  g_free (set);
}

gboolean
domain_set_match (const DomainSet *set, const char *domain)
{
  char name[DOMAIN_MAX + 1];
  gsize length = strlen (domain);

  if (length > 0 && domain[length - 1] == '.')
    length--;
  if (length == 0 || length > DOMAIN_MAX)
    return FALSE;
  if (set->everything)
    return TRUE;
  if (domain[0] == '[')
    return FALSE;

  for (gsize i = 0; i < length; i++)
    name[i] = g_ascii_tolower (domain[i]);
  name[length] = '\0';
  if (g_hash_table_contains (set->exact, name))
    return TRUE;
  for (const char *dot = strchr (name, '.'); dot != NULL; dot = strchr (dot + 1, '.'))
    if (g_hash_table_contains (set->below, dot + 1))
      return TRUE;
  return FALSE;
}
