/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: message-skeleton
 *
 * What is left of a message when all is taken out that filters do not look at: the fields From,
 * Sender, Reply-To, Subject and Content-*, of the message and of its parts, and the lines that may
 * be boundaries of parts (RFC 2046, section 5.1.1). It is itself a message, for a MIME parser, with
 * the same parts, without their content.
 *
 * It is small, so that the parser has little to do, and bounded, so that nobody can send a message
 * for whose headers, parts or depth the parser takes minutes, or more memory or stack than there is.
 */

/** Limits, beyond which the rest is left out and the skeleton is not whole: lines that may be
 * boundaries; bytes of one field; fields of one header; bytes in all. */
#define MESSAGE_SKELETON_BOUNDARIES_MAX 10000
#define MESSAGE_SKELETON_FIELD_MAX 8192
#define MESSAGE_SKELETON_FIELDS_MAX 100
#define MESSAGE_SKELETON_SIZE_MAX (4 * 1024 * 1024)

/**
 * message_skeleton_make:
 * @is_whole: gets whether nothing that matters had to be left out
 *
 * Returns: (transfer full): the skeleton, with LF at the ends of lines
 */
GBytes *message_skeleton_make (GBytes *content, gboolean *is_whole);
