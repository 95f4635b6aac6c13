/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/ban-record.h"

#include <string.h>

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
#define SECONDS_MAX (BAN_TABLE_MAX_MINUTES * 60)
#define VERSION 1

/* A record: version (1 byte), is it a ban (1), moment, failures (4), seconds (4), user without a NUL
 * (the rest). Numbers are big-endian. */
#define IS_BAN_AT 1
#define MOMENT_AT 2
#define FAILURES_AT (MOMENT_AT + MOMENT_BYTES)
#define SECONDS_AT (FAILURES_AT + 4)
#define USER_AT (SECONDS_AT + 4)

G_STATIC_ASSERT (USER_AT + sizeof (((BanRecord *) NULL)->user) <= BAN_RECORD_MAX);

static void
put_number (guint8 *bytes, guint32 number)
{
  guint32 wire = GUINT32_TO_BE (number);

  memcpy (bytes, &wire, sizeof wire);
}

static guint32
get_number (const guint8 *bytes)
{
  guint32 wire;

  memcpy (&wire, bytes, sizeof wire);
  return GUINT32_FROM_BE (wire);
}

gsize
ban_record_to_bytes (const BanRecord *record, guint8 bytes[BAN_RECORD_MAX])
{
  gsize user_length = strlen (record->user);

  bytes[0] = VERSION;
  bytes[IS_BAN_AT] = record->is_ban ? 1 : 0;
  moment_to_bytes (&record->moment, bytes + MOMENT_AT);
  put_number (bytes + FAILURES_AT, record->failures);
  put_number (bytes + SECONDS_AT, record->seconds);
  memcpy (bytes + USER_AT, record->user, user_length);
  return USER_AT + user_length;
}

gboolean
ban_record_from_bytes (const guint8 *bytes, gsize length, BanRecord *record)
{
  BanRecord read = { 0 };

  if (length < USER_AT || bytes[0] != VERSION || length - USER_AT >= sizeof read.user)
    return FALSE;

  read.is_ban = bytes[IS_BAN_AT] == 1;
  moment_from_bytes (bytes + MOMENT_AT, &read.moment);
  read.failures = get_number (bytes + FAILURES_AT);
  read.seconds = get_number (bytes + SECONDS_AT);
  memcpy (read.user, bytes + USER_AT, length - USER_AT);
  if (read.seconds > SECONDS_MAX || !g_utf8_validate (read.user, length - USER_AT, NULL))
    return FALSE;
  *record = read;
  return TRUE;
}

gint64
ban_record_seconds_left (const BanRecord *record, const Moment *now)
{
  gint64 age_ns, left_ns;

  if (record->failures == 0 || !moment_age (&record->moment, now, &age_ns))
    return 0;
  left_ns = record->seconds * NS_PER_SECOND - age_ns;
  return left_ns > 0 ? (left_ns + NS_PER_SECOND - 1) / NS_PER_SECOND : 0;
}

/* What a client sent, fit for the bus, a terminal and a log. */
static void
set_user (BanRecord *record, const char *user)
{
  g_autofree char *valid = g_utf8_make_valid (user, strnlen (user, sizeof record->user - 1));
  gsize length = 0;

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gboolean is_shown = g_unichar_isprint (g_utf8_get_char (at));
      const char *from = is_shown ? at : "?";
      gsize bytes = is_shown ? (gsize) (g_utf8_next_char (at) - at) : 1;

      if (length + bytes >= sizeof record->user)
        break;
      memcpy (record->user + length, from, bytes);
      length += bytes;
    }
  record->user[length] = '\0';
}

gboolean
ban_record_add_failure (BanRecord *record,
                        const Moment *now,
                        const char *user,
                        const BanLimits *limits)
{
  gint64 left = ban_record_seconds_left (record, now);

  if (record->is_ban && left > 0)
    return FALSE;
  record->failures = left > 0 ? MIN (record->failures, G_MAXUINT32 - 1) + 1 : 1;
  record->seconds = MIN (limits->minutes, BAN_TABLE_MAX_MINUTES) * 60;
  record->is_ban
      = limits->failures > 0 && record->failures >= limits->failures && record->seconds > 0;
  record->moment = *now;
  set_user (record, user);
  return record->is_ban;
}

gboolean
ban_record_tell (const BanRecord *record, const IpAddress *address, const Moment *now, Ban *ban)
{
  gint64 left = ban_record_seconds_left (record, now);

  *ban = (Ban){ .address = *address };
  if (left == 0)
    return FALSE;
  ban->failures = record->failures;
  g_strlcpy (ban->user, record->user, sizeof ban->user);
  if (!record->is_ban)
    return FALSE;
  ban->since = record->moment.wall_time;
  ban->until = now->wall_time + left;
  return TRUE;
}
