/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/logon-windows.h"

#include "core/settings/logon-window.h"

#define N_PREFIXES 129
#define IPV4_PREFIX 96

struct _LogonWindows
{
  GHashTable *users;               /* (owned) user -> minutes */
  GHashTable *networks;            /* (owned) IpNetwork -> minutes */
  gboolean has_prefix[N_PREFIXES]; /* whether a network of that prefix is among them */
};

static guint
hash_network (gconstpointer key)
{
  const IpNetwork *network = key;
  guint hash = network->prefix;

  for (gsize i = 0; i < sizeof network->first.bytes; i++)
    hash = hash * 33 + network->first.bytes[i];
  return hash;
}

static gboolean
equal_networks (gconstpointer a, gconstpointer b)
{
  return ip_network_equal (a, b);
}

static guint
fewest (GHashTable *table, gconstpointer key)
{
  gpointer minutes;

  return g_hash_table_lookup_extended (table, key, NULL, &minutes) ? GPOINTER_TO_UINT (minutes)
                                                                   : G_MAXUINT;
}

static void
add (LogonWindows *windows, const LogonWindow *row)
{
  if (row->user != NULL)
    {
      guint minutes = MIN (row->minutes, fewest (windows->users, row->user));
      g_hash_table_replace (windows->users, g_strdup (row->user), GUINT_TO_POINTER (minutes));
      return;
    }
  guint minutes = MIN (row->minutes, fewest (windows->networks, &row->network));
  g_hash_table_replace (windows->networks, g_memdup2 (&row->network, sizeof row->network),
                        GUINT_TO_POINTER (minutes));
  windows->has_prefix[row->network.prefix] = TRUE;
}

LogonWindows *
logon_windows_new (char *const *rows)
{
  LogonWindows *windows = g_new0 (LogonWindows, 1);

  windows->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  windows->networks = g_hash_table_new_full (hash_network, equal_networks, g_free, NULL);
  for (; *rows != NULL; rows++)
    {
      g_auto (LogonWindow) row = { 0 };

      if (logon_window_parse (*rows, &row))
        add (windows, &row);
      else
        g_critical ("log-on windows: \"%s\" is none", *rows);
    }
  return windows;
}

void
logon_windows_free (LogonWindows *windows)
{
  if (windows == NULL)
    return;
  g_hash_table_unref (windows->users);
  g_hash_table_unref (windows->networks);
  g_free (windows);
}

static IpNetwork
network_of (const IpAddress *address, guint prefix)
{
  IpNetwork network = { .prefix = (guint8) prefix };

  for (guint i = 0; i < prefix / 8; i++)
    network.first.bytes[i] = address->bytes[i];
  if (prefix % 8 != 0)
    network.first.bytes[prefix / 8]
        = address->bytes[prefix / 8] & (guint8) (0xff00 >> (prefix % 8));
  return network;
}

guint
logon_windows_minutes (const LogonWindows *windows, const char *user, const IpAddress *address)
{
  guint minutes = G_MAXUINT;

  if (user != NULL)
    {
      g_autofree char *name = g_ascii_strdown (user, -1);

      minutes = fewest (windows->users, name);
    }
  /* IPv6 networks that lie around the IPv4 addresses do not mean them: see ip_network_contains(). */
  for (guint prefix = ip_address_is_ipv4 (address) ? IPV4_PREFIX : 0; prefix < N_PREFIXES; prefix++)
    if (windows->has_prefix[prefix])
      {
        IpNetwork network = network_of (address, prefix);

        minutes = MIN (minutes, fewest (windows->networks, &network));
      }
  return minutes;
}
