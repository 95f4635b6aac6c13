/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: preferences
 *
 * What this program remembers of its person from run to run, in the file
 * postern/server-properties.ini below the person's configuration folder: systems, sizes, the page
 * shown last. Nothing there is a setting of the gateway. A file that cannot be read counts as empty;
 * one that cannot be written is said on standard error, once.
 *
 * The file is read at the first use, and written as a whole, by a rename, at each change.
 */

/** Returns: what was remembered under @key of @group, @fallback when nothing was, or when it is not
 * between 1 and @most */
int preferences_get_size (const char *group, const char *key, int fallback, int most);

void preferences_set_size (const char *group, const char *key, int size);

/** Returns: (transfer full) (nullable): what was remembered; %NULL for nothing */
char *preferences_get_text (const char *group, const char *key);

void preferences_set_text (const char *group, const char *key, const char *text);

/** Returns: (transfer full): what was remembered; empty for nothing */
GStrv preferences_get_list (const char *group, const char *key);

void preferences_set_list (const char *group, const char *key, const char *const *list);
