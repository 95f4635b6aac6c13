/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "core/settings/endpoint.h"
#include "core/settings/ip-network.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What was read once is read again from its own text, and is the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char written[IP_NETWORK_TEXT_MAX];
  char endpoint_written[ENDPOINT_TEXT_MAX];
  IpAddress address, address_again;
  IpNetwork network, network_again;
  Endpoint endpoint, endpoint_again;

  if (ip_address_parse (text, &address))
    {
      g_assert_true (ip_address_parse (ip_address_to_string (&address, written), &address_again));
      g_assert_true (ip_address_equal (&address, &address_again));
    }
  if (ip_network_parse (text, &network))
    {
      g_assert_true (ip_network_parse (ip_network_to_string (&network, written), &network_again));
      g_assert_true (ip_network_equal (&network, &network_again));
    }
  if (endpoint_parse (text, &endpoint))
    {
      g_assert_true (
          endpoint_parse (endpoint_to_string (&endpoint, endpoint_written), &endpoint_again));
      g_assert_true (endpoint_equal (&endpoint, &endpoint_again));
    }
  return 0;
}
