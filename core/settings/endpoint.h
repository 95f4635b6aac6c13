/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/** Where a server listens: one address and port, or every address of the machine. */
typedef struct
{
  gboolean any_address; /* "*": all addresses, IPv4 and IPv6; then address is zero */
  IpAddress address;
  guint16 port; /* 1..65535, host order */
} Endpoint;

/** The longest text that endpoint_to_string() gives, with its NUL. */
#define ENDPOINT_TEXT_MAX 56

/**
 * Reads "192.0.2.7:25", "[2001:db8::7]:25" or "*:25". Returns FALSE, and leaves @endpoint alone,
 * for anything else.
 */
gboolean endpoint_parse (const char *text, Endpoint *endpoint) G_GNUC_WARN_UNUSED_RESULT;

/** Writes the text that endpoint_parse() reads into @text and returns it. */
const char *endpoint_to_string (const Endpoint *endpoint, char text[ENDPOINT_TEXT_MAX]);

gboolean endpoint_equal (const Endpoint *a, const Endpoint *b);

/**
 * Reads a port, "1" to "65535", without sign or leading zeros. Returns FALSE, and leaves @port
 * alone, for anything else.
 */
gboolean endpoint_parse_port (const char *text, guint16 *port) G_GNUC_WARN_UNUSED_RESULT;
