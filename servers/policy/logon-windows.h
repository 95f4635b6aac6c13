/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * The rows of pop3.log-ons.windows, arranged for look-up: immutable, read by many threads. The time
 * of a look-up does not grow with the number of rows.
 */
typedef struct _LogonWindows LogonWindows;

/** @rows: a #TextList; every one is valid */
LogonWindows *logon_windows_new (char *const *rows);
void logon_windows_free (LogonWindows *windows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LogonWindows, logon_windows_free)

/** Returns: the fewest minutes of the rows for @user (nullable, any case) and for the networks that
 * hold @address; %G_MAXUINT when no row fits */
guint
logon_windows_minutes (const LogonWindows *windows, const char *user, const IpAddress *address);
