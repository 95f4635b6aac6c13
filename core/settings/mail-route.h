/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/mail-router.h"

/** Where the mail for some domains goes: a row of smtp.delivery.routes. */
typedef struct
{
  char *domain;       /* (owned) a domain pattern, in lower case */
  gboolean is_direct; /* to the domain's own mail exchangers */
  MailRouter router;  /* where it is not direct */
} MailRoute;

/**
 * Reads "example.org mail.example.net:587" or "example.org direct". Returns FALSE, and leaves
 * @route alone, for anything else.
 */
gboolean mail_route_parse (const char *text, MailRoute *route) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the row in its normal form */
char *mail_route_to_text (const MailRoute *route);

void mail_route_clear (MailRoute *route);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MailRoute, mail_route_clear)
