/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/logon-table.h"

/**
 * SECTION: smtp-grant-use
 *
 * How much each log-on to the POP server has been used to relay: for pop3.log-ons.messages and
 * pop3.log-ons.recipients. A log-on is known by its address and its moment, so one that is renewed
 * starts anew. In memory alone: a restart forgets it. Thread-safe.
 */
typedef struct _SmtpGrantUse SmtpGrantUse;

/** So many log-ons are remembered; then the one that was first used longest ago is forgotten. */
#define SMTP_GRANT_USE_MAX 100000

/** What one log-on has been used for, or may be used for: then 0 is no limit. */
typedef struct
{
  guint messages;
  guint recipients;
} SmtpGrantCount;

/** A log-on that has been used. */
typedef struct
{
  IpAddress address;
  gint64 wall_time; /* of the log-on, in seconds since 1970, UTC */
  SmtpGrantCount count;
} SmtpGrantUsed;

SmtpGrantUse *smtp_grant_use_new (void);
void smtp_grant_use_free (SmtpGrantUse *use);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpGrantUse, smtp_grant_use_free)

SmtpGrantCount smtp_grant_use_look_up (SmtpGrantUse *use, const Logon *logon);

/** Counts one message to so many @recipients. FALSE, and nothing is counted, when that would be more
 * than @limits: another session may have used the same log-on meanwhile. */
gboolean smtp_grant_use_take (SmtpGrantUse *use,
                              const Logon *logon,
                              guint recipients,
                              const SmtpGrantCount *limits) G_GNUC_WARN_UNUSED_RESULT;

/** The message was not taken after all. */
void smtp_grant_use_give_back (SmtpGrantUse *use, const Logon *logon, guint recipients);

/** Returns: (transfer full) (element-type SmtpGrantUsed): the log-ons that have been used, those
 * first used longest ago first */
GArray *smtp_grant_use_list (SmtpGrantUse *use);
