/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/mail/mail-address.h"
#include "servers/policy/policy.h"

/** Where a recipient's mail goes next. */
typedef enum
{
  ROUTE_NOWHERE,   /* the address is none that mail can go to */
  ROUTE_LOCAL,     /* into a mailbox on this system */
  ROUTE_HOST,      /* to one host: the mail router, or the host of an address literal */
  ROUTE_EXCHANGERS /* to the mail exchangers of a domain (RFC 5321, section 5.1) */
} RouteKind;

typedef struct
{
  RouteKind kind;
  char *host;   /* (owned) the host, as a name or an address without brackets, or the domain; "" for
                   the first two kinds */
  guint16 port; /* of ROUTE_HOST; the exchangers' is ROUTE_SMTP_PORT */
} Route;

#define ROUTE_SMTP_PORT 25

/** Pure: the recipient's domain and the settings in force decide. */
Route *route_find (const Policy *policy, const MailAddress *recipient);
/** Returns: (transfer full): the way of an address that is none */
Route *route_new_nowhere (void);
void route_free (Route *route);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Route, route_free)

/** Whether recipients on these two ways can go in one transaction. */
gboolean route_equal (const Route *a, const Route *b);

/** Returns: (transfer full): a name of the destination; routes that are equal have the same */
char *route_to_string (const Route *route);
