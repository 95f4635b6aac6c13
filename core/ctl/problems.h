/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: problems
 *
 * What is wrong with settings, as Check reports it: an a(uss) of line, setting, message.
 */

/** Prints each on a line of its own: "setting: message". */
void problems_print (GVariant *problems);

/** The same, for who edits the file by hand: "line 24: setting: message". */
void problems_print_with_lines (GVariant *problems);

/** Prints each as a warning on stderr. */
void problems_warn (GVariant *problems);

/** Returns: (transfer floating): the same as an aa{sv}, for JSON */
GVariant *problems_for_json (GVariant *problems);
