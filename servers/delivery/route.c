/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/route.h"

#include "servers/policy/relay-policy.h"

#include <string.h>

static Route *
route_new (RouteKind kind, const char *host, guint16 port)
{
  Route *route = g_new (Route, 1);
  *route = (Route){ kind, g_strdup (host), port };
  return route;
}

Route *
route_new_nowhere (void)
{
  return route_new (ROUTE_NOWHERE, "", 0);
}

void
route_free (Route *route)
{
  g_free (route->host);
  g_free (route);
}

gboolean
route_equal (const Route *a, const Route *b)
{
  return a->kind == b->kind && a->port == b->port && g_ascii_strcasecmp (a->host, b->host) == 0;
}

/* "host", "host:port", "[address]" or "[address]:port", as the schema lets them through. */
static Route *
to_router (const char *router)
{
  g_autofree char *host = g_strdup (router);
  char *port = strchr (host, ':');
  char *name = host;
  if (*host == '[')
    {
      char *end = strchr (host, ']');
      if (end == NULL)
        return route_new_nowhere ();
      name = host + 1;
      *end = '\0';
      port = end[1] == ':' ? end + 1 : NULL;
    }
  guint64 number = ROUTE_SMTP_PORT;
  if (port != NULL && !g_ascii_string_to_unsigned (port + 1, 10, 1, 65535, &number, NULL))
    return route_new_nowhere ();
  if (port != NULL)
    *port = '\0';
  return route_new (ROUTE_HOST, name, (guint16) number);
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321, section 4.1.3) */
static Route *
to_literal (const char *literal)
{
  gsize length = strlen (literal);
  IpAddress address;
  if (length < 3 || literal[length - 1] != ']')
    return route_new_nowhere ();
  g_autofree char *text = g_strndup (literal + 1, length - 2);
  gboolean is_ipv6 = g_ascii_strncasecmp (text, "IPv6:", 5) == 0;
  const char *host = is_ipv6 ? text + 5 : text;
  if (!ip_address_parse (host, &address))
    return route_new_nowhere ();
  return route_new (ROUTE_HOST, host, ROUTE_SMTP_PORT);
}

Route *
route_find (const Policy *policy, const MailAddress *recipient)
{
  if (relay_policy_is_local (policy, recipient))
    return route_new (ROUTE_LOCAL, "", 0);
  if (*recipient->domain == '\0')
    return route_new_nowhere ();
  if (*policy->settings->smtp.mail_router != '\0')
    return to_router (policy->settings->smtp.mail_router);
  if (*recipient->domain == '[')
    return to_literal (recipient->domain);
  return route_new (ROUTE_EXCHANGERS, recipient->domain, ROUTE_SMTP_PORT);
}

char *
route_to_string (const Route *route)
{
  g_autofree char *host = g_ascii_strdown (route->host, -1);
  const char *kind = route->kind == ROUTE_EXCHANGERS ? "exchangers of " : "";
  return g_strdup_printf ("%s%s:%u", kind, host, route->port);
}
