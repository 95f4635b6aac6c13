/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/host-name.h"
#include "core/settings/ip-network.h"

/** Where mail for other systems is handed to. */
typedef struct
{
  char host[HOST_NAME_MAX_LENGTH + 1]; /* the name, or the text of the address, without brackets */
  gboolean is_address;
  IpAddress address; /* where is_address */
  guint16 port;      /* 25 where the text has none */
} MailRouter;

typedef enum
{
  MAIL_ROUTER_VALID,
  MAIL_ROUTER_WRONG_HOST,
  MAIL_ROUTER_WRONG_PORT
} MailRouterFault;

/**
 * mail_router_parse:
 *
 * Reads "host", "host:port", "192.0.2.7", "192.0.2.7:587", "[2001:db8::7]" or "[2001:db8::7]:587".
 * A host of digits and dots alone is an address or wrong. Returns what is wrong with it, and then
 * leaves @router alone.
 */
MailRouterFault mail_router_parse (const char *text, MailRouter *router) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Returns: (transfer full): the text that mail_router_parse() reads, in its normal form: the name in
 * lower case, the port where it is not 25
 */
char *mail_router_to_text (const MailRouter *router);
