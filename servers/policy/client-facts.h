/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/** No log-on of that address is known. */
#define CLIENT_NEVER_LOGGED_ON G_MAXINT64

/** What is known of a client when a decision about it is made. Whoever asks gathers the facts; the
 * policies look nothing up. */
typedef struct
{
  IpAddress address;
  gboolean is_local_host;     /* a loopback address, or the very address that it connected to */
  gint64 seconds_since_logon; /* since the newest log-on to the POP server from that address;
                                 CLIENT_NEVER_LOGGED_ON for none */
  gboolean is_authenticated;  /* by SMTP AUTH */
} ClientFacts;
