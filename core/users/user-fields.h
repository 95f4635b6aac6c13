/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/**
 * SECTION: user-fields
 *
 * The extra fields at the end of a line of the users file, "NAME" or "NAME=VALUE" with blanks
 * between them, as Dovecot has them. These are obeyed, all others ignored:
 *
 *   userdb_quota_rule=*:storage=100M   how much the mailbox may hold: storage= counts in KiB where
 *   userdb_quota_rule=*:bytes=1G       no unit follows, bytes= in bytes; units are B, K, M, G and
 *   userdb_quota_storage_size=100M     T; 0 is no limit. Rules for other folders than * and for
 *                                      numbers of messages are ignored
 *   nologin                            gets mail, but may not log on
 *   allow_nets=192.0.2.0/24,2001:db8::/32   may log on only from there
 *
 * Where one is given twice, the last holds.
 */
typedef struct
{
  guint64 quota; /* bytes; 0 where nothing is said, G_MAXUINT64 for no limit */
  gboolean is_log_on_refused;
  GArray *networks; /* (owned) (nullable) (element-type IpNetwork): may log on only from there */
} UserFields;

/**
 * user_fields_parse:
 * @fields: all zero
 *
 * Returns: (transfer full) (nullable): what is wrong and what follows from it, for the log; what
 * was understood is in @fields. A quota that is not understood is none, a network that is not
 * understood lets nobody in.
 */
char *user_fields_parse (UserFields *fields, const char *text) G_GNUC_WARN_UNUSED_RESULT;

void user_fields_clear (UserFields *fields);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (UserFields, user_fields_clear)

/** Whether the fields let the user log on from @client. */
gboolean user_fields_admit (const UserFields *fields, const IpAddress *client);
