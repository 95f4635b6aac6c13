/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/endpoint.h"

#include <string.h>

gboolean
endpoint_parse_port (const char *text, guint16 *port)
{
  guint value = 0;

  if (text[0] < '1' || text[0] > '9')
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      value = value * 10 + (guint) (*text - '0');
      if (value > G_MAXUINT16)
        return FALSE;
    }
  *port = (guint16) value;
  return TRUE;
}

/* "[2001:db8::7]" or "192.0.2.7", @length bytes long. */
static gboolean
parse_address (const char *text, gsize length, IpAddress *address)
{
  char copy[IP_NETWORK_TEXT_MAX];
  gboolean bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';

  if (bracketed)
    {
      text++;
      length -= 2;
    }
  if (length >= sizeof copy)
    return FALSE;
  memcpy (copy, text, length);
  copy[length] = '\0';
  return bracketed == (strchr (copy, ':') != NULL) && ip_address_parse (copy, address);
}

gboolean
endpoint_parse (const char *text, Endpoint *endpoint)
{
  const char *colon = strrchr (text, ':');
  Endpoint parsed = { 0 };

  if (colon == NULL || !endpoint_parse_port (colon + 1, &parsed.port))
    return FALSE;
  if (colon == text + 1 && text[0] == '*')
    parsed.any_address = TRUE;
  else if (!parse_address (text, (gsize) (colon - text), &parsed.address))
    return FALSE;
  *endpoint = parsed;
  return TRUE;
}

const char *
endpoint_to_string (const Endpoint *endpoint, char text[ENDPOINT_TEXT_MAX])
{
  char address[IP_NETWORK_TEXT_MAX];

  if (endpoint->any_address)
    g_snprintf (text, ENDPOINT_TEXT_MAX, "*:%u", endpoint->port);
  else
    g_snprintf (text, ENDPOINT_TEXT_MAX,
                ip_address_is_ipv4 (&endpoint->address) ? "%s:%u" : "[%s]:%u",
                ip_address_to_string (&endpoint->address, address), endpoint->port);
  return text;
}

gboolean
endpoint_equal (const Endpoint *a, const Endpoint *b)
{
  return a->any_address == b->any_address && a->port == b->port
         && ip_address_equal (&a->address, &b->address);
}
