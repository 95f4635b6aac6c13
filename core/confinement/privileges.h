/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: privileges
 *
 * What a process may do more than others: the parsers of what strangers send never have it. See
 * capabilities(7), and no_new_privs in prctl(2).
 */

/**
 * privileges_leave_root:
 * @user: the name of the user to become
 *
 * Where root has started the process and the state folder belongs to somebody else, the process
 * becomes @user, with the ports below 1024. Returns FALSE with @error where there is no such user.
 * Where the state folder is root's, as in a demonstration that root runs, nobody else could use it:
 * then the process stays root by name, and privileges_drop() takes what that is worth.
 */
gboolean privileges_leave_root (const char *user, const char *state_dir, GError **error);

/**
 * privileges_drop:
 * @may_bind: CAP_NET_BIND_SERVICE is kept, where it is there
 *
 * No other capability is left, none comes with a program that is run, and the memory is in no core
 * file and open to no other process of the user. Returns FALSE with @error where that fails.
 */
gboolean privileges_drop (gboolean may_bind, GError **error);
