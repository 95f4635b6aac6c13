/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * reply_next:
 *
 * Reads one whole SMTP reply (RFC 5321, section 4.2), of one line or several, from the front of
 * @bytes. Returns: its code; 0 while its last line is not there, -1 when it is no reply
 * @taken: (out): its length, when there is one
 */
int reply_next (const char *bytes, gsize length, gsize *taken);
