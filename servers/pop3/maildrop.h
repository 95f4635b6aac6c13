/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/pop3/listing-cache.h"

/**
 * SECTION: maildrop
 *
 * A user's Maildir, opened for one POP3 session: nobody else's session has it meanwhile, and its
 * mails are numbered as they were at the start. New mail is delivered all the same, for the next
 * session to find. Mails go only by maildrop_delete(). All functions may block on the disk, unless they say
 * otherwise; one thread at a time. Errors are #GFileError.
 *
 * The lock is that of the file postern-pop3.lock in the Maildir, held as long as the process lives:
 * a process that dies leaves none.
 */
typedef struct _Maildrop Maildrop;

typedef enum
{
  MAILDROP_OPEN,
  MAILDROP_IN_USE, /* another session has it */
  MAILDROP_FAILED  /* see the error */
} MaildropResult;

/** @folder: the Maildir; made where it is missing. @cache: spares the reading of one that has not
 * changed. @maildrop gets it, (transfer full), for MAILDROP_OPEN. */
MaildropResult
maildrop_open (const char *folder, ListingCache *cache, Maildrop **maildrop, GError **error);
void maildrop_close (Maildrop *maildrop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Maildrop, maildrop_close)

/** As long as the maildrop lives; never changes. */
const MaildropListing *maildrop_listing (Maildrop *maildrop);

/** Opens the mail's file for reading; @size gets its bytes. -1 with @error; G_FILE_ERROR_NOENT when
 * another program has taken it away. */
int maildrop_open_mail (Maildrop *maildrop, guint index, guint64 *size, GError **error);

/** The same where the system knows the file without asking the disk, so also for an event loop. -1
 * where it does not, or where there is any trouble: maildrop_open_mail() says which. */
int maildrop_open_mail_at_once (Maildrop *maildrop, guint index, guint64 *size);

/**
 * maildrop_delete:
 * @is_deleted: (array): a byte for each mail of the listing, not 0 for those to delete
 * @deleted: gets how many have gone
 *
 * Deletes mails, on the disk when this returns. A mail that is not there any more counts as
 * deleted. Goes on after a mail that cannot be deleted, and then returns FALSE, with the first
 * error.
 */
gboolean
maildrop_delete (Maildrop *maildrop, const guint8 *is_deleted, guint *deleted, GError **error);
