/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/moment.h"

/**
 * SECTION: device-record
 *
 * What is known of a device, as it lies in the table.
 */
typedef struct
{
  Moment first; /* log-on */
  Moment last;
  guint64 log_ons;
  guint64 retrieved; /* messages */
  char how[8];       /* it last logged on: pass, apop, sasl */
  char tls[16];      /* the version of TLS then; "" in clear */
} DeviceRecord;

/** The longest record in bytes. */
#define DEVICE_RECORD_MAX 128

/** Writes @record into @bytes and returns how many there are. */
gsize device_record_to_bytes (const DeviceRecord *record, guint8 bytes[DEVICE_RECORD_MAX]);

/** Returns FALSE when @bytes are no record that we know: damaged, or of another version. */
gboolean device_record_from_bytes (const guint8 *bytes,
                                   gsize length,
                                   DeviceRecord *record) G_GNUC_WARN_UNUSED_RESULT;

/** Adds what @newer says to what is known: numbers grow, and the last time counts. */
void device_record_add (DeviceRecord *record, const DeviceRecord *newer);

/** When @moment was, in seconds since 1970, as the clock of @now counts them: exact for this boot,
 * and never after @now. */
gint64 device_record_time (const Moment *moment, const Moment *now);
