/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/**
 * SECTION: user-table
 *
 * The content of a users file: "user:{SCHEME}secret:uid:gid:gecos:home:shell:fields" a line, # for
 * comments. What stands between the secret and the extra fields (see user-fields.h) is ignored, and
 * may be missing. Immutable and reference-counted; secrets are cleared when it goes.
 */
typedef struct _UserTable UserTable;

/**
 * user_table_parse:
 * @text: (array length=length)
 * @problems: (element-type utf8): gets a text for each line that is not understood, "line 3: what
 * is wrong; what follows from it"; never a secret
 *
 * A line that is not understood is left out. A user's name is 1 to 64 bytes with no "/", no control
 * byte and no "." in front, so that it can name a mailbox; of two lines for one user, the first
 * holds.
 */
UserTable *user_table_parse (const char *text, gsize length, GPtrArray *problems);
UserTable *user_table_ref (UserTable *table);
void user_table_unref (UserTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UserTable, user_table_unref)

/** Returns: (transfer full) (nullable): the mailbox of "local_part@domain", else that of
 * "local_part" */
char *user_table_find_mailbox (UserTable *table, const char *local_part, const char *domain);

/** Whether the file has @user, in any case. */
gboolean user_table_contains (UserTable *table, const char *user);

/** Returns: (transfer full) (nullable): the mailbox, if @password is @user's; takes the same time
 * when there is no such user */
char *user_table_check_password (UserTable *table, const char *user, const char *password);

/** Whether anybody at all could log on with APOP. */
gboolean user_table_has_clear_secret (UserTable *table);

/** Returns: (transfer full) (nullable): the mailbox, if @digest is right for @user (RFC 1939, APOP)
 */
char *user_table_check_apop (UserTable *table,
                             const char *user,
                             const char *timestamp,
                             const char *digest);

/** Whether the fields of the user whose mailbox that is let log-ons from @client in; TRUE for one
 * that the file does not know. */
gboolean user_table_admits (UserTable *table, const char *mailbox, const IpAddress *client);

/** What tells the user's secret from a former one, though not what it is; 0 for a user whom the file
 * does not know. */
guint64 user_table_mark (UserTable *table, const char *mailbox);

/** Whether the file refuses that user's log-ons, all of them (nologin). */
gboolean user_table_refuses (UserTable *table, const char *mailbox);

/** How many bytes the mailbox may hold; 0 where the file says nothing, G_MAXUINT64 for no limit. */
guint64 user_table_quota (UserTable *table, const char *mailbox);
