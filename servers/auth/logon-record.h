/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/logon-table.h"

/**
 * SECTION: logon-record
 *
 * A log-on as it lies in the table, and its age.
 */

typedef struct
{
  LogonMoment moment; /* of the log-on */
  char user[256];
} LogonRecord;

/** The longest record in bytes. */
#define LOGON_RECORD_MAX 512

/** Reads the system's clocks; @boot_id is read from the system once. */
void logon_moment_read (LogonMoment *now, gpointer unused);

/** Whether the system tells its boots apart; without, ages after a reboot would be wrong. */
gboolean logon_moment_is_supported (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Writes @record into @bytes and returns how many there are. */
gsize logon_record_to_bytes (const LogonRecord *record, guint8 bytes[LOGON_RECORD_MAX]);

/** Returns FALSE when @bytes are no record that we know: damaged, or of another version. */
gboolean logon_record_from_bytes (const guint8 *bytes,
                                  gsize length,
                                  LogonRecord *record) G_GNUC_WARN_UNUSED_RESULT;

/** Gets the age in nanoseconds, 0 and up. Returns FALSE for a log-on that is void: it seems to lie
 * in the future. */
gboolean logon_record_age (const LogonRecord *record,
                           const LogonMoment *now,
                           gint64 *age_ns) G_GNUC_WARN_UNUSED_RESULT;
