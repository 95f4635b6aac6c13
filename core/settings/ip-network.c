/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/ip-network.h"

#include <arpa/inet.h>
#include <string.h>

/* A network that is wider than these is no site's own. */
#define WIDE_IPV4_PREFIX (96 + 8)
#define WIDE_IPV6_PREFIX 16

#define IPV4_PREFIX 96
#define IPV6_BITS 128
#define INTERFACE_BYTES 8 /* the second half of an address, RFC 4291, section 2.5.1 */

static const guint8 ipv4_head[12] = { [10] = 0xff, [11] = 0xff };

gboolean
ip_address_parse (const char *text, IpAddress *address)
{
  guint8 ipv4[4];
  guint8 ipv6[16];

  if (inet_pton (AF_INET, text, ipv4) == 1)
    {
      memcpy (address->bytes, ipv4_head, sizeof ipv4_head);
      memcpy (address->bytes + sizeof ipv4_head, ipv4, sizeof ipv4);
      return TRUE;
    }
  if (inet_pton (AF_INET6, text, ipv6) != 1)
    return FALSE;
  memcpy (address->bytes, ipv6, sizeof ipv6);
  return TRUE;
}

const char *
ip_address_to_string (const IpAddress *address, char text[IP_NETWORK_TEXT_MAX])
{
  if (ip_address_is_ipv4 (address))
    inet_ntop (AF_INET, address->bytes + sizeof ipv4_head, text, IP_NETWORK_TEXT_MAX);
  else
    inet_ntop (AF_INET6, address->bytes, text, IP_NETWORK_TEXT_MAX);
  return text;
}

gboolean
ip_address_is_ipv4 (const IpAddress *address)
{
  return memcmp (address->bytes, ipv4_head, sizeof ipv4_head) == 0;
}

static const IpAddress ipv6_loopback = { { [15] = 1 } };

gboolean
ip_address_is_loopback (const IpAddress *address)
{
  if (ip_address_is_ipv4 (address))
    return address->bytes[12] == 127;
  return ip_address_equal (address, &ipv6_loopback);
}

gboolean
ip_address_is_localhost (const IpAddress *address)
{
  static const guint8 ipv4[] = { 127, 0, 0, 1 };

  if (ip_address_is_ipv4 (address))
    return memcmp (address->bytes + sizeof ipv4_head, ipv4, sizeof ipv4) == 0;
  return ip_address_equal (address, &ipv6_loopback);
}

