/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: mailbox
 *
 * A mail user's Maildir: STATE/mailboxes/USER/{cur,new,tmp}. All functions may block on the disk.
 */

/** Whether @user may name a folder: 1 to 64 bytes, no "/", no control byte, no "." in front. */
gboolean mailbox_user_is_valid (const char *user);

/** Returns: (transfer full): the Maildir's folder; @user must be valid */
char *mailbox_folder (const char *state_dir, const char *user);

/**
 * mailbox_deliver:
 * @header: what goes before the content (Return-Path), CR LF at its end
 * @content: the message
 * @name: a name that is the same for each try at this delivery (queue id and recipient), so that a second try after a crash does not
 *   make a second mail
 *
 * Puts the message into the mailbox, on the disk (file and folder flushed) when this returns TRUE. Makes the Maildir where it is missing.
 */
gboolean mailbox_deliver (const char *folder, const char *name, const char *header, GBytes *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;
