/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/binding.h"

#include <string.h>

#include "core/settings/host-name.h"
#include "core/settings/row-words.h"

static gboolean
is_unspecified (const IpAddress *address)
{
  static const IpAddress ipv6 = { { 0 } };
  static const IpAddress ipv4 = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0 } };

  return ip_address_equal (address, &ipv6) || ip_address_equal (address, &ipv4);
}

/* Returns: (transfer full) (nullable): the domains in lower case; %NULL when one is none, or is
 * there twice */
static char **
read_domains (char *const *words)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (; *words != NULL; words++)
    {
      char *domain = g_ascii_strdown (*words, -1);

      g_strv_builder_add (builder, domain);
      if (!g_hash_table_add (seen, domain) || !host_name_is_pattern (*words))
        return NULL;
    }
  return g_strv_builder_end (builder);
}

gboolean
binding_parse (const char *text, Binding *binding)
{
  g_auto (GStrv) words = row_words_split (text);
  Binding parsed = { 0 };

  if (words == NULL || g_strv_length (words) < 2 || !ip_address_parse (words[0], &parsed.address)
      || is_unspecified (&parsed.address) || !host_name_is_valid (words[1]))
    return FALSE;
  parsed.domains = read_domains (words + 2);
  if (parsed.domains == NULL)
    return FALSE;
  parsed.host_name = g_ascii_strdown (words[1], -1);
  *binding = parsed;
  return TRUE;
}

char *
binding_to_text (const Binding *binding)
{
  char address[IP_NETWORK_TEXT_MAX];
  g_autofree char *domains = g_strjoinv (" ", binding->domains);

  return g_strdup_printf ("%s %s%s%s", ip_address_to_string (&binding->address, address),
                          binding->host_name, *domains == '\0' ? "" : " ", domains);
}

void
binding_clear (Binding *binding)
{
  g_clear_pointer (&binding->host_name, g_free);
  g_clear_pointer (&binding->domains, g_strfreev);
}
