/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/growth.h"

#include "servers/policy/policy.h"
#include "tests/bench/memory.h"

#include <malloc.h>
#include <string.h>

#define LOOK_UPS 1000000

/* Three of four rows are an address of IPv4, the fourth is a link of IPv6. */
static IpNetwork
network (guint n)
{
  guint32 number = g_htonl (growth_scatter (n));
  IpNetwork row = { .prefix = 128 };
  if (n % 4 == 3)
    {
      static const guint8 documentation[] = { 0x20, 0x01, 0x0d, 0xb8 };
      memcpy (row.first.bytes, documentation, sizeof documentation);
      memcpy (row.first.bytes + 4, &number, sizeof number);
      row.prefix = 64;
    }
  else
    {
      memset (row.first.bytes + 10, 0xff, 2);
      memcpy (row.first.bytes + 12, &number, sizeof number);
    }
  return row;
}

static gboolean
write_settings (const char *path, guint n, GError **error)
{
  g_autoptr (GString) text
      = g_string_new ("<?xml version='1.0' encoding='UTF-8'?>\n"
                      "<server-properties xmlns='urn:postern:server-properties' version='2'>"
                      "<smtp><connection><allow>specified</allow><refused>\n");
  for (guint i = 0; i < n; i++)
    {
      char words[IP_NETWORK_TEXT_MAX];
      IpNetwork row = network (i);
      g_string_append_printf (text, "<network>%s</network>\n", ip_network_to_string (&row, words));
    }
  g_string_append (text, "</refused></connection></smtp></server-properties>\n");
  return g_file_set_contents_full (path, text->str, text->len, G_FILE_SET_CONTENTS_NONE, 0600,
                                   error);
}

/* Half of the addresses are in the list. Returns: the time of one look-up */
static double
look_up_ns (const NetworkSet *set, guint n)
{
  guint found = 0;
  IpAddress *addresses = g_new (IpAddress, LOOK_UPS);
  for (guint i = 0; i < LOOK_UPS; i++)
    {
      guint row = growth_scatter (i) % MAX (n, 1);
      addresses[i] = network (i % 2 ? row : row + n).first;
    }
  gint64 begun = g_get_monotonic_time ();
  for (guint i = 0; i < LOOK_UPS; i++)
    found += network_set_match (set, &addresses[i]) >= 0;
  gint64 us = g_get_monotonic_time () - begun;
  g_free (addresses);
  if (n > 0 && (found < LOOK_UPS / 2 - 1 || found > LOOK_UPS * 3 / 4))
    g_error ("%u of %d addresses were found in %u networks", found, LOOK_UPS, n);
  return us * 1000.0 / LOOK_UPS;
}

static guint64
own_kb (void)
{
  guint64 kb = 0;
  malloc_trim (0);
  memory_pss_kb ("self", &kb);
  return kb;
}

static gboolean
measure (const Growth *growth, const char *path, guint n, GError **error)
{
  guint64 before = own_kb ();
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (Settings) settings = settings_load (path, error);
  gint64 loaded = g_get_monotonic_time ();
  if (!settings)
    return FALSE;
  g_autoptr (Policy) policy = policy_new (settings);
  gint64 ready = g_get_monotonic_time ();
  guint64 after = own_kb ();

  figures_row (growth->figures);
  figures_count (growth->figures, "n", n);
  figures_real (growth->figures, "load_ms", (loaded - begun) / 1e3);
  figures_real (growth->figures, "policy_ms", (ready - loaded) / 1e3);
  figures_real (growth->figures, "look_up_ns", look_up_ns (policy->refused, n));
  figures_count (growth->figures, "bytes", after > before ? (after - before) * 1024 : 0);
  figures_row_end (growth->figures);
  return TRUE;
}

gboolean
growth_networks (const Growth *growth, GError **error)
{
  g_autofree char *path = g_build_filename (growth->folder, "settings.xml", NULL);
  g_autoptr (Settings) first = write_settings (path, 0, error) ? settings_load (path, error) : NULL;
  if (!first) /* what the first one costs alone, such as reading the schema, is not in the rows */
    return FALSE;
  for (guint n = 0; n <= growth->most; n = growth_next (n))
    if (!write_settings (path, n, error) || !measure (growth, path, n, error))
      return FALSE;
  return TRUE;
}
