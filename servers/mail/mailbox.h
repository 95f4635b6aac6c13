/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: mailbox
 *
 * A mail user's Maildir: STATE/mailboxes/USER/{cur,new,tmp}. All functions but
 * mailbox_folder() may block on the disk. Errors are #GFileError.
 *
 * A mail is stored as it goes over the wire, with CR LF line ends, in new/NAME,W=OCTETS: so its
 * size for POP3 (RFC 1939, section 11) is known from its name, without opening it. A file of
 * another program may lack that part.
 */

/** Returns: (transfer full): the Maildir's folder; @user must be valid, as
 * user_name_is_valid() says */
char *mailbox_folder (const char *state_dir, const char *user);

/** Makes the Maildir, on the disk when this returns TRUE; one that is there already is left alone.
 */
gboolean mailbox_make (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * mailbox_deliver:
 * @header: what goes before the content (Return-Path), CR LF at its end
 * @content: the message
 * @name: a name that is the same for each try at this delivery (queue id and recipient), so that a
 * second try after a crash does not make a second mail; mails are listed in the order of their
 * names
 *
 * Puts the message into the mailbox, on the disk (file and folder flushed) when this returns TRUE.
 * Makes the Maildir where it is missing. On failure nothing of the message can be seen in the
 * mailbox.
 */
gboolean mailbox_deliver (const char *folder,
                          const char *name,
                          const char *header,
                          GBytes *content,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @found: whether the mailbox has what mailbox_deliver() put there by this @name, and nobody has
 * taken away since. FALSE with @error where it can't be read. */
gboolean mailbox_holds (const char *folder, const char *name, gboolean *found, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * mailbox_count_octets:
 * @last: the byte before @bytes, '\0' at the start of the message; gets the last byte
 *
 * How many octets @bytes are on the wire, where each line ends in CR LF: a bare LF counts two.
 */
guint64 mailbox_count_octets (const char *bytes, gsize length, char *last);

/** How many octets more a message has on the wire that ends in @last: two where its last line lacks
 * an end. */
guint mailbox_end_octets (char last);

/**
 * mailbox_size:
 *
 * How many bytes the mails in the Maildir are together: as their file names tell (",W=", or ",S=" as
 * other programs write it), else as the files are. What is still in tmp/ is not counted, and a
 * mailbox that is not there is empty.
 *
 * Returns: the bytes, or 0 with @error
 */
guint64 mailbox_size (const char *folder, GError **error);

/** Reads the octets from a mail's file name; FALSE when it does not tell them. */
gboolean mailbox_name_get_octets (const char *file_name, guint64 *octets);
