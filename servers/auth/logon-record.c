/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/logon-record.h"

#include <string.h>

#define VERSION 1

/* A record: version (1 byte), moment, user without a NUL (the rest). */
#define MOMENT_AT 1
#define USER_AT (MOMENT_AT + MOMENT_BYTES)

G_STATIC_ASSERT (USER_AT + sizeof (((LogonRecord *) NULL)->user) <= LOGON_RECORD_MAX);

gsize
logon_record_to_bytes (const LogonRecord *record, guint8 bytes[LOGON_RECORD_MAX])
{
  gsize user_length = strlen (record->user);

  bytes[0] = VERSION;
  moment_to_bytes (&record->moment, bytes + MOMENT_AT);
  memcpy (bytes + USER_AT, record->user, user_length);

  return USER_AT + user_length;
}

gboolean
logon_record_from_bytes (const guint8 *bytes, gsize length, LogonRecord *record)
{
  if (length < USER_AT || bytes[0] != VERSION || length - USER_AT >= sizeof record->user
      || memchr (bytes + USER_AT, '\0', length - USER_AT) != NULL)
    return FALSE;

  moment_from_bytes (bytes + MOMENT_AT, &record->moment);
  memcpy (record->user, bytes + USER_AT, length - USER_AT);
  record->user[length - USER_AT] = '\0';

  return TRUE;
}
