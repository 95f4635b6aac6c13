/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/mail-router.h"

#include <string.h>

#include "core/settings/endpoint.h"

#define SMTP_PORT 25

/* No top-level domain is a number: what looks like an address is one, or a mistyped one. */
static gboolean
looks_like_address (const char *host)
{
  return strspn (host, "0123456789.") == strlen (host);
}

static gboolean
read_host (MailRouter *router, gboolean bracketed)
{
  router->is_address = ip_address_parse (router->host, &router->address);
  if (bracketed)
    return router->is_address;
  if (router->is_address)
    return ip_address_is_ipv4 (&router->address) && strchr (router->host, ':') == NULL;
  return !looks_like_address (router->host) && host_name_is_valid (router->host);
}

MailRouterFault
mail_router_parse (const char *text, MailRouter *router)
{
  gboolean bracketed = text[0] == '[';
  const char *start = bracketed ? text + 1 : text;
  gsize length = strcspn (start, bracketed ? "]" : ":");
  const char *rest = start + length;
  MailRouter parsed = { .port = SMTP_PORT };

  if (length >= sizeof parsed.host || (bracketed && *rest != ']'))
    return MAIL_ROUTER_WRONG_HOST;
  memcpy (parsed.host, start, length);
  if (!read_host (&parsed, bracketed))
    return MAIL_ROUTER_WRONG_HOST;
  rest += bracketed ? 1 : 0;
  if (*rest != '\0' && *rest != ':')
    return MAIL_ROUTER_WRONG_HOST;
  if (*rest == ':' && !endpoint_parse_port (rest + 1, &parsed.port))
    return MAIL_ROUTER_WRONG_PORT;
  *router = parsed;
  return MAIL_ROUTER_VALID;
}

char *
mail_router_to_text (const MailRouter *router)
{
  char address[IP_NETWORK_TEXT_MAX];
  g_autofree char *host = router->is_address
                              ? g_strdup (ip_address_to_string (&router->address, address))
                              : g_ascii_strdown (router->host, -1);
  gboolean bracketed = strchr (host, ':') != NULL;

  if (router->port == SMTP_PORT)
    return g_strdup_printf (bracketed ? "[%s]" : "%s", host);
  return g_strdup_printf (bracketed ? "[%s]:%u" : "%s:%u", host, router->port);
}
