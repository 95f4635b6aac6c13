/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/ban-table.h"
#include "servers/auth/moment.h"

/**
 * SECTION: ban-record
 *
 * What the ban table keeps of an address, and what follows from it: the counting, without a store.
 */
typedef struct
{
  Moment moment;    /* of the last failure that counted; a ban begins with it */
  guint32 failures; /* in a row; 0: nothing is known */
  guint32 seconds;  /* how long the ban lasts, or the failures count */
  gboolean is_ban;
  char user[256]; /* of the last failure; valid UTF-8 without control characters */
} BanRecord;

/** The longest record in bytes. */
#define BAN_RECORD_MAX 512

/** Writes @record into @bytes and returns how many there are. */
gsize ban_record_to_bytes (const BanRecord *record, guint8 bytes[BAN_RECORD_MAX]);

/** Returns FALSE when @bytes are no record that we know: damaged, or of another version. */
gboolean ban_record_from_bytes (const guint8 *bytes,
                                gsize length,
                                BanRecord *record) G_GNUC_WARN_UNUSED_RESULT;

/** How many seconds the record still says something, rounded up; 0 for one that is void. */
gint64 ban_record_seconds_left (const BanRecord *record, const Moment *now);

/**
 * ban_record_add_failure:
 * @record: all zero where nothing is known of the address
 *
 * Counts a failure at @now, where there is no ban in force. Returns: whether a ban has begun.
 */
gboolean ban_record_add_failure (BanRecord *record,
                                 const Moment *now,
                                 const char *user,
                                 const BanLimits *limits);

/** Says in @ban what @record means at @now. Returns: whether the address is banned. */
gboolean
ban_record_tell (const BanRecord *record, const IpAddress *address, const Moment *now, Ban *ban);
