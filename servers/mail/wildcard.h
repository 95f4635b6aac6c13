/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Whether @text as a whole is what @pattern says: "*" in it stands for any text, empty text, too;
 * ASCII capitals do not matter. Takes time in proportion to the product of their lengths at most. */
gboolean wildcard_match (const char *pattern, const char *text);
