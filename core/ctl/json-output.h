/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: json-output
 *
 * A GVariant as JSON (RFC 8259), on one line: a dictionary becomes an object, an array or a tuple
 * an array, a variant what is in it. Numbers are exact; text is escaped.
 */

/** Returns: (transfer full): the JSON text of @value */
char *json_output_text (GVariant *value);

/** Prints @value, which may be floating, on stdout, with a newline. */
void json_output_print (GVariant *value);
