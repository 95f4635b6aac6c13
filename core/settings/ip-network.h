/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: ip-network
 *
 * Addresses and networks as values. One form serves both families: an IPv4 address is kept as the
 * IPv6 address that stands for it, such as ::ffff:192.0.2.7 (RFC 4291, section 2.5.5.2), so that a
 * client that reached us through an IPv6 socket is the same client.
 */

typedef struct
{
  guint8 bytes[16]; /* network order; IPv4 as ::ffff:a.b.c.d */
} IpAddress;

typedef struct
{
  IpAddress first; /* host bits are zero */
  guint8 prefix;   /* 0..128, counted in the IPv6 form: 192.0.2.0/24 has 120 */
} IpNetwork;

/** The longest text that ip_address_to_string() and ip_network_to_string() give, with its NUL. */
#define IP_NETWORK_TEXT_MAX 50

/**
 * ip_address_parse:
 *
 * Reads "192.0.2.7", "2001:db8::7" or "::ffff:192.0.2.7" (the same as 192.0.2.7). No brackets, no
 * zone, no port. Returns FALSE, and leaves @address alone, for anything else.
 */
gboolean ip_address_parse (const char *text, IpAddress *address) G_GNUC_WARN_UNUSED_RESULT;

/** Writes the usual text (RFC 5952; IPv4 dotted) into @text and returns it. */
const char *ip_address_to_string (const IpAddress *address, char text[IP_NETWORK_TEXT_MAX]);

gboolean ip_address_is_ipv4 (const IpAddress *address);

/** Whether it is 127.0.0.0/8 or ::1. */
gboolean ip_address_is_loopback (const IpAddress *address);

/** Whether it is 127.0.0.1 or ::1, which all programs share that connect to this system as
 * "localhost". A program that takes another address of 127.0.0.0/8 has chosen one of its own. */
gboolean ip_address_is_localhost (const IpAddress *address);

gboolean ip_address_equal (const IpAddress *a, const IpAddress *b);

/**
 * ip_address_link:
 *
 * The address that stands for all that one client may have: of IPv6 the first one of the /64, since
 * whoever has one of its addresses has all. IPv4 addresses stand for themselves, and so do IPv6
 * addresses whose /64 is no link of one site: loopback and those that IPv4 addresses are translated
 * into (all of ::/8, RFC 6052), Teredo (RFC 4380), link-local.
 */
IpAddress ip_address_link (const IpAddress *address);

/**
 * ip_network_parse:
 *
 * Reads "192.0.2.7" (that host alone), "192.0.2.0/24", "192.0.2.0/255.255.255.0", the same with a
 * space in place of the slash, and "2001:db8::/32". Host bits are ignored. A mask with holes, or a
 * prefix that is too long, is refused. Returns FALSE, and leaves @network alone, when @text is none
 * of these.
 */
gboolean ip_network_parse (const char *text, IpNetwork *network) G_GNUC_WARN_UNUSED_RESULT;

/** Writes "192.0.2.0/24", or the address alone for a single host, into @text and returns it. */
const char *ip_network_to_string (const IpNetwork *network, char text[IP_NETWORK_TEXT_MAX]);

/**
 * ip_network_contains:
 *
 * Whether @address is in @network. An IPv6 network that is wider than /96 holds no IPv4 address:
 * ::/0 is every IPv6 address, 0.0.0.0/0 every IPv4 address.
 */
gboolean ip_network_contains (const IpNetwork *network, const IpAddress *address);

/** Whether it is a large part of the Internet, or all of it, which is no site's own: more than 16
 * million IPv4 addresses, or more than any registry gives to one. */
gboolean ip_network_is_wide (const IpNetwork *network);

gboolean ip_network_equal (const IpNetwork *a, const IpNetwork *b);

/** Orders by first address, then by prefix (the wider network first); for sorting and searching. */
int ip_network_compare (const IpNetwork *a, const IpNetwork *b);
