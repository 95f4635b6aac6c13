/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/route.h"

#include "servers/policy/relay-policy.h"

#include <string.h>

static Route *
route_new (RouteKind kind, const char *host, guint16 port)
{
  Route *route = g_new (Route, 1);
  *route = (Route){ .kind = kind, .host = g_strdup (host), .port = port };
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
  return a->kind == b->kind && a->port == b->port && a->tls == b->tls
         && g_ascii_strcasecmp (a->host, b->host) == 0;
}

static Route *
to_router (const Policy *policy, const char *domain, const MailRouter *router)
{
  Route *route = route_new (ROUTE_ROUTER, router->host, router->port);
  route->tls = policy_delivery_tls (policy, domain, router->host);
  return route;
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321, section 4.1.3) */
static Route *
to_literal (const Policy *policy, const char *literal)
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
  Route *route = route_new (ROUTE_LITERAL, host, ROUTE_SMTP_PORT);
  route->tls = policy_delivery_tls (policy, literal, host);
  return route;
}

/* To whom the domain itself sends us. */
static Route *
to_own_hosts (const Policy *policy, const char *domain)
{
  return *domain == '[' ? to_literal (policy, domain)
                        : route_new (ROUTE_EXCHANGERS, domain, ROUTE_SMTP_PORT);
}

Route *
route_find (const Policy *policy, const MailAddress *recipient)
{
  const SmtpSettings *smtp = &policy->settings->smtp;
  const char *domain = recipient->domain;
  MailRouter router;
  if (relay_policy_is_local (policy, recipient))
    return route_new (ROUTE_LOCAL, "", 0);
  if (*domain == '\0')
    return route_new_nowhere ();

  const MailRoute *row = policy_route (policy, domain);
  if (row != NULL)
    return row->is_direct ? to_own_hosts (policy, domain)
                          : to_router (policy, domain, &row->router);
  if (smtp->delivery.near_domains_direct && domain_map_match (policy->near_domains, domain))
    return to_own_hosts (policy, domain);
  if (mail_router_parse (smtp->mail_router, &router) == MAIL_ROUTER_VALID)
    return to_router (policy, domain, &router);
  return *smtp->mail_router == '\0' ? to_own_hosts (policy, domain) : route_new_nowhere ();
}

char *
route_to_string (const Route *route)
{
  g_autofree char *host = g_ascii_strdown (route->host, -1);
  const char *kind = route->kind == ROUTE_EXCHANGERS ? "exchangers of " : "";
  return g_strdup_printf ("%s%s:%u", kind, host, route->port);
}
