/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/**
 * For whom a log-on to the POP server is in force for fewer minutes: a row of pop3.log-ons.windows.
 */
typedef struct
{
  char *user;        /* (owned) (nullable): in lower case (ASCII letters); %NULL for a network */
  IpNetwork network; /* where there is no user */
  guint minutes; /* 1..65535; the shortest that fits holds, and none lengthens the general one */
} LogonWindow;

/**
 * Reads "joe 60" or "192.0.2.0/24 30". What could be a mistyped address or network is no user.
 * Returns FALSE, and leaves @window alone, for anything else.
 */
gboolean logon_window_parse (const char *text, LogonWindow *window) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the row in its normal form */
char *logon_window_to_text (const LogonWindow *window);

void logon_window_clear (LogonWindow *window);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LogonWindow, logon_window_clear)