gboolean
ip_address_equal (const IpAddress *a, const IpAddress *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Where a /64 holds people who have nothing to do with each other. */
static gboolean
is_alone (const IpAddress *address)
{
  static const guint8 teredo[] = { 0x20, 0x01, 0x00, 0x00 };
  const guint8 *bytes = address->bytes;

  return bytes[0] == 0 || memcmp (bytes, teredo, sizeof teredo) == 0
         || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

IpAddress
ip_address_link (const IpAddress *address)
{
  IpAddress link = *address;

  if (!is_alone (address))
    memset (link.bytes + sizeof link.bytes - INTERFACE_BYTES, 0, INTERFACE_BYTES);
  return link;
}

/* A number without sign, white space or leading zeros, at most @maximum. */
static gboolean
parse_prefix (const char *text, guint maximum, guint *prefix)
{
  guint value = 0;

  if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      value = value * 10 + (guint) (*text - '0');
      if (value > maximum)
        return FALSE;
    }
  *prefix = value;
  return TRUE;
}

/* 255.255.255.0 is 24; a mask with holes is none. */
static gboolean
parse_mask (const char *text, guint *prefix)
{
  guint8 bytes[4];
  guint32 mask;
  guint32 rest;

  if (inet_pton (AF_INET, text, bytes) != 1)
    return FALSE;
  mask = (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
  rest = ~mask;
  if ((rest & (rest + 1)) != 0)
    return FALSE;
  *prefix = 32;
  for (; rest != 0; rest >>= 1)
    (*prefix)--;
  return TRUE;
}

static void
clear_host_bits (IpNetwork *network)
{
  guint whole = network->prefix / 8;

  if (whole < sizeof network->first.bytes)
    {
      network->first.bytes[whole] &= (guint8) (0xff00 >> (network->prefix % 8));
      memset (network->first.bytes + whole + 1, 0, sizeof network->first.bytes - whole - 1);
    }
}

/* The prefix that stands behind the address, counted in the IPv6 form. */
static gboolean
parse_extent (const char *text, gboolean written_as_ipv4, guint *prefix)
{
  if (!written_as_ipv4)
    return parse_prefix (text, IPV6_BITS, prefix);
  if (!parse_prefix (text, IPV6_BITS - IPV4_PREFIX, prefix) && !parse_mask (text, prefix))
    return FALSE;
  *prefix += IPV4_PREFIX;
  return TRUE;
}

gboolean
ip_network_parse (const char *text, IpNetwork *network)
{
  char head[IP_NETWORK_TEXT_MAX];
  gsize head_length = strcspn (text, "/ \t");
  const char *tail = text + head_length;
  guint prefix = IPV6_BITS;
  IpNetwork parsed;

  if (head_length >= sizeof head)
    return FALSE;
  memcpy (head, text, head_length);
  head[head_length] = '\0';
  if (!ip_address_parse (head, &parsed.first))
    return FALSE;

  if (*tail != '\0')
    {
      tail += *tail == '/' ? 1 : strspn (tail, " \t");
      if (!parse_extent (tail, strchr (head, ':') == NULL, &prefix))
        return FALSE;
    }
  parsed.prefix = (guint8) prefix;
  clear_host_bits (&parsed);
  *network = parsed;
  return TRUE;
}

const char *
ip_network_to_string (const IpNetwork *network, char text[IP_NETWORK_TEXT_MAX])
{
  gboolean ipv4 = network->prefix >= IPV4_PREFIX && ip_address_is_ipv4 (&network->first);
  guint prefix = ipv4 ? network->prefix - IPV4_PREFIX : network->prefix;
  gsize length;

  if (ipv4)
    inet_ntop (AF_INET, network->first.bytes + IPV4_PREFIX / 8, text, IP_NETWORK_TEXT_MAX);
  else
    inet_ntop (AF_INET6, network->first.bytes, text, IP_NETWORK_TEXT_MAX);
  if (network->prefix < IPV6_BITS)
    {
      length = strlen (text);
      g_snprintf (text + length, IP_NETWORK_TEXT_MAX - length, "/%u", prefix);
    }
  return text;
}

gboolean
ip_network_contains (const IpNetwork *network, const IpAddress *address)
{
  guint whole = network->prefix / 8;
  guint8 rest = (guint8) (0xff00 >> (network->prefix % 8));

  if (network->prefix < IPV4_PREFIX && ip_address_is_ipv4 (address))
    return FALSE;
  if (memcmp (network->first.bytes, address->bytes, whole) != 0)
    return FALSE;
  return whole == sizeof address->bytes
         || ((network->first.bytes[whole] ^ address->bytes[whole]) & rest) == 0;
}

gboolean
ip_network_is_wide (const IpNetwork *network)
{
  gboolean ipv4 = network->prefix >= 96 && ip_address_is_ipv4 (&network->first);

  return network->prefix < (ipv4 ? WIDE_IPV4_PREFIX : WIDE_IPV6_PREFIX);
}

gboolean
ip_network_equal (const IpNetwork *a, const IpNetwork *b)
{
  return a->prefix == b->prefix && ip_address_equal (&a->first, &b->first);
}

int
ip_network_compare (const IpNetwork *a, const IpNetwork *b)
{
  int order = memcmp (a->first.bytes, b->first.bytes, sizeof a->first.bytes);

  return order != 0 ? order : (int) a->prefix - (int) b->prefix;
}
