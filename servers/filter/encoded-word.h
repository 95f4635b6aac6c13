/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: encoded-word
 *
 * The encoded words of headers (RFC 2047). GMime joins those that stand side by side before it
 * decodes them, and takes the padding of the first, "=", for the end of all. So what is in base64
 * is handed to it in the other encoding, byte for byte.
 */

/** Appends a line of a header to @text, with each encoded word in the encoding "Q". At most three
 * times as long as it was. */
void encoded_word_append_line (GByteArray *text, const char *line, gsize length);
