/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: system-users
 *
 * The people who have accounts on this system, and their passwords, which PAM checks by the service
 * "postern". Any thread, but never an event loop's: the system's name service and PAM's modules
 * may wait for daemons and the network.
 *
 * Mail users among them are those with a user id of 1000 and more, without nobody and the ids that
 * the service manager lends to services: not root, and no daemon. Their names are portable ones in
 * lower case (POSIX.1-2017, 3.437): nothing else is handed to PAM.
 */

/** Whether @name, in lower case, is a system user who can get mail. @is_unsure: (nullable): gets
 * whether the name service could not tell (no descriptor or memory left, its daemon or the network
 * away): the answer is FALSE then, and no reason to turn anybody away for good. */
gboolean system_users_contain (const char *name, gboolean *is_unsure);

/**
 * system_users_check:
 * @pam_folder: (nullable): the folder with the file "postern", %NULL for the system's
 * @name: the user's, in lower case
 *
 * Whether @password is the user's, and the account may be used now. PAM is asked once, for a
 * password and nothing else: modules that want more don't work. It does not wait when the password
 * is wrong: that is for the conversation to do. An empty password is wrong. Where PAM can't tell,
 * the answer is no, and the log says why and what helps. For who is no mail user, PAM is not asked,
 * and system_users_take_time().
 */
gboolean system_users_check (const char *pam_folder, const char *name, const char *password);

/** Takes as long as the check of a password that was hashed as the system does it by itself. */
void system_users_take_time (const char *password);
