/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/worker.h"

/**
 * SECTION: seven-bit
 *
 * Makes an 8-bit message one that a host without 8BITMIME takes (RFC 6152, section 3): each part
 * with 8-bit text is encoded as quoted-printable or base64, and says so in its header. What is
 * signed is left as it is.
 */

/** Returns: (transfer full) (nullable): the message, without a byte above 127 in its body; %NULL
 * when it can't be had so. Takes time in proportion to its size. */
GBytes *seven_bit_convert (GBytes *content);

/** The same in the worker's thread pool. */
typedef struct _SevenBitJob SevenBitJob;

/** @content: as of seven_bit_convert(). Comes from the loop, once. */
typedef void (*SevenBitDone) (gpointer user_data, GBytes *content);

SevenBitJob *
seven_bit_job_start (Worker *worker, GBytes *content, SevenBitDone done, gpointer user_data);

/** The result is wanted no more, and does not come. */
void seven_bit_job_cancel (SevenBitJob *job);
