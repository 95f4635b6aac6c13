/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/logon-record.h"

#include <string.h>

#define VERSION 2

/* A record: version (1 byte), moment, client (16 bytes), mark (8 bytes, big-endian), user without a
 * NUL (the rest). */
#define MOMENT_AT 1
#define CLIENT_AT (MOMENT_AT + MOMENT_BYTES)
#define MARK_AT (CLIENT_AT + sizeof (((IpAddress *) NULL)->bytes))
#define USER_AT (MARK_AT + sizeof (guint64))

G_STATIC_ASSERT (USER_AT + sizeof (((LogonRecord *) NULL)->user) <= LOGON_RECORD_MAX);

gsize
logon_record_to_bytes (const LogonRecord *record, guint8 bytes[LOGON_RECORD_MAX])
{
  gsize user_length = strlen (record->user);
  guint64 mark = GUINT64_TO_BE (record->mark);

  bytes[0] = VERSION;
  moment_to_bytes (&record->moment, bytes + MOMENT_AT);
  memcpy (bytes + CLIENT_AT, record->client.bytes, sizeof record->client.bytes);
  memcpy (bytes + MARK_AT, &mark, sizeof mark);
  memcpy (bytes + USER_AT, record->user, user_length);

  return USER_AT + user_length;
}

gboolean
logon_record_from_bytes (const guint8 *bytes, gsize length, LogonRecord *record)
{
  guint64 mark;

  if (length < USER_AT || bytes[0] != VERSION || length - USER_AT >= sizeof record->user
      || memchr (bytes + USER_AT, '\0', length - USER_AT) != NULL)
    return FALSE;

  moment_from_bytes (bytes + MOMENT_AT, &record->moment);
  memcpy (record->client.bytes, bytes + CLIENT_AT, sizeof record->client.bytes);
  memcpy (&mark, bytes + MARK_AT, sizeof mark);
  record->mark = GUINT64_FROM_BE (mark);
  memcpy (record->user, bytes + USER_AT, length - USER_AT);
  record->user[length - USER_AT] = '\0';

  return TRUE;
}
