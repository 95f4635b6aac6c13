/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-command.h"
#include "servers/smtp/smtp-session.h"

/**
 * SECTION: smtp-verbs
 *
 * The commands of SMTP, in one table: in which states each is allowed, what the session checks
 * before it, and what it does.
 */

typedef enum
{
  SMTP_VERB_NO_ARGUMENT = 1 << 0,
  SMTP_VERB_NEEDS_ARGUMENT = 1 << 1,
  SMTP_VERB_UNLISTED = 1 << 2, /* HELP does not name it */
  SMTP_VERB_NEEDS_TLS = 1 << 3 /* where the terms need it */
} SmtpVerbFlags;

typedef struct
{
  const char *name;
  guint states; /* a bit 1 << SmtpState for each */
  SmtpVerbFlags flags;
  /* Makes the step; %NULL for a command that is known, but not implemented. */
  SmtpStep (*handle) (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command);
} SmtpVerb;

/** @name: (array length=length): in any case. Returns: (nullable): its row */
const SmtpVerb *smtp_verbs_find (const char *name, gsize length);
