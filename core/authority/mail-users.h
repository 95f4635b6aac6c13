/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/authority/custody.h"

/**
 * SECTION: mail-users
 *
 * The methods of org.postern.MailUsers1: they read and change the file that general.users-file names
 * at that moment. Blocks as long as the disk and a password's hash take; the same thread always.
 *
 * A file that somebody else changes meanwhile is read again and changed then, so nothing of theirs is
 * lost. Each change is on the disk when the call returns, and in the log with who made it.
 */

/**
 * mail_users_run:
 * @method: the method's name
 * @who: the caller's user name
 * @arguments: a tuple, of the type that the interface says
 *
 * Returns: (transfer floating): the reply, a tuple; %NULL with an #AuthorityError
 */
GVariant *mail_users_run (Custody *custody,
                          const char *method,
                          const char *who,
                          GVariant *arguments,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
