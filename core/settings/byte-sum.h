/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** A number that tells bytes from the same bytes damaged; it does not tell them from bytes that
 * somebody has made up. Some gigabytes a second. */
guint64 byte_sum (gconstpointer bytes, gsize length);
