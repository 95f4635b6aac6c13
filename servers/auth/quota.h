/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: quota
 *
 * Whether a mailbox has room for one more mail. The sizes of mailboxes are remembered, and counted
 * anew where a Maildir has changed. Thread-safe. It blocks on the disk, for a stat or for the
 * reading of a folder: from an event loop through worker_block().
 *
 * A quota is a wish about sizes, no promise: two mails that come at once may go beyond it together.
 */
typedef struct _Quota Quota;

/** No limit, where the settings or the users file say so. */
#define QUOTA_UNLIMITED G_MAXUINT64

Quota *quota_new (void);
void quota_free (Quota *quota);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Quota, quota_free)

/**
 * quota_limit:
 * @users_limit: what credentials_quota() says of the mailbox; 0 for nothing
 * @mailbox_size_mib: general.mailbox-size-mib; 0 for no limit
 *
 * Returns: the bytes that the mailbox may hold, or %QUOTA_UNLIMITED
 */
guint64 quota_limit (guint64 users_limit, guint mailbox_size_mib);

/**
 * quota_has_room:
 * @folder: the Maildir (mailbox_folder()); one that is not there yet is empty
 * @limit: quota_limit()
 * @size: of the mail, in bytes; 0 where it is not known yet: then there is room while the mailbox is
 * below its limit
 *
 * A mailbox whose size can't be told has room (the log says why): no mail is refused for our own
 * trouble.
 */
gboolean quota_has_room (Quota *quota, const char *folder, guint64 limit, guint64 size);
