/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "core/settings/network-set.h"
#include "core/settings/settings-image.h"
#include "core/settings/settings-variant.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
look_up (const NetworkList *networks, const IpAddress *address)
{
  g_assert_cmpint (network_set_match (networks->set, address), >=, -1);
  for (gsize i = 0; i < networks->length; i++)
    (void) ip_network_contains (&networks->rows[i], address);
}

/* Whatever an image holds, nothing that is done with its snapshot leaves it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const IpAddress ipv4 = { { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1 } };
  static const IpAddress ipv6 = { { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
  g_autoptr (GBytes) image = g_bytes_new (data, size);
  g_autoptr (Settings) settings = settings_image_decode (image);
  gsize length;
  const Setting *table = setting_table (&length);

  if (settings == NULL)
    return 0;
  for (gsize i = 0; i < length; i++)
    if (table[i].kind == SETTING_NETWORKS)
      {
        look_up (setting_member (&table[i], settings), &ipv4);
        look_up (setting_member (&table[i], settings), &ipv6);
      }
  g_variant_unref (g_variant_ref_sink (settings_to_variant (settings)));
  return 0;
}
