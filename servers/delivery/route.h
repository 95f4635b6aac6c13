/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/mail/mail-address.h"
#include "servers/policy/policy-delivery.h"

/** Where a recipient's mail goes next. */
typedef enum
{
  ROUTE_NOWHERE,   /* the address is none that mail can go to */
  ROUTE_LOCAL,     /* into a mailbox on this system */
  ROUTE_ROUTER,    /* to a host that the settings name: the mail router, or a route's */
  ROUTE_LITERAL,   /* to the host of an address literal (RFC 5321, section 4.1.3) */
  ROUTE_EXCHANGERS /* to the mail exchangers of a domain (RFC 5321, section 5.1) */
} RouteKind;

typedef struct
{
  RouteKind kind;
  char *host;      /* (owned) the host, as a name or an address without brackets, or the domain; ""
                      for the first two kinds */
  guint16 port;    /* of a router; the others' is ROUTE_SMTP_PORT */
  DeliveryTls tls; /* of a router, for the recipient's domain, and of a literal; that of exchangers
                      is each one's own */
} Route;

#define ROUTE_SMTP_PORT 25

/**
 * Pure: the recipient's domain and the settings in force decide. First match wins: a local domain;
 * the most specific of smtp.delivery.routes; a near domain, where near-domains-direct is on; the
 * mail router; the address literal's host, or the domain's own mail exchangers.
 */
Route *route_find (const Policy *policy, const MailAddress *recipient);
/** Returns: (transfer full): the way of an address that is none */
Route *route_new_nowhere (void);
void route_free (Route *route);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Route, route_free)

/** Whether recipients on these two ways can go in one transaction. */
gboolean route_equal (const Route *a, const Route *b);

/** Returns: (transfer full): a name of the destination; routes that are equal, or differ in TLS
 * only, have the same */
char *route_to_string (const Route *route);
