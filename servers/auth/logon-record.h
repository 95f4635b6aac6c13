/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/auth/moment.h"

/**
 * SECTION: logon-record
 *
 * A log-on as it lies in the table. One that a former version of Postern wrote is none: its user
 * logs on again.
 */

typedef struct
{
  Moment moment;    /* of the log-on */
  IpAddress client; /* its own address */
  guint64 mark;     /* credentials_mark() of the user at that moment */
  char user[256];
} LogonRecord;

/** The longest record in bytes. */
#define LOGON_RECORD_MAX 512

/** Writes @record into @bytes and returns how many there are. */
gsize logon_record_to_bytes (const LogonRecord *record, guint8 bytes[LOGON_RECORD_MAX]);

/** Returns FALSE when @bytes are no record that we know: damaged, or of another version. */
gboolean logon_record_from_bytes (const guint8 *bytes,
                                  gsize length,
                                  LogonRecord *record) G_GNUC_WARN_UNUSED_RESULT;
