/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: xtext
 *
 * How the parameters of delivery reports write what may not stand in a command: "+2B" for "+" (RFC
 * 3461, section 4), and in addresses of the type utf-8 "\x{20AC}" for a letter (RFC 6533, section
 * 3).
 */

/** Returns: (transfer full): what @text stands for; %NULL when that is not xtext, or has a NUL */
char *xtext_decode (const char *text);

/** Returns: (transfer full): @text with each "\x{HEX}" in it as UTF-8; what is none stays */
char *xtext_decode_unicode (const char *text);

/** Returns: (transfer full): @text, which is UTF-8, with all but ASCII as "\x{HEX}" */
char *xtext_encode_unicode (const char *text);
