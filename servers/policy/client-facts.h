/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/** No log-on of that address is known. */
#define CLIENT_NEVER_LOGGED_ON G_MAXINT64

/** What the DNS blocklists say of a client. */
typedef enum
{
  BLOCKLIST_NOT_ASKED,
  BLOCKLIST_CLEAN, /* also when nobody answered in time: that stops no mail */
  BLOCKLIST_LISTED /* by as many lists as smtp.connection.blocklist-match wants */
} BlocklistFinding;

/**
 * What is known of a client when a decision about it is made. Whoever asks gathers the facts; the
 * policies look nothing up. Texts are unowned, and outlive the decision.
 *
 * The log-on is the newest one of policy_logon_address(), not of the address as such.
 */
typedef struct
{
  IpAddress address;
  gboolean is_local_host;     /* a loopback address, or the very address that it connected to */
  gint64 seconds_since_logon; /* since the newest log-on to the POP server;
                                 CLIENT_NEVER_LOGGED_ON for none */
  const char *logon_user;     /* (nullable) who that was */
  gboolean is_logon_unsure;   /* there may be one: it can't be found out now */
  const char *authenticated;  /* (nullable) the user of SMTP AUTH in this session */
  gboolean by_submission;     /* came in through a listener for submission */
  guint grant_messages;       /* already relayed for that log-on, this message not counted */
  guint grant_recipients;     /* the same, those of this message that were let through included */
  BlocklistFinding blocklists;
} ClientFacts;
