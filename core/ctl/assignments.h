/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: assignments
 *
 * NAME=VALUE, NAME+=VALUE and NAME-=VALUE, as people write them, and settings as the bus takes
 * them.
 *
 * Values: a boolean is true, yes or on, false, no or off; the values of a list are separated by
 * commas, and a comma inside of one has a backslash in front of it. Whether a value is in its range is for the authority to say.
 */

/** Whether @text has the shape of an assignment. */
gboolean assignments_is_one (const char *text);

/**
 * assignments_to_changes:
 * @texts: each an assignment
 * @descriptions: an a{sa{sv}}, as Describe gives it: says of what type a value is
 * @settings: an a{sv}, as Get gives it: what += and -= start from
 * @problems: (element-type char*): gets "NAME: what is wrong" for each assignment that can't be
 *
 * Returns: (transfer full): the a{sv} for Apply and Check
 */
GVariant *assignments_to_changes (char **texts,
                                  GVariant *descriptions,
                                  GVariant *settings,
                                  GPtrArray *problems);

/** Returns: (transfer full): a value as it stands in an assignment */
char *assignments_value_to_text (GVariant *value);
