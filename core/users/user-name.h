/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Whether @user may name a mailbox's folder: 1 to 64 bytes, no "/", no control byte, no "." in
 * front. */
gboolean user_name_is_valid (const char *user);

/** Whether a user of that name may be added: one that is valid, and that a line of the users file
 * can begin with: no blank, no ":", no "#" in front, at most one "@" with something on each side. */
gboolean user_name_is_good (const char *user);
